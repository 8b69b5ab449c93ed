using System.Globalization;

namespace ZkHealth.Data;

/// <summary>
/// The number of days from the end of the person's previous stay to the beginning of this one, coded as a number or band:
/// readmissions are those of few days. The previous stay is the one that ended last, not after this one begins, of those that
/// come before it by first day, last day and place in the source; without one there is no value. The importer counts the days
/// once all records are read: like every value of a table they are asserted by its owner.
/// </summary>
internal sealed class PreviousDaysCoder : ColumnCoder
{
    private readonly ColumnCoder _days;
    private readonly SourceColumn _source;
    private readonly DaysOf _stay;
    private readonly HashSet<string> _missing;
    private readonly List<(int From, int To)> _stays = [];

    /// <param name="source">The column, its header that of the first days of stays.</param>
    /// <param name="stay">The headers of first and last days, how they are written, and the column that names the person.</param>
    /// <param name="days">Codes numbers of days, written as whole numbers.</param>
    public PreviousDaysCoder(SourceColumn source, DaysOf stay, ColumnCoder days)
        : base(source with { Missing = [] }, uint.MaxValue)
    {
        (_source, _stay, _days) = (source, stay, days);
        _missing = [.. source.Missing.Select(m => m.Trim())];
    }

    /// <summary>The column of the table that names the person.</summary>
    public string Person => _stay.Person!;

    public override string? SecondSource => _stay.Second;

    public override long HeldBytes => 8L * _stays.Capacity;

    public override string Expected =>
        $"{DateText.Describe(_stay.Format)} in '{Source}' and in '{_stay.Second}', the second not before the first";

    /// <summary>A coder of another source, which has stays of its own.</summary>
    public PreviousDaysCoder Anew() => new(_source, _stay, _days);

    public override string Shown(string text) => text.Replace($"{Separator}", "' and '", StringComparison.Ordinal);

    /// <summary>The codes of all rows.</summary>
    /// <param name="stays">The stay of each row, by its number from 1 on; 0 where a date is missing.</param>
    /// <param name="persons">The person of each row; 0 where nobody is known.</param>
    /// <param name="unknown">The rows whose number of days the column does not know; they have no value.</param>
    public uint[] CodesOf(uint[] stays, uint[] persons, out long unknown)
    {
        (int From, int To) Stay(int row) => _stays[(int)stays[row] - 1];
        int[] order =
        [
            .. Enumerable
                .Range(0, stays.Length)
                .Where(row => stays[row] != 0 && persons[row] != 0)
                .OrderBy(row => persons[row])
                .ThenBy(row => Stay(row).From)
                .ThenBy(row => Stay(row).To), // stable: then by place in the source
        ];
        var codes = new uint[stays.Length];
        var open = new PriorityQueue<int, int>(); // stays before that end after the first day looked at, by their last days
        int? ended = null;
        (unknown, uint person) = (0, 0);
        foreach (int row in order)
        {
            if (persons[row] != person)
            {
                (person, ended) = (persons[row], null);
                open.Clear();
            }

            (int from, int to) = Stay(row);
            while (open.TryPeek(out _, out int last) && last <= from)
            {
                open.Dequeue();
                ended = Math.Max(ended ?? last, last);
            }

            if (ended is int end)
            {
                Coded? code = _days.Code((from - end).ToString(CultureInfo.InvariantCulture));
                unknown += code is null ? 1 : 0;
                codes[row] = code?.Code ?? 0;
            }

            open.Enqueue(row, to);
        }

        return codes;
    }

    protected override Coded? Decide(ReadOnlySpan<char> text)
    {
        int at = text.IndexOf(Separator);
        if (at < 0)
        {
            return null;
        }

        string first = text[..at].Trim().ToString(),
            second = text[(at + 1)..].Trim().ToString();
        bool hasFirst = DateText.TryConvert(first, _stay.Format, out DateOnly from),
            hasSecond = DateText.TryConvert(second, _stay.Format, out DateOnly to);
        bool known = (hasFirst || _missing.Contains(first)) && (hasSecond || _missing.Contains(second));
        if (!known || (hasFirst && hasSecond && to < from))
        {
            return null;
        }

        if (!hasFirst || !hasSecond)
        {
            return new Coded(0, CodeNote.Missing);
        }

        _stays.Add((from.DayNumber, to.DayNumber));
        return new Coded((uint)_stays.Count);
    }
}
