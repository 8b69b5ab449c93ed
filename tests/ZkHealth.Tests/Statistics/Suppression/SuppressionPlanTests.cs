using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Tests.Statistics;

public class SuppressionPlanTests
{
    /// <summary>Cells, then totals of rows, of columns, and the whole.</summary>
    internal static long[] WithTotals(long[] cells, int rows, int columns) =>
        rows == 1
            ? [.. cells, cells.Sum()]
            :
            [
                .. cells,
                .. Enumerable.Range(0, rows).Select(i => Enumerable.Range(0, columns).Sum(j => cells[i * columns + j])),
                .. Enumerable.Range(0, columns).Select(j => Enumerable.Range(0, rows).Sum(i => cells[i * columns + j])),
                cells.Sum(),
            ];

    internal static void Draw(SuppressionPlan plan, int seed, int keptOneIn = 8)
    {
        var random = new Random(seed);
        int[] order = [.. Enumerable.Range(0, plan.States.Length).OrderBy(_ => random.Next())];
        plan.Draw(order, [.. order.Select(_ => random.Next(keptOneIn) == 0)]);
    }

    /// <summary>The values that each cell has in any table that agrees with what is said: an attacker with all the time in the
    /// world.</summary>
    private static SortedSet<long>[] Possible(SuppressionPlan plan, long[] values, int rows, int columns, long threshold)
    {
        int cells = rows * columns;
        var possible = Enumerable.Range(0, cells).Select(_ => new SortedSet<long>()).ToArray();
        var table = new long[cells];
        void Try(int e)
        {
            if (e == cells)
            {
                long[] all = WithTotals(table, rows, columns);
                if (
                    Enumerable
                        .Range(cells, values.Length - cells)
                        .All(t => plan.States[t] != EntryState.Shown || all[t] == values[t])
                )
                {
                    for (int c = 0; c < cells; c++)
                    {
                        possible[c].Add(table[c]);
                    }
                }

                return;
            }

            (long low, long high) = plan.States[e] switch
            {
                EntryState.Shown => (values[e], values[e]),
                EntryState.Small => plan.SmallRange,
                _ => (threshold, values[e] + 2 * threshold),
            };
            for (table[e] = low; table[e] <= high; table[e]++)
            {
                Try(e + 1);
            }
        }

        Try(0);
        return possible;
    }

    public static TheoryData<int, int, int, bool> Shapes =>
        new()
        {
            { 1, 3, 3, true },
            { 1, 5, 3, false },
            { 2, 2, 3, true },
            { 2, 2, 3, false },
            { 2, 3, 3, true },
            { 3, 2, 3, false },
            { 3, 3, 3, true },
            { 2, 2, 5, true },
            { 1, 4, 5, true },
        };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Nobody_derives_less_than_the_range_of_a_small_cell(int rows, int columns, int threshold, bool zerosShown)
    {
        var random = new Random(rows * 100 + columns * 10 + threshold);
        for (int run = 0; run < 40; run++)
        {
            long[] cells =
            [
                .. Enumerable
                    .Range(0, rows * columns)
                    .Select(_ => (long)(random.Next(3) == 0 ? random.Next(threshold) : random.Next(threshold, 3 * threshold))),
            ];
            long[] values = WithTotals(cells, rows, columns);
            var plan = new SuppressionPlan(values, rows, columns, threshold, zerosShown);

            // what would follow without complementary suppression, by the network and by all tables
            Compare(plan, Possible(plan, values, rows, columns, threshold));
            Draw(plan, random.Next());
            SortedSet<long>[] after = Possible(plan, values, rows, columns, threshold);
            Compare(plan, after);
            for (int e = 0; e < cells.Length; e++)
            {
                bool small = cells[e] < threshold && (cells[e] > 0 || !zerosShown);
                Assert.Equal(small, plan.States[e] == EntryState.Small);
                if (small)
                {
                    (long low, long high) = plan.SmallRange;
                    Assert.Equal(Enumerable.Range((int)low, (int)(high - low + 1)).Select(v => (long)v), after[e]);
                }
                else if (cells[e] == 0)
                {
                    Assert.Equal(EntryState.Shown, plan.States[e]);
                }
            }

            Assert.All(
                Enumerable.Range(0, values.Length),
                e => Assert.True(plan.States[e] != EntryState.Shown || values[e] == 0 || values[e] >= threshold)
            );
        }
    }

