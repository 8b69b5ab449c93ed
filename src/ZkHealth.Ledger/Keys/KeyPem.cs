using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ZkHealth.Fields;

namespace ZkHealth.Ledger;

/// <summary>Ed25519 keys as PEM files that other tools read: PKCS #8 and SubjectPublicKeyInfo (RFC 7468, RFC 8410).</summary>
public static class KeyPem
{
    private const string PrivateLabel = "PRIVATE KEY",
        PublicLabel = "PUBLIC KEY";

    // RFC 8410, 7 and 4: the encodings are of fixed length, so the key is what follows a fixed beginning
    private static ReadOnlySpan<byte> PrivatePrefix => [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

    private static ReadOnlySpan<byte> PublicPrefix => [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];

    /// <summary>The secret key as PEM, with a final LF. For its owner alone.</summary>
    public static string EncodeSecret(SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        using var der = new SecretSpan<byte>(stackalloc byte[PrivatePrefix.Length + SigningKey.Size]);
        PrivatePrefix.CopyTo(der.Span);
        key.CopyTo(der.Span[PrivatePrefix.Length..]);
        return PemEncoding.WriteString(PrivateLabel, der.Span) + "\n";
    }

    /// <summary>The public key as PEM, with a final LF.</summary>
    public static string Encode(VerifyingKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return PemEncoding.WriteString(PublicLabel, [.. PublicPrefix, .. key.Bytes.Span]) + "\n";
    }

    /// <summary>Reads a secret key; false where the text is not one Ed25519 key of this form.</summary>
    public static bool TryDecodeSecret(ReadOnlySpan<char> pem, [NotNullWhen(true)] out SigningKey? key)
    {
        key = TryFind(pem, PrivateLabel, PrivatePrefix) is byte[] seed ? SigningKey.FromBytes(seed) : null;
        return key is not null;
    }

    /// <summary>Reads a public key, or the public half of a secret one.</summary>
    public static bool TryDecode(ReadOnlySpan<char> pem, [NotNullWhen(true)] out VerifyingKey? key)
    {
        if (TryDecodeSecret(pem, out SigningKey? secret))
        {
            key = secret.Public;
            secret.Dispose();
            return true;
        }

        key = null;
        return TryFind(pem, PublicLabel, PublicPrefix) is byte[] bytes && VerifyingKey.TryDecode(bytes, out key);
    }

    /// <summary>The 32 bytes behind the prefix, or null.</summary>
    private static byte[]? TryFind(ReadOnlySpan<char> pem, string label, ReadOnlySpan<byte> prefix)
    {
        using var own = new SecretSpan<byte>(stackalloc byte[64]);
        Span<byte> der = own.Span;
        if (
            !PemEncoding.TryFind(pem, out PemFields fields)
            || !pem[fields.Label].SequenceEqual(label)
            || fields.DecodedDataLength != prefix.Length + 32
            || !Convert.TryFromBase64Chars(pem[fields.Base64Data], der, out int n)
            || !der[..n].StartsWith(prefix)
        )
        {
            return null;
        }

        return der[prefix.Length..n].ToArray();
    }
}
