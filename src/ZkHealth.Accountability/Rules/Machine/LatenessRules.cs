namespace ZkHealth.Accountability;

/// <summary>
/// A restricting entry that was held back: receipts of f + 1 witnesses say when it was first sent. A lateness that is still
/// provisional is void then, and a delay of more than 60 s is the operator's. Shown before the entry is a leaf, they let it be
/// judged by that time: an appeal does not become void by being held back.
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
        byte[] noted = Ids.Of("discharged", BreachRules.Id(duty, c.Signer!));
        if (Silences.Covering(c, c.Signer!, duty) is byte[] covering && c.Find(Records.Counter, noted) is null)
        {
            // one entry for each duty, or two of the same would excuse another one of the day
            c.Put(noted, Records.Counter.Row(1));
            c.Put(Signatures.RestrictingId(c.Act!), Records.Discharge.Row(covering, due));
        }
    }

    /// <summary>`submission shown`, by anybody with a key of a member.</summary>
    public static void Show(Change c, Row body)
    {
        byte[] entry = body.Bytes("entry");
        Row? discharge = c.Find(Records.Discharge, entry);
        byte[]? breach = discharge is null ? null : Silences.BreachOf(c, discharge.Bytes("breach"));
        int tolerated = (int)Math.Max(0, Witnesses(c) - 1) / 3;
        long[] times =
        [
            .. body.List<Row>("receipts")
                .Where(r =>
                    c.Find(Records.Witness, r.Bytes("witness")) is not null && SubmissionReceipt.IsFor(c.Act!.Origin, entry, r)
                )
                .DistinctBy(r => Convert.ToHexString(r.Bytes("witness")))
                .Select(r => r.Whole("time"))
                .Order(),
        ];
        if (!c.Require(times.Length > tolerated, "RECEIPTS"))
        {
            return;
        }

        if (c.Find(Records.Sequence, entry) is not Row onLog)
        {
            // whether the rules would take it nobody knows yet: who sends what they refuse convicts no operator
            c.Require(
                c.Find(Records.Counter, SentId(entry)) is not Row sent || times[tolerated] < sent.Whole("count"),
                "DUPLICATE"
            );
            c.Put(SentId(entry), Records.Counter.Row(times[tolerated]));
            return;
        }

        // an entry that was late all the same, or whose breach is final, excuses nobody; that it was held back is the operator's
        long leaf = onLog.Whole("next");
        string[] delaying = leaf - times[tolerated] > Delay ? [.. Operators(c, entry, leaf)] : [];
        bool isProvisional = breach is not null && c.Find(Records.Breach, breach)!.Code("status") == BreachRules.Provisional,
            isInTime = discharge is not null && times[tolerated] < discharge.Whole("due"),
            excuses = isProvisional && isInTime;
        if (!excuses && delaying.Length == 0)
        {
            c.Require(breach is null || isProvisional, "FINAL");
            c.Require(discharge is null || isInTime, "LATE");
            c.Require(breach is not null || leaf - times[tolerated] > Delay, "NOT_DELAYED");
            c.Require(breach is not null || leaf - times[tolerated] <= Delay, "DUPLICATE");
            return;
        }

        if (excuses)
        {
            Silences.Excuse(c, discharge!.Bytes("breach"));
            c.Remove(Records.Discharge, entry);
        }

        // what was done between is the operator's: at its leaf it was permitted, and nobody else is in breach
        foreach (string subject in delaying)
        {
            Silences.Record(c, subject, "OPERATOR_DELAY", Severity.Minor, "", entry, leaf);
        }
    }

    /// <summary>The operators of the time of a leaf for whom the delay of its entry is not counted yet.</summary>
    private static IEnumerable<string> Operators(Change c, byte[] entry, long leaf) =>
        MemberRules.Of(c, "operator", leaf).Select(m => m.Code("subject")).Where(o => !Silences.IsLate(c, o, entry));

    /// <summary>The effective time of the entry: when witnesses had seen it, where that was shown, or that of its leaf.</summary>
    public static long EffectiveTime(Change c) =>
        Math.Min(c.Time, c.Find(Records.Counter, SentId(Signatures.RestrictingId(c.Act!)))?.Whole("count") ?? c.Time);

    private static byte[] SentId(byte[] entry) => Ids.Of("sent", entry);

    /// <summary>The number of witnesses in the state.</summary>
    public static long Witnesses(Change c) => c.Find(Records.Counter, "witnesses")?.Whole("count") ?? 0;

    /// <summary>A witness stands in the state.</summary>
    public static void Add(Change c, byte[] key)
    {
        if (c.Find(Records.Witness, key) is null)
        {
            c.Put(key, Records.Witness.Row(c.Time));
            c.Put("witnesses", (c.Find(Records.Counter, "witnesses") ?? Records.Counter.Row(0)).Plus("count", 1));
        }
    }

    /// <summary>Determines whether a witness may be taken out: the last one stays, so that there is a quorum.</summary>
    public static bool MayTakeOut(Change c, byte[] key) => c.Find(Records.Witness, key) is not null && Witnesses(c) > 1;

    /// <summary>A witness stands in the state no more.</summary>
    public static bool TakeOut(Change c, byte[] key)
    {
        if (!MayTakeOut(c, key))
        {
            return false;
        }

        c.Remove(Records.Witness, key);
        c.Put("witnesses", c.Find(Records.Counter, "witnesses")!.Plus("count", -1));
        return true;
    }
}
