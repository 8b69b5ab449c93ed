using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Tests.Statistics;

/// <summary>
/// Attack F6: the attacker of docs/disclosure.md, who knows how entries are chosen and all but the key: of all tables that could
/// have given a file, each weighed by how probable the file was, which values has a small cell? Under the former choice (no
/// chance: the cheapest paths) one table of seven of two by two gave a small cell away exactly.
/// </summary>
public class SuppressionAttackTests
{
    private const double Kept = 1.0 / 8;

    /// <summary>All tables of a shape up to a total, with the probability of every file that they can give.</summary>
    private sealed class Attack(int rows, int columns, int threshold, bool zerosShown)
    {
        /// <summary>For each file and small cell the probability of each of its values, not normalised; files are told apart by
        /// all that they say.</summary>
        public Dictionary<string, double[][]> Files { get; } = [];

        public void All(int total)
        {
            var cells = new long[rows * columns];
            void Next(int e, long left)
            {
                if (e == cells.Length)
                {
                    Add(cells);
                    return;
                }

                for (cells[e] = 0; cells[e] <= left; cells[e]++)
                {
                    Next(e + 1, left - cells[e]);
                }
            }

            Next(0, total);
        }

        private void Add(long[] cells)
        {
            long[] values = SuppressionPlanTests.WithTotals(cells, rows, columns);
            var plan = new SuppressionPlan(values, rows, columns, threshold, zerosShown);
            if (!plan.States.Contains(EntryState.Small))
            {
                return;
            }

            foreach ((int withheld, double probability) in Patterns(plan, values))
            {
                string file = string.Join(
                    ' ',
                    values.Select(
                        (v, e) =>
                            e < cells.Length && plan.States[e] == EntryState.Small ? "small"
                            : (withheld >> e & 1) == 1 ? "?"
                            : $"{v}"
                    )
                );
                if (!Files.TryGetValue(file, out double[][]? seen))
                {
                    Files.Add(file, seen = [.. cells.Select(_ => new double[threshold])]);
                }

                for (int c = 0; c < cells.Length; c++)
                {
                    if (plan.States[c] == EntryState.Small)
                    {
                        seen[c][cells[c]] += probability;
                    }
                }
            }
        }

        /// <summary>The sets of withheld entries over all orders and all choices of entries that are not tried, with their
        /// probabilities.</summary>
        private Dictionary<int, double> Patterns(SuppressionPlan plan, long[] values)
        {
            EntryState[] before = [.. plan.States];
            plan.Draw([.. Enumerable.Range(0, values.Length)], [.. values.Select(_ => true)]);
            int all = Mask(plan.States);
            plan.States = [.. before];

            // an entry that no order shows is no open one: small totals, and totals of small cells and zeros
            int[] open = [.. Enumerable.Range(0, values.Length).Where(e => (all >> e & 1) == 1 && Showable(plan, before, e))];
            var sufficient = new Dictionary<int, bool>();
            bool IsSufficient(int withheld)
            {
                if (!sufficient.TryGetValue(withheld, out bool ok))
                {
                    plan.States =
                    [
                        .. before.Select((s, e) => s != EntryState.Small && (withheld >> e & 1) == 1 ? EntryState.Withheld : s),
                    ];
                    ok = Enumerable
                        .Range(0, rows * columns)
                        .All(c => before[c] != EntryState.Small || plan.Interval(c) == plan.SmallRange);
                    plan.States = before;
                    sufficient.Add(withheld, ok);
                }

                return ok;
            }

            var states = new Dictionary<(int Withheld, int Tried), double> { [(all, 0)] = 1 };
            for (int step = 0; step < open.Length; step++)
            {
                var next = new Dictionary<(int, int), double>();
                void Give(int withheld, int tried, double p) =>
                    next[(withheld, tried)] = next.GetValueOrDefault((withheld, tried)) + p;
                foreach (((int withheld, int tried), double p) in states)
                {
                    foreach (int bit in open.Select(e => 1 << e).Where(b => (tried & b) == 0))
                    {
                        double each = p / (open.Length - step);
                        bool shown = IsSufficient(withheld & ~bit);
                        Give(withheld, tried | bit, shown ? each * Kept : each);
                        if (shown)
                        {
                            Give(withheld & ~bit, tried | bit, each * (1 - Kept));
                        }
                    }
                }

                states = next;
            }

            var patterns = new Dictionary<int, double>();
            foreach (((int withheld, _), double p) in states)
            {
                patterns[withheld] = patterns.GetValueOrDefault(withheld) + p;
            }

            return patterns;
        }

        private bool Showable(SuppressionPlan plan, EntryState[] before, int e)
        {
            if (before[e] != EntryState.Shown)
            {
                return false;
            }

            plan.Draw([e], [.. before.Select(_ => false)]);
            bool shown = plan.States[e] == EntryState.Shown;
            plan.States = [.. before];
            return shown;
        }
    }

    private static int Mask(IReadOnlyList<EntryState> states) =>
        Enumerable.Range(0, states.Count).Where(e => states[e] == EntryState.Withheld).Sum(e => 1 << e);

