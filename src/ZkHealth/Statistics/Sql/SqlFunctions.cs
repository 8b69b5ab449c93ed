using System.Globalization;

namespace ZkHealth.Statistics;

/// <summary>Computes what functions and operators give for values, as DuckDB computes them; of those that are strict, NULL
/// gives NULL.</summary>
internal static partial class SqlFunctions
{
    private static readonly string[] Casts =
    [
        "cast integer",
        "cast bigint",
        "cast double",
        "cast text",
        "cast date",
        "cast boolean",
    ];

    private static readonly Dictionary<string, (int Least, int Most)> Strict = (
        (IEnumerable<(int Least, int Most, string Names)>)
            [
                (1, 1, "negative abs floor ceil ceiling lower upper trim length"),
                (1, 1, "year month day quarter week dayofweek isodow dayofyear monthname dayname"),
                (1, 2, "round"),
                (2, 2, "+ - * / // % || = <> < <= > >="),
                (2, 2, "left right starts_with prefix suffix ends_with contains date_part date_trunc age strftime"),
                (2, 3, "substr substring"),
                (3, 3, "like ilike date_diff datediff date_sub datesub make_date"),
            ]
    )
        .SelectMany(f => f.Names.Split(' ').Select(name => (name, f.Least, f.Most)))
        .Concat(Casts.Select(name => (name, Least: 1, Most: 1)))
        .ToDictionary(f => f.name, f => (f.Least, f.Most), StringComparer.Ordinal);

    /// <summary>The names of strict functions, for messages.</summary>
    public static IEnumerable<string> Names =>
        Strict.Keys.Where(k =>
            char.IsLetter(k[0]) && !k.Contains(' ', StringComparison.Ordinal) && k is not ("negative" or "like" or "ilike")
        );

    /// <summary>Determines whether there is a strict function or operator of a name and a number of arguments.</summary>
    public static bool IsStrict(string name, int arguments) =>
        Strict.TryGetValue(name, out (int Least, int Most) range) && arguments >= range.Least && arguments <= range.Most;

    public static bool IsKnown(string name) => Strict.ContainsKey(name);

    /// <summary>The kind of a strict function's value.</summary>
    public static SqlKind KindOf(string name, IReadOnlyList<SqlKind> arguments) =>
        name switch
        {
            "="
            or "<>"
            or "<"
            or "<="
            or ">"
            or ">="
            or "like"
            or "ilike"
            or "starts_with"
            or "prefix"
            or "suffix"
            or "ends_with"
            or "contains"
            or "cast boolean" => SqlKind.Boolean,
            "||"
            or "lower"
            or "upper"
            or "trim"
            or "substr"
            or "substring"
            or "left"
            or "right"
            or "monthname"
            or "dayname"
            or "strftime"
            or "cast text" => SqlKind.Text,
            "cast date" or "date_trunc" or "make_date" => SqlKind.Date,
            "age" => SqlKind.Interval,
            "+" or "-" when arguments[0] == SqlKind.Date && arguments[1] != SqlKind.Date => SqlKind.Date,
            "+" when arguments[1] == SqlKind.Date => SqlKind.Date,
            _ => SqlKind.Number,
        };

    /// <summary>The value of a strict function or operator.</summary>
    /// <exception cref="FormatException">The values are of kinds that do not go together.</exception>
    public static SqlValue Apply(string name, ReadOnlySpan<SqlValue> x)
    {
        foreach (SqlValue value in x)
        {
            if (value.IsNull)
            {
                return SqlValue.Null;
            }
        }

        return name switch
        {
            "=" or "<>" or "<" or "<=" or ">" or ">=" => Compare(name, x[0], x[1]),
            "+" or "-" when x[0].Kind == SqlKind.Date || x[1].Kind == SqlKind.Date => DateSum(name, x[0], x[1]),
            "+" or "-" or "*" or "/" or "//" or "%" => Arithmetic(name, Number(x[0]), Number(x[1])),
            "negative" => Negative(Number(x[0])),
            "abs" or "floor" or "ceil" or "ceiling" or "round" => Round(name, Number(x[0]), x.Length > 1 ? Whole(x[1]) : 0),
            "||" => SqlValue.Of(TextOf(x[0]) + TextOf(x[1])),
            "like" or "ilike" => SqlValue.Of(Matches(Text(x[0]), Text(x[1]), Text(x[2]), name == "ilike")),
            _ when name.StartsWith("cast ", StringComparison.Ordinal) => Cast(name, x[0]),
            "date_part" => SqlDates.Part(Text(x[0]), x[1]),
            "date_trunc" => SqlDates.Truncate(Text(x[0]), Day(x[1])) with { IsReal = true },
            "date_diff" or "datediff" => SqlDates.Boundaries(Text(x[0]), Day(x[1]), Day(x[2])),
            "date_sub" or "datesub" => SqlDates.Whole(Text(x[0]), Day(x[1]), Day(x[2])),
            "age" => SqlDates.Age(Day(x[0]), Day(x[1])),
            "monthname" => SqlDates.Text("%B", Day(x[0])),
            "dayname" => SqlDates.Text("%A", Day(x[0])),
            "strftime" when x[0].Kind == SqlKind.Text => SqlDates.Text(Text(x[0]), Day(x[1])),
            "strftime" => SqlDates.Text(Text(x[1]), Day(x[0])),
            "make_date" => MakeDate(Whole(x[0]), Whole(x[1]), Whole(x[2])),
            "year" or "month" or "day" or "quarter" or "week" or "dayofweek" or "isodow" or "dayofyear" => SqlDates.Part(
                name,
                x[0]
            ),
            _ => OfText(name, x),
        };
    }

