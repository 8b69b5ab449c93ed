using System.Numerics;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>The cube of a query and the numbers that are asked of it.</summary>
internal sealed partial class SqlCompiler
{
    private const int MaxWeights = 1 << 22;

    private static readonly SqlValue[] NoGroup = [];

    /// <summary>Writes a column so that one column has one text: with the table that it is of.</summary>
    public static string Resolve(SqlScope scope, NameNode name)
    {
        SqlSourceInScope[] found = [.. SourcesOf(scope, name)];
        return $"{(found.Length == 1 ? found[0].Alias : name.Table)}.{name.Name}".ToLowerInvariant();
    }

    public static bool IsColumn(SqlScope scope, NameNode name) => SourcesOf(scope, name).Any();

    private static IEnumerable<SqlSourceInScope> SourcesOf(SqlScope scope, NameNode name) =>
        scope.Sources.Where(s =>
            (name.Table is null || s.Alias.Equals(name.Table, StringComparison.OrdinalIgnoreCase))
            && (
                s.Table is SqlTable table
                    ? table.Find(name.Name) is not null
                    : s.Query!.Items.Any(i =>
                        (i.Alias ?? SqlText.Of(i.Value, n => n.Name)).Equals(name.Name, StringComparison.OrdinalIgnoreCase)
                    )
            )
        );

    /// <summary>The rows of a table are counted, each where it passes WHERE.</summary>
    private SqlCells CellsOfRows(SqlScope scope, IReadOnlyList<SqlNode> conditions, SqlOutput output)
    {
        SqlBinder binder = BinderOf(scope);
        SqlExpression[] there =
        [
            .. scope.Sources.Where(s => s.Query is not null && !s.IsLeft).Select(s => BindDerived(scope, s)),
            .. scope.Present.Select(scope.IsPresent),
            .. conditions.Select(binder.Truth),
        ];
        SqlExpression[] groups = [.. output.Groups.Select(binder.Bind)];
        var aggregates = output
            .Aggregates.Select(a => SqlAggregates.Of(a)!)
            .Select(a =>
                (
                    Aggregate: a,
                    Filter: a.Filter is null ? null : binder.Truth(a.Filter),
                    Value: a.Argument is null ? null : binder.Bind(a.Argument)
                )
            )
            .ToArray();
        SqlExpression[] all =
        [
            .. there,
            .. groups,
            .. aggregates.SelectMany(a => (SqlExpression?[])[a.Filter, a.Value]).OfType<SqlExpression>(),
        ];
        SqlAxes axes = Axes(scope, all, output.Position);
        bool Passes(SqlValue[] cell) => there.All(t => t.Evaluate(cell).IsTrue);
        SqlSums[] sums =
        [
            .. aggregates.Select(a => new SqlSums(
                a.Aggregate.Function,
                cell =>
                    a.Filter is not null && !a.Filter.Evaluate(cell).IsTrue ? (SqlValue.Null, 0)
                    : a.Value is null ? (SqlValue.True, 1)
                    : (a.Value.Evaluate(cell), 1),
                axes.Cells().Where(Passes),
                a.Aggregate.Position
            )),
        ];
        return Cells(scope.Root.Name, axes, groups, Passes, _ => 1, sums);
    }

