using ZkHealth.Fields;

namespace ZkHealth.Tables;

/// <summary>Counts the rows of each cell, padding rows in the cell of zeros.</summary>
/// <remarks>Counts are addressed by cell (docs/security.md).</remarks>
internal static class ContingencyTableCounter
{
    /// <summary>Rows whose cells are found at once.</summary>
    public const int BlockRows = 1 << 10;

    /// <exception cref="ArgumentException">A row lies outside the domains, or in no tuple of a relation; the message names
    /// neither row nor code.</exception>
    public static SecretArray<ulong> Count(
        TableOpening table,
        ICubeCells axes,
        bool ignoreOutside = false,
        int degreeOfParallelism = 1
    )
    {
        if (axes.Columns.Any(column => column >= table.Commitment.Columns.Count))
        {
            throw new ArgumentException("a cube names a column that the table does not have", nameof(axes));
        }

        int chunks = Chunks.Count((int)table.Commitment.Rows, degreeOfParallelism, Math.Max(BlockRows, axes.CellCount));
        return Count(table, axes, new SecretArray<ulong>[chunks], ignoreOutside, degreeOfParallelism);
    }

    /// <summary>Counts with a place for the counts of each chunk of rows, of which none stay but the sum.</summary>
    internal static SecretArray<ulong> Count(
        TableOpening table,
        ICubeCells axes,
        SecretArray<ulong>[] partial,
        bool ignoreOutside,
        int degreeOfParallelism
    )
    {
        int rows = (int)table.Commitment.Rows;
        try
        {
            bool outside = false;
            Chunks.For(
                rows,
                degreeOfParallelism,
                Math.Max(BlockRows, axes.CellCount),
                (chunk, from, to) =>
                {
                    partial[chunk] = new SecretArray<ulong>(axes.CellCount);
                    if (!Add((start, cells) => axes.TryCells(table, start, cells), from, to, partial[chunk].Span))
                    {
                        Volatile.Write(ref outside, true);
                    }
                }
            );
            if (outside && !ignoreOutside)
            {
                throw new ArgumentException(
                    axes is Relation ? "a row is no tuple of the relation" : "a row lies outside the domains",
                    nameof(axes)
                );
            }
        }
        catch
        {
            Array.ForEach(partial, p => p?.Dispose());
            throw;
        }

        SecretArray<ulong> counts = partial[0];
        foreach (SecretArray<ulong> other in partial.AsSpan(1))
        {
            for (int i = 0; i < counts.Length; i++)
            {
                counts[i] += other[i];
            }

            other.Dispose();
        }

        counts[0] += (ulong)(table.Commitment.Layout.PaddedRows - rows);
        return counts;
    }

    /// <summary>Adds the rows of columns that no table holds, without padding.</summary>
    /// <param name="axes">The axes of the cube.</param>
    /// <param name="codes">The codes of a column of the axes.</param>
    /// <param name="rows">The rows of each column.</param>
    /// <param name="counts">The counts so far, one for each cell.</param>
    /// <exception cref="ArgumentException">A row lies outside the domains.</exception>
    public static void Add(TableAxes axes, ColumnCodes codes, int rows, Span<ulong> counts)
    {
        if (!Add((start, cells) => axes.TryCells(codes, start, cells), 0, rows, counts))
        {
            throw new ArgumentException(
                "a value lies outside the domain of its column: a total is larger than its bound",
                nameof(codes)
            );
        }
    }

    private static bool Add(CellFinder find, int from, int to, Span<ulong> counts)
    {
        using var room = new SecretSpan<int>(stackalloc int[BlockRows]);
        bool inside = true;
        for (int start = from; start < to; start += BlockRows)
        {
            Span<int> cells = room.Span[..Math.Min(BlockRows, to - start)];
            inside &= find(start, cells);
            foreach (int cell in cells)
            {
                counts[cell]++;
            }
        }

        return inside;
    }

    private delegate bool CellFinder(int start, Span<int> cells);
}
