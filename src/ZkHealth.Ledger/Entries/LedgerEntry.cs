using System.Formats.Cbor;
using System.Security.Cryptography;

namespace ZkHealth.Ledger;

/// <summary>
/// A signed entry, canonical CBOR [signed, signature, [[key, signature] …]] with signed = [context, origin, signer, sequence or
/// null, not after or null, body]. Signer and countersigners sign the same bytes, so that an entry means nothing on another log
/// or at another place. The body names the countersigners: it is an entry with the signatures of all of them, and of nobody else.
/// </summary>
/// <remarks>
/// An ordinary entry has its signer's next sequence number and a time after which it is void. A restricting entry has neither, so
/// that nobody who holds it back can make it void; it is known by its <see cref="Id"/>, and a log takes it once.
/// </remarks>
public sealed partial class LedgerEntry
{
    /// <summary>The largest encoding, in bytes.</summary>
    internal const int MaxSize = EntryBody.MaxPayloadSize + (1 << 18);

    /// <summary>The longest time for which an ordinary entry is valid, in milliseconds: 24 hours.</summary>
    internal const long MaxValidity = 24 * 60 * 60 * 1000;

    private const string Context = Labels.Entry;

    private readonly byte[] _signed;
    private readonly byte[] _signature;
    private readonly List<(VerifyingKey Key, byte[] Signature)> _counter;
    private byte[]? _encoded;

    private LedgerEntry(
        string origin,
        VerifyingKey signer,
        long? sequence,
        long? notAfter,
        EntryBody body,
        byte[] signed,
        byte[] signature,
        List<(VerifyingKey Key, byte[] Signature)> counter
    )
    {
        (Origin, Signer, Sequence, NotAfter, Body) = (origin, signer, sequence, notAfter, body);
        (_signed, _signature, _counter) = (signed, signature, counter);
    }

    /// <summary>The log that it is for.</summary>
    public string Origin { get; }

    /// <summary>The key that signs it.</summary>
    public VerifyingKey Signer { get; }

    /// <summary>The signer's own count of numbered entries on this log, from 0 without gaps; null for a restricting
    /// entry.</summary>
    public long? Sequence { get; }

    /// <summary>The time from which a log refuses it, in milliseconds since 1970 (UTC); null for a restricting entry.</summary>
    public long? NotAfter { get; }

    /// <summary>The content.</summary>
    public EntryBody Body { get; }

    /// <summary>The keys that sign along, as the body names them, ascending.</summary>
    public IReadOnlyList<VerifyingKey> Countersigners => Body.Countersigners;

    /// <summary>SHA-256(signer ‖ body): how a restricting entry is known.</summary>
    public ReadOnlyMemory<byte> Id => SHA256.HashData([.. Signer.Encode(), .. Body.Encode()]);

    internal ReadOnlyMemory<byte> Bytes => _encoded ??= Write();

