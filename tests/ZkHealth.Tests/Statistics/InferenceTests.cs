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
public class InferenceTests
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

    /// <summary>
    /// m &lt;- mantelhaen.test(A, correct = FALSE); m$estimate; m$conf.int; m$statistic; m$p.value; the risk ratio by the
    /// formulas of Greenland and Robins, and Breslow and Day's chi-square with the expected count of each stratum found by
    /// uniroot.
    /// </summary>
    [Theory]
    [InlineData(
        new long[] { 12, 5, 8, 20, 7, 9, 14, 30 },
        2.9553903345724901,
        1.2615695653477996,
        6.9233851779521522,
        1.8651315789473686,
        1.1576024114771029,
        3.005104146550504,
        6.3422259250552147,
        0.011789684019974021,
        2.0315783282475026,
        0.15406054293046204
    )]
    [InlineData( // a count of 0, and so a margin of 0
        new long[] { 5, 7, 0, 9, 6, 3, 4, 11, 2, 5, 8, 13 },
        3.0185185185185182,
        1.0271255977381881,
        8.870827546994617,
        2.1122448979591835,
        0.98963815981677439,
        4.5082927175935046,
        4.1448072926936552,
        0.041762408610026169,
        double.NaN,
        double.NaN
    )]
    [InlineData( // UCBAdmissions, aperm(UCBAdmissions, c(2, 1, 3))
        new[] { 512L, 313, 89, 19, 353, 207, 17, 8, 120, 205, 202, 391, 138, 279, 131, 244, 53, 138, 94, 299, 22, 351, 24, 317 },
        0.90469682825862308,
        0.77190736175935049,
        1.0603297644366556,
        0.94490502259592901,
        0.86645223268300386,
        1.0304613088274714,
        1.5246066604434356,
        0.21692369705551837,
        18.825513705236013,
        0.0020713903499180206
    )]
    public void Tables_of_strata(
        long[] cells,
        double odds,
        double oddsLow,
        double oddsHigh,
        double risk,
        double riskLow,
        double riskHigh,
        double chi,
        double p,
        double breslow,
        double breslowP
    )
    {
        TwoByTwoTable[] tables = [.. cells.Chunk(4).Select(t => new TwoByTwoTable(t[0], t[1], t[2], t[3]))];
        ReleasedValue[] values = [.. MantelHaenszel.Values(tables)];
        Near(odds, Value(values, "common odds ratio").Value!.Value);
        Near(Value(values, "common odds ratio").Intervals.Single(), oddsLow, oddsHigh);
        Near(risk, Value(values, "common risk ratio").Value!.Value);
        Near(Value(values, "common risk ratio").Intervals.Single(), riskLow, riskHigh);
        Near(chi, Value(values, "Cochran-Mantel-Haenszel chi-square").Value!.Value);
        Near(p, Value(values, "Cochran-Mantel-Haenszel p-value").Value!.Value);
        if (!double.IsNaN(breslow))
        {
            Near(breslow, Value(values, "Breslow-Day chi-square").Value!.Value);
            Near(breslowP, Value(values, "Breslow-Day p-value").Value!.Value);
            Assert.Equal(tables.Length - 1, Value(values, "Breslow-Day degrees of freedom").Value);
        }

        // strata without rows, or with a margin of 0, change nothing but the risk ratio, to which rows that all have the outcome
        // belong
        ReleasedValue[] more =
        [
            .. MantelHaenszel.Values([
                .. tables,
                default,
                new TwoByTwoTable(7, 9, 0, 0),
                new TwoByTwoTable(0, 4, 0, 5),
                new TwoByTwoTable(1, 0, 0, 0),
            ]),
        ];
        Assert.Equal(values.Select(v => (v.Name, v.Value)), more.Select(v => (v.Name, v.Value)));
    }

    /// <summary>Exchanging exposure and outcome keeps the odds ratio and both tests; exchanging exposed and not exposed inverts
    /// the ratios.</summary>
    [Property(MaxTest = 200)]
    public void Tables_of_strata_keep_their_symmetries(byte[] counts)
    {
        TwoByTwoTable[] tables =
        [
            .. (counts ?? [])
                .Chunk(4)
                .Where(t => t.Length == 4)
                .Select(t => new TwoByTwoTable(t[0] % 30, t[1] % 30, t[2] % 30, t[3] % 30)),
        ];
        ReleasedValue[] values = [.. MantelHaenszel.Values(tables)];
        ReleasedValue[] transposed = [.. MantelHaenszel.Values([.. tables.Select(t => new TwoByTwoTable(t.A, t.C, t.B, t.D))])];
        ReleasedValue[] exchanged = [.. MantelHaenszel.Values([.. tables.Select(t => new TwoByTwoTable(t.C, t.D, t.A, t.B))])];
        Assert.All(values, v => Assert.Equal(v.Value is null, v.Undefined is not null));
        foreach (ReleasedValue value in values.Where(v => v.Name != "common risk ratio"))
        {
            double? other = Value(transposed, value.Name).Value;
            Assert.Equal(value.Value is null, other is null);
            Assert.Equal(value.Value ?? 0, other ?? 0, 1e-7 * (1 + Math.Abs(value.Value ?? 0)));
        }

        foreach (string ratio in (string[])["common odds ratio", "common risk ratio"])
        {
            if (Value(values, ratio).Value is double r and > 0)
            {
                Near(1 / r, Value(exchanged, ratio).Value!.Value);
            }
        }

        Assert.Equal(
            Value(values, "Breslow-Day chi-square").Value ?? -1,
            Value(exchanged, "Breslow-Day chi-square").Value ?? -1,
            1e-7 * (1 + Math.Abs(Value(values, "Breslow-Day chi-square").Value ?? 0))
        );
    }

    [Fact]
    public void Tables_of_strata_that_say_nothing()
    {
        static string[] Reasons(params TwoByTwoTable[] tables) =>
            [.. MantelHaenszel.Values(tables).Select(v => v.Undefined ?? "")];
        const string None = "a margin of every stratum is 0",
            Few = "fewer than 2 strata have counts in every margin",
            Odds = "the common odds ratio is 0, infinite or undefined";
        Assert.Equal(["0/0", "0/0", None, None, None, Few, Few, Few], Reasons(default, new TwoByTwoTable(3, 5, 0, 0)));
        Assert.Equal(["", "", "", "", "", Few, Few, Few], Reasons(new TwoByTwoTable(3, 5, 2, 7)));
        Assert.Equal(
            ["infinite", "infinite", "", "", "", Odds, Odds, Odds],
            Reasons(new TwoByTwoTable(3, 5, 0, 7), new TwoByTwoTable(3, 1, 0, 7))
        );
        Assert.Equal(
            ["", "", "", "", "", Odds, Odds, Odds],
            Reasons(new TwoByTwoTable(0, 5, 2, 7), new TwoByTwoTable(0, 1, 9, 7))
        );

        // one odds ratio in both strata, to the last digit
        Near(
            0,
            Value(
                MantelHaenszel.Values([new TwoByTwoTable(2, 4, 3, 6), new TwoByTwoTable(5, 10, 1, 2)]),
                "Breslow-Day chi-square"
            ).Value!.Value
        );
        var statistic = new StratifiedTableStatistic(Exposure, Outcome, "g");
        ReleasedValue[] values = Derive(statistic, 12, 5, 8, 20, 7, 9, 14, 30, 0, 0, 0, 0, 0, 3, 0, 0);
        Near(2.9553903345724901, Value(values, "common odds ratio").Value!.Value);
        Assert.Equal((12, "0/0"), (Value(values, "a: exposed with outcome").Value, Value(values, "c: odds ratio").Undefined));
        Near(6, Value(values, "a: odds ratio").Value!.Value);
        Assert.Null(statistic.Derive(Schema, [.. Enumerable.Repeat(1L, 15), -1, 0]));
    }

    /// <summary>poisson.test(x, T)$conf.int</summary>
    [Theory]
    [InlineData(0, 50, 0, 0.073777589082278702)]
    [InlineData(7, 1234.5, 0.00227975945850131, 0.011683009608507395)]
    [InlineData(12345, 1_000_000, 0.012128180907899079, 0.012564722206913332)]
    public void Rates_in_person_time(long events, double time, double low, double high)
    {
        var schema = new TableSchema(
            "t",
            [new NumberColumn("time", 0, 99.9m, 0.1m, "years", 1), new NumberColumn("events", 0, 9), CategoryColumn.YesNo("o")]
        );
        long tenths = (long)(10 * time),
            rows = Math.Max(events / 9 + 1, tenths / 999 + 1);
        ReleasedValue[] values =
        [
            .. PersonTimeRateStatistic.OfCounts("events", "time").Derive(schema, [rows, events, tenths, 0])!,
        ];
        Assert.Equal(["rows", "events", "time", "rate per 1 years", "rows without a value"], values.Select(v => v.Name));
        Near(events / time, values[3].Value!.Value);
        Near(values[3].Intervals.Single(), low, high);
        ReleasedValue per = PersonTimeRateStatistic
            .OfCounts("events", "time", null, 100_000)
            .Derive(schema, [rows, events, tenths, 0])![3];
        Near(per.Intervals.Single(), 1e5 * low, 1e5 * high);
        Assert.Equal(("exact", "rate per 100000 years"), (per.Intervals[0].Method, per.Name));

        // what no rows can have: more events or time than they have, fewer rows without a value than none
        Predicate outcome = Predicate.In(schema, "o", "yes");
        foreach (
            long[] released in (long[][])
                [
                    [rows, 9 * rows + 1, tenths, 0],
                    [rows, events, 999 * rows + 1, 0],
                    [rows, events, tenths, -1],
                    [-1, 0, 0, 0],
                    [rows, -1, tenths, 0],
                ]
        )
        {
            Assert.Null(PersonTimeRateStatistic.OfCounts("events", "time").Derive(schema, released));
        }

        Assert.Null(PersonTimeRateStatistic.OfRows(outcome, "time").Derive(schema, [rows, rows + 1, tenths, 0]));
        Assert.Equal("no rows", PersonTimeRateStatistic.OfRows(outcome, "time").Derive(schema, [0, 0, 0, 9])![3].Undefined);
        Assert.Equal("0/0", PersonTimeRateStatistic.OfRows(outcome, "time").Derive(schema, [5, 0, 0, 9])![3].Undefined);
        Assert.Equal("infinite", PersonTimeRateStatistic.OfRows(outcome, "time").Derive(schema, [5, 2, 0, 9])![3].Undefined);
        Assert.Throws<ArgumentOutOfRangeException>(() => PersonTimeRateStatistic.OfRows(outcome, "time", null, 0));
    }

    /// <summary>m &lt;- sum(w*x)/sum(w); v &lt;- sum(w*(x-m)^2)/sum(w); n &lt;- sum(w)^2/sum(w^2); sqrt(v/(n-1)), for w of 0.5,
    /// 1, 2.5, 4, 1.5 and x of 3, -1, 7, 2, 5</summary>
    [Fact]
    public void Weighted_means()
    {
        var schema = new TableSchema("t", [new NumberColumn("x", -10, 10), new NumberColumn("w", 0, 10, 0.5m, scale: 1)]);
        long[] w = [5, 10, 25, 40, 15],
            x = [3, -1, 7, 2, 5];
        long[] released =
        [
            5,
            w.Sum(),
            w.Sum(v => v * v),
            w.Zip(x, (a, b) => a * b).Sum(),
            w.Zip(x, (a, b) => a * b * b).Sum(),
            0,
        ];
        var statistic = new WeightedMeanStatistic("x", "w");
        ReleasedValue[] values = [.. statistic.Derive(schema, released)!];
        Near(3.5263157894736841, Value(values, "mean").Value!.Value);
        Near(1.6318618883134715, Value(values, "standard error").Value!.Value);
        Near(3.5048543689320391, Value(values, "effective number of rows").Value!.Value);
        Near(Value(values, "mean").Intervals.Single(), 0.32792526063575655, 6.7247063183116111);
        Assert.Equal(9.5, Value(values, "sum of weights").Value);

        // the same number everywhere has no spread; one weighted row has no standard error; no weights give no mean
        Assert.Equal(0, Value(statistic.Derive(schema, [3, 30, 300, 60, 120, 0])!, "standard error").Value);
        Assert.Equal(
            "an effective number of 1 row",
            Value(statistic.Derive(schema, [3, 20, 400, 60, 180, 0])!, "standard error").Undefined
        );
        Assert.Equal("every weight is 0", Value(statistic.Derive(schema, [3, 0, 0, 0, 0, 0])!, "mean").Undefined);
        Assert.Equal("no rows", Value(statistic.Derive(schema, [0, 0, 0, 0, 0, 4])!, "mean").Undefined);
        foreach (int j in (int[])[0, 1, 2, 3, 4, 5])
        {
            long[] wrong = [.. released];
            wrong[j] = j == 3 ? 1_000_000 : -1;
            Assert.Null(statistic.Derive(schema, wrong));
        }

        Assert.Null(statistic.Derive(schema, [1, 30, 300, 60, 120, 0])); // (Σw)² > n·Σw²
    }

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