    public static bool TryDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    /// <summary>The first day of a month, as a column that is kept by month has it.</summary>
    public static bool TryMonth(SqlValue x, out DateOnly month) =>
        DateOnly.TryParseExact(
            x.Kind == SqlKind.Text ? x.Text : null,
            "yyyy-MM",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out month
        );

    /// <summary>A date; a text that is one is taken for it.</summary>
    public static DateOnly Day(SqlValue x)
    {
        if (x.Kind == SqlKind.Date)
        {
            return x.Day;
        }

        if (TryMonth(x, out _))
        {
            throw new FormatException(
                $"'{x.Text}' is a month and no day: a column that is kept by month, the \"unit\" of its schema, "
                    + $"is compared with months as texts, such as '{x.Text}', and year(…) and month(…) are its parts"
            );
        }

        if (x.Kind != SqlKind.Text || !TryDay(x.Text!, out DateOnly day))
        {
            throw new FormatException($"expected a date such as DATE '2026-05-01', got {Described(x)}");
        }

        return day;
    }

    private static string Text(SqlValue x) =>
        x.Kind == SqlKind.Text ? x.Text! : throw new FormatException($"expected a text, got {Described(x)}");

    private static SqlValue Number(SqlValue x)
    {
        if (x.Kind == SqlKind.Number)
        {
            return x;
        }

        if (x.Kind != SqlKind.Boolean)
        {
            throw new FormatException($"expected a number, got {Described(x)}");
        }

        return SqlValue.Of(x.Exact);
    }

    private static int Whole(SqlValue x) =>
        x.IsWhole && Math.Abs(x.Exact) < 1_000_000
            ? (int)x.Exact
            : throw new FormatException($"expected a small whole number, got {Described(x)}");

    private static string Described(SqlValue x) =>
        x.Kind switch
        {
            SqlKind.Text => $"the text '{x.Text}'",
            SqlKind.Date => $"the date {x}",
            SqlKind.Boolean => "a truth value",
            SqlKind.Number => $"the number {x}",
            _ => "an interval",
        };

    private static SqlValue Compare(string name, SqlValue a, SqlValue b)
    {
        if (a.Kind == SqlKind.Date || b.Kind == SqlKind.Date)
        {
            (a, b) = (SqlValue.Of(Day(a)), SqlValue.Of(Day(b)));
        }
        else if (a.Kind != b.Kind)
        {
            (a, b) = (Like(a, b), Like(b, a));
        }

        if (a.Kind != b.Kind || a.Kind == SqlKind.Interval)
        {
            throw new FormatException($"{Described(a)} cannot be compared with {Described(b)}");
        }

        int order = SqlValue.Compare(a, b);
        return SqlValue.Of(
            name switch
            {
                "=" => order == 0,
                "<>" => order != 0,
                "<" => order < 0,
                "<=" => order <= 0,
                ">" => order > 0,
                _ => order >= 0,
            }
        );
    }

    /// <summary>A text beside a number or a truth value is read as one, a truth value beside a number counts 0 or 1.</summary>
    private static SqlValue Like(SqlValue x, SqlValue other) =>
        (x.Kind, other.Kind) switch
        {
            (SqlKind.Text, SqlKind.Number) => Numeral(x, other),
            (SqlKind.Text, SqlKind.Boolean) => Cast("cast boolean", x),
            (SqlKind.Boolean, SqlKind.Number) => !other.IsReal
                ? SqlValue.Of(x.Exact)
                : throw new FormatException($"a truth value cannot be compared with {Described(other)}, a DOUBLE"),
            _ => x,
        };

    /// <summary>A text as a number: beside whole ones DuckDB rounds '1.5' to 2, which nobody means.</summary>
    private static SqlValue Numeral(SqlValue text, SqlValue other)
    {
        SqlValue number = Cast("cast double", text);
        return number.IsWhole || other.IsReal
            ? number
            : throw new FormatException($"the text '{text.Text}' is compared with a whole number: write it without quotes");
    }

    private static SqlValue DateSum(string name, SqlValue a, SqlValue b)
    {
        if (name == "-" && a.Kind == SqlKind.Date && b.Kind is SqlKind.Date or SqlKind.Text)
        {
            if (a.IsReal || b.IsReal)
            {
                throw new FormatException("of times the difference is an interval: CAST both to DATE for a number of days");
            }

            return SqlValue.Of((decimal)(a.Day.DayNumber - Day(b).DayNumber));
        }

        (SqlValue day, SqlValue by) = a.Kind == SqlKind.Date ? (a, b) : (b, a);
        if (day.Kind != SqlKind.Date || (name == "-" && b.Kind == SqlKind.Date))
        {
            throw new FormatException($"{Described(a)} {name} {Described(b)} is not supported");
        }

        if (by.Kind != SqlKind.Interval && day.IsReal)
        {
            throw new FormatException("a time is moved by an interval, INTERVAL 30 DAY, not by a number");
        }

        int sign = name == "-" ? -1 : 1;
        try
        {
            return SqlValue.Of(
                by.Kind == SqlKind.Interval
                    ? day.Day.AddMonths(sign * (int)by.Exact).AddDays(sign * (int)by.Real)
                    : day.Day.AddDays(sign * Whole(by))
            ) with
            {
                IsReal = by.Kind == SqlKind.Interval,
            };
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new FormatException("a date before the year 1 or after 9999");
        }
    }

    private static SqlValue MakeDate(int year, int month, int day) =>
        year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? SqlValue.Of(new DateOnly(year, month, day))
            : throw new FormatException("there is no such date");
}
