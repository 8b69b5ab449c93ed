using System.Formats.Cbor;
using ZkHealth.Ledger;
using ZkHealth.Transcripts;

namespace ZkHealth.Accountability;

/// <summary>A leaf of a log with its number and its inclusion proof.</summary>
/// <param name="index">The number of the leaf.</param>
/// <param name="leaf">The leaf; the signatures of its entry are verified with the bundle.</param>
/// <param name="path">The inclusion proof.</param>
internal sealed class EvidenceLeaf(long index, LedgerLeaf leaf, IReadOnlyList<ReadOnlyMemory<byte>> path)
{
    /// <summary>The number of the leaf.</summary>
    public long Index { get; } = index;

    /// <summary>The leaf.</summary>
    public LedgerLeaf Leaf { get; } = leaf;

    /// <summary>The inclusion proof, hashes of 32 bytes.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Path { get; } = path;
}

/// <summary>A record of the state, present or absent, under the root that stands in a leaf.</summary>
/// <param name="leaf">The number of the leaf whose root it is proven against.</param>
/// <param name="kind">The kind of record.</param>
/// <param name="id">The id of the record, at most 128 bytes.</param>
/// <param name="bytes">The encoded record; null where there is none.</param>
/// <param name="proof">The proof.</param>
internal sealed class EvidenceRecord(long leaf, Shape kind, byte[] id, byte[]? bytes, StateProof proof)
{
    private Row? _value;

    /// <summary>The most bytes of an id.</summary>
    public const int MaxId = 256;

    /// <summary>The number of the leaf whose root it is proven against.</summary>
    public long Leaf { get; } = leaf;

    /// <summary>The kind of record.</summary>
    public Shape Kind { get; } = kind;

    /// <summary>The id of the record.</summary>
    public byte[] Id { get; } = id;

    /// <summary>The record; null where there is none.</summary>
    public Row? Value => bytes is null ? null : _value ??= Kind.DecodeOwn(bytes);

    /// <summary>The proof of presence or absence.</summary>
    public StateProof Proof { get; } = proof;

    /// <summary>Writes [leaf, kind, id, [value] or [], proof].</summary>
    public void Write(CborWriter w)
    {
        w.WriteStartArray(5);
        w.WriteInt64(Leaf);
        w.WriteTextString(Kind.Name);
        w.WriteByteString(Id);
        w.WriteStartArray(bytes is null ? 0 : 1);
        if (bytes is not null)
        {
            w.WriteByteString(bytes);
        }

        w.WriteEndArray();
        w.WriteByteString(Proof.Encode());
        w.WriteEndArray();
    }

    /// <summary>Reads a record; a <see cref="CborContentException"/> where it is none.</summary>
    public static EvidenceRecord Read(CborReader r)
    {
        Evidence.Expect(r.ReadStartArray() == 5);
        long leaf = r.ReadInt64();
        string name = r.ReadTextString();
        Shape? kind = Records.All.FirstOrDefault(s => s.Name == name);
        byte[] id = r.ReadByteString();
        List<byte[]> values = CanonicalCbor.ReadList(r, x => x.ReadByteString(), 1);
        Row? value = null;
        Evidence.Expect(kind is not null && id.Length <= MaxId && leaf >= 0);
        Evidence.Expect(values.Count == 0 || kind!.TryDecode(values[0], out value));
        Evidence.Expect(StateProof.TryDecode(r.ReadByteString(), out StateProof? proof));
        r.ReadEndArray();
        return new EvidenceRecord(leaf, kind!, id, values.FirstOrDefault(), proof!) { _value = value };
    }

    /// <summary>Determines whether the record is in a state with this root.</summary>
    public bool IsIn(ReadOnlySpan<byte> root) => Proof.Verify(root, StateKey.Of(Kind.Name, Id), bytes);
}

/// <summary>A question to the state: the record of a kind and id, as it was when a leaf was decided.</summary>
/// <param name="leaf">The number of the leaf.</param>
/// <param name="kind">The kind of record.</param>
/// <param name="id">The id of the record.</param>
internal sealed class StateQuestion(long leaf, Shape kind, byte[] id)
{
    /// <summary>The number of the leaf.</summary>
    public long Leaf { get; } = leaf;

    /// <summary>The kind of record.</summary>
    public Shape Kind { get; } = kind;

    /// <summary>The id of the record.</summary>
    public byte[] Id { get; } = id;
}
