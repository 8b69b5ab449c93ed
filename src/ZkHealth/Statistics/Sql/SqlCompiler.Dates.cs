using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// Whole years between two columns of dates, and their order. All pairs of two dates are too many: of each date its year and its
/// place in the year are derived on its own table, the place as two digits; where they come together the digits are compared,
/// then the places, and of the two years and the order of the places the years follow, or which date is earlier.
/// </summary>
internal sealed partial class SqlCompiler
{
    private const int MaxPairs = 1 << 13;

    // between the names in what a derived column is known by, which have no such characters
    private const char And = '\n',
        Dot = '\r';

    private readonly Dictionary<string, string> _derived = new(StringComparer.Ordinal);

    /// <summary>A function of two columns of dates; null where one of both is none, or where they are few.</summary>
    /// <param name="scope">Has the columns.</param>
    /// <param name="function">date_sub or date_diff of years; age, the years of it; compare, -1, 0 or 1; days from one to the
    /// other.</param>
    /// <param name="from">The first date; of age the earlier one as a rule.</param>
    /// <param name="to">The second date.</param>
    private SqlExpression? OfDates(SqlScope scope, string function, SqlMovedDate from, SqlMovedDate to)
    {
        if (function == "days")
        {
            return DaysBetween(scope, from, to);
        }

        if (Two(scope, from, to, DateOf) is not var (first, second))
        {
            return function == "compare" ? OrderOfNumbers(scope, from, to) : null;
        }

        SqlExpression Part(SqlMovedDate date, SqlExpression column, string part, Func<DateOnly, int> number) =>
            PartOf(scope, column, part, date.Text, x => number(date.Move(x.Day)));
        SqlExpression years = Part(from, first, "year", d => d.Year),
            otherYears = Part(to, second, "year", d => d.Year);
        string between = $"{NameOf(scope, first)}{from.Text}{And}{NameOf(scope, second)}{to.Text}";
        if (function == "date_diff")
        {
            return Derive(scope, $"difference of years of {between}", [years, otherYears], x => x[1] - x[0]);
        }

        SqlExpression digits = Derive(
            scope,
            $"order of digits of {between}",
            [Part(from, first, "digit", SqlDates.HighOf), Part(to, second, "digit", SqlDates.HighOf)],
            x => SqlDates.CompareHigh(x[0], x[1])
        );
        bool isAge = function == "age";
        SqlExpression order = Derive(
            scope,
            $"{(isAge ? "order of days" : "order in the year")} of {between}",
            [digits, Part(from, first, "rest", SqlDates.LowOf), Part(to, second, "rest", SqlDates.LowOf)],
            x => SqlDates.CompareLow(x[0], x[1], x[2], isAge)
        );
        return function == "compare"
            ? Derive(scope, $"order of {between}", [years, otherYears, order], x => x[0] == x[1] ? x[2] : x[0].CompareTo(x[1]))
            : Derive(
                scope,
                $"{(isAge ? "years of age" : "whole years")} of {between}",
                [years, otherYears, order],
                x => SqlDates.WholeYears(x[1] - x[0], x[2])
            );
    }

    /// <summary>Two columns of which there are many pairs; null of others.</summary>
    /// <param name="scope">Has the columns.</param>
    /// <param name="from">The first one.</param>
    /// <param name="to">The second one.</param>
    /// <param name="of">The column that an expression is; null for none that is meant.</param>
    private (SqlExpression First, SqlExpression Second)? Two(
        SqlScope scope,
        SqlMovedDate from,
        SqlMovedDate to,
        Func<SqlScope, SqlExpression, SqlExpression?> of
    ) =>
        IsColumn(scope, from.Name)
        && IsColumn(scope, to.Name)
        && of(scope, Column(scope, from.Name)) is SqlExpression first
        && of(scope, Column(scope, to.Name)) is SqlExpression second
        && !first.Columns.SetEquals(second.Columns)
        && first.Columns.Concat(second.Columns).Aggregate(1L, (product, n) => product * scope.Columns[n].Domain) > LargeCube
            ? (first, second)
            : null;

