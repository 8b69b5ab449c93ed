using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Wide columns in SQL: the value follows from the codes of the two columns in which it is committed.</summary>
internal static class SqlWide
{
    /// <summary>A code as a number; NULL for no value.</summary>
    public static SqlValue CodeOf(uint code) => code == 0 ? SqlValue.Null : SqlValue.Of((decimal)code);

    /// <summary>The value of a wide column.</summary>
    /// <param name="wide">The column.</param>
    /// <param name="digit">The expression of the codes of one of its two columns.</param>
    public static SqlExpression Value(WideColumn wide, Func<ColumnSchema, SqlExpression> digit)
    {
        (SqlKind kind, Func<uint, SqlValue> value) = SqlColumn.Of(wide.Whole)!.Value;
        SqlExpression high = digit(wide.High),
            low = digit(wide.Low);
        return SqlExpression.Of(
            kind,
            [high, low],
            values =>
            {
                (SqlValue h, SqlValue l) = (high.Evaluate(values), low.Evaluate(values));
                return h.IsNull || l.IsNull ? SqlValue.Null : value(wide.Code((uint)h.Exact, (uint)l.Exact));
            }
        );
    }
}
