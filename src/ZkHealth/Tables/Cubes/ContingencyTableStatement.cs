using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>The statement of a proof of cubes: cubes of one committed table, their axes and points.</summary>
internal sealed class ContingencyTableStatement
{
    private ContingencyTableStatement(
        TableCommitment table,
        IReadOnlyList<ICubeCells> axes,
        IReadOnlyList<CompressedPoint> points
    )
    {
        Table = table;
        Axes = axes;
        Points = points;
    }

    public TableCommitment Table { get; }

    public IReadOnlyList<ICubeCells> Axes { get; }

    public IReadOnlyList<CompressedPoint> Points { get; }

    /// <summary>The common power of two of cells to which all cubes are padded.</summary>
    public int Size => PaddedCells(Axes);

    /// <summary>The columns of all cubes, each once, in the order of their numbers.</summary>
    public int[] Columns => [.. Axes.SelectMany(a => a.Columns).Distinct().Order().Select(j => (int)j)];

    public static bool TryCreate(
        TableCommitment table,
        IReadOnlyList<ICubeCells> axes,
        IReadOnlyList<CompressedPoint> points,
        [NotNullWhen(true)] out ContingencyTableStatement? statement,
        [NotNullWhen(false)] out string? reason
    )
    {
        reason = Fault(table, axes, points);
        statement = reason is null ? new ContingencyTableStatement(table, axes, points) : null;
        return statement is not null;
    }

    private static string? Fault(TableCommitment table, IReadOnlyList<ICubeCells> axes, IReadOnlyList<CompressedPoint> points)
    {
        if (axes.Count == 0 || axes.Count != points.Count)
        {
            return "expected one or more cubes and one point for each";
        }

        if ((long)PaddedCells(axes) * axes.Count > TableAxes.MaxCells)
        {
            return "the cubes of one proof have at most 2^20 cells together";
        }

        if (axes.Any(a => a.Columns.Any(j => j >= table.Columns.Count)))
        {
            return "a cube names a column that the table does not have";
        }

        return axes.Any(a => a.Columns.Any(j => !table.Columns[(int)j].HasPoints))
            ? "the points of a chosen column are missing"
            : null;
    }

    /// <summary>The exact length in bytes of a proof: checked before any work.</summary>
    public static long ProofSize(TableLayout layout, IReadOnlyList<ICubeCells> axes)
    {
        long mu = layout.LogRows,
            size = PaddedCells(axes),
            products = Products(layout, axes.Count);
        long messages = 3 + mu * (mu + 1) / 2 + Log2Ceiling(size) + products;
        long n = Scalars(layout, axes) + layout.Width + size;
        return 32 * (messages + 2 + 2 * Log2Ceiling(n) + 3) + PaddingProof.Size(layout);
    }

    /// <summary>The cost of verification.</summary>
    public VerificationCost Cost()
    {
        long size = (long)Size * Axes.Count,
            points = Columns.Sum(j => (long)Table.Columns[j].PointCount) + Axes.Count;
        return new VerificationCost(
            Axes.Max(a => a.CellCount),
            size + Table.Layout.Width,
            points + (ProofSize(Table.Layout, Axes) / RistrettoPoint.Size),
            Scalars: Scalars(Table.Layout, Axes)
        );
    }

    /// <summary>The rounds of the sumcheck over the products of all trees.</summary>
    private static long Products(TableLayout layout, int cubes) => Log2Ceiling(cubes * (3L * layout.LogRows - 1) + 1);

    /// <summary>The scalars of all messages.</summary>
    private static long Scalars(TableLayout layout, IReadOnlyList<ICubeCells> axes)
    {
        long mu = layout.LogRows,
            m = axes.Count;
        return 7 * m
            + mu * (mu - 1)
            + 7 * m * (mu - 1)
            + 2 * Log2Ceiling(PaddedCells(axes))
            + 3
            + 2 * Products(layout, axes.Count);
    }

    /// <summary>Absorbs the statement and draws gamma and alpha from it.</summary>
    public ContingencyTableChallenges Start(Transcript t)
    {
        t.Append("dom-sep"u8, Labels.ContingencyTableStatement);
        t.Append("table"u8, Table.Root.Span);
        t.AppendUInt64("log rows"u8, (ulong)Table.Layout.LogRows);
        t.AppendUInt64("cubes"u8, (ulong)Axes.Count);
        for (int c = 0; c < Axes.Count; c++)
        {
            Axes[c].Absorb(t);
            t.AppendPoint("cube"u8, Points[c]);
        }

        Scalar gamma = t.ChallengeScalar("gamma"u8),
            alpha = t.ChallengeScalar("alpha"u8);
        return new ContingencyTableChallenges(this, gamma, alpha);
    }

    private static int PaddedCells(IReadOnlyList<ICubeCells> axes) =>
        (int)BitOperations.RoundUpToPowerOf2((uint)axes.Max(a => a.CellCount));

    private static int Log2Ceiling(long n) => n <= 1 ? 0 : BitOperations.Log2((ulong)(n - 1)) + 1;
}

/// <summary>
/// gamma joins the columns of a row into f = sum of gamma^j·a_j; alpha turns cells into weights 1/(alpha − T_d), and the
/// padding beyond them into powers alpha, alpha², …, which forces zeros there.
/// </summary>
internal sealed class ContingencyTableChallenges
{
    public ContingencyTableChallenges(ContingencyTableStatement statement, Scalar gamma, Scalar alpha)
    {
        Alpha = alpha;
        Joins = [.. statement.Axes.Select(a => PowersOf(gamma, a.Columns.Count))];
        Weights = [.. statement.Axes.Select((a, c) => CellWeights(a, Joins[c], alpha, statement.Size))];
    }

    public Scalar Alpha { get; }

    /// <summary>For each cube the powers of gamma, one for each of its columns.</summary>
    public Scalar[][] Joins { get; }

    /// <summary>For each cube the weights of its padded cells.</summary>
    public Scalar[][] Weights { get; }

    private static Scalar[] PowersOf(in Scalar x, int n)
    {
        var powers = new Scalar[n];
        ScalarVector.Powers(x, powers);
        return powers;
    }

    private static Scalar[] CellWeights(ICubeCells axes, Scalar[] join, in Scalar alpha, int size)
    {
        var weights = new Scalar[size];
        int filled = axes.CellCount;
        axes.Leaves(join, alpha, weights.AsSpan(0, filled));
        ScalarVector.Invert(weights.AsSpan(0, filled));
        Scalar power = alpha;
        for (int i = filled; i < size; i++, power *= alpha)
        {
            weights[i] = power;
        }

        return weights;
    }
}
