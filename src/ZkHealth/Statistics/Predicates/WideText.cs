using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Conditions about both columns of a wide one in words, as they were asked: by its name, and its values.</summary>
internal static class WideText
{
    /// <summary>The endings of the columns in which wide ones are committed.</summary>
    private static readonly string[] Endings = ["/1024", "%1024", " year", " day"];

    /// <summary>A condition is evaluated for so many pairs of codes at most; beyond, words are about both columns.</summary>
    private const int MaxCells = 1 << 16;

    /// <summary>The wide column about which alone a condition is, or about one of whose two; null where there is none.</summary>
    public static WideColumn? ColumnOf(Predicate condition, TableSchema schema)
    {
        WideColumn? found = null;
        foreach (string column in condition.Columns)
        {
            string? name = Endings
                .Where(e => column.EndsWith(e, StringComparison.Ordinal))
                .Select(e => column[..^e.Length])
                .FirstOrDefault();
            if (name is null || (found is not null && found.Whole.Name != name))
            {
                return null;
            }

            // a column that is committed under that name is another one
            found ??= schema.IndexOf(name) < 0 ? WideColumn.Find(schema, name) : null;
            if (found is null || (column != found.High.Name && column != found.Low.Name))
            {
                return null;
            }
        }

        return found;
    }

    /// <summary>The condition as one comparison of the wide column; null where it is none.</summary>
    public static string? Of(Predicate condition, TableSchema schema)
    {
        if (
            ColumnOf(condition, schema) is not WideColumn wide
            || condition.Columns.Distinct().Count() < 2
            || (long)wide.High.Domain * wide.Low.Domain > MaxCells
        )
        {
            return null;
        }

        uint[] columns = [.. new[] { wide.High, wide.Low }.Select(c => (uint)schema.IndexOf(c.Name)).Order()];
        var axes = TableAxes.Create(columns, [.. columns.Select(j => schema.Columns[(int)j].Domain)]);
        if (CellSpace.Evaluate(condition, schema, axes) is not bool[] holds || holds[0])
        {
            return null;
        }

        // who has a value in one of the two alone, has none: the import makes no such row
        bool highFirst = schema.Columns[(int)columns[0]].Name == wide.High.Name;
        var codes = new List<uint>();
        for (int i = 0; i < holds.Length; i++)
        {
            (uint first, uint second) = ((uint)i / axes.Domains[1], (uint)i % axes.Domains[1]);
            uint code = highFirst ? wide.Code(first, second) : wide.Code(second, first);
            if (holds[i] && code != 0)
            {
                codes.Add(code);
            }
        }

        uint[] set = [.. codes.Order()];
        var values = new ColumnValues(wide.Whole);
        if (set.Length == 0 || set.Length == values.Count)
        {
            return set.Length == 0 ? null : values.Name + " is known";
        }

        uint[] others = values.Others(set);
        return values.Summary(set, int.MaxValue)
            ?? (
                others.Length == 1 ? $"{values.Name} != {values.Alone(others[0])}"
                : values.Summary(others, int.MaxValue) is string left ? "not " + left
                : null
            );
    }
}
