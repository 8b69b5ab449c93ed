using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs.Ranges;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Membership;

/// <summary>
/// A committed value lies outside a public set of numbers below 2^64: it lies in one of the gaps between them, which one stays hidden. The ends
/// of the gap are committed as L and U; one of the pairs (low_i, high_i) is under them, and v − low and high − v lie in [0, 2^64).
/// </summary>
/// <remarks>
/// The pair is joined by a challenge e: L + e·U holds one of low_i + e·high_i. From v ≤ high &lt; 2^64 and v ≥ low nothing wraps.
/// </remarks>
public static class SetNonMembershipProof
{
    /// <summary>The most numbers of a set.</summary>
    public const int MaxCount = 4096;

    private const int Bits = 64;

    /// <summary>Proves that V = value·B + blinding·H holds none of the numbers. Continues the transcript.</summary>
    /// <exception cref="ArgumentException">The set is too large, or holds the value.</exception>
    public static byte[] Prove(Transcript t, IReadOnlyList<ulong> set, ulong value, in Scalar blinding)
    {
        ArgumentNullException.ThrowIfNull(set);
        (ulong Low, ulong High)[] gaps = Gaps(set) ?? throw new ArgumentException($"expected at most {MaxCount} numbers", nameof(set));
        int index = Array.FindIndex(gaps, g => value >= g.Low && value <= g.High);
        return index >= 0 ? ProveUnchecked(t, gaps, value, blinding, index) : throw new ArgumentException("the set holds the value", nameof(value));
    }

    /// <summary>Verifies that the value under V is none of the set.</summary>
    public static VerificationResult Verify(Transcript t, IReadOnlyList<ulong> set, in CompressedPoint commitment, ReadOnlyMemory<byte> proof)
    {
        ArgumentNullException.ThrowIfNull(t);
        ArgumentNullException.ThrowIfNull(set);
        if (Gaps(set) is not { Length: > 0 } gaps || !commitment.TryDecompress(out RistrettoPoint v))
        {
            return VerificationResult.Rejected("the set is too large or holds every number, or the commitment is no point");
        }

        int oneOfMany = OneOutOfManyProof.Size(gaps.Length), ranges = RangeProof.Size(Bits, 2);
        if (proof.Length != 2 * RistrettoPoint.Size + oneOfMany + ranges)
        {
            return VerificationResult.Rejected("a proof for so many has another length");
        }

        var (low, high) = (new CompressedPoint(proof.Span[..32]), new CompressedPoint(proof.Span[32..64]));
        if (!low.TryDecompress(out RistrettoPoint l) || !high.TryDecompress(out RistrettoPoint u)
            || !RangeProof.TryDecode(proof[(64 + oneOfMany)..], Bits, 2, out RangeProof? range))
        {
            return VerificationResult.Rejected("an encoding is not a point, or a scalar of the proof is not canonical");
        }

        Scalar e = Start(t, commitment, low, high);
        var batch = new VerificationBatch();
        string? failure = OneOutOfManyProof.Collect(t, Pairs(gaps, e, l + e * u), null, proof.Slice(64, oneOfMany), batch, "the gap: ")
            ?? range.Collect(t, [(v - l).Compress(), (u - v).Compress()], Bits, batch, "inside the gap: ");
        return OneOutOfManyProof.Result(failure, batch);
    }

    internal static byte[] ProveUnchecked(Transcript t, (ulong Low, ulong High)[] gaps, ulong value, in Scalar blinding, int index)
    {
        ArgumentNullException.ThrowIfNull(t);
        using TranscriptRng rng = t.BuildRng().RekeyWithWitness("blinding"u8, blinding.ToBytes()).RekeyWithWitness("value"u8, BitConverter.GetBytes(value)).Complete();
        Scalar rl = rng.NextScalar(), ru = rng.NextScalar();
        RistrettoPoint v = ScalarCommitment.Commit(Scalar.FromUInt64(value), blinding);
        RistrettoPoint l = ScalarCommitment.Commit(Scalar.FromUInt64(gaps[index].Low), rl), u = ScalarCommitment.Commit(Scalar.FromUInt64(gaps[index].High), ru);
        var proof = new ProofWriter();
        CompressedPoint low = proof.Add(l), high = proof.Add(u);
        Scalar e = Start(t, v.Compress(), low, high);
        OneOutOfMany.Prove(t, Pairs(gaps, e, l + e * u), index, rl + e * ru, null, proof);
        RangeProof range = RangeProof.ProveUnchecked(
            t, [unchecked(value - gaps[index].Low), unchecked(gaps[index].High - value)], [blinding - rl, ru - blinding], Bits, out _);
        return [.. proof.ToArray(), .. range.Encode()];
    }

    /// <summary>The intervals of [0, 2^64) that the set leaves; null where it is too large.</summary>
    internal static (ulong Low, ulong High)[]? Gaps(IReadOnlyList<ulong> set)
    {
        if (set.Count > MaxCount)
        {
            return null;
        }

        var gaps = new List<(ulong, ulong)>();
        UInt128 next = 0;
        foreach (ulong number in set.Distinct().Order())
        {
            if (number > next)
            {
                gaps.Add(((ulong)next, number - 1));
            }

            next = (UInt128)number + 1;
        }

        if (next <= ulong.MaxValue)
        {
            gaps.Add(((ulong)next, ulong.MaxValue));
        }

        return [.. gaps];
    }

    private static DifferenceList Pairs((ulong Low, ulong High)[] gaps, Scalar e, in RistrettoPoint joined) =>
        new(joined.Compress(), joined, [.. gaps.Select(g => Scalar.FromUInt64(g.Low) + e * Scalar.FromUInt64(g.High))]);

    private static Scalar Start(Transcript t, in CompressedPoint v, in CompressedPoint low, in CompressedPoint high)
    {
        t.Append("dom-sep"u8, "zkhealth not in set v1"u8);
        t.AppendPoint("V"u8, v);
        t.AppendPoint("L"u8, low);
        t.AppendPoint("U"u8, high);
        return t.ChallengeScalar("e"u8);
    }
}
