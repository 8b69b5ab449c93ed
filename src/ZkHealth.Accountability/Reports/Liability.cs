using System.Text.Json.Nodes;

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

    /// <summary>Liability where the charter says nothing else; what is not in it is decided by verdict.</summary>
    private static readonly IReadOnlyList<Liability> Defaults =
    [
        new("ABUSIVE_REPORT", "a report that was found abusive", "reporter", Verdict),
        new("ALTERED", "altered after its publication", "provider of record", Verdict),
        new("BAD_CONTRIBUTION", "a bad contribution to a model or a sum", "contributor", Verdict),
        new("BEYOND_RIGHTS", "a person went beyond the rights that a member gave", "member; the person's code is named", Itself),
        new("CONTRADICTION_OPEN", "a contradiction of two values was left open", "providers that were silent", Itself),
        new("CORRECTION_LATE", "a wrong value was not corrected in time", "provider of record", Itself),
        new("NOT_LOGGED", "a delivery was not logged", "server", Itself),
        new("NOT_RECTIFIED", "a sanction was not rectified in time", "member sanctioned", Itself),
        new("NO_EMERGENCY", "an emergency that was none", "provider", "by review"),
        new("NO_RECEIPT", "a delivery was not confirmed", "taker", Itself),
        new("OPERATOR_DELAY", "an entry was held back", "operator", Itself),
        new("OPERATOR_SILENT", "the log stood still", "operator", Itself),
        new("PROHIBITED_PURPOSE", "a prohibited purpose, whatever a consent says", "taker", Itself),
        new("DISCRIMINATION", "columns that let its kind discriminate, whatever a consent says", "taker", Itself),
        new("RECALL_LATE", "data were not erased or restricted in time", "user", Itself),
        new("REVIEW_LATE", "an emergency was not reviewed in time", "authorities", Itself),
        new("SERVED", "served without permission", "server", Itself),
        new("TAKEN", "taken without permission", "taker", Itself),
        new("VALUE_NOT_REPORTED", "the value of a use was not reported", "user", Itself),
        new("LEAKED", "leaked rows: the holders that explain them", "whom the verdict names", Verdict),
        new("KEY", "signed by a key that was not reported as compromised", "holder of the key", Itself),
        new("RULES", "code that contradicts the charter or its own rule text", "developer", Verdict),
    ];

    /// <summary>The table in force: the defaults, and in their place or beside them the rows that the charter's table of this
    /// name has (code, who answers, `verdict` where it is decided so).</summary>
    public static IReadOnlyList<Liability> TableOf(ContractState state)
    {
        List<Liability> adopted = [.. state.Table(TableRules.Liability).Select(Adopted)];
        return
        [
            .. Defaults
                .Where(d => !adopted.Exists(a => a.Rule == d.Rule))
                .Concat(adopted)
                .OrderBy(l => l.Rule, StringComparer.Ordinal),
        ];
    }

    /// <summary>The row of a rule in the table in force, or null.</summary>
    public static Liability? Of(ContractState state, string rule) => TableOf(state).FirstOrDefault(l => l.Rule == rule);

    /// <summary>The row as JSON, with the number of its breaches.</summary>
    public JsonObject ToJson(int breaches) =>
        new()
        {
            ["rule"] = Rule,
            ["cause"] = Cause,
            ["answers"] = Answers,
            ["decided"] = Decided,
            ["breaches"] = breaches,
        };

    /// <summary>Reads a row from JSON.</summary>
    public static Liability Read(JsonObject json) =>
        new((string)json["rule"]!, (string)json["cause"]!, (string)json["answers"]!, (string)json["decided"]!);

    private static Liability Adopted(Row row) =>
        new(
            row.Code("code"),
            Defaults.FirstOrDefault(d => d.Rule == row.Code("code"))?.Cause ?? "as the charter says",
            string.Join(", ", row.Codes("to")),
            row.Codes("rules").Contains("verdict") ? Verdict : Itself
        );
}
