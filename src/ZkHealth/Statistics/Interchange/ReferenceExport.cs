using System.Buffers;
using System.Text.Json;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Writes the JSON files that <see cref="ReferenceFile"/> reads, for other implementations to check.</summary>
public static class ReferenceExport
{
    /// <summary>The file of a cubes proof.</summary>
    /// <param name="cubes">The proven cubes; nothing secret of them is written.</param>
    public static byte[] Cubes(ContingencyTableOpening cubes)
    {
        ArgumentNullException.ThrowIfNull(cubes);
        return Cubes(ContingencyTableProof.Label, cubes.Table, cubes.Axes, cubes.Points, cubes.Proof.Span);
    }

    /// <summary>The same from its public parts.</summary>
    internal static byte[] Cubes(
        ReadOnlySpan<byte> label,
        TableCommitment table,
        IReadOnlyList<TableAxes> axes,
        IReadOnlyList<CompressedPoint> points,
        ReadOnlySpan<byte> proof)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var w = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true });
        w.WriteStartObject();
        w.WriteString("kind", "cubes");
        WriteHex(w, "label", label);
        WriteHex(w, "owner", table.Owner.Span);
        WriteHex(w, "schema", table.Schema.Span);
        w.WriteNumber("rows", table.Rows);
        w.WriteStartArray("columns");
        foreach (ColumnCommitment column in table.Columns)
        {
            if (!column.HasPoints)
            {
                w.WriteStringValue(Convert.ToHexStringLower(column.Digest.Span));
                continue;
            }

            w.WriteStartArray();
            for (int i = 0; i < column.Points.Length; i += RistrettoPoint.Size)
            {
                w.WriteStringValue(Convert.ToHexStringLower(column.Points.Span.Slice(i, RistrettoPoint.Size)));
            }

            w.WriteEndArray();
        }

        w.WriteEndArray();
        w.WriteStartArray("axes");
        foreach (TableAxes a in axes)
        {
            WriteAxes(w, a);
        }

        w.WriteEndArray();
        WritePoints(w, "cubes", points);
        WriteHex(w, "proof", proof);
        w.WriteEndObject();
        w.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The file of a statistics proof; revealed[j] is the value of the j-th statistic or null.</summary>
    internal static byte[] Statistics(
        StatisticContext context,
        byte[] statement,
        ContingencyTableSubject subject,
        CompressedPoint cube,
        IReadOnlyList<CompressedPoint> points,
        IReadOnlyList<Scalar[]> weights,
        ReadOnlySpan<byte> proof,
        IReadOnlyList<ulong?> revealed)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var w = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true });
        w.WriteStartObject();
        w.WriteString("kind", "statistics");
        WriteHex(w, "label", context.Label(statement));
        WriteHex(w, "statement", statement);
        w.WriteStartArray("roots");
        foreach (ReadOnlyMemory<byte> root in subject.Roots)
        {
            w.WriteStringValue(Convert.ToHexStringLower(root.Span));
        }

        w.WriteEndArray();
        w.WritePropertyName("axes");
        WriteAxes(w, subject.Axes);
        w.WriteString("cube", cube.ToString());
        WritePoints(w, "points", points);
        w.WriteStartArray("weights");
        foreach (Scalar[] row in weights)
        {
            w.WriteStartArray();
            foreach (Scalar weight in row)
            {
                w.WriteStringValue(Convert.ToHexStringLower(weight.ToBytes()));
            }

            w.WriteEndArray();
        }

        w.WriteEndArray();
        WriteHex(w, "proof", proof);
        w.WriteStartObject("revealed");
        for (int j = 0; j < revealed.Count; j++)
        {
            if (revealed[j] is ulong value)
            {
                w.WriteNumber(j.ToString(System.Globalization.CultureInfo.InvariantCulture), value);
            }
        }

        w.WriteEndObject();
        w.WriteEndObject();
        w.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteAxes(Utf8JsonWriter w, TableAxes axes)
    {
        w.WriteStartObject();
        w.WriteStartArray("which");
        foreach (uint j in axes.Columns)
        {
            w.WriteNumberValue(j);
        }

        w.WriteEndArray();
        w.WriteStartArray("domains");
        foreach (uint d in axes.Domains)
        {
            w.WriteNumberValue(d);
        }

        w.WriteEndArray();
        w.WriteEndObject();
    }

    private static void WritePoints(Utf8JsonWriter w, string name, IReadOnlyList<CompressedPoint> points)
    {
        w.WriteStartArray(name);
        foreach (CompressedPoint point in points)
        {
            w.WriteStringValue(point.ToString());
        }

        w.WriteEndArray();
    }

    private static void WriteHex(Utf8JsonWriter w, string name, ReadOnlySpan<byte> bytes) =>
        w.WriteString(name, Convert.ToHexStringLower(bytes));
}
