using System.Text.Json;

namespace ZkHealth.Statistics;

/// <summary>The fields that the kinds of <see cref="ReferenceFile"/> have.</summary>
internal static class ReferenceFields
{
    private static readonly string[] AxesFields = ["which", "domains", "tuples"];
    private static readonly string[] LinkedTables = ["events", "entities"];
    private static readonly string[] TableFields = ["owner", "schema", "rows", "columns", "derivedSchema", "derived"];

    /// <summary>The fields of each kind.</summary>
    private static readonly Dictionary<string, string[]> Fields = new(StringComparer.Ordinal)
    {
        ["linear"] = ["kind", "label", "family", "commitment", "value", "weights", "proof"],
        ["cubes"] = ["kind", "label", .. TableFields, "axes", "cubes", "proof"],
        ["link"] = ["kind", "label", "events", "entities", "key", "pairs", "weight", "total", "sums", "proof"],
        ["plan"] = ["kind", "plans", "rule"],
        ["statistics"] = ["kind", "label", "statement", "roots", "axes", "cube", "points", "weights", "proof", "revealed"],
        ["generators"] = ["kind", "B", "H", "column", "cube", "message"],
    };

    /// <summary>
    /// A kind or a field that this version does not know, in words: what it asks for cannot be judged, so the file is neither
    /// accepted nor rejected.
    /// </summary>
    public static string? Unknown(JsonElement file)
    {
        if (
            file.TryGetProperty("bits", out _)
            || !file.TryGetProperty("kind", out JsonElement kind)
            || kind.ValueKind != JsonValueKind.String
        )
        {
            return null;
        }

        string name = kind.GetString()!;
        if (!Fields.TryGetValue(name, out string[]? known))
        {
            return $"the kind '{(name.Length > 40 ? name[..40] + "…" : name)}'; {ReferenceFile.Expected}";
        }

        IEnumerable<JsonElement> axes =
            !file.TryGetProperty("axes", out JsonElement list) ? []
            : list.ValueKind == JsonValueKind.Array ? list.EnumerateArray()
            : [list];
        IEnumerable<JsonElement> tables = LinkedTables
            .Where(known.Contains)
            .Select(t => file.TryGetProperty(t, out JsonElement table) ? table : default);
        string? field =
            Other(file, known)
            ?? axes.Select(a => Other(a, AxesFields))
                .Concat(tables.Select(t => Other(t, TableFields)))
                .FirstOrDefault(f => f is not null);
        return field is null ? null : $"the field '{(field.Length > 40 ? field[..40] + "…" : field)}' of the kind {name}";
    }

    private static string? Other(JsonElement item, string[] known) =>
        item.ValueKind != JsonValueKind.Object
            ? null
            : item.EnumerateObject()
                .Select(p => p.Name)
                .FirstOrDefault(p => !known.Contains(p) && p is not ("accept" or "reason"));
}
