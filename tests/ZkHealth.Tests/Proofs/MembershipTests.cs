using System.Security.Cryptography;
using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Membership;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Proofs;

public class MembershipTests
{
    private static Transcript T(string label = "membership") => new(System.Text.Encoding.ASCII.GetBytes(label));

    private static PublicPoints L(IReadOnlyList<CompressedPoint> points) => PublicPoints.Create(points);

    private static Scalar Random() => Scalar.FromUniformBytes(RandomNumberGenerator.GetBytes(64));

    /// <summary>Commitments to 1, 2, …, but one of them to zero.</summary>
    private static (CompressedPoint[] List, Scalar Secret) Make(int n, int index)
    {
        var list = new CompressedPoint[n];
        Scalar secret = Random();
        for (int i = 0; i < n; i++)
        {
            list[i] = ScalarCommitment.Commit(i == index ? Scalar.Zero : Scalar.FromUInt64((ulong)i + 1), i == index ? secret : Random()).Compress();
        }

        return (list, secret);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(5, 0)]
    [InlineData(8, 7)]
    [InlineData(9, 8)]
    [InlineData(33, 20)]
    [InlineData(200, 199)]
    public void One_of_many_is_proven(int n, int index)
    {
        (CompressedPoint[] list, Scalar secret) = Make(n, index);
        Transcript mine = T(), theirs = T();
        byte[] proof = OneOutOfManyProof.Prove(mine, L(list), index, secret);
        Assert.Equal(OneOutOfManyProof.Size(n), proof.Length);
        Assert.Equal(VerificationResult.Accepted, OneOutOfManyProof.Verify(theirs, L(list), proof));
        Assert.Equal(mine.ChallengeScalar("next"u8), theirs.ChallengeScalar("next"u8));
        Assert.False(OneOutOfManyProof.Verify(T("other"), L(list), proof).IsAccepted);
        if (n > 1)
        {
            Assert.False(OneOutOfManyProof.Verify(T(), L([.. list.Reverse()]), proof).IsAccepted);
            Assert.False(OneOutOfManyProof.Verify(T(), L(list[..^1]), proof).IsAccepted);
        }
    }

    [Fact]
    public void Sizes_are_logarithmic() => Assert.Equal((864, 1248, 288), (OneOutOfManyProof.Size(1024), OneOutOfManyProof.Size(1 << 16), OneOutOfManyProof.Size(1)));

    [Fact]
    public void Without_an_opening_or_with_a_wrong_index_nothing_is_proven()
    {
        (CompressedPoint[] list, Scalar secret) = Make(11, 4);
        for (int index = 0; index < list.Length; index++)
        {
            Assert.Equal(index == 4, OneOutOfManyProof.Verify(T(), L(list), OneOutOfManyProof.Prove(T(), L(list), index, secret)).IsAccepted);
        }

        Assert.False(OneOutOfManyProof.Verify(T(), L(list), OneOutOfManyProof.Prove(T(), L(list), 4, secret + Scalar.One)).IsAccepted);
        CompressedPoint[] none = [.. list.Where((_, i) => i != 4)];
        Assert.False(OneOutOfManyProof.Verify(T(), L(none), OneOutOfManyProof.Prove(T(), L(none), 4, secret)).IsAccepted);
    }

    [Fact]
    public void Duplicates_are_one_of_many_too()
    {
        (CompressedPoint[] list, Scalar secret) = Make(4, 2);
        CompressedPoint[] twice = [.. list, .. list];
        foreach (int index in (int[])[2, 6])
        {
            Assert.True(OneOutOfManyProof.Verify(T(), L(twice), OneOutOfManyProof.Prove(T(), L(twice), index, secret)).IsAccepted);
        }
    }

    [Fact]
    public void Every_changed_element_is_found()
    {
        (CompressedPoint[] list, Scalar secret) = Make(6, 5);
        byte[] proof = OneOutOfManyProof.Prove(T(), L(list), 5, secret);
        for (int at = 0; at < proof.Length; at += 32)
        {
            byte[] changed = [.. proof];
            changed[at] ^= 2;
            Assert.False(OneOutOfManyProof.Verify(T(), L(list), changed).IsAccepted);
            changed.AsSpan(at, 32).Clear();
            Assert.False(OneOutOfManyProof.Verify(T(), L(list), changed).IsAccepted);
        }

        Assert.False(OneOutOfManyProof.Verify(T(), L(list), proof.AsMemory(0, proof.Length - 32)).IsAccepted);
        Assert.False(OneOutOfManyProof.Verify(T(), L(list), (byte[])[.. proof, .. new byte[32]]).IsAccepted);
    }

    [Fact]
    public void A_registered_key_speaks_without_its_name_and_once_in_a_context()
    {
        Scalar[] secrets = [.. Enumerable.Range(0, 10).Select(_ => Random())];
        CompressedPoint[] keys = [.. secrets.Select(s => RegisteredKeyProof.PublicKey(s))];
        byte[] plain = RegisteredKeyProof.Prove(T(), L(keys), 3, secrets[3]);
        Assert.True(RegisteredKeyProof.Verify(T(), L(keys), plain).IsAccepted);
        Assert.False(OneOutOfManyProof.Verify(T(), L(keys), plain).IsAccepted);
        Assert.False(RegisteredKeyProof.Verify(T(), L(keys), RegisteredKeyProof.Prove(T(), L(keys), 3, secrets[4])).IsAccepted);

        byte[] proof = RegisteredKeyProof.Prove(T(), L(keys), 3, secrets[3], "round 7");
        CompressedPoint tag = RegisteredKeyProof.Tag(secrets[3], "round 7");
        Assert.True(RegisteredKeyProof.Verify(T(), L(keys), proof, "round 7", tag).IsAccepted);
        Assert.Equal(tag, RegisteredKeyProof.Tag(secrets[3], "round 7"));
        Assert.NotEqual(tag, RegisteredKeyProof.Tag(secrets[3], "round 8"));
        Assert.NotEqual(tag, RegisteredKeyProof.Tag(secrets[4], "round 7"));
        Assert.False(RegisteredKeyProof.Verify(T(), L(keys), proof, "round 8", RegisteredKeyProof.Tag(secrets[3], "round 8")).IsAccepted);
        Assert.False(RegisteredKeyProof.Verify(T(), L(keys), proof, "round 7", RegisteredKeyProof.Tag(secrets[4], "round 7")).IsAccepted);
        Assert.False(RegisteredKeyProof.Verify(T(), L(keys), proof, "round 7").IsAccepted);
        Assert.False(RegisteredKeyProof.Verify(T(), L(keys), proof).IsAccepted);
        for (int at = 0; at < proof.Length; at += 32)
        {
            byte[] changed = [.. proof];
            changed[at] ^= 2;
            Assert.False(RegisteredKeyProof.Verify(T(), L(keys), changed, "round 7", tag).IsAccepted);
        }
    }
}
