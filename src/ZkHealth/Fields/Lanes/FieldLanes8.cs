using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ZkHealth.Fields;

/// <summary>
/// Eight integers mod p = 2^255 − 19 side by side, each in five signed limbs of 51 bits held as doubles, so that products are
/// exact by fused multiply-add (Emmart's technique; docs/performance.md). The types of four and two lanes are derived from this
/// text by the build.
/// </summary>
/// <remarks>
/// Bounds. Tight: |limb| ≤ 2^50 + 2^14, what products and <see cref="Carry"/> give. Loose: |limb| &lt; 2^51.9, a sum or
/// difference of up to three tight ones. A product takes one loose and one tight factor: |a_i·b_j| &lt; 2^102, the window of C1.
/// A square takes a tight one.
/// </remarks>
[SkipLocalsInit]
internal partial struct FieldLanes8
{
    /// <summary>The number of lanes.</summary>
    public const int Count = 8;

    public Vector512<double> A, B, C, D, E;

    public FieldLanes8(Vector512<double> a, Vector512<double> b, Vector512<double> c, Vector512<double> d, Vector512<double> e) =>
        (A, B, C, D, E) = (a, b, c, d, e);

    // a·b + C1 is a·b rounded to a multiple of 2^51; C3 − that leaves the rest biased by 1.5·2^52, where doubles are integers
    private static Vector512<double> C1 => Vector512.Create(1.5 * (1L << 51) * (1L << 52));

    private static Vector512<double> C3 => Vector512.Create(1.5 * (1L << 51) * (1L << 52) + 1.5 * (1L << 52));

    private static Vector512<ulong> Mask => Vector512.Create((1UL << 51) - 1);

    public static FieldLanes8 Zero => default;

    public static FieldLanes8 One => new(Vector512.Create(1.0), default, default, default, default);

    /// <summary>One element in every lane.</summary>
    public static FieldLanes8 Broadcast(in FieldElement x)
    {
        Span<ulong> limbs = stackalloc ulong[5];
        x.CopyLimbs(limbs);
        var y = new FieldLanes8(
            Vector512.Create((double)limbs[0]), Vector512.Create((double)limbs[1]), Vector512.Create((double)limbs[2]),
            Vector512.Create((double)limbs[3]), Vector512.Create((double)limbs[4]));
        Carry(y, out y);
        return y;
    }

    /// <summary>One element for each lane.</summary>
    public static FieldLanes8 Load(ReadOnlySpan<FieldElement> elements)
    {
        Span<ulong> limbs = stackalloc ulong[5];
        Span<double> lanes = stackalloc double[5 * Count];
        for (int i = 0; i < Count; i++)
        {
            elements[i].CopyLimbs(limbs);
            for (int k = 0; k < 5; k++)
            {
                lanes[Count * k + i] = limbs[k];
            }
        }

        var x = new FieldLanes8(
            Vector512.Create<double>(lanes), Vector512.Create<double>(lanes[Count..]), Vector512.Create<double>(lanes[(2 * Count)..]),
            Vector512.Create<double>(lanes[(3 * Count)..]), Vector512.Create<double>(lanes[(4 * Count)..]));
        Carry(x, out x);
        return x;
    }

    /// <summary>Five vectors of tight limbs as they lie in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldLanes8 LoadLimbs(ReadOnlySpan<double> limbs)
    {
        limbs = limbs[..(5 * Count)];
        return new FieldLanes8(
            Vector512.Create(limbs), Vector512.Create(limbs[Count..]), Vector512.Create(limbs[(2 * Count)..]),
            Vector512.Create(limbs[(3 * Count)..]), Vector512.Create(limbs[(4 * Count)..]));
    }

