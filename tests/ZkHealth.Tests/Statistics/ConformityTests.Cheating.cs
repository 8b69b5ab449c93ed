using System.Numerics;
using Xunit;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics;

/// <summary>Provers that cheat, and changed proofs.</summary>
public partial class ConformityTests
{
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
            [Statistic.Conformity(["k"], profile, bound, null, 1)],
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
                    Statistic.Conformity(["sex", "band"], equal, bound, !Yes, 100),
                    Statistic.Conformity(["band", "sex"], equal, bound, Yes, 100),
                    Sex26(equal, bound, 100, true),
                ]
        )
        {
            Assert.False(Accepts(proof, other));
        }
    }
}
