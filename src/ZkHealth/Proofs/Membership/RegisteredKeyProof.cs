using System.Text;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Membership;

/// <summary>
/// The prover holds one of the registered keys K_i = k_i·B of a consortium; which one stays hidden. With a context there is a tag
/// T = k·U(context): the same for every proof of a key in that context, so that nobody speaks twice, and unrelated between contexts.
/// </summary>
public static class RegisteredKeyProof
{
    /// <summary>The public key of a secret one.</summary>
    public static CompressedPoint PublicKey(in Scalar key) => PedersenGenerators.BTable.Multiply(key).Compress();

    /// <summary>The tag of a key in a context.</summary>
    public static CompressedPoint Tag(in Scalar key, string context) => (key * Base(context)).Compress();

    /// <summary>Proves that the key is one of those registered. Continues the transcript.</summary>
    /// <param name="t">The transcript, which has absorbed what is said.</param>
    /// <param name="keys">The registered keys, 1 to 65,536.</param>
    /// <param name="index">Which one is the prover's.</param>
    /// <param name="key">Its secret.</param>
    /// <param name="context">Where it speaks once; null for no tag.</param>
    /// <exception cref="ArgumentException">No keys or too many, one that is no point, or no such index.</exception>
    public static byte[] Prove(Transcript t, IReadOnlyList<CompressedPoint> keys, int index, in Scalar key, string? context = null)
    {
        ArgumentNullException.ThrowIfNull(t);
        ArgumentNullException.ThrowIfNull(keys);
        OneOutOfManyProof.Check(keys.Count, index);
        PointList list = PointList.TryCreate(keys, true) ?? throw new ArgumentException("a key is no point", nameof(keys));
        var proof = new ProofWriter();
        OneOutOfMany.Prove(t, list, index, key, context is null ? null : (Base(context).Compress(), Tag(key, context)), proof);
        return proof.ToArray();
    }

    /// <summary>Verifies; with a context also that the tag is that of the key. Whether the tag was seen before is for the caller to look up.</summary>
    public static VerificationResult Verify(
        Transcript t, IReadOnlyList<CompressedPoint> keys, ReadOnlyMemory<byte> proof, string? context = null, CompressedPoint tag = default)
    {
        ArgumentNullException.ThrowIfNull(t);
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Count is < 1 or > OneOutOfManyProof.MaxCount || PointList.TryCreate(keys, true) is not PointList list)
        {
            return VerificationResult.Rejected("there are no keys or too many, or one is no point");
        }

        if (context is not null && tag == default)
        {
            return VerificationResult.Rejected("the tag is the neutral element");
        }

        var batch = new VerificationBatch();
        (CompressedPoint, CompressedPoint)? pair = context is null ? null : (Base(context).Compress(), tag);
        return OneOutOfManyProof.Result(OneOutOfManyProof.Collect(t, list, pair, proof, batch), batch);
    }

    /// <summary>U(context): the point of SHA3-512("zkhealth tag v1" ‖ context).</summary>
    private static RistrettoPoint Base(string context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return RistrettoPoint.FromUniformBytes(Sha3.Sha3_512([.. "zkhealth tag v1"u8, .. Encoding.UTF8.GetBytes(context)]));
    }
}
