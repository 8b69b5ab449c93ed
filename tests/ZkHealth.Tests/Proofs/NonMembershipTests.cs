using System.Security.Cryptography;
using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Membership;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Proofs;

public class NonMembershipTests
{
    private static readonly ulong[] Set = [5, 0, 7, 8, 100, 5, ulong.MaxValue];
    private static readonly Scalar Blinding = Scalar.FromUniformBytes(RandomNumberGenerator.GetBytes(64));

    private static Transcript T() => new("outside"u8);

    private static CompressedPoint Commit(ulong v) => ScalarCommitment.Commit(Scalar.FromUInt64(v), Blinding).Compress();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(9)]
    [InlineData(99)]
    [InlineData(101)]
    [InlineData(ulong.MaxValue - 1)]
    public void A_value_outside_is_proven(ulong value)
    {
        byte[] proof = SetNonMembershipProof.Prove(T(), Set, value, Blinding);
        Assert.Equal(VerificationResult.Accepted, SetNonMembershipProof.Verify(T(), Set, Commit(value), proof));
        Assert.False(SetNonMembershipProof.Verify(T(), [.. Set, value], Commit(value), proof).IsAccepted);
        Assert.False(SetNonMembershipProof.Verify(T(), Set, Commit(value + 1), proof).IsAccepted);
        for (int at = 0; at < proof.Length; at += 32)
        {
            byte[] changed = [.. proof];
            changed[at] ^= 2;
            Assert.False(SetNonMembershipProof.Verify(T(), Set, Commit(value), changed).IsAccepted);
        }
    }

    [Fact]
    public void A_value_of_the_set_cannot_be_proven_by_any_gap()
    {
        (ulong, ulong)[] gaps = SetNonMembershipProof.Gaps(Set)!;
        Assert.Equal([(1UL, 4UL), (6UL, 6UL), (9UL, 99UL), (101UL, ulong.MaxValue - 1)], gaps);
        foreach (ulong value in Set)
        {
            Assert.Throws<ArgumentException>(() => SetNonMembershipProof.Prove(T(), Set, value, Blinding));
            for (int index = 0; index < gaps.Length; index++)
            {
                Assert.False(SetNonMembershipProof.Verify(T(), Set, Commit(value), SetNonMembershipProof.ProveUnchecked(T(), gaps, value, Blinding, index)).IsAccepted);
            }
        }

        // a gap of one's own choice
        (ulong, ulong)[] own = [.. gaps];
        own[0] = (0, 4);
        Assert.False(SetNonMembershipProof.Verify(T(), Set, Commit(0), SetNonMembershipProof.ProveUnchecked(T(), own, 0, Blinding, 0)).IsAccepted);
    }

    [Fact]
    public void Empty_and_large_sets()
    {
        Assert.True(SetNonMembershipProof.Verify(T(), [], Commit(3), SetNonMembershipProof.Prove(T(), [], 3, Blinding)).IsAccepted);
        ulong[] large = [.. Enumerable.Range(0, SetNonMembershipProof.MaxCount).Select(i => (ulong)i * 3)];
        Assert.True(SetNonMembershipProof.Verify(T(), large, Commit(3001), SetNonMembershipProof.Prove(T(), large, 3001, Blinding)).IsAccepted);
        Assert.Throws<ArgumentException>(() => SetNonMembershipProof.Prove(T(), [.. large, 1], 2, Blinding));
        Assert.False(SetNonMembershipProof.Verify(T(), [.. large, 1], Commit(2), new byte[100]).IsAccepted);
    }
}
