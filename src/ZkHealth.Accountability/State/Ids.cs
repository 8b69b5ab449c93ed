using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ZkHealth.Accountability;

/// <summary>Ids of records that are made of several parts: SHA-256 over a label and the parts, each behind its length.</summary>
internal static class Ids
{
    /// <summary>The id of parts, 32 bytes.</summary>
    public static byte[] Of(string label, params ReadOnlySpan<byte[]> parts)
    {
        int length = label.Length;
        foreach (byte[] part in parts)
        {
            length += sizeof(long) + part.Length;
        }

        Span<byte> text = length <= 512 ? stackalloc byte[length] : new byte[length];
        int at = Encoding.ASCII.GetBytes(label, text);
        foreach (byte[] part in parts)
        {
            BinaryPrimitives.WriteInt64BigEndian(text[at..], part.Length);
            part.CopyTo(text[(at + sizeof(long))..]);
            at += sizeof(long) + part.Length;
        }

        return SHA256.HashData(text);
    }

    /// <summary>A number, 8 bytes big-endian.</summary>
    public static byte[] Number(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>A key as a code: base64 with - and _, 44 characters or more.</summary>
    public static string Name(byte[] key) => System.Buffers.Text.Base64Url.EncodeToString(key);

    /// <summary>A code in bytes.</summary>
    public static byte[] Text(string code) => Encoding.UTF8.GetBytes(code);
}
