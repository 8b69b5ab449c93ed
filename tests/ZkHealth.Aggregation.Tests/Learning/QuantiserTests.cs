using System.Numerics;
using FsCheck.Xunit;
using Xunit;
using ZkHealth.Aggregation.Learning;

namespace ZkHealth.Aggregation.Tests.Learning;

public class QuantiserTests
{
    [Fact]
    public void Codes_are_those_of_rounding_by_hand()
    {
        var q = new Quantiser(10, 0.5);
        using QuantisedUpdate u = q.Quantise([0, 0.25, 0.75, -0.25, -0.75, 0.26, -0.26, 5, -5, 5.1, -1e300, 4.9]);
        Assert.Equal([10, 10, 12, 10, 8, 11, 9, 20, 0, 20, 0, 20, 10, 10, 10, 10], u.Codes.ToArray().Select(c => (int)c));
        Assert.Equal((12, 2), (u.Entries, u.Clipped));
        Assert.Equal(u.Codes.ToArray().Sum(c => ((long)c - 10) * ((long)c - 10)), (long)u.SquaredNorm);
        Assert.Equal((21u, 5.0, -5.0, 0.5), (q.Domain, q.Clip, q.Value(0), q.Value(11)));
        Assert.Throws<ArgumentOutOfRangeException>(() => q.Value(21));
    }

    [Fact]
    public void Single_precision_gives_the_codes_of_the_same_numbers()
    {
        var random = new Random(1);
        float[] single = [.. Enumerable.Range(0, 9001).Select(_ => (float)(random.NextDouble() * 3 - 1.5))];
        var q = Quantiser.ForClip(1, 12);
        using QuantisedUpdate a = q.Quantise(single),
            b = q.Quantise(single.Select(x => (double)x).ToArray());
        Assert.Equal(a.Codes.ToArray(), b.Codes.ToArray());
        Assert.Equal(single.Count(x => Math.Abs((double)x / q.Scale) > q.Offset), a.Clipped);
        Assert.Equal(1 << 14, a.Codes.Length);
    }

    [Fact]
    public void What_is_no_finite_number_is_refused()
    {
        var q = Quantiser.ForClip(1, 8);
        foreach (double bad in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity])
        {
            double[] values = new double[5000];
            values[4999] = bad;
            Assert.Throws<ArgumentException>(() => q.Quantise(values));
            Assert.Throws<ArgumentException>(() => q.Quantise([(float)bad]));
        }

