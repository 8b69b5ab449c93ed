using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>The order of two columns of numbers of which all pairs are too many, by digits as that of two dates.</summary>
internal sealed partial class SqlCompiler
{
    private const long MostOrdered = 1 << 18;

    /// <summary>
    /// The order of two columns of numbers, -1, 0 or 1. Of each the steps above the least of both are derived on its own table as
    /// two digits; where they come together the first digits are compared, then the second ones. Null where there are few pairs,
    /// or so many digits that a verifier, who makes the plan anew, may not look at each pair of them.
    /// </summary>
    private SqlExpression? OrderOfNumbers(SqlScope scope, SqlMovedDate left, SqlMovedDate right)
    {
        bool isMoved = (left.Months, left.Days, right.Months, right.Days) != (0, 0, 0, 0);
        if (isMoved || Two(scope, left, right, NumberOf) is not var (first, second))
        {
            return null;
        }

        NumberColumn one = SchemaOf(scope, first),
            other = SchemaOf(scope, second);
        decimal unit = Divisor(Divisor(one.Step, other.Step), Math.Abs(one.Min - other.Min)),
            least = Math.Min(one.Min, other.Min),
            span = ((Math.Max(one.Max, other.Max) - least) / unit) + 1;
        int radix = (int)Math.Ceiling(Math.Sqrt((double)span));
        if (4L * radix * radix > MostOrdered)
        {
            return null;
        }

        string above = $"steps of {unit} above {least}",
            between = $"{NameOf(scope, first)}{And}{NameOf(scope, second)}";
        SqlExpression Digit(SqlExpression column, string part, Func<int, int> digit) =>
            PartOf(scope, column, $"{part} of {above}", "", x => digit((int)((x.Exact - least) / unit)));
        SqlExpression Both(string part, SqlExpression[] parts, Func<int[], int> order) =>
            Derive(scope, $"order of {part} of {above} of {between}", parts, order);
        string high = $"{radix}s",
            low = $"rests of {radix}";
        SqlExpression[] highs = [Digit(first, high, n => n / radix), Digit(second, high, n => n / radix)],
            lows = [Digit(first, low, n => n % radix), Digit(second, low, n => n % radix)];
        SqlExpression order = Both(high, highs, x => x[0].CompareTo(x[1]));
        return Both("all", [order, .. lows], x => x[0] != 0 ? x[0] : x[1].CompareTo(x[2]));
    }

    /// <summary>The column of numbers that an expression is; null for others.</summary>
    private SqlExpression? NumberOf(SqlScope scope, SqlExpression value) =>
        value.Kind == SqlKind.Number
        && (value.Wide is not null || value.IsColumn)
        && scope.Columns[value.Columns.Min()] is { Derive: null } column
        && TableOf(column.Table).Find(NameOf(value, column)) is NumberColumn
            ? value
            : null;

    private NumberColumn SchemaOf(SqlScope scope, SqlExpression number)
    {
        SqlColumn column = scope.Columns[number.Columns.Min()];
        return (NumberColumn)TableOf(column.Table).Find(NameOf(number, column))!;
    }

    /// <summary>The largest number of which both are multiples.</summary>
    private static decimal Divisor(decimal a, decimal b) => b == 0 ? a : Divisor(b, a % b);
}
