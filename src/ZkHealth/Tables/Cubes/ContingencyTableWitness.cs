using System.Runtime.InteropServices;
using ZkHealth.Fields;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Lookups;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>The witness of the cubes, and the values that follow from it; owns the cells of the rows, by
/// which leaves are looked up, until the proof is done or given up.</summary>
/// <remarks>Look-ups by code make its memory accesses depend on the codes (see docs/security.md).</remarks>
internal sealed class ContingencyTableWitness(TableOpening table, ContingencyTableStatement statement, CellSecrets? secrets)
    : IDisposable
{
    private readonly List<SecretArray<ushort>> _cells = [];

    /// <summary>For each cube whose leaves are looked up the cell of every row.</summary>
    public IReadOnlyList<SecretArray<ushort>> RowCells => _cells;

    /// <summary>
    /// Randomness bound to the whole statement (label, table, axes), the blindings of the codes, the counts and the system
    /// generator: also with a generator that repeats itself, two statements share no randomness.
    /// </summary>
    public static TranscriptRngBuilder Randomness(
        Transcript t,
        TableOpening table,
        IReadOnlyList<ICubeCells> axes,
        SecretArray<ulong>[] counts
    )
    {
        Transcript own = t.Clone();
        own.Append("table"u8, table.Commitment.Root.Span);
        foreach (ICubeCells cube in axes)
        {
            cube.Absorb(own);
        }

        TranscriptRngBuilder builder = own.BuildRng();
        foreach (uint j in axes.SelectMany(cube => cube.Columns).Distinct())
        {
            builder = builder.RekeyWithWitness("blindings"u8, MemoryMarshal.AsBytes(table.Blindings((int)j)));
        }

        foreach (SecretArray<ulong> n in counts)
        {
            builder = builder.RekeyWithWitness("counts"u8, n.Bytes);
        }

        return builder;
    }

    public static Scalar[] ToScalars(ulong[] values, int size)
    {
        var scalars = new Scalar[size];
        ScalarVector.FromUInt64(values, scalars);
        return scalars;
    }

    /// <summary>For each cube the tree over its leaves alpha − sum of gamma^j·a_j.</summary>
    public LogUpTree[] Trees(ContingencyTableChallenges challenges, int degreeOfParallelism) =>
        [
            .. statement.Axes.Select(
                (axes, c) =>
                    LookUp(axes, challenges.Joins[c], challenges.Alpha, degreeOfParallelism) is { } cells
                        ? new LogUpTree(cells, degreeOfParallelism)
                        : new LogUpTree(
                            Leaves(axes, challenges.Joins[c], challenges.Alpha, degreeOfParallelism),
                            degreeOfParallelism
                        )
            ),
        ];

    /// <summary>S, P, Q of every cube: P/Q = S is the sum over the rows, S·Q = P.</summary>
    public Scalar[] Roots(LogUpTree[] trees, ContingencyTableChallenges challenges)
    {
        var roots = new Scalar[3 * trees.Length];
        for (int c = 0; c < trees.Length; c++)
        {
            (roots[3 * c + 1], roots[3 * c + 2]) = trees[c].Root;
            int cells = Math.Min(secrets!.Counts[c].Length, statement.Size);
            roots[3 * c] = ScalarVector.Dot(challenges.Weights[c].AsSpan(0, cells), ToScalars(secrets.Counts[c].Values, cells));
        }

        return roots;
    }

    /// <summary>The cells of every cube, padded.</summary>
    public Scalar[][] Cells() => [.. secrets!.Counts.Select(n => ToScalars(n.Values, statement.Size))];

    /// <summary>One row of the joined matrix: for each place, sum of shares[j]·left[r]·code.</summary>
    public Scalar[] JoinedRow(Scalar[] shares, Scalar[] left, int degreeOfParallelism, out Scalar blinding)
    {
        ColumnShare[] columns = [.. statement.Columns.Select(j => new ColumnShare(j, shares[j], Domain(j)))];
        return ColumnSums.JoinedRow(table, columns, left, degreeOfParallelism, out blinding);
    }

    /// <summary>The cells of all cubes joined by powers of beta.</summary>
    public Scalar[] JoinedCells(Scalar[] mix, out Scalar blinding)
    {
        var sum = new Scalar[statement.Size];
        for (int c = 0; c < mix.Length; c++)
        {
            ScalarVector.AddScaled(sum, mix[c], ToScalars(secrets!.Counts[c].Values, statement.Size), sum);
        }

        blinding = ScalarVector.Dot(mix, secrets!.Blindings.Values);
        return sum;
    }

    /// <summary>The addends of <see cref="JoinedCells"/>, as the counts and their factors.</summary>
    public ScaledCounts[] Scaled(Scalar[] mix) =>
        [.. mix.Select((factor, c) => new ScaledCounts(0, factor, secrets!.Counts[c].Values))];

    /// <summary>Clears the cells of the rows.</summary>
    public void Dispose() => _cells.ForEach(cells => cells.Dispose());

    /// <summary>The cells of all rows with their leaves; null where there are too many, or a row lies in none.</summary>
    private LogUpCells? LookUp(ICubeCells axes, Scalar[] join, Scalar alpha, int degreeOfParallelism)
    {
        int rows = table.Commitment.Layout.PaddedRows;
        if (axes.CellCount > Math.Min(LogUpCells.Most, rows / 8))
        {
            return null;
        }

        var cells = new SecretArray<ushort>(GC.AllocateUninitializedArray<ushort>(rows));
        _cells.Add(cells);
        bool outside = false;
        Chunks.For(
            rows,
            degreeOfParallelism,
            (_, from, to) =>
            {
                using var block = new SecretSpan<int>(stackalloc int[ContingencyTableCounter.BlockRows]);
                for (int start = from; start < to; start += block.Span.Length)
                {
                    Span<int> numbers = block.Span[..Math.Min(block.Span.Length, to - start)];
                    if (!axes.TryCells(table, start, numbers))
                    {
                        Volatile.Write(ref outside, true);
                    }

                    Span<ushort> own = cells.Span.Slice(start, numbers.Length);
                    for (int i = 0; i < own.Length; i++)
                    {
                        own[i] = (ushort)numbers[i];
                    }
                }
            }
        );
        if (outside)
        {
            return null;
        }

        var leaves = new Scalar[axes.CellCount];
        axes.Leaves(join, alpha, leaves);
        return new LogUpCells(cells, leaves);
    }

    private Scalar[] Leaves(ICubeCells axes, Scalar[] join, Scalar alpha, int degreeOfParallelism)
    {
        Scalar[] leaves = GC.AllocateUninitializedArray<Scalar>(table.Commitment.Layout.PaddedRows);
        Chunks.For(
            leaves.Length,
            degreeOfParallelism,
            (_, from, to) =>
            {
                for (int start = from; start < to; start += ContingencyTableCounter.BlockRows)
                {
                    int length = Math.Min(ContingencyTableCounter.BlockRows, to - start);
                    Leaves(axes, join, alpha, start, leaves.AsSpan(start, length));
                }
            }
        );
        return leaves;
    }

    /// <summary>The leaves of rows from start on, one column after the other.</summary>
    private void Leaves(ICubeCells axes, Scalar[] join, in Scalar alpha, int start, Span<Scalar> leaves)
    {
        leaves.Fill(alpha);
        for (int j = 0; j < join.Length; j++)
        {
            ReadOnlySpan<uint> codes = table.Codes((int)axes.Columns[j]);
            int end = Math.Min(start + leaves.Length, codes.Length);
            if (start < end)
            {
                ColumnSums.AddMultiples(codes[start..end], -join[j], axes.Domains[j], leaves);
            }
        }
    }

    private uint Domain(int column)
    {
        foreach (ICubeCells axes in statement.Axes)
        {
            for (int j = 0; j < axes.Columns.Count; j++)
            {
                if (axes.Columns[j] == column)
                {
                    return axes.Domains[j];
                }
            }
        }

        return 0;
    }
}
