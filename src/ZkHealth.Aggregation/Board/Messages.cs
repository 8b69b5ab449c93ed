using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation;

/// <summary>The form that the encodings of all messages share: canonical CBOR arrays that begin with the message's
/// kind.</summary>
internal static class Messages
{
    /// <summary>The largest body of a message: that of an entry of the board.</summary>
    public const int MaxSize = 1 << 20;

    /// <summary>[kind, …]: the body of a message.</summary>
    public static byte[] Write(string kind, int items, Action<CborWriter> write)
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(items + 1);
        w.WriteTextString(kind);
        write(w);
        w.WriteEndArray();
        return w.Encode();
    }

    public static bool TryDecode<T>(
        ReadOnlyMemory<byte> bytes,
        string kind,
        Func<CborReader, T> read,
        Func<T, byte[]> encode,
        [NotNullWhen(true)] out T? message,
        [NotNullWhen(false)] out string? reason
    )
        where T : class =>
        CanonicalCbor.TryDecode(bytes, MaxSize, kind, r => Body(r, kind, read), encode, out message, out reason);

    private static T Body<T>(CborReader r, string kind, Func<CborReader, T> read)
    {
        r.ReadStartArray();
        T message = r.ReadTextString() == kind ? read(r) : throw new FormatException("another kind");
        r.ReadEndArray();
        return message;
    }

    /// <summary>Exactly so many bytes.</summary>
    public static byte[] Bytes(CborReader r, int length)
    {
        byte[] bytes = r.ReadByteString();
        return bytes.Length == length ? bytes : throw new FormatException("a part has another length");
    }

    public static CompressedPoint Point(CborReader r) => new(r.ReadByteString());

    public static PartyId Party(CborReader r) => new(r.ReadByteString());

    public static Scalar Scalar(CborReader r) =>
        Fields.Scalar.TryDecode(r.ReadByteString(), out Scalar scalar)
            ? scalar
            : throw new FormatException("a scalar is not canonical");

    /// <summary>Points one after the other.</summary>
    public static byte[] Join(IReadOnlyList<CompressedPoint> points)
    {
        var bytes = new byte[RistrettoPoint.Size * points.Count];
        for (int j = 0; j < points.Count; j++)
        {
            points[j].CopyTo(bytes.AsSpan(RistrettoPoint.Size * j));
        }

        return bytes;
    }

    public static CompressedPoint[] Split(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % RistrettoPoint.Size != 0)
        {
            throw new FormatException("expected 32 bytes a point");
        }

        var points = new CompressedPoint[bytes.Length / RistrettoPoint.Size];
        for (int j = 0; j < points.Length; j++)
        {
            points[j] = new CompressedPoint(bytes.Slice(RistrettoPoint.Size * j, RistrettoPoint.Size));
        }

        return points;
    }

    /// <summary>Scalars one after the other; null where one is not canonical.</summary>
    public static Scalar[]? Scalars(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % Fields.Scalar.Size != 0)
        {
            return null;
        }

        var scalars = new Scalar[bytes.Length / Fields.Scalar.Size];
        bool good = true;
        for (int j = 0; j < scalars.Length; j++)
        {
            good &= Fields.Scalar.TryDecode(bytes.Slice(Fields.Scalar.Size * j, Fields.Scalar.Size), out scalars[j]);
        }

        return good ? scalars : null;
    }

    public static byte[] Join(ReadOnlySpan<Scalar> scalars)
    {
        var bytes = new byte[Fields.Scalar.Size * scalars.Length];
        for (int j = 0; j < scalars.Length; j++)
        {
            scalars[j].Encode(bytes.AsSpan(Fields.Scalar.Size * j));
        }

        return bytes;
    }
}
