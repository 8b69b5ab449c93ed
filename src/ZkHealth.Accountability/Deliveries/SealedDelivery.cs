using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Transcripts;

namespace ZkHealth.Accountability.Deliveries;

/// <summary>
/// A delivery as it travels: manifest and rows encrypted to the taker (<see cref="Hpke"/>). Canonical CBOR: [format, request,
/// ciphertext]; what is encrypted is [manifest, rows], and the request is authenticated with it.
/// </summary>
internal sealed class SealedDelivery
{
    /// <summary>The largest encoding, in bytes.</summary>
    public const int MaxSize = 1 << 28;

    private const string Format = Labels.SealedDeliveryFile;
    private static readonly byte[] Info = [.. Labels.SealedDelivery];

    private readonly byte[] _ciphertext;

    private SealedDelivery(byte[] request, byte[] ciphertext) => (Request, _ciphertext) = (request, ciphertext);

    /// <summary>The id of the request.</summary>
    public byte[] Request { get; }

    /// <summary>Encrypts a delivery to the key of its taker.</summary>
    /// <param name="delivery">The manifest.</param>
    /// <param name="rows">The rows as they are delivered, canonical CSV.</param>
    /// <param name="key">The taker's key, for this request.</param>
    public static SealedDelivery Seal(Delivery delivery, byte[] rows, DeliveryKey key)
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(2);
        w.WriteByteString(delivery.Encode());
        w.WriteByteString(rows);
        w.WriteEndArray();
        return new SealedDelivery(delivery.Request, Hpke.Seal(key.Key, Info, delivery.Request, w.Encode()));
    }

    /// <summary>Decrypts the delivery; false where it was encrypted to another key, for another request, or changed.</summary>
    /// <param name="secret">The secret key, 32 bytes.</param>
    /// <param name="delivery">The manifest.</param>
    /// <param name="rows">The rows.</param>
    public bool TryOpen(byte[] secret, [NotNullWhen(true)] out Delivery? delivery, [NotNullWhen(true)] out byte[]? rows)
    {
        (delivery, rows) = (null, null);
        if (
            !Hpke.TryOpen(secret, Info, Request, _ciphertext, out byte[]? plain)
            || !CanonicalCbor.TryRead(plain, plain.Length, ReadPlain, out Tuple<Delivery, byte[]>? read)
            || !read.Item1.Request.AsSpan().SequenceEqual(Request)
        )
        {
            return false;
        }

        (delivery, rows) = read;
        return true;
    }

    private static Tuple<Delivery, byte[]>? ReadPlain(CborReader r)
    {
        if (r.ReadStartArray() != 2 || !Delivery.TryDecode(r.ReadByteString(), out Delivery? delivery))
        {
            return null;
        }

        byte[] rows = r.ReadByteString();
        r.ReadEndArray();
        return Tuple.Create(delivery, rows);
    }

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(3);
        w.WriteTextString(Format);
        w.WriteByteString(Request);
        w.WriteByteString(_ciphertext);
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Decodes canonical bytes; false for anything else. Nothing is decrypted yet.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out SealedDelivery? delivery) =>
        CanonicalCbor.TryRead(bytes, MaxSize, Read, out delivery);

    private static SealedDelivery? Read(CborReader r)
    {
        if (r.ReadStartArray() != 3 || r.ReadTextString() != Format)
        {
            return null;
        }

        byte[] request = r.ReadByteString(),
            ciphertext = r.ReadByteString();
        r.ReadEndArray();
        return request.Length == 32 ? new SealedDelivery(request, ciphertext) : null;
    }
}
