using System.Globalization;
using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics;

/// <summary>
/// Agreement with an independent statistics package on real data: values computed once with Debian's python3-scipy 1.10.1 and
/// numpy 1.24.2, by the lines that stand beside them. All begin with:
/// <code>
/// import csv, math, numpy as np
/// from scipy import stats
/// from scipy.stats import contingency
/// rows = list(csv.reader(open('brfss2015.csv')))[1:]
/// col = lambda j: np.array([int(float(r[j])) for r in rows])
/// dia, bp, bmi, sex, age = col(0), col(1), col(4), col(18), col(19); ill, e = dia == 2, bp == 1; v = bmi[ill]
/// </code>
/// </summary>
public class AgreementTests
{
    private static readonly TableSchema Schema = new(
        "brfss",
        [
            new NumberColumn("diabetes", 0, 2),
            new NumberColumn("pressure", 0, 1),
            new NumberColumn("bmi", 10, 99),
            new NumberColumn("sex", 0, 1),
            new NumberColumn("age", 1, 13),
        ]
    );

    private static readonly Lazy<TableOpening?> Data = new(Load);
    private static readonly Lazy<ContingencyTableOpening> Groups = new(() => Cube([2, 4, 3, 3, 14], 0, 1, 2, 4, 5)),
        Values = new(() => Cube([2, 4, 91], 0, 1, 3)),
        ValuesByAge = new(() => Cube([2, 4, 91, 14], 0, 1, 3, 5));
    private static readonly Predicate Ill = Predicate.EqualTo(Schema, "diabetes", "2"),
        High = Predicate.EqualTo(Schema, "pressure", "1");

    private static ContingencyTableOpening Cube(uint[] domains, params uint[] columns) =>
        ContingencyTableProof.Prove(Data.Value!, TableAxes.Create(columns, domains));

    private static TableOpening? Load()
    {
        if (Repository.Shared is null)
        {
            return null;
        }

        string[][] rows =
        [
            .. File.ReadLines(Path.Combine(Repository.Shared, "data", "brfss2015.csv")).Skip(1).Select(l => l.Split(',')),
        ];
        uint[][] codes =
        [
            .. new[] { (0, 0), (1, 0), (4, 10), (18, 0), (19, 1) }.Select(c =>
                rows.Select(r => 1 + (uint)(double.Parse(r[c.Item1], CultureInfo.InvariantCulture) - c.Item2)).ToArray()
            ),
        ];
        return TableOpening.Commit(new CodedTable(Schema, codes), new byte[32], TableSecret.Create());
    }

    private static Func<string, ReleasedValue> Prove(Statistic statistic)
    {
        Skip.If(Data.Value is null, "../shared/data is not here");
        string[] columns = [.. statistic.Columns];
        Lazy<ContingencyTableOpening> ofValues = columns.Contains("age") ? ValuesByAge : Values;
        StatisticsProof proof = StatisticsProof.Prove(
            (columns.Contains("bmi") ? ofValues : Groups).Value,
            [statistic],
            new StatisticContext("p", "r", "o"),
            new DisclosureGuard(0)
        );
        Assert.Equal(VerificationResult.Accepted, proof.Verify().Result);
        return name => proof.Values(0).Single(v => v.Name == name);
    }

    private static void Untrue(Statistic statistic) => Assert.Throws<ArgumentException>(() => Prove(statistic));

    private static void Near(double expected, double? actual, double relative = 1e-12)
    {
        Assert.NotNull(actual);
        Assert.InRange(actual.Value, expected - relative * Math.Abs(expected), expected + relative * Math.Abs(expected));
    }

    private static void Near(ReleasedValue value, double expected, params (string Method, double Low, double High)[] intervals)
    {
        Near(expected, value.Value);
        Assert.Equal(intervals.Select(i => i.Method), value.Intervals.Select(i => i.Method));
        Assert.All(
            intervals.Zip(value.Intervals),
            i =>
            {
                Near(i.First.Low, i.Second.Low);
                Near(i.First.High, i.Second.High);
            }
        );
    }

    [SkippableFact]
    public void Prevalence_and_its_intervals()
    {
        // b = stats.binomtest(int(ill.sum()), len(ill)); b.proportion_ci(0.95, method='wilson'), b.proportion_ci(0.95,
        // method='exact')
        Assert.Equal(2322, Prove(new CountStatistic(Ill))("count").Value);
        Near(
            new Rate(2322, 14267).ToValue("rate"),
            2322.0 / 14267,
            ("Wilson", 0.156786903451652, 0.16890107172712768),
            ("exact", 0.15673016574973458, 0.16891411379032839)
        );
    }

