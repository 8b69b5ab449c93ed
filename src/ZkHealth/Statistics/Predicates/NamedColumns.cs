using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Columns and values of a schema as a condition names them; a name that the schema has not is refused.</summary>
internal static class NamedColumns
{
    public static ValueOrder Order(TableSchema schema, string column)
    {
        ColumnSchema found = Find(schema, column);
        return ValueOrder.Of(found)
            ?? throw new ArgumentException(
                $"column '{column}' holds no numbers, dates or ordered values: it can be compared by = and in alone",
                nameof(column)
            );
    }

    public static ColumnSchema Find(TableSchema schema, string column)
    {
        ArgumentNullException.ThrowIfNull(schema);
        int index = schema.IndexOf(column);
        ColumnSchema? found = index >= 0 ? schema.Columns[index] : WideColumn.Find(schema, column)?.Whole;
        return found ?? throw new ArgumentException($"the schema has no column '{column}'", nameof(column));
    }

    /// <summary>The column; of a wide one that of its quotients, which has a value where the other has.</summary>
    public static string First(TableSchema schema, string column)
    {
        string name = Find(schema, column).Name;
        return schema.IndexOf(name) >= 0 ? name : WideColumn.Find(schema, name)!.High.Name;
    }

    /// <summary>The code of a label, a category code or, as its label, a number. The number of a top code stands for itself
    /// alone; the code that holds it stands for all larger ones too.</summary>
    public static uint CodeOf(ColumnSchema column, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        uint code = column.CodeOf(value);
        if (code == 0)
        {
            throw new ArgumentException($"column '{column.Name}' has no value '{value}'", nameof(value));
        }

        if (column is NumberColumn number && number.IsTopCoded(code) && value != number.TopCode && value != number.Label(code))
        {
            throw new ArgumentException(
                $"column '{column.Name}' holds no {value} alone: \"{number.TopCode}\" stands for it and all larger ones",
                nameof(value)
            );
        }

        return code;
    }
}
