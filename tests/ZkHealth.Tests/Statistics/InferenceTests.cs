using System.Text.Json;
using FsCheck;
using FsCheck.Xunit;
using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics;

/// <summary>
/// Numbers that follow from counts. Values without another source were computed once with Debian's R 4.2.2 (r-base-core), by the
/// lines beside them.
/// </summary>
public partial class InferenceTests
{
    private static readonly TableSchema Schema = new(
        "t",
        [
            new CategoryColumn(
                "g",
                [new Category("a", "a"), new Category("b", "b"), new Category("c", "c"), new Category("d", "d")]
            ),
            CategoryColumn.YesNo("o"),
            CategoryColumn.YesNo("e"),
        ]
    );

    private static readonly Predicate Outcome = Predicate.In(Schema, "o", "yes"),
        Exposure = Predicate.In(Schema, "e", "yes");

    private static void Near(double expected, double actual, double relative = 1e-9) =>
        Assert.True(Math.Abs(actual - expected) <= relative * Math.Abs(expected), $"expected {expected:R}, got {actual:R}");

    private static void Near(ConfidenceInterval? interval, double low, double high)
    {
        Near(low, interval!.Low);
        Near(high, interval.High);
    }

    /// <summary>What follows from numbers, of rows without a value none.</summary>
    private static ReleasedValue[] Derive(Statistic statistic, params long[] released) =>
        [.. statistic.Derive(Schema, statistic.ShowsUnknown ? [.. released, 0] : released)!];

    private static ReleasedValue Value(IEnumerable<ReleasedValue> values, string name) => values.Single(v => v.Name == name);

    /// <summary>binom.test(x, n)$conf.int</summary>
    [Theory]
    [InlineData(0, 50, 0, 0.071121736464197616)]
    [InlineData(1, 50, 0.00050622798304082934, 0.10646954571149991)]
    [InlineData(49, 50, 0.89353045428850009, 0.99949377201695921)]
    [InlineData(50, 50, 0.92887826353580238, 1)]
    [InlineData(3, 10, 0.066739511177734495, 0.65245285005999731)]
    [InlineData(17, 1_000_000, 9.9031566588574256e-06, 2.7218507746958494e-05)]
    [InlineData(500_000_000, 1_000_000_000, 0.49996900974842229, 0.50003099025157771)]
    public void Exact_intervals_of_rates(ulong x, ulong n, double low, double high) => Near(new Rate(x, n).Exact95, low, high);

    /// <summary>c(qchisq(.025, 2*x), qchisq(.975, 2*x + 2))/2</summary>
    [Theory]
    [InlineData(0, 0, 3.6888794541139354)]
    [InlineData(1, 0.025317807984289876, 5.5716433909388989)]
    [InlineData(2, 0.24220927854396487, 7.2246876677239582)]
    [InlineData(7, 2.8143630515198663, 14.422675361702378)]
    [InlineData(100, 81.363991250923149, 121.62679379242637)]
    [InlineData(12345, 12128.180907899079, 12564.722206913333)]
    [InlineData(100_000_000, 99980401.307324737, 100019601.58707914)]
    [InlineData(99_999, 99380.155762730355, 100620.74164077373)]
    [InlineData(100_000, 99381.152663744724, 100621.74473974388)]
    [InlineData(int.MaxValue, 2147392821.3541453, 2147574475.5401816)]
    public void Exact_limits_of_counts(double x, double low, double high)
    {
        Near(low, ExactInference.Poisson(x).Low);
        Near(high, ExactInference.Poisson(x).High);
    }

