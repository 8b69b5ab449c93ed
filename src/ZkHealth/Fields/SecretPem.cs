using System.Security.Cryptography;

namespace ZkHealth.Fields;

/// <summary>A secret scalar as PEM (RFC 7468) of its 32 bytes, with a final LF.</summary>
internal static class SecretPem
{
    public static string Encode(string label, in Scalar secret)
    {
        using var bytes = new SecretSpan<byte>(stackalloc byte[Scalar.Size]);
        secret.Encode(bytes.Span);
        return PemEncoding.WriteString(label, bytes.Span) + "\n";
    }

    /// <summary>False where the text is not one secret with this label, or the secret is 0.</summary>
    public static bool TryDecode(ReadOnlySpan<char> pem, string label, out Scalar secret)
    {
        secret = Scalar.Zero;
        using var own = new SecretSpan<byte>(stackalloc byte[Scalar.Size]);
        Span<byte> bytes = own.Span;
        return PemEncoding.TryFind(pem, out PemFields fields)
            && pem[fields.Label].SequenceEqual(label)
            && fields.DecodedDataLength == bytes.Length
            && Convert.TryFromBase64Chars(pem[fields.Base64Data], bytes, out int n)
            && n == bytes.Length
            && Scalar.TryDecode(bytes, out secret)
            && !secret.IsZero;
    }
}
