using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>The entries of a table with totals: cells row by row, then totals of rows, of columns, and the whole.</summary>
/// <param name="Height">The rows; 1 of a table of one column of data.</param>
/// <param name="Width">The columns.</param>
/// <param name="HasRows">Whether two columns of data make it, the first of them its rows.</param>
internal readonly record struct TableShape(int Height, int Width, bool HasRows)
{
    /// <summary>The most cells of a table.</summary>
    public const int MaxCells = 4096;

    public int CellCount => Height * Width;

    public int EntryCount => SuppressionPlan.EntryCount(Height, Width);

    /// <summary>The shape of a table of one or two columns of data; null where there is none, or it is too large.</summary>
    public static TableShape? Of(TableSchema schema, IReadOnlyList<string> by)
    {
        int[] at = [.. by.Select(schema.IndexOf)];
        if (at.Contains(-1))
        {
            return null;
        }

        long[] sizes = [.. at.Select(j => (long)schema.Columns[j].Domain - 1)];
        long height = sizes.Length == 1 ? 1 : sizes[0],
            width = sizes[^1];
        return height * width <= MaxCells && (by.Count == 1 || height > 1)
            ? new TableShape((int)height, (int)width, by.Count == 2)
            : null;
    }

    /// <summary>The name of an entry, by the labels of its codes.</summary>
    public string Label(TableSchema schema, IReadOnlyList<string> by, int e) =>
        string.Join(" × ", Codes(e).Select((code, j) => code is uint c ? schema.Columns[schema.IndexOf(by[j])].Label(c) : "all"));

    /// <summary>The code of each column of data in an entry; null for a total over it.</summary>
    public uint?[] Codes(int e)
    {
        if (!HasRows)
        {
            return [e < CellCount ? (uint)e + 1 : null];
        }

        int total = e - CellCount;
        if (total < 0)
        {
            return [(uint)(e / Width) + 1, (uint)(e % Width) + 1];
        }

        return total < Height ? [(uint)total + 1, null]
            : total < Height + Width ? [null, (uint)(total - Height) + 1]
            : [null, null];
    }

    /// <summary>The number of an entry in the table with rows for columns.</summary>
    public int Turned(int e)
    {
        int total = e - CellCount;
        if (total < 0)
        {
            return e % Width * Height + e / Width;
        }

        return total < Height ? CellCount + Width + total
            : total < Height + Width ? CellCount + total - Height
            : e;
    }
}
