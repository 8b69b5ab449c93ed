namespace ZkHealth.Accountability;

/// <summary>
/// A duty that was done in time and held back: receipts of f + 1 witnesses say when its entry was first sent. A lateness that is
/// still provisional is void then, and the delay is the operator's.
/// </summary>
internal static class LatenessRules
{
    private const long Delay = 60 * Durations.Second;

    /// <summary>Notes which entry has done a duty that was late by its leaf.</summary>
    /// <param name="c">The change.</param>
    /// <param name="duty">The id of the act or silence whose breach it is.</param>
    /// <param name="due">When it was due.</param>
    public static void Note(Change c, byte[] duty, long due)
    {
        byte[] breach = BreachRules.Id(duty, c.Signer!);
        if (c.Find(Records.Breach, breach) is not null)
        {
            c.Put(Signatures.RestrictingId(c.Act!), Records.Discharge.Row(breach, due, c.Time));
        }
    }

    /// <summary>`submission shown`, by anybody with a key of a member.</summary>
    public static void Show(Change c, Row body)
    {
        byte[] entry = body.Bytes("entry");
        Row? discharge = c.Find(Records.Discharge, entry);
        if (!c.Require(discharge is not null, "UNKNOWN_ENTRY"))
        {
            return;
        }

        byte[] breach = discharge!.Bytes("breach");
        c.Require(c.Find(Records.Breach, breach)!.Code("status") == BreachRules.Provisional, "FINAL");
        int tolerated = (int)Math.Max(0, (c.Find(Records.Counter, "witnesses")?.Whole("count") ?? 0) - 1) / 3;
        long[] times =
        [
            .. body.List<Row>("receipts")
                .Where(r => c.Find(Records.Witness, r.Bytes("witness")) is not null && SubmissionReceipt.IsFor(entry, r))
                .DistinctBy(r => Convert.ToHexString(r.Bytes("witness")))
                .Select(r => r.Whole("time"))
                .Order(),
        ];
        if (!c.Require(times.Length > tolerated, "RECEIPTS") || !c.Require(times[tolerated] < discharge.Whole("due"), "LATE"))
        {
            return;
        }

        if (c.IsRefused)
        {
            return;
        }

        Verdicts.Annul(c, breach);
        if (discharge.Whole("time") - times[tolerated] > Delay)
        {
            foreach (Row m in MemberRules.Of(c, "operator").ToList())
            {
                BreachRules.Record(c, m.Code("subject"), "OPERATOR_DELAY", Severity.Minor, null, entry);
            }
        }
    }

    /// <summary>A witness stands in the state.</summary>
    public static void Add(Change c, byte[] key)
    {
        if (c.Find(Records.Witness, key) is null)
        {
            c.Put(key, Records.Witness.Row(c.Time));
            c.Put("witnesses", (c.Find(Records.Counter, "witnesses") ?? Records.Counter.Row(0)).Plus("count", 1));
        }
    }
}
