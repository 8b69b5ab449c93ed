using System.Numerics;
using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Tests.Statistics;

public class BinomialNoiseTests
{
    /// <summary>The values of the design's table.</summary>
    [Theory]
    [InlineData(0.1, 10_097)]
    [InlineData(0.25, 1_742)]
    [InlineData(0.5, 470)]
    [InlineData(1.0, 136)]
    [InlineData(2.0, 49)]
    public void The_least_numbers_of_coins_are_those_that_were_published(double epsilon, int coins)
    {
        var loss = new PrivacyLoss((decimal)epsilon, 1e-9m);
        Assert.Equal(coins, BinomialNoise.CoinsFor(loss, 1));
        Assert.True(BinomialNoise.Suffices(coins, loss, 1));
        Assert.False(BinomialNoise.Suffices(coins - 1, loss, 1));
    }

    /// <summary>δ(ε)·2^N·10^40 for e^ε between two fractions, from the definition, all in whole numbers.</summary>
    private static (BigInteger Low, BigInteger High) Delta(int n, decimal epsilon, int d)
    {
        BigInteger scale = BigInteger.Pow(10, 40),
            low = scale,
            term = scale,
            unit = (BigInteger)(epsilon * 1_000_000);
        for (int k = 1; k < 200; k++)
        {
            low += term = term * unit / (1_000_000 * k);
        }

        var binomials = new BigInteger[n + 1];
        binomials[0] = BigInteger.One;
        for (int k = 1; k <= n; k++)
        {
            binomials[k] = binomials[k - 1] * (n - k + 1) / k;
        }

        BigInteger Sum(BigInteger exp) =>
            Enumerable
                .Range(0, n + 1)
                .Aggregate(
                    BigInteger.Zero,
                    (s, k) =>
                        s
                        + BigInteger.Max(
                            BigInteger.Zero,
                            scale * binomials[k] - exp * (k < d ? BigInteger.Zero : binomials[k - d])
                        )
                );
        return (Sum(low + 200), Sum(low));
    }

    [Theory]
    [InlineData(0.3, 0.001, 1)]
    [InlineData(0.3, 0.0001, 3)]
    [InlineData(1.5, 1e-12, 2)]
    [InlineData(0.7, 0.01, 7)]
    [InlineData(5, 0.51, 1)]
    public void They_are_those_of_the_definition(double epsilon, double delta, int sensitivity)
    {
        var loss = new PrivacyLoss((decimal)epsilon, (decimal)delta);
        int coins = BinomialNoise.CoinsFor(loss, sensitivity);
        BigInteger Bound(int n) => new BigInteger(loss.AttoDelta) * BigInteger.Pow(10, 22) * BigInteger.Pow(2, n);
        Assert.True(Delta(coins, loss.Epsilon, sensitivity).High <= Bound(coins));
        Assert.True(coins == 1 || Delta(coins - 1, loss.Epsilon, sensitivity).Low > Bound(coins - 1));
    }

    [Fact]
    public void What_suffices_suffices_with_more_coins_less_sensitivity_and_more_loss()
    {
        var loss = new PrivacyLoss(0.4m, 1e-6m);
        int coins = BinomialNoise.CoinsFor(loss, 4);
        Assert.All(Enumerable.Range(coins, 60), n => Assert.True(BinomialNoise.Suffices(n, loss, 4)));
        Assert.True(BinomialNoise.CoinsFor(loss, 3) < coins);
        Assert.True(BinomialNoise.CoinsFor(new PrivacyLoss(0.5m, 1e-6m), 4) < coins);
        Assert.True(BinomialNoise.CoinsFor(new PrivacyLoss(0.4m, 1e-5m), 4) < coins);
        Assert.InRange(BinomialNoise.CoinsFor(new PrivacyLoss(0.02m, 1e-9m), 5), 1_000_000, BinomialNoise.MaxCoins);
    }

    [Fact]
    public void Losses_add_up_exactly_and_are_refused_out_of_range()
    {
        Assert.Equal(new PrivacyLoss(0.3m, 3e-9m), new PrivacyLoss(0.1m, 1e-9m) + new PrivacyLoss(0.2m, 2e-9m));
        Assert.Equal(1m, (new PrivacyLoss(1, 0.7m) + new PrivacyLoss(1, 0.7m)).Delta);
        PrivacyLoss most = new(1_000_000_000, 1);
        Assert.Equal(most, most + most);
        Assert.Equal("eps 0.5, delta 1e-9", new PrivacyLoss(0.5m, 1e-9m).ToString());
        Assert.Equal("eps 0, delta 0", PrivacyLoss.None.ToString());
        Assert.Equal(new PrivacyLoss(0.333333m, 0), new PrivacyLoss(1, 2e-18m).DividedBy(3));
        Assert.True(new PrivacyLoss(1, 0.1m).IsWithin(new PrivacyLoss(1, 0.1m)));
        Assert.False(new PrivacyLoss(1, 0.1m).IsWithin(new PrivacyLoss(2, 0.09m)));
        Assert.Throws<ArgumentException>("epsilon", () => new PrivacyLoss(0.0000001m, 0));
        Assert.Throws<ArgumentException>("epsilon", () => new PrivacyLoss(-1, 0));
        Assert.Throws<ArgumentException>("delta", () => new PrivacyLoss(1, 1.1m));
        Assert.Throws<ArgumentException>("delta", () => new PrivacyLoss(1, 1e-19m));
        foreach (PrivacyLoss loss in (PrivacyLoss[])[PrivacyLoss.None, new(0, 1e-9m), new(1, 0), new(21, 1e-9m), new(1, 1)])
        {
            Assert.Throws<ArgumentException>("loss", () => BinomialNoise.CoinsFor(loss, 1));
            Assert.False(BinomialNoise.Suffices(1000, loss, 1));
        }

        Assert.Throws<ArgumentException>("loss", () => BinomialNoise.CoinsFor(new PrivacyLoss(1, 0.1m), 0));
        Assert.Throws<ArgumentException>("loss", () => BinomialNoise.CoinsFor(new PrivacyLoss(0.000001m, 1e-18m), 1));
    }

    [Fact]
    public void Coins_follow_from_every_part_and_are_fair()
    {
        byte[] beacon = [.. Enumerable.Range(0, 32).Select(i => (byte)i)],
            context = [1, 2, 3];
        byte[] coins = BinomialNoise.Coins(beacon, context, 1, 2, 20_000);
        Assert.Equal(coins[..99], BinomialNoise.Coins(beacon, context, 1, 2, 99));
        Assert.InRange(coins.Sum(b => b), 9_700, 10_300);
        Assert.All(coins, c => Assert.InRange(c, 0, 1));
        byte[][] others =
        [
            BinomialNoise.Coins([.. beacon, 0], context, 1, 2, 999),
            BinomialNoise.Coins(beacon.AsSpan(1), [31, .. context], 1, 2, 999),
            BinomialNoise.Coins(beacon, [], 1, 2, 999),
            BinomialNoise.Coins(beacon, context, 2, 2, 999),
            BinomialNoise.Coins(beacon, context, 1, 1, 999),
            BinomialNoise.Coins(beacon, context, 0, 2, 999),
        ];
        Assert.Equal(7, others.Append(coins[..999]).Select(Convert.ToHexString).Distinct().Count());
        Assert.Throws<ArgumentException>("beacon", () => BinomialNoise.Coins(new byte[15], context, 1, 2, 9));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => BinomialNoise.Coins(beacon, context, 1, 2, 0));
    }
}
