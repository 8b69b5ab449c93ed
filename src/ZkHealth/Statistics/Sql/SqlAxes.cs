namespace ZkHealth.Statistics;

/// <summary>Columns of the table whose rows are counted, one for each column on which expressions depend: its classes.</summary>
internal sealed class SqlAxes
{
    private readonly int _columns;

    /// <param name="columns">How many columns the query has; a cell gives each a value.</param>
    public SqlAxes(int columns) => _columns = columns;

    /// <summary>For each axis the number of the column, its name in the table, and the value of each code, that of code 0 for no
    /// value.</summary>
    public List<(int Column, string Name, SqlValue[] Values)> Axes { get; } = [];

    /// <summary>The number of cells.</summary>
    public long Count => Axes.Aggregate(1L, (product, a) => Math.Min(product * a.Values.Length, 1L << 40));

    /// <summary>The names of the columns, and that of the public column of rows where <paramref name="withRow"/> or there is no
    /// other.</summary>
    public IReadOnlyList<string> NamesWithRow(bool withRow) =>
        [.. Axes.Select(a => a.Name), .. withRow || Axes.Count == 0 ? [PlanBuilder.RowColumn] : (string[])[]];

    /// <summary>Determines whether codes, perhaps with that of the public column last, can be those of a row.</summary>
    public bool IsRow(IReadOnlyList<uint> codes, bool withRow) => (!withRow && Axes.Count > 0) || codes[^1] == 1;

    /// <summary>The values of the columns in each cell, the first axis most significant.</summary>
    public IEnumerable<SqlValue[]> Cells()
    {
        long count = Count;
        for (long i = 0; i < count; i++)
        {
            SqlWork.Spend(1 + Axes.Count);
            var values = new SqlValue[_columns];
            long rest = i;
            for (int j = Axes.Count - 1; j >= 0; rest /= Axes[j--].Values.Length)
            {
                values[Axes[j].Column] = Axes[j].Values[(int)(rest % Axes[j].Values.Length)];
            }

            yield return values;
        }
    }

    /// <summary>The number of the cell of codes; that of the public column is left out.</summary>
    public int CellOf(IReadOnlyList<uint> codes)
    {
        int cell = 0;
        for (int j = 0; j < Axes.Count; j++)
        {
            cell = (cell * Axes[j].Values.Length) + (int)codes[j];
        }

        return cell;
    }
}