    /// <summary>The entities are counted from their own side: those whose events' total is not 0; the events are the sum of the
    /// totals.</summary>
    private SqlCells CellsOfPersons(SqlScope scope, List<SqlNode> conditions, SqlOutput output, SqlAggregate persons)
    {
        Identity? key = persons.Argument is NameNode name ? IdentityOf(scope, name) : null;
        if (key is null)
        {
            throw new SqlException(
                persons.Position,
                $"count(DISTINCT …) counts those whom a key names: {Keys()}; of another column, GROUP BY it"
            );
        }

        if (key.Path.Count != 1)
        {
            throw new SqlException(
                persons.Position,
                key.Path.Count == 0
                    ? "each row is another one already: count(*) is the same"
                    : "count(DISTINCT …) counts those whom a key of the events themselves names"
            );
        }

        SqlLink link = key.Path[0];
        var entities = new SqlScope(TableOf(link.Entities));
        foreach (SqlSourceInScope source in scope.Sources.Where(s => s.Path.Count > 0 && s.Path[0] == link))
        {
            entities.Sources.Add(
                new SqlSourceInScope
                {
                    Alias = source.Alias,
                    Table = source.Table,
                    Query = source.Query,
                    Grouped = source.Grouped,
                    IsLeft = source.IsLeft,
                    Path = [.. source.Path.Skip(1)],
                }
            );
        }

        foreach (
            NameNode column in output
                .Groups.SelectMany(SqlText.Within)
                .OfType<NameNode>()
                .Where(n => IsColumn(scope, n) && !IsColumn(entities, n))
        )
        {
            throw new SqlException(
                column.Position,
                $"count(DISTINCT …) in groups of '{column.Name}', a column of the events, would count a person in several: group by columns of '{link.Entities}', "
                    + "or ask once for each group, WHERE or FILTER"
            );
        }

        AddPresence(scope, key);
        SqlBinder binder = BinderOf(entities);
        SqlExpression[] there =
        [
            .. entities.Sources.Where(s => s.Query is not null && !s.IsLeft).Select(s => BindDerived(entities, s)),
        ];
        SqlExpression rows = Total(entities, [], scope, key, conditions, null, output.Position);
        SqlExpression[] groups = [.. output.Groups.Select(binder.Bind)];
        var aggregates = output
            .Aggregates.Select(a => SqlAggregates.Of(a)!)
            .Select(a =>
            {
                List<SqlNode> own = [.. conditions, .. a.Filter is null ? (SqlNode[])[] : [a.Filter]];
                if (a.Argument is SqlNode x && !a.IsDistinct)
                {
                    own.Add(new CallNode(a.Position, "not", [new CallNode(a.Position, "is null", [x])]));
                }

                if (a.Function is not ("count" or "sum" or "avg"))
                {
                    throw new SqlException(
                        a.Position,
                        $"{a.Function} beside count(DISTINCT …) is not supported: count, sum and avg are"
                    );
                }

                return (
                    Aggregate: a,
                    Count: Total(entities, [], scope, key, own, null, a.Position),
                    Sum: a.Function == "count" ? null : Total(entities, [], scope, key, own, a.Argument, a.Position)
                );
            })
            .ToArray();
        SqlExpression[] counted =
        [
            .. aggregates
                .SelectMany(a => (SqlExpression?[])[a.Aggregate.IsDistinct ? Some(a.Count) : a.Count, a.Sum])
                .OfType<SqlExpression>(),
        ];
        SqlAxes axes = Axes(
            entities,
            [.. there, output.Aggregates.Any(a => !a.Distinct) ? rows : Some(rows), .. groups, .. counted],
            output.Position
        );
        bool onlyPersons = output.Aggregates.All(a => a.Distinct);
        bool Passes(SqlValue[] cell) => rows.Evaluate(cell).Exact > 0 && there.All(t => t.Evaluate(cell).IsTrue);
        SqlSums[] sums =
        [
            .. aggregates.Select(a => new SqlSums(
                a.Aggregate.Function,
                cell =>
                {
                    decimal count = a.Count.Evaluate(cell).Exact;
                    return count == 0 ? (SqlValue.Null, 0)
                        : a.Aggregate.IsDistinct ? (SqlValue.True, 1)
                        : a.Sum is null ? (SqlValue.True, (long)count)
                        : (a.Sum.Evaluate(cell), 1);
                },
                axes.Cells().Where(Passes),
                a.Aggregate.Position
            )
            {
                Counted = a.Sum is null ? null : cell => (long)a.Count.Evaluate(cell).Exact,
            }),
        ];
        return Cells(link.Entities, axes, groups, Passes, cell => onlyPersons ? 1 : (long)rows.Evaluate(cell).Exact, sums);
    }

    private static SqlExpression Some(SqlExpression total) =>
        SqlExpression.Of(SqlKind.Boolean, [total], v => SqlValue.Of(total.Evaluate(v).Exact > 0));

