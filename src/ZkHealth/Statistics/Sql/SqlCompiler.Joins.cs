using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>FROM and JOIN: whose rows are counted, and by which keys other tables are reached.</summary>
internal sealed partial class SqlCompiler
{
    private const string ManyToMany =
        "joins two tables of events of one person, which makes pairs of events: count one of them for each person in a derived table, "
        + "LEFT JOIN (SELECT person_id, count(*) AS n FROM … GROUP BY person_id) t ON t.person_id = …, or ask EXISTS";

    /// <summary>The entities whom a name identifies, and the keys that lead to them.</summary>
    private sealed record Identity(string Entities, IReadOnlyList<SqlLink> Path, SqlSourceInScope Source)
    {
        public bool IsKey => Source.Table is not null && Path.Count > Source.Path.Count;
    }

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

    /// <summary>What a derived table is grouped by: a column, or what a place or a name of SELECT stands for.</summary>
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

    private static SqlNode Condition(SqlJoin join) =>
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

    /// <summary>A pair, one of each name, of the same entities; where none is, the first of each, so that errors name
    /// them.</summary>
    private static (Identity, Identity)? Meet(IEnumerable<Identity> known, IEnumerable<Identity> own)
    {
        (Identity Known, Identity Own)[] pairs = [.. known.SelectMany(k => own.Select(o => (k, o)))];
        return pairs.Length == 0 ? null : pairs.FirstOrDefault(p => p.Known.Entities == p.Own.Entities, pairs[0]);
    }

    private Identity? IdentityOf(SqlScope scope, NameNode name) => IdentitiesOf(scope, name).FirstOrDefault();

    /// <summary>The entities whom a name identifies: by a key column, by the key of a derived table, or by the identifier of
    /// their own table, which is not committed. A key column may identify the rows of its own table too, by one name.</summary>
    private Identity[] IdentitiesOf(SqlScope scope, NameNode name)
    {
        SqlSourceInScope[] sources =
        [
            .. scope.Sources.Where(s =>
                !s.IsOuter && (name.Table is null || s.Alias.Equals(name.Table, StringComparison.OrdinalIgnoreCase))
            ),
        ];
        SqlSourceInScope[] having = [.. sources.Where(s => Has(s, name))];
        if (having.Length > 1 && !scope.Merged.Contains(name.Name))
        {
            throw Ambiguous(scope, name);
        }

        SqlSourceInScope? of =
            having.FirstOrDefault() ?? sources.FirstOrDefault(s => s.Table is SqlTable table && IsIdentifier(table, name));
        if (of?.Table is SqlTable own)
        {
            var row = new Identity(own.Name, of.Path, of);
            ColumnSchema? column = own.Find(name.Name);
            return column is KeyColumn key ? Named(own, name, key, row)
                : column is null ? [row]
                : [];
        }

        if (of?.Grouped is not (string grouped, string by) || !by.Equals(name.Name, StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }

        return !of.IsLeft || scope.Sources.Count == 1
            ? [new Identity(grouped, of.Path, of)]
            : throw new SqlException(
                name.Position,
                $"'{name.Name}' of '{of.Alias}' is NULL where the LEFT JOIN finds no row: name the key that it is joined to, "
                    + $"or JOIN '{of.Alias}' without LEFT"
            );
    }

    private Identity[] Named(SqlTable table, NameNode name, KeyColumn key, Identity row)
    {
        SqlTable entities =
            EntitiesOf(key)
            ?? throw new SqlException(
                name.Position,
                $"the table whose rows '{name.Name}' names is not among those that are given"
            );
        var link = new SqlLink(table.Name, key.Name, entities.Name);
        var named = new Identity(entities.Name, [.. row.Path, link], row.Source);
        return IsNamed(table, name) ? [row, named] : [named];
    }

    /// <summary>Determines whether a source has a column of a name, that which identifies its rows among them.</summary>
    private bool Has(SqlSourceInScope source, NameNode name)
    {
        bool Is(string other) => name.Name.Equals(other, StringComparison.OrdinalIgnoreCase);
        if (source.Table is not SqlTable table)
        {
            return source.Query!.Items.Any(i => Is(SqlText.NameOf(i)));
        }

        return table.Find(name.Name) is not null
            || (
                (table.Identifier ?? _identifiers.GetValueOrDefault(table.Name)) is string identifier
                    ? Is(identifier) && KeysTo(table).Any()
                    : IsNamed(table, name)
            );
    }

    /// <summary>
    /// Determines whether a name is that of what identifies the rows of a table. It is not committed: where it is not known, it
    /// is that of a key to the table, or one other name, and readers are told of the latter.
    /// </summary>
    private bool IsIdentifier(SqlTable table, NameNode name)
    {
        bool Is(string other) => name.Name.Equals(other, StringComparison.OrdinalIgnoreCase);
        bool isThere = KeysTo(table).Any();
        if (!isThere || table.Identifier is not null)
        {
            return isThere && Is(table.Identifier!);
        }

        if (IsNamed(table, name))
        {
            return true;
        }

        if (_identifiers.TryAdd(table.Name, name.Name))
        {
            _remarks.Say(
                name.Position,
                $"'{name.Name}' is taken for what identifies the rows of '{table.Name}', whose name is not committed"
            );
        }

        return Is(_identifiers[table.Name]);
    }

    private IEnumerable<KeyColumn> KeysTo(SqlTable table) =>
        _tables.SelectMany(t => t.Schema.Columns).OfType<KeyColumn>().Where(k => EntitiesOf(k) == table);

    /// <summary>Determines whether a key to a table has this name.</summary>
    private bool IsNamed(SqlTable table, NameNode name) =>
        KeysTo(table).Any(k => k.Name.Equals(name.Name, StringComparison.OrdinalIgnoreCase));

    private readonly Dictionary<string, string> _identifiers = new(StringComparer.Ordinal);

    /// <summary>The table whose rows a key counts: that of a root, or a registrar's data set; null where it is not
    /// given.</summary>
    private SqlTable? EntitiesOf(KeyColumn key) => _tables.FirstOrDefault(t => key.Of == t.Root || key.Of == t.OfRegistrar);

    /// <summary>Determines whether the keys to a table name a registrar's data set in the place of its root.</summary>
    private bool IsRegistrar(SqlTable table) =>
        _tables.Any(t => t.Schema.Columns.Any(c => c is KeyColumn key && key.Of == table.OfRegistrar));

    private string Keys()
    {
        string[] keys =
        [
            .. _tables.SelectMany(t =>
                t.Schema.Columns.OfType<KeyColumn>()
                    .Select(k => $"{t.Name}.{k.Name} → {EntitiesOf(k)?.Name ?? "a table that is not given"}")
            ),
        ];
        return keys.Length == 0
            ? "none (keys are named when tables are committed: --key visits.person_id=patients.person_id)"
            : string.Join(", ", keys);
    }
}
