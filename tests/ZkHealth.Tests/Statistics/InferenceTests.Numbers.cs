using System.Text.Json;
using FsCheck.Xunit;
using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Tests.Statistics;

/// <summary>Numbers as they are written: small ones, missing ones, and all that follows from a table.</summary>
public partial class InferenceTests
{
    /// <summary>A p-value of 10^−139 was printed as 0.</summary>
    [Theory]
    [InlineData(2.9178080305758509e-139, "2.917808e-139")]
    [InlineData(-4e-9, "-4e-9")]
    [InlineData(0.000001, "0.000001")]
    [InlineData(0.0047350419, "0.004735")]
    [InlineData(0, "0")]
    [InlineData(13, "13")]
    public void Small_numbers_are_not_printed_as_0(double value, string expected)
    {
        Assert.Equal(expected, new ReleasedValue("x", value).ToString());
        Assert.Equal(
            $"1 (95 %: exact {expected} to 20)",
            new ReleasedValue("x", 1, new ConfidenceInterval("exact", value, 20)).ToString()
        );
    }

    /// <summary>A value tuple serialised as {}, and JSON has no NaN.</summary>
    [Fact]
    public void Values_and_rates_serialise()
    {
        Assert.Contains(
            "\"Wilson95\":{\"Method\":\"Wilson\",\"Low\":0,\"High\":",
            JsonSerializer.Serialize(new Rate(0, 20)),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "{\"Numerator\":0,\"Denominator\":0,\"Unknown\":null,\"Value\":null,\"Wilson95\":null,\"Exact95\":null}",
            JsonSerializer.Serialize(new Rate(0, 0))
        );
        Assert.Equal(
            "{\"Name\":\"odds ratio\",\"Value\":null,\"Undefined\":\"infinite\",\"Intervals\":[]}",
            JsonSerializer.Serialize(ReleasedValue.Ratio("odds ratio", 1, 0))
        );
        Assert.Throws<ArgumentException>(() => new ReleasedValue("x", double.NaN));
        Assert.Throws<ArgumentException>(() => new ReleasedValue("x", double.PositiveInfinity));
    }

    /// <summary>No counts at all give NaN or an infinite number: what has none says so.</summary>
    [Property(MaxTest = 300)]
    public void Every_number_is_finite_or_said_to_be_none(byte a, byte b, byte c, byte d)
    {
        long[] cells = [a % 4, b % 4, c % 4, d % 4];
        ReleasedValue[] values =
        [
            .. Derive(new TwoByTwoStatistic(Exposure, Outcome), cells),
            .. Derive(new IndependenceStatistic("e", "o"), cells),
            .. Derive(
                new StandardisedRateStatistic(Outcome, "e", [2, 1]),
                cells[0],
                cells[0] + cells[1],
                cells[2],
                cells[2] + cells[3]
            ),
        ];
        Assert.All(
            values,
            v =>
            {
                Assert.Equal(v.Value is null, v.Undefined is not null);
                Assert.All(v.Intervals, i => Assert.True(double.IsFinite(i.Low) && double.IsFinite(i.High) && i.Low < i.High));
                Assert.All(v.Intervals, i => Assert.InRange(v.Value!.Value, i.Low, i.High));
            }
        );
    }
}
