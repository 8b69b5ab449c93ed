namespace ZkHealth.Accountability;

/// <summary>Recalls: erase, restrict by a legal ground, or replace a wrong value; those of one agreement and day are one
/// duty.</summary>
internal static class RecallRules
{
    /// <summary>The rule that is broken by silence.</summary>
    public const string LateRule = "RECALL_LATE";

    /// <summary>Notes who received what, so that revocations and ends find it.</summary>
    public static void Taken(Change c, IEnumerable<byte[]> handles, byte[]? agreement)
    {
        if (agreement is null)
        {
            return;
        }

        c.Put(Ids.Of("taken", agreement), Records.Counter.Row(1));
        foreach (byte[] handle in handles)
        {
            if (
                c.Find(Records.Consent, handle) is Row consent
                && consent.List<byte[]>("taken").Count < Records.MaxTaken
                && !consent.List<byte[]>("taken").Any(a => a.AsSpan().SequenceEqual(agreement))
            )
            {
                c.Put(handle, consent.With("taken", consent.List<byte[]>("taken").Append(agreement)));
            }
        }
    }

    /// <summary>Demands a recall of what was delivered under an agreement.</summary>
    public static void Demand(Change c, byte[] agreement)
    {
        if (c.Find(Records.Counter, Ids.Of("taken", agreement)) is null)
        {
            return;
        }

        // a recall that was done already that day does not cover what is revoked after it
        byte[] id = Id(agreement, c.Time);
        for (long n = 1; c.Find(Records.Recall, id) is Row same; n++)
        {
            if (!same.Flag("done"))
            {
                return;
            }

            id = Id(agreement, c.Time, n);
        }

        Put(c, id, agreement, []);
    }

    /// <summary>Tells every recipient of a wrong value to replace it: all agreements of its provider under which something of
    /// its consents and class was delivered.</summary>
    public static void DemandReplacement(Change c, byte[] asset)
    {
        Row wrong = c.Find(Records.Asset, asset)!;
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (byte[] agreement in wrong.List<byte[]>("consents").SelectMany(h => Consent(c, h).List<byte[]>("taken")))
        {
            Row row = c.Find(Records.Agreement, agreement)!;
            if (
                told.Add(Convert.ToHexString(agreement))
                && row.Codes("providers").Contains(wrong.Code("provider"))
                && row.Inner("terms").Codes("classes").Contains(wrong.Code("class"))
            )
            {
                DemandReplacement(c, agreement, asset);
            }
        }
    }

    private static Row Consent(Change c, byte[] handle) => c.Find(Records.Consent, handle)!;

    private static void DemandReplacement(Change c, byte[] agreement, byte[] asset)
    {
        byte[] id = ReplacementId(agreement, c.Time);
        for (long n = 1; c.Find(Records.Recall, id) is Row same; n++)
        {
            IReadOnlyList<byte[]> replace = same.List<byte[]>("replace");
            if (!same.Flag("done") && replace.Count < Records.MaxReplaced)
            {
                c.Put(id, same.With("replace", replace.Append(asset)));
                return;
            }

            id = ReplacementId(agreement, c.Time, n);
        }

        Put(c, id, agreement, [asset]);
    }

    private static void Put(Change c, byte[] id, byte[] agreement, byte[][] replace)
    {
        Row row = c.Find(Records.Agreement, agreement)!;
        long due = c.Time + c.Param(Parameter.RecallDue, row);
        c.Put(id, Records.Recall.Row(agreement, row.Code("user"), c.Time, due, false, false, replace));
        c.Schedule(due, Effect.RecallLate, id);
        DepositRules.Open(c, agreement, 1);
    }

    /// <summary>`erasure attested`, in time iff before it is due; late, it is accepted, and what was late stays a
    /// breach.</summary>
    public static void Attest(Change c, Row body)
    {
        byte[] id = body.Bytes("recall");
        Row? recall = c.Find(Records.Recall, id);
        c.Require(recall is not null && recall.Code("user") == c.Signer, "UNKNOWN_RECALL");
        c.Require(recall is null || !recall.Flag("done"), "DUPLICATE");
        c.Require(TableRules.AreGrounds(c, body.Codes("ground")), "GROUND");
        if (c.IsRefused)
        {
            return;
        }

        if (recall!.Flag("late"))
        {
            c.Confess(LateRule);
            LatenessRules.Note(c, id, recall.Whole("due"));
        }

        c.Cancel(recall.Whole("due"), Effect.RecallLate, id);
        c.Put(id, recall.With("done", true));
        DepositRules.Open(c, recall.Bytes("agreement"), -1);
    }

    /// <summary>The attestation is late.</summary>
    public static void Late(Change c, byte[] id)
    {
        Row recall = c.Find(Records.Recall, id)!;
        c.Put(id, recall.With("late", true));
        BreachRules.Record(c, recall.Code("user"), LateRule, Severity.Serious, recall.Bytes("agreement"), id);
    }

    /// <summary>The id of the replacements that an agreement owes from a UTC day on.</summary>
    public static byte[] ReplacementId(byte[] agreement, long time, long number = 0) =>
        Ids.Of("replace", agreement, Ids.Number(time / Durations.Day), Ids.Number(number));

    /// <summary>The id of the recalls of an agreement on a UTC day.</summary>
    public static byte[] Id(byte[] agreement, long time, long number = 0) =>
        Ids.Of("recall", agreement, Ids.Number(time / Durations.Day), Ids.Number(number));
}
