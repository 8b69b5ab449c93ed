using System.Diagnostics.CodeAnalysis;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// A proof file with one or more statistics of one committed table, or of all segments of a data set. The verifier recomputes all
/// weights from the statements; released numbers are opened, inequalities between hidden integers proven in a constraint system.
/// The root must be looked up on the ledger.
/// </summary>
public sealed partial class StatisticsProof : ProofFile
{
    /// <summary>The most statistics of one file.</summary>
    internal const int MaxStatistics = 1 << 10;

    /// <summary>The most weights of one file.</summary>
    internal const int MaxWeights = 1 << 24;

    /// <summary>The most comparisons over all numbers, for a single cell.</summary>
    private const long MaxConditions = 1 << 24;

    private readonly ProvenTableFile _file;
    private readonly long[][] _released;
    private readonly byte[] _proof,
        _constraints;

    internal StatisticsProof(
        ProvenTableFile file,
        IReadOnlyList<Statistic> statistics,
        long[][] released,
        byte[] proof,
        byte[] constraints
    )
        : base(file.Context) =>
        (_file, Statistics, _released, _proof, _constraints) = (file, statistics, released, proof, constraints);

    private protected override IReadOnlyList<TableCommitment> GetTables() => _file.Version.Segments;

    /// <inheritdoc/>
    internal override IReadOnlyList<DataSetVersion> Versions => [_file.Version];

    /// <inheritdoc/>
    internal override IReadOnlyList<string> UsedColumns => [.. Statistics.SelectMany(s => s.Columns).Distinct()];

    /// <summary>The groups whose sizes it shows, with the columns that they are made by.</summary>
    internal IEnumerable<(IReadOnlyList<string> Columns, long Count)> ShownGroups()
    {
        if (!TryRows(_file, Statistics, out long[][][] rows, out _))
        {
            yield break;
        }

        for (int k = 0; k < rows.Length; k++)
        {
            string[] columns = [.. Statistics[k].Columns.Distinct()];
            for (int i = 0; i < Math.Min(rows[k].Length, _released[k].Length); i++)
            {
                if (rows[k][i].All(w => w is 0 or 1) && _released[k][i] >= 0)
                {
                    yield return (columns, _released[k][i]);
                }
            }
        }
    }

    /// <summary>The version of a data set that it is about.</summary>
    internal DataSetVersion Version => _file.Version;

    /// <summary>The committed table, of a data set in segments the first; points are there for the columns of the cube
    /// alone.</summary>
    public TableCommitment Table => _file.Table;

    /// <summary>Describes what its codes mean.</summary>
    public TableSchema Schema => _file.Schema;

    internal TableAxes Axes => _file.Axes;

    /// <summary>The statements.</summary>
    public IReadOnlyList<Statistic> Statistics { get; }

    /// <summary>Describes what the proof is bound to beside the context (docs/format.md).</summary>
    internal byte[] Statement => StatementOf(_file, Statistics);

    /// <summary>The released numbers of a statistic, in the order of its rows; true only if <see cref="ProofFile.Verify"/>
    /// accepts.</summary>
    public IReadOnlyList<long> Released(int statistic) => _released[statistic];

    /// <summary>Describes what follows from the released numbers of a statistic; true only if <see cref="ProofFile.Verify"/>
    /// accepts.</summary>
    /// <exception cref="InvalidOperationException">The numbers contradict the statement; such a proof is never
    /// accepted.</exception>
    public IReadOnlyList<ReleasedValue> Values(int statistic) =>
        Statistics[statistic].Derive(Schema, _released[statistic])
        ?? throw new InvalidOperationException("the released numbers contradict the statement");

    /// <summary>The numbers of a statistic that is a rate.</summary>
    internal Rate RateOf(int statistic)
    {
        long[] released = _released[statistic];
        return new Rate((ulong)released[0], (ulong)released[1], released.Length > 2 ? (ulong)released[2] : null);
    }

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
        ArgumentNullException.ThrowIfNull(statistics);
        ProvenTableFile file = ProvenTableFile.Of(cubes, context);
        ReadOnlySpan<ulong> counts = cubes.Counts(0);
        Statistic[] asked = Resolve(cubes, file, statistics, guard ?? DisclosureGuard.Default);

        if (!TryRows(file, asked, out long[][][] rows, out string? fault))
        {
            throw new ArgumentException(fault, nameof(statistics));
        }

