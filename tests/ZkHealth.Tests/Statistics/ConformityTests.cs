using System.Numerics;
using Xunit;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Tests.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Statistics;

public partial class ConformityTests
{
    private const int Rows = 2000;

    private static readonly TableSchema Schema = new(
        "patients",
        [
            CategoryColumn.YesNo("diabetes"),
            new CategoryColumn("sex", [new Category("f", "female"), new Category("m", "male")]),
            new NumberColumn("band", 1, 13),
        ]
    );

    private static readonly StatisticContext Context = new("p", "r", "o");
    private static readonly uint[][] Codes = MakeCodes();
    private static readonly ContingencyTableOpening Cubes = Prove();
    private static readonly Predicate Yes = Predicate.In(Schema, "diabetes", "yes"),
        Female = Predicate.In(Schema, "sex", "f");

    /// <summary>Rows by stratum (sex, then band) among those with diabetes.</summary>
    private static readonly long[] Observed =
    [
        .. Enumerable
            .Range(0, 26)
            .Select(k =>
                (long)
                    Enumerable
                        .Range(0, Rows)
                        .Count(i => Codes[0][i] == 2 && Codes[1][i] == k / 13 + 1 && Codes[2][i] == k % 13 + 1)
            ),
    ];

    private static readonly DisclosureGuard Open = new(0);

    private static uint[][] MakeCodes() => RandomTable.Codes(Schema, Rows, new Random(31));

    private static ContingencyTableOpening Prove() =>
        RandomTable.Cube(Schema, Codes, TableAxes.Create([0, 1, 2, 3], [2, 3, 3, 14]));

    /// <summary>Pearson's statistic as an exact fraction, over the rationals.</summary>
    private static (BigInteger P, BigInteger Q) Pearson(long[] observed, long[] profile)
    {
        BigInteger n = 0,
            all = 0,
            p = 0,
            q = 1;
        for (int k = 0; k < observed.Length; k++)
        {
            (n, all) = (n + observed[k], all + profile[k]);
        }

        for (int k = 0; k < observed.Length; k++)
        {
            // (O − n·w/W)²/(n·w/W) = (O·W − n·w)²/(n·w·W)
            BigInteger d = observed[k] * all - n * profile[k],
                over = n * profile[k] * all;
            (p, q) = (p * over + d * d * q, q * over);
            BigInteger g = BigInteger.GreatestCommonDivisor(p, q);
            (p, q) = (p / g, q / g);
        }

        return (p, q);
    }

    private static ConformityStatistic Sex26(
        IReadOnlyList<long> profile,
        ConformityBound bound,
        long? minimum = 100,
        bool show = false
    ) => (ConformityStatistic)Statistic.Conformity(["sex", "band"], profile, bound, Yes, minimum, show);

    private static StatisticsProof Check(Statistic statistic)
    {
        byte[] file = StatisticsProof.Prove(Cubes, [statistic], Context, Open).Encode();
        Assert.True(StatisticsProof.TryDecode(file, out StatisticsProof? proof, out string? reason), reason);
        Assert.Equal(VerificationResult.Accepted, proof.Verify().Result);
        return proof;
    }

    [Fact]
    public void A_distribution_conforms_up_to_the_very_value_of_its_statistic()
    {
        // of equal weights X² is a fraction with a small denominator: n
        long[] equal = [.. Enumerable.Repeat(1L, 26)];
        (BigInteger p, BigInteger q) = Pearson(Observed, equal);
        StatisticsProof proof = Check(Sex26(equal, ConformityBound.ChiSquareAtMost((long)p, (long)q)));
        Assert.Equal([Codes[0].Count(c => c == 2) - Observed.Sum()], proof.Released(0));
        Assert.Equal(["holds", "rows without a value"], proof.Values(0).Select(v => v.Name));
        Untrue(Sex26(equal, ConformityBound.ChiSquareAtMost((long)p - 1, (long)q)));
        Assert.Equal(Observed.Sum(), Check(Sex26(equal, ConformityBound.ChiSquareAtLevel(1e-6, 26), show: true)).Released(0)[0]);
    }

    [Fact]
    public void Profiles_of_large_weights_are_never_rounded_in_favour_of_the_prover()
    {
        // no common denominator below 2^64; the true statistic lies strictly between neighbours of a denominator of 2^31 − 1
        var random = new Random(5);
        long[] profile = [.. Observed.Select(o => 1_000_000 * Math.Max(1, o) + random.Next(1_000_000))];
        (BigInteger p, BigInteger q) = Pearson(Observed, profile);
        long floor = (long)(p * 1_000_000_000 / q);
        Check(Sex26(profile, ConformityBound.ChiSquareAtMost(floor + 1, 1_000_000_000)));
        Untrue(Sex26(profile, ConformityBound.ChiSquareAtMost(floor, 1_000_000_000)));
    }

    [Fact]
    public void Shares_within_a_tolerance()
    {
        long n = Observed.Sum();
        foreach (
            long[] profile in (long[][])
                [
                    [.. Enumerable.Repeat(1L, 26)],
                    [.. Observed.Select((o, k) => 1_000_003 * o + 17 * k + 1)],
                ]
        )
        {
            BigInteger all = profile.Sum();

            // the largest |O·P − n·P_k| over n·P
            BigInteger worst = Observed.Zip(profile, (o, w) => BigInteger.Abs(o * all - n * w)).Max();
            long t = (long)(worst * 1_000_000_000 / (n * all));
            Check(Sex26(profile, ConformityBound.SharesWithin(t + 1, 1_000_000_000)));
            Untrue(Sex26(profile, ConformityBound.SharesWithin(t, 1_000_000_000)));
        }

        Check(Sex26([.. Observed.Select(o => Math.Max(1, o))], ConformityBound.SharesWithin(0, 1), n));
        Check(Sex26([.. Enumerable.Repeat(1L, 26)], ConformityBound.SharesWithin(1, 1), n));
    }

