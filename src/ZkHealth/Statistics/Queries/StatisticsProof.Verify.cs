using System.Diagnostics.CodeAnalysis;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>The work of the reader: limits, statements against the table, and the equations of the proof.</summary>
public sealed partial class StatisticsProof
{
    /// <summary>The most comparisons over all numbers, for a single cell.</summary>
    private const long MaxConditions = 1 << 24;

    /// <summary>Verifies the cube against the table and the statistics against the cube, as one multi-scalar
    /// multiplication.</summary>
    private protected override VerificationResult VerifyProof(VerificationContext context, VerificationReport report)
    {
        int numbers = _released.Sum(r => r.Length);
        if (
            (
                _file.Fault()
                ?? (
                    _proof.Length != (numbers == 0 ? 0 : LinearStatistics.ProofSize(_file.Axes))
                        ? ProofFault.Length("a proof of these statistics has another length")
                        : null
                )
            )
            is ProofFault fault
        )
        {
            return VerificationResult.Rejected(fault);
        }

        VerificationCost cost = Cost();
        if (_file.Exceeded(context.Limits, cost) is string limit)
        {
            return VerificationResult.LimitExceeded(limit);
        }

        if (Misfit(_file.Axes, out long[][][] rows) is string misfit)
        {
            return VerificationResult.Rejected(misfit);
        }

        // how many bits are proven of hidden numbers is known only when the statements are measured
        BoundedIntegers measured = InequalityProof.Measure(Constrained, Schema, _file.Axes, _file.PaddedRows);
        if (measured.Scalars > 0 && _file.Exceeded(context.Limits, cost + measured.Cost(_file.Axes.CellCount)) is string more)
        {
            return VerificationResult.LimitExceeded(more);
        }

        var batch = new VerificationBatch();
        Transcript t = Context.Start(Statement);
        return batch.Verify(_file.Collect(batch) ?? CollectLinear(t, rows, batch) ?? CollectConstraints(t, batch));
    }

    /// <summary>The statistics that say something of numbers that are not shown.</summary>
    private Statistic[] Constrained => [.. Statistics.Where(s => s.ConstraintCount > 0)];

    /// <summary>To read a wide column takes about as long as so many comparisons (measured).</summary>
    private const int WideSteps = 16;

    /// <summary>The cost of verifying the statistics of the cube, but for the bits of hidden numbers.</summary>
    private VerificationCost Cost()
    {
        long numbers = 0,
            hidden = 0,
            steps = 0,
            cells = _file.Axes.CellCount;
        for (int k = 0; k < Statistics.Count; k++)
        {
            numbers += _released[k].Length;
            hidden += Statistics[k].ConstraintCount;
            // a wide column is known where both of its own are, and read from both
            long comparisons =
                Conditions(Statistics[k]) + (Statistics[k].Columns.Any(c => Schema.IndexOf(c) < 0) ? WideSteps : 0);
            steps += ((long)_released[k].Length + Statistics[k].ConstraintCount) * comparisons * cells;
        }

        return new VerificationCost(0, 0, Weights: numbers * cells, Steps: steps, Numbers: numbers, Hidden: hidden * cells);
    }

    private ProofFault? CollectLinear(Transcript t, long[][][] rows, VerificationBatch batch)
    {
        CompressedPoint[] points = RevealedPoints();
        return points.Length > 0
                ? LinearStatistics.Collect(
                    t,
                    _file.Subject,
                    _file.Cube,
                    points,
                    LinearStatistics.WeightRows.Of([.. rows.SelectMany(r => r)]),
                    _proof,
                    batch
                )
            : _proof.Length == 0 ? null
            : ProofFault.Length("a proof of nothing");
    }

    /// <summary>value·B for every released number: revealed points carry no blinding.</summary>
    private CompressedPoint[] RevealedPoints() =>
        [.. _released.SelectMany(r => r).Select(n => PedersenGenerators.BTable.Multiply(Scalar.FromInt64(n)).Compress())];

    private ProofFault? CollectConstraints(Transcript t, VerificationBatch batch)
    {
        Statistic[] constrained = Constrained;
        return constrained.Length == 0
            ? _constraints.Length == 0
                ? null
                : ProofFault.Length("a proof of no inequality")
            : InequalityProof.Collect(t, _file.Subject, _file.PaddedRows, _file.Cube, constrained, Schema, _constraints, batch);
    }

    /// <summary>
    /// Explains why the file cannot be about its schema and cube, whatever its proofs say; or null. A decoded file has passed it
    /// for the first cell: what depends on all cells (that strata exclude each other) is found by <see cref="ProofFile.Verify"/>.
    /// </summary>
    private string? Misfit(TableAxes axes, out long[][][] rows)
    {
        if (!TryRows(_file.Schema, axes, Statistics, out rows, out string? fault))
        {
            return fault;
        }

        if (_released.Length != Statistics.Count || rows.Where((r, k) => r.Length != _released[k].Length).Any())
        {
            return "there is not one number for each row of a statistic";
        }

        // so that what follows from counts is computed for counts that a table can have
        if (Statistics.Where((s, k) => CountsPeople(s, _released[k]).Any(n => n > Version.Rows)).Any())
        {
            return $"a count is larger than the table of {Version.Rows} rows";
        }

        return Enumerable.Range(0, Statistics.Count).Any(k => !Statistics[k].Agrees(Schema, _released[k]))
            ? "the released numbers contradict a statement"
            : null;
    }

    private static IEnumerable<long> CountsPeople(Statistic statistic, long[] released) =>
        statistic.ShowsUnknown ? statistic.PeopleCounted(released).Append(released[^1]) : statistic.PeopleCounted(released);

    /// <summary>The rows of all statistics.</summary>
    private static Scalar[][] Weights(long[][][] rows) =>
        [.. rows.SelectMany(r => r).Select(row => row.Select(Scalar.FromInt64).ToArray())];

    internal static bool TryRows(
        ProvenTableFile file,
        IReadOnlyList<Statistic> statistics,
        out long[][][] rows,
        [NotNullWhen(false)] out string? fault
    ) => TryRows(file.Schema, file.Axes, statistics, out rows, out fault);

    private static bool TryRows(
        TableSchema schema,
        TableAxes axes,
        IReadOnlyList<Statistic> statistics,
        out long[][][] rows,
        [NotNullWhen(false)] out string? fault
    )
    {
        (rows, fault) = ([], null);
        if (statistics.Count is < 1 or > MaxStatistics)
        {
            fault = $"expected 1 to {MaxStatistics} statistics";
            return false;
        }

        var all = new long[statistics.Count][][];
        long count = 0;
        for (int k = 0; k < all.Length; k++)
        {
            if (statistics[k].Rows(schema, axes) is not long[][] own)
            {
                fault = statistics[k].Misfit(schema, axes);
                return false;
            }

            all[k] = own;
            count += own.Length + statistics[k].ConstraintCount;
            if (count * axes.AllCells > MaxWeights)
            {
                fault = $"expected at most {MaxWeights} weights in one file";
                return false;
            }
        }

        rows = all;
        return true;
    }
}