    [SkippableFact]
    public void Mean_variance_and_standard_deviation()
    {
        // v.mean(), v.var(ddof=1), v.std(ddof=1), v.var(), stats.norm.interval(0.95, v.mean(), stats.sem(v))
        Func<string, ReleasedValue> value = Prove(new MeanStatistic("bmi", Ill));
        Near(value("mean"), 32.049526270456504, ("normal", 31.756414711959284, 32.34263782895372));
        Near(51.93162622959824, value("variance").Value);
        Near(7.206360123501894, value("standard deviation").Value);

        // bounds on either side of 32.0495, 51.9316 (n − 1), 51.90926 (n)
        Prove(new MomentBoundsStatistic("bmi", Ill, new(320495, 10000), new(320496, 10000), new(51931, 1000), new(51932, 1000)));
        Prove(new MomentBoundsStatistic("bmi", Ill, null, null, new(51909, 1000), new(51910, 1000), ofPopulation: true));
        Untrue(new MomentBoundsStatistic("bmi", Ill, new(320496, 10000), null));
        Untrue(new MomentBoundsStatistic("bmi", Ill, null, null, new(51932, 1000)));
        Untrue(new MomentBoundsStatistic("bmi", Ill, null, null, null, new(51909, 1000), ofPopulation: true));
        Prove(
            new MomentBoundsStatistic(
                "bmi",
                Ill,
                null,
                null,
                MomentBoundsStatistic.SquareOf(new(720636, 100_000)),
                MomentBoundsStatistic.SquareOf(new(720637, 100_000))
            )
        );
    }

    [SkippableTheory]
    [InlineData(1, 10, 24)]
    [InlineData(1, 4, 27)]
    [InlineData(1, 2, 31)]
    [InlineData(3, 4, 36)]
    [InlineData(9, 10, 42)]
    public void Quantiles_are_those_of_the_inverted_distribution_function(int p, int q, int expected)
    {
        // np.quantile(v, p / q, method='inverted_cdf'): definition 1 of Hyndman and Fan (1996)
        Assert.Equal(expected, Prove(new QuantileStatistic("bmi", p, q, Ill))("quantile").Value);
        Prove(Statistic.QuantileBounds(Schema, "bmi", p, q, $"{expected}", $"{expected}", Ill));
        Untrue(Statistic.QuantileBounds(Schema, "bmi", p, q, $"{expected + 1}", null, Ill));
        Untrue(Statistic.QuantileBounds(Schema, "bmi", p, q, null, $"{expected - 1}", Ill));
    }

    [SkippableFact]
    public void Odds_ratio_and_relative_risk_with_their_intervals()
    {
        // t = np.array([[(e & ill).sum(), (e & ~ill).sum()], [(~e & ill).sum(), (~e & ~ill).sum()]])
        // contingency.odds_ratio(t, kind='sample').confidence_interval(0.95)
        // contingency.relative_risk(t[0,0], t[0].sum(), t[1,0], t[1].sum()).confidence_interval(0.95)
        // stats.chi2_contingency(t, correction=False); in R 4.2.2: fisher.test(matrix(c(1772, 4953, 550, 6992), 2, byrow =
        // TRUE))$p.value
        Func<string, ReleasedValue> value = Prove(new TwoByTwoStatistic(High, Ill));
        Near(value("odds ratio"), 4.548143090505295, ("Woolf", 4.105634194707539, 5.038345987661617));
        Near(value("relative risk"), 3.6132271713416695, ("Katz", 3.3027593138714653, 3.952879804740687));
        Near(7.1322587179554257e-215, value("Fisher's exact p-value").Value, 1e-9);
        Near(947.4793679963626, value("chi-square").Value);
        Near(4.684544799324914e-208, value("p-value").Value, 1e-9);
        Prove(new IndependenceBoundsStatistic(High, Ill, null, new(94747, 100), new(94748, 100)));
    }

    [SkippableFact]
    public void Independence_of_larger_tables()
    {
        // t = np.array([[((sex == s) & (dia == d)).sum() for d in range(3)] for s in range(2)])
        // c = stats.chi2_contingency(t, correction=False); contingency.association(t, method='cramer'); c[3].min()
        Func<string, ReleasedValue> value = Prove(new IndependenceStatistic("sex", "diabetes"));
        double[] expected = [3.3284839173738354, 2, 0.1893341266875145, 0.01527414470786033, 105.26445643793369];
        string[] names = ["chi-square", "degrees of freedom", "p-value", "Cramér's V", "least count expected"];
        Assert.All(names.Zip(expected), x => Near(x.Second, value(x.First).Value));

        // the same with age in place of sex
        value = Prove(new IndependenceStatistic("age", "diabetes"));
        expected = [517.4170369585916, 24, 4.007494074900994e-94, 0.13466013138022284, 4.858905165767155];
        Assert.All(names.Zip(expected), x => Near(x.Second, value(x.First).Value, x.First == "p-value" ? 1e-10 : 1e-12));

        // stats.chi2_contingency of sex == 1 and ill: 1.4198953207527882, p = 0.23342063353041245
        Predicate male = Predicate.EqualTo(Schema, "sex", "1");
        Prove(new IndependenceBoundsStatistic(male, Ill, null, new(1_419_895, 1_000_000), new(1_419_896, 1_000_000)));
        Untrue(new IndependenceBoundsStatistic(male, Ill, null, ChiSquare.CriticalValue(0.2334, 1), null));
        Prove(new IndependenceBoundsStatistic(male, Ill, null, null, ChiSquare.CriticalValue(0.2334, 1)));
    }

