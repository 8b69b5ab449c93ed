using System.Globalization;

namespace ZkHealth.Tables;

/// <summary>
/// A column of numbers Min, Min + Step, … up to Max, of <see cref="Scale"/> digits after the point: code 1 + (v − Min)/Step. What
/// is proven about them is computed in whole units of 10^−Scale.
/// </summary>
internal sealed record NumberColumn : ColumnSchema
{
    /// <summary>The most digits after the point.</summary>
    public const int MaxScale = 9;

    private readonly long _min,
        _step;

    /// <summary>A column of numbers.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="min">The smallest value.</param>
    /// <param name="max">No value is larger.</param>
    /// <param name="step">The distance between values.</param>
    /// <param name="unit">The unit, for readers; null for none.</param>
    /// <param name="scale">The digits after the point, 0 to <see cref="MaxScale"/>: min, max and step have no more.</param>
    /// <param name="topCode">The text that stands for "max or more", such as "90+"; null where the largest value means
    /// itself.</param>
    /// <exception cref="ArgumentException">
    /// Max below min, a step that is not positive, more digits than the scale, a number beyond ±2^63 units of 10^−scale, more
    /// than
    /// <see cref="ColumnSchema.MaxValues"/> values, or a top code that is itself a number or where max is not a value.
    /// </exception>
    public NumberColumn(
        string name,
        decimal min,
        decimal max,
        decimal step = 1,
        string? unit = null,
        int scale = 0,
        string? topCode = null
    )
        : base(name)
    {
        if (scale is < 0 or > MaxScale)
        {
            throw new ArgumentException($"expected 0 to {MaxScale} digits after the point, got {scale}", nameof(scale));
        }

        Scale = scale;
        (_min, _step) = (ToUnits(min, nameof(min)), ToUnits(step, nameof(step)));
        long last = ToUnits(max, nameof(max));
        if (_step < 1 || last < _min || ((Int128)last - _min) / _step >= MaxValues)
        {
            throw new ArgumentException("expected min ≤ max, a step above 0 and at most 2^20 values", nameof(max));
        }

        Domain = (uint)(((Int128)last - _min) / _step) + 2;
        (Min, Max, Step, Unit, TopCode) = (FromUnits(_min), FromUnits(last), FromUnits(_step), unit, topCode);
        if (topCode is not null && (topCode.Length == 0 || TryExact(topCode, out _)))
        {
            throw new ArgumentException(
                $"expected a top code that is not a number, such as \"{Text(last)}+\", got '{topCode}'",
                nameof(topCode)
            );
        }

        if (topCode is not null && Units(Domain - 1) != last)
        {
            throw new ArgumentException(
                $"expected a maximum that is a value of the column, as it is top-coded, got {Text(last)}",
                nameof(max)
            );
        }
    }

    /// <summary>The smallest value.</summary>
    public decimal Min { get; }

    /// <summary>No value is larger.</summary>
    public decimal Max { get; }

    /// <summary>The distance between values.</summary>
    public decimal Step { get; }

    /// <summary>The digits after the point.</summary>
    public int Scale { get; }

    /// <summary>The unit, for readers.</summary>
    public string? Unit { get; }

    /// <summary>The text that stands for "Max or more"; null where the largest value means itself.</summary>
    public string? TopCode { get; }

    public override uint Domain { get; }

    internal override bool HasOrder => true;

    /// <summary>10^Scale: so many units make 1.</summary>
    internal long UnitsInOne => PowerOfTen(Scale);

    internal long MinUnits => _min;

    internal long MaxUnits => ToUnits(Max, nameof(Max));

    internal long StepUnits => _step;

    /// <summary>The number that a code other than 0 stands for; of a top code the least that it stands for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The code is 0 or lies outside the domain.</exception>
    public decimal Value(uint code) => FromUnits(Units(code));

    /// <summary>Determines whether a code stands for "Max or more", so that its number is not known.</summary>
    public bool IsTopCoded(uint code) => TopCode is not null && code == Domain - 1;

    /// <summary>The number in whole units of 10^−Scale.</summary>
    internal long Units(uint code)
    {
        if (code == 0 || code >= Domain)
        {
            throw new ArgumentOutOfRangeException(nameof(code), code, $"expected a code from 1 to {Domain - 1}");
        }

        return (long)(_min + (Int128)(code - 1) * _step);
    }

    /// <summary>The code of a number of units; 0 where the column has no such value.</summary>
    internal uint CodeOfUnits(Int128 units)
    {
        Int128 beyond = units - _min;
        return beyond < 0 || beyond % _step != 0 || beyond / _step > Domain - 2 ? 0 : (uint)(beyond / _step) + 1;
    }

    internal static long PowerOfTen(int exponent)
    {
        long power = 1;
        for (int i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }

    /// <summary>A decimal in units of 10^−scale; null where it has more digits than that or leaves 64 bits.</summary>
    internal static long? ToUnits(decimal value, int scale)
    {
        if (Math.Abs(value) > 9_300_000_000_000_000_000m / PowerOfTen(scale) || decimal.Round(value, scale) != value)
        {
            return null;
        }

        decimal units = value * PowerOfTen(scale);
        return units is < long.MinValue or > long.MaxValue ? null : (long)units;
    }

    private long ToUnits(decimal value, string parameter) =>
        ToUnits(value, Scale)
        ?? throw new ArgumentException(
            $"expected a number of at most {Scale} digits after the point that fits into 64 bits without the point, got {value}",
            parameter
        );

    private decimal FromUnits(long units) => (decimal)units / UnitsInOne;

    private string Text(long units) => FromUnits(units).ToString("F" + Scale, CultureInfo.InvariantCulture);

    /// <summary>A decimal of at most 28 characters holds every digit of a text; longer ones are no number of a column
    /// anyway.</summary>
    private static bool TryExact(string text, out decimal number)
    {
        number = 0;
        return text.Length <= 28
            && decimal.TryParse(
                text,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out number
            );
    }

    private protected override string KnownLabel(uint index) =>
        (IsTopCoded(index + 1) ? TopCode : Text(Units(index + 1))) + (Unit is null ? "" : " " + Unit);

    private protected override uint KnownCode(string value)
    {
        string number =
            Unit is not null && value.EndsWith(" " + Unit, StringComparison.Ordinal) ? value[..^(Unit.Length + 1)] : value;
        return number == TopCode ? Domain - 1
            : TryExact(number, out decimal exact) && ToUnits(exact, Scale) is long units ? CodeOfUnits(units)
            : 0;
    }
}
