using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Membership;

/// <summary>
/// A committed value is one of a public set (a diagnosis list) of up to 65,536; which one stays hidden. One of V − a_i·B opens to
/// zero; the sums over them collapse, so that neither side computes with a point for each value.
/// </summary>
internal static class SetMembershipProof
{
    /// <summary>Bytes of a proof for a set of so many values.</summary>
    public static int Size(int count) => OneOutOfMany.Size(CommitmentList.LogOf(count), tagged: false);

    /// <summary>Proves that V = value·B + blinding·H holds one of the set. Continues the transcript.</summary>
    /// <exception cref="ArgumentException">The set does not hold the value.</exception>
    public static byte[] Prove(Transcript t, PublicSet set, in Scalar value, in Scalar blinding)
    {
        int index = set.IndexOf(value);
        return index >= 0
            ? ProveUnchecked(t, set, value, blinding, index)
            : throw new ArgumentException("the set does not hold the value", nameof(value));
    }

    /// <summary>Verifies that the value under V is one of the set.</summary>
    public static VerificationResult Verify(
        Transcript t,
        PublicSet set,
        in CompressedPoint commitment,
        ReadOnlyMemory<byte> proof
    )
    {
        var batch = new VerificationBatch();
        return batch.Verify(Collect(t, set, commitment, proof, batch));
    }

    internal static ProofFault? Collect(
        Transcript t,
        PublicSet set,
        in CompressedPoint commitment,
        ReadOnlyMemory<byte> proof,
        VerificationBatch batch,
        string name = ""
    ) =>
        // the point is decoded with all others when the batch is evaluated; the verifier's sums do not need it before
        OneOutOfMany.Collect(t, new DifferenceList(commitment, RistrettoPoint.Identity, set), null, proof, batch, name);

    internal static byte[] ProveUnchecked(Transcript t, PublicSet set, in Scalar value, in Scalar blinding, int index)
    {
        RistrettoPoint v = ScalarCommitment.Commit(value, blinding);
        var proof = new ProofWriter();
        OneOutOfMany.Prove(t, new DifferenceList(v.Compress(), v, set), index, blinding, null, proof);
        return proof.ToArray();
    }
}
