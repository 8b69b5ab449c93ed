using Xunit;
using ZkHealth.Cli.Terminal;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Tests;

public class NumbersTests
{
    [Theory]
    [InlineData("3", 3, 1)]
    [InlineData("-3", -3, 1)]
    [InlineData("16/100", 4, 25)]
    [InlineData("-2/4", -1, 2)]
    [InlineData("0.05", 1, 20)]
    [InlineData("-1.50", -3, 2)]
    [InlineData("-0.5", -1, 2)]
    [InlineData("37.652484", 9413121, 250000)]
    [InlineData("0", 0, 1)]
    [InlineData("0/7", 0, 1)]
    public void Fractions_and_decimals_are_exact(string text, long p, long q) =>
        Assert.Equal(new Fraction(p, q), Numbers.Fraction(text, "--x"));

    [Theory]
    [InlineData("")]
    [InlineData("1/0")]
    [InlineData("1/-2")]
    [InlineData("1/2/3")]
    [InlineData("a")]
    [InlineData("1e3")]
    [InlineData("1.")]
    [InlineData("1.5/2")]
    [InlineData("1,5")]
    [InlineData("0.-5")]
    [InlineData("99999999999999999999")]
    [InlineData("9223372036854775807")]
    [InlineData("0.0000000001")]
    public void Others_are_refused_by_the_name_of_the_option(string text) =>
        Assert.StartsWith(
            "--x: expected",
            Assert.Throws<UsageException>(() => Numbers.Fraction(text, "--x")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Whole_numbers_have_a_bound()
    {
        Assert.Equal(5, Numbers.Whole("5", "--x", 5));
        Assert.Throws<UsageException>(() => Numbers.Whole("6", "--x", 5));
        Assert.Throws<UsageException>(() => Numbers.Whole("-1", "--x", 5));
    }
}
