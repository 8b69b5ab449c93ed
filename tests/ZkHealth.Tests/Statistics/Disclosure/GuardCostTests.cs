using System.Diagnostics;
using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics;

/// <summary>The guard's work is bounded: three counts are combined up to 300 of them, pairs and atoms beyond.</summary>
public class GuardCostTests
{
    private static readonly TableSchema Schema = new("t", [new NumberColumn("x", 1, 200), new NumberColumn("y", 1, 200)]);

    /// <summary>Counts of crossing ranges, so that most atoms are told apart: 150 of x, 150 of y.</summary>
    [Fact]
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
                    .Select(k => new CountStatistic(Predicate.AtMost(Schema, k % 2 == 0 ? "x" : "y", 10 + k / 2)))
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

    /// <summary>
    /// A list of 2,800 codes was refused as too many counts, though no two of them overlap. What follows from it is still found:
    /// the one code that is not shown, from the rows of the table.
    /// </summary>
    [Fact]
    public void Lists_of_thousands_of_codes_are_looked_at()
    {
        var schema = new TableSchema("t", [new NumberColumn("code", 1, 2800), CategoryColumn.YesNo("woman")]);
        uint[][] Codes(int few) =>
            [
                [.. Enumerable.Range(0, 33_600).Where(i => i % 2800 != 7 || i / 2800 < few).Select(i => (uint)(1 + i % 2800))],
                [
                    .. Enumerable
                        .Range(0, 33_600)
                        .Where(i => i % 2800 != 7 || i / 2800 < few)
                        .Select(i => (uint)(1 + i / 2800 % 2)),
                ],
            ];
        var all = new HistogramStatistic("code");
        var others = new HistogramStatistic("code", !Predicate.EqualTo(schema, "code", 8));

        // counts that cross all of them are too many together: the file is refused, with the reason
        var women = new CountStatistic(Predicate.In(schema, "woman", "yes"));
        Assert.Contains("crossing counts", new GuardedTable(schema, Codes(12)).Refusal(10, all, women), StringComparison.Ordinal);
        Assert.Null(new GuardedTable(schema, Codes(12)).Refusal(10, all));
        Assert.NotNull(new GuardedTable(schema, Codes(9)).Refusal(10, all));
        Assert.NotNull(new GuardedTable(schema, Codes(9)).Refusal(10, others));
        Assert.Null(new GuardedTable(schema, Codes(12)).Refusal(10, others));
    }

    [Fact]
    public void A_span_of_integers_is_that_of_rational_combinations()
    {
        // n, Σv, Σv² of the values 0, 1, 2 give each count; of 0 to 3 none
        foreach ((int values, bool determined) in new[] { (3, true), (4, false) })
        {
            var span = RationalSpan.Of(3, values, (v, r) => (long)Math.Pow(v, r));
            Assert.All(Enumerable.Range(0, values), v => Assert.Equal(determined, span.Contains([v])));
        }

        // e1 + e2 and e2 + e3 and e1 + e3: half their sum less one of them
        var halves = RationalSpan.Of(3, 3, (c, r) => c == r ? 0 : 1);
        Assert.True(halves.Contains([0]));
        Assert.False(RationalSpan.Of(2, 3, (c, r) => c == r ? 0 : 1).Contains([0]));
    }
}
