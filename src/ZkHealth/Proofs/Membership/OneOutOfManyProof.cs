using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Membership;

/// <summary>One of up to 65,536 public commitments opens to zero (is s·H); which one stays hidden. 864 bytes for 1,024.</summary>
internal static class OneOutOfManyProof
{
    /// <summary>The most commitments.</summary>
    public const int MaxCount = PublicPoints.MaxCount;

    /// <summary>Bytes of a proof.</summary>
    /// <exception cref="ArgumentException">Not 1 to 65,536 commitments.</exception>
    public static int Size(int count)
    {
        Check(count, 0);
        return OneOutOfMany.Size(CommitmentList.LogOf(count), false);
    }

    /// <summary>Proves that commitments[index] = secret·H. Continues the transcript.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such index.</exception>
    public static byte[] Prove(Transcript t, PublicPoints commitments, int index, in Scalar secret)
    {
        Check(commitments.Count, index);
        var proof = new ProofWriter();
        OneOutOfMany.Prove(t, new PointList(commitments, false), index, secret, null, proof);
        return proof.ToArray();
    }

    /// <summary>Verifies; continues the transcript.</summary>
    public static VerificationResult Verify(Transcript t, PublicPoints commitments, ReadOnlyMemory<byte> proof)
    {
        var batch = new VerificationBatch();
        return batch.Verify(Collect(t, commitments, proof, batch));
    }

    internal static ProofFault? Collect(
        Transcript t,
        PublicPoints commitments,
        ReadOnlyMemory<byte> proof,
        VerificationBatch batch,
        string name = ""
    ) => Collect(t, new PointList(commitments, false), null, proof, batch, name);

    internal static ProofFault? Collect(
        Transcript t,
        CommitmentList list,
        (CompressedPoint Base, CompressedPoint Tag)? tag,
        ReadOnlyMemory<byte> proof,
        VerificationBatch batch,
        string name
    )
    {
        if (proof.Length != OneOutOfMany.Size(list.Log, tag is not null))
        {
            return ProofFault.Length("a proof over so many has another length");
        }

        var reader = new ProofReader(proof);
        OneOutOfMany.Verify(t, list, tag, reader, batch, name);
        reader.End();
        return reader.Failure;
    }

    internal static void Check(int count, int index)
    {
        if (count is < 1 or > MaxCount)
        {
            throw new ArgumentException($"expected 1 to {MaxCount} items", nameof(count));
        }

        if (index < 0 || index >= count)
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, $"expected 0 to {count - 1}");
        }
    }
}