    /// <summary>The element of each lane, from a tight value.</summary>
    public readonly void Store(Span<FieldElement> elements)
    {
        Span<ulong> lanes = stackalloc ulong[5 * Count];
        Positive(out Vector512<ulong> a, out Vector512<ulong> b, out Vector512<ulong> c, out Vector512<ulong> d, out Vector512<ulong> e);
        a.CopyTo(lanes);
        b.CopyTo(lanes[Count..]);
        c.CopyTo(lanes[(2 * Count)..]);
        d.CopyTo(lanes[(3 * Count)..]);
        e.CopyTo(lanes[(4 * Count)..]);
        for (int i = 0; i < Count; i++)
        {
            elements[i] = new FieldElement(lanes[i], lanes[Count + i], lanes[2 * Count + i], lanes[3 * Count + i], lanes[4 * Count + i]);
        }
    }

    /// <summary>Makes tight limbs of the patterns of those of <see cref="FieldElement"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FromLimbs(ref FieldLanes8 x)
    {
        Vector512<ulong> a = x.A.AsUInt64(), b = x.B.AsUInt64(), c = x.C.AsUInt64(), d = x.D.AsUInt64(), e = x.E.AsUInt64();
        var y = new FieldLanes8(
            ToDouble((a & Mask) + Times19(e >>> 51)), ToDouble((b & Mask) + (a >>> 51)), ToDouble((c & Mask) + (b >>> 51)),
            ToDouble((d & Mask) + (c >>> 51)), ToDouble((e & Mask) + (d >>> 51)));
        Carry(y, out x);
    }

    /// <summary>The patterns of limbs of <see cref="FieldElement"/>, from a tight value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void ToLimbs(out FieldLanes8 limbs)
    {
        Positive(out Vector512<ulong> a, out Vector512<ulong> b, out Vector512<ulong> c, out Vector512<ulong> d, out Vector512<ulong> e);
        limbs = new FieldLanes8(a.AsDouble(), b.AsDouble(), c.AsDouble(), d.AsDouble(), e.AsDouble());
    }

    /// <summary>Tells whether the limbs of every lane are those of 1, as loading leaves them.</summary>
    public readonly bool IsOne => A == One.A && B == One.B && C == One.C && D == One.D && E == One.E;

    /// <summary>x + y, limb by limb, not carried.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldLanes8 operator +(in FieldLanes8 x, in FieldLanes8 y) => new(x.A + y.A, x.B + y.B, x.C + y.C, x.D + y.D, x.E + y.E);

    /// <summary>x − y, limb by limb, not carried.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldLanes8 operator -(in FieldLanes8 x, in FieldLanes8 y) => new(x.A - y.A, x.B - y.B, x.C - y.C, x.D - y.D, x.E - y.E);

    /// <summary>−x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldLanes8 operator -(in FieldLanes8 x) => new(-x.A, -x.B, -x.C, -x.D, -x.E);

    /// <summary>
    /// One parallel carry pass: each limb gives its multiple of 2^51, rounded, to the next, the last one times 19 to the first.
    /// Limbs below 2^53 become tight.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Carry(in FieldLanes8 x, out FieldLanes8 y)
    {
        Vector512<double> c1 = C1, unit = Vector512.Create(1.0 / (1L << 51));
        Vector512<double> a = x.A + c1 - c1, b = x.B + c1 - c1, c = x.C + c1 - c1, d = x.D + c1 - c1, e = x.E + c1 - c1;
        y = new FieldLanes8(
            Fma(e, Vector512.Create(19.0 / (1L << 51)), x.A - a), Fma(a, unit, x.B - b), Fma(b, unit, x.C - c), Fma(c, unit, x.D - d), Fma(d, unit, x.E - e));
    }

