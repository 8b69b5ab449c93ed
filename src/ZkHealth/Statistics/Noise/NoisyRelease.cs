using System.Numerics;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Bits;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// A proof file with numbers of one committed table under noise: T = ⟨w, counts⟩ + Σ v_j xor b_j with bits v committed before the
/// public coins b existed. Query and noise are opened as one number; the count without noise is in no message.
/// </summary>
/// <remarks>
/// v xor b = b + (1 − 2b)·v, so T − Σ b = ⟨w, counts⟩ + ⟨1 − 2b, v⟩ is one linear form of the vector under the sum of both
/// commitments, which stand over different generators: one linear proof, fresh randomness. What a verifier has to look up on the
/// ledger besides the table: that the commitment stands there before the beacon (docs/disclosure.md).
/// </remarks>
public sealed partial class NoisyRelease : ProofFile
{
    /// <summary>Bytes of a beacon value, at least and at most.</summary>
    internal const int MinBeaconSize = 16,
        MaxBeaconSize = 1024;

    private const string NoiseNotChecked =
        "not checked: that the noise was committed before its coins were drawn, and served once";

    private readonly ProvenTableFile _file;
    private readonly long[] _totals;
    private readonly byte[] _beacon,
        _proof;

    private NoisyRelease(NoiseCommitment commitment, ProvenTableFile file, byte[] beacon, long[] totals, byte[] proof)
        : base(file.Context) => (Commitment, _file, _beacon, _totals, _proof) = (commitment, file, beacon, totals, proof);

    private protected override IReadOnlyList<TableCommitment> GetTables() => [_file.Table];

    internal override ColumnUse UseOf(DataSetVersion version) =>
        new([.. _file.Axes.Columns.Select(c => _file.Schema.Columns[(int)c].Name)], opensRow: false, []);

    /// <summary>The commitment to the noise, with the query.</summary>
    public NoiseCommitment Commitment { get; }

    /// <summary>The beacon's value, from which the coins follow.</summary>
    public ReadOnlyMemory<byte> Beacon => _beacon;

    /// <summary>The committed table; points are there for the columns of the cube alone.</summary>
    public TableCommitment Table => _file.Table;

    /// <summary>The schema: the meaning of the codes.</summary>
    public TableSchema Schema => _file.Schema;

    /// <summary>
    /// The numbers: T − N/2, with the interval that holds 95 % of the noise (normal, standard deviation √N/2); true only if
    /// <see cref="ProofFile.Verify"/> accepts.
    /// </summary>
    public IReadOnlyList<ReleasedValue> Values
    {
        get
        {
            string[] names = NoiseQuery.Names(Commitment.Query.Statistic, Schema) ?? [];
            double half = Commitment.Query.Coins / 2.0,
                error = Math.Sqrt(Commitment.Query.Coins) / 2;
            return
            [
                .. names.Zip(
                    _totals,
                    (name, total) =>
                        new ReleasedValue(name, total - half, ConfidenceInterval.Normal("noise", total - half, error))
                ),
            ];
        }
    }

    /// <summary>Opens the numbers under noise.</summary>
    /// <param name="cubes">The owner's proven cube over the columns of the query.</param>
    /// <param name="noise">The owner's bits.</param>
    /// <param name="beacon">The beacon's value, 16 to 1,024 bytes.</param>
    /// <exception cref="ArgumentException">The cube is not that of the query, or the beacon has another length.</exception>
    public static NoisyRelease Prove(ContingencyTableOpening cubes, OwnedNoise noise, ReadOnlySpan<byte> beacon)
    {
        ArgumentNullException.ThrowIfNull(cubes);
        ArgumentNullException.ThrowIfNull(noise);
        ProvenTableFile file = ProvenTableFile.Of(cubes, noise.Commitment.Query.Context);
        if (Mismatch(noise.Commitment, file, beacon.Length) is string fault)
        {
            throw new ArgumentException(fault, nameof(cubes));
        }

        return ProveUnchecked(
            cubes,
            file,
            noise.Commitment,
            BitVectorProof.ToScalars(noise.Bits),
            noise.Blinding,
            beacon.ToArray(),
            null
        );
    }

    /// <summary>Returns false: that its release is recorded is a part of what <see cref="IPublications.VerifyNoise"/> finds, and
    /// no remark.</summary>
    private protected override bool IsReleased => false;

    /// <summary>Verifies everything that is in the file: the cube against the table, the bits, that the coins are enough, and the
    /// numbers.</summary>
    private protected override VerificationResult VerifyProof(VerificationContext context, VerificationReport report)
    {
        if (
            (_file.Fault() ?? (Commitment.HasLength() ? null : ProofFault.Length("a proof of these bits has another length")))
            is ProofFault fault
        )
        {
            return VerificationResult.Rejected(fault);
        }

        if (context.Limits.Exceeded(Cost()) is string limit)
        {
            return VerificationResult.LimitExceeded(limit);
        }

        // the root, with which the query is compared, takes the column of rows: not before the limits
        if ((Mismatch(Commitment, _file, _beacon.Length) ?? LengthFault()) is ProofFault mismatch)
        {
            return VerificationResult.Rejected(mismatch);
        }

        var batch = new VerificationBatch();
        return batch.Verify(Collect(batch));
    }

