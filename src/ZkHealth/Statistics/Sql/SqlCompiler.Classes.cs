using System.Globalization;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Columns of many values become columns of the classes that a query tells apart, each on its own table, and are then
/// joined.</summary>
internal sealed partial class SqlCompiler
{
    private readonly Dictionary<string, string> _joined = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _names = new(StringComparer.Ordinal);

    /// <summary>Counts how many combinations of values expressions tell apart.</summary>
    private static long CellCount(SqlScope scope, IReadOnlyList<SqlExpression> expressions) =>
        Told(scope, expressions)
            .Aggregate(1L, (cells, c) => Math.Min(cells * SqlClasses.Of(scope, c.Column, c.Parts).Values.Count, 1L << 40));

    /// <summary>One cell for each combination of values that expressions tell apart.</summary>
    private static IEnumerable<SqlValue[]> Cells(SqlScope scope, IReadOnlyList<SqlExpression> expressions)
    {
        var axes = new SqlAxes(scope.Columns.Count);
        axes.Axes.AddRange(
            Told(scope, expressions)
                .Select(c => (c.Column.Number, c.Column.Name, SqlClasses.Of(scope, c.Column, c.Parts).Values.ToArray()))
        );
        return axes.Cells();
    }

    /// <summary>The columns on which expressions depend, each with the largest parts that depend on it alone.</summary>
    private static IEnumerable<(SqlColumn Column, SqlExpression[] Parts)> Told(
        SqlScope scope,
        IReadOnlyList<SqlExpression> expressions
    )
    {
        SqlExpression[] parts = [.. expressions.SelectMany(e => e.OfOneColumn(scope.IsWide)).Distinct()];
        return expressions
            .SelectMany(e => e.Columns)
            .Distinct()
            .Order()
            .Select(number => (scope.Columns[number], parts.Where(p => p.Columns.Contains(number)).ToArray()));
    }

    /// <summary>Derives what is needed of the columns on which expressions depend.</summary>
    private SqlAxes Axes(SqlScope scope, IReadOnlyList<SqlExpression> expressions, int position)
    {
        var axes = new SqlAxes(scope.Columns.Count);
        var pending = new List<(SqlColumn Column, SqlValue[] Values, string Name, IReadOnlyList<SqlLink> Path)>();
        foreach ((SqlColumn column, SqlExpression[] parts) in Told(scope, expressions))
        {
            (SqlValue[] values, string name) = Classes(scope, column, parts);
            pending.Add((column, values, name, column.Path));
        }

        long cells = pending.Aggregate(1L, (product, p) => Math.Min(product * p.Values.Length, 1L << 40));
        if (cells > TableAxes.MaxCells)
        {
            string costs = string.Join(
                ", ",
                pending.OrderByDescending(p => p.Values.Length).Take(4).Select(p => $"'{p.Column.Name}' with {p.Values.Length}")
            );
            throw new SqlException(
                position,
                $"more than 2^20 combinations of values are told apart, of {costs}: {AdviceOn([.. pending.Select(p => p.Column)])}"
                    + "compare them with fixed values, make bands with CASE, or ask about fewer of them at once"
            );
        }

        // the longest ways first: what has been joined nearer goes on with what is there
        for (int length = pending.Count == 0 ? 0 : pending.Max(p => p.Path.Count); length > 0; length--)
        {
            foreach (var group in pending.Index().Where(p => p.Item.Path.Count == length).GroupBy(p => p.Item.Path[^1]).ToArray())
            {
                foreach ((int i, var item) in group)
                {
                    pending[i] = item with { Path = [.. item.Path.SkipLast(1)] };
                }

                SqlLink link = group.Key;
                Use(link.Events);
                string Key(string name) => $"{link}\n{name}";
                string[] names = [.. group.Select(g => g.Item.Name).Distinct().Where(n => !_joined.ContainsKey(Key(n)))];
                if (names.Length > 0)
                {
                    string prefix = Prefix(link, names);
                    _builder.Join(link.Events, link.Key, link.Entities, prefix, names);
                    foreach (string name in names)
                    {
                        _joined[Key(name)] = prefix + name;
                        _names[link.Events].Add(prefix + name);
                    }
                }

                foreach ((int i, var item) in group)
                {
                    pending[i] = pending[i] with { Name = _joined[Key(item.Name)] };
                }
            }
        }

        axes.Axes.AddRange(pending.Select(p => (p.Column.Number, p.Name, p.Values)));
        return axes;
    }

    /// <summary>The classes of a column: the value of each, that of no value first, and the name of the column of them.</summary>
    private (SqlValue[] Values, string Name) Classes(SqlScope scope, SqlColumn column, SqlExpression[] parts)
    {
        Use(column.Table);
        string source = column.Derive?.Invoke() ?? column.Name;
        (IReadOnlyList<SqlValue> values, uint[] codes) = SqlClasses.Of(scope, column, parts);
        if (!column.IsNumber && values.Count == column.Domain)
        {
            return ([.. values], source);
        }

        string id = $"{column.Table}\n{source}\n{string.Join(',', codes)}";
        if (!_classes.TryGetValue(id, out string? name))
        {
            name = Fresh(column.Table, $"{source} in classes");
            string[] sources = column.IsNumber ? [PlanBuilder.RowColumn, source] : [source];
            _builder.MapToCategories(
                column.Table,
                name,
                [.. values.Skip(1).Select(v => v.ToString())],
                sources,
                x => column.IsNumber && x[0] == 0 ? 0 : codes[x[^1]]
            );
            _classes[id] = name;
        }

        return ([.. values], name);
    }

    private readonly Dictionary<string, string> _classes = new(StringComparer.Ordinal);

    /// <summary>A sentence on what can be asked of two dates, or of two numbers, of many values; empty where there are
    /// none.</summary>
    private static string AdviceOn(SqlColumn[] columns)
    {
        ILookup<bool, string> wide = columns
            .Where(c => c.Kind == SqlKind.Date || WideColumn.WholeOf(c.Name) is not null)
            .ToLookup(
                c =>
                    c.Kind == SqlKind.Date
                    || c.Name.EndsWith(" year", StringComparison.Ordinal)
                    || c.Name.EndsWith(" day", StringComparison.Ordinal),
                c => $"{c.Table}.{WideColumn.WholeOf(c.Name) ?? c.Name}"
            );
        bool areDates = wide[true].Distinct().Skip(1).Any(),
            areNumbers = wide[false].Distinct().Skip(1).Any();
        return areDates
                ? "ask of two dates the whole years, date_sub('year', a, b), which is earlier, or the days between them where both span 89 years at most; "
            : areNumbers
                ? "ask of two columns of numbers which is larger, a > b, where both span 65,536 steps of the finer one at most; "
            : "";
    }

    /// <summary>A name that no column of the table has.</summary>
    private string Fresh(string table, string name)
    {
        HashSet<string> names = _names[table];
        string fresh = name;
        for (int i = 2; !names.Add(fresh); i++)
        {
            fresh = string.Create(CultureInfo.InvariantCulture, $"{name} ({i})");
        }

        return fresh;
    }

    private string Prefix(SqlLink link, string[] names)
    {
        string prefix = $"{link.Entities}.";
        for (int i = 2; names.Any(n => _names[link.Events].Contains(prefix + n)); i++)
        {
            prefix = string.Create(CultureInfo.InvariantCulture, $"{link.Entities} by {link.Key} ({i}).");
        }

        return prefix;
    }
}
