namespace ZkHealth.Accountability;

/// <summary>The duty of the operator to go on: the times of two neighbouring leaves show a silence.</summary>
internal static class OperatorRules
{
    /// <summary>Determines whether silence is a breach: where witnesses stand in the state, or a parameter says so.</summary>
    public static bool MustGoOn(Change c) => c.Param(Parameter.Heartbeat) > 0 || LatenessRules.Witnesses(c) > 0;

    /// <summary>No leaf for longer than the charter's bound: a breach of every operator.</summary>
    public static void Silent(Change c, long since)
    {
        foreach (Row m in MemberRules.Of(c, "operator").ToList())
        {
            BreachRules.Record(c, m.Code("subject"), "OPERATOR_SILENT", Severity.Minor, null, Ids.Number(since));
        }
    }
}
