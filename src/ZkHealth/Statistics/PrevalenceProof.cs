using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Tables;

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

    /// <summary>The most weights of one file: two for each prevalence and cell.</summary>
    public const int MaxWeights = 1 << 24;

    private readonly ProvenCubeFile _file;
    private readonly byte[] _proof;

    private PrevalenceProof(ProvenCubeFile file, IReadOnlyList<Prevalence> prevalences, IReadOnlyList<Rate> rates, byte[] proof) =>
        (_file, Prevalences, Rates, _proof) = (file, prevalences, rates, proof);

    /// <summary>The committed table; points are there for the columns of the cube alone.</summary>
    public TableCommitment Table => _file.Table;

    /// <summary>What its codes mean.</summary>
    public TableSchema Schema => _file.Schema;

    /// <summary>The columns of the cube.</summary>
    public CubeAxes Axes => _file.Axes;

    /// <summary>The commitment to the cube.</summary>
    public CompressedPoint Cube => _file.Cube;

    /// <summary>The proof that the cube is the count of the table.</summary>
    public ReadOnlyMemory<byte> CubeProof => _file.CubeProof;

    /// <summary>For what and whom it was made.</summary>
    public StatisticContext Context => _file.Context;

    /// <summary>What was asked.</summary>
    public IReadOnlyList<Prevalence> Prevalences { get; }

    /// <summary>What the proof is bound to beside the context (docs/format.md).</summary>
    internal byte[] Statement => StatementOf(_file, Prevalences);

    /// <summary>The answers, one for each prevalence; true only if <see cref="Verify"/> accepts.</summary>
    public IReadOnlyList<Rate> Rates { get; }

    /// <summary>What follows from the numbers of a prevalence: numerator, denominator and the rate with its intervals; true only if <see cref="Verify"/> accepts.</summary>
    public IReadOnlyList<ReleasedValue> Values(int prevalence) =>
    [
        new("numerator", Rates[prevalence].Numerator), new("denominator", Rates[prevalence].Denominator), Rates[prevalence].ToValue("rate"),
    ];

    /// <summary>Proves prevalences over a proven cube.</summary>
    /// <param name="cubes">The owner's proven cubes, one cube alone.</param>
    /// <param name="prevalences">What is asked, one or more; they look at columns of the cube only.</param>
    /// <param name="context">For what and whom.</param>
    /// <param name="guard">Refuses small counts; null for <see cref="DisclosureGuard.Default"/>.</param>
    /// <exception cref="ArgumentException">No prevalence or too many, or predicates that do not fit the cube.</exception>
    /// <exception cref="DisclosureException">The guard refuses, saying why.</exception>
    public static PrevalenceProof Prove(
        ProvenCubes cubes, IReadOnlyList<Prevalence> prevalences, StatisticContext context, DisclosureGuard? guard = null)
    {
        ArgumentNullException.ThrowIfNull(prevalences);
        ProvenCubeFile file = ProvenCubeFile.Of(cubes, context);
        (TableSchema schema, CubeAxes axes) = (file.Schema, file.Axes);
        if (Limit(prevalences.Count, axes) is string limit)
        {
            throw new ArgumentException(limit, nameof(prevalences));
        }

        Scalar[][] rows = WeightRows(prevalences, schema, axes)
            ?? throw new ArgumentException("the predicates do not fit the schema and the columns of the cube", nameof(prevalences));
        Rate[] rates = Count(cubes.Counts(0), rows);
        (guard ?? DisclosureGuard.Default).Check(cubes, schema, [.. prevalences.Select(p => p.Forms(schema, axes))]);

        (_, byte[] proof) = LinearStatistics.Prove(
            context.Start(StatementOf(file, prevalences)), file.Subject, cubes.Counts(0), cubes.Blinding(0), rows, new Scalar[rows.Length]);
        return new PrevalenceProof(file, [.. prevalences], rates, proof);
    }

    /// <summary>Why the guard would refuse prevalences in one file, or null. For their owner alone.</summary>
    /// <exception cref="ArgumentException">A prevalence does not fit the cube.</exception>
    public static string? Refusal(ProvenCubes cubes, IReadOnlyList<Prevalence> prevalences, DisclosureGuard guard)
    {
        ArgumentNullException.ThrowIfNull(cubes);
        ArgumentNullException.ThrowIfNull(prevalences);
        ArgumentNullException.ThrowIfNull(guard);
        ProvenCubeFile file = ProvenCubeFile.Of(cubes, new StatisticContext("", "", ""));
        return WeightRows(prevalences, file.Schema, file.Axes) is null
            ? throw new ArgumentException("the predicates do not fit the schema and the columns of the cube", nameof(prevalences))
            : guard.Refusal(cubes, file.Schema, [.. prevalences.Select(p => p.Forms(file.Schema, file.Axes))]);
    }

    /// <summary>
    /// Verifies the cube against the table and the rates against the cube, as one multi-scalar multiplication. The caller has
    /// still to find <see cref="TableCommitment.Root"/> on the ledger, published by its owner, and to like the context:
    /// <see cref="ProofFile.Verify"/> does all of it.
    /// </summary>
    /// <param name="limits">What it may take; null for <see cref="VerificationLimits.Default"/>.</param>
    public VerificationResult Verify(VerificationLimits? limits = null)
    {
        if ((_file.Fault() ?? (_proof.Length != LinearStatistics.ProofSize(Axes) ? "a proof of these statistics has another length" : null)) is string fault)
        {
            return VerificationResult.Rejected(fault);
        }

        long nodes = Prevalences.Sum(p => (long)p.Numerator.Nodes + p.Denominator.Nodes);
        if ((limits ?? VerificationLimits.Default).Exceeded(_file.Cost(2L * Prevalences.Count * Axes.CellCount, nodes * Axes.CellCount)) is string limit)
        {
            return VerificationResult.LimitExceeded(limit);
        }

        if (CellRows(Prevalences, Schema, Axes) is not bool[][] rows)
        {
            return VerificationResult.Rejected("the predicates do not fit the schema and the columns of the cube");
        }

        var batch = new VerificationBatch();
        string? failure = _file.Collect(batch)
            ?? LinearStatistics.Collect(Context.Start(Statement), _file.Subject, Cube, RevealedPoints(), Weights(rows), _proof, batch);
        return failure is null ? batch.Verify() : VerificationResult.Rejected(failure);
    }

    /// <summary>What all prevalences say and what each says of its own, in words.</summary>
    public Strata Strata() => new(Schema, Prevalences);

    /// <summary>What is proven, in words, one line for each prevalence.</summary>
    public override string ToString() => string.Join('\n', Prevalences.Select((p, k) => $"{Rates[k]}: {p.Describe(Schema)}"));

    /// <summary>The file in the two forms that other implementations check: the cubes proof and the statistics proof (JSON).</summary>
    public (byte[] Cubes, byte[] Statistics) ExportReference() => (
        ReferenceExport.Cubes(CubesProof.Label, Table, [Axes], [Cube], _file.CubeProof),
        ReferenceExport.Statistics(
            Context, Statement, _file.Subject, Cube, RevealedPoints(),
            WeightRows(Prevalences, Schema, Axes) ?? throw new InvalidOperationException("the predicates do not fit the cube"),
            _proof, [.. Rates.SelectMany(r => new ulong?[] { r.Numerator, r.Denominator })]));

    private static string? Limit(int prevalences, CubeAxes axes) =>
        prevalences is < 1 or > MaxPrevalences || 2L * prevalences * axes.CellCount > MaxWeights
            ? $"expected 1 to {MaxPrevalences} prevalences, and at most {MaxWeights} weights for all of them" : null;

    /// <summary>Two rows a prevalence: numerator, denominator. Null where predicates do not fit.</summary>
    private static Scalar[][]? WeightRows(IReadOnlyList<Prevalence> prevalences, TableSchema schema, CubeAxes axes)
    {
        Scalar[][]?[] rows = [.. prevalences.Select(p => p.WeightRows(schema, axes))];
        return rows.Contains(null) ? null : [.. rows.SelectMany(r => r!)];
    }

    /// <summary>For each prevalence whether a cell is in its numerator, and in its denominator.</summary>
    private static bool[][]? CellRows(IReadOnlyList<Prevalence> prevalences, TableSchema schema, CubeAxes axes)
    {
        bool[][]?[] rows = [.. prevalences.Select(p => p.CellRows(schema, axes))];
        return rows.Contains(null) ? null : [.. rows.SelectMany(r => r!)];
    }

    private static LinearStatistics.WeightRows Weights(bool[][] rows) => new(rows.Length, (j, row) =>
    {
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = rows[j][i] ? Scalar.One : Scalar.Zero;
        }
    });

    private static Rate[] Count(ReadOnlySpan<ulong> counts, Scalar[][] rows)
    {
        var sums = new ulong[rows.Length];
        for (int j = 0; j < rows.Length; j++)
        {
            for (int i = 0; i < counts.Length; i++)
            {
                sums[j] += rows[j][i].IsZero ? 0 : counts[i];
            }
        }

        return [.. Enumerable.Range(0, rows.Length / 2).Select(k => new Rate(sums[2 * k], sums[2 * k + 1]))];
    }

    /// <summary>value·B for every released number: revealed points carry no blinding.</summary>
    private CompressedPoint[] RevealedPoints() => [.. Rates.SelectMany(r => new[] { r.Numerator, r.Denominator })
        .Select(n => PedersenGenerators.BTable.Multiply(Scalar.FromUInt64(n)).Compress())];
}
