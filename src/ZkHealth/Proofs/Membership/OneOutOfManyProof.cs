using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Membership;

/// <summary>One of up to 65,536 public commitments opens to zero (is s·H); which one stays hidden. 864 bytes for 1,024.</summary>
public static class OneOutOfManyProof
{
    /// <summary>The most commitments.</summary>
    public const int MaxCount = 1 << 16;

    /// <summary>Bytes of a proof.</summary>
    public static int Size(int count) => OneOutOfMany.Size(Log(count), false);

    /// <summary>Proves that commitments[index] = secret·H. Continues the transcript.</summary>
    /// <exception cref="ArgumentException">No commitment or too many, one that is no point, or no such index.</exception>
    public static byte[] Prove(Transcript t, IReadOnlyList<CompressedPoint> commitments, int index, in Scalar secret)
    {
        ArgumentNullException.ThrowIfNull(t);
        ArgumentNullException.ThrowIfNull(commitments);
        Check(commitments.Count, index);
        PointList list = PointList.TryCreate(commitments, false) ?? throw new ArgumentException("a commitment is no point", nameof(commitments));
        var proof = new ProofWriter();
        OneOutOfMany.Prove(t, list, index, secret, null, proof);
        return proof.ToArray();
    }

    /// <summary>Verifies; continues the transcript.</summary>
    public static VerificationResult Verify(Transcript t, IReadOnlyList<CompressedPoint> commitments, ReadOnlyMemory<byte> proof)
    {
        var batch = new VerificationBatch();
        return Result(Collect(t, commitments, proof, batch), batch);
    }

    internal static string? Collect(Transcript t, IReadOnlyList<CompressedPoint> commitments, ReadOnlyMemory<byte> proof, VerificationBatch batch, string name = "")
    {
        ArgumentNullException.ThrowIfNull(t);
        ArgumentNullException.ThrowIfNull(commitments);
        return commitments.Count is < 1 or > MaxCount ? $"expected 1 to {MaxCount} commitments"
            : PointList.TryCreate(commitments, false) is not PointList list ? "a commitment is no point"
            : Collect(t, list, null, proof, batch, name);
    }

    internal static string? Collect(
        Transcript t, CommitmentList list, (CompressedPoint Base, CompressedPoint Tag)? tag, ReadOnlyMemory<byte> proof, VerificationBatch batch, string name = "")
    {
        if (proof.Length != OneOutOfMany.Size(list.Log, tag is not null))
        {
            return "a proof over so many has another length";
        }

        var reader = new ProofReader(proof);
        OneOutOfMany.Verify(t, list, tag, reader, batch, name);
        reader.End();
        return reader.Failure;
    }

    internal static VerificationResult Result(string? failure, VerificationBatch batch) =>
        failure is null ? batch.Verify() : VerificationResult.Rejected(failure);

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

    private static int Log(int count)
    {
        Check(count, 0);
        return Math.Max(1, 32 - int.LeadingZeroCount(count - 1));
    }
}

/// <summary>A committed value is one of a public set (a diagnosis list); which one stays hidden. Neither side's work has a point for each value.</summary>
public static class SetMembershipProof
{
    /// <summary>Proves that V = value·B + blinding·H holds one of the values. Continues the transcript.</summary>
    /// <exception cref="ArgumentException">The set is empty or too large, or does not hold the value.</exception>
    public static byte[] Prove(Transcript t, IReadOnlyList<ulong> set, ulong value, in Scalar blinding)
    {
        ArgumentNullException.ThrowIfNull(set);
        int index = set.TakeWhile(v => v != value).Count();
        return index < set.Count ? ProveUnchecked(t, set, value, blinding, index) : throw new ArgumentException("the set does not hold the value", nameof(value));
    }

    /// <summary>Verifies that the value under V is one of the set.</summary>
    public static VerificationResult Verify(Transcript t, IReadOnlyList<ulong> set, in CompressedPoint commitment, ReadOnlyMemory<byte> proof)
    {
        ArgumentNullException.ThrowIfNull(t);
        ArgumentNullException.ThrowIfNull(set);
        if (set.Count is < 1 or > OneOutOfManyProof.MaxCount || !commitment.TryDecompress(out RistrettoPoint point))
        {
            return VerificationResult.Rejected("the set is empty or too large, or the commitment is no point");
        }

        var batch = new VerificationBatch();
        return OneOutOfManyProof.Result(OneOutOfManyProof.Collect(t, new DifferenceList(commitment, point, Scalars(set)), null, proof, batch), batch);
    }

    internal static byte[] ProveUnchecked(Transcript t, IReadOnlyList<ulong> set, ulong value, in Scalar blinding, int index)
    {
        ArgumentNullException.ThrowIfNull(t);
        OneOutOfManyProof.Check(set.Count, index);
        RistrettoPoint v = Commitments.ScalarCommitment.Commit(Scalar.FromUInt64(value), blinding);
        var proof = new ProofWriter();
        OneOutOfMany.Prove(t, new DifferenceList(v.Compress(), v, Scalars(set)), index, blinding, null, proof);
        return proof.ToArray();
    }

    private static Scalar[] Scalars(IReadOnlyList<ulong> set) => [.. set.Select(Scalar.FromUInt64)];
}
