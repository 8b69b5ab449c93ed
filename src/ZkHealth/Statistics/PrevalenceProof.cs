using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// A proof file: a prevalence of one committed table, with all that a stranger needs beside the ledger. The verifier
/// recomputes the weights of the cells from the predicates and trusts nothing else; the root must be looked up on the ledger.
/// </summary>
public sealed class PrevalenceProof
{
    /// <summary>The largest file that is decoded.</summary>
    public const int MaxEncodedSize = 1 << 28;

    private const string Format = "zkhealth prevalence v1";

    private readonly byte[] _cubeProof;
    private readonly byte[] _proof;

    private PrevalenceProof(
        TableCommitment table, TableSchema schema, CubeAxes axes, CompressedPoint cube, byte[] cubeProof,
        StatisticContext context, Prevalence prevalence, Rate rate, byte[] proof)
    {
        (Table, Schema, Axes, Cube, _cubeProof) = (table, schema, axes, cube, cubeProof);
        (Context, Prevalence, Rate, _proof) = (context, prevalence, rate, proof);
    }

    /// <summary>The committed table; points are there for the columns of the cube alone.</summary>
    public TableCommitment Table { get; }

    /// <summary>What its codes mean.</summary>
    public TableSchema Schema { get; }

    /// <summary>The columns of the cube.</summary>
    public CubeAxes Axes { get; }

    /// <summary>The commitment to the cube.</summary>
    public CompressedPoint Cube { get; }

    /// <summary>For what and whom it was made.</summary>
    public StatisticContext Context { get; }

    /// <summary>What was asked.</summary>
    public Prevalence Prevalence { get; }

    /// <summary>The answer; true only if <see cref="Verify"/> accepts.</summary>
    public Rate Rate { get; }

    /// <summary>Proves a prevalence over a proven cube.</summary>
    /// <param name="cubes">The owner's proven cubes, one cube alone.</param>
    /// <param name="prevalence">What is asked; it looks at columns of the cube only.</param>
    /// <param name="context">For what and whom.</param>
    /// <param name="guard">Refuses small counts; null for <see cref="DisclosureGuard.Default"/>.</param>
    /// <exception cref="ArgumentException">The predicates do not fit the cube.</exception>
    /// <exception cref="InvalidOperationException">The guard refuses, saying why.</exception>
    public static PrevalenceProof Prove(
        ProvenCubes cubes, Prevalence prevalence, StatisticContext context, DisclosureGuard? guard = null)
    {
        ArgumentNullException.ThrowIfNull(cubes);
        ArgumentNullException.ThrowIfNull(prevalence);
        ArgumentNullException.ThrowIfNull(context);
        if (cubes.Axes.Count != 1 || !TableSchema.TryDecode(cubes.Table.Schema, out TableSchema? schema, out _))
        {
            throw new ArgumentException("expected one cube of a table with a schema", nameof(cubes));
        }

        CubeAxes axes = cubes.Axes[0];
        Scalar[][] rows = prevalence.WeightRows(schema, axes)
            ?? throw new ArgumentException("the predicates do not fit the schema and the columns of the cube", nameof(prevalence));
        ReadOnlySpan<ulong> counts = cubes.Counts(0);
        ulong numerator = 0, denominator = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            numerator += rows[0][i].IsZero ? 0 : counts[i];
            denominator += rows[1][i].IsZero ? 0 : counts[i];
        }

        var rate = new Rate(numerator, denominator);
        if ((guard ?? DisclosureGuard.Default).Refusal(rate) is string refusal)
        {
            throw new InvalidOperationException("not released: " + refusal);
        }

