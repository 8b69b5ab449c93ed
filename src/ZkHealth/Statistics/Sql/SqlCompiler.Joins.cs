namespace ZkHealth.Statistics;

/// <summary>FROM and JOIN: whose rows are counted, and by which keys other tables are reached.</summary>
internal sealed partial class SqlCompiler
{
    private const string ManyToMany =
        "joins two tables of events of one person, which makes pairs of events: count one of them for each person in a derived table, "
        + "LEFT JOIN (SELECT person_id, count(*) AS n FROM … GROUP BY person_id) t ON t.person_id = …, or ask EXISTS";

    private SqlTable Table(SqlSource source)
    {
        string name = SqlParser.TableName(source);
        return _tables.FirstOrDefault(t => t.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new SqlException(
                source.Position,
                $"there is no table '{name}'; there are {string.Join(", ", _tables.Select(t => $"'{t.Name}'"))}"
            );
    }

    private SqlSourceInScope SourceOf(SqlSource source, bool isLeft)
    {
        if (source.Query is null)
        {
            return new SqlSourceInScope
            {
                Alias = source.Alias,
                Table = Table(source),
                IsLeft = isLeft,
            };
        }

        SqlScope inner = ScopeOf(source.Query);
        SqlNode by =
            source.Query.GroupBy.Count == 1
                ? KeyOf(inner, source.Query)
                : throw new SqlException(source.Query.Position, "a derived table is grouped by one key: GROUP BY person_id");
        Identity? key = by is NameNode named ? IdentityOf(inner, named) : null;
        if (key is not { Path.Count: 1 })
        {
            throw new SqlException(by.Position, "a derived table is grouped by a key of its events, such as person_id");
        }

        if (
            source.Query.Items.GroupBy(SqlText.NameOf, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1)
            is IGrouping<string, SqlItem> same
        )
        {
            throw new SqlException(
                same.Last().Value.Position,
                $"two columns of a derived table are called '{same.Key}': give one another name"
            );
        }

        SqlItem selected =
            source.Query.Items.LastOrDefault(i => IsSame(inner, i.Value, by))
            ?? throw new SqlException(
                source.Query.Position,
                $"a derived table is joined by its key, which it selects: SELECT {Resolve(inner, (NameNode)by)}, …"
            );
        return new SqlSourceInScope
        {
            Alias = source.Alias,
            Query = source.Query,
            Grouped = (key.Entities, SqlText.NameOf(selected)),
            IsLeft = isLeft,
        };
    }

    /// <summary>The column that a derived table is grouped by, also where a place or a name of SELECT stands for it.</summary>
    private SqlNode KeyOf(SqlScope inner, SqlQuery query) =>
        SqlAliases.Grouped(query.GroupBy[0], query, name => inner.Sources.Any(s => Has(s, name)));

    /// <summary>Determines whether two expressions are one column.</summary>
    private static bool IsSame(SqlScope scope, SqlNode a, SqlNode b) =>
        a is NameNode x && b is NameNode y && Resolve(scope, x) == Resolve(scope, y);

    private SqlScope ScopeOf(SqlQuery query)
    {
        SqlSourceInScope first = SourceOf(query.From, false);
        var scope = new SqlScope(first.Table ?? TableOf(first.Grouped!.Value.Entities));
        scope.Sources.Add(first);
        bool pending = first.Table is null;
        foreach (SqlJoin join in query.Joins)
        {
            SqlSourceInScope added = SourceOf(join.Source, join.IsLeft);
            if (scope.Sources.Any(s => s.Alias.Equals(added.Alias, StringComparison.OrdinalIgnoreCase)))
            {
                throw new SqlException(join.Source.Position, $"two tables are called '{added.Alias}': give one another name");
            }

            Attach(scope, added, join, ref pending);
        }

        if (pending)
        {
            throw new SqlException(
                query.From.Position,
                "a derived table alone also has a row of the events that name nobody: join it to those whom its key names, "
                    + $"FROM {first.Grouped!.Value.Entities} p JOIN (SELECT …) {AliasOf(first)} ON {AliasOf(first)}.{first.Grouped.Value.Key} = p.{first.Grouped.Value.Key}"
            );
        }

        return scope;
    }

    private static string AliasOf(SqlSourceInScope source) => source.Alias.Length > 0 ? source.Alias : "t";

    private SqlTable TableOf(string name) => _tables.First(t => t.Name == name);

    /// <summary>Adds a source by the key that ON or USING names.</summary>
    private void Attach(SqlScope scope, SqlSourceInScope added, SqlJoin join, ref bool pending)
    {
        var alone = new SqlScope(added.Table ?? scope.Root);
        alone.Sources.Add(added);
        Identity? mine = null,
            theirs = null;
        foreach (SqlNode term in SqlText.Conjuncts(Condition(join)))
        {
            if (
                mine is null
                && term is CallNode { Name: "=", Arguments: [NameNode a, NameNode b] }
                && (Pair(scope, alone, a, b, join) ?? Pair(scope, alone, b, a, join)) is (Identity known, Identity own)
            )
            {
                (theirs, mine) = (known, own);
                scope.Merged.UnionWith(join.Using.Where(u => u.Position == term.Position).Select(u => u.Value));
                continue;
            }

            if (join.IsLeft)
            {
                throw new SqlException(
                    term.Position,
                    "LEFT JOIN takes a key alone, ON v.person_id = p.person_id: put conditions into a derived table or into WHERE"
                );
            }

            scope.Conditions.Add(term);
        }

        if (mine is null || theirs is null)
        {
            throw new SqlException(
                join.Source.Position,
                $"expected a join on a key, such as ON v.person_id = p.person_id; the keys are {Keys()}"
            );
        }

        Place(scope, added, theirs, mine, join, ref pending);
    }

    private static void Place(
        SqlScope scope,
        SqlSourceInScope added,
        Identity theirs,
        Identity mine,
        SqlJoin join,
        ref bool pending
    )
    {
        int position = join.Source.Position;
        if (theirs.Entities != mine.Entities)
        {
            throw new SqlException(position, $"joins a key of '{theirs.Entities}' with one of '{mine.Entities}'");
        }

        if (mine.IsKey)
        {
            // events of entities that are there: the rows are those of the events now
            if (theirs.IsKey || theirs.Path.Count > 0)
            {
                throw new SqlException(position, $"'{added.Alias}' {ManyToMany}");
            }

            if (join.IsLeft)
            {
                throw new SqlException(
                    position,
                    "LEFT JOIN of events repeats a person for each: LEFT JOIN (SELECT person_id, count(*) AS n FROM … GROUP BY person_id) t, or ask EXISTS; "
                        + $"where '{added.Alias}' has each person once at most, let its rows be named: --key patients.person_id=consents.person_id"
                );
            }

            foreach (SqlSourceInScope source in scope.Sources)
            {
                source.Path = [.. mine.Path, .. source.Path];
            }

            for (int i = 0; i < scope.Present.Count; i++)
            {
                scope.Present[i] = [.. mine.Path, .. scope.Present[i]];
            }

            scope.Root = added.Table!;
            scope.Present.Add(mine.Path);
        }
        else
        {
            if (theirs.Source.IsLeft && !join.IsLeft)
            {
                throw new SqlException(
                    position,
                    "an inner join behind a LEFT JOIN of the same key: write LEFT JOIN, or join inwards first"
                );
            }

            added.Path = theirs.Path;
            if (!join.IsLeft && added.Table is not null)
            {
                scope.Present.Add(added.Path);
            }
        }

        pending &= added.Table is null;
        scope.Sources.Add(added);
    }

    /// <summary>The condition of a join; of USING the equalities for which it stands.</summary>
    internal static SqlNode Condition(SqlJoin join) =>
        join.On
        ?? (SqlNode)
            new CallNode(
                join.Source.Position,
                "and",
                [
                    .. join.Using.Select(name => new CallNode(
                        name.Position,
                        "=",
                        [
                            new NameNode(name.Position, null, name.Value),
                            new NameNode(name.Position, join.Source.Alias, name.Value),
                        ]
                    )),
                ]
            );

    private (Identity, Identity)? Pair(SqlScope scope, SqlScope alone, NameNode known, NameNode own, SqlJoin join)
    {
        if (own.Table is null)
        {
            return null;
        }

        if (known.Table is null && join.On is not null && Has(alone.Sources[0], known) && scope.Sources.Any(s => Has(s, known)))
        {
            throw Ambiguous(scope, known);
        }

        return Meet(IdentitiesOf(scope, known), IdentitiesOf(alone, own));
    }
}
