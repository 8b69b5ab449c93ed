using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Aggregation.Learning;

/// <summary>The key to which updates are opened. Cleared on Dispose; prints nothing.</summary>
public sealed class AuditorKey : IDisposable
{
    private const string PemLabel = "ZKHEALTH AUDITOR KEY";

    private readonly SecretArray<Scalar> _secret;

    private AuditorKey(Scalar secret)
    {
        _secret = SecretArray<Scalar>.Pinned([secret]);
        Public = PedersenGenerators.BTable.Multiply(secret).Compress();
    }

    /// <summary>The public key, which requests name.</summary>
    public CompressedPoint Public { get; }

    /// <summary>A fresh key from the system generator.</summary>
    public static AuditorKey Create()
    {
        using var wide = new SecretSpan<byte>(stackalloc byte[64]);
        RandomNumberGenerator.Fill(wide.Span);
        return new AuditorKey(Scalar.FromUniformBytes(wide.Span));
    }

    /// <summary>The secret key as PEM (RFC 7468) of its 32 bytes, with a final LF. For its owner alone.</summary>
    public string EncodeSecret() => SecretPem.Encode(PemLabel, _secret[0]);

    /// <summary>Reads a secret key; false where the text is not one key of this form, or the key is 0.</summary>
    public static bool TryDecodeSecret(ReadOnlySpan<char> pem, [NotNullWhen(true)] out AuditorKey? key)
    {
        key = SecretPem.TryDecode(pem, PemLabel, out Scalar secret) ? new AuditorKey(secret) : null;
        return key is not null;
    }

    /// <summary>sk·E.</summary>
    internal CompressedPoint Shared(in RistrettoPoint ephemeral) => (_secret[0] * ephemeral).Compress();

    /// <inheritdoc/>
    public void Dispose() => _secret.Dispose();

    /// <summary>The name of the type; the value stays secret.</summary>
    public override string ToString() => "auditor key";
}
