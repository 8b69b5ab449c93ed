namespace ZkHealth.Accountability;

/// <summary>
/// Two registered values that contradict one another (blood groups of one patient in two hospitals): both are flagged, and both
/// providers have to settle it within the time of a correction, by admitting that their own value is wrong or by reporting the
/// other's. Who is silent is in breach, whoever is right. Since each is work for others, nobody has many open: a member as many
/// as reports, a patient one.
/// </summary>
internal static class ContradictionRules
{
    public const string OpenRule = "CONTRADICTION_OPEN";

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
        long most = 1;
        if (c.Signer is string subject)
        {
            most = c.Param(Parameter.OpenReports);
            c.Require(both.Any(x => x.Code("provider") == subject), "UNKNOWN_ASSET");
            c.Require(both.Any(x => x.Code("provider") != subject), "ONE_PROVIDER");
        }
        else
        {
            // a patient has a handle for each record, so the other value need not name this one
            byte[] handle = c.Act!.Signer;
            c.Require(both.Any(x => x.List<byte[]>("consents").Any(h => h.AsSpan().SequenceEqual(handle))), "HANDLE");
            c.Require(c.Find(Records.Replaced, handle) is null, "REPLACED");

            // it is a duty of others: keys that a provider made up would give them as many as it likes
            c.Require(c.Find(Records.Consent, handle)?.Flag("backed") == true, "HANDLE");
        }

        string by = c.Signer ?? Ids.Name(c.Act!.Signer);
        long open = c.Find(Records.Counter, OpenId(by))?.Whole("count") ?? 0;
        c.Require(open < most, "CONTRADICTIONS_OPEN");

        // one that is corrected, or ordered to be, says no longer what it said
        c.Require(both.All(x => x.List<byte[]>("corrected").Count + x.List<long>("correctBy").Count == 0), "CORRECTED");
        byte[] id = Id(first, second);
        c.Require(c.Find(Records.Contradiction, id) is null, "DUPLICATE");
        if (c.IsRefused)
        {
            return;
        }

        long due = c.Time + c.Param(Parameter.CorrectionDue);
        c.Put(OpenId(by), Records.Counter.Row(open + 1));
        c.Put(id, Records.Contradiction.Row(first, second, body.Code("item"), due, new[] { by }, Array.Empty<string>(), false));
        ChallengeRules.Raise(c, id, first);
        ChallengeRules.Raise(c, id, second);
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

        byte[][] assets = Sides(known!);
        c.Require(assets.Any(a => a.AsSpan().SequenceEqual(wrong)), "UNKNOWN_ASSET");
        c.Require(Providers(c, known!).Contains(c.Signer!), "UNKNOWN_CONTRADICTION");
        c.Require(!known!.Flag("settled"), "DUPLICATE");
        if (c.IsRefused)
        {
            return;
        }

        Row asset = c.Find(Records.Asset, wrong)!;
        if (asset.Code("provider") == c.Signer)
        {
            LatenessRules.Note(c, id, known.Whole("due"));
            c.Cancel(known.Whole("due"), Effect.ContradictionLate, id);
            Close(c, id, known.With("settled", true));
            AssetRules.OrderCorrection(c, wrong);
            ChallengeRules.Lower(c, assets.First(a => !a.AsSpan().SequenceEqual(wrong)));
            return;
        }

        c.Require(!known.Codes("spoken").Contains(c.Signer), "DUPLICATE");
        if (c.IsRefused)
        {
            return;
        }

        // from here on the report is what challenges it
        ReportRules.ReportAsDuty(c, Bodies.ReportMade.Row(asset.Code("provider"), Verdicts.Quality, wrong));
        ChallengeRules.End(c, id, wrong);
        LatenessRules.Note(c, id, known.Whole("due"));
        c.Put(id, known.With("spoken", known.Codes("spoken").Append(c.Signer!)));
    }

    /// <summary>The time is over: who has neither admitted nor reported is in breach.</summary>
    public static void Late(Change c, byte[] id)
    {
        Row known = c.Find(Records.Contradiction, id)!;
        string[] providers = [.. Providers(c, known).Order(StringComparer.Ordinal)];
        foreach (string silent in providers.Except(known.Codes("spoken")))
        {
            string other = providers.FirstOrDefault(p => p != silent, silent);
            Silences.Record(c, silent, OpenRule, Severity.Minor, other, id);
        }

        Close(c, id, known);
    }

    /// <summary>The providers that have to settle a contradiction and have not.</summary>
    /// <param name="state">The state.</param>
    /// <param name="contradiction">The record as it stands in it.</param>
    public static IEnumerable<string> Silent(ContractState state, Row contradiction) =>
        contradiction.Flag("settled") || contradiction.Whole("due") <= state.Time
            ? []
            : Providers(state, contradiction).Except(contradiction.Codes("spoken"));

    /// <summary>The providers of the two assets.</summary>
    public static IEnumerable<string> Providers(ContractState state, Row contradiction) =>
        Sides(contradiction).Select(a => state.Find(Records.Asset, a)!.Code("provider")).Distinct();

    /// <summary>The id of the contradiction of two assets, in whatever order they are named.</summary>
    public static byte[] Id(byte[] first, byte[] second) =>
        first.AsSpan().SequenceCompareTo(second) < 0
            ? Ids.Of("contradiction", first, second)
            : Ids.Of("contradiction", second, first);

    private static IEnumerable<string> Providers(Change c, Row contradiction) =>
        Sides(contradiction).Select(a => c.Find(Records.Asset, a)!.Code("provider")).Distinct();

    /// <summary>The fingerprints of the two assets.</summary>
    public static byte[][] Sides(Row contradiction) => [contradiction.Bytes("first"), contradiction.Bytes("second")];

    /// <summary>It challenges nothing any more, and counts no longer for whom has opened it.</summary>
    private static void Close(Change c, byte[] id, Row contradiction)
    {
        foreach (byte[] asset in Sides(contradiction))
        {
            ChallengeRules.End(c, id, asset);
        }

        foreach (string by in contradiction.Codes("by"))
        {
            c.Put(OpenId(by), c.Find(Records.Counter, OpenId(by))!.Plus("count", -1));
        }

        c.Put(id, contradiction.With("by", Array.Empty<object>()));
    }

    private static byte[] OpenId(string by) => Ids.Of("contradictions", Ids.Text(by));
}
