using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;

namespace ZkHealth.Ledger;

/// <summary>
/// Describes what an entry says: a kind, the bytes that it is about (a table root, a session), and a payload that the kind
/// defines. Canonical CBOR: [kind, subject, payload].
/// </summary>
public sealed class EntryBody
{
    /// <summary>The longest kind, in characters of ASCII.</summary>
    internal const int MaxKindLength = 64;

    /// <summary>The longest subject, in bytes.</summary>
    internal const int MaxSubjectSize = 64;

    /// <summary>The longest payload, in bytes; what is longer lies beside the ledger under its hash.</summary>
    internal const int MaxPayloadSize = 1 << 20;

    private readonly byte[] _subject;
    private readonly byte[] _payload;

    /// <summary>A body.</summary>
    /// <exception cref="ArgumentException">A part is empty where it may not be, or too long.</exception>
    public EntryBody(string kind, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> payload)
    {
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

        Kind = kind;
        _subject = subject.ToArray();
        _payload = payload.ToArray();
    }

    /// <summary>Describes what sort of entry it is, with its version.</summary>
    public string Kind { get; }

    /// <summary>Describes what it is about: the key by which it is looked up.</summary>
    public ReadOnlyMemory<byte> Subject => _subject;

    /// <summary>The bytes that the kind defines.</summary>
    public ReadOnlyMemory<byte> Payload => _payload;

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
        if (bytes.Length > MaxPayloadSize + 256)
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
        catch (Exception e) when (e is CborContentException or FormatException or InvalidOperationException or OverflowException)
        {
            body = null;
        }

        return body is not null;
    }

    internal void Write(CborWriter w)
    {
        w.WriteStartArray(3);
        w.WriteTextString(Kind);
        w.WriteByteString(_subject);
        w.WriteByteString(_payload);
        w.WriteEndArray();
    }

    /// <summary>Reads a body; false where a part is out of range.</summary>
    /// <exception cref="CborContentException">The bytes are not canonical CBOR.</exception>
    /// <exception cref="InvalidOperationException">The bytes are of another form.</exception>
    internal static bool TryRead(CborReader r, [NotNullWhen(true)] out EntryBody? body)
    {
        body = null;
        if (r.ReadStartArray() != 3)
        {
            return false;
        }

        string kind = r.ReadTextString();
        byte[] subject = r.ReadByteString(),
            payload = r.ReadByteString();
        r.ReadEndArray();
        if (IsKind(kind) && subject.Length is > 0 and <= MaxSubjectSize && payload.Length <= MaxPayloadSize)
        {
            body = new EntryBody(kind, subject, payload);
        }

        return body is not null;
    }

    private static bool IsKind(string kind) => kind.Length is > 0 and <= MaxKindLength && kind.All(c => c is >= ' ' and <= '~');
}
