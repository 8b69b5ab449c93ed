using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Accountability.Deliveries;

/// <summary>Rows of CSV in their one form: RFC 4180, a comma between values, a line feed at the end, quotes only where they are
/// needed, texts composed (NFC). Data to the letter, with digests: no text is made safe for spreadsheets.</summary>
internal static class CanonicalCsv
{
    /// <summary>A row as a line.</summary>
    public static string Line(IReadOnlyList<string> values) =>
        string.Join(',', values.Select(v => CsvText.Exact(NormalForm.Composed(v)))) + "\n";
}