        Assert.Throws<ArgumentException>(() => q.Quantise(ReadOnlySpan<double>.Empty));
        Assert.Throws<ArgumentException>(() => q.Quantise(new float[RoundTerms.MaxEntries + 1]));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(Quantiser.MaxOffset + 1, 1)]
    [InlineData(1, 0)]
    [InlineData(1, -1)]
    [InlineData(1, double.NaN)]
    [InlineData(1, double.PositiveInfinity)]
    [InlineData(1, 1e-300)]
    public void Parameters_out_of_range_are_refused(int offset, double scale) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Quantiser(offset, scale));

    /// <summary>The bound holds in exact arithmetic, entry by entry and for weighted means, at the extremes of offset, scale and
    /// values.</summary>
    [Theory]
    [InlineData(Rounding.Nearest)]
    [InlineData(Rounding.Stochastic)]
    public void Decoded_means_are_within_the_exact_bound(Rounding rounding)
    {
        var random = new Random(7);
        (int, double)[] extremes =
        [
            (1, 1),
            (1, double.ScaleB(1, -400)),
            (1, double.ScaleB(1, 400)),
            (2047, 1.0 / 2047),
            (Quantiser.MaxOffset, 1e-7 / 3),
            (Quantiser.MaxOffset, double.ScaleB(1, -400) * 1.3),
            (Quantiser.MaxOffset, double.ScaleB(1.9, 399)),
            (3, Math.BitDecrement(1)),
        ];
        foreach ((int offset, double scale) in extremes)
        {
            var q = new Quantiser(offset, scale, rounding);
            double[] values =
            [
                0,
                q.Clip,
                -q.Clip,
                Math.BitIncrement(q.Clip),
                Math.BitDecrement(q.Clip),
                double.MaxValue,
                -double.MaxValue,
                double.Epsilon,
                -double.Epsilon,
                scale / 2,
                Math.BitIncrement(scale / 2),
                Math.BitDecrement(scale / 2),
                -scale / 2,
                scale * (offset - 0.5),
                -scale * (offset - 0.5),
                .. Enumerable.Range(0, 500).Select(_ => (2.2 * random.NextDouble() - 1.1) * q.Clip),
            ];
            using QuantisedUpdate u = q.Quantise(values);
            double[] others = [.. values.Select(_ => (2 * random.NextDouble() - 1) * q.Clip)];
            using QuantisedUpdate v = q.Quantise(others);
            foreach (
                (long wu, long wv) in ((long, long)[])[(1, 0), (1, 1), (RoundTerms.MaxWeight, 1), (12345, RoundTerms.MaxWeight)]
            )
            {
                var sums = new long[values.Length];
                for (int i = 0; i < sums.Length; i++)
                {
                    sums[i] = wu * u.Codes.Span[i] + wv * v.Codes.Span[i];
                }

                double[] mean = RoundResult.Decode(q, sums, wu + wv);
                for (int i = 0; i < mean.Length; i++)
                {
                    // |W·mean − Σ w·clip(v)| ≤ W·bound, in whole numbers of 2^-1074
                    BigInteger error = Exact(mean[i]) * (wu + wv) - wu * Clip(values[i], q) - wv * Clip(others[i], q);
                    Assert.True(
                        BigInteger.Abs(error) <= Exact(q.ErrorBound) * (wu + wv),
                        $"{rounding} {offset} {scale} {values[i]:r} {mean[i]:r}"
                    );
                }
            }
        }
    }

    [Fact]
    public void Stochastic_rounding_has_no_bias_and_leaves_whole_steps_alone()
    {
        const int N = 200_000;
        var q = new Quantiser(8, 1, Rounding.Stochastic);
        foreach (
            (double value, double expected) in ((double, double)[])
                [(0.25, 0.25), (-2.9, -2.9), (7.5, 7.5), (3, 3), (8, 8), (-8, -8)]
        )
        {
            using QuantisedUpdate u = q.Quantise(Enumerable.Repeat(value, N).ToArray());
            uint[] codes = u.Codes[..N].ToArray();
            Assert.All(codes, c => Assert.InRange(q.Value(c), Math.Floor(value), Math.Ceiling(value)));
            double fraction = value - Math.Floor(value);
            Assert.InRange(
                codes.Average(c => q.Value(c)) - expected,
                -6 * Math.Sqrt(fraction * (1 - fraction) / N) - 1e-9,
                6 * Math.Sqrt(fraction * (1 - fraction) / N) + 1e-9
            );
        }

        // two runs round differently: the randomness is the system's
        double[] half = Enumerable.Repeat(0.5, 256).ToArray();
        using QuantisedUpdate a = q.Quantise(half),
            b = q.Quantise(half);
        Assert.NotEqual(a.Codes.ToArray(), b.Codes.ToArray());
    }

    [Property(MaxTest = 50)]
    public bool An_update_of_safe_norm_is_within_the_bound(int seed, bool stochastic)
    {
        var random = new Random(seed);
        int n = random.Next(1, 400);
        var q = new Quantiser(
            random.Next(40, 4000),
            Math.Exp(random.NextDouble() * 20 - 10),
            stochastic ? Rounding.Stochastic : Rounding.Nearest
        );
        ulong bound = q.SquaredNormBound(q.Scale * 40);
        double[] values = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.5)];
        double safe = q.SafeNorm(bound, n);
        double there = Math.Sqrt(values.Sum(x => x * x));
        bool clipped = Quantiser.ClipNorm(values, safe);
        double[] atSafe = [.. values.Select(x => clipped ? x : x * safe / there)];
        using QuantisedUpdate u = q.Quantise(atSafe);
        return u.SquaredNorm <= bound && clipped == there > safe;
    }

    [Fact]
    public void Norm_bounds_are_rounded_down()
    {
        var q = new Quantiser(100, 0.5);
        Assert.Equal(24UL, q.SquaredNormBound(2.499));
        Assert.Equal(25UL, q.SquaredNormBound(2.5));
        foreach (double bad in (double[])[0, -1, double.NaN, double.PositiveInfinity, 0.4, 1e30])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => q.SquaredNormBound(bad));
        }
    }

    [Fact]
    public void A_disposed_update_is_cleared_and_prints_nothing()
    {
        QuantisedUpdate u = Quantiser.ForClip(1, 8).Quantise([0.5, -0.25]);
        ReadOnlyMemory<uint> codes = u.Codes;
        Assert.Equal("quantised update of 2 entries", u.ToString());
        u.Dispose();
        Assert.All(codes.ToArray(), c => Assert.Equal(0u, c));
        Assert.Throws<ObjectDisposedException>(() => u.Codes);
    }

    private static BigInteger Clip(double value, Quantiser q)
    {
        BigInteger clip = Exact(q.Scale) * q.Offset,
            exact = Exact(value);
        return BigInteger.Min(BigInteger.Max(exact, -clip), clip);
    }

    /// <summary>A double as a whole number of 2^-1074.</summary>
    private static BigInteger Exact(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7ff);
        long mantissa = (bits & ((1L << 52) - 1)) | (exponent == 0 ? 0 : 1L << 52);
        BigInteger magnitude = (BigInteger)mantissa << Math.Max(0, exponent - 1);
        return bits < 0 ? -magnitude : magnitude;
    }
}