    /// <summary>fisher.test(matrix(c(a, b, c, d), 2, byrow = TRUE))$p.value</summary>
    [Theory]
    [InlineData(0, 20, 15, 30, 0.0028811901881289673)]
    [InlineData(20, 0, 15, 30, 1.8313395246447964e-07)]
    [InlineData(0, 0, 25, 25, 1)]
    [InlineData(25, 0, 25, 0, 1)]
    [InlineData(1, 2, 3, 4, 1)]
    [InlineData(20, 0, 0, 30, 2.1218262567674374e-14)]
    [InlineData(12, 340, 5, 910, 0.00027173626250496976)]
    [InlineData(10, 10, 10, 10, 1)]
    [InlineData(3, 1, 1, 3, 0.48571428571428582)]
    [InlineData(300, 100, 200, 400, 4.9787729799639221e-39)]
    [InlineData(5000, 4900, 5100, 5200, 0.16349833002402026)]
    [InlineData(7, 12, 0, 5, 0.27206851119894587)]
    [InlineData(4944, 992, 7001, 1330, 0.24066095415157149)]
    public void Exact_test_of_Fisher(double a, double b, double c, double d, double expected)
    {
        Near(expected, ExactInference.FisherTest(a, b, c, d));
        Near(expected, ExactInference.FisherTest(b, a, d, c));
        Near(expected, ExactInference.FisherTest(c, d, a, b));
        Near(expected, ExactInference.FisherTest(a, c, b, d));
    }

    /// <summary>The sum over all tables of the same margins, with fractions of whole numbers.</summary>
    [Property(MaxTest = 300)]
    public void The_exact_test_is_the_sum_over_all_tables(byte a, byte b, byte c, byte d)
    {
        (int x, int r1, int r2, int k) = (a % 30, a % 30 + b % 30, c % 30 + d % 30, a % 30 + c % 30);
        static System.Numerics.BigInteger Choose(int n, int k) =>
            Enumerable
                .Range(1, Math.Max(0, k))
                .Aggregate(System.Numerics.BigInteger.One, (product, i) => product * (n - k + i) / i);
        System.Numerics.BigInteger Ways(int i) => Choose(r1, i) * Choose(r2, k - i);
        System.Numerics.BigInteger[] all =
        [
            .. Enumerable.Range(Math.Max(0, k - r2), Math.Min(r1, k) - Math.Max(0, k - r2) + 1).Select(Ways),
        ];
        double expected =
            (double)all.Where(w => w <= Ways(x)).Aggregate(System.Numerics.BigInteger.Zero, (s, w) => s + w)
            / (double)Choose(r1 + r2, k);
        Near(expected, ExactInference.FisherTest(a % 30, b % 30, c % 30, d % 30));
    }

    /// <summary>pgamma(x, a), pgamma(x, a, lower.tail = FALSE), pbeta(x, a, b)</summary>
    [Fact]
    public void Tails_of_gamma_and_beta()
    {
        Near(1.4387677966970687e-02, SpecialFunctions.LowerGamma(3, 0.5), 1e-12);
        Near(2.3788178819284063e-08, SpecialFunctions.LowerGamma(1.5, 1e-5), 1e-12);
        Near(7.1217508628155784e-06, SpecialFunctions.UpperGamma(10, 30), 1e-12);
        Near(1.3617406462175894e-03, SpecialFunctions.UpperGamma(1e6, 1e6 + 3000), 1e-11);
        Near(5.4990226571178331e-04, SpecialFunctions.LowerGamma(1000, 900), 1e-12);
        Near(0.57982500000000014584, SpecialFunctions.LowerBeta(2, 5, 0.3), 1e-12);
        Near(0.00019163535050103871, SpecialFunctions.LowerBeta(1.5, 40, 1e-4), 1e-12);
        Near(0.99766115059306847979, SpecialFunctions.LowerBeta(1e6, 1e6, 0.501), 1e-12);
        Near(0.09663328513725212565, SpecialFunctions.LowerBeta(50, 3, 0.9), 1e-12);
    }

    [Property(MaxTest = 200)]
    public void Intervals_of_rates_hold_the_rate_and_move_with_it(NonNegativeInt numerator, PositiveInt more)
    {
        ulong x = (ulong)numerator.Get,
            n = x + (ulong)more.Get;
        foreach (Func<Rate, ConfidenceInterval?> interval in (Func<Rate, ConfidenceInterval?>[])[r => r.Wilson95, r => r.Exact95])
        {
            (ConfidenceInterval at, ConfidenceInterval next) = (interval(new Rate(x, n))!, interval(new Rate(x + 1, n))!);
            Assert.InRange((double)x / n, at.Low, at.High);
            Assert.True(at.Low >= 0 && at.High <= 1 && at.Low < at.High);
            Assert.True(at.Low < next.Low && at.High < next.High);
            Assert.Equal((0, 1), (interval(new Rate(0, n))!.Low, interval(new Rate(n, n))!.High));
        }
    }