    [SkippableFact]
    public void Conformity_of_those_with_diabetes_to_everybody()
    {
        // stra = [(s, a) for s in (0, 1) for a in range(1, 14)]; whole = np.array([((sex == s) & (age == a)).sum() for s, a in
        // stra]) obs = np.array([((sex == s) & (age == a) & ill).sum() for s, a in stra]); stats.chisquare(obs, whole * obs.sum()
        // / whole.sum())
        Skip.If(Data.Value is null, "../shared/data is not here");
        ReadOnlySpan<ulong> counts = Groups.Value.Counts(0);
        TableAxes axes = Groups.Value.Axes[0];
        var whole = new long[26];
        var cell = new uint[5];
        for (int i = 0; i < counts.Length; i++)
        {
            axes.Cell(i, cell);
            if (cell[3] > 0 && cell[4] > 0)
            {
                whole[(cell[3] - 1) * 13 + cell[4] - 1] += (long)counts[i];
            }
        }

        Prove(Statistic.Conformity(["sex", "age"], whole, ConformityBound.ChiSquareAtMost(42_914_253, 100_000), Ill));
        Untrue(Statistic.Conformity(["sex", "age"], whole, ConformityBound.ChiSquareAtMost(42_914_252, 100_000), Ill));

        // everybody, to the profile of everybody: 0, which the rounding of this profile leaves just out of reach
        Prove(Statistic.Conformity(["sex", "age"], whole, ConformityBound.ChiSquareAtMost(1, 1_000_000_000)));
        Prove(Statistic.Conformity(["sex", "age"], whole, ConformityBound.SharesWithin(0, 1)));
        Prove(Statistic.Conformity(["sex"], [8331, 5936], ConformityBound.ChiSquareAtMost(0, 1)));
    }

    [SkippableFact]
    public void Directly_standardised_rate()
    {
        // W = np.array([5, 6, 7, 8, 8, 9, 9, 8, 7, 6, 5, 4, 3]); n = np.array([(age == a).sum() for a in range(1, 14)])
        // x = np.array([((age == a) & ill).sum() for a in range(1, 14)]); p = x / n; rate = np.average(p, weights=W)
        // stats.binomtest(int(x[12]), int(n[12])).proportion_ci(0.95, method='wilson'), the same with method='exact'
        // in R 4.2.2, with s <- W/sum(W), y <- sum(s*x/n), v <- sum(s^2*x/n^2), m <- max(s/n) and O <- sum(x):
        // c(qgamma(.025, y^2/v, scale = v/y), qgamma(.975, (y+m)^2/(v+m^2), scale = (v+m^2)/(y+m))), as
        // epitools::ageadjust.direct(x, n, stdpop = W) y + sqrt(v/O) * (c(qchisq(.025, 2*O), qchisq(.975, 2*O + 2))/2 - O)
        Func<string, ReleasedValue> value = Prove(
            new StandardisedRateStatistic(Ill, "age", [5, 6, 7, 8, 8, 9, 9, 8, 7, 6, 5, 4, 3])
        );
        Near(
            value("standardised rate"),
            0.1242414275213575,
            ("gamma", 0.11871089336717001, 0.13012684243772651),
            ("Dobson", 0.11870485877541326, 0.1299505926518843)
        );
        Near(
            value("13"),
            205.0 / 994,
            ("Wilson", 0.1822386832215802, 0.23249800181232844),
            ("exact", 0.18148171255665402, 0.23274620784032973)
        );
    }

