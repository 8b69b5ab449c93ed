using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics;

/// <summary>
/// Attack F7: rows for which the numerator is not known. They were counted in denominators: of 100 ill, 100 healthy and 800
/// without a value "at most 1/5 are ill" was proven, so that whoever left values out lowered a rate.
/// </summary>
public class UnknownRowsTests
{
    private static readonly TableSchema Schema = new(
        "patients",
        [CategoryColumn.YesNo("ill"), CategoryColumn.YesNo("old"), CategoryColumn.YesNo("smoker")]
    );
    private static readonly Predicate Ill = Predicate.In(Schema, "ill", "yes"),
        Old = Predicate.In(Schema, "old", "yes"),
        Smoker = Predicate.In(Schema, "smoker", "yes");
    private static readonly StatisticContext Context = new("p", "r", "o");

    // of the old 100 ill, 100 healthy and 800 unknown; of the others 60 ill, 60 healthy and 5 unknown; every second row smokes
    private static readonly uint[][] Codes = Make((100, 2, 2), (100, 1, 2), (800, 0, 2), (60, 2, 1), (60, 1, 1), (5, 0, 1));
    private static readonly ContingencyTableOpening Cubes = Prove();

    private static uint[][] Make(params (int Rows, uint Ill, uint Old)[] groups)
    {
        (int, uint Ill, uint Old)[] rows = [.. groups.SelectMany(g => Enumerable.Repeat(g, g.Rows))];
        return
        [
            [.. rows.Select(r => r.Ill)],
            [.. rows.Select(r => r.Old)],
            [.. rows.Select((_, i) => 1 + (uint)(i % 2))],
        ];
    }

    private static ContingencyTableOpening Prove()
    {
        using var secret = TableSecret.Create();
        using var table = TableOpening.Commit(new CodedTable(Schema, Codes), new byte[32], secret);
        int first = Schema.IndexOf("ill");
        return ContingencyTableProof.Prove(table, TableAxes.Create([(uint)first, (uint)first + 1, (uint)first + 2], [3, 3, 3]));
    }

    private static StatisticsProof Check(params IReadOnlyList<Statistic> statistics)
    {
        var proof = (StatisticsProof)ProofFile.Decode(StatisticsProof.Prove(Cubes, statistics, Context).Encode());
        Assert.Equal(VerificationResult.Accepted, proof.Verify().Result);
        return proof;
    }

    [Fact]
    public void Values_left_out_do_not_lower_a_rate()
    {
        Statistic low = Statistic.RateBounds(Ill, Old, null, new(1, 5));
        Assert.Throws<ArgumentException>(() => StatisticsProof.Prove(Cubes, [low], Context));
        ProvenTableFile file = ProvenTableFile.Of(Cubes, Context);
        Assert.False(
            StatisticsProof
                .ProveUnchecked(
                    Cubes,
                    file,
                    [low],
                    [low.Rows(Schema, file.Axes)!],
                    [
                        [800],
                    ],
                    (_, _) => { }
                )
                .Verify()
                .IsAccepted
        );

        // true of all rows, and so it says
        StatisticsProof all = Check(Statistic.RateBounds(Ill, Old, null, new(1, 5), includeUnknown: true));
        Assert.Contains(
            "rows without a value are in the denominator",
            all.Statistics[0].Describe(Schema),
            StringComparison.Ordinal
        );
        Assert.Equal(800, all.Values(0).Single(v => v.Name == "rows without a value").Value);
        StatisticsProof known = Check(Statistic.RateBounds(Ill, Old, new(1, 2), new(1, 2), true, true));
        Assert.Equal([100, 200, 800], known.Released(0));
    }

