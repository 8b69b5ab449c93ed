using System.Formats.Cbor;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// What every proof file says before its statements: for what and whom it was made, the committed table with points for the columns of
/// one cube, and the proof of that cube.
/// </summary>
internal sealed class ProvenCubeFile(
    StatisticContext context, TableCommitment table, TableSchema schema, CubeAxes axes, CompressedPoint cube, byte[] cubeProof)
{
    /// <summary>Items in the array of the file.</summary>
    public const int Items = 10;

    public StatisticContext Context => context;

    public TableCommitment Table => table;

    public TableSchema Schema => schema;

    public CubeAxes Axes => axes;

    public CompressedPoint Cube => cube;

    public byte[] CubeProof => cubeProof;

    public CubeSubject Subject => new([table.Root], axes);

    /// <summary>The transcript of the statements, labelled by the context.</summary>
    public Transcript StartStatements() => new(context.Encode());

    /// <summary>The public part of the owner's cube; points of columns that it does not have are left out.</summary>
    /// <exception cref="ArgumentException">Not one cube of a table with a schema.</exception>
    public static ProvenCubeFile Of(ProvenCubes cubes, StatisticContext context)
    {
        ArgumentNullException.ThrowIfNull(cubes);
        ArgumentNullException.ThrowIfNull(context);
        if (cubes.Axes.Count != 1 || !TableSchema.TryDecode(cubes.Table.Schema, out TableSchema? schema, out _))
        {
            throw new ArgumentException("expected one cube of a table with a schema", nameof(cubes));
        }

        CubeAxes axes = cubes.Axes[0];
        ColumnCommitment[] columns = [.. cubes.Table.Columns.Select((c, j) => axes.Columns.Contains((uint)j) ? c : c.WithoutPoints())];
        var table = new TableCommitment(cubes.Table.Owner.Span, cubes.Table.Schema.Span, cubes.Table.Rows, columns);
        return new ProvenCubeFile(context, table, schema, axes, cubes.Points[0], cubes.Proof.ToArray());
    }

    /// <summary>Checks what can be checked at once and gives the cube's equation to the batch. Returns what failed, or null.</summary>
    public string? Collect(VerificationBatch batch)
    {
        for (int j = 0; j < axes.Columns.Count; j++)
        {
            if (axes.Columns[j] >= schema.Columns.Count || axes.Domains[j] != schema.Columns[(int)axes.Columns[j]].Domain)
            {
                return "the axes of the cube are not columns of the schema with their domains";
            }
        }

        return schema.Columns.Count != table.Columns.Count
            ? "the columns are not those of the schema"
            : CubesProof.Collect(new Transcript(CubesProof.Label), table, [axes], [cube], cubeProof, batch);
    }

    /// <summary>Ten items: purpose, requester, origin, owner, schema, rows, [digest or points…], [axis…], cube, cube proof.</summary>
    public void Write(CborWriter w)
    {
        w.WriteTextString(context.Purpose);
        w.WriteTextString(context.Requester);
        w.WriteTextString(context.LedgerOrigin);
        w.WriteByteString(table.Owner.Span);
        w.WriteByteString(table.Schema.Span);
        w.WriteInt64(table.Rows);
        w.WriteStartArray(table.Columns.Count);
        foreach (ColumnCommitment column in table.Columns)
        {
            w.WriteByteString(column.HasPoints ? column.Points.Span : column.Digest.Span);
        }

        w.WriteEndArray();
        w.WriteStartArray(axes.Columns.Count);
        foreach (uint j in axes.Columns)
        {
            w.WriteUInt32(j);
        }

        w.WriteEndArray();
        w.WriteByteString(cube.ToBytes());
        w.WriteByteString(cubeProof);
    }

    /// <summary>Reads what <see cref="Write"/> writes; throws as the reader does, or InvalidOperationException and ArgumentException.</summary>
    public static ProvenCubeFile Read(CborReader r)
    {
        var context = new StatisticContext(r.ReadTextString(), r.ReadTextString(), r.ReadTextString());
        byte[] owner = r.ReadByteString(), schemaBytes = r.ReadByteString();
        long rows = r.ReadInt64();
        if (!TableSchema.TryDecode(schemaBytes, out TableSchema? schema, out string? reason))
        {
            throw new InvalidOperationException(reason);
        }

        List<byte[]> encoded = CanonicalCbor.ReadList(r, x => x.ReadByteString());
        List<uint> which = CanonicalCbor.ReadList(r, x => x.ReadUInt32());
        if (encoded.Count != schema.Columns.Count || which.Any(j => j >= encoded.Count))
        {
            throw new InvalidOperationException("the columns are not those of the schema");
        }

        // points for the columns of the cube, digests for the others: which is which follows from the axes
        ColumnCommitment[] columns = [.. encoded.Select((b, j) =>
            which.Contains((uint)j) ? ColumnCommitment.FromPoints(b) : ColumnCommitment.FromDigest(b))];
        CubeAxes axes = CubeAxes.Create([.. which], [.. which.Select(j => schema.Columns[(int)j].Domain)]);
        var table = new TableCommitment(owner, schemaBytes, rows, columns);
        return new ProvenCubeFile(context, table, schema, axes, new CompressedPoint(r.ReadByteString()), r.ReadByteString());
    }
}
