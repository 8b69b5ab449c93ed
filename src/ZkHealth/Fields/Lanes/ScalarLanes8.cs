using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ZkHealth.Fields;

/// <summary>
/// Eight integers mod l side by side, each in five signed limbs of 51 bits held as doubles, in the manner of
/// <see cref="FieldLanes8"/>. A product is Montgomery's with 2^255: a·b/2^255. Scalars at rest are x·2^256, so a product of two
/// loaded ones is 2·xy·2^256: halve one factor beforehand, halve at the store, or count the factors of two and take them out of a
/// sum at its end.
/// </summary>
/// <remarks>
/// Bounds. Tight: |limb| ≤ 2^50 + 2^12, what products and <see cref="Carry"/> give. Loose: |limb| &lt; 2^51.9: loaded scalars,
/// differences of loaded ones, sums of three tight ones. A product takes one loose and one tight factor.
/// </remarks>
[SkipLocalsInit]
internal struct ScalarLanes8
{
    /// <summary>The number of lanes.</summary>
    public const int Count = FieldLanes8.Count;

    /// <summary>
    /// Products of values below l whose columns may be summed before a reduction: each gives l/8 to a result whose last limb must
    /// stay below 2^51 = 8·2^48, and less than 7.5·2^51 to a column that must stay below 2^61.
    /// </summary>
    public const int MaxProducts = 32;

    public Vector512<double> A, B, C, D, E;

    public ScalarLanes8(Vector512<double> a, Vector512<double> b, Vector512<double> c, Vector512<double> d, Vector512<double> e) =>
        (A, B, C, D, E) = (a, b, c, d, e);

    // l in signed limbs of 51 bits, the fourth of which is 0; −1/l mod 2^51
    internal const double Limb0 = 671914833335277.0, Limb1 = 1077929209154306.0, Limb2 = 5471207.0, Limb4 = 281474976710656.0, MinusInverse = -811838705730021.0;

    // the same unsigned
    private const ulong L0 = 0x2631a5cf5d3edUL, L1 = 0x3d45ef39acb02UL, L2 = 0x537be7UL, L4 = 0x1000000000000UL;

    /// <summary>The sum that the bit patterns of one product add to each column beyond its value.</summary>
    internal static ReadOnlySpan<ulong> ProductBias => [0x4338000000000000UL, 0xccd8000000000000UL, 0x5678000000000000UL, 0xe018000000000000UL, 0x69b8000000000000UL, 0x6ce8000000000000UL, 0xe348000000000000UL, 0x59a8000000000000UL, 0xd008000000000000UL, 0x4668000000000000UL];

    /// <summary>
    /// Less what the products of the reduction add beyond their values; plus 2^62, so that logical shifts carry, less 2^11 in the
    /// next column; plus 2^50 in those of the result, which rounds.
    /// </summary>
    internal static ReadOnlySpan<ulong> ReductionBias => [0xfcc8000000000000UL, 0x7327fffffffff800UL, 0xe987fffffffff800UL, 0xa31ffffffffff800UL, 0x5fe7fffffffff800UL, 0x5cbbfffffffff800UL, 0xe65c000000000000UL, 0x6ffc000000000000UL, 0xb664000000000000UL, 0xb998000000000000UL];

    /// <summary>1/2, at rest 2^255 mod l: the neutral factor of a product over 2^255.</summary>
    private static readonly Scalar HalfOne = Scalar.FromUInt64(2).Invert();

    internal static Vector512<double> C1 => Vector512.Create(1.5 * (1L << 51) * (1L << 52));

    internal static Vector512<double> C3 => Vector512.Create(1.5 * (1L << 51) * (1L << 52) + 1.5 * (1L << 52));

    internal static Vector512<ulong> Mask => Vector512.Create((1UL << 51) - 1);

    /// <summary>A scalar for each lane, limbs in [0, 2^51).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(ReadOnlySpan<Scalar> scalars, out ScalarLanes8 x)
    {
        LaneTranspose.LoadScalars(scalars, out Vector512<ulong> a, out Vector512<ulong> b, out Vector512<ulong> c, out Vector512<ulong> d);
        Vector512<ulong> mask = Mask;
        x.A = ToDouble(a & mask);
        x.B = ToDouble((a >>> 51 | b << 13) & mask);
        x.C = ToDouble((b >>> 38 | c << 26) & mask);
        x.D = ToDouble((c >>> 25 | d << 39) & mask);
        x.E = ToDouble(d >>> 12);
    }

