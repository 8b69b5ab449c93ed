using System.Formats.Cbor;
using System.Numerics;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// The beginning of every proof file with statements: for what and whom it was made, the committed table with points for
/// the columns of one cube, and the proof of that cube; of a data set in segments all of these, whose cubes are added up.
/// </summary>
internal sealed class ProvenTableFile
{
    private readonly CommittedTableFile _head;
    private readonly IReadOnlyList<ProvenSegment> _segments;
    private ContingencyTableSubject? _subject;

    /// <summary>A file about segments.</summary>
    /// <exception cref="ArgumentException">They are no version of a data set, or a cube is no point.</exception>
    public ProvenTableFile(CommittedTableFile head, TableAxes axes, IReadOnlyList<ProvenSegment> segments)
    {
        (_head, Axes, _segments) = (head, axes, segments);
        Version = new DataSetVersion([.. segments.Select(s => s.Table)]);
        CompressedPoint? cube =
            segments.Count == 1 ? segments[0].Cube : ContingencyTableOpening.Add(segments.Select(s => s.Cube));
        Cube = cube ?? throw new ArgumentException("the cube of a segment is no point", nameof(segments));
    }

    /// <summary>Items in the array of the file.</summary>
    public const int Items = CommittedTableFile.Items + 3;

    public StatisticContext Context => _head.Context;

    /// <summary>The table; of a data set in segments the first.</summary>
    public TableCommitment Table => _head.Table;

    public TableSchema Schema => _head.Schema;

    public TableAxes Axes { get; }

    /// <summary>The tables whose cubes are added up.</summary>
    public DataSetVersion Version { get; }

    /// <summary>The sum of the cubes.</summary>
    public CompressedPoint Cube { get; }

    public CompressedPoint FirstCube => _segments[0].Cube;

    /// <summary>The proof of the first cube.</summary>
    public byte[] CubeProof => _segments[0].CubeProof;

    /// <summary>The subject of what is said of the sum. It takes the roots: not before the limits.</summary>
    public ContingencyTableSubject Subject =>
        _subject ??= new ContingencyTableSubject([.. _segments.Select(s => s.Table.Root)], Axes);

    /// <summary>The rows of all tables with their padding.</summary>
    public long PaddedRows => _segments.Sum(s => (long)s.Table.Layout.PaddedRows);

