using FsCheck.Xunit;
using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Bits;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Proofs;

public class BitVectorProofTests
{
    private static readonly Scalar Blinding = Scalar.FromUInt64(77).Invert();

    private static Transcript T() => new("bits"u8);

    private static byte[] Bits(int n)
    {
        var random = new Random(n);
        return [.. Enumerable.Range(0, n).Select(_ => (byte)random.Next(2))];
    }

    private static CompressedPoint Commit(Scalar[] values) =>
        VectorCommitment.Commit(GeneratorFamily.Noise, values, Blinding).Compress();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(136)]
    [InlineData(255)]
    [InlineData(1000)]
    public void Bits_are_proven(int n)
    {
        byte[] bits = Bits(n);
        CompressedPoint c = BitVectorProof.Commit(bits, Blinding).Compress();
        Assert.Equal(Commit([.. bits.Select(b => Scalar.FromUInt64(b))]), c);
        Transcript mine = T(),
            theirs = T();
        byte[] proof = BitVectorProof.Prove(mine, bits, Blinding);
        Assert.Equal(BitVectorProof.Size(n), proof.Length);
        Assert.Equal(VerificationResult.Accepted, BitVectorProof.Verify(theirs, n, c, proof));
        Assert.Equal(mine.ChallengeScalar("next"u8), theirs.ChallengeScalar("next"u8));
        Assert.False(BitVectorProof.Verify(T(), n + 1, c, proof).IsAccepted);
        Assert.False(BitVectorProof.Verify(new Transcript("other"u8), n, c, proof).IsAccepted);
        Assert.False(
            BitVectorProof
                .Verify(T(), n, (BitVectorProof.Commit(bits, Blinding) + PedersenGenerators.H).Compress(), proof)
                .IsAccepted
        );
    }

    [Fact]
    public void Many_bits_are_proven()
    {
        byte[] bits = Bits(16_384);
        byte[] proof = BitVectorProof.Prove(T(), bits, Blinding, 2);
        Assert.True(BitVectorProof.Verify(T(), bits.Length, BitVectorProof.Commit(bits, Blinding).Compress(), proof).IsAccepted);
        Assert.InRange(proof.Length, 0, 2048);
    }

    public static TheoryData<ulong> NoBits => [2, 3, ulong.MaxValue];

    [Theory]
    [MemberData(nameof(NoBits))]
    public void What_is_no_bit_cannot_be_proven(ulong value)
    {
        foreach (int place in (int[])[0, 5, 8])
        {
            Scalar[] values = [.. Bits(9).Select(b => Scalar.FromUInt64(b))];
            values[place] = value == ulong.MaxValue ? Scalar.MinusOne : Scalar.FromUInt64(value);
            byte[] proof = BitVectorProof.ProveUnchecked(T(), values, Commit(values), Blinding, check: false);
            Assert.Equal(VerdictReason.ProofInvalid, BitVectorProof.Verify(T(), 9, Commit(values), proof).Code);
        }
    }

    /// <summary>Two entries whose faults cancel in a plain sum, and entries beyond the declared ones.</summary>
    [Fact]
    public void Faults_that_cancel_and_entries_beyond_are_found()
    {
        Scalar half = Scalar.FromUInt64(2).Invert(),
            root = Scalar.FromUInt64(2);
        Scalar[] cancel = [root, half, Scalar.One - root, Scalar.One];
        byte[] proof = BitVectorProof.ProveUnchecked(T(), cancel, Commit(cancel), Blinding, check: false);
        Assert.False(BitVectorProof.Verify(T(), 4, Commit(cancel), proof).IsAccepted);

        Scalar[] bits = [Scalar.One, Scalar.Zero, Scalar.One];
        CompressedPoint beyond = Commit([.. bits, Scalar.FromUInt64(1000)]);
        byte[] other = BitVectorProof.ProveUnchecked(T(), bits, beyond, Blinding, check: false);
        Assert.False(BitVectorProof.Verify(T(), 3, beyond, other).IsAccepted);
    }

    [Fact]
    public void Every_element_of_the_proof_counts()
    {
        byte[] bits = Bits(5);
        CompressedPoint c = BitVectorProof.Commit(bits, Blinding).Compress();
        byte[] proof = BitVectorProof.Prove(T(), bits, Blinding);
        for (int at = 0; at < proof.Length; at += 32)
        {
            foreach (int offset in (int[])[0, 31])
            {
                byte[] changed = [.. proof];
                changed[at + offset] ^= 1;
                Assert.False(BitVectorProof.Verify(T(), 5, c, changed).IsAccepted);
            }
        }

        Assert.False(BitVectorProof.Verify(T(), 5, c, proof.AsMemory(32)).IsAccepted);
        Assert.False(BitVectorProof.Verify(T(), 5, c, (byte[])[.. proof, 0]).IsAccepted);
    }

    [Property(MaxTest = 100)]
    public void Hostile_bytes_are_rejected(byte[] bytes, int count)
    {
        CompressedPoint c = BitVectorProof.Commit(Bits(4), Blinding).Compress();
        Assert.False(BitVectorProof.Verify(T(), count, c, bytes).IsAccepted);
        byte[] sized = new byte[BitVectorProof.Size(4)];
        bytes.AsSpan(0, Math.Min(bytes.Length, sized.Length)).CopyTo(sized);
        Assert.False(BitVectorProof.Verify(T(), 4, c, sized).IsAccepted);
    }

    [Fact]
    public void What_cannot_be_proven_is_refused()
    {
        Assert.Throws<ArgumentException>("bits", () => BitVectorProof.Prove(T(), [0, 2], Blinding));
        Assert.Throws<ArgumentException>("count", () => BitVectorProof.Prove(T(), [], Blinding));
        Assert.Throws<ArgumentException>("count", () => BitVectorProof.Size(BitVectorProof.MaxCount + 1));
    }
}
