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
    /// <exception cref="ArgumentException">Not 1 to 65,536 keys.</exception>
    public static int Size(int count, bool tagged)
    {
        OneOutOfManyProof.Check(count, 0);
        return OneOutOfMany.Size(CommitmentList.LogOf(count), tagged);
    }

    /// <summary>Proves that the key is one of those registered. Continues the transcript.</summary>
    /// <param name="t">The transcript, which has absorbed what is said.</param>
    /// <param name="keys">The registered keys, 1 to 65,536.</param>
    /// <param name="index">Which one is the prover's.</param>
    /// <param name="key">Its secret.</param>
    /// <param name="context">Where it speaks once; null for no tag.</param>
    /// <exception cref="ArgumentException">No such index, or the neutral element is among the keys: everybody would hold
    /// it.</exception>
    public static byte[] Prove(Transcript t, PublicPoints keys, int index, in Scalar key, string? context = null)
    {
        OneOutOfManyProof.Check(keys.Count, index);
        if (keys.HasNeutral)
        {
            throw new ArgumentException("the neutral element is no key", nameof(keys));
        }

        return ProveUnchecked(t, keys, index, key, context);
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
        return OneOutOfManyProof.Collect(t, new PointList(keys, true), pair, proof, batch, name);
    }

    /// <summary>The prover without checks; a test claims a tag of its own.</summary>
    internal static byte[] ProveUnchecked(
        Transcript t,
        PublicPoints keys,
        int index,
        in Scalar key,
        string? context,
        CompressedPoint? tag = null
    )
    {
        var proof = new ProofWriter();
        OneOutOfMany.Prove(
            t,
            new PointList(keys, true),
            index,
            key,
            context is null ? null : (Base(context).Compress(), tag ?? Tag(key, context)),
            proof
        );
        return proof.ToArray();
    }

    /// <summary>U(context): the point of SHA3-512("zkhealth tag v1" ‖ context).</summary>
    private static RistrettoPoint Base(string context) =>
        RistrettoPoint.FromUniformBytes(Sha3.Sha3_512([.. Labels.Tag, .. Encoding.UTF8.GetBytes(context)]));
}
