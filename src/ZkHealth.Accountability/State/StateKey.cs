using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace ZkHealth.Accountability;

/// <summary>The key of a record in the state map: SHA-256("zkhealth state v1" ‖ 00 ‖ kind ‖ 00 ‖ id).</summary>
internal static class StateKey
{
    /// <summary>Bytes of a key, and of every hash of the map.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    /// <summary>The key of a record.</summary>
    public static byte[] Of(string kind, ReadOnlySpan<byte> id) =>
        SHA256.HashData([.. Labels.State, .. Encoding.UTF8.GetBytes(kind), 0, .. id]);

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
