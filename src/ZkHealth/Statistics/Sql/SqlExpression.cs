namespace ZkHealth.Statistics;

/// <summary>
/// An expression over columns, which are numbered: from their values to its own. Where the columns are many, it is taken apart
/// into the largest parts that depend on one column each: two codes that all of them take for the same are one class.
/// </summary>
internal sealed class SqlExpression
{
    private readonly Func<SqlValue[], SqlValue> _evaluate;
    private readonly IReadOnlyList<SqlExpression> _parts;

    private SqlExpression(
        SqlKind kind,
        IReadOnlyList<SqlExpression> parts,
        IReadOnlySet<int> columns,
        Func<SqlValue[], SqlValue> evaluate
    )
    {
        (Kind, _parts, Columns, _evaluate) = (kind, parts, columns, evaluate);
        IsMixed = kind == SqlKind.Number && parts.Any(p => p.IsMixed);
        Type = kind == SqlKind.Number ? TypeOf(parts) : SqlNumberType.Whole;
    }

    /// <summary>The kind of its values; NULL where it is always NULL.</summary>
    public SqlKind Kind { get; }

    /// <summary>The numbers of the columns on which it depends.</summary>
    public IReadOnlySet<int> Columns { get; }

    /// <summary>A condition under which the expression is NULL, its value otherwise being <see cref="Inner"/>; null for none.
    /// It is carried outwards through strict functions, so that what is compared is a column and no pair of two.</summary>
    public SqlExpression? Guard { get; private init; }

    /// <summary>The value where the guard does not hold.</summary>
    public SqlExpression? Inner { get; private init; }

    /// <summary>Tells whether the inner value is 0 where the guard holds.</summary>
    public bool IsZeroUnderGuard { get; private init; }

    /// <summary>Tells whether it is one of several numbers, which have one type in DuckDB: written as text 1 is 1.0 beside
    /// 1.5.</summary>
    public bool IsMixed { get; private init; }

    /// <summary>The type of its numbers.</summary>
    public SqlNumberType Type { get; private init; }

    /// <summary>Tells whether its dates are times in DuckDB, those of midnight: as text they have the time of day.</summary>
    public bool IsTime { get; private init; }

    /// <summary>Two expressions of one column each whose sum the expression is, and which are NULL where it is: a sum of it is
    /// the sum of theirs. Null for others.</summary>
    public (SqlExpression High, SqlExpression Low)? Digits { get; private init; }

    /// <summary>Of a wide column itself, what its two columns are; null of others.</summary>
    public SqlWide? Wide { get; private init; }

    /// <summary>Tells whether it is a column of values, and no function of one.</summary>
    public bool IsColumn { get; private init; }

    /// <summary>Tells whether it is a column of dates of which the month alone is kept.</summary>
    public bool IsMonth { get; private init; }

    public bool IsConstant => Columns.Count == 0;

    public static SqlExpression Constant(SqlValue value) =>
        new(value.Kind, [], new HashSet<int>(), _ => value)
        {
            IsTime = value is { Kind: SqlKind.Date, IsReal: true },
            Type = value.Type,
        };

    public static SqlExpression Column(
        int number,
        SqlKind kind,
        SqlNumberType type,
        bool isMixed = false,
        bool isTime = false,
        bool isMonth = false
    ) =>
        new(kind, [], new HashSet<int> { number }, values => values[number])
        {
            IsMixed = isMixed,
            IsTime = isTime,
            IsMonth = isMonth,
            Type = type,
            IsColumn = true,
        };

    public static SqlExpression Of(
        SqlKind kind,
        IReadOnlyList<SqlExpression> parts,
        Func<SqlValue[], SqlValue> evaluate,
        SqlWide? wide = null
    ) => new(kind, parts, parts.SelectMany(p => p.Columns).ToHashSet(), evaluate) { Wide = wide };

