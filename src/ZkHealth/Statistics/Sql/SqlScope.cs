using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>A table or derived table in FROM.</summary>
internal sealed class SqlSourceInScope
{
    public required string Alias { get; init; }

    /// <summary>The table; null for a derived one.</summary>
    public SqlTable? Table { get; init; }

    /// <summary>For a derived table, the entities by whose key it is grouped, and the name of the key.</summary>
    public (string Entities, string Key)? Grouped { get; init; }

    /// <summary>For a derived table, its query.</summary>
    public SqlQuery? Query { get; init; }

    /// <summary>The columns of a derived table, once it is bound.</summary>
    public Dictionary<string, SqlExpression> Outputs { get; } = new(StringComparer.OrdinalIgnoreCase);

    public bool IsLeft { get; init; }

    /// <summary>Tells whether it is of the query outside: names are those of the query itself first.</summary>
    public bool IsOuter { get; init; }

    /// <summary>The keys that lead from the root to the table; of a derived one to the entities.</summary>
    public IReadOnlyList<SqlLink> Path { get; set; } = [];

    /// <summary>A copy for another scope, whose columns have numbers of their own.</summary>
    public SqlSourceInScope At(IReadOnlyList<SqlLink> path, bool isOuter = false) =>
        new()
        {
            Alias = Alias,
            Table = Table,
            Query = Query,
            Grouped = Grouped,
            IsLeft = IsLeft,
            IsOuter = isOuter || IsOuter,
            Path = path,
        };

    /// <summary>A text that another source has only where it is the same one; of queries the place tells which.</summary>
    public string Text =>
        $"{SqlText.Quoted(Alias)} {(Query is null ? SqlText.Quoted(Table!.Name) : $"query {Query.Position}")} {IsLeft} {string.Join(", ", Path)}";
}

/// <summary>The rows that a query counts, those of one table, and what can be reached from them.</summary>
internal sealed class SqlScope(SqlTable root)
{
    /// <summary>The most pairs of codes of two digits that are looked at one by one.</summary>
    public const long MostPairs = 1 << 17;

    /// <summary>The table whose rows are counted.</summary>
    public SqlTable Root { get; set; } = root;

    public List<SqlSourceInScope> Sources { get; } = [];

    /// <summary>The columns on which expressions depend, in the order of their numbers.</summary>
    public List<SqlColumn> Columns { get; set; } = [];

