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
    public void Line(string text) => _lines.Add(text);

    /// <summary>A member of the JSON object, and a line for people where one is given.</summary>
    public void Add(string name, JsonNode? value, string? line = null)
    {
        Json[name] = value;
        if (line is not null)
        {
            _lines.Add(line);
        }
    }

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
