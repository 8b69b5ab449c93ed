using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics;

/// <summary>
/// Attack F4: ways around a guard that looks at one number at a time: each is refused, and its sibling that shows nobody
/// is allowed. 2,000 rows, of which 3 have the rare disease and 2 no value for smoking, one patient is 90 years old, and 12 live
/// in the north.
/// </summary>
public class GuardBypassTests
{
    private const int Rows = 2000;

    private static readonly TableSchema Schema = MakeSchema(guardMissing: false);
    private static readonly uint[][] Codes =
    [
        [.. Each(i => i < 3 ? 2u : 1)],
        [.. Each(i => i < 3 ? 2u : 1)],
        [.. Each(i => i % 2 == 0 ? 2u : 1)],
        [
            .. Each(i =>
                i < 2 ? 0u
                : i % 3 == 0 ? 2u
                : 1
            ),
        ],
        [.. Each(i => i == 7 ? 71u : (uint)(i % 70) + 1)],
        [
            .. Each(i =>
                i < 12 ? 1u
                : i % 2 == 0 ? 2u
                : 3
            ),
        ],
        [
            .. Each(i =>
                i < 4 ? 3u
                : i % 2 == 0 ? 2u
                : 1
            ),
        ],
    ];

    private static readonly GuardedTable Table = new(Schema, Codes);
    private static readonly Predicate Rare = Predicate.In(Schema, "rare", "yes"),
        Women = Predicate.In(Schema, "woman", "yes");
    private static readonly Predicate Known = Predicate.Known(Schema, "rare"),
        North = Predicate.In(Schema, "region", "north");

    private static IEnumerable<uint> Each(Func<int, uint> code) => Enumerable.Range(0, Rows).Select(code);

    private static TableSchema MakeSchema(bool guardMissing) =>
        new(
            "patients",
            [
                CategoryColumn.YesNo("rare"),
                new NumberColumn("rare01", 0, 1),
                CategoryColumn.YesNo("woman"),
                CategoryColumn.YesNo("smoker") with
                {
                    GuardMissing = guardMissing,
                },
                new NumberColumn("age", 20, 90),
                new CategoryColumn(
                    "region",
                    [new Category("north", "north"), new Category("south", "south"), new Category("west", "west")]
                ),
                new NumberColumn("visits", 0, 2),
            ]
        );

    private static void Refused(params Statistic[] asked)
    {
        Assert.NotNull(Table.Refusal(10, asked));
        Assert.NotNull(Table.FromCube(10, asked));
    }

    private static void Allowed(params Statistic[] asked)
    {
        Assert.Null(Table.Refusal(10, asked));
        Assert.Null(Table.FromCube(10, asked));
    }

    [Fact]
    public void A_count()
    {
        Refused(new CountStatistic(Rare));
        Allowed(new CountStatistic(Women));
    }

    [Fact]
    public void A_sum_of_a_column_of_two_or_three_values_counts_them()
    {
        Refused(new MeanStatistic("rare01"));
        Refused(new MeanStatistic("visits"));
        Allowed(new MeanStatistic("age"));
        Allowed(new MeanStatistic("visits", !North));
    }

    [Fact]
    public void Tables_of_strata()
    {
        Predicate smoker = Predicate.In(Schema, "smoker", "yes");
        Refused(new StratifiedTableStatistic(Women, Rare, "smoker"));
        Refused(new StratifiedTableStatistic(smoker, Women, "region"));
        Refused(new StratifiedTableStatistic(smoker, Women, "rare"));
        Allowed(new StratifiedTableStatistic(smoker, Women, "region", !North));

        // each count is large, and one less another that is released beside it is the 9 who are 20 years old
        Predicate older = smoker & Women & !North & !Predicate.EqualTo(Schema, "age", "20");
        Refused(new StratifiedTableStatistic(smoker, Women, "region", !North), new CountStatistic(older));
        Allowed(new CountStatistic(older));
    }

    [Fact]
    public void Events_and_times_that_are_few()
    {
        Refused(PersonTimeRateStatistic.OfRows(Rare, "age"));
        Refused(PersonTimeRateStatistic.OfRows(!Rare, "age"));
        Refused(PersonTimeRateStatistic.OfRows(Women, "age", Rare));
        Allowed(PersonTimeRateStatistic.OfRows(Women, "age"));

        // a column of two values is counted by its sum, be it events, time or weights, and one of three by those of weights and
        // squares
        Refused(PersonTimeRateStatistic.OfCounts("rare01", "age"));
        Refused(PersonTimeRateStatistic.OfRows(Women, "rare01"));
        Refused(new WeightedMeanStatistic("age", "rare01"));
        Refused(new WeightedMeanStatistic("age", "visits"));
        Allowed(PersonTimeRateStatistic.OfCounts("visits", "age", !North));
        Allowed(new WeightedMeanStatistic("age", "visits", !North));
        Allowed(new WeightedMeanStatistic("visits", "age", !North));
    }