    private static SqlCells Cells(
        string table,
        SqlAxes axes,
        SqlExpression[] groups,
        Func<SqlValue[], bool> passes,
        Func<SqlValue[], long> rows,
        SqlSums[] sums
    )
    {
        int width = 1 + sums.Sum(s => s.Width);
        return new SqlCells(
            table,
            axes,
            [.. groups.Select(g => g.Kind)],
            cell =>
                !passes(cell) ? null
                : groups.Length == 0 ? NoGroup
                : [.. groups.Select(g => g.Evaluate(cell))],
            width,
            cell =>
            {
                var weights = new long[width];
                weights[0] = rows(cell);
                int at = 1;
                foreach (SqlSums sum in sums)
                {
                    sum.Weigh(cell, weights.AsSpan(at, sum.Width));
                    at += sum.Width;
                }

                return weights;
            },
            (i, numbers) => sums[i].Read(numbers.Span.Slice(1 + sums.Take(i).Sum(s => s.Width), sums[i].Width))
        );
    }

    /// <summary>DuckDB's name of a column without AS.</summary>
    private static string Heading(SqlNode node) =>
        node is NameNode column ? column.Name : SqlText.Of(node, n => n.Table is null ? n.Name : $"{n.Table}.{n.Name}");

    private SqlQuestion Ask(string sql, SqlQuery query, SqlOutput output, SqlCells cells)
    {
        var groups = new Dictionary<string, int>(StringComparer.Ordinal);
        var values = new List<SqlValue[]>();
        var places = new List<int>();
        var weights = new List<long[]?>();
        if (output.Groups.Count == 0)
        {
            groups[""] = 0;
            values.Add([]);
        }

        foreach (SqlValue[] cell in cells.Axes.Cells())
        {
            SqlValue[]? group = cells.Group(cell);
            int place = -1;
            if (
                group is not null
                && !groups.TryGetValue(string.Join('\u001F', group.Select(v => $"{(int)v.Kind}{v}")), out place)
            )
            {
                groups[string.Join('\u001F', group.Select(v => $"{(int)v.Kind}{v}"))] = place = values.Count;
                values.Add(group);
            }

            places.Add(group is null ? -1 : place);
            weights.Add(group is null ? null : cells.Weights(cell));
        }

        if (values.Count == 0)
        {
            throw new SqlException(query.Position, "no row can be counted: the conditions are never true together");
        }

        bool withRow = places[0] >= 0 && weights[0]!.Any(w => w != 0);
        long total = (long)values.Count * cells.Width * places.Count;
        if (total > MaxWeights)
        {
            throw new SqlException(
                query.Position,
                $"{values.Count} groups of {cells.Width} numbers over {places.Count} cells are too many: make bands with CASE, or ask about fewer columns at once"
            );
        }

        Use(cells.Table);
        _builder.Ask(
            cells.Table,
            cells.Axes.NamesWithRow(withRow),
            [
                .. Enumerable
                    .Range(0, values.Count * cells.Width)
                    .Select(number =>
                        (Func<IReadOnlyList<uint>, long>)(
                            codes =>
                            {
                                int cell = cells.Axes.CellOf(codes);
                                return places[cell] == number / cells.Width && cells.Axes.IsRow(codes, withRow)
                                    ? weights[cell]![number % cells.Width]
                                    : 0;
                            }
                        )
                    ),
            ]
        );
        (SqlExpression[] items, SqlExpression[] orders) = output.Bind(cells.Kinds);
        return new SqlQuestion(sql, _builder.Build())
        {
            Tables = [.. _used],
            Columns = [.. query.Items.Select(i => i.Alias ?? Heading(i.Value))],
            Groups = values,
            HasGroups = output.Groups.Count > 0,
            Width = cells.Width,
            Aggregates = output.Aggregates.Count,
            Read = cells.Read,
            Items = items,
            Orders = [.. orders.Zip(query.OrderBy)],
            Least = Math.Max(output.Least, _options.MinCount),
            Files = Files,
        };
    }
}
