using System.Globalization;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>One end of a range as it was written; a month of a column of days reaches from its first day to its last.</summary>
internal sealed record RangeLimit(string Text, decimal From, decimal To);

/// <summary>
/// The values of a column in their order, position 0 first: each an interval of numbers, days or ranks, open on a side where it
/// has no limit. Ranges are made of whole values: one that a range would cut is an error.
/// </summary>
internal abstract class ValueOrder(ColumnSchema column)
{
    /// <summary>The number of values that a message lists.</summary>
    private const int Listed = 12;

    /// <summary>The order of a column; null where its values have none.</summary>
    public static ValueOrder? Of(ColumnSchema column) =>
        column switch
        {
            NumberColumn number => new NumberOrder(number),
            DateColumn dates => new DateOrder(dates),
            CategoryColumn { IsOrdered: true } ranks => new RankOrder(ranks),
            BandColumn bands when bands.Bands.Any(b => b.From is not null || b.To is not null) => new BandOrder(bands),
            _ => null,
        };

    /// <summary>The number of values that have a place in the order.</summary>
    public abstract int Count { get; }

    protected ColumnSchema Column { get; } = column;

    /// <summary>The code of the value at a position.</summary>
    public abstract uint Code(int position);

    /// <summary>The position of a code other than 0; −1 for a value outside of the order.</summary>
    public abstract int Position(uint code);

    /// <summary>Says where the value begins, as a range writes it; null where it has no limit.</summary>
    public abstract string? FromText(int position);

    /// <summary>Says where the value ends, included.</summary>
    public abstract string? ToText(int position);

    /// <summary>A value alone, as a condition writes it; null where only a range says it.</summary>
    public abstract string? Text(int position);

    /// <summary>Reads one end of a range.</summary>
    /// <exception cref="ArgumentException">It cannot be read.</exception>
    public abstract RangeLimit Read(string text, string parameter);

    /// <summary>The codes of the values within a range, whose ends are open where they are null.</summary>
    /// <exception cref="ArgumentException">The range is empty, holds no value, or cuts one in two.</exception>
    public IReadOnlyList<uint> Range(RangeLimit? low, bool lowIncluded, RangeLimit? high, bool highIncluded, string parameter)
    {
        if (low is not null && high is not null && low.From > high.To)
        {
            throw new ArgumentException(
                $"expected a range that is not empty for column '{Column.Name}', got {low.Text} to {high.Text}",
                parameter
            );
        }

        // from the number "from" on, and up to "to": what a value may hold of it
        decimal? from = lowIncluded ? low?.From : low?.To,
            to = highIncluded ? high?.To : high?.From;
        var codes = new List<uint>();
        for (int i = 0; i < Count; i++)
        {
            (decimal? first, decimal? last) = Limits(i);
            bool above = from is null || (lowIncluded ? first >= from : first > from),
                below = to is null || (highIncluded ? last <= to : last < to);
            bool outside =
                (from is not null && (lowIncluded ? last < from : last <= from))
                || (to is not null && (highIncluded ? first > to : first >= to));
            if (!outside && !(above && below))
            {
                throw new ArgumentException(Cut(i), parameter);
            }

            if (!outside)
            {
                codes.Add(Code(i));
            }
        }

        return codes.Count > 0
            ? codes
            : throw new ArgumentException(
                $"column '{Column.Name}' has no value {Words(low, lowIncluded, high, highIncluded)}; it has {Column.Label(Code(0))} to {Column.Label(Code(Count - 1))}",
                parameter
            );
    }

    protected abstract (decimal? From, decimal? To) Limits(int position);

    /// <summary>Reads a number, written with digits, a sign and a point alone.</summary>
    protected RangeLimit ReadNumber(string text, string parameter) =>
        decimal.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out decimal number
        )
            ? new RangeLimit(text, number, number)
            : throw new ArgumentException(
                $"column '{Column.Name}' holds numbers: expected one such as 18.5, got '{text}'",
                parameter
            );

    /// <summary>Reads a day, or a month or year from its first day to its last.</summary>
    protected RangeLimit ReadDate(string text, string parameter)
    {
        DateOnly first;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out first))
        {
            return new RangeLimit(text, first.DayNumber, first.DayNumber);
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out first))
        {
            return new RangeLimit(text, first.DayNumber, first.DayNumber + DateTime.DaysInMonth(first.Year, first.Month) - 1);
        }

        return DateOnly.TryParseExact(text, "yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out first)
            ? new RangeLimit(text, first.DayNumber, new DateOnly(first.Year, 12, 31).DayNumber)
            : throw new ArgumentException(
                $"column '{Column.Name}' holds dates: expected a day, month or year such as 2026-05-01, 2026-05 or 2026, got '{text}'",
                parameter
            );
    }

    /// <summary>Explains why a range that cuts the value at a position is refused, with the values near it that it may begin and
    /// end with.</summary>
    private string Cut(int position)
    {
        int first = Math.Clamp(position - Listed / 2, 0, Math.Max(0, Count - Listed));
        IEnumerable<string> near = Enumerable
            .Range(first, Math.Min(Listed, Count - first))
            .Select(i =>
                (FromText(i), ToText(i)) switch
                {
                    (null, string to) => $"up to {to}",
                    (string from, null) => $"{from} on",
                    (string from, string to) when from == to => from,
                    (string from, string to) => $"{from} to {to}",
                    _ => Column.Label(Code(i)),
                }
            );
        string more = Count > Listed ? ", among others" : "";
        return $"the range cuts '{Column.Label(Code(position))}' of column '{Column.Name}' in two; a range may begin and end where its values do: "
            + $"{string.Join(", ", near)}{more}";
    }

    private static string Words(RangeLimit? low, bool lowIncluded, RangeLimit? high, bool highIncluded) =>
        (low, high) switch
        {
            (not null, not null) when low.Text == high.Text => low.Text,
            (not null, not null) => $"from {low.Text} to {high.Text}",
            (not null, null) => lowIncluded ? $"of {low.Text} or more" : $"above {low.Text}",
            _ => highIncluded ? $"of {high!.Text} or less" : $"below {high!.Text}",
        };
}
