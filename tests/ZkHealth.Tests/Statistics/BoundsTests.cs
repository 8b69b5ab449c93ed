using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Tests.Tables;

namespace ZkHealth.Tests.Statistics;

/// <summary>Statements about hidden numbers: each proven at its very bound, and one beyond it neither made nor
/// accepted.</summary>
public partial class BoundsTests
{
    private const int Rows = 900;

    private static readonly TableSchema Schema = new(
        "patients",
        [
            CategoryColumn.YesNo("diabetes"),
            CategoryColumn.YesNo("smoker"),
            new NumberColumn("pressure", -30, 60, 10),
            new CategoryColumn(
                "stage",
                [new Category("0", "none"), new Category("1", "early"), new Category("2", "late")],
                isOrdered: true
            ),
        ]
    );

    private static readonly StatisticContext Context = new("p", "r", "o");
    private static readonly uint[][] Codes = MakeCodes();
    private static readonly ContingencyTableOpening Cubes = Prove();
    private static readonly Predicate Yes = Predicate.In(Schema, "diabetes", "yes"),
        Smoker = Predicate.In(Schema, "smoker", "yes");
    private static readonly Predicate Nobody = Yes & !Yes;

    private static readonly long[] Values =
    [
        .. Where(i => Codes[0][i] == 2 && Codes[2][i] != 0).Select(i => -40 + 10L * Codes[2][i]).Order(),
    ];

    private static uint[][] MakeCodes()
    {
        var random = new Random(41);
        uint[][] codes = RandomTable.Codes(Schema, Rows, random);

        // smoking goes with the later stages
        codes[1] = [.. codes[1].Select((c, i) => c != 0 && codes[3][i] == 3 && random.Next(3) == 0 ? 2 : c)];
        return codes;
    }

    private static int[] Where(Func<int, bool> condition) => [.. Enumerable.Range(0, Rows).Where(condition)];

    private static ContingencyTableOpening Prove() =>
        RandomTable.Cube(Schema, Codes, TableAxes.Create([0, 1, 2, 3, 4], [2, 3, 3, 11, 4]));

    private static StatisticsProof Check(params Statistic[] statistics)
    {
        byte[] file = StatisticsProof.Prove(Cubes, statistics, Context, new DisclosureGuard(0)).Encode();
        Assert.True(StatisticsProof.TryDecode(file, out StatisticsProof? proof, out string? reason), reason);
        Assert.Equal(VerificationResult.Accepted, proof.Verify().Result);
        return proof;
    }

    private static void Untrue(params Statistic[] statistics)
    {
        ProvenTableFile file = ProvenTableFile.Of(Cubes, Context);
        foreach (Statistic statistic in statistics)
        {
            Assert.Throws<ArgumentException>(() => StatisticsProof.Prove(Cubes, [statistic], Context, new DisclosureGuard(0)));
            Assert.True(StatisticsProof.TryRows(file, [statistic], out long[][][] rows, out string? fault), fault);
            long[] released = [.. rows[0].Select(row => row.Select((w, i) => w * (long)Cubes.Counts(0)[i]).Sum())];
            if (InequalityProof.Measure([statistic], Schema, file.Axes, file.Table.Layout.PaddedRows).Fault is null)
            {
                Assert.False(
                    StatisticsProof.ProveUnchecked(Cubes, file, [statistic], rows, [released], (_, _) => { }).Verify().IsAccepted
                );
            }
        }
    }

