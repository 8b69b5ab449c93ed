namespace ZkHealth.Statistics;

/// <summary>
/// An expression over columns, which are numbered: from their values to its own. Where the columns are many, it is taken apart
/// into
/// the largest parts that depend on one column each: two codes that all of them take for the same are one class.
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
    }

    /// <summary>The kind of its values; NULL where it is always NULL.</summary>
    public SqlKind Kind { get; }

    /// <summary>The numbers of the columns on which it depends.</summary>
    public IReadOnlySet<int> Columns { get; }

    /// <summary>A condition under which the expression is NULL, its value otherwise being <see cref="Inner"/>; null for none.
    /// It is
    /// carried outwards through strict functions, so that what is compared is a column and no pair of two.</summary>
    public SqlExpression? Guard { get; private init; }

    /// <summary>The value where the guard does not hold.</summary>
    public SqlExpression? Inner { get; private init; }

    /// <summary>Tells whether the inner value is 0 where the guard holds.</summary>
    public bool IsZeroUnderGuard { get; private init; }

    /// <summary>Tells whether it is one of several numbers, which have one type in DuckDB: written as text 1 is 1.0 beside
    /// 1.5.</summary>
    public bool IsMixed { get; private init; }

    /// <summary>Tells whether its dates are times in DuckDB, those of midnight: as text they have the time of day.</summary>
    public bool IsTime { get; private init; }

    /// <summary>Two expressions of one column each whose sum the expression is, and which are NULL where it is: a sum of it is
    /// the sum of theirs. Null for others.</summary>
    public (SqlExpression High, SqlExpression Low)? Digits { get; private init; }

    public bool IsConstant => Columns.Count == 0;

    public static SqlExpression Constant(SqlValue value) =>
        new(value.Kind, [], new HashSet<int>(), _ => value) { IsTime = value is { Kind: SqlKind.Date, IsReal: true } };

    public static SqlExpression Column(int number, SqlKind kind, bool isMixed = false, bool isTime = false) =>
        new(kind, [], new HashSet<int> { number }, values => values[number]) { IsMixed = isMixed, IsTime = isTime };

    public static SqlExpression Of(SqlKind kind, IReadOnlyList<SqlExpression> parts, Func<SqlValue[], SqlValue> evaluate) =>
        new(kind, parts, parts.SelectMany(p => p.Columns).ToHashSet(), evaluate);

    /// <summary>One of several results, as conditions have it.</summary>
    public static SqlExpression Choice(
        SqlKind kind,
        IReadOnlyList<SqlExpression> conditions,
        IReadOnlyList<SqlExpression> results,
        Func<SqlValue[], SqlValue> evaluate
    )
    {
        SqlExpression[] numbers = [.. results.Where(r => r.Kind == SqlKind.Number)],
            dates = [.. results.Where(r => r.Kind == SqlKind.Date)];
        return new SqlExpression(
            kind,
            [.. conditions, .. results],
            conditions.Concat(results).SelectMany(p => p.Columns).ToHashSet(),
            evaluate
        )
        {
            IsMixed =
                results.Any(r => r.IsMixed)
                || (numbers.Length > 1 && !numbers.All(IsWhole))
                || dates.Select(d => d.IsTime).Distinct().Count() > 1,
            IsTime = dates.Any(d => d.IsTime),
        };

        static bool IsWhole(SqlExpression number) =>
            number.IsConstant && number.Evaluate([]) is { IsWhole: true, IsReal: false } x && x.Exact.Scale == 0;
    }

    /// <summary>The sum of two numbers; NULL where one is.</summary>
    public static SqlExpression SumOf(SqlExpression high, SqlExpression low, Func<SqlValue[], SqlValue> evaluate) =>
        new(SqlKind.Number, [high, low], high.Columns.Union(low.Columns).ToHashSet(), evaluate) { Digits = (high, low) };

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
            Guard = guard,
            Inner = inner,
            IsZeroUnderGuard = isZero,
        };

    /// <summary>A strict function: NULL where an argument is.</summary>
    public static SqlExpression Strict(
        SqlKind kind,
        IReadOnlyList<SqlExpression> parts,
        Func<SqlValue[], SqlValue> evaluate,
        bool isTime = false
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
            new(kind, of, of.SelectMany(p => p.Columns).ToHashSet(), values => evaluate([.. of.Select(p => p.Evaluate(values))]))
            {
                IsTime = isTime,
            };
    }

    /// <summary>A number of a type that is not known here, which is not written as text.</summary>
    public SqlExpression Mixed() => new(Kind, [this], Columns, _evaluate) { IsMixed = true };

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
