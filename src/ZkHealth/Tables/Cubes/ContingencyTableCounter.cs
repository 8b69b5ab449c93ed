using ZkHealth.Fields;

namespace ZkHealth.Tables;

/// <summary>Finds the cells of rows and counts the rows of each cell, padding rows in the cell of zeros.</summary>
/// <remarks>Counts are addressed by cell (docs/security.md).</remarks>
internal static class ContingencyTableCounter
{
    /// <summary>Rows whose cells are found at once.</summary>
    public const int BlockRows = 1 << 10;

    /// <exception cref="ArgumentException">A row lies outside the domains; the message names neither row nor code.</exception>
    public static ulong[] Count(TableOpening table, TableAxes axes, bool ignoreOutside = false, int degreeOfParallelism = 1)
    {
        TableLayout layout = table.Commitment.Layout;
        int rows = (int)table.Commitment.Rows;
        if (axes.Columns.Any(column => column >= table.Commitment.Columns.Count))
        {
            throw new ArgumentException("a cube names a column that the table does not have", nameof(axes));
        }

        var partial = new ulong[Chunks.Count(rows, degreeOfParallelism, Math.Max(BlockRows, axes.CellCount))][];
        bool outside = false;
        Chunks.For(rows, degreeOfParallelism, Math.Max(BlockRows, axes.CellCount), (chunk, from, to) =>
        {
            Span<int> cells = stackalloc int[BlockRows];
            var own = partial[chunk] = new ulong[axes.CellCount];
            for (int start = from; start < to; start += BlockRows)
            {
                Span<int> block = cells[..Math.Min(BlockRows, to - start)];
                if (!TryCells(table, axes, start, block))
                {
                    Volatile.Write(ref outside, true);
                }

                foreach (int cell in block)
                {
                    own[cell]++;
                }
            }

            cells.Clear();
        });
        if (outside && !ignoreOutside)
        {
            throw new ArgumentException("a row lies outside the domains", nameof(axes));
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

    /// <summary>
    /// The cells of rows from start on, padding in cell 0; false where a row lies outside the domains, which counts as one in the last code.
    /// </summary>
    public static bool TryCells(TableOpening table, TableAxes axes, int start, Span<int> cells)
    {
        cells.Clear();
        uint outside = 0;
        for (int j = 0; j < axes.Columns.Count; j++)
        {
            ReadOnlySpan<uint> codes = table.Codes((int)axes.Columns[j]);
            codes = codes[Math.Min(start, codes.Length)..Math.Min(start + cells.Length, codes.Length)];
            uint domain = axes.Domains[j];
            for (int i = 0; i < codes.Length; i++)
            {
                uint code = codes[i];
                outside |= code >= domain ? 1u : 0;
                cells[i] = (int)((uint)cells[i] * domain + Math.Min(code, domain - 1));
            }
        }

        return outside == 0;
    }
}
