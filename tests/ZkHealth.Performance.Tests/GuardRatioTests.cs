using System.Diagnostics;
using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Tests.Statistics;

namespace ZkHealth.Performance.Tests;

/// <summary>The guard's work is bounded: three counts are combined up to 300 of them, pairs and atoms beyond.</summary>
public class GuardRatioTests
{
    private static readonly TableSchema Schema = new("t", [new NumberColumn("x", 1, 200), new NumberColumn("y", 1, 200)]);

    /// <summary>Counts of crossing ranges, so that most atoms are told apart: 150 of x, 150 of y.</summary>
    [PerformanceFact]
    public void More_than_300_counts_cost_no_more_than_300()
    {
        var random = new Random(5);
        uint[][] codes =
        [
            .. Schema.Columns.Skip(1).Select(_ => Enumerable.Range(0, 4_000).Select(_ => (uint)random.Next(1, 201)).ToArray()),
        ];
        var table = new GuardedTable(Schema, codes);
        Statistic[] Ranges(int count) =>
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(k => new CountStatistic(Predicate.AtMost(Schema, k % 2 == 0 ? "x" : "y", $"{10 + k / 2}")))
                    .DistinctBy(c => c.Condition.Describe(Schema)),
            ];
        TimeSpan Fastest(int count) =>
            Enumerable
                .Range(0, 3)
                .Select(_ =>
                {
                    var watch = Stopwatch.StartNew();
                    Assert.Null(table.Refusal(2, Ranges(count)));
                    return watch.Elapsed;
                })
                .Min();
        _ = table.Refusal(2, Ranges(20));
        TimeSpan below = Fastest(290),
            above = Fastest(340);
        Assert.True(above < 4 * below, $"290 counts: {below}, 340 counts: {above}");
    }
}
