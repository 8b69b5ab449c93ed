using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// A proof file: one or more prevalences of one committed table, with all that a stranger needs beside the ledger. The
/// verifier recomputes the weights of the cells from the predicates and trusts nothing else; the root must be looked up on the
/// ledger.
/// </summary>
public sealed partial class PrevalenceProof
{
    /// <summary>The largest file that is decoded.</summary>
    public const int MaxEncodedSize = 1 << 28;

    /// <summary>The most prevalences of one file.</summary>
    public const int MaxPrevalences = 1 << 10;

    /// <summary>The most weights of one file: three for each prevalence and cell.</summary>
    public const int MaxWeights = 1 << 24;

    private readonly ProvenTableFile _file;
    private readonly byte[] _proof,
        _constraints;

    private PrevalenceProof(
        ProvenTableFile file,
        IReadOnlyList<Prevalence> prevalences,
        IReadOnlyList<Rate> rates,
        byte[] proof,
        byte[] constraints
    ) => (_file, Prevalences, Rates, _proof, _constraints) = (file, prevalences, rates, proof, constraints);

    /// <summary>The committed table; points are there for the columns of the cube alone.</summary>
    public TableCommitment Table => _file.Table;

    /// <summary>Describes what its codes mean.</summary>
    public TableSchema Schema => _file.Schema;

    /// <summary>The columns of the cube.</summary>
    public TableAxes Axes => _file.Axes;

    /// <summary>The commitment to the cube.</summary>
    public CompressedPoint Cube => _file.Cube;

    /// <summary>The proof that the cube is the count of the table.</summary>
    public ReadOnlyMemory<byte> CubeProof => _file.CubeProof;

    /// <summary>For what and whom it was made.</summary>
    public StatisticContext Context => _file.Context;

    /// <summary>Describes what was asked.</summary>
    public IReadOnlyList<Prevalence> Prevalences { get; }

    /// <summary>Describes what the proof is bound to beside the context (docs/format.md).</summary>
    internal byte[] Statement => StatementOf(_file, Prevalences);

    /// <summary>The answers, one for each prevalence; true only if <see cref="Verify"/> accepts.</summary>
    public IReadOnlyList<Rate> Rates { get; }

    /// <summary>Describes what follows from the numbers of a prevalence: numerator, denominator and the rate with its intervals,
    /// rows without a value; true only if <see cref="Verify"/> accepts.</summary>
    /// <exception cref="InvalidOperationException">The numbers contradict the statement; such a proof is never
    /// accepted.</exception>
    public IReadOnlyList<ReleasedValue> Values(int prevalence) =>
        Prevalences[prevalence].ToStatistic().Derive(Schema, Released(Rates[prevalence]))
        ?? throw new InvalidOperationException("the released numbers contradict a statement");

    /// <summary>Proves prevalences over a proven cube.</summary>
    /// <param name="cubes">The owner's proven cubes, one cube alone.</param>
    /// <param name="prevalences">What is asked, one or more; they look at columns of the cube only.</param>
    /// <param name="context">For what and whom.</param>
    /// <param name="guard">Refuses small counts; null for <see cref="DisclosureGuard.Default"/>.</param>
    /// <exception cref="ArgumentException">No prevalence or too many, or predicates that do not fit the cube.</exception>
    /// <exception cref="DisclosureException">The guard refuses, saying why.</exception>
    public static PrevalenceProof Prove(
        ContingencyTableOpening cubes,
        IReadOnlyList<Prevalence> prevalences,
        StatisticContext context,
        DisclosureGuard? guard = null
    )
    {
        ArgumentNullException.ThrowIfNull(prevalences);
        ProvenTableFile file = ProvenTableFile.Of(cubes, context);
        (TableSchema schema, TableAxes axes) = (file.Schema, file.Axes);
        if (Limit(prevalences.Count, axes) is string limit)
        {
            throw new ArgumentException(limit, nameof(prevalences));
        }

        Prevalence[] asked =
        [
            .. prevalences.Select(p => Withhold(p, schema, axes, cubes.Counts(0), guard ?? DisclosureGuard.Default)),
        ];
        Scalar[][] rows =
            WeightRows(asked, schema, axes)
            ?? throw new ArgumentException(
                "the predicates do not fit the schema and the columns of the cube",
                nameof(prevalences)
            );
        Rate[] rates = Count(cubes.Counts(0), rows, asked);
        (guard ?? DisclosureGuard.Default).Check(cubes, schema, [.. asked.Select(p => p.ToStatistic().Forms(schema, axes))]);

        return ProveUnchecked(cubes, file, asked, rows, rates);
    }

