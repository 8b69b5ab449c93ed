using System.Text;

namespace ZkHealth.Accountability.Deliveries;

/// <summary>Rows of CSV in their one form: RFC 4180, a comma between values, a line feed at the end, quotes only where they are
/// needed, Unicode composed (NFC).</summary>
internal static class CanonicalCsv
{
    /// <summary>A row as a line.</summary>
    public static string Line(IReadOnlyList<string> values) => string.Join(',', values.Select(Field)) + "\n";

    private static string Field(string value)
    {
        string text = value.Normalize(NormalizationForm.FormC);
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
