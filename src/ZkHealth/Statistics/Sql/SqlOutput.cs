namespace ZkHealth.Statistics;

/// <summary>The output of a query: groups, aggregates, and expressions over both.</summary>
internal sealed class SqlOutput
{
    private readonly SqlQuery _query;
    private readonly Func<SqlNode, string> _text;
    private readonly Predicate<NameNode> _isColumn;

    public SqlOutput(SqlQuery query, SqlScope scope)
    {
        _query = query;
        _isColumn = name => SqlCompiler.IsColumn(scope, name);
        _text = node => SqlText.Of(node, name => SqlCompiler.Resolve(scope, name), isKey: true);
        Groups =
        [
            .. query.GroupByAll
                ? query.Items.Select(i => i.Value).Where(IsTerm)
                : query.GroupBy.Select(g => SqlAliases.Grouped(g, query, _isColumn)),
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

        Least = query.Having is null ? 0 : MinCount(SqlAliases.Replace(query.Having, query, _isColumn));
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
    /// <param name="types">The types of the aggregates.</param>
    public (SqlExpression[] Items, SqlExpression[] Orders) Bind(
        IReadOnlyList<SqlExpression> terms,
        IReadOnlyList<SqlNumberType> types
    )
    {
        string[] groups = [.. Groups.Select(_text)],
            aggregates = [.. Aggregates.Select(_text)];
        var binder = new SqlBinder(
            name => throw new SqlException(name.Position, $"'{name.Name}' stands neither in GROUP BY nor in an aggregate"),
            node =>
            {
                int group = Array.IndexOf(groups, _text(node)),
                    aggregate = node is CallNode ? Array.IndexOf(aggregates, _text(node)) : -1;
                return group >= 0
                        ? SqlExpression.Column(
                            group,
                            terms[group].Kind,
                            terms[group].Type,
                            terms[group].IsMixed,
                            terms[group].IsTime
                        )
                    : aggregate >= 0
                        ? SqlExpression.Column(
                            groups.Length + aggregate,
                            KindOf(Aggregates[aggregate]),
                            types[aggregate],
                            Aggregates[aggregate].Name == "sum" && types[aggregate] != SqlNumberType.Whole
                        )
                    : null;
            },
            file => throw new SqlException(file.Position, "a file is compared with columns, not with groups")
        );
        return (
            [.. _query.Items.Select(i => binder.Bind(i.Value))],
            [.. _query.OrderBy.Select(o => binder.Bind(SqlAliases.Ordered(o.Value, _query, _isColumn)))]
        );
    }

    /// <summary>Determines whether GROUP BY ALL takes what is selected for a term: what is the same in all rows is none, and one
    /// row is shown where there are none.</summary>
    private static bool IsTerm(SqlNode value) =>
        !SqlAggregates.Within(value).Any() && SqlText.Within(value).Any(n => n is NameNode or ExistsNode or QueryNode);

    private static SqlKind KindOf(CallNode aggregate) => aggregate.Name == "bool_or" ? SqlKind.Boolean : SqlKind.Number;

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
