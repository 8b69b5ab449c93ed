namespace ZkHealth.Data;

/// <summary>
/// The number of days from one date of a record to another, coded as a number or band. The importer counts them: like every value
/// of a table they are asserted by its owner. A record that lacks a date has no value.
/// </summary>
internal sealed class DaysCoder : ColumnCoder
{
    private readonly ColumnCoder _days;
    private readonly HashSet<string> _missing;
    private readonly DateFormat _format;
    private readonly string _to;

    /// <param name="source">The column, its header that of the first date.</param>
    /// <param name="to">The header of the second date.</param>
    /// <param name="format">How both are written.</param>
    /// <param name="days">Codes numbers of days, written as whole numbers.</param>
    public DaysCoder(SourceColumn source, string to, DateFormat format, ColumnCoder days)
        : base(source with { Missing = [] }, days.Domain)
    {
        (_days, _format, _to) = (days, format, to);
        _missing = [.. source.Missing.Select(m => m.Trim())];
    }

    public override string? SecondSource => _to;

    public override string Expected =>
        $"{DateText.Describe(_format)} in '{Source}' and in '{_to}', and from the first to the second, in days, {_days.Expected}";

    public override string Shown(string text) => text.Replace($"{Separator}", "' and '", StringComparison.Ordinal);

    protected override Coded? Decide(ReadOnlySpan<char> text)
    {
        int at = text.IndexOf(Separator);
        if (at < 0)
        {
            return null;
        }

        string first = text[..at].Trim().ToString(),
            second = text[(at + 1)..].Trim().ToString();
        bool hasFirst = DateText.TryConvert(first, _format, out DateOnly from),
            hasSecond = DateText.TryConvert(second, _format, out DateOnly to);
        bool known = (hasFirst || _missing.Contains(first)) && (hasSecond || _missing.Contains(second));
        if (!known)
        {
            return null;
        }

        return hasFirst && hasSecond
            ? _days.Code(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{to.DayNumber - from.DayNumber}"))
            : new Coded(0, CodeNote.Missing);
    }
}