    [Fact]
    public void Means_and_variances_lie_within_their_bounds()
    {
        long n = Values.Length,
            sum = Values.Sum(),
            squares = Values.Sum(v => v * v),
            spread = n * squares - sum * sum;
        StatisticsProof proof = Check(
            new MomentBoundsStatistic("pressure", Yes, new(sum, n), new(sum, n)),
            new MomentBoundsStatistic(
                "pressure",
                Yes,
                new(-100, 1),
                null,
                new(spread, n * (n - 1)),
                new(spread, n * (n - 1)),
                showRows: true
            ),
            new MomentBoundsStatistic(
                "pressure",
                Yes,
                null,
                null,
                new(spread, n * n),
                new(spread, n * n),
                ofPopulation: true,
                minimumRows: n
            ),
            new MomentBoundsStatistic("pressure", null, null, null, null, MomentBoundsStatistic.SquareOf(new(50, 1)))
        );
        long unknown = Where(i => Codes[0][i] == 2 && Codes[2][i] == 0).Length;
        Assert.Equal([unknown], proof.Released(0));
        Assert.Equal([n, unknown], proof.Released(1));
        Assert.Equal(
            $"the mean of pressure is at least {sum}/{n} and at most {sum}/{n}, of at least 1 rows, among diabetes = \"yes\"",
            proof.Statistics[0].Describe(Schema)
        );
        Assert.Contains(
            "the variance of pressure (over n - 1) is at most 2500 (standard deviation any to 50)",
            proof.Statistics[3].Describe(Schema),
            StringComparison.Ordinal
        );

        // next to n·(n − 1) and n² the smallest steps there are
        Untrue(
            new MomentBoundsStatistic("pressure", Yes, new(sum + 1, n), null),
            new MomentBoundsStatistic("pressure", Yes, null, new(sum - 1, n)),
            new MomentBoundsStatistic("pressure", Yes, null, null, new(spread + 1, n * (n - 1))),
            new MomentBoundsStatistic("pressure", Yes, null, null, null, new(spread - 1, n * (n - 1))),
            new MomentBoundsStatistic("pressure", Yes, null, null, new(spread + 1, n * n), null, true),
            new MomentBoundsStatistic("pressure", Yes, null, null, null, new(spread - 1, n * n), true),
            new MomentBoundsStatistic("pressure", Yes, new(-100, 1), null, minimumRows: n + 1, showRows: true),
            new MomentBoundsStatistic("pressure", Nobody, new(0, 1), new(0, 1)),
            new MomentBoundsStatistic("pressure", Nobody, null, null, null, new(1, 1), true)
        );
        Assert.Throws<ArgumentException>(() => new MomentBoundsStatistic("pressure", Yes, null, null));
        Assert.Throws<ArgumentException>(() => new MomentBoundsStatistic("pressure", Yes, new(1, 0), null));
        Assert.Throws<ArgumentException>(() => new MomentBoundsStatistic("pressure", Yes, null, null, new(1, 1), minimumRows: 1));
        Assert.Throws<ArgumentException>(() => Check(new MomentBoundsStatistic("stage", Yes, new(1, 1), null)));
    }

    [Fact]
    public void Quantiles_lie_within_their_bounds()
    {
        foreach ((int num, int den) in (ReadOnlySpan<(int, int)>)[(1, 2), (9, 10), (1, 10_000)])
        {
            long quantile = Values[(int)((Values.Length * (long)num + den - 1) / den) - 1];
            Statistic Between(long? low, long? high, long minimum = 1, Predicate? among = null) =>
                Statistic.QuantileBounds(
                    Schema,
                    "pressure",
                    num,
                    den,
                    low is null ? null : $"{low}",
                    high is null ? null : $"{high}",
                    among ?? Yes,
                    minimum
                );
            Check(Between(quantile, quantile, Values.Length));
            if (quantile < 60)
            {
                Untrue(Between(quantile + 10, null));
            }

            if (quantile > -30)
            {
                Untrue(Between(null, quantile - 10));
            }

            Untrue(Between(-30, 60, Values.Length + 1), Between(-30, 60, 1, Nobody));
        }

        StatisticsProof proof = Check(Statistic.QuantileBounds(Schema, "stage", 1, 2, "early", "late", showRows: true));
        Assert.Equal([Where(i => Codes[3][i] != 0).Length, Where(i => Codes[3][i] == 0).Length], proof.Released(0));
        Assert.Equal(
            "the 1/2 quantile of stage is at least \"early\" and at most \"late\", of at least 1 rows",
            proof.Statistics[0].Describe(Schema)
        );
        Assert.Throws<ArgumentException>(() => Statistic.QuantileBounds(Schema, "pressure", 1, 2, "7", null));
        Assert.Throws<ArgumentException>(() => Statistic.QuantileBounds(Schema, "pressure", 1, 2, "60", "50"));
        Assert.Throws<ArgumentException>(() => Statistic.QuantileBounds(Schema, "pressure", 1, 1, "60", null));
    }

