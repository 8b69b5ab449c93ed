using FsCheck.Xunit;
using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Ranges;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Proofs;

public class IntervalProofTests
{
    private static readonly Scalar Blinding = Scalar.FromUInt64(99).Invert();

    private static Transcript T() => new("interval"u8);

    private static CompressedPoint Commit(ulong v) =>
        (PedersenGenerators.BTable.Multiply(Scalar.FromUInt64(v)) + PedersenGenerators.HTable.Multiply(Blinding)).Compress();

    [Theory]
    [InlineData(5, 5, 5)]
    [InlineData(18, 18, 120)]
    [InlineData(120, 18, 120)]
    [InlineData(0, 0, 255)]
    [InlineData(256, 0, 256)]
    [InlineData(70000, 1, 1UL << 40)]
    [InlineData(ulong.MaxValue, 0, ulong.MaxValue)]
    [InlineData(ulong.MaxValue - 1, ulong.MaxValue - 1, ulong.MaxValue)]
    public void Values_inside_are_proven(ulong value, ulong low, ulong high)
    {
        Transcript mine = T(),
            theirs = T();
        IntervalProof proof = IntervalProof.Prove(mine, value, Blinding, low, high);
        byte[] bytes = proof.Encode();
        Assert.Equal(IntervalProof.Size(low, high), bytes.Length);
        Assert.True(IntervalProof.TryDecode(bytes, low, high, out IntervalProof? decoded));
        Assert.True(decoded.Verify(theirs, Commit(value), low, high).IsAccepted);
        Assert.Equal(mine.ChallengeScalar("next"u8), theirs.ChallengeScalar("next"u8));
        Assert.False(decoded.Verify(T(), Commit(value ^ 1), low, high).IsAccepted);
        if (low > 0)
        {
            Assert.False(decoded.Verify(T(), Commit(value), low - 1, high).IsAccepted);
        }
    }

    [Theory]
    [InlineData(4, 5, 9)]
    [InlineData(10, 5, 9)]
    [InlineData(0, 1, ulong.MaxValue)]
    [InlineData(300, 0, 255)]
    [InlineData(256, 0, 255)]
    public void Values_outside_are_refused_and_cannot_be_proven(ulong value, ulong low, ulong high)
    {
        Assert.Throws<ArgumentException>(() => IntervalProof.Prove(T(), value, Blinding, low, high));
        Assert.False(
            IntervalProof.ProveUnchecked(T(), value, Blinding, low, high).Verify(T(), Commit(value), low, high).IsAccepted
        );
    }

    [Fact]
    public void What_is_no_interval_or_no_point_is_refused()
    {
        Assert.Throws<ArgumentException>(() => IntervalProof.Prove(T(), 3, Blinding, 4, 2));
        IntervalProof proof = IntervalProof.Prove(T(), 3, Blinding, 2, 4);
        Assert.False(proof.Verify(T(), Commit(3), 4, 2).IsAccepted);
        Assert.False(proof.Verify(T(), new CompressedPoint([.. Enumerable.Repeat((byte)255, 32)]), 2, 4).IsAccepted);
    }

    [Fact]
    public void Every_changed_element_is_found_and_a_batch_names_its_proof()
    {
        byte[] bytes = IntervalProof.Prove(T(), 70, Blinding, 18, 120).Encode();
        for (int at = 0; at < bytes.Length; at += 32)
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 2;
            Assert.False(
                IntervalProof.TryDecode(changed, 18, 120, out IntervalProof? proof)
                    && proof.Verify(T(), Commit(70), 18, 120).IsAccepted
            );
        }

        VerificationResult Batch(int bad) =>
            VerificationBatch.VerifyAll(
                Enumerable.Range(0, 4),
                (i, batch, name) =>
                    IntervalProof
                        .Prove(T(), 70, Blinding, 18, 120)
                        .Collect(T(), Commit(i == bad ? 71UL : 70), 18, 120, batch, name)
            );
        Assert.True(Batch(-1).IsAccepted);
        Assert.StartsWith("proof 2: ", Batch(2).Reason, StringComparison.Ordinal);
    }

    [Property(MaxTest = 60)]
    public void Hostile_bytes_never_throw(byte[] bytes, ulong low, ulong width)
    {
        ulong high = width > ulong.MaxValue - low ? ulong.MaxValue : low + width;
        byte[] proof =
        [
            .. Enumerable
                .Range(0, IntervalProof.Size(low, high))
                .Select(i => bytes.Length == 0 ? (byte)0 : bytes[i % bytes.Length]),
        ];
        Assert.False(IntervalProof.TryDecode(bytes, low, high, out _));
        Assert.False(
            IntervalProof.TryDecode(proof, low, high, out IntervalProof? decoded)
                && decoded.Verify(T(), Commit(low), low, high).IsAccepted
        );
    }
}
