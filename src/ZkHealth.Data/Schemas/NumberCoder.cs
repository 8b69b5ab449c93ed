using System.Globalization;
using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>The value that a number between two values of a column is taken for.</summary>
internal enum RoundTo
{
    Down,
    Nearest,
}

/// <summary>Reads the numbers of a column: texts, or the age that follows from a date of birth; missing codes compare as
/// numbers.</summary>
internal sealed class NumberSource
{
    private readonly HashSet<(Int128 Units, Rest CutOff)> _missing = [];

    /// <param name="source">The column.</param>
    /// <param name="format">How numbers are written.</param>
    /// <param name="scale">The digits behind the point that are kept.</param>
    /// <param name="ageAt">The day at which an age is taken of dates of birth; null where the texts are numbers.</param>
    /// <param name="dates">How dates are written.</param>
    public NumberSource(SourceColumn source, NumberFormat format, int scale, DateOnly? ageAt, DateFormat dates)
    {
        (Format, Scale, AgeAt, Dates) = (format, scale, ageAt, dates);
        foreach (string text in source.Missing)
        {
            // a missing code is written as the source writes it or plainly; a code 99 is also meant by 99.0
            if (
                ageAt is null
                && (
                    NumberText.TryCut(text.AsSpan().Trim(), format, NumberColumn.MaxScale, out Int128 units, out Rest rest)
                    || NumberText.TryCut(text.AsSpan().Trim(), NumberFormat.Invariant, NumberColumn.MaxScale, out units, out rest)
                )
            )
            {
                _missing.Add((units, rest));
            }
        }
    }

    public NumberFormat Format { get; }

    public int Scale { get; }

    public DateOnly? AgeAt { get; }

    public DateFormat Dates { get; }

    /// <summary>In words: what is read.</summary>
    public string Describe(string number) =>
        AgeAt is DateOnly day
            ? string.Create(CultureInfo.InvariantCulture, $"{DateText.Describe(Dates)} whose age at {day:yyyy-MM-dd} is {number}")
            : number
                + (
                    Format == NumberFormat.Invariant
                        ? ""
                        : $" (decimal sign '{Format.Decimal}'{(Format.Thousands is char t ? $", thousands '{t}'" : "")})"
                );

    public PointForm Form(ReadOnlySpan<char> text) => AgeAt is null ? NumberHint.Form(text, Format, Scale) : PointForm.Clear;

    public string Hint(string text, bool hasTopCode = true) => AgeAt is null ? NumberHint.Of(text, Format, hasTopCode) : "";

    public bool IsMissing(ReadOnlySpan<char> text) =>
        _missing.Count > 0
        && NumberText.TryCut(text, Format, NumberColumn.MaxScale, out Int128 units, out Rest rest)
        && _missing.Contains((units, rest));

    /// <summary>The number in units of 10^−scale, cut off towards minus infinity, and what was cut off.</summary>
    public bool TryCut(ReadOnlySpan<char> text, out Int128 units, out Rest rest)
    {
        if (AgeAt is not DateOnly day)
        {
            return NumberText.TryCut(text, Format, Scale, out units, out rest);
        }

        (units, rest) = (0, Rest.None);
        if (!DateText.TryConvert(text, Dates, out DateOnly birth) || birth > day)
        {
            return false;
        }

        units = DateText.Age(birth, day) * NumberText.Units(1, Scale);
        return true;
    }
}

/// <summary>Numbers on a grid.</summary>
internal sealed class NumberCoder : ColumnCoder
{
    private readonly NumberColumn _column;
    private readonly NumberSource _numbers;
    private readonly RoundTo? _round;
    private readonly Int128 _min,
        _max,
        _step;

    public NumberCoder(
        NumberColumn column,
        SourceColumn source,
        NumberSource numbers,
        RoundTo? round,
        IReadOnlyList<string> topTexts
    )
        : base(source, column.Domain)
    {
        (_column, _numbers, _round) = (column, numbers, round);
        (_min, _max, _step) = (
            NumberText.Units(column.Min, column.Scale),
            NumberText.Units(column.Max, column.Scale),
            NumberText.Units(column.Step, column.Scale)
        );
        if (column.TopCode is string top)
        {
            Fix(column.Domain - 1, [.. topTexts.Append(top).Distinct()]);
        }
    }

    public override string Expected
    {
        get
        {
            string kind =
                _column.Scale == 0
                    ? _round is null
                        ? "a whole number"
                        : "a number"
                    : _round is null
                        ? $"a number of at most {_column.Scale} decimal{(_column.Scale == 1 ? "" : "s")}"
                        : "a number";
            string steps =
                _round is null && _step > 1 ? string.Create(CultureInfo.InvariantCulture, $" in steps of {_column.Step}") : "";
            string top = _column.TopCode is string code ? $", or '{code}'" : "";
            return _numbers.Describe(
                    string.Create(CultureInfo.InvariantCulture, $"{kind} from {_column.Min} to {_column.Max}{steps}")
                ) + top;
        }
    }

    protected override Coded? Decide(ReadOnlySpan<char> text)
    {
        if (_numbers.IsMissing(text))
        {
            return new Coded(0, CodeNote.Missing);
        }

        if (IsTopText(text))
        {
            return new Coded(_column.Domain - 1);
        }

        if (!_numbers.TryCut(text, out Int128 units, out Rest rest))
        {
            return null;
        }

        // (number − min)/step = whole + (over + rest)/step, rest below 1 unit
        (Int128 whole, Int128 over) = Int128.DivRem(units - _min, _step);
        if (over < 0)
        {
            (whole, over) = (whole - 1, over + _step);
        }

        PointForm form = _numbers.Form(text);
        bool exact = over == 0 && rest == Rest.None;
        Int128 index =
            exact || _round != RoundTo.Nearest ? whole
            : 2 * over >= _step || (2 * over == _step - 1 && rest >= Rest.Half) ? whole + 1
            : whole;
        Int128 last = (Int128)_column.Domain - 2;
        if (_column.TopCode is not null && index >= last && (index > last || !exact))
        {
            return new Coded((uint)last + 1, CodeNote.Clamped, form);
        }

        if (!exact && _round is null)
        {
            return null;
        }

        // rounding up to max where max is off the grid takes the last value
        index = index == last + 1 && units < _max ? last : index;
        return index < 0 || index > last ? null : new Coded((uint)index + 1, exact ? CodeNote.None : CodeNote.Rounded, form);
    }

    public override string Hint(string text) => _numbers.Hint(text.Trim(), _column.TopCode is not null);

    /// <summary>The ways in which sources write "max or more": 90+, >=90, >89, with spaces or without.</summary>
    private bool IsTopText(ReadOnlySpan<char> text)
    {
        if (_column.TopCode is null)
        {
            return false;
        }

        ReadOnlySpan<char> number = text switch
        {
            [.., '+'] => text[..^1],
            ['>', '=', ..] => text[2..],
            ['≥' or '>', ..] => text[1..],
            _ => default,
        };
        return NumberText.TryCut(number.Trim(), _numbers.Format, _column.Scale, out Int128 units, out Rest rest)
            && rest == Rest.None
            && units == _max - (text is ['>', not '=', ..] ? _step : 0);
    }
}
