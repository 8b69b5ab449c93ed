using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// Makes a plan of a query: maps each side to the classes that the query tells apart, joins them, and asks a cube. WHERE, CASE
/// and FILTER are evaluated in three-valued logic, cell by cell, code 0 being NULL.
/// </summary>
internal sealed partial class SqlCompiler
{
    private readonly PlanBuilder _builder = new();
    private readonly IReadOnlyList<SqlTable> _tables;
    private readonly SqlOptions _options;
    private readonly SortedSet<string> _used = new(StringComparer.Ordinal);
    private readonly SqlRemarks _remarks = new();

    public SqlCompiler(IReadOnlyList<SqlTable> tables, SqlOptions options)
    {
        (_tables, _options) = (tables, options);
        foreach (SqlTable table in tables)
        {
            _names[table.Name] = [.. table.Schema.Columns.Select(c => c.Name)];
        }
    }

    /// <summary>Takes a table into the plan: of those that are not needed nothing is said.</summary>
    private void Use(string name)
    {
        if (_used.Add(name))
        {
            SqlTable table = TableOf(name);
            if (IsRegistrar(table))
            {
                ReadOnlyMemory<byte> hospital = _tables.First(t => !IsRegistrar(t)).Commitment.Owner;
                _builder.AddRegistrar(table.Name, table.Commitment, table.DataSet, hospital);
            }
            else
            {
                _builder.AddTable(table.Name, table.Commitment, table.DataSet);
            }
        }
    }

    /// <summary>Files that the query reads, with their values.</summary>
    public Dictionary<(string File, string Column), IReadOnlySet<string>> Files { get; } = [];

    public SqlQuestion Compile(string sql, SqlQuery query)
    {
        SqlMembership.Validate(query);
        foreach (SqlSource source in SqlText.Tables(query))
        {
            Use(Table(source).Name);
        }

        SqlScope scope = ScopeOf(query);
        List<SqlNode> conditions = [.. SqlText.Conjuncts(query.Where), .. scope.Conditions];
        var output = new SqlOutput(query, scope);
        IReadOnlyList<SqlCells> cells = output.Persons is SqlAggregate persons
            ? CellsOfPersons(scope, conditions, output, persons)
            : CellsOfRows(scope, conditions, output);
        try
        {
            return Ask(sql, query, scope, output, cells);
        }
        catch (ArgumentException e)
        {
            throw new SqlException(query.Position, e.Message.Split(" (Parameter '")[0]);
        }
        catch (InvalidOperationException e)
        {
            throw new SqlException(query.Position, e.Message);
        }
    }

    /// <summary>The binder of the columns of a scope.</summary>
    private SqlBinder BinderOf(SqlScope scope) =>
        new(
            name => Column(scope, name),
            node =>
                node switch
                {
                    ExistsNode exists => Exists(scope, exists.Query, null, exists.Position),
                    InQueryNode { Value: NameNode key } within => Exists(scope, within.Query, key, within.Position),
                    InQueryNode within => throw new SqlException(
                        within.Position,
                        "IN (SELECT …) takes a key, p.person_id IN (SELECT person_id FROM …)"
                    ),
                    QueryNode value => Scalar(scope, value.Query, value.Position),
                    _ => null,
                },
            FileOf,
            (node, condition) => _remarks.Add(scope, node, condition),
            (function, from, to) => OfDates(scope, function, from, to)
        );

    private SqlExpression Column(SqlScope scope, NameNode name)
    {
        var found = new List<SqlExpression>();
        foreach (SqlSourceInScope source in SourcesOf(scope, name))
        {
            if (source.Table?.Find(name.Name) is ColumnSchema column)
            {
                found.Add(scope.Column(source.Table, column, source.Path, name.Position));
            }
            else if (source.Query is not null)
            {
                if (source.Outputs.Count == 0)
                {
                    BindDerived(scope, source);
                }

                if (source.Outputs.TryGetValue(name.Name, out SqlExpression? output))
                {
                    found.Add(output);
                }
            }
        }

        return found.Count switch
        {
            1 => found[0],
            0 => throw Unknown(scope, name),
            _ => throw Ambiguous(scope, name),
        };
    }

    private static SqlException Ambiguous(SqlScope scope, NameNode name) =>
        new(name.Position, $"'{name.Name}' is a column of several tables: say which, {scope.Sources[0].Alias}.{name.Name}");

    private SqlException Unknown(SqlScope scope, NameNode name)
    {
        if (name.Table is null && name.Name.ToLowerInvariant() is "current_date" or "current_timestamp" or "localtimestamp")
        {
            return new SqlException(name.Position, SqlAggregates.Today);
        }

        if (IdentitiesOf(scope, name).Any(i => i.IsKey))
        {
            return new SqlException(
                name.Position,
                $"'{name.Name}' identifies people: it joins tables and is counted, count(DISTINCT {name.Name}), and has no values of its own"
            );
        }

        if (name.Table is not null && !scope.Sources.Any(s => s.Alias.Equals(name.Table, StringComparison.OrdinalIgnoreCase)))
        {
            return new SqlException(
                name.Position,
                $"there is no table '{name.Table}' in FROM; there are {string.Join(", ", scope.Sources.Select(s => $"'{s.Alias}'"))}; "
                    + "a query within another one knows its own tables, and of the one about it those whom its key names"
            );
        }

        IEnumerable<string> there = scope
            .Sources.SelectMany(s =>
                s.Table?.Schema.Columns.Skip(1).Select(c => $"'{Whole(s.Table, c.Name)}'") ?? s.Outputs.Keys.Select(c => $"'{c}'")
            )
            .Distinct();
        string text = name.IsQuoted ? $"; a text stands in single quotes, '{name.Name}'" : "";
        return new SqlException(name.Position, $"there is no column '{name.Name}'; there are {string.Join(", ", there)}{text}");
    }

    /// <summary>The name of the wide column whose digits a column holds, or its own.</summary>
    private static string Whole(SqlTable table, string column) =>
        WideColumn.WholeOf(column) is string whole && WideColumn.Find(table.Schema, whole) is not null ? whole : column;

    private IReadOnlySet<string> FileOf(InFileNode node)
    {
        if (Files.TryGetValue((node.File, node.Column), out IReadOnlySet<string>? known))
        {
            return known;
        }

        if (_options.ReadFile is null)
        {
            throw new SqlException(node.Position, $"the file '{node.File}' is not at hand");
        }

        try
        {
            return Files[(node.File, node.Column)] = _options.ReadFile(node.File, node.Column).ToHashSet(StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new SqlException(node.Position, e.Message);
        }
    }
}