    [Fact]
    public void Rates_are_among_rows_of_which_the_numerator_is_known()
    {
        Assert.Equal([100, 200, 800], Check(new RateStatistic(Ill, Old)).Released(0));
        Assert.Equal([100, 1000, 800], Check(new RateStatistic(Ill, Old, true)).Released(0));
        StatisticsProof proof = Check(new RateStatistic(Ill, Old), new RateStatistic(Ill, Old) { IncludeUnknown = true });
        Assert.Equal([new Rate(100, 200, 800), new Rate(100, 1000, 800)], [proof.RateOf(0), proof.RateOf(1)]);
        Assert.Equal(["numerator", "denominator", "rate", "rows without a value"], proof.Values(0).Select(v => v.Name));

        // known of a row that satisfies one of two conditions is that it satisfies either: 500 and 63 of the smokers
        StatisticsProof either = Check(new RateStatistic(Ill | Smoker, Old | !Old));
        Assert.Equal(
            [160 + Count((ill, _, smoker) => ill != 2 && smoker == 2), 1125 - Count((ill, _, smoker) => ill == 0 && smoker == 1)],
            either.Released(0).Take(2)
        );
        Assert.Equal(Count((ill, _, smoker) => ill == 0 && smoker == 1), either.Released(0)[2]);
    }

    private static long Count(Func<uint, uint, uint, bool> condition) =>
        Enumerable.Range(0, Codes[0].Length).Count(i => condition(Codes[0][i], Codes[1][i], Codes[2][i]));

    /// <summary>A small number is not shown, and that it is small is proven.</summary>
    [Fact]
    public void Few_rows_without_a_value_are_fewer_than_the_threshold()
    {
        foreach (
            Statistic statistic in (Statistic[])
                [new RateStatistic(Ill, !Old), Statistic.RateBounds(Ill, !Old, new(1, 2), new(1, 2))]
        )
        {
            StatisticsProof few = Check(statistic);
            ReleasedValue unknown = few.Values(0).Single(v => v.Name == "rows without a value");
            Assert.Equal((null, "fewer than 10", "fewer than 10"), (unknown.Value, unknown.Undefined, unknown.ToString()));
            Assert.DoesNotContain(5L, few.Released(0));
            Assert.Contains(
                "fewer than 10 rows of the denominator",
                few.Statistics[0].Describe(Schema),
                StringComparison.Ordinal
            );
        }

        StatisticsProof proof = Check(new RateStatistic(Ill, Old), new RateStatistic(Ill, !Old));
        Assert.Equal([new Rate(100, 200, 800), new Rate(60, 120)], [proof.RateOf(0), proof.RateOf(1)]);
        Assert.Equal("fewer than 10", proof.Values(1)[^1].Undefined);

        // asked for without a guard it is shown
        Assert.Equal(
            [60, 120, 5],
            StatisticsProof.Prove(Cubes, [new RateStatistic(Ill, !Old)], Context, new DisclosureGuard(0)).Released(0)
        );
    }

    [Fact]
    public void Bounds_and_numbers_that_are_not_true_are_rejected()
    {
        ProvenTableFile file = ProvenTableFile.Of(Cubes, Context);
        foreach ((int below, bool accepted) in (ReadOnlySpan<(int, bool)>)[(6, true), (5, false), (2, false)])
        {
            var rate = new RateStatistic(Ill, !Old) { UnknownBelow = below };
            Assert.Equal(
                accepted,
                StatisticsProof
                    .ProveUnchecked(
                        Cubes,
                        file,
                        [rate],
                        [rate.Rows(Schema, file.Axes)!],
                        [
                            [60, 120],
                        ],
                        (_, _) => { }
                    )
                    .Verify()
                    .IsAccepted
            );
            Assert.False(
                ProofFile.TryDecode(
                    StatisticsProof
                        .ProveUnchecked(
                            Cubes,
                            file,
                            [rate],
                            [rate.Rows(Schema, file.Axes)!],
                            [
                                [120, 60],
                            ],
                            (_, _) => { }
                        )
                        .Encode(),
                    out ProofFile? _,
                    out string? reason
                )
            );
            Assert.Equal("not a proof file: the released numbers contradict a statement", reason);
        }
    }

    [Fact]
    public void Every_changed_byte_of_a_file_with_a_bound_is_found()
    {
        byte[] file = StatisticsProof.Prove(Cubes, [new RateStatistic(Ill, !Old)], Context).Encode();
        for (int at = 0; at < file.Length; at += at < 400 || at > file.Length - 200 ? 7 : 53)
        {
            byte[] changed = [.. file];
            changed[at] ^= 1;
            Assert.False(
                StatisticsProof.TryDecode(changed, out StatisticsProof? proof, out _) && proof.Verify().IsAccepted,
                $"byte {at}"
            );
        }
    }
}
