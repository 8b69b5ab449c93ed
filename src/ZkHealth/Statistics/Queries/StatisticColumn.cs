using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>A column that a statistic reads by its name: a committed one, or a wide one, which is committed as two.</summary>
internal sealed class StatisticColumn
{
    private readonly WideColumn? _wide;

    private StatisticColumn(ColumnSchema values, WideColumn? wide, Predicate known) =>
        (Values, _wide, Known) = (values, wide, known);

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
    public uint Code(Func<string, uint> code) =>
        _wide is null ? code(Values.Name) : _wide.Code(code(_wide.High.Name), code(_wide.Low.Name));
}