    private static void Compare(SuppressionPlan plan, SortedSet<long>[] possible)
    {
        for (int e = 0; e < possible.Length; e++)
        {
            if (plan.States[e] == EntryState.Small)
            {
                Assert.Equal((possible[e].Min, possible[e].Max), plan.Interval(e));
            }
        }
    }

    [Fact]
    public void Subtraction_from_totals_is_what_complementary_suppression_prevents()
    {
        // one small cell, and the totals give it away
        var plan = new SuppressionPlan(WithTotals([4, 50, 60, 70, 80, 90], 2, 3), 2, 3, 10, true);
        Assert.Equal((4, 4), plan.Interval(0));

        // all totals are tried first, then the cells but one: a cycle of cells is withheld, no total
        plan.Draw([.. Enumerable.Range(0, 12).Reverse()], [.. Enumerable.Range(0, 12).Select(e => e == 1)]);
        Assert.Equal((1, 9), plan.Interval(0));
        Assert.Equal(
            [EntryState.Small, EntryState.Withheld, EntryState.Shown, EntryState.Withheld, EntryState.Withheld],
            plan.States[..5]
        );
        Assert.All(plan.States[5..], s => Assert.Equal(EntryState.Shown, s));

        // two small cells of one way whose sum is known to be 2: both are 1
        var pair = new SuppressionPlan([1, 1, 40, 42], 1, 3, 10, true);
        Assert.Equal((1, 1), pair.Interval(0));
        pair.Draw([3, 2, 1, 0], new bool[4]);
        Assert.Equal((1, 9), pair.Interval(1));
        Assert.Equal([EntryState.Withheld, EntryState.Shown], pair.States[2..]);
        Assert.Equal((40, 40), new SuppressionPlan([1, 1, 40, 42], 1, 3, 10, true).Interval(2));
    }

    /// <summary>Case 20 (sdcTools/UserSupport 307 and 135): the sum of two suppressed cells, or a singleton in each of two, gave
    /// the cells away.</summary>
    [Fact]
    public void Sums_of_suppressed_cells_below_the_threshold_give_nothing_away()
    {
        long[] oneWay = [15, 5, 3, 23],
            twoWays = WithTotals([1, 1, 7, 1, 0, 1, 0, 0, 2, 8], 2, 5);
        for (int seed = 0; seed < 40; seed++)
        {
            var histogram = new SuppressionPlan(oneWay, 1, 3, 11, true);
            Draw(histogram, seed);
            Assert.Equal([(1, 10), (1, 10)], [histogram.Interval(1), histogram.Interval(2)]);
            Assert.True(histogram.States[0] == EntryState.Withheld || histogram.States[3] == EntryState.Withheld);
            var table = new SuppressionPlan(twoWays, 2, 5, 3, true);
            Draw(table, seed);
            Assert.All(
                Enumerable.Range(0, 10).Where(e => table.States[e] == EntryState.Small),
                e => Assert.Equal((1, 2), table.Interval(e))
            );
        }
    }

    [Fact]
    public void A_table_of_small_cells_alone_shows_no_total()
    {
        var plan = new SuppressionPlan(WithTotals([1, 2, 1, 1], 2, 2), 2, 2, 10, true);
        plan.Draw([.. Enumerable.Range(0, 9)], new bool[9]);
        Assert.DoesNotContain(EntryState.Shown, plan.States);
        Assert.All(Enumerable.Range(0, 4), e => Assert.Equal((1, 9), plan.Interval(e)));
        Assert.Equal((4, long.MaxValue), (plan.Interval(8).Low, plan.Interval(4).High == 18 ? long.MaxValue : 0));
    }

    [Fact]
    public void Large_tables_are_protected()
    {
        var random = new Random(5);
        long[] values = WithTotals(
            [.. Enumerable.Range(0, 40 * 50).Select(_ => (long)(random.Next(8) == 0 ? random.Next(10) : random.Next(300)))],
            40,
            50
        );
        var plan = new SuppressionPlan(values, 40, 50, 10, true);
        Draw(plan, 6);
        Assert.All(
            Enumerable.Range(0, 2000).Where(e => plan.States[e] == EntryState.Small),
            e => Assert.Equal((1, 9), plan.Interval(e))
        );
        Assert.True(plan.States.Count(s => s == EntryState.Withheld) < 300);
    }
}