    /// <summary>One scalar in every lane, tight.</summary>
    public static ScalarLanes8 Broadcast(in Scalar scalar)
    {
        Span<Scalar> all = stackalloc Scalar[Count];
        all.Fill(scalar);
        Load(all, out ScalarLanes8 x);
        Carry(x, out x);
        return x;
    }

    /// <summary>One parallel carry pass; the last limb keeps what is beyond it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Carry(in ScalarLanes8 x, out ScalarLanes8 y) => CarryLimbs(x.A, x.B, x.C, x.D, x.E, out y);

    /// <summary>x + y, carried.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CarriedSum(in ScalarLanes8 x, in ScalarLanes8 y, out ScalarLanes8 z) =>
        CarryLimbs(x.A + y.A, x.B + y.B, x.C + y.C, x.D + y.D, x.E + y.E, out z);

    /// <summary>x − y, carried.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CarriedDifference(in ScalarLanes8 x, in ScalarLanes8 y, out ScalarLanes8 z) =>
        CarryLimbs(x.A - y.A, x.B - y.B, x.C - y.C, x.D - y.D, x.E - y.E, out z);

    /// <summary>x + y, limb by limb, where it is to lie.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(in ScalarLanes8 x, in ScalarLanes8 y, out ScalarLanes8 z)
    {
        z.A = x.A + y.A;
        z.B = x.B + y.B;
        z.C = x.C + y.C;
        z.D = x.D + y.D;
        z.E = x.E + y.E;
    }

