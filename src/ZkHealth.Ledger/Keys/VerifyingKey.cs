using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace ZkHealth.Ledger;

/// <summary>A public Ed25519 key (RFC 8032), 32 bytes: who signs on a ledger.</summary>
public sealed class VerifyingKey : IEquatable<VerifyingKey>
{
    /// <summary>Bytes of a key.</summary>
    public const int Size = 32;

    /// <summary>Bytes of a signature.</summary>
    public const int SignatureSize = 64;

    private readonly byte[] _bytes;
    private readonly byte[] _ownerId;

    private VerifyingKey(byte[] bytes)
    {
        _bytes = bytes;
        _ownerId = SHA256.HashData(bytes);
    }

    /// <summary>The 32 bytes of the key.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>SHA-256 of the key, 32 bytes: how a table names its owner.</summary>
    public ReadOnlyMemory<byte> OwnerId => _ownerId;

    /// <summary>Decodes a key; false unless it is 32 bytes that encode a point of the prime-order group other than the neutral one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out VerifyingKey? key)
    {
        key = bytes.Length == Size && Ed25519.ValidatePublicKeyFull(bytes.ToArray(), 0) ? new VerifyingKey(bytes.ToArray()) : null;
        return key is not null;
    }

    /// <summary>Decodes the hexadecimal form of <see cref="ToString"/>.</summary>
    public static bool TryParse(string? hex, [NotNullWhen(true)] out VerifyingKey? key)
    {
        key = null;
        Span<byte> bytes = stackalloc byte[Size];
        return hex is { Length: 2 * Size } && Convert.FromHexString(hex, bytes, out _, out int n) == System.Buffers.OperationStatus.Done
            && n == Size && TryDecode(bytes, out key);
    }

    /// <summary>Whether the signature is this key's under the message. Never throws.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureSize && Ed25519.Verify(signature.ToArray(), 0, _bytes, 0, message.ToArray(), 0, message.Length);

    /// <inheritdoc/>
    public bool Equals(VerifyingKey? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VerifyingKey);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_ownerId);

    /// <summary>The key in lower-case hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(_bytes);
}
