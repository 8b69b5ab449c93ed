using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>A wide column in SQL: the value follows from the codes of the two columns in which it is committed.</summary>
/// <param name="column">The column.</param>
/// <param name="high">The code of its first column.</param>
/// <param name="low">The code of its second column.</param>
/// <param name="value">The value of a code of the column as if it were one.</param>
internal sealed class SqlWide(WideColumn column, SqlExpression high, SqlExpression low, Func<uint, SqlValue> value)
{
    /// <summary>The name of the column.</summary>
    public string Name => column.Whole.Name;

    /// <summary>A code as a number; NULL for no value.</summary>
    public static SqlValue CodeOf(uint code) => code == 0 ? SqlValue.Null : SqlValue.Of((decimal)code);

    /// <summary>The value of a wide column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="digit">The expression of the codes of one of its two columns.</param>
    public static SqlExpression Of(WideColumn column, Func<ColumnSchema, SqlExpression> digit)
    {
        (SqlKind kind, Func<uint, SqlValue> value) = SqlColumn.Of(column.Whole)!.Value;
        SqlExpression high = digit(column.High),
            low = digit(column.Low);
        var wide = new SqlWide(column, high, low, value);
        return kind == SqlKind.Number
            ? SqlExpression.SumOf(Number(column.High, high), Number(column.Low, low), wide.Evaluate, wide)
            : SqlExpression.Of(kind, [high, low], wide.Evaluate, wide);
    }

    /// <summary>
    /// Compares the column with a value. Codes ascend with values, so where they begin to be as large as the value divides them
    /// in two, and few codes of each column are told apart: those of the first that are below, at and above its part of the
    /// limit, those of the second on either side of its part. All pairs of them, up to 2^20, need not be looked at.
    /// </summary>
    /// <param name="name">The comparison, the column standing first.</param>
    /// <param name="limit">The value; not NULL.</param>
    /// <exception cref="FormatException">They cannot be compared.</exception>
    public SqlExpression Compare(string name, SqlValue limit)
    {
        SqlExpression[] parts = Parts([column.Digits(Count("<", limit)), column.Digits(Count("<=", limit))]);
        return SqlExpression.Of(
            SqlKind.Boolean,
            parts,
            v => Evaluate(v) is { IsNull: false } x ? SqlFunctions.Apply(name, [x, limit]) : SqlValue.Null
        );
    }

    /// <summary>TRUE where there is no value.</summary>
    public SqlExpression IsNull() => SqlExpression.Of(SqlKind.Boolean, Parts([]), v => SqlValue.Of(Evaluate(v).IsNull));

    /// <summary>TRUE where there is a value, and NULL where there is none.</summary>
    public SqlExpression Known() =>
        SqlExpression.Of(SqlKind.Boolean, Parts([]), v => Evaluate(v).IsNull ? SqlValue.Null : SqlValue.True);

    /// <summary>An expression of each code that tells apart on which sides of bounds it may be, and beside which of the other it
    /// has a value.</summary>
    private SqlExpression[] Parts((uint High, uint Low)[] bounds)
    {
        (uint First, uint Last)[] known = [.. Enumerable.Range(0, (int)column.High.Domain).Select(h => Beside((uint)h))];
        uint[] steps =
        [
            .. known.SelectMany(k => (uint[])[k.First, k.Last + 1]).Concat(bounds.Select(b => b.Low + 1)).Distinct().Order(),
        ];
        return
        [
            SqlExpression.Strict(SqlKind.Text, [high], x => SqlValue.Of(ClassOf((uint)x[0].Exact))),
            SqlExpression.Strict(SqlKind.Number, [low], x => SqlValue.Of((decimal)steps.Count(s => s <= x[0].Exact))),
        ];

        string ClassOf(uint h) => $"{known[h]} {string.Join(' ', bounds.Select(b => h.CompareTo(b.High)))}";
    }

    /// <summary>The number for which a digit stands: that of a wide column is the sum of the two.</summary>
    private static SqlExpression Number(ColumnSchema column, SqlExpression code)
    {
        Func<uint, SqlValue> value = SqlColumn.Of(column)!.Value.Value;
        return SqlExpression.Strict(SqlKind.Number, [code], x => value((uint)x[0].Exact), type: value(1).Type);
    }

    private SqlValue Evaluate(SqlValue[] values)
    {
        (SqlValue h, SqlValue l) = (high.Evaluate(values), low.Evaluate(values));
        return h.IsNull || l.IsNull ? SqlValue.Null : value(column.Code((uint)h.Exact, (uint)l.Exact));
    }

    /// <summary>The number of codes whose values are less than a limit, or at most it.</summary>
    private uint Count(string comparison, SqlValue limit)
    {
        (uint some, uint most) = (0, column.Whole.Domain - 1);
        while (some < most)
        {
            uint code = some + ((most - some + 1) / 2);
            bool isLess = SqlFunctions.Apply(comparison, [value(code), limit]).IsTrue;
            (some, most) = isLess ? (code, most) : (some, code - 1);
        }

        return some;
    }

    /// <summary>The first and the last code of the second column that has a value beside one of the first; 1 and 0 for
    /// none.</summary>
    private (uint First, uint Last) Beside(uint h)
    {
        (uint first, uint last) = (1, column.Low.Domain - 1);
        while (first <= last && column.Code(h, first) == 0)
        {
            first++;
        }

        while (last >= first && column.Code(h, last) == 0)
        {
            last--;
        }

        return first <= last ? (first, last) : (1, 0);
    }
}
