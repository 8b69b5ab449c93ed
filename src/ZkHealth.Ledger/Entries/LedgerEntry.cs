using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;

namespace ZkHealth.Ledger;

/// <summary>
/// A signed entry. The signature covers the context string, the origin of the log, the signer, its sequence number and
/// the body, so that an entry means nothing on another log or at another place.
/// </summary>
public sealed class LedgerEntry
{
    /// <summary>The largest encoding, in bytes.</summary>
    public const int MaxSize = EntryBody.MaxPayloadSize + 1024;

    private const string Context = "zkhealth ledger entry v1";

    private readonly byte[] _encoded;

    private LedgerEntry(string origin, VerifyingKey signer, long sequence, EntryBody body, byte[] signature)
    {
        (Origin, Signer, Sequence, Body) = (origin, signer, sequence, body);
        _encoded = Write(origin, signer, sequence, body, signature);
    }

    /// <summary>The log that it is for.</summary>
    public string Origin { get; }

    /// <summary>Who says it.</summary>
    public VerifyingKey Signer { get; }

    /// <summary>The signer's own count of entries on this log, from 0 without gaps.</summary>
    public long Sequence { get; }

    /// <summary>What is said.</summary>
    public EntryBody Body { get; }

    /// <summary>Signs an entry.</summary>
    /// <param name="key">Who says it.</param>
    /// <param name="origin">The log that it is for.</param>
    /// <param name="sequence">The signer's next sequence number on that log.</param>
    /// <param name="body">What is said.</param>
    /// <exception cref="ArgumentException">The origin is none, or the sequence number is negative.</exception>
    public static LedgerEntry Sign(SigningKey key, string origin, long sequence, EntryBody body)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        if (!NoteKey.IsName(origin))
        {
            throw new ArgumentException("expected the origin of a log: 1 to 255 characters, no space, no +", nameof(origin));
        }

        return new LedgerEntry(origin, key.Public, sequence, body, key.Sign(Write(origin, key.Public, sequence, body, null)));
    }

    /// <summary>The canonical bytes, which are the leaf of the log's tree.</summary>
    public byte[] Encode() => [.. _encoded];

    /// <summary>Decodes canonical bytes and checks the signature; false, with a reason, for anything else.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out LedgerEntry? entry, [NotNullWhen(false)] out string? reason) =>
        TryDecode(bytes, verify: true, out entry, out reason);

    /// <summary>Decodes canonical bytes and leaves the signature to a later <see cref="TryDecode(ReadOnlyMemory{byte}, out LedgerEntry?, out string?)"/>.</summary>
    internal static bool TryDecodeUnverified(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out LedgerEntry? entry, [NotNullWhen(false)] out string? reason) =>
        TryDecode(bytes, verify: false, out entry, out reason);

    private static bool TryDecode(
        ReadOnlyMemory<byte> bytes, bool verify, [NotNullWhen(true)] out LedgerEntry? entry, [NotNullWhen(false)] out string? reason)
    {
        entry = null;
        reason = "it is not the canonical encoding of an entry";
        if (bytes.Length > MaxSize)
        {
            return false;
        }

        try
        {
            var r = new CborReader(bytes, CborConformanceMode.Canonical);
            if (r.ReadStartArray() != 6 || r.ReadTextString() != Context)
            {
                return false;
            }

            string origin = r.ReadTextString();
            byte[] signer = r.ReadByteString();
            long sequence = r.ReadInt64();
            byte[] body = r.ReadByteString(), signature = r.ReadByteString();
            r.ReadEndArray();
            if (r.BytesRemaining != 0 || sequence < 0 || !NoteKey.IsName(origin) || signature.Length != VerifyingKey.SignatureSize)
            {
                return false;
            }

            if (!VerifyingKey.TryDecode(signer, out VerifyingKey? key))
            {
                reason = "its signer is not a key";
                return false;
            }

            if (!EntryBody.TryDecode(body, out EntryBody? decoded))
            {
                reason = "its body is not the canonical encoding of one";
                return false;
            }

            if (verify && !key.Verify(Write(origin, key, sequence, decoded, null), signature))
            {
                reason = "its signature is not that of its signer";
                return false;
            }

            entry = new LedgerEntry(origin, key, sequence, decoded, signature);
        }
        catch (Exception e) when (e is CborContentException or FormatException or InvalidOperationException or OverflowException)
        {
            return false;
        }

        reason = null;
        return true;
    }

    /// <summary>[context, origin, signer, sequence, body, signature]; without the signature: what is signed.</summary>
    private static byte[] Write(string origin, VerifyingKey signer, long sequence, EntryBody body, byte[]? signature)
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(signature is null ? 5 : 6);
        w.WriteTextString(Context);
        w.WriteTextString(origin);
        w.WriteByteString(signer.Bytes.Span);
        w.WriteInt64(sequence);
        w.WriteByteString(body.Encode());
        if (signature is not null)
        {
            w.WriteByteString(signature);
        }

        w.WriteEndArray();
        return w.Encode();
    }
}
