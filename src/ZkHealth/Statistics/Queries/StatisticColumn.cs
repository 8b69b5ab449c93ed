using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>A column that a statistic reads by its name: a committed one, or a wide one, which is committed as two.</summary>
internal sealed class StatisticColumn
{
    private readonly WideColumn? _wide;

    // for each quotient or year how many remainders or days have a value, and the code before that of the first
    private readonly (int Last, int Before)[] _places;

    private StatisticColumn(ColumnSchema values, WideColumn? wide, Predicate known)
    {
        (Values, _wide, Known) = (values, wide, known);
        _places = wide is null ? [] : [.. Enumerable.Range(0, (int)wide.High.Domain).Select(h => PlaceOf(wide, (uint)h))];
    }

    /// <summary>The values; of a wide column as if it were one.</summary>
    public ColumnSchema Values { get; }

    /// <summary>The row has a value; of a wide column in both of its own.</summary>
    public Predicate Known { get; }

    /// <summary>The column of a name; null where there is none.</summary>
    public static StatisticColumn? Find(TableSchema schema, string name) =>
        schema.IndexOf(name) is int j and >= 0 ? new(schema.Columns[j], null, Predicate.Known(schema, name))
        : WideColumn.Find(schema, name) is WideColumn wide
            ? new(wide.Whole, wide, Predicate.Known(schema, wide.High.Name) & Predicate.Known(schema, wide.Low.Name))
        : null;

    /// <summary>The code of the value of a cell, from those of its columns; 0 where it has none.</summary>
    public uint Code(Func<string, uint> code)
    {
        if (_wide is null)
        {
            return code(Values.Name);
        }

        (int last, int before) = _places[code(_wide.High.Name)];
        int low = (int)code(_wide.Low.Name);
        return low > 0 && low <= last ? (uint)Math.Max(0, before + low) : 0;
    }

    /// <summary>The number of a cell, of a column of numbers, in units of 10^−scale; 0 where it has none.</summary>
    public long Units(Func<string, uint> code) => Code(code) is uint own and > 0 ? ((NumberColumn)Values).Units(own) : 0;

    private static (int Last, int Before) PlaceOf(WideColumn wide, uint high)
    {
        int last = (int)wide.Low.Domain - 1;
        while (last > 0 && wide.Code(high, (uint)last) == 0)
        {
            last--;
        }

        return (last, (int)wide.Code(high, (uint)last) - last);
    }
}