    [SkippableFact]
    public void Tables_of_age_groups_together()
    {
        // S = StratifiedTable([np.array([[((age==a)&e&ill).sum(), ((age==a)&e&~ill).sum()], [((age==a)&~e&ill).sum(),
        // ((age==a)&~e&~ill).sum()]]) for a in range(1, 14)]) S.oddsratio_pooled, S.test_equal_odds() (statsmodels); in R 4.2.2:
        // mantelhaen.test(A, correct = FALSE), and the formulas of Greenland and Robins
        Func<string, ReleasedValue> value = Prove(new StratifiedTableStatistic(High, Ill, "age"));
        Near(
            value("common odds ratio"),
            3.6066975606535361,
            ("Robins-Breslow-Greenland", 3.2463712563054932, 4.0070177644525229)
        );
        Near(value("common risk ratio"), 2.9037148830953621, ("Greenland-Robins", 2.6535995175381077, 3.1774049047657127));
        Near(631.07482664888676, value("Cochran-Mantel-Haenszel chi-square").Value);
        Near(2.9178080305758509e-139, value("Cochran-Mantel-Haenszel p-value").Value, 1e-9);
        Near(28.46023195946715, value("Breslow-Day chi-square").Value, 1e-9);
        Near(0.004735041993569444, value("Breslow-Day p-value").Value, 1e-9);
        Assert.Equal((12, 0), (value("Breslow-Day degrees of freedom").Value, value("rows without a value").Value));
    }

    [SkippableFact]
    public void Rates_in_person_time()
    {
        // in R 4.2.2, age standing for a time: poisson.test(sum(ill), sum(age))$conf.int*1e5; sum(ill&e), sum(age[e]);
        // sum(e[ill]), sum(age[ill])
        Near(
            Prove(PersonTimeRateStatistic.OfRows(Ill, "age", null, 100_000))("rate per 100000"),
            1983.5812097966018,
            ("exact", 1903.71314305437, 2065.9390748590299)
        );
        Near(
            Prove(PersonTimeRateStatistic.OfRows(Ill, "age", High))("rate per 1"),
            0.028621731194779603,
            ("exact", 0.027304457361171004, 0.029986129240044904)
        );
        Near(
            Prove(PersonTimeRateStatistic.OfCounts("pressure", "age", Ill))("rate per 1"),
            0.081561263002853726,
            ("exact", 0.077807523689931782, 0.085449288749904262)
        );
    }

    [SkippableFact]
    public void Mean_weighted_by_another_column()
    {
        // w = age[ill].astype(float); d = DescrStatsW(v, w * w.sum() / (w * w).sum()); d.mean, d.std_mean, d.zconfint_mean()
        // (statsmodels)
        Func<string, ReleasedValue> value = Prove(new WeightedMeanStatistic("bmi", "age", Ill));
        Near(value("mean"), 31.548743441038106, ("normal", 31.258386235993065, 31.839100646083708));
        Near(0.14814415332915337, value("standard error").Value);
        Near(2188.8811003320288, value("effective number of rows").Value);
        Assert.Equal((2322, 21726), (value("rows").Value, value("sum of weights").Value));
    }

    [Theory]
    [InlineData(0.05, 1, 3.8414588206941285)]
    [InlineData(0.05, 25, 37.65248413348277)]
    [InlineData(0.01, 12, 26.216967305535857)]
    [InlineData(1e-6, 1, 23.928126976934827)]
    [InlineData(1e-6, 1023, 1252.5812854838819)]
    [InlineData(0.5, 2, 1.386294361119891)]
    [InlineData(0.001, 100, 149.4492527790389)]
    public void Critical_values_of_chi_square(double level, int degrees, double expected)
    {
        // stats.chi2.isf(level, degrees)
        Assert.Equal(expected, ChiSquare.Quantile(level, degrees), 1e-8);
        (long p, long q) = ChiSquare.CriticalValue(level, degrees);
        Assert.InRange((double)p / q, expected - 1e-6, expected);
        Assert.Equal(1, (long)System.Numerics.BigInteger.GreatestCommonDivisor(p, q));
    }

    [Theory]
    [InlineData(0.1, 1, 0.7518296340458492)]
    [InlineData(1e-8, 1, 0.9999202115440526)]
    [InlineData(20, 5, 0.0012497305630313773)]
    [InlineData(300, 10, 1.5546747543803087e-58)]
    [InlineData(0.5, 40, 1.0)]
    [InlineData(1000, 1023, 0.6906084463510535)]
    [InlineData(1500, 1023, 1.0286363881601594e-20)]
    [InlineData(1400, 2, 9.85967654375939e-305)]
    public void Tails_of_chi_square(double x, int degrees, double expected) =>
        Near(expected, ChiSquare.UpperTail(x, degrees), 1e-11); // stats.chi2.sf(x, degrees)

    [Theory]
    [InlineData(0.6, 1)]
    [InlineData(1e-7, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(0.05, 0)]
    [InlineData(0.05, 1024)]
    public void Levels_and_degrees_out_of_range(double level, int degrees) =>
        Assert.Throws<ArgumentException>(() => ChiSquare.Quantile(level, degrees));
}
