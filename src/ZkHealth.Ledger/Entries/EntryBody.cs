using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Transcripts;

namespace ZkHealth.Ledger;

/// <summary>
/// The content of an entry: a kind, the bytes that it is about (a table root, a session), a payload that the kind defines,
/// and who signs it along. Canonical CBOR: [kind, subject, payload, [key …]], the keys ascending.
/// </summary>
/// <remarks>The signer names in what it signs who signs along: whoever relays an entry can neither take a countersignature from
/// it nor add one.</remarks>
public sealed class EntryBody
{
    /// <summary>The longest kind, in characters of ASCII.</summary>
    internal const int MaxKindLength = 64;

    /// <summary>The longest subject, in bytes.</summary>
    internal const int MaxSubjectSize = 64;

    /// <summary>The longest payload, in bytes; what is longer lies beside the ledger under its hash.</summary>
    internal const int MaxPayloadSize = 1 << 20;

    /// <summary>The most keys that sign along.</summary>
    internal const int MaxCountersigners = 1024;

    private readonly byte[] _subject;
    private readonly byte[] _payload;

    /// <summary>A body.</summary>
    /// <param name="kind">What sort of entry it is: 1 to 64 printable ASCII characters.</param>
    /// <param name="subject">What it is about: 1 to 64 bytes.</param>
    /// <param name="payload">The bytes that the kind defines.</param>
    /// <param name="countersigners">The keys that sign it along with its signer, in any order.</param>
    /// <exception cref="ArgumentException">A part is empty where it may not be, or too long, or a key is named twice.</exception>
    public EntryBody(
        string kind,
        ReadOnlySpan<byte> subject,
        ReadOnlySpan<byte> payload,
        params IReadOnlyCollection<VerifyingKey> countersigners
    )
    {
        ArgumentNullException.ThrowIfNull(countersigners);
        ArgumentNullException.ThrowIfNull(kind);
        if (!IsKind(kind))
        {
            throw new ArgumentException($"expected 1 to {MaxKindLength} printable ASCII characters", nameof(kind));
        }

        if (subject.Length is 0 or > MaxSubjectSize)
        {
            throw new ArgumentException($"expected 1 to {MaxSubjectSize} bytes", nameof(subject));
        }

        if (payload.Length > MaxPayloadSize)
        {
            throw new ArgumentException($"expected at most {MaxPayloadSize} bytes", nameof(payload));
        }

        VerifyingKey[] keys = [.. countersigners];
        Array.Sort(keys, (a, b) => a.Bytes.Span.SequenceCompareTo(b.Bytes.Span));
        if (keys.Length > MaxCountersigners || !Ascend(keys))
        {
            throw new ArgumentException($"expected at most {MaxCountersigners} keys, each named once", nameof(countersigners));
        }

        (Kind, Countersigners) = (kind, keys);
        _subject = subject.ToArray();
        _payload = payload.ToArray();
    }

    /// <summary>The kind of entry, with its version.</summary>
    public string Kind { get; }

    /// <summary>The subject: the key by which it is looked up.</summary>
    public ReadOnlyMemory<byte> Subject => _subject;

    /// <summary>The bytes that the kind defines.</summary>
    public ReadOnlyMemory<byte> Payload => _payload;

    /// <summary>The keys that have to sign it along, ascending.</summary>
    internal IReadOnlyList<VerifyingKey> Countersigners { get; }

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        Write(w);
        return w.Encode();
    }

    /// <summary>Decodes canonical bytes; anything else is refused.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out EntryBody? body)
    {
        body = null;
        if (bytes.Length > MaxPayloadSize + 256 + (MaxCountersigners * (2 + VerifyingKey.EncodedSize)))
        {
            return false;
        }

        try
        {
            var r = new CborReader(bytes, CborConformanceMode.Canonical);
            if (!TryRead(r, out body) || r.BytesRemaining != 0)
            {
                body = null;
            }
        }
        catch (Exception e) when (CanonicalCbor.IsFault(e))
        {
            body = null;
        }

        return body is not null;
    }

    internal void Write(CborWriter w)
    {
        w.WriteStartArray(4);
        w.WriteTextString(Kind);
        w.WriteByteString(_subject);
        w.WriteByteString(_payload);
        CanonicalCbor.WriteList(w, Countersigners, key => w.WriteByteString(key.Encode()));
        w.WriteEndArray();
    }

    /// <summary>Reads a body; false where a part is out of range.</summary>
    /// <exception cref="CborContentException">The bytes are not canonical CBOR.</exception>
    /// <exception cref="InvalidOperationException">The bytes are of another form.</exception>
    internal static bool TryRead(CborReader r, [NotNullWhen(true)] out EntryBody? body)
    {
        body = null;
        if (r.ReadStartArray() != 4)
        {
            return false;
        }

        string kind = r.ReadTextString();
        byte[] subject = r.ReadByteString(),
            payload = r.ReadByteString();
        if (!TryReadKeys(r, out List<VerifyingKey>? keys))
        {
            return false;
        }

        r.ReadEndArray();
        if (IsKind(kind) && subject.Length is > 0 and <= MaxSubjectSize && payload.Length <= MaxPayloadSize)
        {
            body = new EntryBody(kind, subject, payload, keys);
        }

        return body is not null;
    }

    private static bool TryReadKeys(CborReader r, [NotNullWhen(true)] out List<VerifyingKey>? keys)
    {
        keys = null;
        if (r.ReadStartArray() is not (>= 0 and <= MaxCountersigners and int count))
        {
            return false;
        }

        var read = new List<VerifyingKey>();
        for (int i = 0; i < count; i++)
        {
            if (!VerifyingKey.TryReadSigner(r.ReadByteString(), out VerifyingKey? key))
            {
                return false;
            }

            read.Add(key);
        }

        r.ReadEndArray();
        keys = Ascend(read) ? read : null;
        return keys is not null;
    }

    private static bool Ascend(IReadOnlyList<VerifyingKey> keys) =>
        Enumerable
            .Range(1, Math.Max(0, keys.Count - 1))
            .All(i => keys[i - 1].Bytes.Span.SequenceCompareTo(keys[i].Bytes.Span) < 0);

    private static bool IsKind(string kind) => kind.Length is > 0 and <= MaxKindLength && kind.All(c => c is >= ' ' and <= '~');
}
