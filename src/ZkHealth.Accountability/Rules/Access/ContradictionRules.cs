namespace ZkHealth.Accountability;

/// <summary>
/// Two registered values that contradict one another (blood groups of one patient in two hospitals): both are flagged, and both
/// providers have to settle it within the time of a correction, by admitting that their own value is wrong or by reporting the
/// other's. Who is silent is in breach, whoever is right.
/// </summary>
internal static class ContradictionRules
{
    /// <summary>`assets contradict`, by the provider of one of them, or by a patient whose consent one of them names.</summary>
    public static void Open(Change c, Row body)
    {
        byte[] first = body.Bytes("first"),
            second = body.Bytes("second");
        Row? a = c.Find(Records.Asset, first),
            b = c.Find(Records.Asset, second);
        if (!c.Require(a is not null && b is not null && !first.AsSpan().SequenceEqual(second), "UNKNOWN_ASSET"))
        {
            return;
        }

        Row[] both = [a!, b!];
        if (c.Signer is string subject)
        {
            c.Require(both.Any(x => x.Code("provider") == subject), "UNKNOWN_ASSET");
        }
        else
        {
            c.Require(both.Any(x => x.List<byte[]>("consents").Any(h => h.AsSpan().SequenceEqual(c.Act!.Signer))), "HANDLE");
        }

        // one that is corrected, or ordered to be, says no longer what it said
        c.Require(both.All(x => x.List<byte[]>("corrected").Count + x.List<long>("correctBy").Count == 0), "CORRECTED");
        byte[] id = Id(first, second);
        c.Require(c.Find(Records.Contradiction, id) is null, "DUPLICATE");
        if (c.IsRefused)
        {
            return;
        }

        long due = c.Time + c.Param(Parameter.CorrectionDue);
        c.Put(id, Records.Contradiction.Row(first, second, body.Code("item"), due, Array.Empty<string>(), false));
        c.Put(first, a!.With("challenged", true));
        c.Put(second, b!.With("challenged", true));
        c.Schedule(due, Effect.ContradictionLate, id);
    }

    /// <summary>`contradiction settled`, by either provider: its own value is wrong, and it has to correct it; or the other's is,
    /// and judges decide.</summary>
    public static void Settle(Change c, Row body)
    {
        byte[] id = body.Bytes("contradiction"),
            wrong = body.Bytes("wrong");
        Row? known = c.Find(Records.Contradiction, id);
        if (!c.Require(known is not null, "UNKNOWN_CONTRADICTION"))
        {
            return;
        }

        byte[][] assets = [known!.Bytes("first"), known.Bytes("second")];
        c.Require(assets.Any(a => a.AsSpan().SequenceEqual(wrong)), "UNKNOWN_ASSET");
        c.Require(Providers(c, known).Contains(c.Signer!), "UNKNOWN_CONTRADICTION");
        c.Require(!known.Flag("settled"), "DUPLICATE");
        if (c.IsRefused)
        {
            return;
        }

        Row asset = c.Find(Records.Asset, wrong)!;
        if (asset.Code("provider") == c.Signer)
        {
            LatenessRules.Note(c, id, known.Whole("due"));
            c.Cancel(known.Whole("due"), Effect.ContradictionLate, id);
            c.Put(id, known.With("settled", true));
            AssetRules.OrderCorrection(c, wrong);
            byte[] right = assets.First(a => !a.AsSpan().SequenceEqual(wrong));
            Row kept = c.Find(Records.Asset, right)!;
            c.Put(right, kept.With("challenged", kept.List<long>("correctBy").Count > 0));
            return;
        }

        c.Require(!known.Codes("spoken").Contains(c.Signer), "DUPLICATE");
        BreachRules.Report(c, Bodies.ReportMade.Row(asset.Code("provider"), Verdicts.Quality, wrong));
        if (!c.IsRefused)
        {
            LatenessRules.Note(c, id, known.Whole("due"));
            c.Put(id, known.With("spoken", known.Codes("spoken").Append(c.Signer!)));
        }
    }

    /// <summary>The time is over: who has neither admitted nor reported is in breach.</summary>
    public static void Late(Change c, byte[] id)
    {
        Row known = c.Find(Records.Contradiction, id)!;
        foreach (string silent in Providers(c, known).Except(known.Codes("spoken")).Order(StringComparer.Ordinal).ToList())
        {
            BreachRules.Record(c, silent, "CONTRADICTION_OPEN", Severity.Minor, null, id);
        }
    }

    /// <summary>The id of the contradiction of two assets, in whatever order they are named.</summary>
    public static byte[] Id(byte[] first, byte[] second) =>
        first.AsSpan().SequenceCompareTo(second) < 0
            ? Ids.Of("contradiction", first, second)
            : Ids.Of("contradiction", second, first);

    private static IEnumerable<string> Providers(Change c, Row contradiction) =>
        new[] { contradiction.Bytes("first"), contradiction.Bytes("second") }
            .Select(a => c.Find(Records.Asset, a)!.Code("provider"))
            .Distinct();
}
