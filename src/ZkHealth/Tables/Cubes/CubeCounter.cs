namespace ZkHealth.Tables;

/// <summary>Counts the rows of each cell, padding rows in the cell of zeros.</summary>
internal static class CubeCounter
{
    /// <exception cref="ArgumentException">A row lies outside the domains; the message names neither row nor code.</exception>
    public static ulong[] Count(CommittedTable table, CubeAxes axes, bool ignoreOutside = false)
    {
        TableLayout layout = table.Commitment.Layout;
        int rows = (int)table.Commitment.Rows;
        var cells = new int[rows];
        uint outside = 0;
        for (int j = 0; j < axes.Columns.Count; j++)
        {
            if (axes.Columns[j] >= table.Commitment.Columns.Count)
            {
                throw new ArgumentException("a cube names a column that the table does not have", nameof(axes));
            }

            uint domain = axes.Domains[j];
            ReadOnlySpan<uint> codes = table.Codes((int)axes.Columns[j]);
            for (int i = 0; i < rows; i++)
            {
                uint code = codes[i];
                outside |= code >= domain ? 1u : 0u;
                cells[i] = (int)((uint)cells[i] * domain + Math.Min(code, domain - 1));
            }
        }

        if (outside != 0 && !ignoreOutside)
        {
            throw new ArgumentException("a row lies outside the domains", nameof(axes));
        }

        var counts = new ulong[axes.CellCount];
        foreach (int cell in cells)
        {
            counts[cell]++;
        }

        counts[0] += (ulong)(layout.PaddedRows - rows);
        Array.Clear(cells);
        return counts;
    }
}
