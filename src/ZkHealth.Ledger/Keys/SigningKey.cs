using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;
using ZkHealth.Fields;

namespace ZkHealth.Ledger;

/// <summary>A secret Ed25519 key (RFC 8032). Cleared on Dispose; prints nothing of itself.</summary>
public sealed class SigningKey : IDisposable
{
    /// <summary>Bytes of a secret key: the seed of RFC 8032.</summary>
    internal const int Size = 32;

    private readonly SecretArray<byte> _seed;

    private SigningKey(ReadOnlySpan<byte> seed)
    {
        _seed = SecretArray<byte>.Pinned(seed);
        var encoded = new byte[VerifyingKey.Size];
        Ed25519.GeneratePublicKey(_seed.Values, 0, encoded, 0);
        Public = VerifyingKey.TryDecode(encoded, out VerifyingKey? key)
            ? key
            : throw new ArgumentException("the seed does not give a public key", nameof(seed));
    }

    /// <summary>The key that others see.</summary>
    public VerifyingKey Public { get; }

    /// <summary>A fresh key from the system generator.</summary>
    public static SigningKey Create()
    {
        using var drawn = new SecretSpan<byte>(stackalloc byte[Size]);
        RandomNumberGenerator.Fill(drawn.Span);
        return new SigningKey(drawn.Span);
    }

    /// <summary>A key that was kept.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static SigningKey FromBytes(ReadOnlySpan<byte> seed) =>
        seed.Length == Size ? new SigningKey(seed) : throw new ArgumentException("expected 32 bytes", nameof(seed));

    /// <summary>Writes the seed where its owner keeps it, 32 bytes.</summary>
    public void CopyTo(Span<byte> destination) => _seed.Span.CopyTo(destination);

    /// <summary>The signature of a message, 64 bytes, deterministic (RFC 8032, 5.1.6).</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signature = new byte[VerifyingKey.SignatureSize];
        Ed25519.Sign(_seed.Values, 0, message.ToArray(), 0, message.Length, signature, 0);
        return signature;
    }

    /// <inheritdoc/>
    public void Dispose() => _seed.Dispose();

    /// <summary>The public key alone.</summary>
    public override string ToString() => $"signing key of {Public}";
}
