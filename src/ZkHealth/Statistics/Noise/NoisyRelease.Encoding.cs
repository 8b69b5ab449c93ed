using System.Formats.Cbor;
using ZkHealth.Proofs.Bits;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>The file, and what the proof in it is bound to.</summary>
public sealed partial class NoisyRelease
{
    internal const string Format = Labels.NoisyReleaseFile;

    /// <summary>Canonical CBOR: [format, context and cube…, commitment, beacon, [T…], proof].</summary>
    private protected override byte[] Write()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(ProvenTableFile.Items + 5);
        w.WriteTextString(Format);
        _file.Write(w);
        w.WriteByteString(Commitment.Encode());
        w.WriteByteString(_beacon);
        CanonicalCbor.WriteList(w, _totals, w.WriteInt64);
        w.WriteByteString(_proof);
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>The statement to which the proof is bound beside the context (docs/format.md).</summary>
    internal byte[] Statement => StatementOf(_file, Commitment, _beacon);

    /// <summary>[format, table and axes…, query, bits, beacon].</summary>
    private static byte[] StatementOf(ProvenTableFile file, NoiseCommitment commitment, byte[] beacon) =>
        file.Statement(
            Format,
            3,
            w =>
            {
                w.WriteByteString(commitment.Query.Encode());
                w.WriteInt32(commitment.Bits);
                w.WriteByteString(beacon);
            }
        );

    private static Transcript Start(ProvenTableFile file, NoiseCommitment commitment, byte[] beacon, long[] totals)
    {
        Transcript t = file.Context.Start(StatementOf(file, commitment, beacon));
        t.Append("commitment"u8, commitment.Digest.Span);
        foreach (long total in totals)
        {
            t.AppendUInt64("total"u8, unchecked((ulong)total));
        }

        return t;
    }

    /// <summary>Reads what follows the format.</summary>
    internal static NoisyRelease Read(CborReader r)
    {
        ProvenTableFile file = ProvenTableFile.Read(r);
        if (!NoiseCommitment.TryDecode(r.ReadByteString(), out NoiseCommitment? commitment, out string? reason))
        {
            throw new FormatException(reason);
        }

        return new NoisyRelease(
            commitment,
            file,
            r.ReadByteString(),
            [.. CanonicalCbor.ReadList(r, x => x.ReadInt64(), BitVectorProof.MaxCount)],
            r.ReadByteString()
        );
    }
}
