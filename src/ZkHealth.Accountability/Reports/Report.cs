using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ZkHealth.Accountability.Reports;

/// <summary>The output of a command: lines for people, or one JSON object for programs.</summary>
/// <param name="notices">Where a notice goes that is of use only before the work is done; null where nobody waits for it.</param>
internal sealed partial class Report(TextWriter? notices = null)
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly List<string> _lines = [];

    /// <summary>The lines for people.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>The members of the JSON object.</summary>
    public JsonObject Json { get; } = [];

    /// <summary>A text in the place of the lines, such as CSV, where the command succeeds; null for none.</summary>
    public string? Text { get; set; }

    /// <summary>Tells whether the command verifies something, so that it may call it accepted or rejected.</summary>
    public bool Verifies { get; set; }

    /// <summary>A line for people that is written at once, on the error stream: what follows may take long.</summary>
    public void Notice(string text) => notices?.WriteLine($"zkhealth: {Visible(text)}");

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

    /// <summary>All that another report says.</summary>
    public void Add(Report other)
    {
        _lines.AddRange(other._lines);
        foreach ((string name, JsonNode? value) in other.Json)
        {
            Json[name] = value?.DeepClone();
        }
    }

    /// <summary>
    /// A text from a file of others as one line: what is not seen, or steers a terminal, is written out (control characters, ends
    /// of lines, marks of direction, characters of no width, spaces that look like another). With them in its purpose, say, a
    /// proof could seem to have been found on a ledger, or move the cursor and write over its rejection; and a value that the
    /// schema does not know could look like one that it knows.
    /// </summary>
    public static string Visible(string text, bool keepLines = false)
    {
        if (text.EnumerateRunes().All(r => r != Rune.ReplacementChar && IsPlain(r, keepLines)))
        {
            return text;
        }

        // a half of a pair of surrogates is read as U+FFFD: by its unit, then, not by its rune
        var written = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            int units = Rune.TryGetRuneAt(text, i, out Rune rune) ? rune.Utf16SequenceLength : 1;
            bool plain = (units == 2 || !char.IsSurrogate(text[i])) && IsPlain(rune, keepLines);
            foreach (char c in text.AsSpan(i, units))
            {
                _ = plain ? written.Append(c) : written.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }

            i += units - 1;
        }

        return written.ToString();
    }

    private static bool IsPlain(Rune r, bool keepLines) =>
        (keepLines && r.Value == '\n')
        || r.Value is ' ' or '\u3000'
        || Rune.GetUnicodeCategory(r)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.SpaceSeparator
            );

    /// <summary>JSON that people can read in their language: characters beyond ASCII as they are, but those that are not
    /// seen.</summary>
    public static string ToJson(JsonNode node) =>
        Visible(
            Pairs()
                .Replace(
                    node.ToJsonString(Indented),
                    m => m.Groups[1].Success ? $"{Unit(m.Groups[1])}{Unit(m.Groups[2])}" : m.Value
                ),
            keepLines: true
        );

    private static char Unit(Group digits) =>
        (char)int.Parse(digits.ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>A character beyond the first 65,536, which the encoder always escapes; a backslash before is passed over together
    /// with the one that it escapes.</summary>
    [GeneratedRegex(@"\\\\|\\u(D[89AB]..)\\u(D[C-F]..)", RegexOptions.IgnoreCase)]
    private static partial Regex Pairs();

    /// <summary>Bytes in lower-case hexadecimal.</summary>
    public static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    /// <summary>A time for people and in seconds.</summary>
    public static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:F2} s");

    /// <summary>
    /// Gives an object the members that every output begins with, whatever came of the command: accepted, verdict, reason,
    /// exitCode. Whether something was accepted is null where nothing was found out about it.
    /// </summary>
    /// <param name="members">The members of the command's own; "reason" may be among them.</param>
    /// <param name="code">An <see cref="ExitCode"/>.</param>
    /// <param name="verifies">Whether the command verifies something.</param>
    public static JsonObject WithVerdict(JsonObject members, int code, bool verifies)
    {
        string? reason = code == ExitCode.Accepted ? null : (string?)members["reason"] ?? "see the members of this object";
        KeyValuePair<string, JsonNode?>[] leading =
        [
            new(
                "accepted",
                code switch
                {
                    ExitCode.Accepted when verifies => true,
                    ExitCode.Rejected => false,
                    _ => null,
                }
            ),
            new("verdict", ExitCode.Word(code, verifies)),
            new("reason", reason),
            new("exitCode", code),
        ];
        for (int i = 0; i < leading.Length; i++)
        {
            members.Remove(leading[i].Key);
            members.Insert(i, leading[i].Key, leading[i].Value);
        }

        return members;
    }

    public void Write(TextWriter output, bool json, int code)
    {
        if (json)
        {
            output.WriteLine(ToJson(WithVerdict(Json, code, Verifies)));
            return;
        }

        if (Text is not null && code == ExitCode.Accepted)
        {
            output.Write(Text);
            return;
        }

        foreach (string line in _lines)
        {
            output.WriteLine(line);
        }
    }
}
