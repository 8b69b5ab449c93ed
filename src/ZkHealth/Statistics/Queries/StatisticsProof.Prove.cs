using ZkHealth.Fields;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>The work of the owner: statistics that the cube fits and the guard allows, and their proof.</summary>
public sealed partial class StatisticsProof
{
    /// <summary>Proves statistics of a proven cube.</summary>
    /// <param name="cubes">The owner's proven cubes, one cube alone.</param>
    /// <param name="statistics">What is asked, one or more; they look at columns of the cube only.</param>
    /// <param name="context">For what and whom.</param>
    /// <param name="guard">Refuses small counts; null for <see cref="DisclosureGuard.Default"/>.</param>
    /// <exception cref="ArgumentException">No statistic or too many, one that does not fit the cube, or one that is not
    /// true.</exception>
    /// <exception cref="DisclosureException">The guard refuses, saying why.</exception>
    public static StatisticsProof Prove(
        ContingencyTableOpening cubes,
        IReadOnlyList<Statistic> statistics,
        StatisticContext context,
        DisclosureGuard? guard = null
    )
    {
        ArgumentNullException.ThrowIfNull(cubes);
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentNullException.ThrowIfNull(context);
        return Fill(cubes.Counted(), statistics, guard ?? DisclosureGuard.Default).Prove(cubes, context);
    }

    /// <summary>Fills in statistics from counts, which takes little: whoever is refused has not waited for a cube.</summary>
    /// <exception cref="ArgumentException">No statistic or too many, one that does not fit the cube, or one that is not
    /// true.</exception>
    /// <exception cref="DisclosureException">The guard refuses, saying why.</exception>
    internal static FilledStatistics Fill(CubeCounts cube, IReadOnlyList<Statistic> statistics, DisclosureGuard guard)
    {
        ReadOnlySpan<ulong> counts = cube.Counts;
        Statistic[] asked = Resolve(cube, statistics, guard);
        if (!TryRows(cube.Schema, cube.Axes, asked, out long[][][] rows, out string? fault))
        {
            throw new ArgumentException(fault, nameof(statistics));
        }

        var released = new long[asked.Length][];
        for (int k = 0; k < asked.Length; k++)
        {
            released[k] =
                Sums(rows[k], counts)
                ?? throw new ArgumentException(
                    $"a sum does not fit into 64 bits: {asked[k].Describe(cube.Schema)}; fewer digits after the point of a column (its scale) make it smaller",
                    nameof(statistics)
                );
            BoundedIntegers constrained = InequalityProof.Measure(
                [asked[k]],
                cube.Schema,
                cube.Axes,
                cube.PaddedRows,
                counts.ToArray()
            );
            if (constrained.Fault is not null)
            {
                throw new ArgumentException(constrained.Fault, nameof(statistics));
            }

            if (!asked[k].Agrees(cube.Schema, released[k]) || !constrained.Holds)
            {
                throw new ArgumentException($"it is not true that {asked[k].Describe(cube.Schema)}", nameof(statistics));
            }
        }

        guard.Check(cube, FormsOf(cube, asked));
        return new FilledStatistics(cube, asked, rows, released);
    }

    /// <summary>Explains why a statistic cannot be proven over cubes with these axes, whatever they count; null where it may. To
    /// be asked before a cube is proven.</summary>
    internal static string? Misfit(Statistic statistic, TableSchema schema, TableAxes axes)
    {
        ArgumentNullException.ThrowIfNull(statistic);
        ArgumentNullException.ThrowIfNull(axes);

        // which value a quantile is and which cells are suppressed is known only when the rows are counted
        return
            statistic is QuantileStatistic { Code: 0 } or SuppressedTableStatistic { States.Count: 0 }
            || TryRows(schema, axes.FirstCell(), [statistic], out _, out string? fault)
            ? null
            : fault;
    }

    /// <summary>Explains why the guard would refuse statistics in one file, or null. For their owner alone.</summary>
    /// <exception cref="ArgumentException">A statistic does not fit the cube.</exception>
    internal static string? Refusal(CubeCounts cube, IReadOnlyList<Statistic> statistics, DisclosureGuard guard)
    {
        Statistic[] resolved = Resolve(cube, statistics, guard);
        return TryRows(cube.Schema, cube.Axes, resolved, out _, out string? fault)
            ? guard.Refusal(cube, FormsOf(cube, resolved))
            : throw new ArgumentException(fault, nameof(statistics));
    }

    private static ReleasedForms[] FormsOf(CubeCounts cube, Statistic[] statistics) =>
        [.. statistics.Select(s => s.Forms(cube.Schema, cube.Axes))];

    internal static StatisticsProof ProveUnchecked(
        ContingencyTableOpening cubes,
        ProvenTableFile file,
        Statistic[] asked,
        long[][][] rows,
        long[][] released,
        Action<int, Scalar[]>? forge = null
    )
    {
        Transcript t = file.Context.Start(StatementOf(file, asked));
        Scalar[][] weights = Weights(rows);
        byte[] proof =
            weights.Length == 0
                ? []
                : LinearStatistics
                    .Prove(t, file.Subject, cubes.Counts(0), cubes.Blinding(0), weights, new Scalar[weights.Length])
                    .Proof;
        Statistic[] constrained = [.. asked.Where(s => s.ConstraintCount > 0)];
        byte[] constraints =
            constrained.Length == 0
                ? []
                : InequalityProof.Prove(
                    t,
                    file.Subject,
                    file.PaddedRows,
                    file.Cube,
                    cubes.Counts(0),
                    cubes.Blinding(0),
                    constrained,
                    file.Schema,
                    forge
                );
        return new StatisticsProof(file, asked, released, proof, constraints);
    }

    /// <summary>The statistics with what their owner fills in from the counts.</summary>
    private static Statistic[] Resolve(CubeCounts cube, IReadOnlyList<Statistic> statistics, DisclosureGuard guard)
    {
        var resolved = new Statistic[statistics.Count];
        for (int k = 0; k < resolved.Length; k++)
        {
            ArgumentNullException.ThrowIfNull(statistics[k], nameof(statistics));
            resolved[k] = statistics[k]
                .Resolve(cube.Schema, cube.Axes, cube.Counts, cube.SuppressionKey)
                .Withhold(cube.Schema, cube.Axes, cube.Counts, guard.Threshold);
        }

        return resolved;
    }

    /// <summary>The sums of the counts by each row of weights; null where one leaves 64 bits.</summary>
    private static long[]? Sums(long[][] rows, ReadOnlySpan<ulong> counts)
    {
        var sums = new long[rows.Length];
        for (int j = 0; j < rows.Length; j++)
        {
            Int128 sum = 0;
            for (int i = 0; i < counts.Length; i++)
            {
                sum += (Int128)rows[j][i] * counts[i];
            }

            if (sum < long.MinValue || sum > long.MaxValue)
            {
                return null;
            }

            sums[j] = (long)sum;
        }

        return sums;
    }
}
