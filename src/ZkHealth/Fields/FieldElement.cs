using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ZkHealth.Fields;

/// <summary>
/// An integer mod p = 2^255 − 19 in five limbs of 51 bits: x = sum of limb_i·2^(51·i). One element, plain, constant time:
/// the reference back end.
/// </summary>
/// <remarks>
/// Bounds: results of operations have limbs below 2^52 ("reduced"); a product takes limbs below 2^54, so that one
/// addition or subtraction of reduced elements may enter it without a carry pass. Equality and encoding are canonical.
/// </remarks>
internal readonly struct FieldElement
{
    private const ulong Mask = (1UL << 51) - 1;

    private readonly ulong _a, _b, _c, _d, _e;

    public FieldElement(ulong a, ulong b, ulong c, ulong d, ulong e) => (_a, _b, _c, _d, _e) = (a, b, c, d, e);

    public static FieldElement Zero => default;

    public static FieldElement One => new(1, 0, 0, 0, 0);

    public static FieldElement MinusOne => -One;

    /// <summary>d = −121665/121666 of the curve −x² + y² = 1 + d·x²·y².</summary>
    public static FieldElement D => new(0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029, 0x739c663a03cbb, 0x52036cee2b6ff);

    public static FieldElement TwoD => new(0x69b9426b2f159, 0x35050762add7a, 0x3cf44c0038052, 0x6738cc7407977, 0x2406d9dc56dff);

    /// <summary>The non-negative square root of −1.</summary>
    public static FieldElement SqrtMinusOne =>
        new(0x61b274a0ea0b0, 0x0d5a5fc8f189d, 0x7ef5e9cbd0c60, 0x78595a6804c9e, 0x2b8324804fc1d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldElement operator +(in FieldElement x, in FieldElement y) =>
        new(x._a + y._a, x._b + y._b, x._c + y._c, x._d + y._d, x._e + y._e);

    /// <summary>x + 4p − y, limb by limb: limbs of y below 2^53 − 76 do not borrow. The result is carried.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldElement operator -(in FieldElement x, in FieldElement y) => Carry(
        x._a + 0x1fffffffffffb4 - y._a, x._b + 0x1ffffffffffffc - y._b, x._c + 0x1ffffffffffffc - y._c,
        x._d + 0x1ffffffffffffc - y._d, x._e + 0x1ffffffffffffc - y._e);

    public static FieldElement operator -(in FieldElement x) => Zero - x;

    /// <summary>
    /// The schoolbook product; what lies at 2^255 and above folds in times 19. With limbs below 2^54 a column is below
    /// 5·19·2^108 &lt; 2^115, and 19·y below 2^59.
    /// </summary>
    [ConstantTime]
    public static FieldElement operator *(in FieldElement x, in FieldElement y)
    {
        ulong x0 = x._a, x1 = x._b, x2 = x._c, x3 = x._d, x4 = x._e;
        ulong y0 = y._a, y1 = y._b, y2 = y._c, y3 = y._d, y4 = y._e;
        ulong z1 = 19 * y1, z2 = 19 * y2, z3 = 19 * y3, z4 = 19 * y4;
        UInt128 r0 = M(x0, y0) + M(x1, z4) + M(x2, z3) + M(x3, z2) + M(x4, z1);
        UInt128 r1 = M(x0, y1) + M(x1, y0) + M(x2, z4) + M(x3, z3) + M(x4, z2);
        UInt128 r2 = M(x0, y2) + M(x1, y1) + M(x2, y0) + M(x3, z4) + M(x4, z3);
        UInt128 r3 = M(x0, y3) + M(x1, y2) + M(x2, y1) + M(x3, y0) + M(x4, z4);
        UInt128 r4 = M(x0, y4) + M(x1, y3) + M(x2, y2) + M(x3, y1) + M(x4, y0);
        return Reduce(r0, r1, r2, r3, r4);
    }

    /// <summary>x².</summary>
    [ConstantTime]
    public FieldElement Square()
    {
        ulong x0 = _a, x1 = _b, x2 = _c, x3 = _d, x4 = _e;
        ulong d0 = 2 * x0, d1 = 2 * x1, d2 = 2 * x2, z3 = 19 * x3, z4 = 19 * x4;
        UInt128 r0 = M(x0, x0) + M(d1, z4) + M(d2, z3);
        UInt128 r1 = M(d0, x1) + M(d2, z4) + M(x3, z3);
        UInt128 r2 = M(d0, x2) + M(x1, x1) + M(2 * x3, z4);
        UInt128 r3 = M(d0, x3) + M(d1, x2) + M(x4, z4);
        UInt128 r4 = M(d0, x4) + M(d1, x3) + M(x2, x2);
        return Reduce(r0, r1, r2, r3, r4);
    }

    /// <summary>x^(2^n).</summary>
    [ConstantTime]
    public FieldElement Square(int n)
    {
        FieldElement x = this;
        for (int i = 0; i < n; i++)
        {
            x = x.Square();
        }

        return x;
    }

    /// <summary>x^(p − 2) = 1/x; 0 for 0.</summary>
    public FieldElement Invert()
    {
        (FieldElement x11, FieldElement x250) = Chain();
        return x250.Square(5) * x11;                                         // 2^255 − 32 + 11 = p − 2
    }

    /// <summary>x^((p − 5)/8) = x^(2^252 − 3).</summary>
    public FieldElement PowP58() => Chain().X250.Square(2) * this;

    /// <summary>
    /// (was square, non-negative root) of u/v: sqrt(u/v), or sqrt(i·u/v) where u/v is no square (RFC 9496, 4.2).
    /// The flag is a mask: all ones or zero.
    /// </summary>
    [ConstantTime]
    public static ulong SqrtRatioM1(in FieldElement u, in FieldElement v, out FieldElement root)
    {
        FieldElement v3 = v.Square() * v;
        FieldElement r = u * v3 * (u * (v3.Square() * v)).PowP58();          // u·v³·(u·v⁷)^((p−5)/8)
        FieldElement check = v * r.Square(), minusU = -u;
        ulong correct = EqualMask(check, u), flipped = EqualMask(check, minusU), flippedI = EqualMask(check, minusU * SqrtMinusOne);
        root = Select(flipped | flippedI, r * SqrtMinusOne, r).Abs();
        return correct | flipped;
    }

    /// <summary>The non-negative one of x and −x.</summary>
    public FieldElement Abs() => Select(NegativeMask(), -this, this);

    /// <summary>All ones where the canonical encoding is odd.</summary>
    public ulong NegativeMask() => 0 - (Canonical()._a & 1);

    public ulong ZeroMask()
    {
        FieldElement c = Canonical();
        ulong any = c._a | c._b | c._c | c._d | c._e;
        return ((any | (0 - any)) >> 63) - 1;
    }

    public static ulong EqualMask(in FieldElement x, in FieldElement y) => (x - y).ZeroMask();

    /// <summary>x where the mask is all ones, y where it is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [ConstantTime]
    public static FieldElement Select(ulong mask, in FieldElement x, in FieldElement y) => new(
        y._a ^ (mask & (x._a ^ y._a)), y._b ^ (mask & (x._b ^ y._b)), y._c ^ (mask & (x._c ^ y._c)),
        y._d ^ (mask & (x._d ^ y._d)), y._e ^ (mask & (x._e ^ y._e)));

    /// <summary>32 bytes, little-endian, the top bit ignored; values from p on are taken mod p.</summary>
    public static FieldElement FromBytes(ReadOnlySpan<byte> bytes)
    {
        ulong w0 = BinaryPrimitives.ReadUInt64LittleEndian(bytes), w1 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        ulong w2 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]), w3 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        return new FieldElement(
            w0 & Mask, (w0 >> 51 | w1 << 13) & Mask, (w1 >> 38 | w2 << 26) & Mask, (w2 >> 25 | w3 << 39) & Mask, w3 >> 12 & Mask);
    }

    /// <summary>The canonical encoding, 32 bytes little-endian.</summary>
    public void Encode(Span<byte> bytes)
    {
        FieldElement c = Canonical();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, c._a | c._b << 51);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], c._b >> 13 | c._c << 38);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], c._c >> 26 | c._d << 25);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], c._d >> 39 | c._e << 12);
    }

    /// <summary>Limbs below 2^51 + 2^18 of the same element, for a batch.</summary>
    public void CopyLimbs(Span<ulong> limbs)
    {
        FieldElement c = Carry(_a, _b, _c, _d, _e);
        (limbs[0], limbs[1], limbs[2], limbs[3], limbs[4]) = (c._a, c._b, c._c, c._d, c._e);
    }

    /// <summary>x^11 and x^(2^250 − 1).</summary>
    private (FieldElement X11, FieldElement X250) Chain()
    {
        FieldElement x2 = Square(), x9 = x2.Square(2) * this, x11 = x9 * x2;
        FieldElement x5 = x11.Square() * x9;                                 // 2^5 − 1
        FieldElement x10 = x5.Square(5) * x5, x20 = x10.Square(10) * x10;
        FieldElement x50 = (x20.Square(20) * x20).Square(10) * x10;
        FieldElement x100 = x50.Square(50) * x50;
        return (x11, (x100.Square(100) * x100).Square(50) * x50);
    }

    /// <summary>The representative in [0, p), limbs below 2^51.</summary>
    [ConstantTime]
    private FieldElement Canonical()
    {
        FieldElement x = Carry(_a, _b, _c, _d, _e);
        ulong q = (x._a + 19) >> 51;                                         // 1 where x ≥ p, after carries
        q = (x._b + q) >> 51;
        q = (x._c + q) >> 51;
        q = (x._d + q) >> 51;
        q = (x._e + q) >> 51;
        ulong a = x._a + 19 * q, b = x._b + (a >> 51), c = x._c + (b >> 51), d = x._d + (c >> 51), e = x._e + (d >> 51);
        return new FieldElement(a & Mask, b & Mask, c & Mask, d & Mask, e & Mask);
    }

    /// <summary>One parallel carry pass: limbs below 2^64 become limbs below 2^51 + 19·2^13.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement Carry(ulong a, ulong b, ulong c, ulong d, ulong e) => new(
        (a & Mask) + 19 * (e >> 51), (b & Mask) + (a >> 51), (c & Mask) + (b >> 51), (d & Mask) + (c >> 51), (e & Mask) + (d >> 51));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static UInt128 M(ulong x, ulong y) => Words.Of(x, y);

    /// <summary>Carries five columns below 2^115 down to limbs below 2^51 + 2^13.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement Reduce(UInt128 r0, UInt128 r1, UInt128 r2, UInt128 r3, UInt128 r4)
    {
        r1 += (ulong)(r0 >> 51);
        r2 += (ulong)(r1 >> 51);
        r3 += (ulong)(r2 >> 51);
        r4 += (ulong)(r3 >> 51);

        // the top carry is below 2^64; times 19 it needs 128 bits only where inputs were at their bound
        UInt128 a = M((ulong)(r4 >> 51), 19) + ((ulong)r0 & Mask);
        ulong b = ((ulong)r1 & Mask) + (ulong)(a >> 51);
        return new FieldElement((ulong)a & Mask, b, (ulong)r2 & Mask, (ulong)r3 & Mask, (ulong)r4 & Mask);
    }
}
