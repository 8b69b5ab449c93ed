using FsCheck.Xunit;
using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Tests.Tables;

namespace ZkHealth.Tests.Statistics;

public class StatisticsProofTests
{
    private const int Rows = 3000;

    private static readonly TableSchema Schema = new(
        "patients",
        [
            CategoryColumn.YesNo("diabetes"),
            new NumberColumn("bmi", -3, 40),
            new CategoryColumn(
                "age",
                [new Category("young", "young"), new Category("middle", "middle"), new Category("old", "old")]
            ),
            CategoryColumn.YesNo("unused"),
        ]
    );

    private static readonly StatisticContext Context = new("p", "r", "o");
    private static readonly uint[][] Codes = MakeCodes();
    private static readonly ContingencyTableOpening Cubes = Prove();
    private static readonly Predicate Yes = Predicate.In(Schema, "diabetes", "yes"),
        Old = Predicate.In(Schema, "age", "old");

    private static uint[][] MakeCodes() => RandomTable.Codes(Schema, Rows, new Random(21));

    private static ContingencyTableOpening Prove() =>
        RandomTable.Cube(Schema, Codes, TableAxes.Create([0, 1, 2, 3], [2, 3, 45, 4]));

    private static StatisticsProof Check(params Statistic[] statistics)
    {
        byte[] file = StatisticsProof.Prove(Cubes, statistics, Context, new DisclosureGuard(0)).Encode();
        Assert.True(StatisticsProof.TryDecode(file, out StatisticsProof? proof, out string? reason), reason);
        Assert.Equal(VerificationResult.Accepted, proof.Verify().Result);
        return proof;
    }

    private static int[] Where(Func<int, bool> condition) => [.. Enumerable.Range(0, Rows).Where(condition)];

    private static double Value(StatisticsProof proof, string name, int statistic = 0) =>
        proof.Values(statistic).Single(v => v.Name == name).Value!.Value;

    [Fact]
    public void Counts_and_histograms_are_direct_counts()
    {
        StatisticsProof proof = Check(
            new CountStatistic(Yes & !Old),
            new HistogramStatistic("age"),
            new HistogramStatistic("age", Yes)
        );
        Assert.Equal(Where(i => Codes[0][i] == 2 && Codes[2][i] is 1 or 2 && Codes[0][i] == 2).Length, proof.Released(0)[0]);
        for (uint code = 1; code < 4; code++)
        {
            Assert.Equal(Where(i => Codes[2][i] == code).Length, proof.Released(1)[(int)code - 1]);
            Assert.Equal(
                Where(i => Codes[2][i] == code && Codes[0][i] == 2).Length,
                Value(proof, Schema.Columns[3].Label(code), 2)
            );
        }
    }

