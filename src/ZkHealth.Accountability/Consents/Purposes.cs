namespace ZkHealth.Accountability;

/// <summary>
/// Purposes as codes of HL7 ActReason with their tree, and what no consent permits. ZEMPLOY and ZPRICE are local codes:
/// employment, prices of goods.
/// </summary>
internal static class Purposes
{
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
    private static readonly string[] Discriminating = ["race", "income", "region", "disability"];

    /// <summary>Determines whether the code is known.</summary>
    public static bool Exists(string code) => Above.ContainsKey(code) || Roots.Contains(code);

    /// <summary>Determines whether what is granted covers what is asked: equal, or above it.</summary>
    public static bool Covers(string granted, string asked)
    {
        for (string? code = asked; code is not null; code = Above.GetValueOrDefault(code))
        {
            if (code == granted)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Treatment between providers: needs a consent, no agreement, and is not restricted by credit.</summary>
    public static bool IsTreatment(string code) => Covers("TREAT", code);

    /// <summary>Purposes of an emergency, served by that entry alone.</summary>
    public static bool IsEmergency(string code) => code is "ETREAT" or "BTG";

    /// <summary>Determines whether the purpose is prohibited for a kind of recipient, whatever a consent says.</summary>
    public static bool IsProhibited(string code, string recipientKind) =>
        code is "ZEMPLOY" or "ZPRICE" || Covers("HMARKT", code) || (recipientKind == "insurer" && Covers("HPAYMT", code));

    /// <summary>Determines whether the columns would let a kind of recipient discriminate.</summary>
    public static bool Discriminates(IEnumerable<string> columns, string recipientKind) =>
        recipientKind == "insurer" && columns.Any(Discriminating.Contains);
}
