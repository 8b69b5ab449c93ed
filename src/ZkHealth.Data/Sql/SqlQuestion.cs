using ZkHealth.Statistics;

namespace ZkHealth.Data;

/// <summary>The answer to a query: columns and rows.</summary>
public sealed class SqlAnswer
{
    internal SqlAnswer(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<object?>> rows, int withheld) =>
        (Columns, Rows, Withheld) = (columns, rows, withheld);

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The rows in the order of ORDER BY: null, a bool, a string, a <see cref="DateOnly"/>, a decimal or a
    /// double.</summary>
    public IReadOnlyList<IReadOnlyList<object?>> Rows { get; }

    /// <summary>The number of groups that are left out, as they have fewer rows than HAVING or the smallest count of the question
    /// demands.</summary>
    public int Withheld { get; }
}

/// <summary>A query in SQL as a plan: what is to be proven, and how the answer is read from the numbers that are.</summary>
public sealed class SqlQuestion
{
    internal SqlQuestion(string sql, Plan plan) => (Sql, Plan) = (sql, plan);

    /// <summary>The query.</summary>
    public string Sql { get; }

    /// <summary>Describes what is to be proven. It follows from the query and the tables: a verifier makes it anew.</summary>
    public Plan Plan { get; }

    /// <summary>The names of the columns of the answer.</summary>
    public IReadOnlyList<string> Columns { get; internal init; } = [];

    internal IReadOnlyList<SqlValue[]> Groups { get; init; } = [];

    internal bool HasGroups { get; init; }

    internal int Width { get; init; }

    internal int Aggregates { get; init; }

    internal Func<int, ReadOnlyMemory<long>, SqlValue> Read { get; init; } = (_, _) => SqlValue.Null;

    internal IReadOnlyList<SqlExpression> Items { get; init; } = [];

    internal IReadOnlyList<(SqlExpression Value, SqlOrder Order)> Orders { get; init; } = [];

    internal long Least { get; init; }

    internal IReadOnlyDictionary<(string File, string Column), IReadOnlySet<string>> Files { get; init; } =
        new Dictionary<(string, string), IReadOnlySet<string>>();

    /// <summary>Makes a plan of a query.</summary>
    /// <param name="sql">The query, in the part of DuckDB's dialect that docs/sql.md lists.</param>
    /// <param name="tables">The tables that it may name.</param>
    /// <param name="options">What it needs beyond them.</param>
    /// <exception cref="SqlException">It is not supported; the message says where and what to do instead.</exception>
    public static SqlQuestion Compile(string sql, IReadOnlyList<SqlTable> tables, SqlOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sql);
        ArgumentNullException.ThrowIfNull(tables);
        SqlQuery query = SqlParser.Parse(sql);
        return new SqlCompiler(tables, options ?? new()).Compile(sql, query);
    }

    /// <summary>Determines whether the plan has a table of a name.</summary>
    internal bool Uses(string table) => Tables.Contains(table, StringComparer.Ordinal);

    internal IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>The names in a query, those of tables among them.</summary>
    internal static IReadOnlySet<string> NamesIn(string sql) => SqlParser.Words(sql);

    /// <summary>Reads the answer from the numbers of a proof.</summary>
    /// <param name="numbers">Those of <see cref="PlanProof.Numbers"/>.</param>
    /// <exception cref="ArgumentException">They are not as many as are asked.</exception>
    public SqlAnswer Answer(IReadOnlyList<IReadOnlyList<long>> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        if (numbers is not [IReadOnlyList<long> own] || own.Count != Groups.Count * Width)
        {
            throw new ArgumentException($"expected {Groups.Count * Width} numbers", nameof(numbers));
        }

        long[] all = [.. own];
        var rows = new List<(SqlValue[] Values, SqlValue[] Cells)>();
        int withheld = 0;
        for (int i = 0; i < Groups.Count; i++)
        {
            ReadOnlyMemory<long> mine = all.AsMemory(i * Width, Width);
            if (HasGroups && mine.Span[0] == 0)
            {
                continue;
            }

            if (mine.Span[0] < Least)
            {
                withheld++;
                continue;
            }

            SqlValue[] cell = [.. Groups[i], .. Enumerable.Range(0, Aggregates).Select(j => Read(j, mine))];
            rows.Add(([.. Items.Select(item => item.Evaluate(cell))], cell));
        }

        rows.Sort((a, b) => Compare(a, b));
        return new SqlAnswer(Columns, [.. rows.Select(r => (IReadOnlyList<object?>)[.. r.Values.Select(Shown)])], withheld);
    }

    /// <summary>In the order of ORDER BY, then of GROUP BY; NULL comes last unless NULLS FIRST is said.</summary>
    private int Compare((SqlValue[] Values, SqlValue[] Cells) a, (SqlValue[] Values, SqlValue[] Cells) b)
    {
        foreach ((SqlExpression value, SqlOrder order) in Orders)
        {
            int sign = Compare(value.Evaluate(a.Cells), value.Evaluate(b.Cells), order.Descending, order.NullsFirst);
            if (sign != 0)
            {
                return sign;
            }
        }

        return a.Cells.Zip(b.Cells).Select(pair => Compare(pair.First, pair.Second, false, false)).FirstOrDefault(s => s != 0);
    }

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
            SqlKind.Number => value.IsExact ? value.Exact : value.Real,
            SqlKind.Date => value.Day,
            _ => value.ToString(),
        };
}
