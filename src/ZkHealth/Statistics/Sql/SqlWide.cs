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
        SqlValue Evaluate(SqlValue[] values)
        {
            (SqlValue h, SqlValue l) = (high.Evaluate(values), low.Evaluate(values));
            return h.IsNull || l.IsNull ? SqlValue.Null : value(wide.Code((uint)h.Exact, (uint)l.Exact));
        }

        return kind == SqlKind.Number
            ? SqlExpression.SumOf(Number(wide.High, high), Number(wide.Low, low), Evaluate)
            : SqlExpression.Of(kind, [high, low], Evaluate);
    }

    /// <summary>The number for which a digit stands: that of a wide column is the sum of the two.</summary>
    private static SqlExpression Number(ColumnSchema column, SqlExpression code)
    {
        Func<uint, SqlValue> value = SqlColumn.Of(column)!.Value.Value;
        return SqlExpression.Strict(SqlKind.Number, [code], x => value((uint)x[0].Exact));
    }
}
