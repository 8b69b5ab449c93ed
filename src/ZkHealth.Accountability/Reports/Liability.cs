namespace ZkHealth.Accountability.Reports;

/// <summary>One row of the liability table: a rule, the cause in words, who answers, and how it is decided.</summary>
/// <param name="Rule">The code of the rule.</param>
/// <param name="Cause">What happened.</param>
/// <param name="Answers">The party that answers.</param>
/// <param name="Decided">How: by itself, or by verdict.</param>
internal sealed record Liability(string Rule, string Cause, string Answers, string Decided)
{
    private const string Itself = "by itself",
        Verdict = "by verdict";

    /// <summary>The table; what is not in it is decided by verdict.</summary>
    public static readonly IReadOnlyList<Liability> Table =
    [
        new("ABUSIVE_REPORT", "a report that was found abusive", "reporter", Verdict),
        new("ALTERED", "altered after its publication", "provider of record", Verdict),
        new("BAD_CONTRIBUTION", "a bad contribution to a model or a sum", "contributor", Verdict),
        new("BEYOND_RIGHTS", "a person went beyond the rights that a member gave", "member; the person's code is named", Itself),
        new("CORRECTION_LATE", "a wrong value was not corrected in time", "provider of record", Itself),
        new("NOT_LOGGED", "a delivery was not logged", "server", Itself),
        new("NOT_RECTIFIED", "a sanction was not rectified in time", "member sanctioned", Itself),
        new("NO_EMERGENCY", "an emergency that was none", "provider", "by review"),
        new("NO_RECEIPT", "a delivery was not confirmed", "taker", Itself),
        new("OPERATOR_SILENT", "the log stood still", "operator", Itself),
        new("PROHIBITED_PURPOSE", "a prohibited purpose, whatever a consent says", "taker", Itself),
        new("RECALL_LATE", "data were not erased or restricted in time", "user", Itself),
        new("REVIEW_LATE", "an emergency was not reviewed in time", "authorities", Itself),
        new("SERVED", "served without permission", "server", Itself),
        new("TAKEN", "taken without permission", "taker", Itself),
        new("VALUE_NOT_REPORTED", "the value of a use was not reported", "user", Itself),
        new("LEAKED", "leaked rows: the holders that explain them", "whom the verdict names", Verdict),
        new("KEY", "signed by a key that was not reported as compromised", "holder of the key", Itself),
        new("RULES", "code that contradicts the charter or its own rule text", "developer", Verdict),
    ];

    /// <summary>The row of a rule, or null.</summary>
    public static Liability? Of(string rule) => Table.FirstOrDefault(l => l.Rule == rule);
}
