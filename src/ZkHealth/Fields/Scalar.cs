using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ZkHealth.Fields;

/// <summary>
/// An integer mod l = 2^252 + 27742317777372353535851937790883648493, the order of ristretto255. Constant time.
/// </summary>
/// <remarks>Kept as x·R mod l with R = 2^256 (Montgomery), four limbs of 64 bits, always below l.</remarks>
internal readonly struct Scalar : IEquatable<Scalar>
{
    /// <summary>Bytes of an encoding.</summary>
    public const int Size = 32;

    private const ulong L0 = 0x5812631a5cf5d3ed,
        L1 = 0x14def9dea2f79cd6,
        L3 = 0x1000000000000000;
    private const ulong MinusInverse = 0xd2b51da312547e1b; // −1/l mod 2^64

    private readonly ulong _a,
        _b,
        _c,
        _d;

    private Scalar(ulong a, ulong b, ulong c, ulong d) => (_a, _b, _c, _d) = (a, b, c, d);

    /// <summary>0.</summary>
    public static Scalar Zero => default;

    /// <summary>1.</summary>
    public static Scalar One => new(0xd6ec31748d98951d, 0xc6ef5bf4737dcf70, 0xfffffffffffffffe, 0x0fffffffffffffff);

    /// <summary>l − 1.</summary>
    public static Scalar MinusOne => -One;

    /// <summary>Tells whether it is 0.</summary>
    public bool IsZero => (_a | _b | _c | _d) == 0;

    private static Scalar R2 => new(0xa40611e3449c0f01, 0xd00e1ba768859347, 0xceec73d217f5be65, 0x0399411b7c309a3d);

    private static Scalar R3 => new(0x2a9e49687b83a2db, 0x278324e6aef7f3ec, 0x8065dc6c04ec5b65, 0x0e530b773599cec7);

    /// <summary>The scalar of a number.</summary>
    public static Scalar FromUInt64(ulong value) => new Scalar(value, 0, 0, 0) * R2;

    /// <summary>A number over 2^256, without a multiplication: for long vectors, whose common factor is given the 2^256 by
    /// <see cref="ScaleUp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Scalar ScaledDown(uint value) => new(value, 0, 0, 0);

    /// <summary>2^256·x.</summary>
    internal static Scalar ScaleUp(in Scalar x) => x * R2;

    /// <summary>The scalar of a number; negative ones are l minus their magnitude.</summary>
    public static Scalar FromInt64(long value)
    {
        ulong sign = (ulong)(value >> 63);
        Scalar magnitude = FromUInt64(((ulong)value ^ sign) - sign);
        return Select(sign, -magnitude, magnitude);
    }

    /// <summary>The scalar of a number.</summary>
    public static Scalar FromUInt128(UInt128 value) => new Scalar((ulong)value, (ulong)(value >> 64), 0, 0) * R2;

    /// <summary>64 uniform bytes, little-endian, reduced mod l.</summary>
    /// <exception cref="ArgumentException">Not 64 bytes.</exception>
    public static Scalar FromUniformBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != 64)
        {
            throw new ArgumentException("expected 64 bytes", nameof(bytes));
        }

        // (low + 2^256·high)·R = low·R² /R + high·R³ /R; a factor below 2^256 times one below l stays below R·l
        return Load(bytes) * R2 + Load(bytes[32..]) * R3;
    }

    /// <summary>Decodes 32 bytes, little-endian, below l; anything else is refused.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out Scalar scalar)
    {
        scalar = Zero;
        if (bytes.Length != Size)
        {
            return false;
        }

        Scalar raw = Load(bytes);
        ulong borrow = 0;
        Words.Subtract(raw._a, L0, ref borrow);
        Words.Subtract(raw._b, L1, ref borrow);
        Words.Subtract(raw._c, 0, ref borrow);
        Words.Subtract(raw._d, L3, ref borrow);
        if (borrow == 0)
        {
            return false;
        }

        scalar = raw * R2;
        return true;
    }

    /// <summary>Writes the canonical encoding, 32 bytes little-endian.</summary>
    public void Encode(Span<byte> destination)
    {
        Span<ulong> limbs = stackalloc ulong[4];
        ToCanonical(limbs);
        for (int i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination[(8 * i)..], limbs[i]);
        }
    }

    /// <summary>The canonical encoding.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        Encode(bytes);
        return bytes;
    }

    /// <summary>2^-256: a product with it holds the integer of the other factor in its limbs.</summary>
    internal static Scalar InverseRadix => new(1, 0, 0, 0);

    /// <summary>The integer in [0, l), limbs of 64 bits, least significant first.</summary>
    [ConstantTime]
    internal void ToCanonical(Span<ulong> limbs)
    {
        Scalar x = this * InverseRadix;
        (limbs[3], limbs[2], limbs[1], limbs[0]) = (x._d, x._c, x._b, x._a);
    }

    /// <summary>x + y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar operator +(in Scalar x, in Scalar y)
    {
        UInt128 t = (UInt128)x._a + y._a; // below 2l < 2^254: no carry out of the top
        ulong a = (ulong)t;
        t = (UInt128)x._b + y._b + (ulong)(t >> 64);
        ulong b = (ulong)t;
        t = (UInt128)x._c + y._c + (ulong)(t >> 64);
        ulong c = (ulong)t;
        return ReduceOnce(a, b, c, x._d + y._d + (ulong)(t >> 64));
    }

    /// <summary>x − y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [ConstantTime]
    public static Scalar operator -(in Scalar x, in Scalar y)
    {
        ulong borrow = 0;
        ulong a = Words.Subtract(x._a, y._a, ref borrow),
            b = Words.Subtract(x._b, y._b, ref borrow);
        ulong c = Words.Subtract(x._c, y._c, ref borrow),
            d = Words.Subtract(x._d, y._d, ref borrow);
        return AddMasked(a, b, c, d, 0 - borrow);
    }

    /// <summary>−x.</summary>
    public static Scalar operator -(in Scalar x) => Zero - x;

    /// <summary>x·y: Montgomery's product x·y/R mod l of the representatives, one limb of y at a time.</summary>
    /// <remarks>With x below 2^256 and y below l the sum before the last subtraction is below 2l.</remarks>
    [ConstantTime]
    public static Scalar operator *(in Scalar x, in Scalar y)
    {
        ulong x0 = x._a,
            x1 = x._b,
            x2 = x._c,
            x3 = x._d;
        ulong t0 = 0,
            t1 = 0,
            t2 = 0,
            t3 = 0;
        Step(x0, y, ref t0, ref t1, ref t2, ref t3);
        Step(x1, y, ref t0, ref t1, ref t2, ref t3);
        Step(x2, y, ref t0, ref t1, ref t2, ref t3);
        Step(x3, y, ref t0, ref t1, ref t2, ref t3);
        return ReduceOnce(t0, t1, t2, t3);
    }

    /// <summary>Determines whether two scalars are the same.</summary>
    public static bool operator ==(in Scalar x, in Scalar y) => x.Equals(y);

    /// <summary>Determines whether two scalars differ.</summary>
    public static bool operator !=(in Scalar x, in Scalar y) => !x.Equals(y);

    /// <summary>x².</summary>
    public Scalar Square() => this * this;

    /// <summary>1/x = x^(l − 2); 0 for 0. Its time depends on the length of l alone.</summary>
    public Scalar Invert()
    {
        ReadOnlySpan<ulong> exponent = [L0 - 2, L1, 0, L3];
        Scalar result = One;
        for (int i = 252; i >= 0; i--)
        {
            result = result.Square();
            if ((exponent[i >> 6] >> i & 1) != 0)
            {
                result *= this;
            }
        }

        return result;
    }

    /// <summary>Five limbs of 51 bits of what is kept, to be added up limb by limb; see <see cref="FromLimbSums"/>.</summary>
    internal void CopyLimbs(Span<ulong> limbs)
    {
        const ulong Mask = (1UL << 51) - 1;
        limbs[4] = _d >> 12;
        limbs[3] = (_c >> 25 | _d << 39) & Mask;
        limbs[2] = (_b >> 38 | _c << 26) & Mask;
        limbs[1] = (_a >> 51 | _b << 13) & Mask;
        limbs[0] = _a & Mask;
    }

    /// <summary>The sum of at most 2^13 scalars whose limbs were added up: x = sum of limb_i·2^(51·i), below 2^266.</summary>
    internal static Scalar FromLimbSums(ReadOnlySpan<ulong> limbs)
    {
        UInt128 t = limbs[0] + ((UInt128)limbs[1] << 51);
        ulong a = (ulong)t;
        t = (t >> 64) + ((UInt128)limbs[2] << 38);
        ulong b = (ulong)t;
        t = (t >> 64) + ((UInt128)limbs[3] << 25);
        ulong c = (ulong)t;
        t = (t >> 64) + ((UInt128)limbs[4] << 12);

        // (low + 2^256·high) mod l = low·R/R + high·R²/R
        return new Scalar(a, b, c, (ulong)t) * One + new Scalar((ulong)(t >> 64), 0, 0, 0) * R2;
    }

    /// <summary>x where the mask is all ones, y where it is zero.</summary>
    [ConstantTime]
    internal static Scalar Select(ulong mask, in Scalar x, in Scalar y) =>
        new(
            y._a ^ (mask & (x._a ^ y._a)),
            y._b ^ (mask & (x._b ^ y._b)),
            y._c ^ (mask & (x._c ^ y._c)),
            y._d ^ (mask & (x._d ^ y._d))
        );

    public bool Equals(Scalar other) => ((_a ^ other._a) | (_b ^ other._b) | (_c ^ other._c) | (_d ^ other._d)) == 0;

    public override bool Equals(object? obj) => obj is Scalar other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_a, _b, _c, _d);

    private static Scalar Load(ReadOnlySpan<byte> bytes) =>
        new(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..])
        );

    /// <summary>t = (t + x·y + m·l)/2^64 with m chosen so that the division is exact. t stays below x + l.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ulong x, in Scalar y, ref ulong t0, ref ulong t1, ref ulong t2, ref ulong t3)
    {
        ulong s4 = 0,
            carry = 0;
        ulong s0 = Words.MultiplyAdd(x, y._a, t0, ref s4),
            s1 = Words.MultiplyAdd(x, y._b, t1, ref s4);
        ulong s2 = Words.MultiplyAdd(x, y._c, t2, ref s4),
            s3 = Words.MultiplyAdd(x, y._d, t3, ref s4);

        ulong m = s0 * MinusInverse;
        Words.MultiplyAdd(m, L0, s0, ref carry);
        t0 = Words.MultiplyAdd(m, L1, s1, ref carry);
        t1 = s2 + carry; // the third limb of l is 0
        carry = t1 < carry ? 1UL : 0;
        ulong low = m << 60,
            sum = low + s3; // the fourth is 2^60
        t2 = sum + carry;
        t3 = s4 + (m >> 4) + (sum < low ? 1UL : 0) + (t2 < carry ? 1UL : 0);
    }

    /// <summary>x or x − l, whichever lies in [0, l), for x below 2l.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Scalar ReduceOnce(ulong x0, ulong x1, ulong x2, ulong x3)
    {
        ulong borrow = 0;
        ulong a = Words.Subtract(x0, L0, ref borrow),
            b = Words.Subtract(x1, L1, ref borrow);
        ulong c = Words.Subtract(x2, 0, ref borrow),
            d = Words.Subtract(x3, L3, ref borrow);
        return AddMasked(a, b, c, d, 0 - borrow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Scalar AddMasked(ulong a, ulong b, ulong c, ulong d, ulong mask)
    {
        UInt128 t = (UInt128)a + (mask & L0);
        ulong r0 = (ulong)t;
        t = (UInt128)b + (mask & L1) + (ulong)(t >> 64);
        ulong r1 = (ulong)t;
        t = (UInt128)c + (ulong)(t >> 64);
        return new Scalar(r0, r1, (ulong)t, d + (mask & L3) + (ulong)(t >> 64));
    }
}
