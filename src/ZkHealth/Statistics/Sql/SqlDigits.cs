using System.Numerics;

namespace ZkHealth.Statistics;

/// <summary>
/// A number of many values as the sum of two of few: a sum over rows is that of both, and two small cubes tell what one of all
/// values would. Those of a wide column are the two that are committed; of an expression over one column, quotient and remainder
/// of its steps above the least.
/// </summary>
internal static class SqlDigits
{
    private const long Lists = 4;

    /// <summary>Two expressions whose sum a number is, NULL where it is; null where there are none.</summary>
    /// <param name="scope">Has the column.</param>
    /// <param name="value">The number.</param>
    /// <param name="cells">The cells of a cube of all its values.</param>
    public static (SqlExpression High, SqlExpression Low)? Of(SqlScope scope, SqlExpression value, long cells)
    {
        if (value.Digits is not null || value.Columns.Count != 1)
        {
            return value.Digits;
        }

        // two lists of all values and two cubes, padded to the largest, are in the place of one cube
        uint domain = scope.Columns[value.Columns.Single()].Domain;
        if (cells <= Lists * BitOperations.RoundUpToPowerOf2(domain) / 2)
        {
            return null;
        }

        if (Range(scope, value) is not (decimal least, decimal most, decimal unit))
        {
            return null;
        }

        decimal radix = unit;
        while (radix * (radix / unit) <= most - least)
        {
            radix *= 2;
        }

        SqlValue With(SqlValue x, decimal digit) => x with { Exact = digit, Real = (double)digit };
        SqlExpression Digit(Func<decimal, decimal> digit) =>
            SqlExpression.Strict(SqlKind.Number, [value], x => x[0].IsNull ? SqlValue.Null : With(x[0], digit(x[0].Exact)));
        return (Digit(x => x - ((x - least) % radix)), Digit(x => (x - least) % radix));
    }

    /// <summary>The least and the largest value of a number and the unit of all of them; null where it has values that are not
    /// exact, or none.</summary>
    private static (decimal Least, decimal Most, decimal Unit)? Range(SqlScope scope, SqlExpression value)
    {
        SqlColumn column = scope.Columns[value.Columns.Single()];
        var cell = new SqlValue[scope.Columns.Count];
        (decimal least, decimal most, decimal unit) = (decimal.MaxValue, decimal.MinValue, 1);
        for (uint code = column.IsNumber ? 0u : 1; code < column.Domain; code++)
        {
            cell[column.Number] = column.Value(code);
            SqlValue x = value.Evaluate(cell);
            if (x.IsNull)
            {
                continue;
            }

            if (
                x is not { Kind: SqlKind.Number, IsExact: true }
                || Math.Abs(x.Exact) > long.MaxValue
                || Math.Round(x.Exact, 9) != x.Exact
            )
            {
                return null;
            }

            (least, most) = (Math.Min(least, x.Exact), Math.Max(most, x.Exact));
            while (x.Exact % unit != 0)
            {
                unit /= 10;
            }
        }

        return least <= most ? (least, most, unit) : null;
    }
}