    /// <summary>Explains why the guard would refuse prevalences in one file, or null. For their owner alone.</summary>
    /// <exception cref="ArgumentException">A prevalence does not fit the cube.</exception>
    public static string? Refusal(ContingencyTableOpening cubes, IReadOnlyList<Prevalence> prevalences, DisclosureGuard guard)
    {
        ArgumentNullException.ThrowIfNull(cubes);
        ArgumentNullException.ThrowIfNull(prevalences);
        ArgumentNullException.ThrowIfNull(guard);
        ProvenTableFile file = ProvenTableFile.Of(cubes, new StatisticContext("", "", ""));
        Prevalence[] asked = [.. prevalences.Select(p => Withhold(p, file.Schema, file.Axes, cubes.Counts(0), guard))];
        return WeightRows(asked, file.Schema, file.Axes) is null
            ? throw new ArgumentException("the predicates do not fit the schema and the columns of the cube", nameof(prevalences))
            : guard.Refusal(cubes, file.Schema, [.. asked.Select(p => p.ToStatistic().Forms(file.Schema, file.Axes))]);
    }

    /// <summary>
    /// Verifies the cube against the table and the rates against the cube, as one multi-scalar multiplication. The caller has
    /// still to find <see cref="TableCommitment.Root"/> on the ledger, published by its owner, and to like the context:
    /// <see cref="ProofFile.Verify"/> does all of it.
    /// </summary>
    /// <param name="limits">What it may take; null for <see cref="VerificationLimits.Default"/>.</param>
    public VerificationResult Verify(VerificationLimits? limits = null)
    {
        if (
            (
                _file.Fault()
                ?? (_proof.Length != LinearStatistics.ProofSize(Axes) ? "a proof of these statistics has another length" : null)
            )
            is string fault
        )
        {
            return VerificationResult.Rejected(fault);
        }

        long nodes = Prevalences.Sum(p => (long)p.Numerator.Nodes + p.Denominator.Nodes);
        if (
            (limits ?? VerificationLimits.Default).Exceeded(
                _file.Cost(2L * Prevalences.Count * Axes.CellCount, nodes * Axes.CellCount)
            )
            is string limit
        )
        {
            return VerificationResult.LimitExceeded(limit);
        }

        if (WeightRows(Prevalences, Schema, Axes) is not Scalar[][] rows)
        {
            return VerificationResult.Rejected("the predicates do not fit the schema and the columns of the cube");
        }

        Statistic[] statistics = [.. Prevalences.Select(p => p.ToStatistic())];
        if (statistics.Where((s, k) => !s.Agrees(Schema, Released(Rates[k]))).Any())
        {
            return VerificationResult.Rejected("the released numbers contradict a statement");
        }

        var batch = new VerificationBatch();
        Transcript t = Context.Start(Statement);
        string? failure =
            _file.Collect(batch)
            ?? LinearStatistics.Collect(t, _file.Subject, Cube, RevealedPoints(), Weights(rows), _proof, batch)
            ?? CollectConstraints(t, [.. statistics.Where(s => s.ConstraintCount > 0)], batch);
        return failure is null ? batch.Verify() : VerificationResult.Rejected(failure);
    }

    internal static PrevalenceProof ProveUnchecked(
        ContingencyTableOpening cubes,
        ProvenTableFile file,
        Prevalence[] asked,
        Scalar[][] rows,
        Rate[] rates,
        Action<int, Scalar[]>? forge = null
    )
    {
        Transcript t = file.Context.Start(StatementOf(file, asked));
        (_, byte[] proof) = LinearStatistics.Prove(
            t,
            file.Subject,
            cubes.Counts(0),
            cubes.Blinding(0),
            rows,
            new Scalar[rows.Length]
        );
        Statistic[] constrained = [.. asked.Select(p => p.ToStatistic()).Where(s => s.ConstraintCount > 0)];
        byte[] constraints =
            constrained.Length == 0
                ? []
                : InequalityProof.Prove(
                    t,
                    file.Subject,
                    file.Table.Layout.PaddedRows,
                    file.Cube,
                    cubes.Counts(0),
                    cubes.Blinding(0),
                    constrained,
                    file.Schema,
                    forge
                );
        return new PrevalenceProof(file, asked, rates, proof, constraints);
    }

