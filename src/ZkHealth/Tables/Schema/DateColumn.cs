using System.Globalization;

namespace ZkHealth.Tables;

/// <summary>The unit of the dates of a column.</summary>
public enum DateUnit
{
    /// <summary>Days: 2026-05-01.</summary>
    Day,

    /// <summary>Months: 2026-05.</summary>
    Month,

    /// <summary>Years: 2026.</summary>
    Year,
}

/// <summary>A column of days, months or years from First to Last: code 1 + the number of units since First.</summary>
internal sealed record DateColumn : ColumnSchema
{
    /// <summary>A column of dates.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="first">The first value; in a column of months or years any day of it.</param>
    /// <param name="last">The last value, included.</param>
    /// <param name="unit">How fine they are.</param>
    /// <exception cref="ArgumentException">No such unit, last before first, or more than <see cref="ColumnSchema.MaxValues"/>
    /// values.</exception>
    public DateColumn(string name, DateOnly first, DateOnly last, DateUnit unit = DateUnit.Day)
        : base(name)
    {
        if (!Enum.IsDefined(unit))
        {
            throw new ArgumentException($"expected a unit of dates, got {unit}", nameof(unit));
        }

        Unit = unit;
        if (last < first || Number(last) - Number(first) >= MaxValues)
        {
            throw new ArgumentException(
                $"expected a last date that does not come before the first, and at most {MaxValues} values between",
                nameof(last)
            );
        }

        (First, Last) = (Date(Number(first)), Date(Number(last)));
    }

    /// <summary>The first value: the first day of it.</summary>
    public DateOnly First { get; }

    /// <summary>The last value, included: the first day of it.</summary>
    public DateOnly Last { get; }

    /// <summary>The unit of the dates.</summary>
    public DateUnit Unit { get; }

    public override uint Domain => (uint)(Number(Last) - Number(First)) + 2;

    internal override bool HasOrder => true;

    /// <summary>The day, or the first day of the month or year, that a code other than 0 stands for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The code is 0 or lies outside the domain.</exception>
    public DateOnly Value(uint code)
    {
        if (code == 0 || code >= Domain)
        {
            throw new ArgumentOutOfRangeException(nameof(code), code, $"expected a code from 1 to {Domain - 1}");
        }

        return Date(Number(First) + (int)code - 1);
    }

    /// <summary>The code of the day, or of the month or year that holds it; 0 where the column has none.</summary>
    public uint CodeOf(DateOnly date)
    {
        int beyond = Number(date) - Number(First);
        return beyond < 0 || beyond >= Domain - 1 ? 0 : (uint)beyond + 1;
    }

    private string Format =>
        Unit switch
        {
            DateUnit.Day => "yyyy-MM-dd",
            DateUnit.Month => "yyyy-MM",
            _ => "yyyy",
        };

    /// <summary>Days, months or years since 0001-01-01.</summary>
    private int Number(DateOnly date) =>
        Unit switch
        {
            DateUnit.Day => date.DayNumber,
            DateUnit.Month => (date.Year - 1) * 12 + date.Month - 1,
            _ => date.Year - 1,
        };

    private DateOnly Date(int number) =>
        Unit switch
        {
            DateUnit.Day => DateOnly.FromDayNumber(number),
            DateUnit.Month => new DateOnly(number / 12 + 1, number % 12 + 1, 1),
            _ => new DateOnly(number + 1, 1, 1),
        };

    private protected override string KnownLabel(uint index) => Value(index + 1).ToString(Format, CultureInfo.InvariantCulture);

    private protected override uint KnownCode(string value) =>
        DateOnly.TryParseExact(value, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            ? CodeOf(date)
            : 0;
}