    [Theory]
    [InlineData(1, 3, 3, 14, true)]
    [InlineData(2, 2, 3, 10, true)]
    [InlineData(2, 2, 3, 8, false)]
    [InlineData(2, 2, 4, 10, true)]
    [InlineData(2, 3, 3, 6, true)]
    public void Knowing_how_entries_are_chosen_excludes_no_value_of_a_small_cell(
        int rows,
        int columns,
        int threshold,
        int total,
        bool zerosShown
    )
    {
        var attack = new Attack(rows, columns, threshold, zerosShown);
        attack.All(total);
        double guessed = 0,
            all = 0;
        int files = 0;
        foreach ((string file, double[][] cells) in attack.Files)
        {
            // of a file that withholds the whole, tables with larger totals are possible too: not all of them are here
            if (file.EndsWith('?'))
            {
                continue;
            }

            files++;
            double best = 0;
            foreach (double[] seen in cells.Where(c => c.Sum() > 0))
            {
                Assert.True(seen[(zerosShown ? 1 : 0)..].All(p => p > 0), $"{file}: {string.Join(", ", seen)}");
                best = Math.Max(best, seen.Max() / seen.Sum());
            }

            double weight = cells.Max(c => c.Sum());
            (guessed, all) = (guessed + best * weight, all + weight);
        }

        Assert.True(files > 10);
        Assert.InRange(guessed / all, 1.0 / threshold, 0.75); // how often the most probable value is right
    }

    /// <summary>
    /// The same question asked twice, of every 2×2 table up to a total: two answers laid over one another show no more than one,
    /// since they are one. With chance that is fresh each time (another key stands for it) they narrow a small cell in most
    /// tables.
    /// </summary>
    [Fact]
    public void The_same_question_asked_twice_shows_no_more_than_asked_once()
    {
        const int Total = 12;
        int tables = 0,
            narrowed = 0;
        for (int code = 0; code < (Total + 1) * (Total + 1) * (Total + 1) * (Total + 1); code++)
        {
            long[] cells = [.. Enumerable.Range(0, 4).Select(e => (long)(code / (int)Math.Pow(Total + 1, e) % (Total + 1)))];
            if (cells.Sum() > Total || !cells.Any(c => c is 1 or 2))
            {
                continue;
            }

            long[] values = SuppressionPlanTests.WithTotals(cells, 2, 2);
            EntryState[] Ask(byte key)
            {
                var asked = new SuppressionPlan(values, 2, 2, 3, true);
                (int[] order, bool[] kept) = SuppressionPattern.Of([.. Enumerable.Repeat(key, 32)], ["a", "b"], 3, true, values);
                asked.Draw(order, kept);
                return asked.States;
            }

            EntryState[] first = Ask(1);
            bool IsWhole(EntryState[] second)
            {
                var both = new SuppressionPlan(values, 2, 2, 3, true);
                both.States = [.. first.Zip(second, (a, b) => a == EntryState.Shown ? a : b)];
                return Enumerable.Range(0, 4).All(c => both.States[c] != EntryState.Small || both.Interval(c) == both.SmallRange);
            }

            Assert.Equal(first, Ask(1));
            Assert.True(IsWhole(Ask(1)), string.Join(' ', values));
            tables++;
            narrowed += IsWhole(Ask(2)) ? 0 : 1;
        }

        Assert.True(tables > 1000);
        Assert.InRange((double)narrowed / tables, 0.3, 0.9);
    }

    /// <summary>Every sufficient set can come of the draw, not those alone from which nothing can be taken: it does where exactly
    /// its entries are not tried.</summary>
    [Fact]
    public void Every_sufficient_set_can_be_drawn_and_no_other()
    {
        var random = new Random(8);
        int sufficient = 0,
            insufficient = 0;
        for (int run = 0; run < 12; run++)
        {
            long[] cells = [.. Enumerable.Range(0, 6).Select(_ => (long)random.Next(1, 9))];
            cells[random.Next(6)] = 2;
            long[] values = SuppressionPlanTests.WithTotals(cells, 2, 3);
            var plan = new SuppressionPlan(values, 2, 3, 4, true);
            EntryState[] before = [.. plan.States];
            int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(_ => random.Next())];
            for (int withheld = 0; withheld < 1 << values.Length; withheld += random.Next(1, 9))
            {
                bool[] kept = [.. Enumerable.Range(0, values.Length).Select(e => (withheld >> e & 1) == 1)];
                plan.States = [.. before];
                plan.Draw(order, kept);
                EntryState[] drawn = [.. plan.States];
                bool Whole() =>
                    Enumerable.Range(0, 6).All(c => before[c] != EntryState.Small || plan.Interval(c) == plan.SmallRange);
                Assert.True(Whole());
                plan.States =
                [
                    .. before.Select(
                        (s, e) =>
                            s == EntryState.Shown && (kept[e] || drawn[e] == EntryState.Withheld && !Tried(e))
                                ? EntryState.Withheld
                                : s
                    ),
                ];
                bool Tried(int e) => e < 6 || Enumerable.Range(0, 6).Any(c => cells[c] >= 4 && Under(c, e));
                if (Whole())
                {
                    sufficient++;
                    Assert.Equal(plan.States, drawn);
                }
                else
                {
                    insufficient++;
                    Assert.NotEqual(plan.States, drawn);
                }
            }
        }

        Assert.True(sufficient > 100 && insufficient > 100, $"{sufficient}, {insufficient}");
        static bool Under(int cell, int total) => total == 11 || (total < 8 ? cell / 3 == total - 6 : cell % 3 == total - 8);
    }
}