    /// <summary>x·y for loose x and tight y; the result is tight.</summary>
    /// <remarks>
    /// Columns r0..r9 are sums of bit patterns less their biases. A column is below 7.5·2^51, folded (times 19) below 150·2^51;
    /// with the bias of 256·2^51 + 2^50 it is positive, so that a logical shift gives the rounded carry.
    /// </remarks>
    [ConstantTime]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(in FieldLanes8 x, in FieldLanes8 y, out FieldLanes8 product)
    {
        Vector512<double> C1 = FieldLanes8.C1, C3 = FieldLanes8.C3, h;
        Vector512<double> a0 = x.A, a1 = x.B, a2 = x.C, a3 = x.D, a4 = x.E, b0 = y.A, b1 = y.B, b2 = y.C, b3 = y.D, b4 = y.E;
        Vector512<ulong> r0 = Vector512.Create(0xc4cc000000000000UL);
        Vector512<ulong> r1 = Vector512.Create(0x3b2c000000000000UL);
        Vector512<ulong> r2 = Vector512.Create(0xb18c000000000000UL);
        Vector512<ulong> r3 = Vector512.Create(0x27ec000000000000UL);
        Vector512<ulong> r4 = Vector512.Create(0x9e4c000000000000UL);
        Vector512<ulong> r5 = Vector512.Create(0x9318000000000000UL);
        Vector512<ulong> r6 = Vector512.Create(0x1cb8000000000000UL);
        Vector512<ulong> r7 = Vector512.Create(0xa658000000000000UL);
        Vector512<ulong> r8 = Vector512.Create(0x2ff8000000000000UL);
        Vector512<ulong> r9 = Vector512.Create(0xb998000000000000UL);
        h = Fma(a0, b0, C1); r1 += h.AsUInt64(); r0 += Fma(a0, b0, C3 - h).AsUInt64();
        h = Fma(a0, b1, C1); r2 += h.AsUInt64(); r1 += Fma(a0, b1, C3 - h).AsUInt64();
        h = Fma(a0, b2, C1); r3 += h.AsUInt64(); r2 += Fma(a0, b2, C3 - h).AsUInt64();
        h = Fma(a0, b3, C1); r4 += h.AsUInt64(); r3 += Fma(a0, b3, C3 - h).AsUInt64();
        h = Fma(a0, b4, C1); r5 += h.AsUInt64(); r4 += Fma(a0, b4, C3 - h).AsUInt64();
        h = Fma(a1, b0, C1); r2 += h.AsUInt64(); r1 += Fma(a1, b0, C3 - h).AsUInt64();
        h = Fma(a1, b1, C1); r3 += h.AsUInt64(); r2 += Fma(a1, b1, C3 - h).AsUInt64();
        h = Fma(a1, b2, C1); r4 += h.AsUInt64(); r3 += Fma(a1, b2, C3 - h).AsUInt64();
        h = Fma(a1, b3, C1); r5 += h.AsUInt64(); r4 += Fma(a1, b3, C3 - h).AsUInt64();
        h = Fma(a1, b4, C1); r6 += h.AsUInt64(); r5 += Fma(a1, b4, C3 - h).AsUInt64();
        h = Fma(a2, b0, C1); r3 += h.AsUInt64(); r2 += Fma(a2, b0, C3 - h).AsUInt64();
        h = Fma(a2, b1, C1); r4 += h.AsUInt64(); r3 += Fma(a2, b1, C3 - h).AsUInt64();
        h = Fma(a2, b2, C1); r5 += h.AsUInt64(); r4 += Fma(a2, b2, C3 - h).AsUInt64();
        h = Fma(a2, b3, C1); r6 += h.AsUInt64(); r5 += Fma(a2, b3, C3 - h).AsUInt64();
        h = Fma(a2, b4, C1); r7 += h.AsUInt64(); r6 += Fma(a2, b4, C3 - h).AsUInt64();
        h = Fma(a3, b0, C1); r4 += h.AsUInt64(); r3 += Fma(a3, b0, C3 - h).AsUInt64();
        h = Fma(a3, b1, C1); r5 += h.AsUInt64(); r4 += Fma(a3, b1, C3 - h).AsUInt64();
        h = Fma(a3, b2, C1); r6 += h.AsUInt64(); r5 += Fma(a3, b2, C3 - h).AsUInt64();
        h = Fma(a3, b3, C1); r7 += h.AsUInt64(); r6 += Fma(a3, b3, C3 - h).AsUInt64();
        h = Fma(a3, b4, C1); r8 += h.AsUInt64(); r7 += Fma(a3, b4, C3 - h).AsUInt64();
        h = Fma(a4, b0, C1); r5 += h.AsUInt64(); r4 += Fma(a4, b0, C3 - h).AsUInt64();
        h = Fma(a4, b1, C1); r6 += h.AsUInt64(); r5 += Fma(a4, b1, C3 - h).AsUInt64();
        h = Fma(a4, b2, C1); r7 += h.AsUInt64(); r6 += Fma(a4, b2, C3 - h).AsUInt64();
        h = Fma(a4, b3, C1); r8 += h.AsUInt64(); r7 += Fma(a4, b3, C3 - h).AsUInt64();
        h = Fma(a4, b4, C1); r9 += h.AsUInt64(); r8 += Fma(a4, b4, C3 - h).AsUInt64();
        Reduce(r0 + Times19(r5), r1 + Times19(r6), r2 + Times19(r7), r3 + Times19(r8), r4 + Times19(r9), out product);
    }

