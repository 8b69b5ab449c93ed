using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>docs/region.md, played as it stands there: each body is written when what it names is known, each command has to
/// succeed.</summary>
public sealed partial class RegionGuideTests : TemporaryFolder
{
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _bodies = new(StringComparer.Ordinal);

    [Fact]
    public void The_guide_to_a_region_is_played()
    {
        string text = File.ReadAllText(Path.Combine(Run.Root, "docs", "region.md"));
        foreach (Match body in Body().Matches(text))
        {
            _bodies[body.Groups[1].Value] = body.Groups[2].Value;
        }

        DateTimeOffset now = DateTimeOffset.UtcNow;
        (string Name, DateTimeOffset Time)[] times =
        [
            ("now", now),
            ("in a month", now.AddDays(30)),
            ("in a year", now.AddDays(365)),
            ("in five years", now.AddDays(5 * 365)),
        ];
        foreach ((string name, DateTimeOffset time) in times)
        {
            _known[name] = time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }

        JsonObject last = [];
        int played = 0;
        foreach (string line in Played().Matches(text).SelectMany(m => m.Groups[1].Value.TrimEnd().Split('\n')))
        {
            last = Play(Filled(line) ?? throw new InvalidOperationException($"not known yet: {line}"));
            played++;
        }

        Assert.InRange(played, 40, 80);
        Assert.Equal("approved", (string)last["proposals"]![0]!["status"]!);
    }

    private JsonObject Play(string line)
    {
        foreach ((string name, string body) in _bodies)
        {
            if (Filled(body) is string filled)
            {
                File.WriteAllText(At(name), filled);
            }
        }

        string[] words = line.Split(' ')[1..];
        JsonObject json = Run.Json([.. words.Select(w => FileName().Replace(w, m => m.Groups[1].Value + At(m.Groups[2].Value)))]);
        Learn(words, json);
        return json;
    }

    /// <summary>Keeps what a command printed and later ones name.</summary>
    private void Learn(string[] words, JsonObject json)
    {
        string? After(string option) =>
            Array.IndexOf(words, option) is int i and >= 0 && i + 1 < words.Length ? words[i + 1] : null;
        if (words[0] == "keygen")
        {
            _known[$"key of {After("--out")}"] = (string)json["publicKey"]!;
        }

        if (json["id"] is JsonNode id)
        {
            _known[$"id of {After("--entry") ?? $"{words[0]} {words[1]}"}"] = (string)id!;
        }

        if (words[0] == "act" && words.Contains("--check"))
        {
            _known["origin"] = (string)json["origin"]!;
        }

        if (json["used"] is JsonNode used)
        {
            _known["root"] = (string)json["root"]!;
            string own = Salted().Replace(File.ReadAllText((string)used!), new string('5', 64));
            File.WriteAllText((string)used!, own);
        }

        if (json["answers"] is JsonArray { Count: > 0 } answers)
        {
            _known["id of the recall"] = (string)answers[0]!["id"]!;
        }
    }

    /// <summary>A text with what is known in the place of &lt; &gt;; null where something is not known yet.</summary>
    private string? Filled(string text)
    {
        bool isWhole = true;
        string filled = Blank()
            .Replace(
                text,
                m =>
                {
                    string name = m.Groups[1].Value;
                    if (name.StartsWith("SHA-256 of", StringComparison.Ordinal))
                    {
                        return new string('7', 64);
                    }

                    isWhole &= _known.ContainsKey(name);
                    return _known.GetValueOrDefault(name, "");
                }
            );
        return isWhole ? filled : null;
    }

    [GeneratedRegex("^```(?:json|csv|txt) (\\S+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Body();

    [GeneratedRegex("^<!-- played -->\n```\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Played();

    [GeneratedRegex("<([^<>]+)>")]
    private static partial Regex Blank();

    [GeneratedRegex(@"^(file:)?([a-z0-9]+(?:\.[a-z]+)+)$")]
    private static partial Regex FileName();

    [GeneratedRegex("SHA-256 of a salt and the [a-z ]+")]
    private static partial Regex Salted();
}
