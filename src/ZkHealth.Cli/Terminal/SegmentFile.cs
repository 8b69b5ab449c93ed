using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ZkHealth.Data;

namespace ZkHealth.Cli.Terminal;

/// <summary>
/// The list of the segments of a data set, which its owner keeps beside the tables (.zks): JSON with the name of the data set and
/// the files in their order. It holds no data.
/// </summary>
internal sealed class SegmentFile(string path, string dataSet, IReadOnlyList<string> names)
{
    /// <summary>The name of the data set.</summary>
    public string DataSet => dataSet;

    /// <summary>The files of the tables, in the order of the segments.</summary>
    public IReadOnlyList<string> Paths => [.. names.Select(n => Path.Combine(Path.GetDirectoryName(path) ?? "", n))];

    /// <summary>Determines whether a file is a list by its name.</summary>
    public static bool IsNameOf(string file) => file.EndsWith(".zks", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a list.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static SegmentFile Read(string path)
    {
        try
        {
            if (
                JsonNode.Parse(Inputs.Text(path)) is JsonObject json
                && json["dataSet"] is JsonValue name
                && json["segments"] is JsonArray { Count: > 0 } list
                && list.All(n => n is JsonValue)
            )
            {
                return new SegmentFile(path, (string)name!, [.. list.Select(n => (string)n!)]);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // said below
        }

        throw new UsageException($"{path}: expected a list of segments, as `zkhealth append` writes it");
    }

    /// <summary>The list with a table at its end, or in the place of another.</summary>
    /// <exception cref="UsageException">The table is there already, or the other one is not.</exception>
    public SegmentFile With(string table, string? instead)
    {
        string Name(string file) => Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFullPath(file));
        if (names.Contains(Name(table)))
        {
            throw new UsageException($"{table} is a segment of {path} already");
        }

        if (instead is null)
        {
            return new SegmentFile(path, dataSet, [.. names, Name(table)]);
        }

        return names.Contains(Name(instead))
            ? new SegmentFile(path, dataSet, [.. names.Select(n => n == Name(instead) ? Name(table) : n)])
            : throw new UsageException($"--replace: {instead} is no segment of {path}; it has {string.Join(", ", names)}");
    }

    /// <summary>Writes the list.</summary>
    public void Write() =>
        AtomicFile.Write(
            path,
            Encoding.UTF8.GetBytes(
                new JsonObject
                {
                    ["dataSet"] = dataSet,
                    ["segments"] = new JsonArray([.. names.Select(n => (JsonNode)n)]),
                }.ToJsonString() + "\n"
            ),
            overwrite: true
        );
}