    /// <summary>x² for tight x; the result is tight.</summary>
    [ConstantTime]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Square(in FieldLanes8 x, out FieldLanes8 square)
    {
        Vector512<double> C1 = FieldLanes8.C1, C3 = FieldLanes8.C3, h;
        Vector512<double> a0 = x.A, a1 = x.B, a2 = x.C, a3 = x.D, a4 = x.E, d1 = a1 + a1, d2 = a2 + a2, d3 = a3 + a3, d4 = a4 + a4;
        Vector512<ulong> r0 = Vector512.Create(0xc4cc000000000000UL);
        Vector512<ulong> r1 = Vector512.Create(0x7e64000000000000UL);
        Vector512<ulong> r2 = Vector512.Create(0x3b2c000000000000UL);
        Vector512<ulong> r3 = Vector512.Create(0xf4c4000000000000UL);
        Vector512<ulong> r4 = Vector512.Create(0xb18c000000000000UL);
        Vector512<ulong> r5 = Vector512.Create(0xa658000000000000UL);
        Vector512<ulong> r6 = Vector512.Create(0xecc0000000000000UL);
        Vector512<ulong> r7 = Vector512.Create(0x2ff8000000000000UL);
        Vector512<ulong> r8 = Vector512.Create(0x7660000000000000UL);
        Vector512<ulong> r9 = Vector512.Create(0xb998000000000000UL);
        h = Fma(a0, a0, C1); r1 += h.AsUInt64(); r0 += Fma(a0, a0, C3 - h).AsUInt64();
        h = Fma(a0, d1, C1); r2 += h.AsUInt64(); r1 += Fma(a0, d1, C3 - h).AsUInt64();
        h = Fma(a0, d2, C1); r3 += h.AsUInt64(); r2 += Fma(a0, d2, C3 - h).AsUInt64();
        h = Fma(a0, d3, C1); r4 += h.AsUInt64(); r3 += Fma(a0, d3, C3 - h).AsUInt64();
        h = Fma(a0, d4, C1); r5 += h.AsUInt64(); r4 += Fma(a0, d4, C3 - h).AsUInt64();
        h = Fma(a1, a1, C1); r3 += h.AsUInt64(); r2 += Fma(a1, a1, C3 - h).AsUInt64();
        h = Fma(a1, d2, C1); r4 += h.AsUInt64(); r3 += Fma(a1, d2, C3 - h).AsUInt64();
        h = Fma(a1, d3, C1); r5 += h.AsUInt64(); r4 += Fma(a1, d3, C3 - h).AsUInt64();
        h = Fma(a1, d4, C1); r6 += h.AsUInt64(); r5 += Fma(a1, d4, C3 - h).AsUInt64();
        h = Fma(a2, a2, C1); r5 += h.AsUInt64(); r4 += Fma(a2, a2, C3 - h).AsUInt64();
        h = Fma(a2, d3, C1); r6 += h.AsUInt64(); r5 += Fma(a2, d3, C3 - h).AsUInt64();
        h = Fma(a2, d4, C1); r7 += h.AsUInt64(); r6 += Fma(a2, d4, C3 - h).AsUInt64();
        h = Fma(a3, a3, C1); r7 += h.AsUInt64(); r6 += Fma(a3, a3, C3 - h).AsUInt64();
        h = Fma(a3, d4, C1); r8 += h.AsUInt64(); r7 += Fma(a3, d4, C3 - h).AsUInt64();
        h = Fma(a4, a4, C1); r9 += h.AsUInt64(); r8 += Fma(a4, a4, C3 - h).AsUInt64();
        Reduce(r0 + Times19(r5), r1 + Times19(r6), r2 + Times19(r7), r3 + Times19(r8), r4 + Times19(r9), out square);
    }

