using System.Numerics;
using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation.Tests;

public class HonestSessionTests
{
    private static readonly Predicate Yes = Region.Yes,
        Old = Region.Old,
        Known = Predicate.Known(Region.Schema, "diabetes");

    [Fact]
    public void A_count_over_five_hospitals()
    {
        using Region region = new Region().Open().DealAll().CheckAll().FreezeAll().ShareAll();
        AggregateOutcome outcome = region.Verify();
        Assert.Equal(OutcomeStatus.Verified, outcome.Status);
        Assert.Equal((BigInteger)region.Count(Enumerable.Range(0, 5), (c, r) => c[0][r] == 2), outcome.Values.Single());
        Assert.Equal(region.Hospitals, outcome.Contributors);
        Assert.Empty(outcome.Findings);
        Assert.Equal(OutcomeStatus.Verified, new Combiner(region.Board.As(region.Hospitals[4]), region.Sid).Combine().Status);
        Assert.Empty(region.Verify().Findings);
        Assert.Single(region.Board.Find(BoardKinds.Result, region.Sid));
    }

    [Fact]
    public void Every_linear_statistic_of_the_library_at_once()
    {
        using var region = new Region(hospitals: 6, members: 5);
        region.Open(
            region.Terms(
                new CountStatistic(Yes & Old),
                new HistogramStatistic("age", Yes),
                new MeanStatistic("bmi", Old),
                new QuantileStatistic("bmi"),
                new TwoByTwoStatistic(Old, Yes),
                new StandardisedRateStatistic(Yes, "age", [5, 3, 2])
            )
        );
        region.DealAll().CheckAll().FreezeAll().ShareAll();
        AggregateOutcome outcome = region.Verify();
        Assert.Equal(OutcomeStatus.Verified, outcome.Status);
        Assert.Equal(6, outcome.Statistics.Count);

        int[] all = [.. Enumerable.Range(0, 6)];
        Assert.Equal(region.Count(all, (c, r) => c[0][r] == 2 && c[1][r] == 3), outcome.Statistics[0].Opened.Single());
        Assert.Equal(
            Enumerable.Range(1, 3).Select(age => (long?)region.Count(all, (c, r) => c[0][r] == 2 && c[1][r] == age)),
            outcome.Statistics[1].Opened.SkipLast(1)
        );
        Assert.Equal(4, outcome.Statistics[1].Opened.Count);
        double[] bmi =
        [
            .. all.SelectMany(i =>
                Enumerable
                    .Range(0, 40)
                    .Where(r => region.Codes[i][1][r] == 3 && region.Codes[i][2][r] != 0)
                    .Select(r => region.Codes[i][2][r] + 19.0)
            ),
        ];
        Assert.Equal(bmi.Average(), Value(outcome, 2, "mean"), 1e-9);
        double[] sorted = [.. all.SelectMany(i => region.Codes[i][2].Where(c => c != 0)).Select(c => c + 19.0).Order()];
        Assert.Equal(sorted[(sorted.Length + 1) / 2 - 1], Value(outcome, 3, "quantile"));
        double[] cells =
        [
            .. new[] { (true, true), (true, false), (false, true), (false, false) }.Select(e =>
                (double)
                    region.Count(
                        all,
                        (c, r) => c[0][r] != 0 && c[1][r] != 0 && (c[1][r] == 3) == e.Item1 && (c[0][r] == 2) == e.Item2
                    )
            ),
        ];
        Assert.Equal(cells[0] * cells[3] / (cells[1] * cells[2]), Value(outcome, 4, "odds ratio"), 1e-9);
        double rate =
            Enumerable
                .Range(1, 3)
                .Sum(age =>
                    new[] { 5, 3, 2 }[age - 1]
                    * (double)region.Count(all, (c, r) => c[1][r] == age && c[0][r] == 2)
                    / region.Count(all, (c, r) => c[1][r] == age && c[0][r] != 0)
                ) / 10;
        Assert.Equal(rate, Value(outcome, 5, "standardised rate"), 1e-9);

        // rows without a value are shown, and few of them left out of the report by themselves
        Assert.InRange(region.Count(all, (c, r) => c[2][r] == 0 && c[1][r] == 3), 1, region.Session.Terms.SuppressBelow - 1);
        Assert.Equal("fewer than 10", outcome.Statistics[2].Derived.Single(v => v.Name == "rows without a value").Undefined);
        Assert.Null(outcome.Statistics[2].Opened[^1]);
        Assert.Equal(region.Count(all, (c, r) => c[0][r] == 0 || c[1][r] == 0), Value(outcome, 4, "rows without a value"));
        Assert.Equal(region.Count(all, (c, r) => c[2][r] == 0), Value(outcome, 3, "rows without a value"));
    }

