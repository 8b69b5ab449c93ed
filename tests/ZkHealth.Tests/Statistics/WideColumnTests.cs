using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics;

/// <summary>Columns of more than 4,096 values are committed as two; comparisons and means are over both.</summary>
public class WideColumnTests
{
    private static readonly WideColumn Cost = WideColumn.Split(new NumberColumn("cost", -10, 60_000, 0.5m, "EUR", 1))!;
    private static readonly WideColumn Birth = WideColumn.Split(new DateColumn("birth", new(1903, 5, 2), new(2026, 3, 1)))!;
    private static readonly TableSchema Schema = new("t", [Cost.High, Cost.Low, Birth.High, Birth.Low]);

    [Fact]
    public void Digits_and_values_are_one_to_one()
    {
        foreach (WideColumn wide in (WideColumn[])[Cost, Birth])
        {
            WideColumn found = WideColumn.Find(Schema, wide.Whole.Name)!;
            StatisticColumn read = StatisticColumn.Find(Schema, wide.Whole.Name)!;
            for (uint high = 0; high < wide.High.Domain; high++)
            {
                for (uint low = 0; low < wide.Low.Domain; low++)
                {
                    Assert.Equal(found.Code(high, low), read.Code(c => c == wide.High.Name ? high : low));
                }
            }

            for (uint code = 0; code < wide.Whole.Domain; code++)
            {
                (uint high, uint low) = wide.Digits(code);
                Assert.True(high < wide.High.Domain && low < wide.Low.Domain && (high == 0) == (low == 0));
                Assert.True(
                    code == 0 ? found.Code(high, low) == 0 : found.Whole.Label(found.Code(high, low)) == wide.Whole.Label(code)
                );
            }

            Assert.Equal((0u, 0u), (wide.Code(0, 1), wide.Code(1, 0)));
        }

        // the sum of both columns is the number
        (uint h, uint l) = Cost.Digits(Cost.Whole.CodeOf("1234.5 EUR"));
        Assert.Equal(1234.5m, ((NumberColumn)Cost.High).Value(h) + ((NumberColumn)Cost.Low).Value(l));
        Assert.Null(WideColumn.Split(new NumberColumn("n", 1, 4096)));
        Assert.Null(WideColumn.Split(new NumberColumn("n", 1, 9000, topCode: "9000+")));
        Assert.Null(WideColumn.Find(Schema, "other"));

        // the 366th day of a year that has none is no value
        uint year = ((DateColumn)Birth.High).CodeOf(new DateOnly(2023, 1, 1));
        Assert.Equal(0u, Birth.Code(year, 366));
        Assert.NotEqual(0u, Birth.Code(year + 1, 366));
    }

    [Theory]
    [InlineData("cost", "-10", "60000")]
    [InlineData("cost", "0.5", "0.5")]
    [InlineData("cost", "501.5", "2000")]
    [InlineData("cost", "17.5", "18")]
    [InlineData("birth", "1950-01-01", "1959-12-31")]
    [InlineData("birth", "1950-02", "1950-02")]
    [InlineData("birth", "1999-12-31", "2004-01-01")]
    public void Comparisons_are_those_of_the_values(string column, string from, string to)
    {
        WideColumn wide = column == "cost" ? Cost : Birth;
        TableAxes axes = TableAxes.Create(
            [(uint)Schema.IndexOf(wide.High.Name), (uint)Schema.IndexOf(wide.Low.Name)],
            [wide.High.Domain, wide.Low.Domain]
        );
        WideColumn read = WideColumn.Find(Schema, column)!;
        var whole = new TableSchema("whole", [read.Whole]);
        TableAxes line = TableAxes.Create([1], [whole.Columns[1].Domain]);
        Predicate Between(TableSchema s) => Predicate.Between(s, column, from, to);
        foreach (
            Func<TableSchema, Predicate> condition in (Func<TableSchema, Predicate>[])
                [
                    Between,
                    s => !Between(s),
                    s => Predicate.LessThan(s, column, to),
                    s => Predicate.AtLeast(s, column, from),
                    s => Predicate.Known(s, column),
                ]
        )
        {
            if (condition == Between || from != "-10")
            {
                bool[] split = CellSpace.Evaluate(condition(Schema), Schema, axes)!,
                    expected = CellSpace.Evaluate(condition(whole), whole, line)!;
                for (uint code = 0; code < line.CellCount; code++)
                {
                    (uint high, uint low) = read.Digits(code);
                    Assert.Equal(expected[code], split[high * wide.Low.Domain + low]);
                }
            }
        }
    }

