using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Security.Cryptography;
using ZkHealth.Transcripts;

namespace ZkHealth.Accountability;

/// <summary>
/// Proof that a state map has a value under a key, or none: the siblings on the way from the root, and the one leaf where the way
/// ends.
/// </summary>
internal sealed class StateProof
{
    /// <summary>The most siblings: one a bit of a key.</summary>
    public const int MaxSiblings = 8 * StateKey.Size;

    private static readonly byte[] Zero = new byte[StateKey.Size];

    private readonly byte[][] _siblings;
    private readonly byte[]? _key,
        _valueHash;

    /// <summary>A proof of its parts.</summary>
    /// <param name="siblings">The siblings from the top, 32 bytes each, at most 256.</param>
    /// <param name="key">The key of the leaf where the way ends; null where there is none.</param>
    /// <param name="valueHash">SHA-256 of the value of that leaf.</param>
    public StateProof(IEnumerable<byte[]> siblings, byte[]? key, byte[]? valueHash)
    {
        _siblings = [.. siblings];
        if (_siblings.Length > MaxSiblings || _siblings.Any(s => s.Length != StateKey.Size))
        {
            throw new ArgumentException("expected at most 256 siblings of 32 bytes", nameof(siblings));
        }

        if (
            key is null != valueHash is null
            || (key ?? Zero).Length != StateKey.Size
            || (valueHash ?? Zero).Length != StateKey.Size
        )
        {
            throw new ArgumentException("expected a key and a hash of 32 bytes, or neither", nameof(key));
        }

        (_key, _valueHash) = (key, valueHash);
    }

    /// <summary>The siblings from the top.</summary>
    public IReadOnlyList<byte[]> Siblings => _siblings;

    /// <summary>The key of the leaf where the way ends, or null.</summary>
    public byte[]? Key => _key;

    /// <summary>SHA-256 of the value of that leaf, or null.</summary>
    public byte[]? ValueHash => _valueHash;

    /// <summary>Determines whether the map with this root has the value under the key; for null, whether it has none.</summary>
    public bool Verify(ReadOnlySpan<byte> root, ReadOnlySpan<byte> key, byte[]? value)
    {
        if (key.Length != StateKey.Size)
        {
            return false;
        }

        bool same = _key is not null && key.SequenceEqual(_key);
        if (value is not null)
        {
            if (!same || !SHA256.HashData(value).AsSpan().SequenceEqual(_valueHash))
            {
                return false;
            }
        }
        else if (same || !LiesOnTheWay(key))
        {
            return false;
        }

        byte[] hash = _key is null ? Zero : StateKey.LeafHash(_key, _valueHash);
        for (int depth = _siblings.Length - 1; depth >= 0; depth--)
        {
            hash = StateKey.Bit(key, depth)
                ? StateKey.NodeHash(_siblings[depth], hash)
                : StateKey.NodeHash(hash, _siblings[depth]);
        }

        return root.SequenceEqual(hash);
    }

    /// <summary>Canonical CBOR: [number of siblings, bitmap of those that are zero, the others in a row, key ‖ hash of the leaf
    /// or nothing].</summary>
    public byte[] Encode()
    {
        byte[] zeros = new byte[(_siblings.Length + 7) / 8],
            others = new byte[_siblings.Length * StateKey.Size];
        int written = 0;
        for (int i = 0; i < _siblings.Length; i++)
        {
            if (_siblings[i].AsSpan().SequenceEqual(Zero))
            {
                zeros[i >> 3] |= (byte)(0x80 >> (i & 7));
            }
            else
            {
                _siblings[i].CopyTo(others, StateKey.Size * written++);
            }
        }

        using Scratch scratch = Scratch.Take();
        CborWriter w = scratch.Writer;
        w.WriteStartArray(4);
        w.WriteInt32(_siblings.Length);
        w.WriteByteString(zeros);
        w.WriteByteString(others.AsSpan(0, StateKey.Size * written));
        w.WriteByteString([.. _key ?? [], .. _valueHash ?? []]);
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Decodes canonical bytes; false for anything else.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out StateProof? proof)
    {
        proof = null;
        try
        {
            var r = new CborReader(bytes, CborConformanceMode.Canonical);
            if (r.ReadStartArray() != 4)
            {
                return false;
            }

            int count = r.ReadInt32();
            byte[] zeros = r.ReadByteString(),
                others = r.ReadByteString(),
                end = r.ReadByteString();
            r.ReadEndArray();
            if (
                r.BytesRemaining != 0
                || count is < 0 or > MaxSiblings
                || zeros.Length != (count + 7) / 8
                || end.Length is not (0 or 2 * StateKey.Size)
            )
            {
                return false;
            }

            int[] written = [.. Enumerable.Range(0, count).Where(i => !StateKey.Bit(zeros, i))];
            if (others.Length != written.Length * StateKey.Size)
            {
                return false;
            }

            byte[][] siblings = [.. Enumerable.Repeat(Zero, count)];
            for (int i = 0; i < written.Length; i++)
            {
                siblings[written[i]] = others[(i * StateKey.Size)..((i + 1) * StateKey.Size)];
            }

            var decoded =
                end.Length == 0
                    ? new StateProof(siblings, null, null)
                    : new StateProof(siblings, end[..StateKey.Size], end[StateKey.Size..]);

            // bits behind the last sibling, and zeros that are written out, would be second encodings
            proof = decoded.Encode().AsSpan().SequenceEqual(bytes.Span) ? decoded : null;
            return proof is not null;
        }
        catch (Exception e) when (CanonicalCbor.IsFault(e))
        {
            return false;
        }
    }

    /// <summary>Determines whether the end of the way is where the key would lie: empty, or a leaf that agrees with the key in
    /// all bits so far.</summary>
    private bool LiesOnTheWay(ReadOnlySpan<byte> key)
    {
        for (int depth = 0; _key is not null && depth < _siblings.Length; depth++)
        {
            if (StateKey.Bit(_key, depth) != StateKey.Bit(key, depth))
            {
                return false;
            }
        }

        return true;
    }
}