    /// <summary>
    /// The days from one date to another, to - from. Of each date the number of its day is derived as two digits; where they come
    /// together the digits are subtracted, and the difference is the sum of both differences, as the number of a wide column is.
    /// Null where there are few pairs, or so many differences that a verifier, who makes the plan anew, may not look at each.
    /// </summary>
    private SqlExpression? DaysBetween(SqlScope scope, SqlMovedDate from, SqlMovedDate to)
    {
        if (Two(scope, from, to, DateOf) is not var (first, second))
        {
            return null;
        }

        (DateOnly Least, DateOnly Most) one = Range(scope, first, from),
            other = Range(scope, second, to);
        DateOnly least = one.Least < other.Least ? one.Least : other.Least,
            most = one.Most > other.Most ? one.Most : other.Most;
        int span = most.DayNumber - least.DayNumber + 1,
            radix = (int)Math.Ceiling(Math.Sqrt(span));
        if (4L * radix * radix > SqlScope.MostPairs)
        {
            return null;
        }

        string since = $"since {least:yyyy-MM-dd} of",
            between = $"{NameOf(scope, first)}{from.Text}{And}{NameOf(scope, second)}{to.Text}";
        SqlExpression Digit(string part, Func<int, int> digit)
        {
            string name = $"{part} {since}";
            SqlExpression Of(SqlMovedDate date, SqlExpression column) =>
                PartOf(scope, column, name, date.Text, x => digit(date.Move(x.Day).DayNumber - least.DayNumber));
            return Derive(scope, $"difference of {name} {between}", [Of(from, first), Of(to, second)], x => x[1] - x[0]);
        }

        SqlExpression high = Digit($"{radix} days", day => day / radix),
            low = Digit($"days of {radix}", day => day % radix),
            days = SqlExpression.Strict(SqlKind.Number, [high], x => x[0].IsNull ? x[0] : SqlValue.Of(radix * x[0].Exact));
        scope.Pair(high, low);
        return SqlExpression.SumOf(
            days,
            low,
            v => high.Evaluate(v) is { IsNull: false } h ? SqlValue.Of((radix * h.Exact) + low.Evaluate(v).Exact) : SqlValue.Null
        );
    }

    /// <summary>The first and the last day that a column has, moved.</summary>
    private (DateOnly Least, DateOnly Most) Range(SqlScope scope, SqlExpression date, SqlMovedDate by)
    {
        SqlColumn column = scope.Columns[date.Columns.Min()];
        var days = (DateColumn)TableOf(column.Table).Find(NameOf(date, column))!;
        return (by.Move(days.First), by.Move(days.Last));
    }

    /// <summary>The column of dates that an expression is; null for others.</summary>
    private static SqlExpression? DateOf(SqlScope scope, SqlExpression value) =>
        value.Kind == SqlKind.Date
        && (value.Wide is not null || (value.IsColumn && scope.Columns[value.Columns.Single()].Domain > 1))
            ? value
            : null;

    /// <summary>The name of a column of dates, and the keys that lead to it.</summary>
    private static string NameOf(SqlScope scope, SqlExpression date)
    {
        SqlColumn column = scope.Columns[date.Columns.Min()];
        return string.Concat(column.Path.Select(link => link.Key + Dot)) + NameOf(date, column);
    }

    private static string NameOf(SqlExpression date, SqlColumn column) => date.Wide?.Name ?? column.Name;

    /// <summary>A whole number that follows from a date or a number, as a column of its own table.</summary>
    private SqlExpression PartOf(SqlScope scope, SqlExpression date, string part, string moved, Func<SqlValue, int> number)
    {
        SqlColumn column = scope.Columns[date.Columns.Min()];
        SqlTable table = TableOf(column.Table);
        var own = new SqlScope(table);
        SqlExpression local = own.Column(table, table.Find(NameOf(date, column))!, [], 1);

        if (own.Columns.Aggregate(1L, (product, c) => product * c.Domain) <= MaxPairs)
        {
            // one list of all pairs of year and day, in the place of one of their classes and two that make these
            own.Columns = [.. own.Columns.Select(c => c with { Other = null })];
        }

        return Derive(
            own,
            $"{part} of {NameOf(date, column)}{moved}",
            SqlExpression.Of(
                SqlKind.Number,
                [local],
                v => local.Evaluate(v) is { IsNull: false } x ? SqlValue.Of((decimal)number(x)) : SqlValue.Null
            ),
            scope,
            column.Path
        );
    }

