using System.Globalization;
using System.Text;

namespace ZkHealth.Statistics;

/// <summary>Parts of dates and what lies between two.</summary>
internal static class SqlDates
{
    /// <summary>A part of a date, or of what age() gives.</summary>
    public static SqlValue Part(string part, SqlValue x)
    {
        if (x.Kind == SqlKind.Interval)
        {
            return SqlValue.Of(
                Unit(part) switch
                {
                    "year" => decimal.Truncate(x.Exact / 12),
                    "month" => x.Exact % 12,
                    "day" => (decimal)x.Real,
                    _ => throw new FormatException("expected year, month or day of an interval"),
                }
            );
        }

        bool isOfMonth = Unit(part) is "year" or "quarter" or "month";
        DateOnly day = isOfMonth && SqlFunctions.TryMonth(x, out DateOnly month) ? month : SqlFunctions.Day(x);
        return SqlValue.Of(
            Unit(part) switch
            {
                "year" => day.Year,
                "month" => day.Month,
                "day" => (decimal)day.Day,
                "quarter" => (day.Month + 2) / 3,
                "week" => ISOWeek.GetWeekOfYear(day.ToDateTime(default)),
                "dow" or "dayofweek" or "weekday" => (int)day.DayOfWeek,
                "isodow" => ((int)day.DayOfWeek + 6) % 7 + 1,
                "doy" or "dayofyear" => day.DayOfYear,
                _ => throw new FormatException(
                    $"'{part}' is no supported part of a date: year, quarter, month, week, day, dow, isodow, doy are"
                ),
            }
        );
    }

    /// <summary>A date by a format of strftime.</summary>
    public static SqlValue Text(string format, DateOnly day)
    {
        var text = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }

