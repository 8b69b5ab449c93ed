using System.Globalization;
using System.Text.Json;

namespace ZkHealth.Data;

/// <summary>Reads the members of an object of a schema file by name and type; what nobody asked for is an error.</summary>
internal sealed class SchemaObject
{
    private readonly SchemaNode _node;
    private readonly string _what;
    private readonly Dictionary<string, SchemaNode> _members = new(StringComparer.Ordinal);
    private readonly List<string> _asked = [];

    /// <param name="node">The value.</param>
    /// <param name="what">What it is, for errors, such as "a band".</param>
    public SchemaObject(SchemaNode node, string what)
    {
        (_node, _what) = (node, what);
        if (node.Type != JsonTokenType.StartObject)
        {
            throw node.Error($"expected {what}: an object {{ … }}");
        }

        foreach ((SchemaNode name, SchemaNode value) in node.Members)
        {
            if (!_members.TryAdd(name.Text!, value))
            {
                throw name.Error($"{what} has the member '{name.Text}' twice");
            }
        }
    }

    public FormatException Error(string problem, Exception? inner = null) => _node.Error(problem, inner);

    /// <summary>An error at a member, at the object where there is none.</summary>
    public FormatException ErrorAt(string member, string problem) => (_members.GetValueOrDefault(member) ?? _node).Error(problem);

    public bool Has(string name) => Find(name) is not null;

    public bool IsText(string name) => Find(name)?.Type == JsonTokenType.String;

    public string Text(string name) => OptionalText(name) ?? throw Lacks(name, "a text");

    public string? OptionalText(string name)
    {
        if (Find(name) is not SchemaNode node)
        {
            return null;
        }

        if (node.Type != JsonTokenType.String)
        {
            throw node.Error($"'{name}' of {_what} is a text in quotes");
        }

        return node.Text;
    }

    public IReadOnlyList<string>? Texts(string name)
    {
        if (Find(name) is not SchemaNode node)
        {
            return null;
        }

        if (node.Type != JsonTokenType.StartArray || !node.Items.All(i => i.Type == JsonTokenType.String))
        {
            throw node.Error($"'{name}' of {_what} is a list of texts in quotes, such as [\"a\", \"b\"]");
        }

        return [.. node.Items.Select(i => i.Text!)];
    }

    public bool Flag(string name) =>
        Find(name) switch
        {
            null or { Type: JsonTokenType.False } => false,
            { Type: JsonTokenType.True } => true,
            SchemaNode node => throw node.Error($"'{name}' of {_what} is true or false"),
        };

    public decimal Number(string name) => OptionalNumber(name) ?? throw Lacks(name, "a number");

    /// <summary>A number as it is written, so that its digits behind the point can be counted.</summary>
    public decimal? OptionalNumber(string name)
    {
        if (Find(name) is not SchemaNode node)
        {
            return null;
        }

        return
            node.Type == JsonTokenType.Number
            && node.Text!.Length <= 28
            && decimal.TryParse(
                node.Text,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out decimal number
            )
            ? number
            : throw node.Error($"'{name}' of {_what} is a number of at most 28 digits, without quotes and exponent");
    }

    public int? OptionalWhole(string name)
    {
        if (OptionalNumber(name) is not decimal number)
        {
            return null;
        }

        if (number is not (>= 0 and <= int.MaxValue) || !decimal.IsInteger(number))
        {
            throw ErrorAt(name, $"'{name}' of {_what} is a whole number");
        }

        return (int)number;
    }

    /// <summary>A day in the schema itself, always 2026-05-31.</summary>
    public DateOnly? OptionalDay(string name)
    {
        if (OptionalText(name) is not string text)
        {
            return null;
        }

        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
        {
            throw ErrorAt(name, $"'{name}' of {_what} is a day such as \"2026-05-31\", got '{text}'");
        }

        return day;
    }

    public DateOnly Day(string name) => OptionalDay(name) ?? throw Lacks(name, "a day such as \"2026-05-31\"");

    /// <summary>The position of a word in a list; null where the member is left out.</summary>
    public int? Choice(string name, IReadOnlyList<string> words)
    {
        if (OptionalText(name) is not string text)
        {
            return null;
        }

        for (int i = 0; i < words.Count; i++)
        {
            if (words[i] == text)
            {
                return i;
            }
        }

        throw ErrorAt(name, $"unknown {name} '{text}' of {_what}: expected {string.Join(", ", words)}");
    }

    public SchemaObject? OptionalObject(string name, string what) =>
        Find(name) is SchemaNode node ? new SchemaObject(node, what) : null;

    /// <summary>The objects of a list that has at least one.</summary>
    public IReadOnlyList<SchemaObject> Objects(string name, string what)
    {
        SchemaNode node = Find(name) ?? throw Lacks(name, "a list [ … ]");
        return node.Type == JsonTokenType.StartArray && node.Items.Count > 0
            ? [.. node.Items.Select(i => new SchemaObject(i, what))]
            : throw node.Error($"'{name}' of {_what} is a list of one or more: [ {{ … }} ]");
    }

    /// <summary>Refuses members that nobody asked for.</summary>
    public void Done()
    {
        foreach ((SchemaNode name, SchemaNode _) in _node.Members)
        {
            if (!_asked.Contains(name.Text!))
            {
                throw name.Error($"unknown member '{name.Text}': {_what} has {string.Join(", ", _asked.Distinct())}");
            }
        }
    }

    private FormatException Lacks(string name, string type) => _node.Error($"{_what} needs the member \"{name}\": {type}");

    private SchemaNode? Find(string name)
    {
        _asked.Add(name);
        return _members.TryGetValue(name, out SchemaNode? node) && node.Type != JsonTokenType.Null ? node : null;
    }
}