    [Fact]
    public void A_quantile_counts_those_below_and_above()
    {
        Refused(new QuantileStatistic("age", 9999, 10_000));
        Refused(new QuantileStatistic("age", 1, 2, Rare | North));
        Allowed(new QuantileStatistic("age"));
    }

    [Fact]
    public void Two_bounds_of_one_count()
    {
        Refused(Statistic.CountBounds(Rare, 3, null, false), Statistic.CountBounds(Rare, null, 3, false));
        Allowed(Statistic.CountBounds(Rare, 3, null, false));
        Allowed(Statistic.CountBounds(Rare, null, 3, false));
        Allowed(Statistic.CountBounds(Rare, 3, null, false), Statistic.CountBounds(Rare, null, 300, false));
    }

    [Fact]
    public void A_difference_of_two_counts()
    {
        Refused(new CountStatistic(Known), new CountStatistic(!Rare));
        Refused(new CountStatistic(!Rare)); // the rows of the table are public
        Refused(new CountStatistic(Women), new CountStatistic(Women & !Rare));
        Allowed(new CountStatistic(Known), new CountStatistic(Women));
    }

    [Fact]
    public void A_rate_whose_bounds_give_the_denominator()
    {
        Refused(Statistic.RateBounds(!Rare, Known, new(1997, 2000), new(1997, 2000), showNumerator: true));
        Refused(Statistic.RateBounds(!Rare, Known, new(1997, 2000), new(1997, 2000)));
        Refused(Statistic.RateBounds(Rare, Known, new(1, 2000), new(3, 2000), showDenominator: true));
        Allowed(Statistic.RateBounds(Women, Known, new(2, 5), new(3, 5), showNumerator: true));
        Allowed(Statistic.RateBounds(Rare, Known, new(0, 1), new(1, 10), showDenominator: true));
    }

    [Fact]
    public void Bounds_of_mean_and_variance_of_a_column_of_two_values()
    {
        Refused(new MomentBoundsStatistic("rare01", null, new(3, 2000), new(3, 2000), showRows: true));
        Refused(new MomentBoundsStatistic("rare01", null, new(3, 2000), new(3, 2000)));

        // s·(n − s)/n² = 3·1997/2000²
        Refused(
            new MomentBoundsStatistic(
                "rare01",
                null,
                null,
                null,
                new(5991, 4_000_000),
                new(5991, 4_000_000),
                ofPopulation: true,
                showRows: true
            )
        );
        Allowed(new MomentBoundsStatistic("rare01", null, new(0, 1), new(1, 10), showRows: true));
        Allowed(new MomentBoundsStatistic("rare01", null, null, null, null, new(1, 10), ofPopulation: true, showRows: true));
        Allowed(new MomentBoundsStatistic("age", null, new(50, 1), new(60, 1), showRows: true));
    }

    [Fact]
    public void A_distribution_that_is_its_profile()
    {
        Refused(Statistic.Conformity(["rare"], [1997, 3], ConformityBound.SharesWithin(0, 1), null, 1));
        Refused(Statistic.Conformity(["rare"], [1997, 3], ConformityBound.ChiSquareAtMost(0, 1), null, 2000));
        Allowed(Statistic.Conformity(["rare"], [1997, 3], ConformityBound.SharesWithin(1, 10), null, 1));
        Allowed(Statistic.Conformity(["woman"], [1, 1], ConformityBound.SharesWithin(0, 1), null, 1));
    }

    [Fact]
    public void A_statement_about_few_people_whose_number_is_hidden()
    {
        Refused(new MomentBoundsStatistic("age", Rare, new(0, 1), null));
        Refused(Statistic.QuantileBounds(Schema, "age", 1, 2, "20", null, Rare));
        Allowed(Statistic.QuantileBounds(Schema, "age", 1, 2, "20", null, Women));
    }

    [Fact]
    public void A_suppressed_cell_that_is_counted_beside_its_table()
    {
        var table = new SuppressedTableStatistic(["region"], 20);
        Refused(table, new CountStatistic(North));
        Refused(table, new CountStatistic(!North));
        Refused(table, Statistic.CountBounds(North, 10, 14, false));
        Allowed(table);
        Allowed(table, Statistic.CountBounds(North, null, 100, false));
        Allowed(new CountStatistic(North));

        // what it withholds gives the cell away: the whole less the two others
        Refused(
            table,
            new CountStatistic(Predicate.In(Schema, "region", "south")),
            new CountStatistic(Predicate.In(Schema, "region", "west"))
        );
    }