    /// <summary>The non-negative one of x and −x.</summary>
    public readonly void Abs(out FieldLanes8 y) => y = Select(NegativeMask(), -this, this);

    /// <summary>All ones in lanes whose canonical encoding is odd. Loose.</summary>
    public readonly Vector512<ulong> NegativeMask()
    {
        Canonical(out Vector512<ulong> a, out _, out _, out _, out _);
        return Vector512<ulong>.Zero - (a & Vector512<ulong>.One);
    }

    /// <summary>All ones in lanes that are 0 mod p. Loose.</summary>
    public readonly Vector512<ulong> ZeroMask()
    {
        Canonical(out Vector512<ulong> a, out Vector512<ulong> b, out Vector512<ulong> c, out Vector512<ulong> d, out Vector512<ulong> e);
        return Vector512.Equals(a | b | c | d | e, Vector512<ulong>.Zero);
    }

    /// <summary>x in lanes whose mask is all ones, y where it is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldLanes8 Select(Vector512<ulong> mask, in FieldLanes8 x, in FieldLanes8 y)
    {
        Vector512<double> m = mask.AsDouble();
        return new FieldLanes8(
            Vector512.ConditionalSelect(m, x.A, y.A), Vector512.ConditionalSelect(m, x.B, y.B), Vector512.ConditionalSelect(m, x.C, y.C),
            Vector512.ConditionalSelect(m, x.D, y.D), Vector512.ConditionalSelect(m, x.E, y.E));
    }

    /// <summary>32 bytes a lane, as <see cref="FieldElement.FromBytes"/>.</summary>
    public static FieldLanes8 FromBytes(ReadOnlySpan<byte> bytes, int stride)
    {
        Span<FieldElement> elements = stackalloc FieldElement[Count];
        for (int i = 0; i < Count; i++)
        {
            elements[i] = FieldElement.FromBytes(bytes[(stride * i)..]);
        }

        return Load(elements);
    }

