using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>A query in SQL as a plan: what is to be proven, and how the answer is read from the numbers that are.</summary>
public sealed class SqlQuestion
{
    internal SqlQuestion(string sql, Plan plan) => (Sql, Plan) = (sql, plan);

    /// <summary>The query.</summary>
    public string Sql { get; }

    /// <summary>The plan that is to be proven. It follows from the query and the tables: a verifier makes it anew.</summary>
    public Plan Plan { get; }

    /// <summary>The names of the columns of the answer.</summary>
    public IReadOnlyList<string> Columns { get; internal init; } = [];

    internal IReadOnlyList<SqlPart> Parts { get; init; } = [];

    internal bool HasGroups { get; init; }

    /// <summary>Tells whether SQL shows a row where none is counted: there is neither GROUP BY nor HAVING.</summary>
    internal bool IsAlwaysShown { get; init; }

    internal int Aggregates { get; init; }

    /// <summary>The aggregates that are sums of two, or such a sum divided by the number of values.</summary>
    internal IReadOnlyList<(int High, int Low, bool IsMean)> Digits { get; init; } = [];

    internal IReadOnlyList<SqlExpression> Items { get; init; } = [];

    internal IReadOnlyList<(SqlExpression Value, SqlOrder Order)> Orders { get; init; } = [];

    internal long Least { get; init; }

    internal long MinCount { get; init; }

    internal IReadOnlyDictionary<(string File, string Column), IReadOnlySet<string>> Files { get; init; } =
        new Dictionary<(string, string), IReadOnlySet<string>>();

