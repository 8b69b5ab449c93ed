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
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(label));
        foreach (byte[] part in parts)
        {
            hash.AppendData(Number(part.Length));
            hash.AppendData(part);
        }

        return hash.GetHashAndReset();
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
