namespace ZkHealth.Statistics;

/// <summary>The columns that a query takes for equal where it joins tables, before it is known which are keys.</summary>
internal static class SqlJoins
{
    /// <summary>Finds the pairs of columns of ON, USING, IN (SELECT …) and of conditions within a query on what is outside. A
    /// name without a table may be that of several: in the order in which they are looked for.</summary>
    /// <param name="query">The query.</param>
    /// <param name="outer">What is known outside.</param>
    public static IEnumerable<((string Table, string Column)[] One, (string Table, string Column)[] Other)> Of(
        SqlQuery query,
        params IReadOnlyList<SqlSource> outer
    )
    {
        SqlSource[] known = [.. query.Sources, .. outer];
        IEnumerable<SqlNode?> conditions = query
            .Joins.Select(j => (SqlNode?)SqlCompiler.Condition(j))
            .Append(outer.Count > 0 ? query.Where : null);
        foreach (SqlNode term in conditions.SelectMany(SqlText.Conjuncts))
        {
            if (term is CallNode { Name: "=", Arguments: [NameNode a, NameNode b] })
            {
                yield return ([.. Meanings(a, known)], [.. Meanings(b, known)]);
            }
        }

        foreach (SqlNode node in query.Nodes.SelectMany(SqlText.Within))
        {
            if (node is InQueryNode { Value: NameNode value, Query: { Items: [{ Value: NameNode listed }] } list })
            {
                yield return ([.. Meanings(value, known)], [.. Meanings(listed, list.Sources)]);
            }
        }

        foreach (var pair in SqlText.Queries(query).SelectMany(q => Of(q, known)))
        {
            yield return pair;
        }

        foreach (var pair in query.Sources.Select(s => s.Query).OfType<SqlQuery>().SelectMany(q => Of(q)))
        {
            yield return pair;
        }
    }

    /// <summary>The columns of tables that a name may mean.</summary>
    public static IEnumerable<(string Table, string Column)> Meanings(NameNode name, IEnumerable<SqlSource> sources)
    {
        static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
        return sources
            .Where(s => name.Table is null || Same(s.Alias, name.Table))
            .SelectMany(s =>
                s.Query is not SqlQuery query
                    ? [(SqlParser.TableName(s), name.Name)]
                    : query
                        .Items.Where(i => Same(SqlText.NameOf(i), name.Name))
                        .Select(i => i.Value)
                        .OfType<NameNode>()
                        .SelectMany(n => Meanings(n, query.Sources))
            );
    }
}