    private string? CollectConstraints(Transcript t, Statistic[] constrained, VerificationBatch batch) =>
        constrained.Length == 0
            ? _constraints.Length == 0
                ? null
                : "a proof of no inequality"
            : InequalityProof.Collect(
                t,
                _file.Subject,
                _file.Table.Layout.PaddedRows,
                Cube,
                constrained,
                Schema,
                _constraints,
                batch
            );

    /// <summary>Describes what all prevalences say and what each says of its own, in words.</summary>
    public Strata Strata() => new(Schema, Prevalences);

    /// <summary>Describes what is proven, in words, one line for each prevalence.</summary>
    public override string ToString() => string.Join('\n', Prevalences.Select((p, k) => $"{Rates[k]}: {p.Describe(Schema)}"));

    /// <summary>The cubes proof of the file in the form that other implementations check (JSON).</summary>
    public byte[] ExportReferenceCubes() =>
        ReferenceExport.Cubes(ContingencyTableProof.Label, Table, [Axes], [Cube], _file.CubeProof);

    /// <summary>The statistics proof of the file in the form that other implementations check (JSON).</summary>
    public byte[] ExportReferenceStatistics() =>
        ReferenceExport.Statistics(
            Context,
            Statement,
            _file.Subject,
            Cube,
            RevealedPoints(),
            WeightRows(Prevalences, Schema, Axes) ?? throw new InvalidOperationException("the predicates do not fit the cube"),
            _proof,
            [.. Rates.SelectMany(Released).Select(n => (ulong?)n)]
        );

    private static string? Limit(int prevalences, TableAxes axes) =>
        prevalences is < 1 or > MaxPrevalences || 3L * prevalences * axes.CellCount > MaxWeights
            ? $"expected 1 to {MaxPrevalences} prevalences, and at most {MaxWeights} weights for all of them"
            : null;

    private static Prevalence Withhold(
        Prevalence prevalence,
        TableSchema schema,
        TableAxes axes,
        ReadOnlySpan<ulong> counts,
        DisclosureGuard guard
    ) =>
        prevalence with
        {
            UnknownBelow = ((RateStatistic)prevalence.ToStatistic().Withhold(schema, axes, counts, guard.Threshold)).UnknownBelow,
        };

    /// <summary>The rows of each prevalence: numerator, denominator, and rows without a value where they are shown. Null where
    /// predicates do not fit.</summary>
    private static Scalar[][]? WeightRows(IReadOnlyList<Prevalence> prevalences, TableSchema schema, TableAxes axes)
    {
        long[][]?[] rows = [.. prevalences.Select(p => p.ToStatistic().Rows(schema, axes))];
        return rows.Contains(null) ? null : [.. rows.SelectMany(r => r!).Select(row => Array.ConvertAll(row, Scalar.FromInt64))];
    }

    private static LinearStatistics.WeightRows Weights(Scalar[][] rows) => new(rows.Length, (j, row) => rows[j].CopyTo(row));

    private static Rate[] Count(ReadOnlySpan<ulong> counts, Scalar[][] rows, IReadOnlyList<Prevalence> prevalences)
    {
        var sums = new ulong[rows.Length];
        for (int j = 0; j < rows.Length; j++)
        {
            for (int i = 0; i < counts.Length; i++)
            {
                sums[j] += rows[j][i].IsZero ? 0 : counts[i];
            }
        }

        int at = 0;
        return [.. prevalences.Select(p => new Rate(sums[at++], sums[at++], p.UnknownBelow == 0 ? sums[at++] : null))];
    }

    private static long[] Released(Rate rate) =>
        rate.Unknown is ulong unknown
            ? [(long)rate.Numerator, (long)rate.Denominator, (long)unknown]
            : [(long)rate.Numerator, (long)rate.Denominator];

    /// <summary>value·B for every released number: revealed points carry no blinding.</summary>
    private CompressedPoint[] RevealedPoints() =>
        [.. Rates.SelectMany(Released).Select(n => PedersenGenerators.BTable.Multiply(Scalar.FromInt64(n)).Compress())];
}
