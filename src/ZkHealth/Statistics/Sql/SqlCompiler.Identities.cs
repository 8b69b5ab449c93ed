using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>The rows that names identify, by keys and by the identifiers of tables.</summary>
internal sealed partial class SqlCompiler
{
    /// <summary>The entities whom a name identifies, and the keys that lead to them.</summary>
    private sealed record Identity(string Entities, IReadOnlyList<SqlLink> Path, SqlSourceInScope Source)
    {
        public bool IsKey => Source.Table is not null && Path.Count > Source.Path.Count;
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
            .. _tables
                .Where(t => _used.Contains(t.Name))
                .SelectMany(t =>
                    t.Schema.Columns.OfType<KeyColumn>()
                        .Select(k => $"{t.Name}.{k.Name} → {EntitiesOf(k)?.Name ?? "a table that is not given"}")
                ),
        ];
        return keys.Length == 0
            ? "none (keys are named when tables are committed: --key visits.person_id=patients.person_id)"
            : string.Join(", ", keys);
    }
}
