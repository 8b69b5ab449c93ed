using ZkHealth.Statistics;

namespace ZkHealth.Accountability.Deliveries;

/// <summary>Rows of CSV in their one form: RFC 4180, a comma between values, a line feed at the end, quotes only where they are
/// needed. Data to the letter, with digests: no text is made safe for spreadsheets.</summary>
/// <remarks>Texts stay as they are written: .NET composes them (NFC) where ICU is at hand and leaves them alone in a process
/// without (InvariantGlobalization), and the digest of one delivery would be two.</remarks>
internal static class CanonicalCsv
{
    /// <summary>A row as a line.</summary>
    public static string Line(IReadOnlyList<string> values) => string.Join(',', values.Select(CsvText.Exact)) + "\n";
}
