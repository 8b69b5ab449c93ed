using System.Buffers;
using System.Text.Json;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Writes the JSON files that <see cref="ReferenceFile"/> reads, for other implementations to check.</summary>
internal static class ReferenceExport
{
    /// <summary>The file of a cubes proof, from its public parts.</summary>
    internal static byte[] Cubes(
        ReadOnlySpan<byte> label,
        TableCommitment table,
        IReadOnlyList<ICubeCells> axes,
        IReadOnlyList<CompressedPoint> points,
        ReadOnlySpan<byte> proof
    )
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var w = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true });
        w.WriteStartObject();
        w.WriteString("kind", "cubes");
        WriteHex(w, "label", label);
        WriteTable(w, table);
        w.WriteStartArray("axes");
        foreach (ICubeCells a in axes)
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
        IReadOnlyList<ulong?> revealed
    )
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

    /// <summary>The file of a link proof.</summary>
    internal static byte[] Link(
        ReadOnlySpan<byte> label,
        TableCommitment events,
        TableCommitment entities,
        Link link,
        ReadOnlySpan<byte> hiddenSums,
        ReadOnlySpan<byte> proof
    )
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var w = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true });
        w.WriteStartObject();
        w.WriteString("kind", "link");
        WriteHex(w, "label", label);
        w.WriteStartObject("events");
        WriteTable(w, events);
        w.WriteEndObject();
        w.WriteStartObject("entities");
        WriteTable(w, entities);
        w.WriteEndObject();
        w.WriteNumber("key", link.Key);
        w.WriteStartArray("pairs");
        foreach ((uint x, uint y) in link.Pairs)
        {
            w.WriteStartArray();
            w.WriteNumberValue(x);
            w.WriteNumberValue(y);
            w.WriteEndArray();
        }

        w.WriteEndArray();
        WriteColumn(w, "weight", link.Weight);
        WriteColumn(w, "total", link.Total);
        w.WritePropertyName("sums");
        WritePoints(w, hiddenSums);
        WriteHex(w, "proof", proof);
        w.WriteEndObject();
        w.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The file of a plan, or of several whose cubes are added up; each is in canonical form, so that its digest is that
    /// of its bytes.</summary>
    internal static byte[] Plans(params IReadOnlyList<Plan> plans)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var w = new Utf8JsonWriter(buffer);
        w.WriteStartObject();
        w.WriteString("kind", "plan");
        w.WriteStartArray("plans");
        foreach (Plan plan in plans)
        {
            w.WriteRawValue(plan.Encode().Span);
        }

        w.WriteEndArray();
        w.WriteEndObject();
        w.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteColumn(Utf8JsonWriter w, string name, uint? column)
    {
        if (column is uint j)
        {
            w.WriteNumber(name, j);
        }
        else
        {
            w.WriteNull(name);
        }
    }

    /// <summary>The properties of a table, those of a derived one after those of its base.</summary>
    private static void WriteTable(Utf8JsonWriter w, TableCommitment table)
    {
        TableCommitment own = table.Base ?? table;
        WriteHex(w, "owner", own.Owner.Span);
        WriteHex(w, "schema", own.Schema.Span);
        w.WriteNumber("rows", own.Rows);
        w.WritePropertyName("columns");
        WriteColumns(w, own.Columns);
        if (table.Base is not null)
        {
            WriteHex(w, "derivedSchema", table.Schema.Span);
            w.WritePropertyName("derived");
            WriteColumns(w, [.. table.Columns.Skip(own.Columns.Count)]);
        }
    }

    private static void WriteColumns(Utf8JsonWriter w, IReadOnlyList<ColumnCommitment> columns)
    {
        w.WriteStartArray();
        foreach (ColumnCommitment column in columns)
        {
            if (column.HasPoints)
            {
                WritePoints(w, column.Points.Span);
            }
            else
            {
                w.WriteStringValue(Convert.ToHexStringLower(column.Digest.Span));
            }
        }

        w.WriteEndArray();
    }

    private static void WritePoints(Utf8JsonWriter w, ReadOnlySpan<byte> encodings)
    {
        w.WriteStartArray();
        for (int i = 0; i < encodings.Length; i += RistrettoPoint.Size)
        {
            w.WriteStringValue(Convert.ToHexStringLower(encodings.Slice(i, RistrettoPoint.Size)));
        }

        w.WriteEndArray();
    }

    private static void WriteAxes(Utf8JsonWriter w, ICubeCells axes)
    {
        w.WriteStartObject();
        w.WriteStartArray("which");
        foreach (uint j in axes.Columns)
        {
            w.WriteNumberValue(j);
        }

        w.WriteEndArray();
        if (axes is Relation relation)
        {
            w.WriteStartArray("tuples");
            WriteTuples(w, relation);
        }
        else
        {
            w.WriteStartArray("domains");
            foreach (uint d in axes.Domains)
            {
                w.WriteNumberValue(d);
            }
        }

        w.WriteEndArray();
        w.WriteEndObject();
    }

    private static void WriteTuples(Utf8JsonWriter w, Relation relation)
    {
        for (int i = 0; i < relation.CellCount; i++)
        {
            w.WriteStartArray();
            foreach (uint code in relation.Tuples.Span.Slice(i * relation.Columns.Count, relation.Columns.Count))
            {
                w.WriteNumberValue(code);
            }

            w.WriteEndArray();
        }
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
