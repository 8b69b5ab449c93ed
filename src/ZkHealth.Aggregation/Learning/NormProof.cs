using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Ranges;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation.Learning;

/// <summary>
/// The squared norm N = Σ counts·(d − offset)² of an update's proven cube is at most the bound of the terms: V = N·B + s·H is a
/// linear statistic, and bound·B − V lies in [0, 2^64). Beside it the number of clipped entries, which is the hospital's word.
/// </summary>
/// <remarks>
/// Nothing wraps: the counts are true by the proof of the cube, so N is below 2^62, as the bound is, and a negative difference is
/// no number below 2^64 modulo l. The label of the transcript has session, terms, table and clipped entries.
/// </remarks>
internal sealed class NormProof(int clipped, CompressedPoint norm, byte[] linear, byte[] range)
{
    private const int Bits = 64;

    public int Clipped => clipped;

    /// <summary>Clipped entries (4 bytes), V, the linear proof, the range proof.</summary>
    public byte[] Encode()
    {
        var count = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(count, clipped);
        return [.. count, .. norm.ToBytes(), .. linear, .. range];
    }

    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        RoundTerms terms,
        [NotNullWhen(true)] out NormProof? proof,
        [NotNullWhen(false)] out string? reason
    )
    {
        (proof, reason) = (null, "a proof of this norm has another length");
        int size = LinearStatistics.ProofSize(terms.Axes);
        if (bytes.Length != 4 + RistrettoPoint.Size + size + RangeProof.Size(Bits, 1))
        {
            return false;
        }

        int count = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span);
        if (count < 0 || count > terms.Entries)
        {
            reason = "more entries are clipped than there are";
            return false;
        }

        ReadOnlySpan<byte> rest = bytes.Span[4..];
        proof = new NormProof(
            count,
            new CompressedPoint(rest[..32]),
            rest.Slice(32, size).ToArray(),
            rest[(32 + size)..].ToArray()
        );
        reason = null;
        return true;
    }

    /// <summary>Proves; a test may bring a false norm.</summary>
    public static NormProof ProveUnchecked(UpdateOpening update, ContingencyTableOpening cubes, ulong? falseNorm)
    {
        RoundTerms terms = update.Terms;
        Transcript t = Start(update.Session.Span, terms, update.Commitment, update.Clipped);
        using TranscriptRng rng = t.BuildRng().RekeyWithWitness("blinding"u8, cubes.Blinding(0).ToBytes()).Complete();
        Scalar s = rng.NextScalar();
        (CompressedPoint[] norm, byte[] linear) = LinearStatistics.Prove(
            t,
            new ContingencyTableSubject([update.Commitment.Root], terms.Axes),
            cubes.Counts(0),
            cubes.Blinding(0),
            [terms.NormWeights()],
            [s]
        );
        ulong below = unchecked(terms.SquaredNorm - (falseNorm ?? update.SquaredNorm));
        RangeProof range = RangeProof.ProveUnchecked(t, [below], [-s], Bits, out _);
        return new NormProof(update.Clipped, norm[0], linear, range.Encode());
    }

    /// <summary>Does all but the final equations, which go to the batch. Returns what failed, or null.</summary>
    public ProofFault? Collect(
        ReadOnlySpan<byte> sid,
        RoundTerms terms,
        TableCommitment table,
        CompressedPoint cube,
        VerificationBatch batch
    )
    {
        Transcript t = Start(sid, terms, table, clipped);
        if (
            LinearStatistics.Collect(
                t,
                new ContingencyTableSubject([table.Root], terms.Axes),
                cube,
                [norm],
                [terms.NormWeights()],
                linear,
                batch
            )
            is ProofFault fault
        )
        {
            return fault.In("the norm: ");
        }

        if (!norm.TryDecompress(out RistrettoPoint point) || !RangeProof.TryDecode(range, Bits, 1, out RangeProof? decoded))
        {
            return ProofFault.Encoding("the norm: an encoding is not a point, or a scalar of the range proof is not canonical");
        }

        CompressedPoint below = (PedersenGenerators.BTable.Multiply(Scalar.FromUInt64(terms.SquaredNorm)) - point).Compress();
        return decoded.Collect(t, [below], Bits, batch, "the norm is not within its bound: ");
    }

    /// <summary>The statement: [format, session, terms, root, clipped entries]. The session names its board and its
    /// terms.</summary>
    private static Transcript Start(ReadOnlySpan<byte> sid, RoundTerms terms, TableCommitment table, int clipped)
    {
        byte[] session = sid.ToArray();
        return UpdateProof.Context.Start(
            StatisticContext.Statement(
                UpdateProof.Format,
                4,
                w =>
                {
                    w.WriteByteString(session);
                    w.WriteByteString(terms.Encode());
                    w.WriteByteString(table.Root.Span);
                    w.WriteInt32(clipped);
                }
            )
        );
    }
}
