using System.Diagnostics.CodeAnalysis;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Ranges;

/// <summary>
/// A committed value v lies in low..high, both public and included: v − low and high − v lie in [0, 2^bits), by one range proof
/// of both, for the least bits of 8, 16, 32, 64 that hold high − low. Nothing wraps: both are below 2^64, far below l.
/// </summary>
internal sealed class IntervalProof
{
    private readonly RangeProof _proof;

    private IntervalProof(RangeProof proof) => _proof = proof;

    /// <summary>Bytes of a proof for an interval.</summary>
    /// <exception cref="ArgumentException">The interval is empty.</exception>
    public static int Size(ulong low, ulong high) => RangeProof.Size(Bits(low, high), 2);

    /// <summary>Proves for V = value·B + blinding·H. Absorbs the interval and V, and continues the transcript.</summary>
    /// <exception cref="ArgumentException">The interval is empty, or the value lies outside.</exception>
    public static IntervalProof Prove(Transcript t, ulong value, in Scalar blinding, ulong low, ulong high)
    {
        if (value < low || value > high)
        {
            throw new ArgumentException("the value lies outside the interval", nameof(value));
        }

        return ProveUnchecked(t, value, blinding, low, high);
    }

    /// <summary>Verifies that the value under V lies in low..high.</summary>
    public VerificationResult Verify(Transcript t, in CompressedPoint v, ulong low, ulong high)
    {
        var batch = new VerificationBatch();
        return batch.Verify(Collect(t, v, low, high, batch));
    }

    /// <summary>The encoding: that of the range proof.</summary>
    public byte[] Encode() => _proof.Encode();

    /// <summary>Decodes a proof for an interval; false for any other length and for scalars that are not canonical.</summary>
    /// <exception cref="ArgumentException">The interval is empty.</exception>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, ulong low, ulong high, [NotNullWhen(true)] out IntervalProof? proof)
    {
        proof = RangeProof.TryDecode(bytes, Bits(low, high), 2, out RangeProof? range) ? new IntervalProof(range) : null;
        return proof is not null;
    }

    internal static IntervalProof ProveUnchecked(Transcript t, ulong value, in Scalar blinding, ulong low, ulong high)
    {
        int bits = Bits(low, high);
        RistrettoPoint v =
            PedersenGenerators.BTable.Multiply(Scalar.FromUInt64(value)) + PedersenGenerators.HTable.Multiply(blinding);
        Start(t, v.Compress(), low, high);
        return new IntervalProof(
            RangeProof.ProveUnchecked(t, [unchecked(value - low), unchecked(high - value)], [blinding, -blinding], bits, out _)
        );
    }

    internal ProofFault? Collect(
        Transcript t,
        in CompressedPoint v,
        ulong low,
        ulong high,
        VerificationBatch batch,
        string name = ""
    )
    {
        if (high < low)
        {
            return "the interval is empty";
        }

        if (!v.TryDecompress(out RistrettoPoint point))
        {
            return "the commitment is not a point";
        }

        // commitments to v − low and high − v
        Start(t, v, low, high);
        CompressedPoint above = (point - PedersenGenerators.BTable.Multiply(Scalar.FromUInt64(low))).Compress();
        CompressedPoint below = (PedersenGenerators.BTable.Multiply(Scalar.FromUInt64(high)) - point).Compress();
        return _proof.Collect(t, [above, below], Bits(low, high), batch, name);
    }

    private static void Start(Transcript t, in CompressedPoint v, ulong low, ulong high)
    {
        t.Append("dom-sep"u8, Labels.Interval);
        t.AppendUInt64("low"u8, low);
        t.AppendUInt64("high"u8, high);
        t.AppendPoint("V"u8, v);
    }

    private static int Bits(ulong low, ulong high)
    {
        if (high < low)
        {
            throw new ArgumentException("the interval is empty", nameof(high));
        }

        return (high - low) switch
        {
            < 1 << 8 => 8,
            < 1 << 16 => 16,
            < 1UL << 32 => 32,
            _ => 64,
        };
    }
}
