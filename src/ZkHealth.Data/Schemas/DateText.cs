using System.Buffers;
using System.Text.RegularExpressions;

namespace ZkHealth.Data;

/// <summary>The form of dates in a source: stated in the schema, never guessed.</summary>
internal enum DateFormat
{
    Iso,
    YearFirst,
    DayFirst,
    MonthFirst,
    Compact,
    ExcelSerial,
}

/// <summary>Dates as texts. Years have four digits; a time of day after a date is left out: the day counts as it is
/// written.</summary>
internal static partial class DateText
{
    /// <summary>The names of the formats in a schema file, in the order of <see cref="DateFormat"/>.</summary>
    public static readonly string[] Names = ["iso", "year-first", "day-first", "month-first", "compact", "excel-serial"];

    private static readonly SearchValues<char> TimeSigns = SearchValues.Create("0123456789:.+-Z APMapm");

    /// <summary>An example of each.</summary>
    private static readonly string[] Examples = ["2026-05-31", "2026/5/31", "31.5.2026", "5/31/2026", "20260531", "46173"];

    public static string Describe(DateFormat format) => $"a date such as {Examples[(int)format]} ({Names[(int)format]})";

    public static bool TryConvert(ReadOnlySpan<char> text, DateFormat format, out DateOnly date)
    {
        date = default;
        if (format == DateFormat.ExcelSerial)
        {
            return TrySerial(text, out date);
        }

        ReadOnlySpan<char> day = CutTime(text);
        if (format == DateFormat.Compact)
        {
            return day.Length == 8 && TryMake(day[..4], day[4..6], day[6..], out date);
        }

        Span<Range> parts = stackalloc Range[4];
        char separator = day.IndexOfAnyInRange('-', '/') is int at and >= 0 ? day[at] : '-';
        if (day.Split(parts, separator) != 3)
        {
            return false;
        }

        ReadOnlySpan<char> a = day[parts[0]],
            b = day[parts[1]],
            c = day[parts[2]];
        return format switch
        {
            DateFormat.Iso => separator == '-' && b.Length == 2 && c.Length == 2 && TryMake(a, b, c, out date),
            DateFormat.YearFirst => TryMake(a, b, c, out date),
            DateFormat.DayFirst => TryMake(c, b, a, out date),
            _ => TryMake(c, a, b, out date),
        };
    }

    /// <summary>A sentence on how a text that is no date in a format could be one; empty where nothing comes to mind. Nothing is
    /// read so.</summary>
    public static string Hint(string text)
    {
        string[] formats =
        [
            .. Enum.GetValues<DateFormat>()
                .Where(f => f != DateFormat.ExcelSerial || (text.Length == 5 && text.All(char.IsAsciiDigit)))
                .Where(f => TryConvert(text, f, out _))
                .Take(2)
                .Select(f => Names[(int)f]),
        ];
        return formats.Length > 0 ? $"; the column's \"format\" would be \"{string.Join("\" or \"", formats)}\""
            : ShortYear().IsMatch(text) ? "; years have four digits"
            : "";
    }

    /// <summary>The number of whole years from birth to a day; a birthday on 29 February is on 1 March in other years.</summary>
    public static int Age(DateOnly birth, DateOnly at) =>
        at.Year - birth.Year - ((at.Month, at.Day).CompareTo((birth.Month, birth.Day)) < 0 ? 1 : 0);

    /// <summary>Excel's days: 1 is 1 January 1900, and 60 a 29 February that never was; parts of a day are left out.</summary>
    private static bool TrySerial(ReadOnlySpan<char> text, out DateOnly date)
    {
        date = default;
        if (
            !NumberText.TryCut(text, NumberFormat.Invariant, 0, out Int128 serial, out _)
            || serial < 1
            || serial == 60
            || serial > 2_958_465
        )
        {
            return false;
        }

        date = new DateOnly(1899, 12, 31).AddDays((int)serial - (serial > 60 ? 1 : 0));
        return true;
    }

    private static bool TryMake(ReadOnlySpan<char> year, ReadOnlySpan<char> month, ReadOnlySpan<char> day, out DateOnly date)
    {
        date = default;
        if (
            year.Length != 4
            || !TryDigits(year, out int y)
            || !TryDigits(month, out int m)
            || !TryDigits(day, out int d)
            || y < 1
            || m is < 1 or > 12
            || d < 1
            || d > DateTime.DaysInMonth(y, m)
        )
        {
            return false;
        }

        date = new DateOnly(y, m, d);
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        foreach (char c in text)
        {
            number = number * 10 + (c - '0');
        }

        return text.Length is >= 1 and <= 4 && !text.ContainsAnyExceptInRange('0', '9');
    }

    /// <summary>Determines whether a time of day is left out.</summary>
    public static bool IsTimed(ReadOnlySpan<char> text) => CutTime(text).Length < text.Length;

    /// <summary>Determines whether a time of day that is left out says more than 00:00:00.</summary>
    public static bool HasTime(ReadOnlySpan<char> text) => text[CutTime(text).Length..].ContainsAnyInRange('1', '9');

    /// <summary>The text before a time of day: T or a space, then 08:30 with seconds, their fraction and a time zone where there
    /// are any.</summary>
    private static ReadOnlySpan<char> CutTime(ReadOnlySpan<char> text)
    {
        int at = text.IndexOfAny('T', ' ');
        if (at < 0)
        {
            return text;
        }

        ReadOnlySpan<char> time = text[(at + 1)..];
        bool good =
            time.Length >= 4 && char.IsAsciiDigit(time[0]) && time.IndexOf(':') is 1 or 2 && !time.ContainsAnyExcept(TimeSigns);
        return good ? text[..at] : text;
    }

    [GeneratedRegex(@"^(\d{1,2}[./-]\d{1,2}[./-]\d{2}|\d{2}[./-]\d{1,2}[./-]\d{1,2})$", RegexOptions.CultureInvariant)]
    private static partial Regex ShortYear();
}