    /// <summary>The statement of a file about the cube: [format, owner, schema, rows, [digest…], [axis…], and what is said of
    /// it…].</summary>
    public byte[] Statement(string format, int items, Action<CborWriter> write) =>
        StatisticContext.Statement(
            format,
            CommittedTableFile.StatementItems + 1 + items,
            w =>
            {
                _head.WriteStatement(w);
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
        CommittedTableFile[] tables =
        [
            .. cubes.Parts.Select(p => CommittedTableFile.Of(context, p.Table, schema, j => axes.Columns.Contains((uint)j))),
        ];
        return new ProvenTableFile(
            tables[0],
            axes,
            [
                .. tables
                    .Zip(cubes.Parts)
                    .Select(s => new ProvenSegment(s.First.Table, s.Second.Points[0], s.Second.Proof.ToArray())),
            ]
        );
    }

    /// <summary>The fault of columns, axes and the length of the cube's proof, before any work; or
    /// null.</summary>
    public ProofFault? Fault()
    {
        for (int j = 0; j < Axes.Columns.Count; j++)
        {
            if (Axes.Columns[j] >= Schema.Columns.Count || Axes.Domains[j] != Schema.Columns[(int)Axes.Columns[j]].Domain)
            {
                return "the axes of the cube are not columns of the schema with their domains";
            }
        }

        return _segments.Any(s => Schema.Columns.Count != s.Table.Columns.Count) ? "the columns are not those of the schema"
            : _segments.Any(s => s.CubeProof.Length != ContingencyTableProof.Size(s.Table.Layout, [Axes]))
                ? ProofFault.Length("a proof of this cube has another length")
            : null;
    }

    /// <summary>
    /// The limit that the cube of a segment exceeds by itself, or all of them together; null for none. Points that the file holds
    /// count once by themselves: it has paid for them with its bytes.
    /// </summary>
    public string? Exceeded(VerificationLimits limits, VerificationCost statistics)
    {
        VerificationCost all = statistics;
        foreach (ProvenSegment segment in _segments)
        {
            VerificationCost own = CostOf(segment) + statistics;
            if (limits.Exceeded(own) is string limit)
            {
                return limit;
            }

            all += CostOf(segment) with { Points = 0, Generators = segment.Table.Layout.Width, Weights = Axes.AllCells };
        }

        return _segments.Count == 1 ? null : limits.Exceeded(all);
    }

    /// <summary>The cost of verifying the first cube, with steps of conditions.</summary>
    public VerificationCost Cost(long steps) => CostOf(_segments[0]) with { Steps = steps };

    private VerificationCost CostOf(ProvenSegment segment) =>
        new(
            Axes.AllCells,
            BitOperations.RoundUpToPowerOf2((uint)Axes.AllCells) + segment.Table.Layout.Width,
            Axes.Columns.Sum(j => (long)segment.Table.Columns[(int)j].PointCount) + segment.CubeProof.Length / RistrettoPoint.Size
        );

    /// <summary>Gives the equations of the cubes to the batch. Returns what failed, or null.</summary>
    public ProofFault? Collect(VerificationBatch batch) =>
        _segments
            .Select(s =>
                ContingencyTableProof.Collect(
                    new Transcript(ContingencyTableProof.Label),
                    s.Table,
                    [Axes],
                    [s.Cube],
                    s.CubeProof,
                    batch
                )
            )
            .FirstOrDefault(fault => fault is not null);

    /// <summary>Ten items: purpose, requester, origin, owner, schema, rows, [digest or points…], [axis…], cube, cube proof; of
    /// the first segment.</summary>
    public void Write(CborWriter w)
    {
        _head.Write(w);
        WriteAxes(w);
        w.WriteByteString(_segments[0].Cube.ToBytes());
        w.WriteByteString(CubeProof);
    }

    /// <summary>The further segments: [[schema, rows, [digest or points…], cube, cube proof]…].</summary>
    public void WriteSegments(CborWriter w)
    {
        w.WriteStartArray(_segments.Count - 1);
        foreach (ProvenSegment segment in _segments.Skip(1))
        {
            w.WriteStartArray(5);
            w.WriteByteString(segment.Table.Schema.Span);
            w.WriteInt64(segment.Table.Rows);
            w.WriteStartArray(segment.Table.Columns.Count - 1);
            foreach (ColumnCommitment column in segment.Table.Columns.Skip(1))
            {
                w.WriteByteString(column.HasPoints ? column.Points.Span : column.Digest.Span);
            }

            w.WriteEndArray();
            w.WriteByteString(segment.Cube.ToBytes());
            w.WriteByteString(segment.CubeProof);
            w.WriteEndArray();
        }

        w.WriteEndArray();
    }

    /// <summary>The roots of the further segments, for a statement: [root…].</summary>
    public void WriteRoots(CborWriter w)
    {
        w.WriteStartArray(_segments.Count - 1);
        foreach (ProvenSegment segment in _segments.Skip(1))
        {
            w.WriteByteString(segment.Table.Root.Span);
        }

        w.WriteEndArray();
    }

    /// <summary>The file with the further segments that <see cref="WriteSegments"/> has written; throws as <see cref="Read"/>
    /// does.</summary>
    public ProvenTableFile ReadSegments(CborReader r) =>
        new(_head, Axes, [.. _segments, .. CanonicalCbor.ReadList(r, ReadSegment, DataSetVersion.MaxSegments - 1)]);

    private ProvenSegment ReadSegment(CborReader r)
    {
        if (r.ReadStartArray() != 5)
        {
            throw new FormatException("a segment has five items");
        }

        byte[] schema = r.ReadByteString();
        long rows = r.ReadInt64();
        List<byte[]> columns = CanonicalCbor.ReadList(r, x => x.ReadByteString());
        var table = TableCommitment.Of(
            Table.Owner.Span,
            schema,
            rows,
            columns.Select(
                (b, j) => Axes.Columns.Contains((uint)j + 1) ? ColumnCommitment.FromPoints(b) : ColumnCommitment.FromDigest(b)
            )
        );
        var segment = new ProvenSegment(table, new CompressedPoint(r.ReadByteString()), r.ReadByteString());
        r.ReadEndArray();
        return segment;
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
        return new ProvenTableFile(
            head,
            axes,
            [new ProvenSegment(head.Table, new CompressedPoint(r.ReadByteString()), r.ReadByteString())]
        );
    }

    private void WriteAxes(CborWriter w)
    {
        CanonicalCbor.WriteList(w, Axes.Columns, w.WriteUInt32);
    }
}

/// <summary>A table with the points of the columns of a cube, its cube and the proof of that.</summary>
internal sealed record ProvenSegment(TableCommitment Table, CompressedPoint Cube, byte[] CubeProof);
