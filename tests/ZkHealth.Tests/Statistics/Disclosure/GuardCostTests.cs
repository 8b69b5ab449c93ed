using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics;

/// <summary>The guard's work is bounded: three counts are combined up to 300 of them, pairs and atoms beyond; GuardRatioTests
/// measures it.</summary>
public class GuardCostTests
{
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
        var others = new HistogramStatistic("code", !Predicate.EqualTo(schema, "code", "8"));

        // a count that crosses all of them was too many for the guard, which refused the file for its size alone
        var women = new CountStatistic(Predicate.In(schema, "woman", "yes"));
        Assert.Null(new GuardedTable(schema, Codes(12)).Refusal(10, all, women));
        Assert.Null(new GuardedTable(schema, Codes(12)).Refusal(10, all));
        Assert.NotNull(new GuardedTable(schema, Codes(9)).Refusal(10, all));
        Assert.NotNull(new GuardedTable(schema, Codes(9)).Refusal(10, others));
        Assert.Null(new GuardedTable(schema, Codes(12)).Refusal(10, others));
    }

    /// <summary>
    /// Each of an odd number of codes with the next, the last with the first: every code is half the sum of all, with changing
    /// signs, and of an even number none is. Nothing is known of one atom from less than all counts.
    /// </summary>
    [Theory]
    [InlineData(401, true)]
    [InlineData(402, false)]
    public void One_atom_in_the_span_of_hundreds_of_counts(int codes, bool isRefused)
    {
        var schema = new TableSchema("t", [new NumberColumn("code", 1, codes)]);
        uint[] rows =
        [
            .. Enumerable.Range(0, 20 * codes).Where(i => i % codes != 7 || i / codes < 3).Select(i => (uint)(1 + i % codes)),
        ];
        TableAxes axes = TableAxes.Create([1], [(uint)codes + 1]);
        var forms = new ReleasedForms("a ring", axes);
        for (int c = 0; c < codes; c++)
        {
            int next = (c + 1) % codes;
            forms.Exact([Math.Min(c, next) + 1, Math.Max(c, next) + 1]);
        }

        string? refusal = new DisclosureGuard(10).Refusal(
            new GuardedWeights(new CodedTable(schema, [rows]), default),
            schema,
            [],
            [forms]
        );
        Assert.Equal(isRefused, refusal?.Contains("counts together", StringComparison.Ordinal) == true);
        Assert.Equal(isRefused, refusal is not null);
    }

    /// <summary>
    /// A table of two axes, the largest one 65,536 cells with those of no value: all of them with the totals of both axes, or the
    /// totals alone. A cell of three that is not among them follows from its totals, the others allowed for.
    /// </summary>
    [Theory]
    [InlineData(256, true, 12, false)]
    [InlineData(96, true, 3, true)]
    [InlineData(96, false, 3, false)]
    public void A_table_of_up_to_65536_cells_with_two_axes_that_cross(int size, bool cells, int few, bool isRefused)
    {
        var schema = new TableSchema("t", [new NumberColumn("x", 1, size - 1), new NumberColumn("y", 1, size - 1)]);
        TableAxes axes = TableAxes.Create([1, 2], [(uint)size, (uint)size]);
        int[] known = [.. Enumerable.Range(1, size - 1)];
        var counts = new ulong[axes.CellCount];
        foreach (int x in known)
        {
            foreach (int y in known)
            {
                counts[x * size + y] = x == 70 && y == 80 ? (ulong)few : 12;
            }
        }

        var table = new ReleasedForms("the table", axes);
        foreach (int x in known)
        {
            table.Exact([.. known.Select(y => x * size + y)], $"x = {x}");
            table.Exact([.. known.Select(y => y * size + x)], $"y = {x}");
            foreach (int y in known.Where(y => cells && (x != 70 || y != 80)))
            {
                table.Exact([x * size + y], "a cell");
            }
        }

        string? refusal = new DisclosureGuard(10).Refusal(new GuardedWeights(axes, counts, 0), schema, [], [table]);
        Assert.Equal(isRefused, refusal is not null);

        // what was released before is no news, however many counts it holds; the cell that it shows may be counted again
        var again = new ReleasedForms("the cell", axes);
        again.Exact([70 * size + 80]);
        Assert.Equal(
            !cells && few < 10,
            new DisclosureGuard(10).Refusal(new GuardedWeights(axes, counts, 0), schema, [table], [again]) is not null
        );
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

    /// <summary>Each set holds half of the columns, one after the other in a circle: no column is one set's alone.</summary>
    private static IEnumerable<int[]> Circle(int n) =>
        Enumerable.Range(0, n).Select(r => (int[])[.. Enumerable.Range(r, n / 2).Select(c => c % n)]);

    /// <summary>
    /// docs/disclosure.md: where it would be more than 2^32 additions, nothing that crosses is taken for known. Counts
    /// with a column of their own are, which are taken out before.
    /// </summary>
    [Fact]
    public void Above_2_to_the_32_additions_only_what_is_taken_out_is_known()
    {
        const int Small = 40,
            Large = 2100;
        long work = Small * (Small / 2) * Small;
        int[] first = [.. Enumerable.Range(0, Small / 2)];
        Assert.True(RationalSpan.Of(Small, Circle(Small), work).Contains(first));
        Assert.False(RationalSpan.Of(Small, Circle(Small), work - 1).Contains(first));

        // the default: the work is left undone, so this takes no time
        Assert.True((long)Large * (Large / 2) * Large > 1L << 32);
        RationalSpan span = RationalSpan.Of(Large + 2, [.. Circle(Large), [Large], [Large, Large + 1]]);
        Assert.False(span.Contains(Enumerable.Range(0, Large / 2)));
        Assert.True(span.Contains([Large]));
        Assert.True(span.Contains([Large + 1]));
        Assert.False(span.Contains([7]));
    }
}
