using System.Text.Json;
using System.Text.Json.Nodes;

namespace ZkHealth.Cli.Terminal;

/// <summary>What a command has to say: lines for people, or one JSON object for programs.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly List<string> _lines = [];

    /// <summary>The members of the JSON object.</summary>
    public JsonObject Json { get; } = [];

    /// <summary>A line for people.</summary>
    public void Line(string text) => _lines.Add(Visible(text));

    /// <summary>A member of the JSON object, and a line for people where one is given.</summary>
    public void Add(string name, JsonNode? value, string? line = null)
    {
        Json[name] = value;
        if (line is not null)
        {
            Line(line);
        }
    }

    /// <summary>
    /// A text from a file of others as one line: control characters, ends of lines and marks that turn the direction of writing are written out. With them in its
    /// purpose, say, a proof could seem to have been found on a ledger, or move the cursor and write over its rejection.
    /// </summary>
    public static string Visible(string text, bool keepLines = false) => text.All(c => IsPlain(c, keepLines)) ? text
        : string.Concat(text.Select(c => IsPlain(c, keepLines) ? $"{c}" : $"\\u{(int)c:x4}"));

    private static bool IsPlain(char c, bool keepLines) => (keepLines && c == '\n')
        || !(char.IsControl(c) || c is '\u2028' or '\u2029' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069'));

    /// <summary>Bytes in lower-case hexadecimal.</summary>
    public static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    /// <summary>A time for people and in seconds.</summary>
    public static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:F2} s");

    public void Write(TextWriter output, bool json)
    {
        if (json)
        {
            output.WriteLine(Json.ToJsonString(Indented));
            return;
        }

        foreach (string line in _lines)
        {
            output.WriteLine(line);
        }
    }
}
