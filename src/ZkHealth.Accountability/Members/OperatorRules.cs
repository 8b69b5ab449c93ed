namespace ZkHealth.Accountability;

/// <summary>The duty of the operator to go on: the times of two neighbouring leaves show a silence.</summary>
internal static class OperatorRules
{
    /// <summary>No leaf for longer than the charter's bound: a breach of every operator.</summary>
    public static void Silent(Change c, long since)
    {
        foreach (Row m in MemberRules.Of(c, "operator").ToList())
        {
            BreachRules.Record(c, m.Code("subject"), "OPERATOR_SILENT", Severity.Minor, null, Ids.Number(since));
        }
    }
}
