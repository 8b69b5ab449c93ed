namespace ZkHealth.Accountability;

/// <summary>
/// Purposes as codes of HL7 ActReason with their tree, the columns that each needs at most, and what no consent permits. ZEMPLOY
/// and ZPRICE are local codes: employment, prices of goods. Tables of the charter add codes and take the place of the rest.
/// </summary>
internal static class Purposes
{
    private const string ColumnPrefix = "column:";

    private static readonly Dictionary<string, string> Above = new(StringComparer.Ordinal)
    {
        ["BIORCH"] = "HRESCH",
        ["CLINTRCH"] = "HRESCH",
        ["DSRCH"] = "HRESCH",
        ["POARCH"] = "HRESCH",
        ["TRANSRCH"] = "HRESCH",
        ["CLINTRCHNPC"] = "CLINTRCH",
        ["CLINTRCHPC"] = "CLINTRCH",
        ["PRECLINTRCH"] = "CLINTRCH",
        ["COC"] = "TREAT",
        ["COVERAGE"] = "HPAYMT",
        ["ENROLLM"] = "COVERAGE",
        ["ELIGDTRM"] = "HPAYMT",
    };

    private static readonly string[] Roots =
    [
        "HRESCH",
        "TREAT",
        "ETREAT",
        "BTG",
        "HPAYMT",
        "HMARKT",
        "PUBHLTH",
        "HOPERAT",
        "ZEMPLOY",
        "ZPRICE",
    ];
    private static readonly string[] Forbidden = ["HMARKT", "ZEMPLOY", "ZPRICE"];
    private static readonly string[] Discriminating = ["race", "income", "region", "disability"];

    /// <summary>Determines whether the code is known.</summary>
    public static bool Exists(Change c, string code) =>
        Above.ContainsKey(code) || Roots.Contains(code) || TableRules.Find(c, TableRules.Codes, code) is not null;

    /// <summary>Determines whether what is granted covers what is asked: equal, or above it. Also for diseases.</summary>
    public static bool Covers(Change c, string granted, string asked) => Lineage(c, asked).Contains(granted);

    /// <summary>Determines whether a code is another, or below it, in the tree of ActReason, whatever a charter adds.</summary>
    public static bool IsBelow(string top, string code) =>
        code == top || (Above.TryGetValue(code, out string? next) && IsBelow(top, next));

    /// <summary>Treatment between providers: needs a consent, no agreement, and is not restricted by credit.</summary>
    public static bool IsTreatment(Change c, string code) => Covers(c, "TREAT", code);

    /// <summary>Purposes of an emergency, served by that entry alone.</summary>
    public static bool IsEmergency(string code) => code is "ETREAT" or "BTG";

    /// <summary>Determines whether the purpose is prohibited for a kind of recipient and operation, whatever a consent
    /// says.</summary>
    public static bool IsProhibited(Change c, string code, string recipientKind, string operation)
    {
        if (!TableRules.Has(c, TableRules.Prohibitions))
        {
            return Forbidden.Any(f => Covers(c, f, code))
                || (recipientKind == "insurer" && operation != AccessRules.Statistics && Covers(c, "HPAYMT", code));
        }

        return TableRules
            .Rows(c, TableRules.Prohibitions)
            .Any(r => Matches(r, recipientKind, operation) && Covers(c, r.Code("code"), code));
    }

    /// <summary>Determines whether the columns would let a kind of recipient discriminate by an operation.</summary>
    public static bool Discriminates(Change c, IEnumerable<string> columns, string recipientKind, string operation) =>
        TableRules.Has(c, TableRules.Prohibitions)
            ? columns.Any(k =>
                TableRules.Find(c, TableRules.Prohibitions, ColumnPrefix + TagOf(k)) is Row r
                && Matches(r, recipientKind, operation)
            )
            : recipientKind == "insurer" && columns.Select(TagOf).Any(Discriminating.Contains);

    /// <summary>Determines whether the columns are among those that the purpose needs at most.</summary>
    public static bool Needs(Change c, string purpose, IEnumerable<string> columns) =>
        !TableRules.Has(c, TableRules.Purposes) || (Nearest(c, purpose) is Row row && columns.All(row.Codes("to").Contains));

    /// <summary>The longest term for a purpose, in ms.</summary>
    public static long LongestTerm(Change c, string purpose)
    {
        long longest = c.Param(Parameter.LongestTerm);
        return Nearest(c, purpose) is Row row && row.Whole("number") > 0 ? Math.Min(longest, row.Whole("number")) : longest;
    }

    /// <summary>Determines whether statistics for a purpose need the patients' consent.</summary>
    public static bool NeedConsent(Change c, string purpose) => Nearest(c, purpose)?.Codes("rules").Contains("consent") ?? false;

    /// <summary>The tag of a column, which stands before a colon: `race:ethnic-group`; a column without one is its own
    /// tag.</summary>
    private static string TagOf(string column) => column.Split(':')[0];

    private static bool Matches(Row row, string recipientKind, string operation) =>
        (row.Codes("to").Count == 0 || row.Codes("to").Contains(recipientKind))
        && (row.Codes("rules").Count == 0 || row.Codes("rules").Contains(operation));

    private static Row? Nearest(Change c, string purpose) =>
        Lineage(c, purpose).Select(p => TableRules.Find(c, TableRules.Purposes, p)).FirstOrDefault(r => r is not null);

    /// <summary>A code and all above it, nearest first; each once, so that a ring of codes ends.</summary>
    private static List<string> Lineage(Change c, string code)
    {
        List<string> seen = [code];
        for (int i = 0; i < seen.Count; i++)
        {
            IReadOnlyList<string> parents =
                TableRules.Find(c, TableRules.Codes, seen[i]) is Row row ? row.Codes("to")
                : Above.TryGetValue(seen[i], out string? parent) ? [parent]
                : [];
            seen.AddRange(parents.Where(p => !seen.Contains(p)));
        }

        return seen;
    }
}