    /// <summary>By default it is no secret that 2 rows lack a value; who lacks it and has the disease is one.</summary>
    [Fact]
    public void Rows_without_a_value()
    {
        Predicate answered = Predicate.Known(Schema, "smoker");
        Allowed(new CountStatistic(answered));
        Allowed(
            new RateStatistic(Predicate.In(Schema, "smoker", "yes"), answered),
            new CountStatistic(Women),
            new CountStatistic(Women & answered)
        );
        Refused(new CountStatistic(answered | Women), new CountStatistic(answered));
        TableSchema guarded = MakeSchema(guardMissing: true);
        Assert.NotNull(new GuardedTable(guarded, Codes).Refusal(10, new CountStatistic(Predicate.Known(guarded, "smoker"))));

        // tables that leave the two out say so, as a bound; together with the rows of the table it is their number
        Predicate smoker = Predicate.In(Schema, "smoker", "yes");
        foreach (
            Statistic statistic in (Statistic[])
                [
                    new TwoByTwoStatistic(smoker, Women),
                    new StandardisedRateStatistic(smoker, "woman", [1, 1]),
                    new HistogramStatistic("smoker"),
                    new IndependenceStatistic("smoker", "woman"),
                    new IndependenceBoundsStatistic(smoker, Women, null, null, new(1000, 1)),
                    Statistic.Conformity(["smoker"], [1, 1], ConformityBound.SharesWithin(1, 1)),
                ]
        )
        {
            Allowed(statistic with { UnknownBelow = 10 });
            Allowed(statistic);
            Assert.NotNull(new GuardedTable(guarded, Codes).Refusal(10, statistic));

            // where the number of those with a value is hidden, "fewer than 10" says no more than that
            Assert.Equal(
                statistic is IndependenceBoundsStatistic or ConformityStatistic,
                new GuardedTable(guarded, Codes).Refusal(10, statistic with { UnknownBelow = 10 }) is null
            );
        }
    }

    /// <summary>
    /// A table shows the whole, and so how many rows it leaves out: that was taken for one of its own suppressed cells, though
    /// the schema guards having no value.
    /// </summary>
    [Fact]
    public void Rows_without_a_value_of_a_table_with_suppressed_cells()
    {
        Statistic table = new SuppressedTableStatistic(["smoker"], 10).With([0, 0, 0]);
        Allowed(table);
        Assert.NotNull(new GuardedTable(MakeSchema(guardMissing: true), Codes).Refusal(10, table));
    }

    /// <summary>
    /// The rows of the table less those without a value are the rows that a bounded statistic is about: the bound says how many
    /// of them have the rarer of two values, though their number is not shown.
    /// </summary>
    [Fact]
    public void A_hidden_number_of_rows_that_follows_from_those_left_out()
    {
        var mean = new MomentBoundsStatistic("rare01", null, new(3, 2000), new(3, 2000));
        Refused(mean);
        Allowed(new MomentBoundsStatistic("rare01", null, new(1, 2000), new(300, 2000)));
    }

    /// <summary>The sum of an owner's file counts, and so do files released before; each form is over another cube.</summary>
    [Fact]
    public void A_difference_of_two_files()
    {
        Statistic women = new CountStatistic(Women),
            healthy = new CountStatistic(Women & !Rare);
        Assert.Null(Table.Refusal(10, women));
        Assert.Null(Table.Refusal(10, healthy));
        string? refusal = Table.After(10, [women], healthy);
        Assert.Contains("(earlier.zkp)", refusal, StringComparison.Ordinal);
        Assert.Contains("a count of 1 to 9 rows", refusal, StringComparison.Ordinal);

        // once shown, a group is no news: the same question again, and one more
        Assert.Null(Table.After(10, [women, healthy], healthy));
        Assert.Null(Table.After(10, [women, healthy], healthy, new CountStatistic(North)));
        Assert.NotNull(Table.After(10, [women, healthy], new CountStatistic(Known & !Rare)));
        Assert.NotNull(Table.After(10, [Statistic.CountBounds(Rare, 1, 9, false)], new CountStatistic(Rare)));
    }

    /// <summary>Thirty counts that cross, none of three of which is one patient, and all together are.</summary>
    [Fact]
    public void One_patient_in_the_span_of_many_counts()
    {
        Statistic[] ages =
        [
            .. Enumerable.Range(20, 70).Select(a => new CountStatistic(Predicate.EqualTo(Schema, "age", $"{a}"))),
        ];
        Assert.Null(Table.Refusal(10, ages[1..]));
        string? refusal = Table.Refusal(10, ages);
        Assert.Contains("counts together", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_guard_of_0_or_1_refuses_nothing()
    {
        Assert.Null(Table.Refusal(0, new CountStatistic(Rare)));
        Assert.Null(Table.Refusal(1, new CountStatistic(Rare)));
        Assert.Null(Table.Refusal(3, new CountStatistic(Rare)));
        Assert.NotNull(Table.Refusal(4, new CountStatistic(Rare)));
    }
}
