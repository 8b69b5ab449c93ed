using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Bits;
using ZkHealth.Proofs.Membership;
using ZkHealth.Proofs.Ranges;
using ZkHealth.Tables;
using ZkHealth.Tests.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests.Proofs;

/// <summary>A fault of length, one of encoding, a false equation and a statement that no proof is of had one code: a program
/// could not tell a cut file from one of a liar.</summary>
public sealed class FaultCodeTests
{
    private static readonly Scalar Blinding = Scalar.FromUInt64(77).Invert();
    private static readonly CubeCase Case = new(
        100,
        [3, 7],
        [
            [0],
        ]
    );

    private static readonly Dictionary<string, (byte[] Proof, Func<byte[], VerificationResult> Verify)> Proofs = new()
    {
        ["bits"] = Bits(),
        ["row"] = Row(),
        ["inside"] = Inside(),
        ["outside"] = Outside(),
        ["opening"] = Opening(),
    };

    public static TheoryData<string> Names => [.. Proofs.Keys];

    private static Transcript T() => new("faults"u8);

    [Theory]
    [MemberData(nameof(Names))]
    public void Faults_have_codes_of_their_own(string name)
    {
        (byte[] proof, Func<byte[], VerificationResult> verify) = Proofs[name];
        byte[] noncanonical = [.. Enumerable.Repeat<byte>(0xFF, 32)];
        Scalar.TryDecode(proof.AsSpan(^32..), out Scalar last);
        Assert.Equal(VerdictReason.None, verify(proof).Code);
        Assert.Equal(VerdictReason.LengthInvalid, verify([]).Code);
        Assert.Equal(VerdictReason.LengthInvalid, verify(proof[..^1]).Code);
        Assert.Equal(VerdictReason.LengthInvalid, verify([.. proof, 0]).Code);
        Assert.Equal(VerdictReason.EncodingInvalid, verify([.. proof[..^32], .. noncanonical]).Code);
        Assert.Equal(VerdictReason.EncodingInvalid, verify([.. noncanonical, .. proof[32..]]).Code);
        Assert.Equal(VerdictReason.ProofInvalid, verify([.. proof[..^32], .. (last + Scalar.One).ToBytes()]).Code);
    }

    [Fact]
    public void A_range_proof_of_fewer_bits_has_another_length_and_no_neutral_point()
    {
        RangeProof proof = RangeProof.Prove(T(), [200], [Blinding], 8, out CompressedPoint[] points);
        Assert.Equal(VerdictReason.None, proof.Verify(T(), points, 8).Code);
        Assert.Equal(VerdictReason.LengthInvalid, proof.Verify(T(), points, 16).Code);
        byte[] neutral = [.. new byte[32], .. proof.Encode().AsSpan(32)];
        Assert.True(RangeProof.TryDecode(neutral, 8, 1, out RangeProof? changed));
        Assert.Equal(VerdictReason.EncodingInvalid, changed.Verify(T(), points, 8).Code);
    }

    [Fact]
    public void A_row_beyond_the_table_is_a_fault_of_the_statement()
    {
        (byte[] proof, _) = Proofs["row"];
        Assert.Equal(
            VerdictReason.StatementInvalid,
            RowProof.Verify(T(), Case.Own.Commitment, 1L << 40, [1], (uint[])[0], proof).Code
        );
    }

    private static (byte[], Func<byte[], VerificationResult>) Bits()
    {
        byte[] bits = [0, 1, 1, 0, 1];
        CompressedPoint c = BitVectorProof.Commit(bits, Blinding).Compress();
        return (BitVectorProof.Prove(T(), bits, Blinding), proof => BitVectorProof.Verify(T(), bits.Length, c, proof));
    }

    private static (byte[], Func<byte[], VerificationResult>) Row()
    {
        byte[] made = RowProof.Prove(T(), Case.Own, 17, [1], out uint[] codes);
        return (made, proof => RowProof.Verify(T(), Case.Own.Commitment, 17, [1], codes, proof));
    }

    private static (byte[], Func<byte[], VerificationResult>) Inside()
    {
        PublicSet set = PublicSet.Of(2, 3, 5, 7);
        return (
            SetMembershipProof.Prove(T(), set, Scalar.FromUInt64(5), Blinding),
            proof => SetMembershipProof.Verify(T(), set, Commitment(5), proof)
        );
    }

    private static (byte[], Func<byte[], VerificationResult>) Outside()
    {
        PublicSet set = PublicSet.Of(2, 3, 5, 7);
        return (
            SetNonMembershipProof.Prove(T(), set, Scalar.FromUInt64(6), Blinding),
            proof => SetNonMembershipProof.Verify(T(), set, Commitment(6), proof)
        );
    }

    private static (byte[], Func<byte[], VerificationResult>) Opening()
    {
        CompressedPoint c = Commitment(9);
        return (OpeningProof.Prove(T(), c, Scalar.FromUInt64(9), Blinding), Verify);

        VerificationResult Verify(byte[] proof)
        {
            var batch = new VerificationBatch();
            return batch.Verify(OpeningProof.Collect(T(), c, proof, batch, ""));
        }
    }

    private static CompressedPoint Commitment(ulong value) =>
        ScalarCommitment.Commit(Scalar.FromUInt64(value), Blinding).Compress();
}
