namespace ZkHealth.Accountability;

/// <summary>Terms of the Data Use Ontology (DUO) in consents: one permission, and modifiers that must each hold.</summary>
internal static class DataUse
{
    private const string GeneralResearch = "DUO:0000042",
        HealthResearch = "DUO:0000006",
        Disease = "DUO:0000007",
        Ancestry = "DUO:0000011";

    /// <summary>Determines whether a permission may stand in a consent: one without restriction is void.</summary>
    public static bool IsPermission(string code) => code is GeneralResearch or HealthResearch or Disease or Ancestry;

    /// <summary>Determines whether the permission and the modifiers of a consent hold for a request.</summary>
    /// <param name="c">The change.</param>
    /// <param name="consent">The consent.</param>
    /// <param name="asked">The body of the request.</param>
    /// <param name="recipient">Who asks.</param>
    /// <param name="duties">The duties that the agreement takes on.</param>
    public static bool Holds(Change c, Row consent, Row asked, Row recipient, IReadOnlyList<string> duties) =>
        Permits(c, consent, asked) && consent.Codes("modifiers").All(m => Holds(m, consent, asked, recipient, duties));

    private static bool Permits(Change c, Row consent, Row asked)
    {
        if (consent.Optional<string>("permission") is not string granted)
        {
            return true;
        }

        return (granted, asked.Optional<string>("permission")) switch
        {
            (_, null) => false,
            (GeneralResearch, string p) => IsPermission(p),
            (HealthResearch, HealthResearch or Disease) => true,
            (Disease, Disease) => asked.Optional<string>("disease") is string d
                && consent.Codes("diseases").Any(g => Purposes.Covers(c, g, d)),
            (Ancestry, Ancestry) => true,
            _ => false,
        };
    }

    /// <summary>One that is not known denies.</summary>
    private static bool Holds(string modifier, Row consent, Row asked, Row recipient, IReadOnlyList<string> duties)
    {
        bool commercial = asked.Flag("commercial"),
            profit = recipient.Code("kind") is "company" or "insurer";
        return modifier switch
        {
            "DUO:0000046" => !commercial,
            "DUO:0000045" => !profit,
            "DUO:0000018" => !commercial && !profit,
            "DUO:0000021" => asked.List<byte[]>("ethics").Count == 1,
            "DUO:0000027" => Contains(consent.List<byte[]>("projects"), asked.Optional<byte[]>("project")),
            "DUO:0000028" => consent.Codes("institutions").Contains(recipient.Code("subject")),
            "DUO:0000026" => Contains(consent.List<byte[]>("persons"), asked.Bytes("person")),
            "DUO:0000022" => consent
                .Codes("regions")
                .Any(r => recipient.Code("subject").StartsWith(r + "-", StringComparison.Ordinal)),
            "DUO:0000025" => true,
            "DUO:0000019" or "DUO:0000020" or "DUO:0000029" or "DUO:0000024" => duties.Contains(modifier),
            _ => false,
        };
    }

    private static bool Contains(IReadOnlyList<byte[]> granted, byte[]? asked) =>
        asked is not null && granted.Any(g => g.AsSpan().SequenceEqual(asked));
}
