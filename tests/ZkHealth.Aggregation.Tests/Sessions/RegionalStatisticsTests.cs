using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation.Tests;

/// <summary>Statistics that a region can be asked for.</summary>
public class RegionalStatisticsTests
{
    private static readonly TableSchema Schema = new(
        "t",
        [
            CategoryColumn.YesNo("ill"),
            new CategoryColumn("group", [new Category("a", "a"), new Category("b", "b"), new Category("c", "c")]),
            new NumberColumn("v", -7, 14, 7),
        ]
    );

    private static readonly TableAxes Axes = TableAxes.Create([1, 2, 3], [3, 4, 5]);
    private static readonly Predicate Ill = Predicate.In(Schema, "ill", "yes"),
        First = Predicate.In(Schema, "group", "a");

    /// <summary>A region opens weight rows and proves no inequality: a statement with one is refused, however much it
    /// shows.</summary>
    [Fact]
    public void Inequalities_are_not_asked_of_a_region()
    {
        foreach (
            Statistic statistic in (Statistic[])
                [
                    Statistic.RateBounds(Ill, First, new(1, 2), null, true, true),
                    new MomentBoundsStatistic("v", Ill, new(0, 1), null, showRows: true),
                    Statistic.Conformity(["group"], [1, 1, 1], ConformityBound.SharesWithin(1, 2), Ill, 5, true),
                    new SuppressedTableStatistic(["group"], 10),
                ]
        )
        {
            var terms = new AggregationTerms
            {
                Origin = "o",
                Purpose = "p",
                DataSet = "d",
                Schema = Schema,
                Axes = Axes,
                Question = new StatisticsQuery([statistic]),
                Rows = 1 << 10,
                Hospitals = [],
                Committee = [],
                Threshold = 2,
            };
            Assert.False(RegionalStatistics.TryRows(terms, out _, out string? reason));
            Assert.Equal("a statistic hides numbers, which nobody could prove of a sum: ask for the numbers themselves", reason);
            Assert.False(
                RegionalStatistics.TryRows(
                    terms with
                    {
                        Question = new StatisticsQuery([new MeanStatistic("group")]),
                    },
                    out _,
                    out reason
                )
            );
            Assert.Equal("the column 'group' holds no numbers", reason);
            Assert.True(
                RegionalStatistics.TryRows(terms with { Question = new StatisticsQuery([new CountStatistic(Ill)]) }, out _, out _)
            );
        }
    }
}