    [Fact]
    public void Tables_of_strata_and_rates_in_person_time()
    {
        using var region = new Region(hospitals: 6, members: 5);
        region.Open(
            region.Terms(
                new StratifiedTableStatistic(Predicate.AtLeast(Region.Schema, "bmi", "22"), Yes, "age"),
                PersonTimeRateStatistic.OfRows(Yes, "bmi", null, 1000)
            ) with
            {
                SuppressBelow = 0,
            }
        );
        AggregateOutcome outcome = region.DealAll().CheckAll().FreezeAll().ShareAll().Verify();
        Assert.Equal(OutcomeStatus.Verified, outcome.Status);
        int[] all = [.. Enumerable.Range(0, 6)];
        long[] tables =
        [
            .. Enumerable
                .Range(1, 3)
                .SelectMany(age =>
                    new[] { (true, true), (true, false), (false, true), (false, false) }.Select(e =>
                        (long)
                            region.Count(
                                all,
                                (c, r) =>
                                    c[1][r] == age
                                    && c[0][r] != 0
                                    && c[2][r] != 0
                                    && (c[2][r] >= 3) == e.Item1
                                    && (c[0][r] == 2) == e.Item2
                            )
                    )
                ),
        ];
        Assert.Equal(tables.Select(n => (long?)n), outcome.Statistics[0].Opened.SkipLast(1));
        double top = tables.Chunk(4).Sum(t => (double)t[0] * t[3] / t.Sum()),
            bottom = tables.Chunk(4).Sum(t => (double)t[1] * t[2] / t.Sum());
        Assert.Equal(top / bottom, Value(outcome, 0, "common odds ratio"), 1e-9);
        double[] times =
        [
            .. all.SelectMany(i =>
                Enumerable
                    .Range(0, 40)
                    .Where(r => region.Codes[i][0][r] != 0 && region.Codes[i][2][r] != 0)
                    .Select(r => region.Codes[i][2][r] + 19.0)
            ),
        ];
        Assert.Equal(
            1000 * region.Count(all, (c, r) => c[0][r] == 2 && c[2][r] != 0) / times.Sum(),
            Value(outcome, 1, "rate per 1000"),
            1e-9
        );
    }

    [Fact]
    public void Sums_that_may_leave_64_bits_are_not_asked_of_a_region()
    {
        using var region = new Region();
        var schema = new TableSchema(
            "large",
            [new NumberColumn("x", 0, 40_000, 40_000), new NumberColumn("w", 0, 10_000, 10_000)]
        );
        AggregationTerms Terms(Statistic statistic) =>
            region.Terms(new CountStatistic(Yes)) with
            {
                Schema = schema,
                Axes = TableAxes.Create([0, 1, 2], [2, 3, 3]),
                Question = new StatisticsQuery([statistic]),
                Rows = 1 << 20,
            };
        Assert.Contains("may leave 64 bits", Terms(new WeightedMeanStatistic("x", "w")).Check(), StringComparison.Ordinal);
        Assert.Null((Terms(new WeightedMeanStatistic("x", "w")) with { Rows = 1 << 10 }).Check());
        Assert.Null(Terms(new MeanStatistic("x")).Check());
    }

    [Fact]
    public void Small_counts_are_left_out_of_the_report()
    {
        using var region = new Region();
        region.Open(
            region.Terms(new HistogramStatistic("age", Yes), new CountStatistic(Yes & Old)) with
            {
                SuppressBelow = 1000,
            }
        );
        AggregateOutcome outcome = region.DealAll().CheckAll().FreezeAll().ShareAll().Verify();
        Assert.All(outcome.Statistics, s => Assert.All(s.Opened, v => Assert.Null(v)));
        Assert.Empty(outcome.Statistics[1].Derived);
        // of a histogram the cells that are not small are reported; nothing is asked of terms to leave small ones out
        using var usual = new Region();
        AggregationTerms terms = usual.Terms(new HistogramStatistic("bmi", Yes));
        Assert.Equal(10, terms.SuppressBelow);
        Assert.Equal(0, (terms with { Noise = new NoiseTerms(new PrivacyLoss(1m, 0.000000001m), 1, 136) }).SuppressBelow);
        outcome = usual.Open(terms).DealAll().CheckAll().FreezeAll().ShareAll().Verify();
        StatisticOutcome cells = outcome.Statistics.Single();
        Assert.Contains(null, cells.Opened);
        Assert.DoesNotContain(cells.Opened, v => v is >= 1 and < 10);
        Assert.Equal(
            cells.Opened.Where(v => v is not null).Select(v => (double?)v),
            cells.Derived.Select(v => v.Value).Where(v => v is not null)
        );
        Assert.Equal(
            cells.Opened[^1] is null ? "fewer than 10" : null,
            cells.Derived.Single(v => v.Name == "rows without a value").Undefined
        );

        var histogram = new HistogramStatistic("age");
        Assert.Equal([null, null, 9, 40], Suppression.Apply(histogram, [2, 8, 9, 40], 5));
        Assert.Equal([0, null, null, 0], Suppression.Apply(histogram, [0, 2, 9, 0], 5));
        Assert.Equal([7L, 8, 9, null], Suppression.Apply(histogram, [7, 8, 9, 4], 5));
        var median = new QuantileStatistic("age");
        Assert.Equal([1L, 8, 9, null], Suppression.Apply(median, [1, 8, 9, 4], 5));
        Assert.Equal([null, null, null, null], Suppression.Apply(median, [1, 2, 4, 40], 5));
    }

