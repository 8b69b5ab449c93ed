using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Tests.Statistics;

/// <summary>Tables of two columns whose counts are hidden, and the guard over hidden numbers.</summary>
public partial class BoundsTests
{
    [Fact]
    public void The_table_of_two_columns_and_its_test()
    {
        StatisticsProof proof = Check(
            new IndependenceStatistic("smoker", "stage"),
            new IndependenceStatistic("stage", "diabetes", Yes)
        );
        Assert.Equal(
            Enumerable.Range(0, 6).Select(k => (long)Where(i => Codes[1][i] == k / 3 + 1 && Codes[3][i] == k % 3 + 1).Length),
            proof.Released(0).SkipLast(1)
        );
        ReleasedValue Value(string name, int k = 0) => proof.Values(k).Single(v => v.Name == name);
        Assert.Equal(2, Value("degrees of freedom").Value);
        Assert.InRange(Value("p-value").Value!.Value, 0, 0.05);

        // a table of one column says nothing of independence
        Assert.Equal(0, Value("degrees of freedom", 1).Value);
        Assert.All(
            ["chi-square", "p-value", "Cramér's V", "least count expected"],
            (string name) =>
                Assert.Equal(
                    (null, "only one row or column of the table has counts"),
                    (Value(name, 1).Value, Value(name, 1).Undefined)
                )
        );
        Assert.Throws<ArgumentException>(() => Check(new IndependenceStatistic("smoker", "smoker")));
        Assert.Throws<DisclosureException>(() =>
            StatisticsProof.Prove(Cubes, [new IndependenceStatistic("smoker", "stage")], Context, new DisclosureGuard(500))
        );
    }

    /// <summary>
    /// A margin is bounded by the larger bound of its two cells: by that of the first it was 0 where no cell of the cube can
    /// satisfy the first, and a true statement was refused as one that no counts can satisfy.
    /// </summary>
    [Fact]
    public void Chi_square_of_conditions_that_exclude_each_other()
    {
        Predicate early = Predicate.In(Schema, "stage", "early"),
            late = Predicate.In(Schema, "stage", "late");
        Check(new IndependenceBoundsStatistic(early, late, null, new(1, 1), null, 10));
        Untrue(new IndependenceBoundsStatistic(early, late, null, null, new(1, 1), 10));
    }

    /// <summary>What hidden numbers say of few people is not proven unless the owner asks for it.</summary>
    [Fact]
    public void The_guard_looks_at_hidden_numbers_too()
    {
        long n = Where(i => Codes[0][i] == 2 && Codes[1][i] == 2).Length,
            d = Where(i => Codes[1][i] == 2 && Codes[0][i] != 0).Length;
        Predicate among = Smoker & Predicate.Known(Schema, "diabetes");
        foreach (
            Statistic statistic in (Statistic[])
                [
                    new MomentBoundsStatistic("pressure", Yes, new(-100, 1), null),
                    Statistic.QuantileBounds(Schema, "pressure", 1, 2, "-30", null, Yes),
                    Statistic.RateBounds(Yes, among, new(1, 1000), null),
                    new IndependenceBoundsStatistic(Smoker, Yes, null, null, new(900, 1), 2),
                    Statistic.Conformity(["stage"], [1, 1, 1], ConformityBound.SharesWithin(1, 1), Yes, 1),
                ]
        )
        {
            Assert.Throws<DisclosureException>(() =>
                StatisticsProof.Prove(Cubes, [statistic], Context, new DisclosureGuard(Rows))
            );
            StatisticsProof.Prove(Cubes, [statistic], Context, new DisclosureGuard(50));
            Assert.NotNull(StatisticsProof.Refusal(Cubes.Counted(), [statistic], new DisclosureGuard(Rows)));
        }

        // bounds that leave a count, or what is not counted, between 1 and threshold − 1
        var guard = new DisclosureGuard((ulong)n + 1);
        Assert.NotNull(StatisticsProof.Refusal(Cubes.Counted(), [Statistic.CountBounds(Yes & Smoker, 1, n)], guard));
        Assert.Null(StatisticsProof.Refusal(Cubes.Counted(), [Statistic.CountBounds(Yes & Smoker, 1, n + 1)], guard));
        Assert.Null(StatisticsProof.Refusal(Cubes.Counted(), [Statistic.CountBounds(Yes & Smoker, null, n)], guard));
        Assert.NotNull(
            StatisticsProof.Refusal(
                Cubes.Counted(),
                [Statistic.RateBounds(Yes, among, new(1, d), new(n, d), showDenominator: true)],
                guard
            )
        );
        Assert.Null(StatisticsProof.Refusal(Cubes.Counted(), [Statistic.RateBounds(Yes, among, new(1, d), new(n, d))], guard));
        Assert.NotNull(
            StatisticsProof.Refusal(
                Cubes.Counted(),
                [Statistic.RateBounds(Yes, among, new(n, d), new(d - 1, d), showDenominator: true)],
                new DisclosureGuard((ulong)(d - n) + 1)
            )
        );
        Assert.NotNull(
            StatisticsProof.Refusal(
                Cubes.Counted(),
                [Statistic.RateBounds(Yes, among, new(0, 1), null, true, true)],
                new DisclosureGuard((ulong)(d - n) + 1)
            )
        );
    }
}
