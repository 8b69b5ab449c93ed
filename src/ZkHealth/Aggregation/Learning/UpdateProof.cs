using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Ranges;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation.Learning;

/// <summary>
/// What a hospital says of its update without showing it: every entry is a code in 0..2·offset, and the squared norm is at most that of
/// the terms. One file: the committed column, the cube over all codes with its proof, the norm as a commitment with a range proof.
/// </summary>
/// <remarks>
/// The cube has the range of codes as its domain, so an entry outside makes its proof impossible. The norm N = Σ counts·(d − offset)² is a
/// linear statistic of it, V = N·B + s·H, and bound·B − V lies in [0, 2^64). Nothing wraps: N and the bound are below 2^62, so a negative
/// difference is no number below 2^64 modulo l. The number of clipped entries is the hospital's word. Padding entries are in range and in
/// the norm like all others; that they hold the code of 0 is not proven, and nothing reads them.
/// </remarks>
public sealed partial class UpdateProof
{
    /// <summary>The largest file that is decoded: 2^24 entries have 2^11 points.</summary>
    public const int MaxEncodedSize = 1 << 20;

    private const int NormBits = 64;

    private readonly byte[] _sid, _cubeProof, _normProof, _range;

    private UpdateProof(
        byte[] sid, RoundTerms terms, TableCommitment table, int clipped, CompressedPoint cube, byte[] cubeProof, CompressedPoint norm, byte[] normProof, byte[] range) =>
        (_sid, Terms, Table, Clipped, Cube, _cubeProof, Norm, _normProof, _range) = (sid, terms, table, clipped, cube, cubeProof, norm, normProof, range);

    /// <summary>The terms of the round.</summary>
    public RoundTerms Terms { get; }

    /// <summary>The session, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Session => _sid;

    /// <summary>The committed update; its owner is the hospital.</summary>
    public TableCommitment Table { get; }

    /// <summary>How many entries were clipped, by the hospital's word.</summary>
    public int Clipped { get; }

    /// <summary>The commitment to how often every code occurs.</summary>
    internal CompressedPoint Cube { get; }

    /// <summary>The commitment to the squared norm.</summary>
    internal CompressedPoint Norm { get; }

    /// <summary>
    /// Verifies that every entry is in range and the norm within its bound. The caller has still to compare session and terms with those
    /// agreed (<see cref="IsFor"/>), and to find the root signed by its owner.
    /// </summary>
    public VerificationResult Verify()
    {
        var batch = new VerificationBatch();
        string? failure = Collect(batch);
        return failure is null ? batch.Verify() : VerificationResult.Rejected(failure);
    }

    /// <summary>Whether it is about this session, these terms and this hospital.</summary>
    public bool IsFor(ReadOnlySpan<byte> sid, RoundTerms terms, ReadOnlySpan<byte> owner)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return sid.SequenceEqual(_sid) && terms.Encode().AsSpan().SequenceEqual(Terms.Encode()) && owner.SequenceEqual(Table.Owner.Span);
    }

    /// <summary>Does all but the final equations, which go to the batch. Returns what failed, or null.</summary>
    internal string? Collect(VerificationBatch batch)
    {
        CubeAxes axes = Terms.Axes;
        if (CubesProof.Collect(new Transcript(CubesProof.Label), Table, [axes], [Cube], _cubeProof, batch) is string fault)
        {
            return "the range of the entries: " + fault;
        }

        Transcript t = StartNorm(Table, Clipped);
        if (LinearStatistics.Collect(t, new CubeSubject([Table.Root], axes), Cube, [Norm], [Terms.NormWeights()], _normProof, batch) is string other)
        {
            return "the norm: " + other;
        }

        if (!Norm.TryDecompress(out RistrettoPoint norm) || !RangeProof.TryDecode(_range, NormBits, 1, out RangeProof? range))
        {
            return "the norm: an encoding is not a point, or a scalar of the range proof is not canonical";
        }

        CompressedPoint below = (PedersenGenerators.BTable.Multiply(Scalar.FromUInt64(Terms.SquaredNorm)) - norm).Compress();
        return range.Collect(t, [below], NormBits, batch, "the norm is not within its bound: ");
    }

    /// <summary>Proves; a test may change the counts (<paramref name="forge"/>) or the norm before anything is proven.</summary>
    internal static (UpdateProof Proof, ProvenCubes Cubes) ProveUnchecked(CommittedUpdate update, CubeForgery? forge, ulong? falseNorm, int degreeOfParallelism)
    {
        RoundTerms terms = update.Terms;
        TableCommitment table = update.Commitment;
        ProvenCubes cubes = CubesProof.Prove(new Transcript(CubesProof.Label), update.Table, [terms.Axes], forge, degreeOfParallelism);
        Transcript t = StartNorm(table, update.Clipped);
        using TranscriptRng rng = t.BuildRng().RekeyWithWitness("blinding"u8, cubes.Blinding(0).ToBytes()).Complete();
        Scalar s = rng.NextScalar();
        (CompressedPoint[] norm, byte[] normProof) = LinearStatistics.Prove(
            t, new CubeSubject([table.Root], terms.Axes), cubes.Counts(0), cubes.Blinding(0), [terms.NormWeights()], [s]);
        ulong below = unchecked(terms.SquaredNorm - (falseNorm ?? update.SquaredNorm));
        RangeProof range = RangeProof.ProveUnchecked(t, [below], [-s], NormBits, out _);
        var proof = new UpdateProof(
            update.Session.ToArray(), terms, table, update.Clipped, cubes.Points[0], cubes.Proof.ToArray(), norm[0], normProof, range.Encode());
        return (proof, cubes);
    }

    private static Transcript StartNorm(TableCommitment table, int clipped)
    {
        var t = new Transcript("zkhealth update v1"u8);
        t.Append("table"u8, table.Root.Span);
        t.AppendUInt64("clipped"u8, (ulong)clipped);
        return t;
    }
}