    [Fact]
    public void Noise_of_the_hospitals_and_a_beacon_of_the_committee()
    {
        using var region = new Region(hospitals: 5, members: 3);
        var loss = new PrivacyLoss(1m, 0.000000001m);
        AggregationTerms terms = region.Terms(new CountStatistic(Yes), new HistogramStatistic("age")) with
        {
            Noise = new NoiseTerms(loss, 1, BinomialNoise.CoinsFor(loss, 1)),
        };
        Assert.Equal(136, terms.Noise.Coins);
        Assert.Equal(68, terms.NoiseBits); // 136 over 3 − 1
        region.Open(terms);
        for (int j = 0; j < 3; j++)
        {
            Region.Done(new Dealer(region.Board.As(region.Members[j]), region.Sid).DealBeacon());
        }

        region.DealAll().CheckAll().FreezeAll();
        Assert.Equal(StepStatus.Pending, region.Member(0).Share().Status); // not before the beacon is open
        region.Each([2], m => m.ShareBeacon()).ShareAll();
        AggregateOutcome outcome = region.Verify();
        Assert.Equal(OutcomeStatus.Verified, outcome.Status);
        Assert.Empty(outcome.Findings);

        long[] exact =
        [
            region.Count([0, 1, 2, 3, 4], (c, r) => c[0][r] == 2),
            .. ((int[])[1, 2, 3, 0]).Select(a => region.Count([0, 1, 2, 3, 4], (c, r) => c[1][r] == a)),
        ];
        long[] noise = [.. outcome.Values.Select((v, j) => (long)v - exact[j])];
        Assert.All(noise, n => Assert.InRange(n, 0, 5 * 68)); // a sum of 340 coins: within 12 standard deviations of 170
        Assert.All(noise, n => Assert.InRange(n, 170 - 111, 170 + 111));
        Assert.True(noise.Distinct().Count() > 1); // five numbers with coins of their own
        Assert.Equal((long)outcome.Values[0] - 170, outcome.Statistics[0].Opened[0]);
    }

    [Theory]
    [InlineData(1, 64)]
    [InlineData(7, 1024)]
    public void Whole_vectors_with_public_weights(int weightCap, int rows)
    {
        using var region = new Region(hospitals: 4, members: 5 - 2);
        using var updates = new Updates(region, rows, 63, (ulong)weightCap);
        updates.DealAll();
        region.CheckAll().FreezeAll().ShareAll();
        AggregateOutcome outcome = new Combiner(region.Board.As(region.Hospitals[0]), region.Sid).Combine();
        Assert.Equal(OutcomeStatus.Verified, outcome.Status);
        Assert.Equal(updates.Sum([0, 1, 2, 3]), outcome.Vector.ToArray());
        Assert.Equal(updates.Weights.Aggregate(0UL, (x, y) => x + y), outcome.TotalWeight);
        AggregateOutcome again = region.Verify(); // from the posted result
        Assert.Equal(outcome.Vector.ToArray(), again.Vector.ToArray());
        Assert.Empty(again.Findings);
    }

    [Fact]
    public void A_session_may_start_again_from_what_members_kept()
    {
        using Region region = new Region().Open().DealAll();
        region.CheckAll().FreezeAll().ShareAll();
        long size = region.Board.GetCheckpoint().Size;
        foreach (
            Func<CommitteeMember, StepOutcome> step in (Func<CommitteeMember, StepOutcome>[])
                [m => m.Check(), m => m.Freeze(), m => m.Share()]
        )
        {
            region.Each([], step);
        }

        Assert.Equal(size, region.Board.GetCheckpoint().Size); // everything was said before: nothing is said again
        CommitteeMember.RegisterKey(region.Board.As(region.Members[0]), region.Session.Terms, region.States[0]);
        Assert.Equal(size, region.Board.GetCheckpoint().Size);
        region.Member(0).EraseKey(region.Session.Terms);
        Assert.Equal(StepStatus.Refused, region.Member(0).Share().Status);
        Assert.Throws<ArgumentException>(() =>
            CommitteeMember.RegisterKey(region.Board.As(region.Members[0]), region.Session.Terms, region.States[0])
        );
    }

    private static double Value(AggregateOutcome outcome, int statistic, string name) =>
        outcome.Statistics[statistic].Derived.Single(v => v.Name == name).Value!.Value;
}
