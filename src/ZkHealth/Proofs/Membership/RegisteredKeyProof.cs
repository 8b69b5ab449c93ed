using System.Text;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Membership;

/// <summary>
/// The prover holds one of the registered keys K_i = k_i·B of a consortium; which one stays hidden. With a context there is a tag
/// T = k·U(context): the same for every proof of a key in that context, so that nobody speaks twice, and unrelated between
/// contexts.
/// </summary>
internal static class RegisteredKeyProof
{
    /// <summary>The public key of a secret one.</summary>
    public static CompressedPoint PublicKey(in Scalar key) => PedersenGenerators.BTable.Multiply(key).Compress();

    /// <summary>The tag of a key in a context.</summary>
    public static CompressedPoint Tag(in Scalar key, string context) => (key * Base(context)).Compress();

    /// <summary>Bytes of a proof over so many keys.</summary>
    public static int Size(int count, bool tagged) => OneOutOfMany.Size(CommitmentList.LogOf(count), tagged);

    /// <summary>Proves that the key is one of those registered. Continues the transcript.</summary>
    /// <param name="t">The transcript, which has absorbed what is said.</param>
    /// <param name="keys">The registered keys, 1 to 65,536.</param>
    /// <param name="index">Which one is the prover's.</param>
    /// <param name="key">Its secret.</param>
    /// <param name="context">Where it speaks once; null for no tag.</param>
    /// <param name="tag">A tag that a test claims.</param>
    /// <param name="forgedBits">Bits of the index that a test claims, which are none.</param>
    public static byte[] Prove(
        Transcript t,
        PublicPoints keys,
        int index,
        in Scalar key,
        string? context = null,
        CompressedPoint? tag = null,
        Scalar[]? forgedBits = null
    )
    {
        var proof = new ProofWriter();
        (CompressedPoint, CompressedPoint)? pair = context is null ? null : (Base(context).Compress(), tag ?? Tag(key, context));
        OneOutOfMany.Prove(t, new KeyList(keys), index, key, pair, proof, forgedBits);
        return proof.ToArray();
    }

    /// <summary>Verifies; with a context also that the tag is that of the key. Whether the tag was seen before is for the caller
    /// to look up.</summary>
    public static VerificationResult Verify(
        Transcript t,
        PublicPoints keys,
        ReadOnlyMemory<byte> proof,
        string? context = null,
        CompressedPoint tag = default
    )
    {
        var batch = new VerificationBatch();
        return batch.Verify(Collect(t, keys, proof, context, tag, batch));
    }

    internal static ProofFault? Collect(
        Transcript t,
        PublicPoints keys,
        ReadOnlyMemory<byte> proof,
        string? context,
        in CompressedPoint tag,
        VerificationBatch batch,
        string name = ""
    )
    {
        if (keys.HasNeutral)
        {
            return "the neutral element is among the keys: everybody holds it";
        }

        if (context is not null && tag == default)
        {
            return "the tag is the neutral element";
        }

        (CompressedPoint, CompressedPoint)? pair = context is null ? null : (Base(context).Compress(), tag);
        return OneOutOfMany.Collect(t, new KeyList(keys), pair, proof, batch, name);
    }

    /// <summary>U(context): the point of SHA3-512("zkhealth tag v1" ‖ context).</summary>
    private static RistrettoPoint Base(string context) =>
        RistrettoPoint.FromUniformBytes(Sha3.Sha3_512([.. Labels.Tag, .. Encoding.UTF8.GetBytes(context)]));
}