        (_, byte[] proof) = LinearStatistics.Prove(
            new Transcript(context.Encode()), new CubeSubject([cubes.Table.Root], axes), counts, cubes.Blinding(0), rows, [Scalar.Zero, Scalar.Zero]);
        ColumnCommitment[] columns =
            [.. cubes.Table.Columns.Select((c, j) => axes.Columns.Contains((uint)j) ? c : c.WithoutPoints())];
        var table = new TableCommitment(cubes.Table.Owner.Span, cubes.Table.Schema.Span, cubes.Table.Rows, columns);
        return new PrevalenceProof(table, schema, axes, cubes.Points[0], cubes.Proof.ToArray(), context, prevalence, rate, proof);
    }

    /// <summary>
    /// Verifies the cube against the table and the rate against the cube, as one multi-scalar multiplication. The caller has
    /// still to find <see cref="TableCommitment.Root"/> on the ledger, published by its owner, and to like the context.
    /// </summary>
    public VerificationResult Verify()
    {
        for (int j = 0; j < Axes.Columns.Count; j++)
        {
            if (Axes.Columns[j] >= Schema.Columns.Count || Axes.Domains[j] != Schema.Columns[(int)Axes.Columns[j]].Domain)
            {
                return VerificationResult.Rejected("the axes of the cube are not columns of the schema with their domains");
            }
        }

        if (Schema.Columns.Count != Table.Columns.Count || Prevalence.WeightRows(Schema, Axes) is not Scalar[][] rows)
        {
            return VerificationResult.Rejected("the predicates do not fit the schema and the columns of the cube");
        }

        CompressedPoint[] points = [.. new[] { Rate.Numerator, Rate.Denominator }
            .Select(n => PedersenGenerators.BTable.Multiply(Scalar.FromUInt64(n)).Compress())];
        var batch = new VerificationBatch();
        string? failure = CubesProof.Collect(new Transcript(CubesProof.Label), Table, [Axes], [Cube], _cubeProof, batch)
            ?? LinearStatistics.Collect(
                new Transcript(Context.Encode()), new CubeSubject([Table.Root], Axes), Cube, points, rows, _proof, batch);
        return failure is null ? batch.Verify() : VerificationResult.Rejected(failure);
    }

    /// <summary>What is proven, in words.</summary>
    public override string ToString() =>
        $"{Rate}: {Prevalence.Numerator.Describe(Schema)}, among {Prevalence.Denominator.Describe(Schema)}";

    /// <summary>
    /// Canonical CBOR: [format, purpose, requester, origin, owner, schema, rows, [digest or points…], [axis…], cube, cube proof,
    /// numerator, denominator, count, among, proof].
    /// </summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(16);
        w.WriteTextString(Format);
        w.WriteTextString(Context.Purpose);
        w.WriteTextString(Context.Requester);
        w.WriteTextString(Context.LedgerOrigin);
        w.WriteByteString(Table.Owner.Span);
        w.WriteByteString(Table.Schema.Span);
        w.WriteInt64(Table.Rows);
        w.WriteStartArray(Table.Columns.Count);
        foreach (ColumnCommitment column in Table.Columns)
        {
            w.WriteByteString(column.HasPoints ? column.Points.Span : column.Digest.Span);
        }

        w.WriteEndArray();
        w.WriteStartArray(Axes.Columns.Count);
        foreach (uint j in Axes.Columns)
        {
            w.WriteUInt32(j);
        }

        w.WriteEndArray();
        w.WriteByteString(Cube.ToBytes());
        w.WriteByteString(_cubeProof);
        Prevalence.Numerator.Write(w);
        Prevalence.Denominator.Write(w);
        w.WriteUInt64(Rate.Numerator);
        w.WriteUInt64(Rate.Denominator);
        w.WriteByteString(_proof);
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Decodes a file in canonical form; anything else is refused, with a reason. Nothing is verified yet.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out PrevalenceProof? proof, [NotNullWhen(false)] out string? reason)
    {
        (proof, reason) = (null, null);
        if (bytes.Length > MaxEncodedSize)
        {
            reason = "the file is too large";
            return false;
        }

        try
        {
            var r = new CborReader(bytes, CborConformanceMode.Canonical);
            PrevalenceProof decoded = Read(r);
            if (r.BytesRemaining != 0 || !decoded.Encode().AsSpan().SequenceEqual(bytes.Span))
            {
                reason = "the file is not in canonical form";
                return false;
            }

            proof = decoded;
            return true;
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or ArgumentException or OverflowException)
        {
            reason = "not a proof file: " + e.Message;
            return false;
        }
    }

    private static PrevalenceProof Read(CborReader r)
    {
        r.ReadStartArray();
        if (r.ReadTextString() != Format)
        {
            throw new InvalidOperationException("not of this format and version");
        }

        var context = new StatisticContext(r.ReadTextString(), r.ReadTextString(), r.ReadTextString());
        byte[] owner = r.ReadByteString(), schemaBytes = r.ReadByteString();
        long rows = r.ReadInt64();
        if (!TableSchema.TryDecode(schemaBytes, out TableSchema? schema, out string? reason))
        {
            throw new InvalidOperationException(reason);
        }

        var encoded = new List<byte[]>();
        r.ReadStartArray();
        while (r.PeekState() != CborReaderState.EndArray)
        {
            encoded.Add(r.ReadByteString());
        }

        r.ReadEndArray();
        var which = new List<uint>();
        r.ReadStartArray();
        while (r.PeekState() != CborReaderState.EndArray)
        {
            which.Add(r.ReadUInt32());
        }

        r.ReadEndArray();
        if (encoded.Count != schema.Columns.Count || which.Any(j => j >= encoded.Count))
        {
            throw new InvalidOperationException("the columns are not those of the schema");
        }

        // points for the columns of the cube, digests for the others: which is which follows from the axes
        ColumnCommitment[] columns = [.. encoded.Select((b, j) =>
            which.Contains((uint)j) ? ColumnCommitment.FromPoints(b) : ColumnCommitment.FromDigest(b))];
        CubeAxes axes = CubeAxes.Create([.. which], [.. which.Select(j => schema.Columns[(int)j].Domain)]);
        var table = new TableCommitment(owner, schemaBytes, rows, columns);
        var cube = new CompressedPoint(r.ReadByteString());
        byte[] cubeProof = r.ReadByteString();
        var prevalence = new Prevalence(Predicate.Read(r), Predicate.Read(r));
        var rate = new Rate(r.ReadUInt64(), r.ReadUInt64());
        byte[] proof = r.ReadByteString();
        r.ReadEndArray();
        return new PrevalenceProof(table, schema, axes, cube, cubeProof, context, prevalence, rate, proof);
    }
}