        var released = new long[asked.Length][];
        for (int k = 0; k < asked.Length; k++)
        {
            released[k] =
                Sums(rows[k], counts)
                ?? throw new ArgumentException(
                    $"a sum does not fit into 64 bits: {asked[k].Describe(file.Schema)}; fewer digits after the point of a column (its scale) make it smaller",
                    nameof(statistics)
                );
            BoundedIntegers constrained = InequalityProof.Measure(
                [asked[k]],
                file.Schema,
                file.Axes,
                file.PaddedRows,
                counts.ToArray()
            );
            if (constrained.Fault is not null)
            {
                throw new ArgumentException(constrained.Fault, nameof(statistics));
            }

            if (!asked[k].Agrees(file.Schema, released[k]) || !constrained.Holds)
            {
                throw new ArgumentException($"it is not true that {asked[k].Describe(file.Schema)}", nameof(statistics));
            }
        }

        (guard ?? DisclosureGuard.Default).Check(cubes, file.Schema, [.. asked.Select(s => s.Forms(file.Schema, file.Axes))]);
        return ProveUnchecked(cubes, file, asked, rows, released);
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
    internal static string? Refusal(ContingencyTableOpening cubes, IReadOnlyList<Statistic> statistics, DisclosureGuard guard)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentNullException.ThrowIfNull(guard);
        ProvenTableFile file = ProvenTableFile.Of(cubes, new StatisticContext("", "", ""));
        Statistic[] resolved = Resolve(cubes, file, statistics, guard);
        return TryRows(file, resolved, out _, out string? fault)
            ? guard.Refusal(cubes, file.Schema, [.. resolved.Select(s => s.Forms(file.Schema, file.Axes))])
            : throw new ArgumentException(fault, nameof(statistics));
    }

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
                        ? "a proof of these statistics has another length"
                        : null
                )
            )
            is string fault
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
        string? failure = _file.Collect(batch) ?? CollectLinear(t, rows, batch) ?? CollectConstraints(t, batch);
        return failure is null ? batch.Verify() : VerificationResult.Rejected(failure);
    }

    /// <inheritdoc/>
    internal override IReadOnlyDictionary<string, byte[]> ExportReference()
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["cubes"] = ReferenceExport.Cubes(ContingencyTableProof.Label, Table, [Axes], [_file.FirstCube], _file.CubeProof),
        };
        if (_proof.Length > 0 && TryRows(_file, Statistics, out long[][][] rows, out _))
        {
            files["statistics"] = ReferenceExport.Statistics(
                Context,
                Statement,
                _file.Subject,
                _file.Cube,
                RevealedPoints(),
                Weights(rows),
                _proof,
                [.. _released.SelectMany(r => r).Select(n => n < 0 ? (ulong?)null : (ulong)n)]
            );
        }

        return files;
    }

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
    private static Statistic[] Resolve(
        ContingencyTableOpening cubes,
        ProvenTableFile file,
        IReadOnlyList<Statistic> statistics,
        DisclosureGuard guard
    )
    {
        ReadOnlySpan<ulong> counts = cubes.Counts(0);
        var resolved = new Statistic[statistics.Count];
        for (int k = 0; k < resolved.Length; k++)
        {
            ArgumentNullException.ThrowIfNull(statistics[k], nameof(statistics));
            resolved[k] = statistics[k]
                .Resolve(file.Schema, file.Axes, counts, cubes.SuppressionKey)
                .Withhold(file.Schema, file.Axes, counts, guard.Threshold);
        }

        return resolved;
    }

    /// <summary>The statistics that say something of numbers that are not shown.</summary>
    private Statistic[] Constrained => [.. Statistics.Where(s => s.ConstraintCount > 0)];

    /// <summary>Describes what verifying the statistics of the cube takes, but for the bits of hidden numbers.</summary>
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
            steps += ((long)_released[k].Length + Statistics[k].ConstraintCount) * Conditions(Statistics[k]) * cells;
        }

        return new VerificationCost(0, 0, Weights: numbers * cells, Steps: steps, Numbers: numbers, Hidden: hidden * cells);
    }

    private string? CollectLinear(Transcript t, long[][][] rows, VerificationBatch batch)
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
            : "a proof of nothing";
    }

    /// <summary>value·B for every released number: revealed points carry no blinding.</summary>
    private CompressedPoint[] RevealedPoints() =>
        [.. _released.SelectMany(r => r).Select(n => PedersenGenerators.BTable.Multiply(Scalar.FromInt64(n)).Compress())];

    private string? CollectConstraints(Transcript t, VerificationBatch batch)
    {
        Statistic[] constrained = Constrained;
        return constrained.Length == 0
            ? _constraints.Length == 0
                ? null
                : "a proof of no inequality"
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
