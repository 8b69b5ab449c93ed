using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace ZkHealth.Statistics;

/// <summary>Reads the JSON of a plan. A field that is not known is refused: it would change the digest and mean
/// nothing.</summary>
internal static class PlanReader
{
    /// <summary>The largest encoding that is decoded.</summary>
    public const int MaxSize = 1 << 26;

    /// <summary>The most tables, steps, cubes and questions of a plan: rules look at some of them in pairs.</summary>
    public const int MaxParts = 256;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <summary>Decodes a plan in canonical form; anything else is refused, with a reason.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out Plan? plan,
        [NotNullWhen(false)] out string? reason
    )
    {
        (plan, reason) = (null, null);
        if (bytes.Length > MaxSize)
        {
            reason = "the plan is too large";
            return false;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes, Options);
            Plan read = Read(document.RootElement);
            if (!read.Encode().Span.SequenceEqual(bytes.Span))
            {
                reason = "the plan is not in canonical form";
                return false;
            }

            plan = read;
            return true;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            reason = e is FormatException ? "not a plan: " + e.Message : "not a plan, or one that is cut off or damaged";
            return false;
        }
    }

    /// <summary>Reads a plan in any form of JSON.</summary>
    /// <exception cref="FormatException">A field is missing, unknown or out of range.</exception>
    /// <exception cref="InvalidOperationException">A field is of another type.</exception>
    public static Plan Read(JsonElement json)
    {
        CheckFields(json, ["tables", "steps", "cubes", "asked"], ["segment"]);
        bool fits =
            json.GetProperty("tables").GetPropertyCount() <= MaxParts
            && ((string[])["steps", "cubes", "asked"]).All(part => json.GetProperty(part).GetArrayLength() <= MaxParts);
        if (!fits)
        {
            throw new FormatException($"expected at most {MaxParts} tables, steps, cubes and questions");
        }

        var tables = new Dictionary<string, PlanTable>(StringComparer.Ordinal);
        foreach (JsonProperty table in json.GetProperty("tables").EnumerateObject())
        {
            tables.Add(table.Name, ReadTable(table.Value));
        }

        return new Plan
        {
            Tables = tables,
            Steps = [.. json.GetProperty("steps").EnumerateArray().Select(ReadStep)],
            Cubes = [.. json.GetProperty("cubes").EnumerateArray().Select(ReadCube)],
            Asked = [.. json.GetProperty("asked").EnumerateArray().Select(ReadQuestion)],
            Segment = json.TryGetProperty("segment", out JsonElement segment) ? ReadSegment(segment) : null,
        };
    }

    private static PlanTable ReadTable(JsonElement json)
    {
        CheckFields(json, ["owner", "dataset", "root", "rows", "columns", "derived"], ["for"]);
        return new PlanTable(
            Text(json, "owner"),
            Text(json, "dataset"),
            Text(json, "root"),
            Number(json.GetProperty("rows")),
            Columns(json, "columns"),
            Columns(json, "derived"),
            json.TryGetProperty("for", out _) ? Text(json, "for") : null
        );
    }

    private static PlanColumn[] Columns(JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(ReadColumn)];

    private static PlanColumn ReadColumn(JsonElement json)
    {
        CheckFields(json, ["name", "kind", "domain"], ["codes", "of"]);
        int kind = Array.IndexOf(PlanJson.Kinds, Text(json, "kind"));
        if (kind < 0)
        {
            throw new FormatException("rule 9: kinds are coded, number, key");
        }

        return new PlanColumn(
            Text(json, "name"),
            (PlanColumnKind)kind,
            Number(json.GetProperty("domain")),
            json.TryGetProperty("codes", out JsonElement codes) ? [.. codes.EnumerateArray().Select(Text)] : null,
            json.TryGetProperty("of", out _) ? Text(json, "of") : null
        );
    }

    private static PlanStep ReadStep(JsonElement json)
    {
        switch (Text(json, "op"))
        {
            case "map":
                CheckFields(json, ["op", "table", "sources", "target", "tuples"]);
                return new MapStep(Text(json, "table"), Indices(json, "sources"), Index(json, "target"), Rows(json, "tuples"));
            case "join":
                CheckFields(json, ["op", "events", "entities", "key", "pairs"]);
                return new JoinStep(
                    Text(json, "events"),
                    Text(json, "entities"),
                    Index(json, "key"),
                    [.. json.GetProperty("pairs").EnumerateArray().Select(ReadPair)]
                );
            case "total":
                CheckFields(json, ["op", "events", "entities", "key", "weight", "total"]);
                return new TotalStep(
                    Text(json, "events"),
                    Text(json, "entities"),
                    Index(json, "key"),
                    json.GetProperty("weight").ValueKind == JsonValueKind.Null ? null : Index(json, "weight"),
                    Index(json, "total")
                );
            default:
                throw new FormatException("a step is a map, a join or a total");
        }
    }

    private static (int Target, int Source) ReadPair(JsonElement json) =>
        json.EnumerateArray().Select(Index).ToArray() is [int target, int source]
            ? (target, source)
            : throw new FormatException("a pair has two columns");

    private static PlanCube ReadCube(JsonElement json)
    {
        CheckFields(json, ["table", "columns"]);
        return new PlanCube(Text(json, "table"), Indices(json, "columns"));
    }

    private static PlanQuestion ReadQuestion(JsonElement json)
    {
        CheckFields(json, ["cube", "weights"], ["groups"]);
        return new PlanQuestion(Index(json, "cube"), Rows(json, "weights"))
        {
            Groups = json.TryGetProperty("groups", out JsonElement groups) ? ReadGroups(groups) : null,
        };
    }

    private static PlanGroups ReadGroups(JsonElement json) =>
        json.EnumerateArray().Select(Number).ToArray() is [long width and >= 1 and <= int.MaxValue, long least]
            ? new PlanGroups((int)width, least)
            : throw new FormatException("groups are the numbers of each and the least rows");

    private static PlanSegment ReadSegment(JsonElement json) =>
        json.EnumerateArray().Select(Index).ToArray() is [int index, int count]
            ? new PlanSegment(index, count)
            : throw new FormatException("a segment is a number and how many there are");

    private static void CheckFields(JsonElement json, string[] needed, string[]? optional = null)
    {
        if (needed.FirstOrDefault(name => !json.TryGetProperty(name, out _)) is string missing)
        {
            throw new FormatException($"the field '{missing}' is missing");
        }

        if (json.EnumerateObject().Any(p => !needed.Contains(p.Name) && optional?.Contains(p.Name) != true))
        {
            throw new FormatException("a field is not known");
        }
    }

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value)
            ? Text(value)
            : throw new FormatException($"the field '{name}' is missing");

    private static string Text(JsonElement value) => value.GetString() ?? throw new FormatException("expected a text");

    private static long Number(JsonElement value) =>
        value.GetInt64() is long n and >= -CanonicalJson.MaxNumber and <= CanonicalJson.MaxNumber
            ? n
            : throw new FormatException("a number is out of range");

    private static int Index(JsonElement json, string name) => Index(json.GetProperty(name));

    private static int Index(JsonElement value) => value.GetInt32();

    private static int[] Indices(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(Index)];

    private static long[][] Rows(JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(row => row.EnumerateArray().Select(Number).ToArray())];
}
