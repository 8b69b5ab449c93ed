using System.Globalization;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>The order of a column whose codes ascend with its values.</summary>
internal abstract class CodeOrder(ColumnSchema column) : ValueOrder(column)
{
    public override int Count { get; } = (int)column.Domain - 1;

    public override uint Code(int position) => (uint)position + 1;

    public override int Position(uint code) => (int)code - 1;
}

/// <summary>Numbers; a top code is an interval without an upper limit.</summary>
internal sealed class NumberOrder(NumberColumn column) : CodeOrder(column)
{
    public override string? FromText(int position) =>
        column
            .Value(Code(position))
            .ToString("F" + column.Scale.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    public override string? ToText(int position) => Text(position);

    public override string? Text(int position) => column.IsTopCoded(Code(position)) ? null : FromText(position);

    public override RangeLimit Read(string text, string parameter) => ReadNumber(text, parameter);

    protected override (decimal? From, decimal? To) Limits(int position)
    {
        decimal value = column.Value(Code(position));
        return (value, column.IsTopCoded(Code(position)) ? null : value);
    }
}

/// <summary>Days, months or years, as intervals of days.</summary>
internal sealed class DateOrder(DateColumn column) : CodeOrder(column)
{
    public override string? FromText(int position) => column.Label(Code(position));

    public override string? ToText(int position) => FromText(position);

    public override string? Text(int position) => FromText(position);

    public override RangeLimit Read(string text, string parameter) => ReadDate(text, parameter);

    protected override (decimal? From, decimal? To) Limits(int position)
    {
        DateOnly first = column.Value(Code(position));
        int days = column.Unit switch
        {
            DateUnit.Day => 1,
            DateUnit.Month => DateTime.DaysInMonth(first.Year, first.Month),
            _ => DateTime.IsLeapYear(first.Year) ? 366 : 365,
        };
        return (first.DayNumber, first.DayNumber + days - 1);
    }
}

/// <summary>Ordered categories, by the order of their codes.</summary>
internal sealed class RankOrder(CategoryColumn column) : CodeOrder(column)
{
    public override string? FromText(int position) => Quoting.Value(column.Label(Code(position)));

    public override string? ToText(int position) => FromText(position);

    public override string? Text(int position) => FromText(position);

    public override RangeLimit Read(string text, string parameter) =>
        column.CodeOf(text) is uint code and not 0
            ? new RangeLimit(text, code, code)
            : throw new ArgumentException($"column '{column.Name}' has no value '{text}'", parameter);

    protected override (decimal? From, decimal? To) Limits(int position) => (Code(position), Code(position));
}

/// <summary>The bands that have limits, of numbers or days, by their limits.</summary>
internal sealed class BandOrder : ValueOrder
{
    private readonly BandColumn _column;
    private readonly uint[] _codes;
    private readonly int[] _positions;

    public BandOrder(BandColumn column)
        : base(column)
    {
        _column = column;
        _codes =
        [
            .. Enumerable
                .Range(0, column.Bands.Count)
                .Where(i => column.Bands[i] is not { From: null, To: null })
                .OrderBy(i => column.Bands[i].From ?? decimal.MinValue)
                .Select(i => (uint)i + 1),
        ];
        _positions = new int[column.Domain];
        Array.Fill(_positions, -1);
        for (int i = 0; i < _codes.Length; i++)
        {
            _positions[_codes[i]] = i;
        }
    }

    public override int Count => _codes.Length;

    public override uint Code(int position) => _codes[position];

    public override int Position(uint code) => _positions[code];

    public override string? FromText(int position) => Text(Limits(position).From);

    public override string? ToText(int position) => Text(Limits(position).To);

    public override string? Text(int position) => Quoting.Value(_column.Label(Code(position)));

    /// <summary>A number of more digits than the limits would cut bands whose numbers were cut off after fewer.</summary>
    public override RangeLimit Read(string text, string parameter)
    {
        if (_column.HoldsDates)
        {
            return ReadDate(text, parameter);
        }

        RangeLimit limit = ReadNumber(text, parameter);
        return decimal.Round(limit.From, _column.Scale) == limit.From
            ? limit
            : throw new ArgumentException(
                $"the bands of column '{_column.Name}' have limits of {_column.Scale} digits after the point: expected a number of no more, got {text}",
                parameter
            );
    }

    protected override (decimal? From, decimal? To) Limits(int position)
    {
        Band band = _column.Bands[(int)Code(position) - 1];
        return (band.From, band.To);
    }

    private string? Text(decimal? limit) =>
        limit is not decimal value ? null
        : _column.HoldsDates ? DateOnly.FromDayNumber((int)value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : value.ToString(CultureInfo.InvariantCulture);
}
