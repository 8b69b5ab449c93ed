using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Names to numbers of columns, and lists over their domains.</summary>
internal sealed partial class PlanBuilder
{
    private PlanBuilder AddTable(string role, TableCommitment table, string dataSet, ReadOnlyMemory<byte>? hospital)
    {
        ArgumentException.ThrowIfNullOrEmpty(role);
        ArgumentException.ThrowIfNullOrEmpty(dataSet);
        return _tables.TryAdd(role, PlanTables.Of(table, dataSet, [], hospital))
            ? this
            : throw new ArgumentException($"there is a table '{role}' already", nameof(role));
    }

    private PlanBuilder Map(string role, PlanColumn target, IReadOnlyList<string> sources, Func<IReadOnlyList<uint>, uint> map)
    {
        int[] which = [.. sources.Select(name => IndexOf(role, name))];
        IReadOnlyList<long>[] tuples =
        [
            .. Combinations([.. which.Select(j => Table(role).All[j])])
                .Select(codes =>
                {
                    SqlWork.Spend(SqlWork.OfNumber * (codes.Length + 1));
                    return (long[])[.. codes.Select(c => (long)c), map(codes)];
                }),
        ];
        _steps.Add(new MapStep(role, which, Derive(role, target), tuples));
        return this;
    }

    /// <summary>All combinations of codes, the first column most significant.</summary>
    private static IEnumerable<uint[]> Combinations(PlanColumn[] columns)
    {
        long count = 1;
        foreach (PlanColumn column in columns)
        {
            count =
                column.Domain <= TableAxes.MaxCells && count * column.Domain <= TableAxes.MaxCells
                    ? count * column.Domain
                    : throw new ArgumentException(
                        $"the columns {string.Join(", ", columns.Select(c => $"'{c.Name}'"))} have more than 2^20 combinations of codes: compare them with fixed values, make bands with CASE, or ask about fewer at once",
                        nameof(columns)
                    );
        }

        SqlWork.Spend(count * (1 + columns.Length));
        for (long i = 0; i < count; i++)
        {
            var codes = new uint[columns.Length];
            long rest = i;
            for (int j = columns.Length - 1; j >= 0; rest /= columns[j--].Domain)
            {
                codes[j] = (uint)(rest % columns[j].Domain);
            }

            yield return codes;
        }
    }

    /// <summary>Cubes of one column for totals and weights that stand in no relation and no other cube.</summary>
    private IEnumerable<PlanCube> Bounds()
    {
        var bounded = new HashSet<(string, int)>(_cubes.SelectMany(c => c.Columns.Select(j => (c.Table, j))));
        bounded.UnionWith(_steps.OfType<MapStep>().SelectMany(m => m.Sources.Append(m.Target).Select(j => (m.Table, j))));
        foreach (TotalStep total in _steps.OfType<TotalStep>())
        {
            foreach (
                (string role, int? column) in ((string, int?)[])[(total.Entities, total.Total), (total.Events, total.Weight)]
            )
            {
                if (column is int j && bounded.Add((role, j)))
                {
                    yield return new PlanCube(role, [j]);
                }
            }
        }
    }

    private PlanTable Table(string role) =>
        _tables.TryGetValue(role, out PlanTable? table)
            ? table
            : throw new ArgumentException($"there is no table '{role}'", nameof(role));

    private int IndexOf(string role, string column)
    {
        PlanTable table = Table(role);
        for (int j = 0; j < table.All.Count; j++)
        {
            if (table.All[j].Name == column)
            {
                return j;
            }
        }

        throw new ArgumentException(
            $"the table '{role}' has no column '{column}'; it has {string.Join(", ", table.All.Select(c => $"'{c.Name}'"))}",
            nameof(column)
        );
    }

    private int Derive(string role, PlanColumn column)
    {
        PlanTable table = Table(role);
        if (table.All.Any(c => c.Name == column.Name))
        {
            throw new ArgumentException($"the table '{role}' has a column '{column.Name}' already", nameof(column));
        }

        _tables[role] = table with { Derived = [.. table.Derived, column] };
        return table.All.Count;
    }
}
