namespace ZkHealth.Statistics;

/// <summary>Names and places of SELECT in GROUP BY, HAVING and ORDER BY, with the precedence that DuckDB gives them.</summary>
internal static class SqlAliases
{
    /// <summary>A term of GROUP BY: a column comes before a name of SELECT.</summary>
    public static SqlNode Grouped(SqlNode node, SqlQuery query, Predicate<NameNode> isColumn) =>
        node is NameNode { Table: null } name && !isColumn(name) ? Replace(node, query) : Place(node, query);

    /// <summary>A term of ORDER BY: standing alone, a name of SELECT comes before a column; within an expression it does
    /// not.</summary>
    public static SqlNode Ordered(SqlNode node, SqlQuery query, Predicate<NameNode> isColumn)
    {
        if (Place(node, query) is SqlNode placed && placed != node)
        {
            return placed;
        }

        if (node is LiteralNode or CallNode { Name: "negative", Arguments: [LiteralNode] })
        {
            throw new SqlException(
                node.Position,
                $"ORDER BY takes an expression, or a place from 1 to {query.Items.Count} in SELECT"
            );
        }

        return node is NameNode ? Replace(node, query) : Replace(node, query, isColumn);
    }

    /// <summary>Returns what a whole number names, its place in SELECT; other expressions as they are.</summary>
    public static SqlNode Place(SqlNode node, SqlQuery query)
    {
        if (node is not LiteralNode { Value: { IsWhole: true, Type: SqlNumberType.Whole } place })
        {
            return node;
        }

        return place.Exact >= 1 && place.Exact <= query.Items.Count
            ? query.Items[(int)place.Exact - 1].Value
            : throw new SqlException(node.Position, $"expected a place from 1 to {query.Items.Count} in SELECT");
    }

    /// <summary>Puts what SELECT calls by a name of its own in the place of the name.</summary>
    /// <param name="node">An expression.</param>
    /// <param name="query">The query.</param>
    /// <param name="isColumn">Tells of which names a column comes first; null for none.</param>
    public static SqlNode Replace(SqlNode node, SqlQuery query, Predicate<NameNode>? isColumn = null) =>
        node switch
        {
            NameNode { Table: null } name when isColumn?.Invoke(name) != true => Named(name, query) ?? name,
            CallNode call when SqlAggregates.Of(call) is null => call with
            {
                Arguments = [.. call.Arguments.Select(a => Replace(a, query, isColumn))],
            },
            CaseNode choice => choice with
            {
                Branches = [.. choice.Branches.Select(b => (Replace(b.When, query, isColumn), Replace(b.Then, query, isColumn)))],
                Else = choice.Else is null ? null : Replace(choice.Else, query, isColumn),
            },
            _ => node,
        };

    private static SqlNode? Named(NameNode name, SqlQuery query)
    {
        SqlItem[] called = [.. query.Items.Where(i => name.Name.Equals(i.Alias, StringComparison.OrdinalIgnoreCase))];
        if (called.Length > 1)
        {
            throw new SqlException(
                name.Position,
                $"'{name.Name}' is the name of {called.Length} columns of the answer: give each its own"
            );
        }

        return called.FirstOrDefault()?.Value;
    }
}
