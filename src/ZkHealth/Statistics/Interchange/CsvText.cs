using System.Globalization;
using System.Text;

namespace ZkHealth.Statistics;

/// <summary>Fields of CSV files that we write (RFC 4180).</summary>
internal static class CsvText
{
    /// <summary>The characters at which a spreadsheet takes a cell for a formula, those of full width too, which it reads as the
    /// others; and the apostrophe, so that one that was added can be told from one that was there.</summary>
    private const string Starts = "=+-@\t\r\n'\uFF1D\uFF0B\uFF0D\uFF20";

    /// <summary>The characters after which a spreadsheet may begin a new cell: which of them does depends on the country that it
    /// is set to, not on the file.</summary>
    private const string Separators = ",;\t\r\n\"";

    /// <summary>A field with exactly this text: in quotes where it needs them.</summary>
    public static string Exact(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    /// <summary>
    /// A field with a text that others chose, such as a label, for a file that people open in a spreadsheet: an apostrophe stands
    /// before every character that could begin a formula, at the beginning of the text and after each separator. A reader gets
    /// the text back by leaving out one apostrophe in these places. An empty text is "", which tells it from no value; what
    /// steers a terminal is written out.
    /// </summary>
    /// <remarks>CSV injection (OWASP): a label such as =HYPERLINK(…) would be evaluated by the requester's spreadsheet.</remarks>
    public static string Label(string text)
    {
        var safe = new StringBuilder(text.Length + 1);
        for (int i = 0; i < text.Length; i++)
        {
            bool begins = i == 0 || Separators.Contains(text[i - 1], StringComparison.Ordinal);
            if (begins && Starts.Contains(text[i], StringComparison.Ordinal))
            {
                safe.Append('\'');
            }

            _ =
                char.IsControl(text[i]) && text[i] is not ('\t' or '\r' or '\n')
                    ? safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}")
                    : safe.Append(text[i]);
        }

        return text.Length == 0 ? "\"\"" : Exact(safe.ToString());
    }
}