            bool isShort = i + 1 < format.Length && format[i + 1] == '-';
            i += isShort ? 2 : 1;
            string pattern = isShort ? $"-{format.ElementAtOrDefault(i)}" : $"{format.ElementAtOrDefault(i)}";
            text.Append(
                pattern switch
                {
                    "Y" => Digits(day.Year, "0000"),
                    "y" => Digits(day.Year % 100, "00"),
                    "-y" => Digits(day.Year % 100, "0"),
                    "m" => Digits(day.Month, "00"),
                    "-m" => Digits(day.Month, "0"),
                    "d" => Digits(day.Day, "00"),
                    "-d" => Digits(day.Day, "0"),
                    "j" => Digits(day.DayOfYear, "000"),
                    "-j" => Digits(day.DayOfYear, "0"),
                    "w" => Digits((int)day.DayOfWeek, "0"),
                    "u" => Digits(((int)day.DayOfWeek + 6) % 7 + 1, "0"),
                    "G" => Digits(ISOWeek.GetYear(day), "0000"),
                    "V" => Digits(ISOWeek.GetWeekOfYear(day), "00"),
                    "B" => day.ToString("MMMM", CultureInfo.InvariantCulture),
                    "b" => day.ToString("MMM", CultureInfo.InvariantCulture),
                    "A" => day.ToString("dddd", CultureInfo.InvariantCulture),
                    "a" => day.ToString("ddd", CultureInfo.InvariantCulture),
                    "%" => "%",
                    _ => throw new FormatException(
                        $"'%{pattern}' is no supported part of a format: %Y, %y, %m, %d, %j, %B, %b, %A, %a, %w, %u, %G, %V, %% are"
                    ),
                }
            );
        }

        return SqlValue.Of(text.ToString());
    }

    private static string Digits(int number, string format) => number.ToString(format, CultureInfo.InvariantCulture);

    public static SqlValue Truncate(string part, DateOnly day) =>
        SqlValue.Of(
            Unit(part) switch
            {
                "year" => new DateOnly(day.Year, 1, 1),
                "quarter" => new DateOnly(day.Year, (day.Month - 1) / 3 * 3 + 1, 1),
                "month" => new DateOnly(day.Year, day.Month, 1),
                "week" => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
                "day" => day,
                _ => throw new FormatException($"'{part}' is no supported part of a date: year, quarter, month, week, day are"),
            }
        );

    /// <summary>date_diff: how many years, months, … begin between two dates; of weeks how many whole ones.</summary>
    public static SqlValue Boundaries(string part, DateOnly from, DateOnly to) =>
        Unit(part) == "week" ? Whole(part, from, to) : SqlValue.Of((decimal)(Number(part, to) - Number(part, from)));

    /// <summary>date_sub: how many whole years, months, … lie between two dates.</summary>
    public static SqlValue Whole(string part, DateOnly from, DateOnly to)
    {
        int unit = Unit(part) switch
        {
            "year" => 12,
            "quarter" => 3,
            "month" => 1,
            _ => 0,
        };
        int days = to.DayNumber - from.DayNumber;
        return SqlValue.Of(
            Unit(part) switch
            {
                _ when unit > 0 => decimal.Truncate((decimal)Months(from, to) / unit),
                "week" => days / 7,
                "day" => days,
                _ => throw Unsupported(part),
            }
        );
    }

    /// <summary>age(to, from): whole months, and the days that are left.</summary>
    public static SqlValue Age(DateOnly to, DateOnly from)
    {
        if (to < from)
        {
            SqlValue other = Age(from, to);
            return SqlValue.Interval(-(int)other.Exact, -other.Real);
        }

        int months = (to.Year - from.Year) * 12 + to.Month - from.Month;
        int days = to.Day - from.Day;
        if (days < 0)
        {
            months--;
            days += DateTime.DaysInMonth(from.Year, from.Month);
        }

        return SqlValue.Interval(months, days);
    }

    /// <summary>Whole months from one date to another; of the last day of a short month it is as DuckDB counts: a month is
    /// over on
    /// that day.</summary>
    private static int Months(DateOnly from, DateOnly to)
    {
        if (to < from)
        {
            return -Months(to, from);
        }

        int months = (to.Year - from.Year) * 12 + to.Month - from.Month;
        bool isLast = to.Day == DateTime.DaysInMonth(to.Year, to.Month);
        return to.Day >= from.Day || (isLast && from.Day > to.Day) ? months : months - 1;
    }

    // places in a year as two digits; those about the end of February have the same first one
    private const int Digit = 24,
        February = 2;

    /// <summary>The first digit of the place of a day in its year.</summary>
    public static int HighOf(DateOnly day) => Place(day) / Digit;

    /// <summary>The second digit of the place of a day in its year.</summary>
    public static int LowOf(DateOnly day) => Place(day) % Digit;

    /// <summary>The order of first digits: -1, 0, 1; 2 where both are those of the end of February.</summary>
    public static int CompareHigh(int a, int b) => a == February && b == February ? 2 : a.CompareTo(b);

    /// <summary>The order of two days in the year, by that of their first digits and by their second ones: -1, 0, 1. The 28
    /// February is one day in all years; for whole years, that of a common year is the 29 February as well.</summary>
    public static int CompareLow(int high, int a, int b, bool isStrict)
    {
        int common = Place(new DateOnly(2001, 2, 28)) % Digit;
        (int first, int last) = (Math.Min(a, b), Math.Max(a, b));
        bool isOne = (first, last) == (common - 1, common) || (!isStrict && (first, last) == (common, common + 1));
        return high is -1 or 1 ? high
            : high == 2 && isOne ? 0
            : a.CompareTo(b);
    }

    /// <summary>Whole years between two dates, by the difference of their years and the order of the first and the second in the
    /// year.</summary>
    public static int WholeYears(int years, int order) =>
        years > 0 && order > 0 ? years - 1
        : years < 0 && order < 0 ? years + 1
        : years;

    /// <summary>The place of a day among those of all years, from 0: the 28 February of a common year stands between that of a
    /// leap year and the 29 February.</summary>
    private static int Place(DateOnly day)
    {
        int of = day.DayOfYear;
        bool isLeap = DateTime.IsLeapYear(day.Year);
        if (of < 59)
        {
            return of - 1;
        }

        if (of == 59)
        {
            return isLeap ? 58 : 59;
        }

        return isLeap ? of : of + 1;
    }

    private static int Number(string part, DateOnly day) =>
        Unit(part) switch
        {
            "year" => day.Year,
            "quarter" => day.Year * 4 + (day.Month - 1) / 3,
            "month" => day.Year * 12 + day.Month,
            "day" => day.DayNumber,
            _ => throw Unsupported(part),
        };

    /// <summary>Determines whether a part of a date is its year.</summary>
    public static bool IsYear(string part) => Unit(part) == "year";

    private static string Unit(string part)
    {
        string unit = part.ToLowerInvariant();
        return unit is "years" or "quarters" or "months" or "weeks" or "days" ? unit[..^1]
            : unit is "y" or "yr" ? "year"
            : unit;
    }

    private static FormatException Unsupported(string part) =>
        new($"'{part}' is not supported: year, quarter, month, week, day are");
}