    /// <summary>One of several results, as conditions have it: of numbers all have one type, and are doubles where one
    /// is.</summary>
    public static SqlExpression Choice(
        SqlKind kind,
        IReadOnlyList<SqlExpression> conditions,
        IReadOnlyList<SqlExpression> results,
        Func<SqlValue[], SqlValue> evaluate
    )
    {
        SqlExpression[] numbers = [.. results.Where(r => r.Kind == SqlKind.Number)],
            dates = [.. results.Where(r => r.Kind == SqlKind.Date)];
        SqlNumberType type = TypeOf(numbers);
        return new SqlExpression(
            kind,
            [.. conditions, .. results],
            conditions.Concat(results).SelectMany(p => p.Columns).ToHashSet(),
            type == SqlNumberType.Real ? values => evaluate(values).AsReal() : evaluate
        )
        {
            IsMixed =
                results.Any(r => r.IsMixed && (r.Kind != SqlKind.Number || r.Type == type))
                || (numbers.Length > 1 && type == SqlNumberType.Decimal)
                || dates.Select(d => d.IsTime).Distinct().Count() > 1,
            IsTime = dates.Any(d => d.IsTime),
            Type = type,
        };
    }

    private static SqlNumberType TypeOf(IEnumerable<SqlExpression> numbers) =>
        numbers.Where(n => n.Kind == SqlKind.Number).Select(n => n.Type).DefaultIfEmpty().Max();

    /// <summary>The sum of two numbers; NULL where one is.</summary>
    public static SqlExpression SumOf(
        SqlExpression high,
        SqlExpression low,
        Func<SqlValue[], SqlValue> evaluate,
        SqlWide? wide = null
    ) =>
        new(SqlKind.Number, [high, low], high.Columns.Union(low.Columns).ToHashSet(), evaluate)
        {
            Digits = (high, low),
            Wide = wide,
        };

    /// <summary>NULL where a condition is true, and another expression elsewhere.</summary>
    public static SqlExpression Guarded(SqlExpression guard, SqlExpression inner, bool isZero = false) =>
        new(
            inner.Kind,
            [guard, inner],
            guard.Columns.Union(inner.Columns).ToHashSet(),
            values => guard.Evaluate(values).IsTrue ? SqlValue.Null : inner.Evaluate(values)
        )
        {
            IsMixed = inner.IsMixed,
            IsTime = inner.IsTime,
            Type = inner.Type,
            Guard = guard,
            Inner = inner,
            IsZeroUnderGuard = isZero,
        };

    /// <summary>A strict function: NULL where an argument is.</summary>
    public static SqlExpression Strict(
        SqlKind kind,
        IReadOnlyList<SqlExpression> parts,
        Func<SqlValue[], SqlValue> evaluate,
        bool isTime = false,
        SqlNumberType? type = null
    )
    {
        SqlExpression[] guards = [.. parts.Where(p => p.Guard is not null).Select(p => p.Guard!)];
        if (guards.Length == 0)
        {
            return Function([.. parts]);
        }

        SqlExpression[] inner = [.. parts.Select(p => p.Inner ?? p)];
        SqlExpression guard =
            guards.Length == 1
                ? guards[0]
                : Of(SqlKind.Boolean, guards, values => SqlValue.Of(guards.Any(g => g.Evaluate(values).IsTrue)));
        return Guarded(guard, Function(inner));

        SqlExpression Function(SqlExpression[] of) =>
            new(
                kind,
                of,
                of.SelectMany(p => p.Columns).ToHashSet(),
                values =>
                {
                    var x = new SqlValue[of.Length];
                    for (int i = 0; i < of.Length; i++)
                    {
                        x[i] = of[i].Evaluate(values);
                    }

                    return evaluate(x);
                }
            )
            {
                IsTime = isTime,
                Type = type ?? TypeOf(of),
            };
    }

    /// <summary>A number of a type that more is known of than its parts tell.</summary>
    public SqlExpression As(SqlNumberType type, bool isMixed) =>
        new(Kind, [this], Columns, _evaluate)
        {
            IsMixed = isMixed,
            IsTime = IsTime,
            Type = type,
        };

    public SqlValue Evaluate(SqlValue[] values)
    {
        SqlWork.Spend(1);
        return _evaluate(values);
    }

    /// <summary>The largest parts that depend on one column, or on the two of a wide one.</summary>
    /// <param name="isWide">Tells whether two columns are those of a wide one.</param>
    public IEnumerable<SqlExpression> OfOneColumn(Func<IReadOnlySet<int>, bool> isWide) =>
        Columns.Count switch
        {
            0 => [],
            1 => [this],
            2 when isWide(Columns) => [this],
            _ => _parts.SelectMany(p => p.OfOneColumn(isWide)),
        };
}