    /// <summary>Signs an ordinary entry.</summary>
    /// <param name="key">The key of the signer.</param>
    /// <param name="origin">The log that it is for.</param>
    /// <param name="sequence">The signer's next sequence number on that log.</param>
    /// <param name="notAfter">The time from which it is void, in milliseconds since 1970 (UTC); at most 24 hours after the log
    /// takes it.</param>
    /// <param name="body">What is said.</param>
    /// <exception cref="ArgumentException">The origin is no name of a log, a number is negative, or the body names the signer as
    /// a countersigner.</exception>
    public static LedgerEntry Sign(SigningKey key, string origin, long sequence, long notAfter, EntryBody body)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        ArgumentOutOfRangeException.ThrowIfNegative(notAfter);
        return SignAny(key, origin, sequence, notAfter, body);
    }

    /// <summary>Signs a restricting entry.</summary>
    /// <param name="key">The key of the signer.</param>
    /// <param name="origin">The log that it is for.</param>
    /// <param name="body">What is said; the rules of the log decide which kinds are restricting.</param>
    /// <exception cref="ArgumentException">The origin is no name of a log, or the body names the signer as a
    /// countersigner.</exception>
    public static LedgerEntry SignRestricting(SigningKey key, string origin, EntryBody body) =>
        SignAny(key, origin, null, null, body);

    /// <summary>Returns the entry with one signature more under the same bytes.</summary>
    /// <exception cref="ArgumentException">The body does not name the key, or the key has signed already.</exception>
    public LedgerEntry Countersign(SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (_counter.Any(c => c.Key.Equals(key.Public)) || !Body.Countersigners.Contains(key.Public))
        {
            throw new ArgumentException("expected a key that the body names and that has not signed yet", nameof(key));
        }

        List<(VerifyingKey Key, byte[] Signature)> counter = [.. _counter, (key.Public, key.Sign(_signed))];
        counter.Sort((a, b) => a.Key.Bytes.Span.SequenceCompareTo(b.Key.Bytes.Span));
        return new LedgerEntry(Origin, Signer, Sequence, NotAfter, Body, _signed, _signature, counter);
    }

    /// <summary>The keys that the body names and that have not signed yet.</summary>
    internal IEnumerable<VerifyingKey> Missing => Countersigners.Where(k => !_counter.Any(c => c.Key.Equals(k)));

    /// <summary>Returns the entry with the signatures of a copy of it as well; null where that is another entry.</summary>
    internal LedgerEntry? With(LedgerEntry copy)
    {
        if (!_signed.AsSpan().SequenceEqual(copy._signed))
        {
            return null;
        }

        List<(VerifyingKey Key, byte[] Signature)> counter = [.. _counter.Concat(copy._counter).DistinctBy(c => c.Key)];
        counter.Sort((a, b) => a.Key.Bytes.Span.SequenceCompareTo(b.Key.Bytes.Span));
        return new LedgerEntry(Origin, Signer, Sequence, NotAfter, Body, _signed, _signature, counter);
    }

    /// <summary>The canonical bytes; those of no entry until all whom the body names have signed along.</summary>
    public byte[] Encode() => Bytes.ToArray();

    /// <summary>Adds what is to be verified, to be verified together with others.</summary>
    internal void AddSignatures(ICollection<SignedMessage> messages)
    {
        messages.Add(new SignedMessage(Signer, _signed, _signature));
        foreach ((VerifyingKey key, byte[] signature) in _counter)
        {
            messages.Add(new SignedMessage(key, _signed, signature));
        }
    }

    /// <summary>The fault of a signature, or null.</summary>
    internal string? SignatureFault()
    {
        if (!Signer.Verify(_signed, _signature))
        {
            return "its signature is not that of its signer";
        }

        return _counter.All(c => c.Key.Verify(_signed, c.Signature)) ? null : "a countersignature is not that of its key";
    }

    /// <summary>Determines whether nobody signed along whom the body does not name; and, of a whole entry, all whom it
    /// names.</summary>
    private static bool IsSignedBy(EntryBody body, List<(VerifyingKey Key, byte[] Signature)> counter, bool isWhole)
    {
        VerifyingKey[] keys = [.. counter.Select(c => c.Key)];
        return keys.SequenceEqual(isWhole ? body.Countersigners : body.Countersigners.Where(keys.Contains));
    }

    private static LedgerEntry SignAny(SigningKey key, string origin, long? sequence, long? notAfter, EntryBody body)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(body);
        if (body.Countersigners.Contains(key.Public))
        {
            throw new ArgumentException("expected countersigners that are others than the signer", nameof(body));
        }

        if (!NoteKey.IsName(origin))
        {
            throw new ArgumentException("expected the origin of a log: 1 to 255 characters, no space, no +", nameof(origin));
        }

        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(6);
        w.WriteTextString(Context);
        w.WriteTextString(origin);
        w.WriteByteString(key.Public.Encode());
        WriteOptional(w, sequence);
        WriteOptional(w, notAfter);
        body.Write(w);
        w.WriteEndArray();
        byte[] signed = w.Encode();
        return new LedgerEntry(origin, key.Public, sequence, notAfter, body, signed, key.Sign(signed), []);
    }
}
