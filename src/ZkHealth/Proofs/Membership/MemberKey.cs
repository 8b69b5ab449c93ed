using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Proofs.Membership;

/// <summary>
/// A member's secret key k of a consortium, with K = k·B as its public key in ristretto255. It proves membership and nothing else: it signs
/// nothing, and is not the Ed25519 key of an owner. Cleared on Dispose; prints nothing of itself.
/// </summary>
public sealed class MemberKey : IDisposable
{
    private const string PemLabel = "ZKHEALTH MEMBER KEY";

    private Scalar _key;
    private bool _disposed;

    private MemberKey(in Scalar key) => (_key, Public) = (key, RegisteredKeyProof.PublicKey(key));

    /// <summary>The key that is registered.</summary>
    public CompressedPoint Public { get; }

    /// <summary>A fresh key from the system generator.</summary>
    public static MemberKey Create()
    {
        Span<byte> wide = stackalloc byte[64];
        RandomNumberGenerator.Fill(wide);
        var key = new MemberKey(Scalar.FromUniformBytes(wide));
        CryptographicOperations.ZeroMemory(wide);
        return key;
    }

    /// <summary>The secret key as PEM (RFC 7468) of its 32 bytes, with a final LF. For its owner alone.</summary>
    public string EncodeSecret() => SecretPem.Encode(PemLabel, Secret);

    /// <summary>Reads a secret key; false where the text is not one key of this form, or the key is 0.</summary>
    public static bool TryDecodeSecret(ReadOnlySpan<char> pem, [NotNullWhen(true)] out MemberKey? key)
    {
        key = SecretPem.TryDecode(pem, PemLabel, out Scalar secret) ? new MemberKey(secret) : null;
        return key is not null;
    }

    /// <summary>The key's tag in a context: the same for every proof there, and unrelated to its tags elsewhere.</summary>
    public CompressedPoint Tag(string context) => RegisteredKeyProof.Tag(Secret, context);

    internal Scalar Secret => _disposed ? throw new ObjectDisposedException(nameof(MemberKey)) : _key;

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _key = default;
    }

    /// <summary>The public key alone.</summary>
    public override string ToString() => $"member key {Public}";
}