    [Fact]
    public void An_empty_table_does_not_conform()
    {
        long n = Observed.Sum();
        long[] equal = [.. Enumerable.Repeat(1L, 26)];
        Check(Sex26(equal, ConformityBound.ChiSquareAtMost(60, 1), n));
        Untrue(Sex26(equal, ConformityBound.ChiSquareAtMost(60, 1), n + 1));
        Assert.Equal(130, Sex26(equal, ConformityBound.ChiSquareAtMost(60, 1), null).MinimumRows);
        Assert.Throws<ArgumentException>(() => Sex26(equal, ConformityBound.ChiSquareAtMost(60, 1), 0));

        // nobody has diabetes and has not
        var none = Statistic.Conformity(["sex"], [1, 1], ConformityBound.ChiSquareAtMost(60, 1), Yes & !Yes, 1);
        Untrue(none);
        Untrue(Statistic.Conformity(["sex"], [1, 1], ConformityBound.SharesWithin(1, 2), Yes & !Yes, 1));
    }

    [Fact]
    public void Strata_by_conditions()
    {
        Predicate young = Predicate.Between(Schema, "band", "1", "4"),
            old = Predicate.Between(Schema, "band", "5", "13");
        Predicate[] strata = [young & Female, young & !Female, old];
        long[] observed =
        [
            .. Enumerable
                .Range(0, 3)
                .Select(k =>
                    (long)
                        Enumerable
                            .Range(0, Rows)
                            .Count(i =>
                                Codes[0][i] == 2
                                && (k == 2 ? Codes[2][i] > 4 : Codes[2][i] is >= 1 and <= 4 && Codes[1][i] == k + 1)
                            )
                ),
        ];
        (BigInteger p, BigInteger q) = Pearson(observed, [4, 4, 18]);
        Check(Statistic.ConformityOfGroups(strata, [4, 4, 18], ConformityBound.ChiSquareAtMost((long)p, (long)q), Yes));
        Untrue(Statistic.ConformityOfGroups(strata, [4, 4, 18], ConformityBound.ChiSquareAtMost((long)p - 1, (long)q), Yes));

        // strata that overlap, or know other columns, or another number of them
        foreach (
            Statistic misfit in (Statistic[])
                [
                    Statistic.ConformityOfGroups([young, Female], [1, 1], ConformityBound.ChiSquareAtMost(9, 1)),
                    Statistic.Conformity(["band"], [1, 1], ConformityBound.ChiSquareAtMost(9, 1)),
                    Statistic.Conformity(["nothing"], [1, 1], ConformityBound.ChiSquareAtMost(9, 1)),
                ]
        )
        {
            Assert.Throws<ArgumentException>(() => StatisticsProof.Prove(Cubes, [misfit], Context, Open));
        }
    }

    /// <summary>The cubes of two hospitals add up, and so do their rows; neither alone need conform.</summary>
    [Fact]
    public void The_sum_of_two_hospitals_conforms()
    {
        using var secret = TableSecret.Create();
        uint[][] swapped =
        [
            Codes[0],
            [.. Codes[1].Select(c => c == 0 ? 0 : 3 - c)],
            [.. Codes[2].Select(c => c == 0 ? 0 : 14 - c)],
        ];
        using var table = TableOpening.Commit(new CodedTable(Schema, swapped), new byte[32], secret);
        using ContingencyTableOpening second = ContingencyTableProof.Prove(table, TableAxes.Create([0, 1, 2, 3], [2, 3, 3, 14]));
        ulong[] sum = [.. Cubes.Counts(0).ToArray().Zip(second.Counts(0).ToArray(), (a, b) => a + b)];
        Assert.True(Cubes.Points[0].TryDecompress(out RistrettoPoint a));
        Assert.True(second.Points[0].TryDecompress(out RistrettoPoint b));
        CompressedPoint cube = (a + b).Compress();
        var subject = new ContingencyTableSubject([Cubes.Table.Root, second.Table.Root], Cubes.Axes[0]);
        long[] equal = [.. Enumerable.Repeat(1L, 26)],
            both = [.. Observed.Select((o, k) => o + Observed[25 - k])];
        (BigInteger p, BigInteger q) = Pearson(both, equal);
        Statistic[] statistics = [Sex26(equal, ConformityBound.ChiSquareAtMost((long)p, (long)q))];
        byte[] proof = InequalityProof.Prove(
            new Transcript("c"u8),
            subject,
            4096,
            cube,
            sum,
            Cubes.Blinding(0) + second.Blinding(0),
            statistics,
            Schema
        );
        var batch = new VerificationBatch();
        Assert.Null(InequalityProof.Collect(new Transcript("c"u8), subject, 4096, cube, statistics, Schema, proof, batch));
        Assert.True(batch.Verify().IsAccepted);
        Assert.False(
            InequalityProof
                .Measure([Sex26(equal, ConformityBound.ChiSquareAtMost((long)p - 1, (long)q))], Schema, subject.Axes, 4096, sum)
                .Holds
        );
    }
}
