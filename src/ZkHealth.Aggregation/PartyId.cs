using System.Buffers.Binary;

namespace ZkHealth.Aggregation;

/// <summary>
/// Names who takes part: the 32 bytes by which a ledger and a table name an owner (SHA-256 of the Ed25519 key that signs its
/// entries). Ordered as bytes are, the first most significant: members of a committee and contributors stand in this order.
/// </summary>
public readonly struct PartyId : IEquatable<PartyId>, IComparable<PartyId>
{
    /// <summary>Bytes of an identifier.</summary>
    internal const int Size = 32;

    private readonly ulong _a,
        _b,
        _c,
        _d;

    /// <summary>Takes 32 bytes.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public PartyId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException("expected the 32 bytes of an owner", nameof(bytes));
        }

        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Determines whether both are the same party.</summary>
    public static bool operator ==(PartyId x, PartyId y) => x.Equals(y);

    /// <summary>Determines whether they differ.</summary>
    public static bool operator !=(PartyId x, PartyId y) => !x.Equals(y);

    /// <summary>Determines whether x stands before y.</summary>
    public static bool operator <(PartyId x, PartyId y) => x.CompareTo(y) < 0;

    /// <summary>Determines whether x stands after y.</summary>
    public static bool operator >(PartyId x, PartyId y) => x.CompareTo(y) > 0;

    /// <summary>Determines whether x stands before y or is the same.</summary>
    public static bool operator <=(PartyId x, PartyId y) => x.CompareTo(y) <= 0;

    /// <summary>Determines whether x stands after y or is the same.</summary>
    public static bool operator >=(PartyId x, PartyId y) => x.CompareTo(y) >= 0;

    /// <summary>The 32 bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _a);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), _b);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(16), _c);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(24), _d);
        return bytes;
    }

    /// <inheritdoc/>
    public int CompareTo(PartyId other) => (_a, _b, _c, _d).CompareTo((other._a, other._b, other._c, other._d));

    /// <inheritdoc/>
    public bool Equals(PartyId other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PartyId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_a, _b, _c, _d);

    /// <summary>Lower-case hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToBytes());
}