    /// <summary>Makes a plan of a query. Of the tables that it does not need the plan says nothing.</summary>
    /// <param name="sql">The query, in the part of DuckDB's dialect that docs/sql.md lists.</param>
    /// <param name="tables">The tables that it may name.</param>
    /// <param name="options">What it needs beyond them.</param>
    /// <exception cref="SqlException">It is not supported; the message says where and what to do instead.</exception>
    public static SqlQuestion Compile(string sql, IReadOnlyList<SqlTable> tables, SqlOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sql);
        ArgumentNullException.ThrowIfNull(tables);
        return SqlException.Placed(sql, () => Make(sql, tables, options));
    }

    private static SqlQuestion Make(string sql, IReadOnlyList<SqlTable> tables, SqlOptions? options)
    {
        SqlQuery query = SqlParser.Parse(sql);
        SqlTable[] ordered = [.. tables.OrderBy(t => t.Name, StringComparer.Ordinal)];
        SqlQuestion question = new SqlCompiler(ordered, options ?? new()).Compile(sql, query);

        // a verifier has the tables of the plan alone, and does not know what identifies their rows: it is made of them
        SqlTable[] used = [.. ordered.Where(t => question.Uses(t.Name)).Select(t => t.AsCommitted())];
        if (used.SequenceEqual(ordered))
        {
            return question;
        }

        try
        {
            return new SqlCompiler(used, options ?? new()).Compile(sql, query);
        }
        catch (SqlException e)
        {
            string reason = $"{e.Problem}; this is what a verifier sees, who does not know what identifies the rows of tables";
            throw new SqlException(e.Position, $"{reason}: write every column with its table");
        }
    }

    /// <summary>Proves the answer about the owner's tables; the file holds the query.</summary>
    /// <param name="tables">The tables by the names that the query has for them; others are left aside.</param>
    /// <param name="context">For what and whom.</param>
    /// <param name="guard">Refuses small counts; null for <see cref="DisclosureGuard.Default"/>.</param>
    /// <param name="degreeOfParallelism">How many cores to use.</param>
    /// <exception cref="ArgumentException">A table is not that of the query, or a person has more events than its key
    /// allows.</exception>
    /// <exception cref="DisclosureException">The guard refuses, saying why.</exception>
    public PlanProof Prove(
        IReadOnlyDictionary<string, TableOpening> tables,
        StatisticContext context,
        DisclosureGuard? guard = null,
        int degreeOfParallelism = 1
    )
    {
        ArgumentNullException.ThrowIfNull(tables);
        return Prove([tables], context, guard ?? DisclosureGuard.Default, degreeOfParallelism);
    }

    /// <summary>Proves the answer over data sets in segments: for each segment the tables by their names.</summary>
    internal PlanProof Prove(
        IReadOnlyList<IReadOnlyDictionary<string, TableOpening>> segments,
        StatisticContext context,
        DisclosureGuard guard,
        int degreeOfParallelism
    ) =>
        PlanProof.Prove(
            Plan,
            this,
            [.. segments.Select(tables => tables.Where(t => Uses(t.Key)).ToDictionary(StringComparer.Ordinal))],
            context,
            guard,
            degreeOfParallelism
        );

    /// <summary>Determines whether the plan has a table of a name.</summary>
    internal bool Uses(string table) => Tables.Contains(table, StringComparer.Ordinal);

    /// <summary>The names of the tables of the plan.</summary>
    internal IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>The query as a proof file has it.</summary>
    internal SqlStatement Statement =>
        new(
            Sql,
            MinCount,
            [
                .. Files
                    .OrderBy(f => f.Key.File, StringComparer.Ordinal)
                    .ThenBy(f => f.Key.Column, StringComparer.Ordinal)
                    .Select(f => new SqlList(f.Key.File, f.Key.Column, [.. f.Value.Order(StringComparer.Ordinal)])),
            ]
        );

    /// <summary>The groups that may occur, in words.</summary>
    internal IReadOnlyList<string> GroupNames => [.. Parts.SelectMany(p => p.Names).Distinct()];

    /// <summary>Comparisons that no value of their column meets, in words.</summary>
    internal IReadOnlyList<string> Remarks => FindRemarks();

    internal Func<IReadOnlyList<string>> FindRemarks { get; init; } = () => [];

    /// <summary>The tables that a query names, those of lists left out.</summary>
    /// <exception cref="SqlException">It is not supported.</exception>
    internal static IReadOnlySet<string> TablesIn(string sql) =>
        SqlText
            .Tables(SqlException.Placed(sql, () => SqlParser.Parse(sql)))
            .Select(SqlParser.TableName)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The pairs of columns that a query joins; a name without a table may be that of several.</summary>
    /// <exception cref="SqlException">It is not supported.</exception>
    internal static IReadOnlyList<((string Table, string Column)[] One, (string Table, string Column)[] Other)> JoinsIn(
        string sql
    ) => [.. SqlJoins.Of(SqlException.Placed(sql, () => SqlParser.Parse(sql)))];

    /// <summary>The columns that a query counts without repetition, count(DISTINCT person_id).</summary>
    /// <exception cref="SqlException">It is not supported.</exception>
    internal static IReadOnlySet<string> CountedIn(string sql)
    {
        SqlQuery query = SqlException.Placed(sql, () => SqlParser.Parse(sql));
        return query
            .Items.Select(i => i.Value)
            .Concat(query.OrderBy.Select(o => o.Value))
            .SelectMany(SqlAggregates.Within)
            .Select(SqlAggregates.Of)
            .Where(a => a!.IsDistinct)
            .Select(a => a!.Argument)
            .OfType<NameNode>()
            .Select(n => n.Name)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Reads the answer from those to the questions of the plan, which the verifier has found to be as many as are
    /// asked.</summary>
    /// <exception cref="InvalidOperationException">There is no answer: it cannot be computed of these numbers, or the digits of a
    /// wide column are known in different numbers of rows, and no column has these sums.</exception>
    internal SqlAnswer Read(IReadOnlyList<PlanAnswer> answers)
    {
        try
        {
            return Computed(answers);
        }
        catch (Exception e) when (e is not (InvalidOperationException or OutOfMemoryException))
        {
            // a stranger chose the query and what its functions are given
            throw new InvalidOperationException($"the answer cannot be computed: {e.Message}", e);
        }
    }

    private SqlAnswer Computed(IReadOnlyList<PlanAnswer> answers)
    {
        var groups = new Dictionary<string, SqlValue[]>(StringComparer.Ordinal);
        var withheld = new List<string>();
        var counted = new Dictionary<(string Group, int Aggregate), long>();
        foreach ((SqlPart part, PlanAnswer answer) in Parts.Zip(answers))
        {
            long[] all = [.. answer.Values];
            HashSet<int> hidden = [.. answer.Withheld];
            withheld.AddRange(Least == 1 ? [] : answer.Withheld.Select(i => part.Names[i]));
            int at = 0;
            for (int i = 0; i < part.Groups.Count; i++)
            {
                bool isHidden = hidden.Contains(i);
                if (isHidden && !(Least == 1 && IsAlwaysShown))
                {
                    continue;
                }

                // of fewer rows than one: none
                ReadOnlyMemory<long> mine = isHidden ? new long[part.Width] : all.AsMemory(at, part.Width);
                at += isHidden ? 0 : part.Width;
                if (HasGroups && mine.Span[0] == 0)
                {
                    continue;
                }

                if (!groups.TryGetValue(SqlPart.KeyOf(part.Groups[i]), out SqlValue[]? cell))
                {
                    cell = [.. part.Groups[i], .. new SqlValue[Aggregates]];
                    groups[SqlPart.KeyOf(part.Groups[i])] = cell;
                }

                foreach ((int place, int aggregate) in part.Aggregates.Index())
                {
                    cell[part.Groups[i].Length + aggregate] = part.Value(place, mine);
                    counted[(SqlPart.KeyOf(part.Groups[i]), aggregate)] = part.Counted(place, mine);
                }
            }
        }

        foreach ((string group, SqlValue[] cell) in groups)
        {
            foreach ((int high, int low, bool isMean) in Digits)
            {
                long values = counted.GetValueOrDefault((group, high), -1);
                if (values != counted.GetValueOrDefault((group, low), -1))
                {
                    throw new InvalidOperationException("the two columns of a wide one are not known in the same rows");
                }

                int at = cell.Length - Aggregates;
                (SqlValue h, SqlValue l) = (cell[at + high], cell[at + low]);
                decimal sum = h.Exact + l.Exact;
                cell[at + high] =
                    h.IsNull || l.IsNull ? SqlValue.Null
                    : isMean ? SqlValue.Of((double)sum / values)
                    : new SqlValue(SqlKind.Number, sum, (double)sum, true, h.IsReal || l.IsReal);
            }
        }

        List<(SqlValue[] Values, SqlValue[] Keys, SqlValue[] Cells)> rows =
        [
            .. groups.Values.Select(cell =>
                (Items.Select(i => i.Evaluate(cell)).ToArray(), Orders.Select(o => o.Value.Evaluate(cell)).ToArray(), cell)
            ),
        ];
        rows.Sort((a, b) => Compare(a.Keys, b.Keys) is int sign and not 0 ? sign : CompareGroups(a.Cells, b.Cells));
        return new SqlAnswer(
            Columns,
            [.. rows.Select(r => (IReadOnlyList<object?>)[.. r.Values.Select(Shown)])],
            Least,
            [.. withheld.Distinct()]
        );
    }

    /// <summary>In the order of ORDER BY; NULL comes last unless NULLS FIRST is said.</summary>
    private int Compare(SqlValue[] a, SqlValue[] b) =>
        Orders.Select((o, i) => Compare(a[i], b[i], o.Order.Descending, o.Order.NullsFirst)).FirstOrDefault(sign => sign != 0);

    /// <summary>Rows that ORDER BY leaves open, in the order of GROUP BY.</summary>
    private static int CompareGroups(SqlValue[] a, SqlValue[] b) =>
        a.Zip(b).Select(pair => Compare(pair.First, pair.Second, false, false)).FirstOrDefault(sign => sign != 0);

    private static int Compare(SqlValue a, SqlValue b, bool descending, bool nullsFirst)
    {
        if (a.IsNull || b.IsNull)
        {
            return a.IsNull == b.IsNull ? 0
                : a.IsNull == nullsFirst ? -1
                : 1;
        }

        int sign = a.Kind == b.Kind ? SqlValue.Compare(a, b) : a.Kind.CompareTo(b.Kind);
        return descending ? -sign : sign;
    }

    private static object? Shown(SqlValue value) =>
        value.Kind switch
        {
            SqlKind.Null => null,
            SqlKind.Boolean => value.IsTrue,
            SqlKind.Number when value.IsExact => value.Exact,
            SqlKind.Number => double.IsFinite(value.Real) ? value.Real : null,
            SqlKind.Date => value.Day,
            _ => value.ToString(),
        };
}
