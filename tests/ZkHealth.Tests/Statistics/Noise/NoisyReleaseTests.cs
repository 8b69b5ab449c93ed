using FsCheck.Xunit;
using Xunit;
using ZkHealth.Fields;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Bits;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics;

public class NoisyReleaseTests
{
    private static readonly TableSchema Schema = new(
        "patients",
        [CategoryColumn.YesNo("ill"), new CategoryColumn("age", [.. "abc".Select(c => new Category($"{c}", $"{c}"))])]
    );
    private static readonly StatisticContext Context = new("p", "r", "o");
    private static readonly uint[][] Codes =
    [
        .. Enumerable
            .Range(0, 2)
            .Select(j => Enumerable.Range(0, 500).Select(i => (uint)((i * 7 + i * i * j) % (3 + j))).ToArray()),
    ];
    private static readonly Predicate Ill = Predicate.In(Schema, "ill", "yes");
    private static readonly Statistic Count = new CountStatistic(Ill),
        Histogram = new HistogramStatistic("age", Ill);
    private static readonly PrivacyLoss Loss = new(1, 1e-9m);
    private static readonly byte[] Beacon = [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 5))];
    private static readonly TableOpening[] Tables = [.. ((byte[])[1, 2]).Select(Commit)];
    private static readonly (ContingencyTableOpening Ill, ContingencyTableOpening Both) Cubes = Prove(Tables[0]);

    private static TableOpening Commit(byte owner)
    {
        using var secret = TableSecret.Create();
        return TableOpening.Commit(new CodedTable(Schema, Codes), [.. Enumerable.Repeat(owner, 32)], secret);
    }

    private static (ContingencyTableOpening Ill, ContingencyTableOpening Both) Prove(TableOpening table) =>
        (
            ContingencyTableProof.Prove(table, TableAxes.Create([1], [3])),
            ContingencyTableProof.Prove(table, TableAxes.Create([1, 2], [3, 4]))
        );

    private static NoiseQuery Query(Statistic statistic, int rows = 1) =>
        NoiseQuery.Create(Cubes.Ill.Table, Schema, statistic, Context, "clinic", Loss, rows, "requester");

    private static NoisyRelease Decode(NoisyRelease release)
    {
        Assert.True(NoisyRelease.TryDecode(release.Encode(), out NoisyRelease? decoded, out string? reason), reason);
        return decoded;
    }

    private static string? Reason(NoisyRelease release) => Decode(release).Verify().Reason;

    [Fact]
    public void A_count_is_released_under_the_noise_of_bits_and_coins()
    {
        using OwnedNoise noise = OwnedNoise.Commit(Query(Count), Tables[0]);
        Assert.Equal(136, noise.Commitment.Bits);
        Assert.True(noise.Commitment.Verify(Schema).IsAccepted && noise.Commitment.VerifyBits().IsAccepted);
        Assert.True(OwnedNoise.TryDecodeSecret(noise.EncodeSecret(), out OwnedNoise? kept, out string? fault), fault);
        NoisyRelease release = Decode(NoisyRelease.Prove(Cubes.Ill, kept, Beacon));
        Assert.Null(release.Verify().Reason);
        byte[] coins = BinomialNoise.Coins(Beacon, noise.Commitment.Digest.Span, 0, 0, 136),
            bits = noise.Bits.ToArray();
        int expected = Codes[0].Count(c => c == 2) + coins.Where((b, k) => b != bits[k]).Count();
        Assert.Equal(expected - 68, release.Values[0].Value);
        Assert.Equal(
            1.959963984540054 * Math.Sqrt(136) / 2,
            release.Values[0].Intervals.Single().High - release.Values[0].Value!.Value,
            1e-9
        );
    }

    [Fact]
    public void A_histogram_shares_the_loss_among_the_numbers_that_a_patient_changes()
    {
        NoiseQuery query = Query(Histogram),
            two = Query(new TwoByTwoStatistic(Predicate.In(Schema, "age", "a"), Ill), 2);
        Assert.Equal(BinomialNoise.CoinsFor(Loss.DividedBy(2), 1), query.Coins);
        Assert.Equal(BinomialNoise.CoinsFor(Loss.DividedBy(4), 2), two.Coins);
        using OwnedNoise noise = OwnedNoise.Commit(query, Tables[0]);
        Assert.Equal(4 * query.Coins, noise.Commitment.Bits);
        NoisyRelease release = Decode(NoisyRelease.Prove(Cubes.Both, noise, Beacon));
        Assert.Null(release.Verify().Reason);
        for (int j = 0; j < 4; j++)
        {
            byte[] coins = BinomialNoise.Coins(Beacon, noise.Commitment.Digest.Span, 0, (uint)j, query.Coins),
                bits = noise.Bits.Slice(j * query.Coins, query.Coins).ToArray();
            int count = Enumerable.Range(0, 500).Count(i => Codes[0][i] == 2 && Codes[1][i] == (j + 1) % 4);
            Assert.Equal(count + coins.Where((b, k) => b != bits[k]).Count() - query.Coins / 2.0, release.Values[j].Value);
        }

        Assert.Equal(["a", "b", "c", "rows without a value"], release.Values.Select(v => v.Name));
    }

    /// <summary>A cheating owner commits to any scalars, with a proof that no honest code would make.</summary>
    private static NoiseCommitment Forge(NoiseQuery query, Scalar[] values, Scalar blinding)
    {
        var point = ZkHealth
            .Commitments.VectorCommitment.Commit(ZkHealth.Commitments.GeneratorFamily.Noise, values, blinding)
            .Compress();
        return NoiseCommitment.Of(
            query,
            values.Length,
            point,
            BitVectorProof.ProveUnchecked(NoiseCommitment.Start(query, values.Length), values, point, blinding, check: false)
        );
    }

    [Fact]
    public void Bits_that_are_none_are_rejected()
    {
        NoiseQuery query = Query(Count);
        ProvenTableFile file = ProvenTableFile.Of(Cubes.Ill, Context);
        Scalar[] honest = [.. Enumerable.Range(0, 136).Select(i => Scalar.FromUInt64((ulong)i % 2))],
            large = [.. honest];
        large[3] = Scalar.FromUInt64(1_000_000);
        byte[][] zero = [new byte[136]];
        Assert.Null(
            Reason(
                NoisyRelease.ProveUnchecked(Cubes.Ill, file, Forge(query, honest, Scalar.One), honest, Scalar.One, Beacon, null)
            )
        );
        Assert.Equal(
            "the noise: a committed bit is neither 0 nor 1",
            Reason(NoisyRelease.ProveUnchecked(Cubes.Ill, file, Forge(query, large, Scalar.One), large, Scalar.One, Beacon, zero))
        );
        Assert.False(Forge(query, large, Scalar.One).VerifyBits().IsAccepted);
    }

    [Fact]
    public void Coins_numbers_and_bits_that_are_chosen_afterwards_are_rejected()
    {
        using OwnedNoise noise = OwnedNoise.Commit(Query(Count), Tables[0]);
        ProvenTableFile file = ProvenTableFile.Of(Cubes.Ill, Context);
        Scalar[] bits = BitVectorProof.ToScalars(noise.Bits),
            other = [.. bits];
        NoisyRelease Cheat(Scalar[] v, byte[][]? coins, long add) =>
            NoisyRelease.ProveUnchecked(Cubes.Ill, file, noise.Commitment, v, noise.Blinding, Beacon, coins, add);
        Assert.Null(Reason(Cheat(bits, null, 0)));
        byte[] ignored = [.. noise.Bits.ToArray().Select(v => (byte)(1 - v))];
        Assert.Equal("the statistics are not those of the cube", Reason(Cheat(bits, [ignored], 0)));
        Assert.Equal("the statistics are not those of the cube", Reason(Cheat(bits, null, 5)));
        other[0] = Scalar.One - other[0];
        Assert.Equal("the statistics are not those of the cube", Reason(Cheat(other, null, 0)));
    }

    [Fact]
    public void Bits_serve_one_query_table_context_and_beacon()
    {
        NoiseQuery query = Query(Count);
        using OwnedNoise noise = OwnedNoise.Commit(query, Tables[0]);
        NoisyRelease release = NoisyRelease.Prove(Cubes.Ill, noise, Beacon);
        NoiseCommitment honest = noise.Commitment;
        Assert.True(NoiseCommitment.TryDecode(honest.Encode(), out NoiseCommitment? decoded, out _));
        Assert.Equal(honest.Digest.ToArray(), decoded.Digest.ToArray());
        byte[] proof = honest.Encode()[^BitVectorProof.Size(136)..];
        foreach (
            NoiseQuery changed in (NoiseQuery[])
                [
                    query with
                    {
                        Statistic = new CountStatistic(!Ill),
                    },
                    query with
                    {
                        Context = Context with { Requester = "x" },
                    },
                    query with
                    {
                        DataSet = "x",
                    },
                    query with
                    {
                        Beacon = "x",
                    },
                    query with
                    {
                        Root = new byte[32],
                    },
                    query with
                    {
                        Owner = new byte[32],
                    },
                    query with
                    {
                        Loss = new PrivacyLoss(2, 1e-9m),
                    },
                    query with
                    {
                        RowsPerPatient = 2,
                    },
                    query with
                    {
                        Coins = 137,
                    },
                    query with
                    {
                        Columns = [2],
                    },
                ]
        )
        {
            Assert.False(NoiseCommitment.Of(changed, 136, honest.Point, proof).VerifyBits().IsAccepted);
        }

        ProvenTableFile file = ProvenTableFile.Of(Cubes.Ill, Context);
        Scalar[] bits = BitVectorProof.ToScalars(noise.Bits);
        NoiseCommitment few = NoiseCommitment.Of(query with { Coins = 100 }, 100, honest.Point, []);
        Assert.Equal(VerdictReason.StatementInvalid, few.Verify(Schema).Code);
        Assert.False(
            NoisyRelease
                .ProveUnchecked(
                    Cubes.Ill,
                    ProvenTableFile.Of(Cubes.Ill, new StatisticContext("x", "r", "o")),
                    honest,
                    bits,
                    noise.Blinding,
                    Beacon,
                    null
                )
                .Verify()
                .IsAccepted
        );
        ContingencyTableOpening others = Prove(Tables[1]).Ill;
        Assert.Equal(
            "the noise was committed for another table",
            NoisyRelease
                .ProveUnchecked(others, ProvenTableFile.Of(others, Context), honest, bits, noise.Blinding, Beacon, null)
                .Verify()
                .Reason
        );
        Assert.Throws<ArgumentException>("table", () => OwnedNoise.Commit(query, Tables[1]));
        Assert.Throws<ArgumentException>("cubes", () => NoisyRelease.Prove(others, noise, Beacon));
        Assert.Throws<ArgumentException>("cubes", () => NoisyRelease.Prove(Cubes.Both, noise, Beacon));
        Assert.Throws<ArgumentException>("cubes", () => NoisyRelease.Prove(Cubes.Ill, noise, new byte[15]));

        byte[] bytes = release.Encode();
        int beacon = bytes.AsSpan().IndexOf(Beacon);
        bytes[beacon] ^= 1;
        Assert.True(NoisyRelease.TryDecode(bytes, out NoisyRelease? moved, out _));
        Assert.Equal(VerdictReason.ProofInvalid, moved.Verify().Code);
    }

    [Fact]
    public void Every_byte_of_a_release_counts()
    {
        using OwnedNoise noise = OwnedNoise.Commit(Query(Count), Tables[0]);
        byte[] bytes = NoisyRelease.Prove(Cubes.Ill, noise, Beacon).Encode();
        for (int at = 5; at < bytes.Length; at += 29)
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 2;
            Assert.False(NoisyRelease.TryDecode(changed, out NoisyRelease? release, out _) && release.Verify().IsAccepted);
        }
    }

    [Property(MaxTest = 50)]
    public void Hostile_bytes_are_refused(byte[] bytes)
    {
        Assert.False(NoisyRelease.TryDecode(bytes, out _, out _));
        Assert.False(NoiseCommitment.TryDecode(bytes, out _, out _));
        Assert.False(OwnedNoise.TryDecodeSecret(bytes, out _, out _));
    }

    [Fact]
    public void What_noise_is_not_for_is_refused()
    {
        Assert.Throws<ArgumentException>("statistic", () => Query(new QuantileStatistic("age")));
        Assert.Throws<ArgumentException>("statistic", () => Query(new CountStatistic(Ill), 0));
        Assert.Throws<ArgumentException>(
            "statistic",
            () => NoiseQuery.Create(Cubes.Ill.Table, Schema, Count, Context, "", new PrivacyLoss(0.01m, 1e-9m), 1, "b")
        );
        Assert.Throws<ArgumentException>(
            "statistic",
            () => NoiseQuery.Create(Cubes.Ill.Table, Schema, Count, Context, "", Loss, 1, "")
        );
        using OwnedNoise noise = OwnedNoise.Commit(Query(Count), Tables[0]);
        byte[] secret = noise.EncodeSecret();
        secret[^40] ^= 1;
        Assert.False(OwnedNoise.TryDecodeSecret(secret, out _, out _));
        Assert.Equal("owned noise of 136 bits", noise.ToString());
    }
}
