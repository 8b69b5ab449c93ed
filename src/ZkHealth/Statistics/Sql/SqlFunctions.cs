using System.Globalization;
using System.Text;

namespace ZkHealth.Statistics;

/// <summary>Computes what functions and operators give for values, as DuckDB computes them; of those that are strict, NULL
/// gives NULL.</summary>
internal static class SqlFunctions
{
    private static readonly Dictionary<string, (int Least, int Most)> Strict = new(StringComparer.Ordinal)
    {
        ["+"] = (2, 2),
        ["-"] = (2, 2),
        ["*"] = (2, 2),
        ["/"] = (2, 2),
        ["//"] = (2, 2),
        ["%"] = (2, 2),
        ["||"] = (2, 2),
        ["="] = (2, 2),
        ["<>"] = (2, 2),
        ["<"] = (2, 2),
        ["<="] = (2, 2),
        [">"] = (2, 2),
        [">="] = (2, 2),
        ["negative"] = (1, 1),
        ["abs"] = (1, 1),
        ["floor"] = (1, 1),
        ["ceil"] = (1, 1),
        ["ceiling"] = (1, 1),
        ["round"] = (1, 2),
        ["like"] = (3, 3),
        ["ilike"] = (3, 3),
        ["lower"] = (1, 1),
        ["upper"] = (1, 1),
        ["trim"] = (1, 1),
        ["length"] = (1, 1),
        ["substr"] = (2, 3),
        ["substring"] = (2, 3),
        ["left"] = (2, 2),
        ["right"] = (2, 2),
        ["starts_with"] = (2, 2),
        ["prefix"] = (2, 2),
        ["suffix"] = (2, 2),
        ["ends_with"] = (2, 2),
        ["contains"] = (2, 2),
        ["date_part"] = (2, 2),
        ["year"] = (1, 1),
        ["month"] = (1, 1),
        ["day"] = (1, 1),
        ["quarter"] = (1, 1),
        ["week"] = (1, 1),
        ["dayofweek"] = (1, 1),
        ["isodow"] = (1, 1),
        ["dayofyear"] = (1, 1),
        ["date_trunc"] = (2, 2),
        ["date_diff"] = (3, 3),
        ["datediff"] = (3, 3),
        ["date_sub"] = (3, 3),
        ["datesub"] = (3, 3),
        ["age"] = (2, 2),
        ["make_date"] = (3, 3),
        ["cast integer"] = (1, 1),
        ["cast double"] = (1, 1),
        ["cast text"] = (1, 1),
        ["cast date"] = (1, 1),
        ["cast boolean"] = (1, 1),
    };

    /// <summary>The names of strict functions, for messages.</summary>
    public static IEnumerable<string> Names =>
        Strict.Keys.Where(k => char.IsLetter(k[0]) && !k.Contains(' ', StringComparison.Ordinal));

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
            "||" or "lower" or "upper" or "trim" or "substr" or "substring" or "left" or "right" or "cast text" => SqlKind.Text,
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
            "negative" => Arithmetic("-", SqlValue.Of(0m), Number(x[0])),
            "abs" or "floor" or "ceil" or "ceiling" or "round" => Round(name, Number(x[0]), x.Length > 1 ? Whole(x[1]) : 0),
            "||" => SqlValue.Of(x[0].ToString() + x[1].ToString()),
            "like" or "ilike" => SqlValue.Of(SqlPattern.Matches(Text(x[0]), Text(x[1]), Text(x[2]), name == "ilike")),
            "cast integer" or "cast double" or "cast text" or "cast date" or "cast boolean" => Cast(name, x[0]),
            "date_part" => SqlDates.Part(Text(x[0]), x[1]),
            "date_trunc" => SqlDates.Truncate(Text(x[0]), Day(x[1])),
            "date_diff" or "datediff" => SqlDates.Boundaries(Text(x[0]), Day(x[1]), Day(x[2])),
            "date_sub" or "datesub" => SqlDates.Whole(Text(x[0]), Day(x[1]), Day(x[2])),
            "age" => SqlDates.Age(Day(x[0]), Day(x[1])),
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