    [Fact]
    public void Counts_and_rates_lie_within_their_bounds()
    {
        long n = Where(i => Codes[0][i] == 2 && Codes[1][i] == 2).Length,
            d = Where(i => Codes[1][i] == 2 && Codes[0][i] != 0).Length;
        Predicate among = Smoker & Predicate.Known(Schema, "diabetes");
        StatisticsProof proof = Check(
            Statistic.CountBounds(Yes & Smoker, n, n),
            Statistic.CountBounds(Yes & Smoker, null, n, show: true),
            Statistic.RateBounds(Yes, among, new(n, d), new(n, d), minimumRows: d),
            Statistic.RateBounds(Yes, among, new(0, 1), null, true, true)
        );
        Assert.Equal(
            [
                [],
                [n],
                [0],
                [n, d, 0],
            ],
            Enumerable.Range(0, 4).Select(k => proof.Released(k))
        );
        Assert.EndsWith($"is at most {n}", proof.Statistics[1].Describe(Schema), StringComparison.Ordinal);
        Untrue(
            Statistic.CountBounds(Yes & Smoker, n + 1, null),
            Statistic.CountBounds(Yes & Smoker, null, n - 1),
            Statistic.CountBounds(Yes & Smoker, null, n - 1, show: true),
            Statistic.CountBounds(Yes, 2000, null),
            Statistic.RateBounds(Yes, among, new(n + 1, d), null),
            Statistic.RateBounds(Yes, among, null, new(n - 1, d)),
            Statistic.RateBounds(Yes, among, new(0, 1), new(1, 1), minimumRows: d + 1),
            Statistic.RateBounds(Yes, Nobody, new(1, 2), new(1, 4)),
            Statistic.RateBounds(Yes, among, new(3, 2), null)
        );
        Assert.Throws<ArgumentException>(() => Statistic.CountBounds(Yes, null, null));
        Assert.Throws<ArgumentException>(() => Statistic.CountBounds(Yes, -1, null));
        Assert.Throws<ArgumentException>(() => Statistic.RateBounds(Yes, among, new(1, 2), null, minimumRows: 0));
    }

    [Fact]
    public void Chi_square_of_a_hidden_two_by_two_table_lies_within_its_bounds()
    {
        long[] t =
        [
            .. new[] { (2u, 2u), (2u, 1u), (1u, 2u), (1u, 1u) }.Select(e =>
                (long)Where(i => Codes[1][i] == e.Item1 && Codes[0][i] == e.Item2).Length
            ),
        ];
        long r1 = t[0] + t[1],
            r2 = t[2] + t[3],
            c1 = t[0] + t[2],
            c2 = t[1] + t[3],
            cross = t[0] * t[3] - t[1] * t[2];
        System.Numerics.BigInteger p = (System.Numerics.BigInteger)(r1 + r2) * cross * cross,
            q = (System.Numerics.BigInteger)(r1 * r2) * (c1 * c2);

        // the neighbours of X² with the denominator 10^6
        long floor = (long)(p * 1_000_000 / q),
            least = ((long[])[r1, r2, c1, c2]).Min();
        Check(new IndependenceBoundsStatistic(Smoker, Yes, null, new(floor, 1_000_000), new(floor + 1, 1_000_000), least));
        Untrue(
            new IndependenceBoundsStatistic(Smoker, Yes, null, new(floor + 1, 1_000_000), null),
            new IndependenceBoundsStatistic(Smoker, Yes, null, null, new(floor, 1_000_000)),
            new IndependenceBoundsStatistic(Smoker, Yes, null, new(0, 1), null, least + 1),
            new IndependenceBoundsStatistic(Smoker, Nobody, null, null, new(5, 1))
        );
        Assert.Throws<ArgumentException>(() => new IndependenceBoundsStatistic(Smoker, Yes, null, new(0, 1), null, 0));
    }

    /// <summary>Attack F13: of two values of one column nobody has both, so no cell of the cube is exposed with the outcome; the
    /// bound of that margin was taken to be 0, and the true statement refused.</summary>
    [Fact]
    public void Chi_square_of_two_values_of_one_column_lies_within_its_bounds()
    {
        long[] n = [.. new[] { 1u, 2u, 3u }.Select(code => (long)Where(i => Codes[3][i] == code).Length)];

        // a = 0, b and c are the rows of the two values, d those of the third
        long all = n.Sum();
        System.Numerics.BigInteger p = (System.Numerics.BigInteger)all * n[0] * n[1] * n[0] * n[1],
            q = (System.Numerics.BigInteger)(n[0] * (n[1] + n[2])) * (n[1] * (n[0] + n[2]));
        long floor = (long)(p * 1_000_000 / q);
        Predicate none = Predicate.In(Schema, "stage", "0"),
            early = Predicate.In(Schema, "stage", "1");
        Check(new IndependenceBoundsStatistic(none, early, null, new(floor, 1_000_000), new(floor + 1, 1_000_000)));
        Untrue(new IndependenceBoundsStatistic(none, early, null, new(floor + 1, 1_000_000), null));
    }
}
