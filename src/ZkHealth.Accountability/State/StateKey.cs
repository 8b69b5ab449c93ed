using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace ZkHealth.Accountability;

/// <summary>The key of a record in the state map: SHA-256("zkhealth state v1" ‖ 00 ‖ kind ‖ 00 ‖ id).</summary>
internal static class StateKey
{
    /// <summary>Bytes of a key, and of every hash of the map.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    private const int MaxNamed = 10_000;

    private static readonly ConcurrentDictionary<(string Kind, string Id), byte[]> Named = new();

    /// <summary>The key of a record.</summary>
    public static byte[] Of(string kind, ReadOnlySpan<byte> id)
    {
        Span<byte> text = stackalloc byte[256];
        ReadOnlySpan<byte> label = Labels.State;
        int length = label.Length + kind.Length + 1 + id.Length;
        text = length <= text.Length ? text[..length] : new byte[length];
        label.CopyTo(text);
        Encoding.ASCII.GetBytes(kind, text[label.Length..]);
        text[label.Length + kind.Length] = 0;
        id.CopyTo(text[(label.Length + kind.Length + 1)..]);
        return SHA256.HashData(text);
    }

    /// <summary>The key of a record whose id is a name: those of members, parameters and tables, which are asked for by every
    /// entry, are hashed once.</summary>
    public static byte[] Of(string kind, string id)
    {
        if (Named.TryGetValue((kind, id), out byte[]? known))
        {
            return known;
        }

        byte[] key = Of(kind, Encoding.UTF8.GetBytes(id));
        if (Named.Count < MaxNamed)
        {
            Named.TryAdd((kind, id), key);
        }

        return key;
    }

    /// <summary>The bit that decides at a depth, from the most significant, counted from 0.</summary>
    public static bool Bit(ReadOnlySpan<byte> key, int depth)
    {
        Debug.Assert(depth < 8 * Size);
        return (key[depth >> 3] >> (7 - (depth & 7)) & 1) == 1;
    }

    /// <summary>The hash of the one leaf of a subtree: SHA-256(00 ‖ key ‖ SHA-256(value)).</summary>
    public static byte[] LeafHash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> valueHash)
    {
        Span<byte> text = stackalloc byte[1 + (2 * Size)];
        text[0] = 0;
        key.CopyTo(text[1..]);
        valueHash.CopyTo(text[(1 + Size)..]);
        return SHA256.HashData(text);
    }

    /// <summary>The hash of two subtrees: SHA-256(01 ‖ left ‖ right).</summary>
    public static byte[] NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> text = stackalloc byte[1 + (2 * Size)];
        text[0] = 1;
        left.CopyTo(text[1..]);
        right.CopyTo(text[(1 + Size)..]);
        return SHA256.HashData(text);
    }
}