    /// <summary>Finds the table, the commitment and the beacon on the ledger, in this order.</summary>
    private protected override VerificationResult FindPublished(
        VerificationContext context,
        IPublications publications,
        VerificationReport report
    )
    {
        VerificationResult found = base.FindPublished(context, publications, report);
        if (!found.IsAccepted)
        {
            return found;
        }

        if (!publications.IsComplete)
        {
            report.Remark(NoiseNotChecked);
            return found;
        }

        VerificationResult noise = publications.VerifyNoise(this, out bool coinsChecked);
        if (noise.IsAccepted && !coinsChecked)
        {
            report.Remark($"not checked: that {Convert.ToHexStringLower(_beacon)} is the value of {Commitment.Query.Beacon}");
        }

        return noise;
    }

    private protected override void RemarkNotLookedUp(VerificationReport report)
    {
        base.RemarkNotLookedUp(report);
        report.Remark(NoiseNotChecked);
    }

    /// <summary>The prover without checks, for tests that cheat: other bits than those committed, other coins than the
    /// beacon's, other totals.</summary>
    internal static NoisyRelease ProveUnchecked(
        ContingencyTableOpening cubes,
        ProvenTableFile file,
        NoiseCommitment commitment,
        Scalar[] bits,
        Scalar blinding,
        byte[] beacon,
        byte[][]? coins,
        long add = 0
    )
    {
        long[][] rows = commitment.Query.Statistic.Rows(file.Schema, file.Axes)!;
        ReadOnlySpan<ulong> counts = cubes.Counts(0);
        byte[][] drawn = coins ?? NoisySums.Coins(commitment, beacon, rows.Length);
        Scalar[][] weights = NoisySums.Weights(rows, drawn);
        long[] totals = [.. NoisySums.Totals(rows, counts, drawn, bits).Select(total => total + add)];
        Transcript t = Start(file, commitment, beacon, totals);
        (_, byte[] proof) = LinearStatistics.Prove(
            t,
            file.Subject,
            counts,
            cubes.Blinding(0),
            weights,
            new Scalar[rows.Length],
            new(commitment.Point, bits.Length),
            bits,
            blinding
        );
        return new NoisyRelease(commitment, file, beacon, totals, proof);
    }

    private ProofFault? Collect(VerificationBatch batch)
    {
        if ((Commitment.Collect(Schema, batch) ?? _file.Collect(batch)) is ProofFault fault)
        {
            return fault;
        }

        long[][] rows = Commitment.Query.Statistic.Rows(Schema, _file.Axes)!;

        byte[][] coins = NoisySums.Coins(Commitment, _beacon, rows.Length);
        CompressedPoint[] points =
        [
            .. _totals.Select(
                (total, j) =>
                    PedersenGenerators
                        .BTable.Multiply(Scalar.FromInt64(total) - Scalar.FromInt64(coins[j].Sum(b => (long)b)))
                        .Compress()
            ),
        ];
        return LinearStatistics.Collect(
            Start(_file, Commitment, _beacon, _totals),
            _file.Subject,
            _file.Cube,
            points,
            LinearStatistics.WeightRows.Of(NoisySums.Weights(rows, coins)),
            _proof,
            batch,
            new(Commitment.Point, Commitment.Bits)
        );
    }

    /// <summary>The cost of verification: cube, bits, and numbers over the cells and the bits after them.</summary>
    private VerificationCost Cost()
    {
        long cells = _file.Axes.CellCount,
            joined = cells + Commitment.Bits,
            numbers = _totals.Length,
            steps = numbers * Commitment.Query.Encode().Length * cells;
        return _file.Cost(steps)
            + Commitment.Cost()
            + new VerificationCost(
                0,
                0,
                Weights: 2 * numbers * joined,
                Numbers: numbers,
                Padding: (long)BitOperations.RoundUpToPowerOf2((ulong)joined) - joined
            );
    }

    /// <summary>The fault of the number of released numbers and the length of their proof; or null.</summary>
    private ProofFault? LengthFault() =>
        _totals.Length != Commitment.Query.Statistic.Rows(Schema, _file.Axes.FirstCell())!.Length
            ? "there is not one number for each row of the statistic"
        : _proof.Length != LinearStatistics.ProofSize(_file.Axes, Commitment.Bits)
            ? ProofFault.Length("a proof of these statistics has another length")
        : null;

    /// <summary>Explains why the cube is not that of the query, or null. The rows are counted over the first cell
    /// alone.</summary>
    private static string? Mismatch(NoiseCommitment commitment, ProvenTableFile file, int beaconSize)
    {
        NoiseQuery query = commitment.Query;
        return query.Context != file.Context ? "the noise was committed for another purpose, requester or ledger"
            : !query.Root.Span.SequenceEqual(file.Table.Root.Span) || !query.Owner.Span.SequenceEqual(file.Table.Owner.Span)
                ? "the noise was committed for another table"
            : !query.Columns.SequenceEqual(file.Axes.Columns)
            || query.Statistic.Rows(file.Schema, file.Axes.FirstCell()) is not long[][] rows
                ? "the cube is not that of the query"
            : (rows.LongLength * (file.Axes.CellCount + (long)commitment.Bits)) > StatisticsProof.MaxWeights
                ? $"expected at most {StatisticsProof.MaxWeights} weights"
            : beaconSize is < MinBeaconSize or > MaxBeaconSize ? $"expected a beacon of {MinBeaconSize} to {MaxBeaconSize} bytes"
            : query.Fault(file.Schema);
    }
}