    [Fact]
    public void Means_variances_and_quantiles_are_those_of_the_values()
    {
        long[] values = [.. Where(i => Codes[1][i] != 0 && Codes[2][i] == 3).Select(i => (long)Codes[1][i] - 4).Order()];
        StatisticsProof proof = Check(
            new MeanStatistic("bmi", Old),
            new QuantileStatistic("bmi", 1, 2, Old),
            new QuantileStatistic("bmi", 9, 10, Old)
        );
        double mean = values.Average();
        Assert.Equal(Where(i => Codes[1][i] == 0 && Codes[2][i] == 3).Length, Value(proof, "rows without a value"));
        Assert.Equal(mean, Value(proof, "mean"), 1e-12);
        Assert.Equal(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1), Value(proof, "variance"), 1e-9);
        Assert.Equal(values[(int)Math.Ceiling(values.Length * 0.5) - 1], Value(proof, "quantile", 1));
        Assert.Equal(values[(int)Math.Ceiling(values.Length * 0.9) - 1], Value(proof, "quantile", 2));
    }

    [Fact]
    public void Rates_are_exact_fractions()
    {
        StatisticsProof proof = Check(new RateStatistic(Yes, Old));
        long ill = Where(i => Codes[2][i] == 3 && Codes[0][i] == 2).Length,
            old = Where(i => Codes[2][i] == 3).Length;
        long all = Where(i => Codes[2][i] == 3 && Codes[0][i] != 0).Length;
        Assert.Equal([ill, all, old - all], proof.Released(0));
        Assert.Equal(old - all, proof.Values(0)[3].Value);
        ReleasedValue rate = proof.Values(0)[2];
        Assert.Equal((double)ill / all, rate.Value);
        var expected = new Rate((ulong)ill, (ulong)all);
        Assert.Equivalent(new[] { expected.Wilson95, expected.Exact95 }, rate.Intervals, strict: true);

        // few who are not counted show themselves as well
        var not = new RateStatistic(!Predicate.EqualTo(Schema, "bmi", "7"), Old & Predicate.Known(Schema, "bmi"));
        long others = Where(i => Codes[2][i] == 3 && Codes[1][i] == 11).Length;
        Assert.NotNull(StatisticsProof.Refusal(Cubes.Counted(), [not], new DisclosureGuard((ulong)others + 1)));
        Assert.Null(StatisticsProof.Refusal(Cubes.Counted(), [not], new DisclosureGuard((ulong)others)));
        Assert.Null(new RateStatistic(Yes, Old).Derive(Schema, [5, 4, 0]));
        Assert.Null(new RateStatistic(Yes, Old).Derive(Schema, [4, 5, -1]));
        Assert.Null(new RateStatistic(Yes, Old, true).Derive(Schema, [4, 5, 2]));
    }

    [Fact]
    public void Two_by_two_tables_and_standardised_rates()
    {
        StatisticsProof proof = Check(new TwoByTwoStatistic(Old, Yes), new StandardisedRateStatistic(Yes, "age", [5, 3, 2]));
        double[] cells =
        [
            .. new[] { (true, true), (true, false), (false, true), (false, false) }.Select(e =>
                (double)
                    Where(i =>
                        Codes[0][i] != 0 && Codes[2][i] != 0 && (Codes[2][i] == 3) == e.Item1 && (Codes[0][i] == 2) == e.Item2
                    ).Length
            ),
        ];
        Assert.Equal([.. cells.Select(c => (long)c), Where(i => Codes[0][i] == 0 || Codes[2][i] == 0).Length], proof.Released(0));
        Assert.Equal(cells[0] * cells[3] / (cells[1] * cells[2]), Value(proof, "odds ratio"), 1e-12);
        Assert.Equal(cells[0] / (cells[0] + cells[1]) / (cells[2] / (cells[2] + cells[3])), Value(proof, "relative risk"), 1e-12);
        double expected =
            Enumerable
                .Range(1, 3)
                .Sum(age =>
                    new[] { 5, 3, 2 }[age - 1]
                    * (double)Where(i => Codes[2][i] == age && Codes[0][i] == 2).Length
                    / Where(i => Codes[2][i] == age && Codes[0][i] != 0).Length
                ) / 10;
        Assert.Equal(expected, Value(proof, "standardised rate", 1), 1e-12);
        Assert.Equal(Value(proof, "rows without a value"), Value(proof, "rows without a value", 1));
    }

    [Theory]
    [InlineData(0.1, 1, 0.7518296340458492)]
    [InlineData(3.841458820694124, 1, 0.05)]
    [InlineData(20, 5, 0.0012497305630313753)]
    [InlineData(7.5, 10, 0.6775476361045436)]
    [InlineData(40, 26, 0.03901199285499279)]
    public void Tails_of_chi_square(double x, int degrees, double expected) =>
        Assert.Equal(expected, ChiSquare.UpperTail(x, degrees), 1e-9); // by the closed forms with exp and erfc

    [Fact]
    public void Thresholds_hold_without_showing_the_counts()
    {
        long n = Where(i => Codes[0][i] == 2 && Codes[2][i] == 3).Length,
            d = Where(i => Codes[0][i] != 0 && Codes[2][i] == 3).Length;
        Predicate among = Predicate.Known(Schema, "diabetes") & Old;
        StatisticsProof proof = Check(
            Statistic.RateBounds(Yes, among, new(n, d), new(n, d)),
            Statistic.RateBounds(Yes, among, new(1, 4), new(3, 4), showDenominator: true),
            Statistic.RateBounds(Yes, among, null, new(9, 10), showNumerator: true),
            Statistic.CountBounds(Yes & Old, n, null),
            Statistic.CountBounds(Yes, 0, null)
        );
        Assert.Equal([0], proof.Released(0));
        Assert.Equal([d, 0], proof.Released(1));
        Assert.Equal([n, 0], proof.Released(2));
        Assert.StartsWith("the rate of diabetes = \"yes\"", proof.Statistics[0].Describe(Schema), StringComparison.Ordinal);

        foreach (
            Statistic lie in (Statistic[])
                [
                    Statistic.RateBounds(Yes, among, new(n + 1, d), null),
                    Statistic.RateBounds(Yes, among, null, new(n - 1, d)),
                    Statistic.CountBounds(Yes & Old, n + 1, null),
                ]
        )
        {
            Assert.Throws<ArgumentException>(() => StatisticsProof.Prove(Cubes, [lie], Context, new DisclosureGuard(0)));
        }
    }

    [Fact]
    public void False_numbers_and_statements_are_rejected()
    {
        ProvenTableFile file = ProvenTableFile.Of(Cubes, Context);
        Statistic[] asked = [new CountStatistic(Yes), new MeanStatistic("bmi")];
        Assert.True(StatisticsProof.TryRows(file, asked, out long[][][] rows, out _));
        StatisticsProof honest = StatisticsProof.Prove(Cubes, asked, Context);
        for (int k = 0; k < 2; k++)
        {
            for (int j = 0; j < honest.Released(k).Count; j++)
            {
                long[][] released =
                [
                    [.. honest.Released(0)],
                    [.. honest.Released(1)],
                ];
                released[k][j]++;
                Assert.False(StatisticsProof.ProveUnchecked(Cubes, file, asked, rows, released).Verify().IsAccepted);
            }
        }

        var median = new QuantileStatistic("bmi") { Code = 2 };
        Assert.Throws<ArgumentException>(() => StatisticsProof.Prove(Cubes, [new QuantileStatistic("bmi", 3, 3)], Context));
        Assert.True(StatisticsProof.TryRows(file, [median], out rows, out _));
        long[] counts = [.. rows[0].Select(row => row.Select((w, i) => w * (long)Cubes.Counts(0)[i]).Sum())];
        Assert.False(StatisticsProof.ProveUnchecked(Cubes, file, [median], rows, [counts]).Verify().IsAccepted);
    }

    /// <summary>Counts that no table has made whoever inspected a file compute Fisher's test of 2^62 rows, for hours.</summary>
    [Fact]
    public void Counts_beyond_the_table_are_refused_before_anything_follows_from_them()
    {
        ProvenTableFile file = ProvenTableFile.Of(Cubes, Context);
        foreach (
            Statistic statistic in (Statistic[])
                [
                    new TwoByTwoStatistic(Old, Yes),
                    new StratifiedTableStatistic(Predicate.AtLeast(Schema, "bmi", "0"), Yes, "age"),
                    new RateStatistic(Yes, Old),
                    new StandardisedRateStatistic(Yes, "age", [5, 3, 2]),
                    new MeanStatistic("bmi"),
                    new HistogramStatistic("age"),
                ]
        )
        {
            long[][] rows = statistic.Rows(Schema, file.Axes)!;
            long[] released = [.. rows.Select((_, j) => Rows + 1L + (j << 10))];
            byte[] forged = StatisticsProof.ProveUnchecked(Cubes, file, [statistic], [rows], [released]).Encode();
            Assert.False(StatisticsProof.TryDecode(forged, out _, out string? reason));
            Assert.Contains($"a count is larger than the table of {Rows} rows", reason, StringComparison.Ordinal);
        }

        // the rows without a value, too, are rows of the table
        var rate = new RateStatistic(Yes, Old);
        byte[] most = StatisticsProof
            .ProveUnchecked(
                Cubes,
                file,
                [rate],
                [rate.Rows(Schema, file.Axes)!],
                [
                    [1, 2, Rows + 1],
                ]
            )
            .Encode();
        Assert.False(StatisticsProof.TryDecode(most, out _, out _));
    }

    [Fact]
    public void Small_counts_and_foreign_columns_are_refused()
    {
        Assert.Throws<DisclosureException>(() =>
            StatisticsProof.Prove(Cubes, [new HistogramStatistic("bmi", Yes & Old)], Context, new DisclosureGuard(30))
        );
        Assert.NotNull(StatisticsProof.Refusal(Cubes.Counted(), [new CountStatistic(Yes)], new DisclosureGuard(5000)));
        Assert.Null(StatisticsProof.Refusal(Cubes.Counted(), [new CountStatistic(Yes)], DisclosureGuard.Default));
        foreach (
            Statistic statistic in (Statistic[])
                [
                    new HistogramStatistic("unused"),
                    new HistogramStatistic("nothing"),
                    new MeanStatistic("age"),
                    new StandardisedRateStatistic(Yes, "age", [1, 2]),
                    new QuantileStatistic("unused"),
                ]
        )
        {
            Assert.Throws<ArgumentException>(() => StatisticsProof.Prove(Cubes, [statistic], Context));
        }

        Assert.Throws<ArgumentException>(() => StatisticsProof.Prove(Cubes, [], Context));
        Assert.Throws<ArgumentException>(() => Statistic.RateBounds(Yes, Old, new(1, 0), null));
        Assert.Throws<ArgumentException>(() => Statistic.RateBounds(Yes, Old, null, null));
    }

    /// <summary>StatementTests changes every byte of a file of statistics and bounds.</summary>
    [Fact]
    public void A_changed_byte_is_found()
    {
        byte[] file = StatisticsProof
            .Prove(Cubes, [new CountStatistic(Yes), Statistic.CountBounds(Old, 5, null)], Context)
            .Encode();
        for (int at = 0; at < file.Length; at += at < 500 ? 7 : 97)
        {
            byte[] changed = [.. file];
            changed[at] ^= 1;
            Assert.False(
                StatisticsProof.TryDecode(changed, out StatisticsProof? proof, out _) && proof.Verify().IsAccepted,
                $"byte {at}"
            );
        }

        Assert.False(StatisticsProof.TryDecode(file.AsMemory(0, file.Length - 1), out _, out _));
    }

    /// <summary>A statement whose rows would fill the memory was made before it was counted, once.</summary>
    [Fact]
    public void Too_many_weights_are_refused_before_they_are_made()
    {
        var wide = new TableSchema("wide", [new NumberColumn("n", 1, 1 << 19)]);
        TableAxes axes = TableAxes.Create([1], [(1 << 19) + 1]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(new HistogramStatistic("n").Rows(wide, axes));
        Assert.Null(
            new StandardisedRateStatistic(Predicate.EqualTo(wide, "n", "5"), "n", [.. Enumerable.Repeat(1L, 1 << 19)]).Rows(
                wide,
                axes
            )
        );
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 200 << 20);
    }

    [Property(MaxTest = 300)]
    public void Hostile_bytes_never_throw(byte[] bytes) => Assert.False(StatisticsProof.TryDecode(bytes ?? [], out _, out _));
}
