namespace ZkHealth.Statistics;

/// <summary>The output of a query: groups, aggregates, and expressions over both.</summary>
internal sealed class SqlOutput
{
    private readonly SqlQuery _query;
    private readonly Func<SqlNode, string> _text;

    public SqlOutput(SqlQuery query, SqlScope scope)
    {
        _query = query;
        _text = node => SqlText.Of(node, name => SqlCompiler.Resolve(scope, name));
        Groups =
        [
            .. query.GroupByAll
                ? query.Items.Where(i => !SqlAggregates.Within(i.Value).Any()).Select(i => i.Value)
                : query.GroupBy.Select(g => Group(g, scope)),
        ];
        Aggregates =
        [
            .. query
                .Items.Select(i => i.Value)
                .Concat(query.OrderBy.Select(o => o.Value))
                .SelectMany(SqlAggregates.Within)
                .DistinctBy(a => _text(a)),
        ];
        if (Groups.Count == 0 && Aggregates.Count == 0)
        {
            throw query
                .Items.SelectMany(i => SqlText.Within(i.Value))
                .Select(SqlBinder.Unknown)
                .FirstOrDefault(e => e is not null)
                ?? new SqlException(
                    query.Position,
                    "this shows rows of people: ask for groups, SELECT sex, count(*) FROM … GROUP BY sex"
                );
        }

        Least = query.Having is null ? 0 : MinCount(Renamed(query.Having));
        Persons = Aggregates.Select(a => SqlAggregates.Of(a)!).FirstOrDefault(a => a.IsDistinct);
    }

    public int Position => _query.Position;

    /// <summary>The terms of GROUP BY.</summary>
    public IReadOnlyList<SqlNode> Groups { get; }

    /// <summary>The aggregates that occur.</summary>
    public IReadOnlyList<CallNode> Aggregates { get; }

    /// <summary>The least number of rows of a group, from HAVING; 0 for none.</summary>
    public long Least { get; }

    /// <summary>An aggregate that counts persons; null where there is none.</summary>
    public SqlAggregate? Persons { get; }

    /// <summary>The expressions that are selected, then those of ORDER BY, over the values of groups and then of
    /// aggregates.</summary>
    /// <param name="terms">The terms of GROUP BY.</param>
    /// <param name="whole">The aggregates that are of whole numbers alone.</param>
    public (SqlExpression[] Items, SqlExpression[] Orders) Bind(IReadOnlyList<SqlExpression> terms, IReadOnlySet<int> whole)
    {
        string[] groups = [.. Groups.Select(_text)],
            aggregates = [.. Aggregates.Select(_text)];
        var binder = new SqlBinder(
            name => throw new SqlException(name.Position, $"'{name.Name}' stands neither in GROUP BY nor in an aggregate"),
            node =>
            {
                int group = Array.IndexOf(groups, _text(node)),
                    aggregate = node is CallNode ? Array.IndexOf(aggregates, _text(node)) : -1;
                return group >= 0 ? SqlExpression.Column(group, terms[group].Kind, terms[group].IsMixed, terms[group].IsTime)
                    : aggregate >= 0
                        ? SqlExpression.Column(
                            groups.Length + aggregate,
                            KindOf(Aggregates[aggregate]),
                            Aggregates[aggregate].Name == "sum" && !whole.Contains(aggregate)
                        )
                    : null;
            },
            file => throw new SqlException(file.Position, "a file is compared with columns, not with groups")
        );
        return (
            [.. _query.Items.Select(i => binder.Bind(i.Value))],
            [.. _query.OrderBy.Select(o => binder.Bind(Ordered(o.Value)))]
        );
    }

    private static SqlKind KindOf(CallNode aggregate) => aggregate.Name == "bool_or" ? SqlKind.Boolean : SqlKind.Number;

    private SqlNode Ordered(SqlNode node) =>
        node is LiteralNode { Value: { IsWhole: true } place }
            ? place.Exact >= 1 && place.Exact <= _query.Items.Count
                ? _query.Items[(int)place.Exact - 1].Value
                : throw new SqlException(node.Position, $"expected a place from 1 to {_query.Items.Count} in SELECT")
            : Renamed(node);

    private SqlNode Group(SqlNode node, SqlScope scope)
    {
        if (node is LiteralNode { Value: { IsWhole: true } place })
        {
            return place.Exact >= 1 && place.Exact <= _query.Items.Count
                ? _query.Items[(int)place.Exact - 1].Value
                : throw new SqlException(node.Position, $"expected a place from 1 to {_query.Items.Count} in SELECT");
        }

        return node is NameNode { Table: null } name && !SqlCompiler.IsColumn(scope, name) ? Renamed(node) : node;
    }

    private SqlNode Renamed(SqlNode node) =>
        node switch
        {
            NameNode { Table: null } name => _query
                .Items.FirstOrDefault(i => name.Name.Equals(i.Alias, StringComparison.OrdinalIgnoreCase))
                ?.Value
                ?? name,
            CallNode call when SqlAggregates.Of(call) is null => call with { Arguments = [.. call.Arguments.Select(Renamed)] },
            _ => node,
        };

    /// <summary>HAVING count(*) >= k, in its forms.</summary>
    private static long MinCount(SqlNode having)
    {
        if (having is CallNode { Arguments: [SqlNode left, SqlNode right] } compare)
        {
            bool turned = left is LiteralNode;
            (SqlNode count, SqlNode limit) = turned ? (right, left) : (left, right);
            string sign = turned ? compare.Name.Replace('<', '>') : compare.Name;
            if (
                count is CallNode { Name: "count", Star: true, Filter: null }
                && limit is LiteralNode { Value: { IsWhole: true } k }
                && k.Exact is >= 0 and <= 1 << 30
                && sign is ">=" or ">"
                && (!turned || compare.Name is "<=" or "<")
            )
            {
                return sign == ">=" ? (long)k.Exact : (long)k.Exact + 1;
            }
        }

        throw new SqlException(
            having.Position,
            "HAVING takes count(*) >= k: other conditions on groups are yours to apply to the answer"
        );
    }
}