    /// <summary>A whole number that follows from others, as a column of the table whose rows are counted.</summary>
    private SqlExpression Derive(SqlScope scope, string name, SqlExpression[] parts, Func<int[], int> number) =>
        Derive(
            scope,
            name,
            SqlExpression.Strict(
                SqlKind.Number,
                parts,
                x => x.Any(v => v.IsNull) ? SqlValue.Null : SqlValue.Of((decimal)number([.. x.Select(v => (int)v.Exact)]))
            ),
            scope,
            []
        );

    /// <summary>A column for the values of an expression, which is derived where it is used.</summary>
    /// <param name="own">Has the columns of the expression; its rows are those of the table that gets the column.</param>
    /// <param name="name">What it is known by, and says what it is.</param>
    /// <param name="value">The expression.</param>
    /// <param name="scope">Gets the column.</param>
    /// <param name="path">The keys that lead from there to the table.</param>
    private SqlExpression Derive(SqlScope own, string name, SqlExpression value, SqlScope scope, IReadOnlyList<SqlLink> path)
    {
        SqlTable table = own.Root;
        if (scope.Find(table.Name, name, path) is SqlExpression known)
        {
            return known;
        }

        var values = new List<SqlValue>();
        var codes = new List<uint>();
        var classes = new Dictionary<string, uint>(StringComparer.Ordinal);
        foreach (SqlValue[] cell in Cells(own, [value]))
        {
            // where no source has a value the code is 0, and only there
            SqlValue x = value.Evaluate(cell);
            string text = codes.Count == 0 ? "" : x.Class();
            if (classes.TryAdd(text, (uint)values.Count))
            {
                values.Add(x);
            }

            codes.Add(classes[text]);
            if (codes.Count > TableAxes.MaxCells)
            {
                throw new SqlException(
                    1,
                    $"the '{Shown(name)}' needs more than 2^20 combinations of values: compare with fixed dates"
                );
            }
        }

        // in an order that depends on no scope: each part of a query has its own, and they share the column
        int[] ascending =
        [
            .. Enumerable.Range(1, values.Count - 1).OrderBy(i => values[i].IsNull ? decimal.MinValue : values[i].Exact),
        ];
        var ranks = new uint[values.Count];
        for (int i = 0; i < ascending.Length; i++)
        {
            ranks[ascending[i]] = (uint)i + 1;
        }

        codes = [.. codes.Select(c => ranks[c])];
        values = [values[0], .. ascending.Select(i => values[i])];
        return scope.Add(
            table,
            name,
            Shown(name),
            path,
            value.Kind,
            values,
            () => NameOfDerived(own, name, value, values, codes)
        );
    }

    private string NameOfDerived(SqlScope own, string name, SqlExpression value, List<SqlValue> values, List<uint> codes)
    {
        string table = own.Root.Name;
        string id = string.Join('\n', values.Select(v => v.ToString()).Prepend(name).Prepend(table));
        if (!_derived.TryGetValue(id, out string? column))
        {
            SqlAxes axes = Axes(own, [value], 1);
            column = Fresh(table, Shown(name));
            _builder.MapToCategories(
                table,
                column,
                [.. values.Skip(1).Select(v => v.ToString())],
                axes.NamesWithRow(false),
                x => codes[axes.CellOf(x)]
            );
            _derived[id] = column;
        }

        return column;
    }

    /// <summary>The name of a derived column for people.</summary>
    private static string Shown(string name) => name.Replace($"{And}", " and ", StringComparison.Ordinal).Replace(Dot, '.');
}
