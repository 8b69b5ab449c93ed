namespace ZkHealth.Statistics;

/// <summary>Queries within a query: EXISTS, IN, and totals as values.</summary>
internal sealed partial class SqlCompiler
{
    private SqlExpression Exists(SqlScope outer, SqlQuery query, NameNode? outerKey, int position)
    {
        if (query.Items.Select(i => i.Value).Concat(query.OrderBy.Select(o => o.Value)).SelectMany(SqlAggregates.Within).Any())
        {
            throw new SqlException(
                position,
                "a query of an aggregate gives a row even where it counts none: EXISTS (SELECT 1 FROM …), or compare (SELECT count(*) FROM …) > 0"
            );
        }

        (SqlScope inner, Identity mine, Identity theirs, List<SqlNode> conditions) = Correlated(outer, query, outerKey, position);
        if (mine.Path.Count == 0)
        {
            // the entity itself: that it is there, and what it is like
            foreach (SqlSourceInScope source in inner.Sources)
            {
                source.Path = [.. theirs.Path, .. source.Path];
            }

            (inner.Columns, inner.Root) = (outer.Columns, outer.Root);
            SqlExpression there = outer.IsPresent(theirs.Path);
            SqlBinder own = BinderOf(inner);
            SqlExpression[] all =
            [
                there,
                .. conditions.Select(own.Truth),
                .. inner.Present.Select(path => inner.IsPresent([.. theirs.Path, .. path])),
                .. inner.Joined.Select(s => BindDerived(inner, s)),
            ];
            return SqlExpression.Of(SqlKind.Boolean, all, v => SqlValue.Of(all.All(x => x.Evaluate(v).IsTrue)));
        }

        SqlExpression total = Total(outer, theirs.Path, inner, mine, conditions, null, position);
        return SqlExpression.Of(SqlKind.Boolean, [total], v => SqlValue.Of(total.Evaluate(v).Exact > 0));
    }

    /// <summary>(SELECT count(*) FROM events WHERE the key is that of the row outside).</summary>
    private SqlExpression Scalar(SqlScope outer, SqlQuery query, int position)
    {
        (SqlScope inner, Identity mine, Identity theirs, List<SqlNode> conditions) = Correlated(outer, query, null, position);
        bool isTotal = query.Items is [{ Value: SqlNode value }] && SqlAggregates.Within(value).Any();
        if (!isTotal || query.GroupBy.Count > 0 || mine.Path.Count != 1)
        {
            throw new SqlException(
                position,
                "a query as a value is one total of events, (SELECT count(*) FROM visits w WHERE w.person_id = p.person_id)"
            );
        }

        SqlBinder binder = new(
            name => throw new SqlException(name.Position, $"'{name.Name}' stands outside of an aggregate"),
            node => SqlAggregates.Of(node) is SqlAggregate a ? OfEvents(outer, theirs.Path, inner, mine, conditions, a) : null,
            FileOf
        );
        return binder.Bind(query.Items[0].Value);
    }

    /// <summary>The query within another one: its rows are those of the key of the row outside.</summary>
    private (SqlScope Inner, Identity Mine, Identity Theirs, List<SqlNode> Conditions) Correlated(
        SqlScope outer,
        SqlQuery query,
        NameNode? outerKey,
        int position
    )
    {
        SqlScope inner = ScopeOf(query);
        Identity? mine = null,
            theirs = null;
        var conditions = new List<SqlNode>();
        if (outerKey is not null && query.Items is [{ Value: NameNode selected }])
        {
            (theirs, mine) = Meet(IdentitiesOf(outer, outerKey), IdentitiesOf(inner, selected)) ?? default;
        }

        foreach (SqlNode term in SqlText.Conjuncts(query.Where).Concat(inner.Conditions))
        {
            if (
                mine is null
                && term is CallNode { Name: "=", Arguments: [NameNode a, NameNode b] }
                && Sides(a, b) is (Identity own, Identity other)
            )
            {
                (mine, theirs) = (own, other);
                continue;
            }

            conditions.Add(term);
        }

        if (mine is null || theirs is null || mine.Entities != theirs.Entities || mine.Path.Count > 1)
        {
            throw new SqlException(
                position,
                $"expected a query whose events are those of the row outside by a key, WHERE w.person_id = p.person_id; the keys are {Keys()}"
            );
        }

        if (query.Having is not null || query.GroupBy.Count > 0)
        {
            throw new SqlException(
                position,
                "GROUP BY and HAVING within EXISTS and IN are not supported: compare (SELECT count(*) FROM …) >= 2"
            );
        }

        See(outer, theirs, inner, mine, [.. conditions, .. query.Items.Select(i => i.Value)]);
        AddPresence(inner, mine);
        return (inner, mine, theirs, conditions);

        // a name of a table is of that table; one without is of the inner query where that knows it
        (Identity, Identity)? Sides(NameNode a, NameNode b) => Side(a, b) ?? Side(b, a);

        (Identity, Identity)? Side(NameNode own, NameNode other) =>
            IdentitiesOf(inner, other).Length == 0 && !IsColumn(inner, other)
                ? Meet(IdentitiesOf(inner, own), IdentitiesOf(outer, other))
                : null;
    }

    /// <summary>Lets conditions of a query within another one be about columns of the row outside, where these are of the entity
    /// whom the events name: they are reached by the key.</summary>
    private static void See(SqlScope outer, Identity theirs, SqlScope inner, Identity mine, IEnumerable<SqlNode> nodes)
    {
        foreach (NameNode name in nodes.SelectMany(SqlText.Within).OfType<NameNode>().Where(n => !IsColumn(inner, n)))
        {
            if (SourcesOf(outer, name).ToArray() is not [SqlSourceInScope source])
            {
                continue;
            }

            bool isOfEntity = source.Path.Take(theirs.Path.Count).SequenceEqual(theirs.Path);
            if (!isOfEntity || inner.Sources.Any(s => s.Alias.Equals(source.Alias, StringComparison.OrdinalIgnoreCase)))
            {
                throw new SqlException(
                    name.Position,
                    $"'{name.Name}' is a column of '{source.Alias}' outside of this query, where conditions are on its own tables and on those whom its "
                        + "key names: put a condition on other columns beside EXISTS, AND …, and give each table a name of its own"
                );
            }

            SqlSourceInScope seen = source.At([.. mine.Path, .. source.Path.Skip(theirs.Path.Count)], isOuter: true);
            inner.Sources.Add(seen);
            inner.Settled.Add(seen);
        }
    }

    /// <summary>Inner joins of the events demand that who is named is there; that of the key itself goes without
    /// saying.</summary>
    private static void AddPresence(SqlScope inner, Identity mine)
    {
        inner.Present.RemoveAll(path => path.SequenceEqual(mine.Path));
    }
}
