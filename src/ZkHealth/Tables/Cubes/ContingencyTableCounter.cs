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
    public static ulong[] Count(TableOpening table, ICubeCells axes, bool ignoreOutside = false, int degreeOfParallelism = 1)
    {
        TableLayout layout = table.Commitment.Layout;
        int rows = (int)table.Commitment.Rows;
        if (axes.Columns.Any(column => column >= table.Commitment.Columns.Count))
        {
            throw new ArgumentException("a cube names a column that the table does not have", nameof(axes));
        }

        var partial = new ulong[Chunks.Count(rows, degreeOfParallelism, Math.Max(BlockRows, axes.CellCount))][];
        bool outside = false;
        Chunks.For(
            rows,
            degreeOfParallelism,
            Math.Max(BlockRows, axes.CellCount),
            (chunk, from, to) =>
            {
                Span<int> cells = stackalloc int[BlockRows];
                var own = partial[chunk] = new ulong[axes.CellCount];
                for (int start = from; start < to; start += BlockRows)
                {
                    Span<int> block = cells[..Math.Min(BlockRows, to - start)];
                    if (!axes.TryCells(table, start, block))
                    {
                        Volatile.Write(ref outside, true);
                    }

                    foreach (int cell in block)
                    {
                        own[cell]++;
                    }
                }

                cells.Clear();
            }
        );
        if (outside && !ignoreOutside)
        {
            throw new ArgumentException(
                axes is Relation ? "a row is no tuple of the relation" : "a row lies outside the domains",
                nameof(axes)
            );
        }

        ulong[] counts = partial[0];
        foreach (ulong[] other in partial.AsSpan(1))
        {
            for (int i = 0; i < counts.Length; i++)
            {
                counts[i] += other[i];
            }

            Array.Clear(other);
        }

        counts[0] += (ulong)(layout.PaddedRows - rows);
        return counts;
    }
}