    [Property(MaxTest = 200)]
    public void Limits_of_counts_hold_the_count_and_move_with_it(NonNegativeInt count)
    {
        ((double Low, double High) at, (double Low, double High) next) = (
            ExactInference.Poisson(count.Get),
            ExactInference.Poisson(count.Get + 1)
        );
        Assert.True(at.Low <= count.Get && count.Get < at.High && at.Low < next.Low && at.High < next.High);
    }

    /// <summary>0/0 was "NaN %" with an interval of 0 to 100 %, and the interval of 0/50 began at 6.4e-18.</summary>
    [Fact]
    public void A_rate_of_no_rows_has_neither_value_nor_interval()
    {
        ReleasedValue none = Value(Derive(new RateStatistic(Outcome, Exposure), 0, 0, 7), "rate");
        Assert.Equal((null, "no rows", "undefined: no rows"), (none.Value, none.Undefined, none.ToString()));
        Assert.Empty(none.Intervals);
        Assert.Null(new Rate(0, 0).Value);
        Assert.All(Value(Derive(new RateStatistic(Outcome, Exposure), 0, 50, 0), "rate").Intervals, i => Assert.Equal(0, i.Low));
    }

    /// <summary>Case 17 of ../shared: what statsmodels says, and infinite told from undefined, no interval of no width.</summary>
    [SkippableTheory]
    [InlineData("zero-exposed-case", 0.0, null, 0.0, null, 0.0479937057435091)]
    [InlineData("zero-exposed-control", null, "infinite", 3.0, null, 80.6774193548387)]
    [InlineData("zero-column", null, "0/0", null, "no rows with the exposure", null)]
    [InlineData("zero-row", null, "0/0", 1.0, null, null)]
    [InlineData("tiny", 0.6666666666666666, null, 0.7777777777777778, null, null)]
    [InlineData("all-in-one", null, "0/0", null, "no rows without the exposure", null)]
    [InlineData("diag", null, "infinite", null, "infinite", 2501.0)]
    [InlineData("big", 6.423529411764706, null, 6.238636363636363, null, null)]
    public void Edges_of_two_by_two_tables(
        string name,
        double? odds,
        string? oddsUndefined,
        double? risk,
        string? riskUndefined,
        double? corrected
    )
    {
        Skip.If(Repository.Shared is null, "../shared/cases is not here");
        using JsonDocument tables = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Repository.Shared, "cases", "17-two-by-two-edges", "tables.json"))
        );
        long[] cells = [.. tables.RootElement.GetProperty(name).EnumerateArray().Select(n => n.GetInt64())];
        ReleasedValue[] values = Derive(new TwoByTwoStatistic(Exposure, Outcome), cells);
        (ReleasedValue ratio, ReleasedValue relative) = (Value(values, "odds ratio"), Value(values, "relative risk"));
        Assert.Equal((oddsUndefined, riskUndefined), (ratio.Undefined, relative.Undefined));
        Assert.Equal((odds is null, risk is null), (ratio.Value is null, relative.Value is null));
        Near(odds ?? 0, ratio.Value ?? 0);
        Near(risk ?? 0, relative.Value ?? 0);
        Assert.Equal(cells.Contains(0) ? 0 : 1, ratio.Intervals.Count);
        Assert.Equal(
            name is "tiny" or "big" ? 1
                : name == "zero-exposed-control" ? 1
                : 0,
            relative.Intervals.Count
        );
        ReleasedValue? haldane = values.SingleOrDefault(v => v.Name.Contains("Haldane", StringComparison.Ordinal));
        Assert.Equal(corrected is null, haldane is null);
        Near(corrected ?? 0, haldane?.Value ?? 0);
        Assert.All(values, v => Assert.All(v.Intervals, i => Assert.True(double.IsFinite(i.High) && i.Low < i.High)));
    }

    /// <summary>u &lt;- t + .5; o &lt;- u[1]*u[4]/u[2]/u[3]; o*exp(c(-1, 1)*qnorm(.975)*sqrt(sum(1/u)))</summary>
    [Theory]
    [InlineData(0, 20, 15, 30, 0.0027177852120231476, 0.84752679527601882)]
    [InlineData(20, 0, 15, 30, 4.5685969414109104, 1424.6925428589875)]
    [InlineData(20, 0, 0, 30, 47.691461787768603, 131155.57304230539)]
    public void Correction_of_Haldane_and_Anscombe(long a, long b, long c, long d, double low, double high) =>
        Near(
            Value(
                Derive(new TwoByTwoStatistic(Exposure, Outcome), a, b, c, d),
                "odds ratio, 1/2 added to each count (Haldane-Anscombe)"
            )
                .Intervals.Single(),
            low,
            high
        );

    /// <summary>Case 18 of ../shared: the normal interval began below 0; epitools::ageadjust.direct and the definition of
    /// Dobson.</summary>
    [Fact]
    public void Standardised_rates_of_few_events()
    {
        var statistic = new StandardisedRateStatistic(Outcome, "g", [5000, 3000, 1500, 500]);
        ReleasedValue rate = Derive(statistic, 1, 50, 0, 40, 1, 60, 0, 30)[^2];
        Near(0.0125, rate.Value!.Value);
        Assert.Equal(["gamma", "Dobson"], rate.Intervals.Select(i => i.Method));
        Near(rate.Intervals[0], 0.00086253785921615799, 0.05812716046006447673);
        Near(rate.Intervals[1], -0.00031199142251944409, 0.050581128070112363);

        // no events: qgamma(.975, 1, scale = max(w/sum(w)/n)); Dobson's interval has no variance to go by
        rate = Derive(statistic, 0, 50, 0, 40, 0, 60, 0, 30)[^2];
        Assert.Equal(0, rate.Value);
        Near(Assert.Single(rate.Intervals), 0, 0.036888794541139344);

        // an empty stratum is named; one of no weight does not matter
        Assert.Equal("no rows in a", Derive(statistic, 0, 0, 0, 40, 1, 60, 0, 30)[^2].Undefined);
        Assert.Equal("no rows", Derive(statistic, 0, 0, 0, 40, 1, 60, 0, 30)[0].Undefined);
        Assert.Equal(
            1.0 / 60 / 2,
            Derive(new StandardisedRateStatistic(Outcome, "g", [0, 1, 1, 0]), 0, 0, 0, 40, 1, 60, 0, 30)[^2].Value!.Value,
            1e-15
        );
        Assert.Null(statistic.Derive(Schema, [1, 50, 41, 40, 1, 60, 0, 30, 0]));
        Assert.Null(statistic.Derive(Schema, [1, 50, 0, 40, 1, 60, 0, 30, -1]));
    }

    [Fact]
    public void Means_of_few_rows()
    {
        var schema = new TableSchema("m", [new NumberColumn("v", 0, 100)]);
        var mean = new MeanStatistic("v");
        Assert.Equal(
            ["no rows", "no rows", "no rows"],
            mean.Derive(schema, [0, 0, 0, 3])!.Skip(1).SkipLast(1).Select(v => v.Undefined)
        );
        IReadOnlyList<ReleasedValue> one = mean.Derive(schema, [1, 7, 49, 0])!;
        Assert.Equal((7, "fewer than 2 rows", "fewer than 2 rows"), (one[1].Value, one[2].Undefined, one[3].Undefined));
        Assert.Empty(one[1].Intervals);

        // no numbers have these sums: the variance would be negative
        Assert.Null(mean.Derive(schema, [2, 10, 49, 0]));
        Assert.Null(mean.Derive(schema, [0, 1, 1, 0]));
        Assert.Null(mean.Derive(schema, [1, 7, 49, -1]));
    }
}
