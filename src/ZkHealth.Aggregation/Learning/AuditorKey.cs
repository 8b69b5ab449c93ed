using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Aggregation.Learning;

/// <summary>The key to which updates are opened. Cleared on Dispose; prints nothing.</summary>
public sealed class AuditorKey : IDisposable
{
    /// <summary>Bytes of a secret key.</summary>
    internal const int Size = 32;

    private const string PemLabel = "ZKHEALTH AUDITOR KEY";

    private Scalar _secret;
    private bool _disposed;

    private AuditorKey(Scalar secret)
    {
        _secret = secret;
        Public = PedersenGenerators.BTable.Multiply(secret).Compress();
    }

    /// <summary>Describes what requests name.</summary>
    public CompressedPoint Public { get; }

    /// <summary>A fresh key from the system generator.</summary>
    public static AuditorKey Create()
    {
        Span<byte> wide = stackalloc byte[64];
        RandomNumberGenerator.Fill(wide);
        var key = new AuditorKey(Scalar.FromUniformBytes(wide));
        CryptographicOperations.ZeroMemory(wide);
        return key;
    }

    /// <summary>A key that was kept.</summary>
    /// <exception cref="ArgumentException">Not the 32 bytes of a key.</exception>
    internal static AuditorKey FromBytes(ReadOnlySpan<byte> secret) =>
        Scalar.TryDecode(secret, out Scalar scalar) && !scalar.IsZero
            ? new AuditorKey(scalar)
            : throw new ArgumentException("expected the 32 bytes of a key", nameof(secret));

    /// <summary>The secret key as PEM (RFC 7468) of its 32 bytes, with a final LF. For its owner alone.</summary>
    public string EncodeSecret()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return SecretPem.Encode(PemLabel, _secret);
    }

    /// <summary>Reads a secret key; false where the text is not one key of this form, or the key is 0.</summary>
    public static bool TryDecodeSecret(ReadOnlySpan<char> pem, [NotNullWhen(true)] out AuditorKey? key)
    {
        key = SecretPem.TryDecode(pem, PemLabel, out Scalar secret) ? new AuditorKey(secret) : null;
        return key is not null;
    }

    /// <summary>Writes the secret where its owner keeps it.</summary>
    internal void CopyTo(Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _secret.Encode(destination);
    }

    /// <summary>sk·E.</summary>
    internal CompressedPoint Shared(in RistrettoPoint ephemeral)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return (_secret * ephemeral).Compress();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _secret = Scalar.Zero;
    }

    /// <summary>Says what it is and nothing of its value.</summary>
    public override string ToString() => "auditor key";
}
