using System.Formats.Cbor;
using System.Numerics;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// Describes what every proof file says before its statements: for what and whom it was made, the committed table with points for
/// the columns of one cube, and the proof of that cube.
/// </summary>
internal sealed class ProvenTableFile(CommittedTableFile head, TableAxes axes, CompressedPoint cube, byte[] cubeProof)
{
    /// <summary>Items in the array of the file.</summary>
    public const int Items = CommittedTableFile.Items + 3;

    public StatisticContext Context => head.Context;

    public TableCommitment Table => head.Table;

    public TableSchema Schema => head.Schema;

    public TableAxes Axes => axes;

    public CompressedPoint Cube => cube;

    public byte[] CubeProof => cubeProof;

    public ContingencyTableSubject Subject => new([Table.Root], axes);

    /// <summary>The statement of a file about the cube: [format, owner, schema, rows, [digest…], [axis…], and what is said of
    /// it…].</summary>
    public byte[] Statement(string format, int items, Action<CborWriter> write) =>
        StatisticContext.Statement(
            format,
            CommittedTableFile.StatementItems + 1 + items,
            w =>
            {
                head.WriteStatement(w);
                WriteAxes(w);
                write(w);
            }
        );

    /// <summary>The public part of the owner's cube; points of columns that it does not have are left out.</summary>
    /// <exception cref="ArgumentException">Not one cube of a table with a schema.</exception>
    public static ProvenTableFile Of(ContingencyTableOpening cubes, StatisticContext context)
    {
        ArgumentNullException.ThrowIfNull(cubes);
        ArgumentNullException.ThrowIfNull(context);
        if (cubes.Axes.Count != 1 || !TableSchema.TryDecode(cubes.Table.Schema, out TableSchema? schema, out _))
        {
            throw new ArgumentException("expected one cube of a table with a schema", nameof(cubes));
        }

        TableAxes axes = cubes.Axes[0];
        var head = CommittedTableFile.Of(context, cubes.Table, schema, j => axes.Columns.Contains((uint)j));
        return new ProvenTableFile(head, axes, cubes.Points[0], cubes.Proof.ToArray());
    }

    /// <summary>Describes what is wrong with columns, axes and the length of the cube's proof, before any work; or
    /// null.</summary>
    public string? Fault()
    {
        for (int j = 0; j < axes.Columns.Count; j++)
        {
            if (axes.Columns[j] >= Schema.Columns.Count || axes.Domains[j] != Schema.Columns[(int)axes.Columns[j]].Domain)
            {
                return "the axes of the cube are not columns of the schema with their domains";
            }
        }

        return Schema.Columns.Count != Table.Columns.Count ? "the columns are not those of the schema"
            : cubeProof.Length != ContingencyTableProof.Size(Table.Layout, [axes]) ? "a proof of this cube has another length"
            : null;
    }

    /// <summary>Describes what verifying the cube takes, with weights of its cells and steps of conditions.</summary>
    public VerificationCost Cost(long weights, long steps, long more = 0) =>
        new(
            axes.AllCells,
            BitOperations.RoundUpToPowerOf2((uint)axes.AllCells) + Table.Layout.Width + more,
            axes.Columns.Sum(j => (long)Table.Columns[(int)j].PointCount) + cubeProof.Length / RistrettoPoint.Size,
            weights,
            steps
        );

    /// <summary>Gives the cube's equation to the batch. Returns what failed, or null.</summary>
    public string? Collect(VerificationBatch batch) =>
        ContingencyTableProof.Collect(new Transcript(ContingencyTableProof.Label), Table, [axes], [cube], cubeProof, batch);

    /// <summary>Ten items: purpose, requester, origin, owner, schema, rows, [digest or points…], [axis…], cube, cube
    /// proof.</summary>
    public void Write(CborWriter w)
    {
        head.Write(w);
        WriteAxes(w);
        w.WriteByteString(cube.ToBytes());
        w.WriteByteString(cubeProof);
    }

    /// <summary>Reads what <see cref="Write"/> writes; throws as the reader does, or InvalidOperationException and
    /// ArgumentException.</summary>
    public static ProvenTableFile Read(CborReader r)
    {
        Func<Func<int, bool>, CommittedTableFile> read = CommittedTableFile.Read(r);
        List<uint> which = CanonicalCbor.ReadList(r, x => x.ReadUInt32(), TableAxes.MaxAxes);
        CommittedTableFile head = read(j => which.Contains((uint)j));
        if (which.Any(j => j >= head.Schema.Columns.Count))
        {
            throw new FormatException("the columns are not those of the schema");
        }

        TableAxes axes = TableAxes.Create([.. which], [.. which.Select(j => head.Schema.Columns[(int)j].Domain)]);
        return new ProvenTableFile(head, axes, new CompressedPoint(r.ReadByteString()), r.ReadByteString());
    }

    private void WriteAxes(CborWriter w)
    {
        w.WriteStartArray(axes.Columns.Count);
        foreach (uint j in axes.Columns)
        {
            w.WriteUInt32(j);
        }

        w.WriteEndArray();
    }
}
