using System.Buffers.Binary;

namespace ZkHealth.Groups;

/// <summary>An element of ristretto255 on the wire: 32 bytes that may or may not be a point until they are decoded.</summary>
public readonly struct CompressedPoint : IEquatable<CompressedPoint>
{
    private readonly ulong _a,
        _b,
        _c,
        _d;

    /// <summary>Takes 32 bytes as they are.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public CompressedPoint(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != RistrettoPoint.Size)
        {
            throw new ArgumentException("expected 32 bytes", nameof(bytes));
        }

        _a = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
    }

    /// <summary>Determines whether two encodings are the same bytes.</summary>
    public static bool operator ==(in CompressedPoint p, in CompressedPoint q) => p.Equals(q);

    /// <summary>Determines whether two encodings differ.</summary>
    public static bool operator !=(in CompressedPoint p, in CompressedPoint q) => !p.Equals(q);

    /// <summary>Decodes; only a canonical encoding is a point (RFC 9496, 4.3.1).</summary>
    internal bool TryDecompress(out RistrettoPoint point)
    {
        Span<byte> bytes = stackalloc byte[RistrettoPoint.Size];
        CopyTo(bytes);
        return RistrettoEncoding.TryDecode(bytes, out point);
    }

    /// <summary>Writes the 32 bytes.</summary>
    internal void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, _a);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], _d);
    }

    /// <summary>The 32 bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[RistrettoPoint.Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public bool Equals(CompressedPoint other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CompressedPoint other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_a, _b, _c, _d);

    /// <summary>Lower-case hex.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToBytes());
}
