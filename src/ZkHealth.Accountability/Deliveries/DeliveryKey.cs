using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Ledger;
using ZkHealth.Transcripts;

namespace ZkHealth.Accountability.Deliveries;

/// <summary>
/// The public key to which a delivery is encrypted: for one request, signed by a key of the member that receives. Canonical CBOR:
/// [format, request, X25519 key, signer, signature]; the signature is over the id of the first three.
/// </summary>
internal sealed class DeliveryKey
{
    private const string Format = Labels.DeliveryKeyFile;
    private const int MaxSize = 512;

    private readonly byte[] _signature;

    private DeliveryKey(byte[] request, byte[] key, VerifyingKey signer, byte[] signature) =>
        (Request, Key, Signer, _signature) = (request, key, signer, signature);

    /// <summary>The id of the request.</summary>
    public byte[] Request { get; }

    /// <summary>The X25519 key.</summary>
    public byte[] Key { get; }

    /// <summary>The key of the member.</summary>
    public VerifyingKey Signer { get; }

    /// <summary>Signs a key for a request.</summary>
    public static DeliveryKey Sign(byte[] request, byte[] key, SigningKey signer) =>
        new(request, key, signer.Public, signer.Sign(Message(request, key)));

    /// <summary>Explains why a delivery under a request may not be encrypted to it, or null: its signer has to be a key of the
    /// recipient that may request, now.</summary>
    public string? Fault(ContractState state, byte[] request, long time)
    {
        Row? asked = state.Find(Records.Request, request);
        Row? key = state.Find(Records.Key, Signer.Encode());
        return !Request.AsSpan().SequenceEqual(request) ? "the key is for another request"
            : !Signer.Verify(Message(Request, Key), _signature) ? "the signature of the key is wrong"
            : asked is null
            || key is null
            || key.Code("subject") != asked.Code("recipient")
            || !key.Codes("scopes").Contains("request")
                ? "the key is not signed by the member that asked"
            : key.Flag("revoked")
            || time < key.Whole("from")
            || time >= Math.Min(key.Whole("until"), state.Find(Records.Member, key.Code("subject"))!.Whole("notAfter"))
                ? "the member's key that signed it is not in force"
            : null;
    }

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(5);
        w.WriteTextString(Format);
        w.WriteByteString(Request);
        w.WriteByteString(Key);
        w.WriteByteString(Signer.Bytes.Span);
        w.WriteByteString(_signature);
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Decodes canonical bytes; false for anything else.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out DeliveryKey? key) =>
        CanonicalCbor.TryRead(bytes, MaxSize, Read, out key);

    private static DeliveryKey? Read(CborReader r)
    {
        if (r.ReadStartArray() != 5 || r.ReadTextString() != Format)
        {
            return null;
        }

        byte[] request = r.ReadByteString(),
            point = r.ReadByteString(),
            signer = r.ReadByteString(),
            signature = r.ReadByteString();
        r.ReadEndArray();
        return
            request.Length == 32
            && point.Length == Hpke.KeySize
            && signature.Length == VerifyingKey.SignatureSize
            && VerifyingKey.TryDecode(signer, out VerifyingKey? who)
            ? new DeliveryKey(request, point, who, signature)
            : null;
    }

    private static byte[] Message(byte[] request, byte[] key) => Ids.Of(Format, request, key);
}