    /// <summary>The columns that USING joins, which are one column of one name.</summary>
    public HashSet<string> Merged { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Conditions of inner joins.</summary>
    public List<SqlNode> Conditions { get; } = [];

    /// <summary>The paths of entities that inner joins demand to be there.</summary>
    public List<IReadOnlyList<SqlLink>> Present { get; } = [];

    /// <summary>Derived tables that need not be looked at, as another scope does.</summary>
    public HashSet<SqlSourceInScope> Settled { get; } = [];

    /// <summary>Derived tables that inner joins demand to have a row.</summary>
    public IEnumerable<SqlSourceInScope> Joined => Sources.Where(s => s.Query is not null && !s.IsLeft && !Settled.Contains(s));

    /// <summary>Classes of the codes of columns that have been made, by the parts that tell them apart.</summary>
    public Dictionary<
        int,
        List<(SqlExpression[] Parts, (IReadOnlyList<SqlValue> Values, uint[] Codes) Classes)>
    > Classes { get; } = [];

    /// <summary>Numbers of the codes of columns, one for those that a part takes for the same.</summary>
    public Dictionary<(int Column, SqlExpression Part), uint[]> Told { get; } = [];

    /// <summary>Determines whether two columns are those of a wide one, and so few values that a verifier, who makes the plan
    /// anew, may look at each.</summary>
    public bool IsWide(IReadOnlySet<int> columns) =>
        columns.All(n => columns.Contains(Columns[n].Other ?? -1))
        && columns.Aggregate(1L, (product, n) => product * Columns[n].Domain) <= MostPairs;

    /// <summary>The expression of a column of a table, which is given a number where it has none.</summary>
    public SqlExpression Column(SqlTable table, ColumnSchema schema, IReadOnlyList<SqlLink> path, int position)
    {
        if (table.Schema.IndexOf(schema.Name) < 0 && WideColumn.Find(table.Schema, schema.Name) is WideColumn wide)
        {
            SqlExpression whole = SqlWide.Of(
                wide,
                digit => Add(n => new SqlColumn(n, table.Name, digit.Name, path, digit.Domain, SqlKind.Number, SqlWide.CodeOf))
            );
            Pair(whole.Columns.Min(), whole.Columns.Max());
            return whole;
        }

        (SqlKind kind, Func<uint, SqlValue> value) =
            SqlColumn.Of(schema)
            ?? throw new SqlException(position, $"'{schema.Name}' is a key: it joins tables, and has no values of its own");
        return Add(
            n => new SqlColumn(n, table.Name, schema.Name, path, schema.Domain, kind, value),
            isMonth: schema is DateColumn { Unit: DateUnit.Month }
        );
    }

    /// <summary>Tells that two columns are the digits of one number.</summary>
    public void Pair(SqlExpression high, SqlExpression low) => Pair(high.Columns.Single(), low.Columns.Single());

    private void Pair(int first, int second)
    {
        Columns[first] = Columns[first] with { Other = second };
        Columns[second] = Columns[second] with { Other = first };
    }

    /// <summary>The derived column that is known by a key; null for none.</summary>
    public SqlExpression? Find(string table, string key, IReadOnlyList<SqlLink> path) =>
        Columns.FirstOrDefault(c => c.Table == table && c.Key == key && c.Path.SequenceEqual(path)) is SqlColumn known
            ? SqlExpression.Column(known.Number, known.Kind, SqlNumberType.Whole)
            : null;

    /// <summary>A column that is derived where it is used.</summary>
    /// <param name="table">The table that gets it.</param>
    /// <param name="key">What it is known by.</param>
    /// <param name="name">Its name for people.</param>
    /// <param name="path">The keys that lead to the table.</param>
    /// <param name="kind">The kind of its values.</param>
    /// <param name="values">The value of each code.</param>
    /// <param name="derive">Derives it, and gives the name that it has then.</param>
    public SqlExpression Add(
        SqlTable table,
        string key,
        string name,
        IReadOnlyList<SqlLink> path,
        SqlKind kind,
        IReadOnlyList<SqlValue> values,
        Func<string> derive
    ) =>
        Add(number => new SqlColumn(number, table.Name, name, path, (uint)values.Count, kind, code => values[(int)code])
        {
            Key = key,
            Derive = derive,
        });

    /// <summary>TRUE where the path names an entity.</summary>
    public SqlExpression IsPresent(IReadOnlyList<SqlLink> path) =>
        path.Count == 0
            ? SqlExpression.Constant(SqlValue.True)
            : Add(number => new SqlColumn(
                number,
                path[^1].Entities,
                PlanBuilder.RowColumn,
                path,
                2,
                SqlKind.Boolean,
                code => SqlValue.Of(code == 1)
            )
            {
                Absent = SqlValue.False,
            });

    /// <summary>A column of totals of the entities.</summary>
    public SqlExpression Total(string entities, SqlTotal total, IReadOnlyList<SqlLink> path)
    {
        SqlNumberType type =
            total.IsReal ? SqlNumberType.Real
            : total.IsWhole ? SqlNumberType.Whole
            : SqlNumberType.Decimal;
        SqlExpression column = Add(number => new SqlColumn(
            number,
            entities,
            total.Name,
            path,
            total.Most + 1,
            SqlKind.Number,
            total.Value
        )
        {
            IsNumber = true,
            Absent = SqlValue.Of(0m),
        });
        return column.As(type, !total.IsWhole);
    }

    private SqlExpression Add(Func<int, SqlColumn> make, bool isMonth = false)
    {
        SqlColumn column = make(Columns.Count);
        SqlColumn? known = Columns.FirstOrDefault(c =>
            c.Table == column.Table && c.Name == column.Name && c.Key == column.Key && c.Path.SequenceEqual(column.Path)
        );
        if (known is null)
        {
            Columns.Add(column);
        }

        return SqlExpression.Column(
            (known ?? column).Number,
            column.Kind,
            column.Domain > 1 && column.Value(1).IsReal ? SqlNumberType.Real : SqlNumberType.Whole,
            isMonth: isMonth
        );
    }
}
