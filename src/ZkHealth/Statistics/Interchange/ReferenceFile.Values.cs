using System.Text.Json;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>The values of a file as the objects that they stand for.</summary>
internal static partial class ReferenceFile
{
    private static Transcript Start(JsonElement file) => new(Hex(file, "label"));

    private static TableCommitment Table(JsonElement file)
    {
        var table = new TableCommitment(
            Hex(file, "owner"),
            Hex(file, "schema"),
            file.GetProperty("rows").GetInt64(),
            Columns(file.GetProperty("columns"))
        );
        bool derived = file.TryGetProperty("derived", out JsonElement columns);
        if (derived)
        {
            return TableCommitment.Derive(table, Hex(file, "derivedSchema"), Columns(columns));
        }

        if (file.TryGetProperty("derivedSchema", out _))
        {
            throw new KeyNotFoundException();
        }

        return table;
    }

    private static ColumnCommitment[] Columns(JsonElement columns) =>
        [
            .. columns
                .EnumerateArray()
                .Select(column =>
                    column.ValueKind == JsonValueKind.String
                        ? ColumnCommitment.FromDigest(Hex(column))
                        : ColumnCommitment.FromPoints(column.EnumerateArray().SelectMany(p => Point(p).ToBytes()).ToArray())
                ),
        ];

    /// <summary>Axes with domains, or a relation with tuples.</summary>
    private static ICubeCells Cells(JsonElement axes)
    {
        uint[] columns = Numbers(axes.GetProperty("which"));
        if (!axes.TryGetProperty("tuples", out JsonElement tuples))
        {
            return TableAxes.Create(columns, Numbers(axes.GetProperty("domains")));
        }

        if (axes.TryGetProperty("domains", out _))
        {
            throw new FormatException("a relation has tuples and no domains");
        }

        uint[][] rows = [.. tuples.EnumerateArray().Select(Numbers)];
        return rows.All(row => row.Length == columns.Length)
            ? Relation.Create(columns, rows.SelectMany(row => row).ToArray())
            : throw new FormatException("a tuple has another length");
    }

    private static uint[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(n => n.GetUInt32())];

    internal static CompressedPoint[] Points(JsonElement file, string name) =>
        [.. file.GetProperty(name).EnumerateArray().Select(Point)];

    /// <summary>A point, decoded to make sure that it is one even where nothing is proven about it.</summary>
    internal static CompressedPoint Point(JsonElement hex)
    {
        byte[] bytes = Hex(hex);
        if (bytes.Length != RistrettoPoint.Size)
        {
            throw new FormatException("a point is 32 bytes");
        }

        var point = new CompressedPoint(bytes);
        return point.TryDecompress(out _) ? point : throw new FormatException("not a canonical ristretto255 point");
    }

    private static Scalar[] Scalars(JsonElement list) =>
        [
            .. list.EnumerateArray()
                .Select(hex =>
                    Scalar.TryDecode(Hex(hex), out Scalar s) ? s : throw new FormatException("not a canonical scalar")
                ),
        ];

    private static byte[] Hex(JsonElement file, string name) => Hex(file.GetProperty(name));

    private static byte[] Hex(JsonElement value)
    {
        string text = value.GetString() ?? throw new FormatException("expected hex");
        return text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'))
            ? Convert.FromHexString(text)
            : throw new FormatException("expected lower-case hex");
    }
}
