using System.Text.Json.Nodes;

namespace ZkHealth.Accountability.Reports;

/// <summary>Numbers by names, ascending by name.</summary>
internal sealed class Tally
{
    private readonly SortedDictionary<string, long> _numbers = new(StringComparer.Ordinal);

    /// <summary>Every name with its number; names whose number is 0 are left out.</summary>
    public IEnumerable<KeyValuePair<string, long>> All => _numbers.Where(n => n.Value != 0);

    /// <summary>The number of a name.</summary>
    public long this[string name] => _numbers.GetValueOrDefault(name);

    /// <summary>Adds to the number of a name.</summary>
    public void Add(string name, long number = 1) => _numbers[name] = this[name] + number;

    /// <summary>Adds the numbers of another one.</summary>
    public void Add(Tally more)
    {
        foreach ((string name, long number) in more._numbers)
        {
            Add(name, number);
        }
    }

    /// <summary>Reads numbers from a JSON object.</summary>
    public static Tally Read(JsonObject json)
    {
        var tally = new Tally();
        foreach ((string name, JsonNode? number) in json)
        {
            tally.Add(name, (long)number!);
        }

        return tally;
    }

    /// <summary>The numbers as a JSON object.</summary>
    public JsonObject ToJson() => new(All.Select(n => KeyValuePair.Create(n.Key, (JsonNode?)n.Value)));

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", All.Select(n => $"{n.Key} {n.Value}"));
}