    /// <summary>x − y, limb by limb, where it is to lie.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Subtract(in ScalarLanes8 x, in ScalarLanes8 y, out ScalarLanes8 z)
    {
        z.A = x.A - y.A;
        z.B = x.B - y.B;
        z.C = x.C - y.C;
        z.D = x.D - y.D;
        z.E = x.E - y.E;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CarryLimbs(
        Vector512<double> a, Vector512<double> b, Vector512<double> c, Vector512<double> d, Vector512<double> e, out ScalarLanes8 y)
    {
        Vector512<double> c1 = C1, unit = Vector512.Create(1.0 / (1L << 51));
        Vector512<double> ca = a + c1 - c1, cb = b + c1 - c1, cc = c + c1 - c1, cd = d + c1 - c1;
        y.A = a - ca;
        y.B = Fma(ca, unit, b - cb);
        y.C = Fma(cb, unit, c - cc);
        y.D = Fma(cc, unit, d - cd);
        y.E = Fma(cd, unit, e);
    }

    /// <summary>a·b/2^255 for loose a and tight b; tight, and below 0.625·l in absolute value where a and b are below
    /// l.</summary>
    [ConstantTime]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(in ScalarLanes8 a, in ScalarLanes8 b, out ScalarLanes8 product)
    {
        MultiplyTo(a, b, out ScalarColumnsLanes8 t);
        Reduce(t, 1, out product);
    }

    /// <summary>Adds the columns of a·b for loose a and tight b, each with its bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyAdd(in ScalarLanes8 a, in ScalarLanes8 b, ref ScalarColumnsLanes8 t)
    {
        Vector512<ulong> t0 = t.T0, t1 = t.T1, t2 = t.T2, t3 = t.T3, t4 = t.T4, t5 = t.T5, t6 = t.T6, t7 = t.T7, t8 = t.T8, t9 = t.T9;
        AddColumns(a, b, ref t0, ref t1, ref t2, ref t3, ref t4, ref t5, ref t6, ref t7, ref t8, ref t9);
        (t.T0, t.T1, t.T2, t.T3, t.T4, t.T5, t.T6, t.T7, t.T8, t.T9) = (t0, t1, t2, t3, t4, t5, t6, t7, t8, t9);
    }

    /// <summary>The columns of a·b for loose a and tight b, each with its bias.</summary>
    /// <remarks>Clearing columns in memory for <see cref="MultiplyAdd"/> would cost more than the additions: the runtime clears by
    /// 16 bytes, and a load of a vector waits until all of them have left the core.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyTo(in ScalarLanes8 a, in ScalarLanes8 b, out ScalarColumnsLanes8 t)
    {
        Vector512<ulong> t0 = default, t1 = default, t2 = default, t3 = default, t4 = default, t5 = default, t6 = default, t7 = default, t8 = default, t9 = default;
        AddColumns(a, b, ref t0, ref t1, ref t2, ref t3, ref t4, ref t5, ref t6, ref t7, ref t8, ref t9);
        (t.T0, t.T1, t.T2, t.T3, t.T4, t.T5, t.T6, t.T7, t.T8, t.T9) = (t0, t1, t2, t3, t4, t5, t6, t7, t8, t9);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddColumns(
        in ScalarLanes8 a, in ScalarLanes8 b,
        ref Vector512<ulong> t0, ref Vector512<ulong> t1, ref Vector512<ulong> t2, ref Vector512<ulong> t3, ref Vector512<ulong> t4,
        ref Vector512<ulong> t5, ref Vector512<ulong> t6, ref Vector512<ulong> t7, ref Vector512<ulong> t8, ref Vector512<ulong> t9)
    {
        Vector512<double> c1 = C1, c3 = C3, h;
        Vector512<double> a0 = a.A, a1 = a.B, a2 = a.C, a3 = a.D, a4 = a.E, b0 = b.A, b1 = b.B, b2 = b.C, b3 = b.D, b4 = b.E;
        h = Fma(a0, b0, c1); t1 += h.AsUInt64(); t0 += Fma(a0, b0, c3 - h).AsUInt64();
        h = Fma(a0, b1, c1); t2 += h.AsUInt64(); t1 += Fma(a0, b1, c3 - h).AsUInt64();
        h = Fma(a0, b2, c1); t3 += h.AsUInt64(); t2 += Fma(a0, b2, c3 - h).AsUInt64();
        h = Fma(a0, b3, c1); t4 += h.AsUInt64(); t3 += Fma(a0, b3, c3 - h).AsUInt64();
        h = Fma(a0, b4, c1); t5 += h.AsUInt64(); t4 += Fma(a0, b4, c3 - h).AsUInt64();
        h = Fma(a1, b0, c1); t2 += h.AsUInt64(); t1 += Fma(a1, b0, c3 - h).AsUInt64();
        h = Fma(a1, b1, c1); t3 += h.AsUInt64(); t2 += Fma(a1, b1, c3 - h).AsUInt64();
        h = Fma(a1, b2, c1); t4 += h.AsUInt64(); t3 += Fma(a1, b2, c3 - h).AsUInt64();
        h = Fma(a1, b3, c1); t5 += h.AsUInt64(); t4 += Fma(a1, b3, c3 - h).AsUInt64();
        h = Fma(a1, b4, c1); t6 += h.AsUInt64(); t5 += Fma(a1, b4, c3 - h).AsUInt64();
        h = Fma(a2, b0, c1); t3 += h.AsUInt64(); t2 += Fma(a2, b0, c3 - h).AsUInt64();
        h = Fma(a2, b1, c1); t4 += h.AsUInt64(); t3 += Fma(a2, b1, c3 - h).AsUInt64();
        h = Fma(a2, b2, c1); t5 += h.AsUInt64(); t4 += Fma(a2, b2, c3 - h).AsUInt64();
        h = Fma(a2, b3, c1); t6 += h.AsUInt64(); t5 += Fma(a2, b3, c3 - h).AsUInt64();
        h = Fma(a2, b4, c1); t7 += h.AsUInt64(); t6 += Fma(a2, b4, c3 - h).AsUInt64();
        h = Fma(a3, b0, c1); t4 += h.AsUInt64(); t3 += Fma(a3, b0, c3 - h).AsUInt64();
        h = Fma(a3, b1, c1); t5 += h.AsUInt64(); t4 += Fma(a3, b1, c3 - h).AsUInt64();
        h = Fma(a3, b2, c1); t6 += h.AsUInt64(); t5 += Fma(a3, b2, c3 - h).AsUInt64();
        h = Fma(a3, b3, c1); t7 += h.AsUInt64(); t6 += Fma(a3, b3, c3 - h).AsUInt64();
        h = Fma(a3, b4, c1); t8 += h.AsUInt64(); t7 += Fma(a3, b4, c3 - h).AsUInt64();
        h = Fma(a4, b0, c1); t5 += h.AsUInt64(); t4 += Fma(a4, b0, c3 - h).AsUInt64();
        h = Fma(a4, b1, c1); t6 += h.AsUInt64(); t5 += Fma(a4, b1, c3 - h).AsUInt64();
        h = Fma(a4, b2, c1); t7 += h.AsUInt64(); t6 += Fma(a4, b2, c3 - h).AsUInt64();
        h = Fma(a4, b3, c1); t8 += h.AsUInt64(); t7 += Fma(a4, b3, c3 - h).AsUInt64();
        h = Fma(a4, b4, c1); t9 += h.AsUInt64(); t8 += Fma(a4, b4, c3 - h).AsUInt64();
    }

    /// <summary>
    /// A sum of products over 2^255, by five digits m_i = −t_i/l mod 2^51 in −2^50..2^50: adding m_i·l clears column i. The
    /// result is within 0.5·l of the sum over 2^255.
    /// </summary>
    [ConstantTime]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Reduce(in ScalarColumnsLanes8 t, int products, out ScalarLanes8 x)
    {
        Vector512<double> c1 = C1, c3 = C3, h, m;
        Vector512<double> l0 = Vector512.Create(Limb0), l1 = Vector512.Create(Limb1), l2 = Vector512.Create(Limb2), l4 = Vector512.Create(Limb4);
        ReadOnlySpan<ulong> one = ProductBias, own = ReductionBias;
        ulong n = (ulong)products;
        Vector512<ulong> t0 = t.T0 + Vector512.Create(own[0] - n * one[0]), t1 = t.T1 + Vector512.Create(own[1] - n * one[1]);
        Vector512<ulong> t2 = t.T2 + Vector512.Create(own[2] - n * one[2]), t3 = t.T3 + Vector512.Create(own[3] - n * one[3]);
        Vector512<ulong> t4 = t.T4 + Vector512.Create(own[4] - n * one[4]), t5 = t.T5 + Vector512.Create(own[5] - n * one[5]);
        Vector512<ulong> t6 = t.T6 + Vector512.Create(own[6] - n * one[6]), t7 = t.T7 + Vector512.Create(own[7] - n * one[7]);
        Vector512<ulong> t8 = t.T8 + Vector512.Create(own[8] - n * one[8]), t9 = t.T9 + Vector512.Create(own[9] - n * one[9]);
        m = Digit(t0, c1, c3);
        h = Fma(m, l0, c1); t1 += h.AsUInt64(); t0 += Fma(m, l0, c3 - h).AsUInt64();
        h = Fma(m, l1, c1); t2 += h.AsUInt64(); t1 += Fma(m, l1, c3 - h).AsUInt64();
        h = Fma(m, l2, c1); t3 += h.AsUInt64(); t2 += Fma(m, l2, c3 - h).AsUInt64();
        h = Fma(m, l4, c1); t5 += h.AsUInt64(); t4 += Fma(m, l4, c3 - h).AsUInt64();
        t1 += t0 >>> 51;
        m = Digit(t1, c1, c3);
        h = Fma(m, l0, c1); t2 += h.AsUInt64(); t1 += Fma(m, l0, c3 - h).AsUInt64();
        h = Fma(m, l1, c1); t3 += h.AsUInt64(); t2 += Fma(m, l1, c3 - h).AsUInt64();
        h = Fma(m, l2, c1); t4 += h.AsUInt64(); t3 += Fma(m, l2, c3 - h).AsUInt64();
        h = Fma(m, l4, c1); t6 += h.AsUInt64(); t5 += Fma(m, l4, c3 - h).AsUInt64();
        t2 += t1 >>> 51;
        m = Digit(t2, c1, c3);
        h = Fma(m, l0, c1); t3 += h.AsUInt64(); t2 += Fma(m, l0, c3 - h).AsUInt64();
        h = Fma(m, l1, c1); t4 += h.AsUInt64(); t3 += Fma(m, l1, c3 - h).AsUInt64();
        h = Fma(m, l2, c1); t5 += h.AsUInt64(); t4 += Fma(m, l2, c3 - h).AsUInt64();
        h = Fma(m, l4, c1); t7 += h.AsUInt64(); t6 += Fma(m, l4, c3 - h).AsUInt64();
        t3 += t2 >>> 51;
        m = Digit(t3, c1, c3);
        h = Fma(m, l0, c1); t4 += h.AsUInt64(); t3 += Fma(m, l0, c3 - h).AsUInt64();
        h = Fma(m, l1, c1); t5 += h.AsUInt64(); t4 += Fma(m, l1, c3 - h).AsUInt64();
        h = Fma(m, l2, c1); t6 += h.AsUInt64(); t5 += Fma(m, l2, c3 - h).AsUInt64();
        h = Fma(m, l4, c1); t8 += h.AsUInt64(); t7 += Fma(m, l4, c3 - h).AsUInt64();
        t4 += t3 >>> 51;
        m = Digit(t4, c1, c3);
        h = Fma(m, l0, c1); t5 += h.AsUInt64(); t4 += Fma(m, l0, c3 - h).AsUInt64();
        h = Fma(m, l1, c1); t6 += h.AsUInt64(); t5 += Fma(m, l1, c3 - h).AsUInt64();
        h = Fma(m, l2, c1); t7 += h.AsUInt64(); t6 += Fma(m, l2, c3 - h).AsUInt64();
        h = Fma(m, l4, c1); t9 += h.AsUInt64(); t8 += Fma(m, l4, c3 - h).AsUInt64();
        t5 += t4 >>> 51;
        Vector512<ulong> mask = Mask, magic = Vector512.Create(0x4330000000000000UL);
        Vector512<double> bias = Vector512.Create((double)((1L << 52) + (1L << 50) + (1L << 11)));
        x.A = ((t5 & mask) | magic).AsDouble() - Vector512.Create((double)((1L << 52) + (1L << 50)));
        x.B = (((t6 & mask) | magic) + (t5 >>> 51)).AsDouble() - bias;
        x.C = (((t7 & mask) | magic) + (t6 >>> 51)).AsDouble() - bias;
        x.D = (((t8 & mask) | magic) + (t7 >>> 51)).AsDouble() - bias;
        x.E = (t9 + (t8 >>> 51) + Vector512.Create(0x4338000000000000UL)).AsDouble() - Vector512.Create(1.5 * (1L << 52) + (1L << 11));
    }

    /// <summary>Stores x mod l, for x in (−l, 2l) with limbs of at most 2^51.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(Span<Scalar> scalars)
    {
        AddL(out Vector512<ulong> t0, out Vector512<ulong> t1, out Vector512<ulong> t2, out Vector512<ulong> t3, out Vector512<ulong> t4);
        SubtractOnce(ref t0, ref t1, ref t2, ref t3, ref t4);
        SubtractOnce(ref t0, ref t1, ref t2, ref t3, ref t4);
        Pack(t0, t1, t2, t3, t4, scalars);
    }

    /// <summary>Stores x/2 mod l, for x in (−l, l) with limbs of at most 2^51.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void StoreHalf(Span<Scalar> scalars)
    {
        // x + l, and l again where that is odd, is even and below 3l
        AddL(out Vector512<ulong> t0, out Vector512<ulong> t1, out Vector512<ulong> t2, out Vector512<ulong> t3, out Vector512<ulong> t4);
        Vector512<ulong> odd = Vector512<ulong>.Zero - (t0 & Vector512<ulong>.One), mask = Mask;
        t0 += odd & Vector512.Create(L0);
        t1 += (odd & Vector512.Create(L1)) + (t0 >>> 51);
        t2 += (odd & Vector512.Create(L2)) + (t1 >>> 51);
        t3 += t2 >>> 51;
        t4 += (odd & Vector512.Create(L4)) + (t3 >>> 51);
        (t0, t1, t2, t3) = (t0 & mask, t1 & mask, t2 & mask, t3 & mask);
        t0 = t0 >>> 1 | (t1 & Vector512<ulong>.One) << 50;
        t1 = t1 >>> 1 | (t2 & Vector512<ulong>.One) << 50;
        t2 = t2 >>> 1 | (t3 & Vector512<ulong>.One) << 50;
        t3 = t3 >>> 1 | (t4 & Vector512<ulong>.One) << 50;
        t4 >>>= 1;
        SubtractOnce(ref t0, ref t1, ref t2, ref t3, ref t4);
        Pack(t0, t1, t2, t3, t4, scalars);
    }

    /// <summary>The sum of all lanes mod l, for lanes in (−4·l, 12·l): each over 2^255 times nearly l, within 0.5·l, is one that
    /// can be stored.</summary>
    public readonly Scalar Sum()
    {
        Span<Scalar> lanes = stackalloc Scalar[Count];
        Multiply(this, Broadcast(HalfOne), out ScalarLanes8 reduced);        // 2^255 at rest is 1/2
        reduced.Store(lanes);
        Scalar sum = lanes[0];
        for (int i = 1; i < Count; i++)
        {
            sum += lanes[i];
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> Fma(Vector512<double> a, Vector512<double> b, Vector512<double> c) => Vector512.FusedMultiplyAdd(a, b, c);

    /// <summary>The double of an integer below 2^52, by the pattern of 2^52.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ToDouble(Vector512<ulong> x) =>
        (x | Vector512.Create(0x4330000000000000UL)).AsDouble() - Vector512.Create((double)(1L << 52));

    /// <summary>m in −2^50..2^50 with t + m·l divisible by 2^51.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> Digit(Vector512<ulong> t, Vector512<double> c1, Vector512<double> c3)
    {
        Vector512<double> x = ToDouble(t & Mask), inverse = Vector512.Create(MinusInverse);
        return Fma(x, inverse, c3 - Fma(x, inverse, c1)) - Vector512.Create(1.5 * (1L << 52));
    }

    /// <summary>x + l in carried integer limbs, the last one signed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void AddL(
        out Vector512<ulong> t0, out Vector512<ulong> t1, out Vector512<ulong> t2, out Vector512<ulong> t3, out Vector512<ulong> t4)
    {
        // 2^52 in each limb, less 2 in the next, keeps all but the last positive
        const ulong Lift = 1UL << 52, Pattern = 0x4338000000000000UL;
        Vector512<double> bias = Vector512.Create(1.5 * (1L << 52));
        Vector512<ulong> mask = Mask;
        t0 = (A + bias).AsUInt64() + Vector512.Create(unchecked(L0 + Lift - Pattern));
        t1 = (B + bias).AsUInt64() + Vector512.Create(unchecked(L1 + Lift - 2 - Pattern)) + (t0 >>> 51);
        t2 = (C + bias).AsUInt64() + Vector512.Create(unchecked(L2 + Lift - 2 - Pattern)) + (t1 >>> 51);
        t3 = (D + bias).AsUInt64() + Vector512.Create(unchecked(Lift - 2 - Pattern)) + (t2 >>> 51);
        t4 = (E + bias).AsUInt64() + Vector512.Create(unchecked(L4 - 2 - Pattern)) + (t3 >>> 51);
        (t0, t1, t2, t3) = (t0 & mask, t1 & mask, t2 & mask, t3 & mask);
    }

    /// <summary>t − l where that is not negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SubtractOnce(
        ref Vector512<ulong> t0, ref Vector512<ulong> t1, ref Vector512<ulong> t2, ref Vector512<ulong> t3, ref Vector512<ulong> t4)
    {
        const ulong Lift = 1UL << 51;
        Vector512<ulong> mask = Mask;
        Vector512<ulong> s0 = t0 + Vector512.Create(Lift - L0), s1 = t1 + Vector512.Create(Lift - 1 - L1) + (s0 >>> 51);
        Vector512<ulong> s2 = t2 + Vector512.Create(Lift - 1 - L2) + (s1 >>> 51), s3 = t3 + Vector512.Create(Lift - 1) + (s2 >>> 51);
        Vector512<ulong> s4 = t4 + (s3 >>> 51) - Vector512.Create(1 + L4), keep = Vector512<ulong>.Zero - (s4 >>> 63);
        t0 = Vector512.ConditionalSelect(keep, t0, s0 & mask);
        t1 = Vector512.ConditionalSelect(keep, t1, s1 & mask);
        t2 = Vector512.ConditionalSelect(keep, t2, s2 & mask);
        t3 = Vector512.ConditionalSelect(keep, t3, s3 & mask);
        t4 = Vector512.ConditionalSelect(keep, t4, s4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pack(
        Vector512<ulong> t0, Vector512<ulong> t1, Vector512<ulong> t2, Vector512<ulong> t3, Vector512<ulong> t4, Span<Scalar> scalars) =>
        LaneTranspose.StoreScalars(t0 | t1 << 51, t1 >>> 13 | t2 << 38, t2 >>> 26 | t3 << 25, t3 >>> 39 | t4 << 12, scalars);
}

/// <summary>The ten columns of sums of products before they are reduced, with the bias of each product.</summary>
[SkipLocalsInit]
internal struct ScalarColumnsLanes8
{
    public Vector512<ulong> T0, T1, T2, T3, T4, T5, T6, T7, T8, T9;
}
