using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Security.Cryptography;
using ZkHealth.Ledger;
using ZkHealth.Tables;

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
        w.WriteStartArray(Leaves.Count);
        foreach (EvidenceLeaf e in Leaves)
        {
            w.WriteStartArray(3);
            w.WriteInt64(e.Index);
            w.WriteByteString(e.Leaf.Encode());
            w.WriteStartArray(e.Path.Count);
            foreach (ReadOnlyMemory<byte> hash in e.Path)
            {
                w.WriteByteString(hash.Span);
            }

            w.WriteEndArray();
            w.WriteEndArray();
        }

        w.WriteEndArray();
        w.WriteStartArray(Records.Count);
        foreach (EvidenceRecord r in Records)
        {
            r.Write(w);
        }

        w.WriteEndArray();
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
            List<EvidenceLeaf> leaves = Many(r, MaxLeaves, ReadLeaf);
            List<EvidenceRecord> records = Many(r, MaxRecords, EvidenceRecord.Read);
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

    internal static List<T> Many<T>(CborReader r, int max, Func<CborReader, T> read)
    {
        if (r.ReadStartArray() is not int count || count > max)
        {
            throw new CborContentException("too many items");
        }

        var items = new List<T>();
        for (int i = 0; i < count; i++)
        {
            items.Add(read(r));
        }

        r.ReadEndArray();
        return items;
    }

    private static EvidenceLeaf ReadLeaf(CborReader r)
    {
        Expect(r.ReadStartArray() == 3);
        long index = r.ReadInt64();
        Expect(LedgerLeaf.TryDecodeUnverified(r.ReadByteString(), out LedgerLeaf? leaf, out _));
        List<ReadOnlyMemory<byte>> path = Many<ReadOnlyMemory<byte>>(r, MaxPath, x => x.ReadByteString());
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