    /// <summary>A condition was tried for every quotient's kind and every remainder, and a stranger's description has hundreds of
    /// them: seconds for whoever reads it. Remainders that are alike are tried once, a description has so many steps in all, and
    /// what comes after them is described as it stands. Steps are counted.</summary>
    [Fact]
    public void Words_of_very_many_conditions_take_a_bounded_number_of_steps()
    {
        Predicate High(params uint[] codes) => new ColumnPredicate(Cost.High.Name, codes);
        Predicate Low(params uint[] codes) => new ColumnPredicate(Cost.Low.Name, codes);
        Predicate comparison = Predicate.Between(Schema, "cost", "0.5", "5");
        string words = comparison.Describe(Schema);
        Assert.DoesNotContain(Cost.High.Name, words, StringComparison.Ordinal);

        // seven kinds of quotients beside one of remainders
        Predicate hostile = new JoinedPredicate(
            [
                new JoinedPredicate([.. Enumerable.Range(1, 7).Select(i => High((uint)i))], false),
                new JoinedPredicate([Low(2), Low(4), Low(6)], false),
            ],
            true
        );
        var wide = new WideText(Schema);
        Assert.Equal(words, wide.Of(comparison));
        long ordinary = WideText.MostSteps - wide.Left;
        Assert.Null(wide.Of(hostile));
        Assert.InRange(WideText.MostSteps - ordinary - wide.Left, 1, 5 * ordinary);

        for (int i = 0; i < 390; i++)
        {
            Assert.Null(wide.Of(hostile));
        }

        Assert.Equal((0L, null), (wide.Left, wide.Of(comparison)));
        var many = new JoinedPredicate([.. Enumerable.Repeat(hostile, 390), comparison], false);
        string plain = many.Describe(Schema);
        Assert.DoesNotContain(words, plain, StringComparison.Ordinal);
        Assert.EndsWith(words, new JoinedPredicate([hostile, comparison], false).Describe(Schema), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mean_is_proven_over_both_columns()
    {
        var narrow = WideColumn.Split(new NumberColumn("days", 0, 6000))!;
        var schema = new TableSchema("t", [narrow.High, narrow.Low]);
        uint[] values = [0, 1, 1024, 1025, 4999, 5000, 6000, 2048];
        (uint High, uint Low)[] digits = [.. values.Select(v => narrow.Digits(v + 1)), (0, 0)];
        using var secret = TableSecret.Create();
        using var table = TableOpening.Commit(
            new CodedTable(
                schema,
                [
                    [.. digits.Select(d => d.High)],
                    [.. digits.Select(d => d.Low)],
                ]
            ),
            new byte[32],
            secret
        );
        using ContingencyTableOpening cubes = ContingencyTableProof.Prove(
            table,
            TableAxes.Create([0, 1, 2], [2, narrow.High.Domain, narrow.Low.Domain])
        );
        StatisticsProof proof = StatisticsProof.Prove(
            cubes,
            [new MeanStatistic("days")],
            new StatisticContext("p", "r", "o"),
            new DisclosureGuard(0)
        );
        Assert.True(ProofFile.TryDecode(proof.Encode(), out StatisticsProof? file, out string? reason), reason);
        Assert.Equal(VerificationResult.Accepted, file.Verify().Result);
        Assert.Equal(values.Average(v => (double)v), file.Values(0).Single(v => v.Name == "mean").Value!.Value, 9);
        Assert.Equal(8, file.Released(0)[0]);
    }

    /// <summary>Sums over a wide column beside another: events in days under observation, of which eleven years are more than one
    /// column holds, a mean with weights, and bounds of a mean and a variance. Numbers are those of the rows.</summary>
    [Fact]
    public void Rates_weights_and_bounds_are_over_both_columns()
    {
        var days = WideColumn.Split(new NumberColumn("days", 0, 5000))!;
        var schema = new TableSchema("t", [days.High, days.Low, new NumberColumn("n", 0, 2), Birth.High, Birth.Low]);
        (long Days, long N)[] rows = [(0, 1), (1023, 0), (1024, 2), (2047, 1), (3000, 0), (4999, 2), (5000, 1)];
        (uint High, uint Low)[] digits = [.. rows.Select(r => days.Digits((uint)r.Days + 1)), (0, 0)];
        uint[] none = new uint[digits.Length];
        using var secret = TableSecret.Create();
        using var table = TableOpening.Commit(
            new CodedTable(
                schema,
                [
                    [.. digits.Select(d => d.High)],
                    [.. digits.Select(d => d.Low)],
                    [.. rows.Select(r => (uint)r.N + 1), 1],
                    none,
                    none,
                ]
            ),
            new byte[32],
            secret
        );
        using ContingencyTableOpening cubes = ContingencyTableProof.Prove(
            table,
            TableAxes.Create([0, 1, 2, 3], [2, days.High.Domain, days.Low.Domain, 4])
        );
        StatisticsProof Prove(params Statistic[] asked) =>
            StatisticsProof.Prove(cubes, asked, new StatisticContext("p", "r", "o"), new DisclosureGuard(0));
        long sum = rows.Sum(r => r.Days),
            mean = sum / rows.Length;
        Statistic Bounds(long low) =>
            new MomentBoundsStatistic("days", null, new(low, 1), new(mean + 1, 1), new(1, 1), null, minimumRows: 2);
        Statistic[] asked =
        [
            PersonTimeRateStatistic.OfCounts("n", "days"),
            PersonTimeRateStatistic.OfRows(Predicate.EqualTo(schema, "n", "2"), "days"),
            new WeightedMeanStatistic("days", "n"),
            Bounds(mean),
        ];
        var proof = (StatisticsProof)ProofFile.Decode(Prove(asked).Encode());
        Assert.Equal(VerificationResult.Accepted, proof.Verify().Result);
        Assert.Equal([7, rows.Sum(r => r.N), sum, 1], proof.Released(0));
        Assert.Equal([7, rows.Count(r => r.N == 2), sum, 1], proof.Released(1));
        Assert.Equal(
            [
                7,
                rows.Sum(r => r.N),
                rows.Sum(r => r.N * r.N),
                rows.Sum(r => r.N * r.Days),
                rows.Sum(r => r.N * r.Days * r.Days),
                1,
            ],
            proof.Released(2)
        );
        Assert.Throws<ArgumentException>(() => Prove(Bounds(mean + 1)));
        Assert.Contains(
            "the column 'birth' holds no numbers",
            Assert.Throws<ArgumentException>(() => Prove(new MeanStatistic("birth"))).Message,
            StringComparison.Ordinal
        );
    }
}
