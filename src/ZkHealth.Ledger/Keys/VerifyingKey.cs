using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace ZkHealth.Ledger;

/// <summary>A public Ed25519 key (RFC 8032), 32 bytes: who signs on a ledger.</summary>
public sealed class VerifyingKey : IEquatable<VerifyingKey>
{
    /// <summary>Bytes of a key.</summary>
    internal const int Size = 32;

    /// <summary>Bytes of a key as entries name it.</summary>
    internal const int EncodedSize = 1 + Size;

    /// <summary>Bytes of a signature.</summary>
    internal const int SignatureSize = 64;

    /// <summary>The first byte of an encoded key: Ed25519.</summary>
    internal const byte Algorithm = 1;

    private const int MaxKnown = 1 << 15;

    private readonly byte[] _bytes;
    private byte[]? _ownerId;
    private Order _order;

    /// <summary>Keys that were decoded before, as signers come again; emptied when there are many.</summary>
    private static readonly ConcurrentDictionary<(ulong, ulong, ulong, ulong), VerifyingKey> Known = new();

    private VerifyingKey(byte[] bytes) => _bytes = bytes;

    private enum Order : byte
    {
        Unknown,
        Prime,
        Other,
    }

    /// <summary>The 32 bytes of the key.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>SHA-256 of the key, 32 bytes: how a table names its owner.</summary>
    public ReadOnlyMemory<byte> OwnerId => _ownerId ??= SHA256.HashData(_bytes);

    /// <summary>Tells whether the point is of the prime-order group: no signature counts under another one. It takes as long as a
    /// signature, and who reads entries whose signatures are verified elsewhere does not need it.</summary>
    internal bool IsOfPrimeOrder
    {
        get
        {
            if (_order == Order.Unknown)
            {
                _order = Ed25519.ValidatePublicKeyFull(_bytes, 0) ? Order.Prime : Order.Other;
            }

            return _order == Order.Prime;
        }
    }

    /// <summary>The algorithm, one byte, and the key: how entries name it.</summary>
    public byte[] Encode() => [Algorithm, .. _bytes];

    /// <summary>Reads the bytes of <see cref="Encode"/>.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out VerifyingKey? key)
    {
        key = null;
        return bytes.Length == EncodedSize && bytes[0] == Algorithm && TryDecode(bytes[1..], out key);
    }

    /// <summary>Reads the key of who signs an entry: its order is checked with the signature.</summary>
    internal static bool TryReadSigner(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out VerifyingKey? key)
    {
        key = null;
        return bytes.Length == EncodedSize && bytes[0] == Algorithm && TryDecodePoint(bytes[1..], out key);
    }

    /// <summary>Decodes a key; false unless it is 32 bytes that encode a point of the prime-order group other than the neutral
    /// one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out VerifyingKey? key)
    {
        key = TryDecodePoint(bytes, out VerifyingKey? found) && found.IsOfPrimeOrder ? found : null;
        return key is not null;
    }

    /// <summary>Decodes the canonical encoding of a point that is not of small order.</summary>
    private static bool TryDecodePoint(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out VerifyingKey? key)
    {
        key = null;
        if (bytes.Length != Size)
        {
            return false;
        }

        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        (ulong, ulong, ulong, ulong) name = (words[0], words[1], words[2], words[3]);
        if (Known.TryGetValue(name, out key))
        {
            return true;
        }

        byte[] own = bytes.ToArray();
        if (!Ed25519.ValidatePublicKeyPartial(own, 0))
        {
            return false;
        }

        if (Known.Count >= MaxKnown)
        {
            Known.Clear();
        }

        key = Known.GetOrAdd(name, new VerifyingKey(own));
        return true;
    }

    /// <summary>Decodes the hexadecimal form of <see cref="ToString"/>.</summary>
    public static bool TryParse(string? hex, [NotNullWhen(true)] out VerifyingKey? key)
    {
        key = null;
        Span<byte> bytes = stackalloc byte[Size];
        return hex is { Length: 2 * Size }
            && Convert.FromHexString(hex, bytes, out _, out int n) == System.Buffers.OperationStatus.Done
            && n == Size
            && TryDecode(bytes, out key);
    }

    /// <summary>Returns whether the signature is this key's under the message, by the rule of ZIP 215. Never throws.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        IsOfPrimeOrder && Ed25519Verifier.Verify(_bytes, message, signature);

    /// <inheritdoc/>
    public bool Equals(VerifyingKey? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VerifyingKey);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(OwnerId.Span);

    /// <summary>The key in lower-case hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(_bytes);
}
