using System.Globalization;
using System.Numerics;
using FsCheck.Xunit;
using Xunit;

namespace ZkHealth.Data.Tests;

/// <summary>Numbers and dates as texts: exact at any length, in the form that the schema states and no other.</summary>
public class NumberTextTests
{
    [Theory]
    [InlineData("007", 0, "7", nameof(Rest.None))]
    [InlineData("+5", 0, "5", nameof(Rest.None))]
    [InlineData("-0", 0, "0", nameof(Rest.None))]
    [InlineData("5.", 0, "5", nameof(Rest.None))]
    [InlineData(".5", 0, "0", nameof(Rest.Half))]
    [InlineData(".5", 1, "5", nameof(Rest.None))]
    [InlineData("-.5", 0, "-1", nameof(Rest.Half))]
    [InlineData("-0.1", 0, "-1", nameof(Rest.AboveHalf))]
    [InlineData("-0.9", 0, "-1", nameof(Rest.BelowHalf))]
    [InlineData("2.5e+01", 0, "25", nameof(Rest.None))]
    [InlineData("2.5E1", 0, "25", nameof(Rest.None))]
    [InlineData("25e-1", 0, "2", nameof(Rest.Half))]
    [InlineData("25e-1", 2, "250", nameof(Rest.None))]
    [InlineData("1e-3", 0, "0", nameof(Rest.BelowHalf))]
    [InlineData("5e-1", 0, "0", nameof(Rest.Half))]
    [InlineData("9e-2", 0, "0", nameof(Rest.BelowHalf))]
    [InlineData("0e999999999", 0, "0", nameof(Rest.None))]
    [InlineData("1e-999999999999", 0, "0", nameof(Rest.BelowHalf))]
    [InlineData("5.0000000000000000000000000000000001", 0, "5", nameof(Rest.BelowHalf))]
    [InlineData("0.5000000000000000000000000000000001", 0, "0", nameof(Rest.AboveHalf))]
    [InlineData("64.99999999999999999999999999999999", 0, "64", nameof(Rest.AboveHalf))]
    [InlineData("9223372036854775808", 0, "9223372036854775808", nameof(Rest.None))]
    [InlineData("1e999999999999", 0, "1000000000000000000000000000000", nameof(Rest.None))]
    public void Numbers_are_cut_off_exactly(string text, int scale, string units, string rest)
    {
        Assert.True(NumberText.TryCut(text, NumberFormat.Invariant, scale, out Int128 cut, out Rest left));
        Assert.Equal((units, rest), (cut.ToString(CultureInfo.InvariantCulture), left.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("e5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1e1.0")]
    [InlineData("--1")]
    [InlineData("1-")]
    [InlineData("1 000")]
    [InlineData("1,000")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("１２")]
    [InlineData("1.2.3")]
    [InlineData("1/2")]
    public void What_is_no_number_is_none(string text) =>
        Assert.False(NumberText.TryCut(text, NumberFormat.Invariant, 0, out _, out _));

    /// <summary>Case 03: in a German file 1.234 is 1234, and what is not in groups of three is no number at all.</summary>
    [Theory]
    [InlineData("1.234", "123400")]
    [InlineData("1.234,5", "123450")]
    [InlineData("12.345.678,9", "1234567890")]
    [InlineData("-1.234", "-123400")]
    [InlineData("1234,56", "123456")]
    [InlineData("6,5", "650")]
    [InlineData("1.2", null)]
    [InlineData("1.23", null)]
    [InlineData("1.2345", null)]
    [InlineData("1234.567", null)]
    [InlineData(".234", null)]
    [InlineData("1.234.5", null)]
    [InlineData("1..234", null)]
    [InlineData("1,234,5", null)]
    [InlineData("1,2.345", null)]
    public void German_numbers_are_read_strictly(string text, string? hundredths)
    {
        bool read = NumberText.TryCut(text, new NumberFormat(',', '.'), 2, out Int128 units, out _);
        Assert.Equal(hundredths, read ? units.ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <summary>Against whole arithmetic of any size: floor(m·10^(e + scale)).</summary>
    [Property(MaxTest = 500)]
    public void Cutting_off_is_the_floor(long mantissa, sbyte exponent, byte scale)
    {
        (int e, int s) = (exponent % 15, scale % 10);
        BigInteger numerator = mantissa,
            ten = 10;
        BigInteger high = e + s >= 0 ? numerator * BigInteger.Pow(ten, e + s) : numerator,
            low = e + s >= 0 ? 1 : BigInteger.Pow(ten, -e - s);
        BigInteger floor = BigInteger.DivRem(high, low, out BigInteger left);
        (floor, left) = left < 0 ? (floor - 1, left + low) : (floor, left);
        Rest rest = left.IsZero
            ? Rest.None
            : (2 * left).CompareTo(low) switch
            {
                < 0 => Rest.BelowHalf,
                0 => Rest.Half,
                _ => Rest.AboveHalf,
            };
        Assert.True(
            NumberText.TryCut(
                string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{e}"),
                NumberFormat.Invariant,
                s,
                out Int128 units,
                out Rest cut
            )
        );
        bool fits = BigInteger.Abs(high / low) < BigInteger.Pow(10, 30);
        Assert.Equal(
            (fits ? floor : BigInteger.CopySign(BigInteger.Pow(10, 30), mantissa), fits ? rest : Rest.None),
            ((BigInteger)units, cut)
        );
    }

    [Theory]
    [InlineData("2026-05-31", (int)DateFormat.Iso, "2026-05-31")]
    [InlineData("2026-05-31T08:30:00Z", (int)DateFormat.Iso, "2026-05-31")]
    [InlineData("2026-05-31 08:30:00.000", (int)DateFormat.Iso, "2026-05-31")]
    [InlineData("2026-5-31", (int)DateFormat.Iso, null)]
    [InlineData("2026/05/31", (int)DateFormat.Iso, null)]
    [InlineData("31-05-2026", (int)DateFormat.Iso, null)]
    [InlineData("2026-02-29", (int)DateFormat.Iso, null)]
    [InlineData("2024-02-29", (int)DateFormat.Iso, "2024-02-29")]
    [InlineData("2026-05-31 later", (int)DateFormat.Iso, null)]
    [InlineData("2026-05-31-01", (int)DateFormat.Iso, null)]
    [InlineData("", (int)DateFormat.Iso, null)]
    [InlineData("0000-01-01", (int)DateFormat.Iso, null)]
    [InlineData("2026/5/1", (int)DateFormat.YearFirst, "2026-05-01")]
    [InlineData("2026.05.01", (int)DateFormat.YearFirst, "2026-05-01")]
    [InlineData("01/05/2026", (int)DateFormat.DayFirst, "2026-05-01")]
    [InlineData("1.5.2026", (int)DateFormat.DayFirst, "2026-05-01")]
    [InlineData("1.5.26", (int)DateFormat.DayFirst, null)]
    [InlineData("1.5/2026", (int)DateFormat.DayFirst, null)]
    [InlineData("31/12/2026", (int)DateFormat.MonthFirst, null)]
    [InlineData("01/05/2026", (int)DateFormat.MonthFirst, "2026-01-05")]
    [InlineData("12/31/2026 11:59 PM", (int)DateFormat.MonthFirst, "2026-12-31")]
    [InlineData("20260531", (int)DateFormat.Compact, "2026-05-31")]
    [InlineData("2026053", (int)DateFormat.Compact, null)]
    [InlineData("1", (int)DateFormat.ExcelSerial, "1900-01-01")]
    [InlineData("59", (int)DateFormat.ExcelSerial, "1900-02-28")]
    [InlineData("60", (int)DateFormat.ExcelSerial, null)]
    [InlineData("61", (int)DateFormat.ExcelSerial, "1900-03-01")]
    [InlineData("46173", (int)DateFormat.ExcelSerial, "2026-05-31")]
    [InlineData("46173.75", (int)DateFormat.ExcelSerial, "2026-05-31")]
    [InlineData("2958465", (int)DateFormat.ExcelSerial, "9999-12-31")]
    [InlineData("2958466", (int)DateFormat.ExcelSerial, null)]
    [InlineData("0", (int)DateFormat.ExcelSerial, null)]
    public void Dates_are_read_in_the_stated_form_alone(string text, int format, string? date)
    {
        bool read = DateText.TryConvert(text, (DateFormat)format, out DateOnly day);
        Assert.Equal(date, read ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null);
    }

    [Theory]
    [InlineData("1997-03-07", "2026-03-06", 28)]
    [InlineData("1997-03-07", "2026-03-07", 29)]
    [InlineData("2000-02-29", "2026-02-28", 25)]
    [InlineData("2000-02-29", "2026-03-01", 26)]
    [InlineData("2026-01-01", "2026-01-01", 0)]
    public void Ages_are_whole_years(string birth, string at, int age) =>
        Assert.Equal(
            age,
            DateText.Age(DateOnly.Parse(birth, CultureInfo.InvariantCulture), DateOnly.Parse(at, CultureInfo.InvariantCulture))
        );
}