    /// <summary>A date; a text that is one is taken for it.</summary>
    public static DateOnly Day(SqlValue x) =>
        x.Kind == SqlKind.Date ? x.Day
        : x.Kind == SqlKind.Text && TryDay(x.Text!, out DateOnly day) ? day
        : throw new FormatException($"expected a date, got {Described(x)}");

    private static string Text(SqlValue x) =>
        x.Kind == SqlKind.Text ? x.Text! : throw new FormatException($"expected a text, got {Described(x)}");

    private static SqlValue Number(SqlValue x) =>
        x.Kind == SqlKind.Number ? x
        : x.Kind == SqlKind.Boolean ? SqlValue.Of(x.Exact)
        : throw new FormatException($"expected a number, got {Described(x)}");

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
            (SqlKind.Text, SqlKind.Number) => Cast("cast double", x),
            (SqlKind.Text, SqlKind.Boolean) => Cast("cast boolean", x),
            (SqlKind.Boolean, SqlKind.Number) => SqlValue.Of(x.Exact),
            _ => x,
        };

    private static SqlValue DateSum(string name, SqlValue a, SqlValue b)
    {
        if (name == "-" && a.Kind == SqlKind.Date && b.Kind is SqlKind.Date or SqlKind.Text)
        {
            return SqlValue.Of((decimal)(a.Day.DayNumber - Day(b).DayNumber));
        }

        (SqlValue day, SqlValue by) = a.Kind == SqlKind.Date ? (a, b) : (b, a);
        if (day.Kind != SqlKind.Date || (name == "-" && b.Kind == SqlKind.Date))
        {
            throw new FormatException($"{Described(a)} {name} {Described(b)} is not supported");
        }

        int sign = name == "-" ? -1 : 1;
        try
        {
            return SqlValue.Of(
                by.Kind == SqlKind.Interval
                    ? day.Day.AddMonths(sign * (int)by.Exact).AddDays(sign * (int)by.Real)
                    : day.Day.AddDays(sign * Whole(by))
            );
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new FormatException("a date before the year 1 or after 9999");
        }
    }

    private static SqlValue Arithmetic(string name, SqlValue a, SqlValue b)
    {
        if (name == "//" && !(a.IsWhole && b.IsWhole))
        {
            throw new FormatException("// takes whole numbers: floor(a / b) is of all");
        }

        bool real = a.IsReal || b.IsReal || name == "/";
        if (name is "/" or "//" or "%" && b.Real == 0)
        {
            return SqlValue.Null;
        }

        double approximate = name switch
        {
            "+" => a.Real + b.Real,
            "-" => a.Real - b.Real,
            "*" => a.Real * b.Real,
            "/" => a.Real / b.Real,
            "//" => Math.Truncate(a.Real / b.Real),
            _ => a.Real % b.Real,
        };
        if (!a.IsExact || !b.IsExact || name == "/")
        {
            return real ? SqlValue.Of(approximate) : throw new FormatException("a number is too large");
        }

        try
        {
            decimal exact = name switch
            {
                "+" => a.Exact + b.Exact,
                "-" => a.Exact - b.Exact,
                "*" => a.Exact * b.Exact,
                "//" => decimal.Truncate(a.Exact / b.Exact),
                _ => a.Exact % b.Exact,
            };
            return new SqlValue(SqlKind.Number, exact, real ? approximate : (double)exact, true, real);
        }
        catch (OverflowException)
        {
            return SqlValue.Of(approximate);
        }
    }

    private static SqlValue Round(string name, SqlValue x, int digits)
    {
        if (name == "abs")
        {
            return x with { Exact = Math.Abs(x.Exact), Real = Math.Abs(x.Real) };
        }

        if (x.IsReal || !x.IsExact)
        {
            double power = Math.Pow(10, digits);
            double rounded = name switch
            {
                "floor" => Math.Floor(x.Real),
                "round" => Math.Round(x.Real * power, MidpointRounding.AwayFromZero) / power,
                _ => Math.Ceiling(x.Real),
            };
            return double.IsInteger(rounded) && Math.Abs(rounded) < 1e15
                ? new SqlValue(SqlKind.Number, (decimal)rounded, rounded, true, true)
                : SqlValue.Of(rounded);
        }

        return SqlValue.Of(
            name switch
            {
                "floor" => Math.Floor(x.Exact),
                "round" when digits >= 0 => Math.Round(x.Exact, Math.Min(digits, 28), MidpointRounding.AwayFromZero),
                "round" => Math.Round(x.Exact / (decimal)Math.Pow(10, -digits), MidpointRounding.AwayFromZero)
                    * (decimal)Math.Pow(10, -digits),
                _ => Math.Ceiling(x.Exact),
            }
        );
    }

    private static SqlValue Cast(string name, SqlValue x)
    {
        switch (name)
        {
            case "cast text":
                return SqlValue.Of(x.ToString());
            case "cast date":
                return SqlValue.Of(Day(x));
            case "cast boolean":
                return x.Kind == SqlKind.Boolean ? x
                    : x.Kind == SqlKind.Number ? SqlValue.Of(x.Real != 0)
                    : Text(x).ToLowerInvariant() switch
                    {
                        "true" or "t" or "1" or "yes" or "y" => SqlValue.True,
                        "false" or "f" or "0" or "no" or "n" => SqlValue.False,
                        _ => throw new FormatException($"the text '{x.Text}' is no truth value"),
                    };
        }

        SqlValue number =
            x.Kind != SqlKind.Text ? Number(x)
            : decimal.TryParse(x.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value) ? SqlValue.Of(value)
            : throw new FormatException($"the text '{x.Text}' is no number");
        return name == "cast double"
            ? number with
            {
                IsReal = true,
            }
            : SqlValue.Of(
                number.IsReal || !number.IsExact
                    ? (decimal)Math.Round(number.Real, MidpointRounding.ToEven)
                    : Math.Round(number.Exact, MidpointRounding.AwayFromZero)
            );
    }

    private static SqlValue MakeDate(int year, int month, int day) =>
        year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? SqlValue.Of(new DateOnly(year, month, day))
            : throw new FormatException("there is no such date");

    private static SqlValue OfText(string name, ReadOnlySpan<SqlValue> x)
    {
        string text = Text(x[0]);
        switch (name)
        {
            case "lower":
                return SqlValue.Of(text.ToLowerInvariant());
            case "upper":
                return SqlValue.Of(text.ToUpperInvariant());
            case "trim":
                return SqlValue.Of(WithoutSpaces(text));
            case "length":
                return SqlValue.Of((decimal)text.EnumerateRunes().Count());
            case "starts_with" or "prefix":
                return SqlValue.Of(text.StartsWith(Text(x[1]), StringComparison.Ordinal));
            case "ends_with" or "suffix":
                return SqlValue.Of(text.EndsWith(Text(x[1]), StringComparison.Ordinal));
            case "contains":
                return SqlValue.Of(text.Contains(Text(x[1]), StringComparison.Ordinal));
            case "left" or "right":
                return SqlValue.Of(End(text, Whole(x[1]), name == "left"));
            default:
                return SqlValue.Of(Part(text, Whole(x[1]), x.Length > 2 ? Whole(x[2]) : null));
        }
    }

    /// <summary>So many characters of an end of a text; of a negative number all but so many of the other end.</summary>
    private static string End(string text, int count, bool isLeft)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        int length = count < 0 ? Math.Max(0, runes.Length + count) : Math.Min(count, runes.Length);
        return string.Concat(isLeft ? runes[..length] : runes[^length..]);
    }

    /// <summary>Characters from a place on, the first being 1; of a negative place from the end, of a negative length those
    /// before.</summary>
    private static string Part(string text, int place, int? length)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        long from = place < 0 ? (long)runes.Length + place : (long)place - 1,
            to = length is int count ? from + count : runes.Length;
        (from, to) = (Math.Min(from, to), Math.Max(from, to));
        (int first, int end) = ((int)Math.Clamp(from, 0, runes.Length), (int)Math.Clamp(to, 0, runes.Length));
        return string.Concat(runes[first..end]);
    }

    /// <summary>A text without the spaces at its ends: those of Unicode, and no tabs.</summary>
    private static string WithoutSpaces(string text)
    {
        static bool IsSpace(char c) => char.GetUnicodeCategory(c) == UnicodeCategory.SpaceSeparator;
        int from = 0,
            to = text.Length;
        while (from < to && IsSpace(text[from]))
        {
            from++;
        }

        while (to > from && IsSpace(text[to - 1]))
        {
            to--;
        }

        return text[from..to];
    }
}
