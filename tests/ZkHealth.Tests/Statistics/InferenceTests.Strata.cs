using FsCheck.Xunit;
using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics;

/// <summary>Tables of strata, person time, weighted means, and how numbers are written.</summary>
public partial class InferenceTests
{
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
}
