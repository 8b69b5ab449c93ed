using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Security.Cryptography;
using ZkHealth.Ledger;
using ZkHealth.Transcripts;

namespace ZkHealth.Accountability;

/// <summary>Encodes a bundle, and decodes what a stranger gives as one.</summary>
internal sealed partial class Evidence
{
    /// <summary>The canonical bytes.</summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(5);
        w.WriteTextString(Format);
        w.WriteTextString(Checkpoint);
        CanonicalCbor.WriteList(
            w,
            Leaves,
            e =>
            {
                w.WriteStartArray(3);
                w.WriteInt64(e.Index);
                w.WriteByteString(e.Leaf.Encode());
                CanonicalCbor.WriteList(w, e.Path, hash => w.WriteByteString(hash.Span));
                w.WriteEndArray();
            }
        );
        CanonicalCbor.WriteList(w, Records, r => r.Write(w));
        w.WriteByteString(new byte[SHA256.HashSizeInBytes]);
        w.WriteEndArray();
        byte[] bytes = w.Encode();
        Digest(bytes).CopyTo(bytes.AsSpan(^SHA256.HashSizeInBytes..));
        return bytes;
    }

    /// <summary>Decodes canonical bytes; anything else is refused with a reason.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out Evidence? evidence,
        [NotNullWhen(false)] out string? reason
    )
    {
        evidence = null;
        reason = "it is not the canonical encoding of an evidence bundle";
        if (bytes.Length > MaxSize)
        {
            reason = $"expected at most {MaxSize} bytes";
            return false;
        }

        if (
            bytes.Length < SHA256.HashSizeInBytes
            || !Digest(bytes.Span).AsSpan().SequenceEqual(bytes.Span[^SHA256.HashSizeInBytes..])
        )
        {
            reason = "its digest is not that of its bytes: it was changed, or is no evidence bundle";
            return false;
        }

        try
        {
            var r = new CborReader(bytes, CborConformanceMode.Canonical);
            if (r.ReadStartArray() != 5 || r.ReadTextString() != Format)
            {
                return false;
            }

            string checkpoint = r.ReadTextString();
            List<EvidenceLeaf> leaves = CanonicalCbor.ReadList(r, ReadLeaf, MaxLeaves);
            List<EvidenceRecord> records = CanonicalCbor.ReadList(r, EvidenceRecord.Read, MaxRecords);
            Expect(r.ReadByteString().Length == SHA256.HashSizeInBytes);
            r.ReadEndArray();
            bool ordered =
                leaves.Zip(leaves.Skip(1)).All(p => p.First.Index < p.Second.Index)
                && records.Zip(records.Skip(1)).All(p => Place(p.First).AsSpan().SequenceCompareTo(Place(p.Second)) < 0);
            if (r.BytesRemaining != 0 || leaves.Count == 0 || !ordered || !SignedNote.TryParse(checkpoint, out _))
            {
                return false;
            }

            evidence = new Evidence(checkpoint, leaves, records);
        }
        catch (Exception e) when (CanonicalCbor.IsFault(e))
        {
            return false;
        }

        reason = null;
        return true;
    }

    private static byte[] Digest(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes[..^SHA256.HashSizeInBytes]);

    /// <summary>Places records in their order: by leaf, kind and id.</summary>
    private static byte[] Place(EvidenceRecord r) => Place(r.Leaf, r.Kind, r.Id);

    private static byte[] Place(long leaf, Shape kind, byte[] id) => [.. Ids.Number(leaf), .. Ids.Text(kind.Name), 0, .. id];

    private static EvidenceLeaf ReadLeaf(CborReader r)
    {
        Expect(r.ReadStartArray() == 3);
        long index = r.ReadInt64();
        Expect(LedgerLeaf.TryDecodeUnverified(r.ReadByteString(), out LedgerLeaf? leaf, out _));
        List<ReadOnlyMemory<byte>> path = CanonicalCbor.ReadList<ReadOnlyMemory<byte>>(r, x => x.ReadByteString(), MaxPath);
        r.ReadEndArray();
        Expect(index >= 0 && path.All(p => p.Length == MerkleHash.Size));
        return new EvidenceLeaf(index, leaf!, path);
    }

    internal static void Expect(bool condition)
    {
        if (!condition)
        {
            throw new CborContentException("not a part of an evidence bundle");
        }
    }
}