    /// <summary>The canonical encodings, 32 bytes a lane one after the other. Loose.</summary>
    public readonly void Encode(Span<byte> bytes)
    {
        Span<FieldElement> elements = stackalloc FieldElement[Count];
        Carry(this, out FieldLanes8 tight);
        tight.Store(elements);
        for (int i = 0; i < Count; i++)
        {
            elements[i].Encode(bytes[(32 * i)..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Fma(Vector512<double> a, Vector512<double> b, Vector512<double> c) => Vector512.FusedMultiplyAdd(a, b, c);

    /// <summary>19·x: AVX-512 has a product of integers of 64 bits, elsewhere it would be emulated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Times19(Vector512<ulong> x) => Avx512DQ.IsSupported ? x * Vector512.Create(19UL) : (x << 4) + (x << 1) + x;

    /// <summary>
    /// Columns t = r + 256·2^51 + 2^50 to tight limbs: (t mod 2^51) − 2^50 plus the carry below, (t div 2^51) − 256; as doubles
    /// by the pattern of 2^52.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Reduce(
        Vector512<ulong> t0, Vector512<ulong> t1, Vector512<ulong> t2, Vector512<ulong> t3, Vector512<ulong> t4, out FieldLanes8 x)
    {
        Vector512<ulong> mask = Mask, magic = Vector512.Create(0x4330000000000000UL);
        Vector512<double> bias = Vector512.Create((double)((1L << 52) + (1L << 50) + 256));
        Vector512<double> first = Vector512.Create((double)((1L << 52) + (1L << 50) + 19 * 256));
        x = new FieldLanes8(
            (((t0 & mask) | magic) + Times19(t4 >>> 51)).AsDouble() - first,
            (((t1 & mask) | magic) + (t0 >>> 51)).AsDouble() - bias,
            (((t2 & mask) | magic) + (t1 >>> 51)).AsDouble() - bias,
            (((t3 & mask) | magic) + (t2 >>> 51)).AsDouble() - bias,
            (((t4 & mask) | magic) + (t3 >>> 51)).AsDouble() - bias);
    }

    /// <summary>x + 2p in positive integer limbs below 2^53, from |limbs| below 2^51.9.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Positive(
        out Vector512<ulong> a, out Vector512<ulong> b, out Vector512<ulong> c, out Vector512<ulong> d, out Vector512<ulong> e)
    {
        // the pattern of x + 1.5·2^52 is that of 1.5·2^52 plus x
        Vector512<double> bias = Vector512.Create(1.5 * (1L << 52));
        Vector512<ulong> other = Vector512.Create(unchecked(0x000ffffffffffffeUL - 0x4338000000000000UL));
        a = (A + bias).AsUInt64() + Vector512.Create(unchecked(0x000fffffffffffdaUL - 0x4338000000000000UL));
        b = (B + bias).AsUInt64() + other;
        c = (C + bias).AsUInt64() + other;
        d = (D + bias).AsUInt64() + other;
        e = (E + bias).AsUInt64() + other;
    }

    /// <summary>Integers below 2^52 as doubles: the pattern of 2^52 + x is that of 2^52 plus x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ToDouble(Vector512<ulong> x) =>
        (x | Vector512.Create(0x4330000000000000UL)).AsDouble() - Vector512.Create((double)(1L << 52));

    /// <summary>The representatives in [0, p), limbs below 2^51; as <see cref="FieldElement"/> does it.</summary>
    private readonly void Canonical(
        out Vector512<ulong> a, out Vector512<ulong> b, out Vector512<ulong> c, out Vector512<ulong> d, out Vector512<ulong> e)
    {
        Vector512<ulong> mask = Mask, nineteen = Vector512.Create(19UL);
        Carry(this, out FieldLanes8 tight);
        tight.Positive(out Vector512<ulong> t0, out Vector512<ulong> t1, out Vector512<ulong> t2, out Vector512<ulong> t3, out Vector512<ulong> t4);
        a = (t0 & mask) + Times19(t4 >>> 51);
        b = (t1 & mask) + (t0 >>> 51);
        c = (t2 & mask) + (t1 >>> 51);
        d = (t3 & mask) + (t2 >>> 51);
        e = (t4 & mask) + (t3 >>> 51);
        Vector512<ulong> q = (a + nineteen) >>> 51;                          // 1 where x ≥ p, after carries
        q = (b + q) >>> 51;
        q = (c + q) >>> 51;
        q = (d + q) >>> 51;
        q = (e + q) >>> 51;
        a += Times19(q);
        b += a >>> 51;
        c += b >>> 51;
        d += c >>> 51;
        e += d >>> 51;
        (a, b, c, d, e) = (a & mask, b & mask, c & mask, d & mask, e & mask);
    }
}
