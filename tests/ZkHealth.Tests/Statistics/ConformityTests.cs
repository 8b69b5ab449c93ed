using System.Numerics;
using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Tests.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Statistics;

public class ConformityTests
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
    ) => ConformityStatistic.ByColumns(["sex", "band"], profile, bound, Yes, minimum, show);

    private static StatisticsProof Check(Statistic statistic)
    {
        byte[] file = StatisticsProof.Prove(Cubes, [statistic], Context, Open).Encode();
        Assert.True(StatisticsProof.TryDecode(file, out StatisticsProof? proof, out string? reason), reason);
        Assert.Equal(VerificationResult.Accepted, proof.Verify().Result);
        return proof;
    }

    private static StatisticsProof Forge(Statistic statistic, Action<int, Scalar[]> forge)
    {
        ProvenTableFile file = ProvenTableFile.Of(Cubes, Context);
        Assert.True(StatisticsProof.TryRows(file, [statistic], out long[][][] rows, out string? fault), fault);
        long[] released = [.. rows[0].Select(row => row.Select((w, i) => w * (long)Cubes.Counts(0)[i]).Sum())];
        return StatisticsProof.ProveUnchecked(Cubes, file, [statistic], rows, [released], forge);
    }

    private static void Untrue(Statistic statistic)
    {
        Assert.Throws<ArgumentException>(() => StatisticsProof.Prove(Cubes, [statistic], Context, Open));
        Assert.False(Forge(statistic, (_, _) => { }).Verify().IsAccepted);
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
        var none = ConformityStatistic.ByColumns(["sex"], [1, 1], ConformityBound.ChiSquareAtMost(60, 1), Yes & !Yes, 1);
        Untrue(none);
        Untrue(ConformityStatistic.ByColumns(["sex"], [1, 1], ConformityBound.SharesWithin(1, 2), Yes & !Yes, 1));
    }

    [Fact]
    public void Strata_by_conditions()
    {
        Predicate young = Predicate.Between(Schema, "band", 1, 4),
            old = Predicate.Between(Schema, "band", 5, 13);
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
        Check(ConformityStatistic.ByPredicates(strata, [4, 4, 18], ConformityBound.ChiSquareAtMost((long)p, (long)q), Yes));
        Untrue(ConformityStatistic.ByPredicates(strata, [4, 4, 18], ConformityBound.ChiSquareAtMost((long)p - 1, (long)q), Yes));

        // strata that overlap, or know other columns, or another number of them
        foreach (
            Statistic misfit in (Statistic[])
                [
                    ConformityStatistic.ByPredicates([young, Female], [1, 1], ConformityBound.ChiSquareAtMost(9, 1)),
                    ConformityStatistic.ByColumns(["band"], [1, 1], ConformityBound.ChiSquareAtMost(9, 1)),
                    ConformityStatistic.ByColumns(["nothing"], [1, 1], ConformityBound.ChiSquareAtMost(9, 1)),
                ]
        )
        {
            Assert.Throws<ArgumentException>(() => StatisticsProof.Prove(Cubes, [misfit], Context, Open));
        }
    }

    /// <summary>What a prover could try whose slack is −1: bits of the residue, a bit that is none, a wrong product.</summary>
    [Fact]
    public void Cheating_provers_are_rejected()
    {
        long[] equal = [.. Enumerable.Repeat(1L, 26)];
        (BigInteger p, BigInteger q) = Pearson(Observed, equal);
        ConformityStatistic lie = Sex26(equal, ConformityBound.ChiSquareAtMost((long)p - 1, (long)q));
        ConformityStatistic truth = Sex26(equal, ConformityBound.ChiSquareAtMost((long)p, (long)q));
        Assert.True(Forge(truth, (_, _) => { }).Verify().IsAccepted);

        // all of the slack, −n modulo l, in the lowest place; the last 11 scalars are the bits of n − 100
        void Slack(Scalar[] scalars, BigInteger value, bool asBits)
        {
            for (int i = 0; i < scalars.Length - 11; i++)
            {
                scalars[i] = BoundedIntegers.ToScalar(
                    asBits ? value >> i & 1
                    : i == 0 ? value
                    : 0
                );
            }
        }

        Assert.True(Forge(truth, (message, scalars) => Slack(message == 1 ? scalars : [], 0, true)).Verify().IsAccepted);
        Assert.False(
            Forge(lie, (message, scalars) => Slack(message == 1 ? scalars : [], -Observed.Sum(), false)).Verify().IsAccepted
        );
        Assert.False(
            Forge(lie, (message, scalars) => Slack(message == 1 ? scalars : [], BoundedIntegers.Order - Observed.Sum(), true))
                .Verify()
                .IsAccepted
        );

        // one stratum's square too small by 40, and the slack that it leaves: −n + q·26·40
        Assert.False(
            Forge(
                    lie,
                    (message, scalars) =>
                    {
                        scalars[3] -= message == 0 ? Scalar.FromUInt64(40) : Scalar.Zero;
                        Slack(message == 1 ? scalars : [], 26 * q * 40 - Observed.Sum(), true);
                    }
                )
                .Verify()
                .IsAccepted
        );
        for (int message = 0; message < 2; message++)
        {
            int at = message;
            Assert.False(Forge(truth, (m, scalars) => scalars[7] += m == at ? Scalar.One : Scalar.Zero).Verify().IsAccepted);
        }
    }

    [Fact]
    public void No_integer_may_wrap()
    {
        var table = new BoundedIntegers(null, 0, null, BigInteger.One << 30);
        BoundedInteger n = table.Sum([1, 0]);
        BoundedInteger square = table.Products((n, n))[0],
            power = table.Products((square, square))[0];
        Assert.Equal(BigInteger.One << 120, power.High);

        // −2^120·2^131 + 2^252 is beyond l, one bit less is not
        table.NotNegative((n - power * (BigInteger.One << 131), BigInteger.One << 251));
        Assert.Equal("the numbers of a statement are too large: a value could wrap", table.Fault);
        var other = new BoundedIntegers(null, 0, null, BigInteger.One << 30);
        n = other.Sum([1, 0]);
        square = other.Products((n, n))[0];
        power = other.Products((square, square))[0];
        other.NotNegative((n - power * (BigInteger.One << 131), (BigInteger.One << 251) - 1));
        Assert.Null(other.Fault);
        other.NotNegative((power * (BigInteger.One << 133), 5));
        Assert.NotNull(other.Fault);
        Assert.Equal(Scalar.MinusOne, BoundedIntegers.ToScalar(-1));
        Assert.Equal(Scalar.Zero, BoundedIntegers.ToScalar(BoundedIntegers.Order));
        Assert.Equal(Scalar.FromUInt64(7), BoundedIntegers.ToScalar(BoundedIntegers.Order * -3 + 7));

        // the largest statement that can be made fits: 2^30 rows of 64 hospitals, weights of 1 and 10^12
        long[] profile = [1, .. Enumerable.Repeat(ConformityStatistic.MaxWeight, 1023)];
        var widest = new TableSchema("wide", [new NumberColumn("k", 1, 1024)]);
        var bound = ConformityBound.ChiSquareAtMost(int.MaxValue, int.MaxValue - 1);
        BoundedIntegers measured = InequalityProof.Measure(
            [ConformityStatistic.ByColumns(["k"], profile, bound, null, 1)],
            widest,
            TableAxes.Create([1], [1025]),
            (BigInteger)64 << 30
        );
        Assert.Null(measured.Fault);
    }

    [Fact]
    public void Every_changed_element_and_statement_is_found()
    {
        long[] equal = [.. Enumerable.Repeat(1L, 26)];
        ConformityBound bound = ConformityBound.ChiSquareAtMost(60, 1);
        ProvenTableFile file = ProvenTableFile.Of(Cubes, Context);
        Statistic[] asked = [Sex26(equal, bound)];
        byte[] proof = InequalityProof.Prove(
            Context.Start([]),
            file.Subject,
            2048,
            file.Cube,
            Cubes.Counts(0),
            Cubes.Blinding(0),
            asked,
            Schema
        );
        bool Accepts(
            byte[] bytes,
            Statistic statistic,
            ContingencyTableSubject? subject = null,
            int rows = 2048,
            CompressedPoint? cube = null,
            StatisticContext? context = null
        )
        {
            var batch = new VerificationBatch();
            return InequalityProof.Collect(
                    (context ?? Context).Start([]),
                    subject ?? file.Subject,
                    rows,
                    cube ?? file.Cube,
                    [statistic],
                    Schema,
                    bytes,
                    batch
                )
                    is null
                && batch.Verify().IsAccepted;
        }

        Assert.True(Accepts(proof, asked[0]));
        for (int at = 0; at < proof.Length; at += 32)
        {
            byte[] bad = [.. proof];
            bad[at + 1] ^= 1;
            Assert.False(Accepts(bad, asked[0]), $"element {at / 32}");
        }

        Assert.False(Accepts(proof[..^32], asked[0]));
        Assert.False(Accepts([.. proof, .. new byte[32]], asked[0]));
        Assert.False(Accepts(proof, asked[0], new ContingencyTableSubject([new byte[32]], file.Axes)));
        Assert.False(Accepts(proof, asked[0], rows: 2047));
        Assert.False(Accepts(proof, asked[0], cube: new CompressedPoint(new byte[32])));
        Assert.False(Accepts(proof, asked[0], context: Context with { Purpose = "q" }));
        foreach (
            Statistic other in (Statistic[])
                [
                    Sex26([2, .. equal[1..]], bound),
                    Sex26(equal, ConformityBound.ChiSquareAtMost(61, 1)),
                    Sex26(equal, ConformityBound.SharesWithin(1, 1)),
                    Sex26(equal, bound, 99),
                    ConformityStatistic.ByColumns(["sex", "band"], equal, bound, !Yes, 100),
                    ConformityStatistic.ByColumns(["band", "sex"], equal, bound, Yes, 100),
                    Sex26(equal, bound, 100, true),
                ]
        )
        {
            Assert.False(Accepts(proof, other));
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
