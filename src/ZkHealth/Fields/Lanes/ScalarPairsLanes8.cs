using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ZkHealth.Fields;

/// <summary>
/// Two reductions of <see cref="ScalarLanes8"/> step by step: each waits for its own last digit five times, and the other one
/// fills the wait.
/// </summary>
[SkipLocalsInit]
internal static class ScalarPairsLanes8
{
    /// <summary>Both products, as <see cref="ScalarLanes8.Multiply"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(
        in ScalarLanes8 a, in ScalarLanes8 b, in ScalarLanes8 c, in ScalarLanes8 d, ref ScalarPairLanes8 columns, out ScalarLanes8 x, out ScalarLanes8 y)
    {
        ScalarLanes8.MultiplyTo(a, b, out columns.T);
        ScalarLanes8.MultiplyTo(c, d, out columns.U);
        Reduce(columns.T, 1, columns.U, 1, out x, out y);
    }

    /// <summary>Both sums over 2^255, as <see cref="ScalarLanes8.Reduce"/>.</summary>
    [ConstantTime]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Reduce(
        in ScalarColumnsLanes8 t, int first, in ScalarColumnsLanes8 u, int second, out ScalarLanes8 x, out ScalarLanes8 y)
    {
        Vector512<double> c1 = ScalarLanes8.C1, c3 = ScalarLanes8.C3, h, m, g, k;
        Vector512<double> l0 = Vector512.Create(ScalarLanes8.Limb0), l1 = Vector512.Create(ScalarLanes8.Limb1), l2 = Vector512.Create(ScalarLanes8.Limb2), l4 = Vector512.Create(ScalarLanes8.Limb4);
        ReadOnlySpan<ulong> one = ScalarLanes8.ProductBias, own = ScalarLanes8.ReductionBias;
        ulong n = (ulong)first, o = (ulong)second;
        Vector512<ulong> t0 = t.T0 + Vector512.Create(own[0] - n * one[0]), t1 = t.T1 + Vector512.Create(own[1] - n * one[1]);
        Vector512<ulong> u0 = u.T0 + Vector512.Create(own[0] - o * one[0]), u1 = u.T1 + Vector512.Create(own[1] - o * one[1]);
        Vector512<ulong> t2 = t.T2 + Vector512.Create(own[2] - n * one[2]), t3 = t.T3 + Vector512.Create(own[3] - n * one[3]);
        Vector512<ulong> u2 = u.T2 + Vector512.Create(own[2] - o * one[2]), u3 = u.T3 + Vector512.Create(own[3] - o * one[3]);
        Vector512<ulong> t4 = t.T4 + Vector512.Create(own[4] - n * one[4]), t5 = t.T5 + Vector512.Create(own[5] - n * one[5]);
        Vector512<ulong> u4 = u.T4 + Vector512.Create(own[4] - o * one[4]), u5 = u.T5 + Vector512.Create(own[5] - o * one[5]);
        Vector512<ulong> t6 = t.T6 + Vector512.Create(own[6] - n * one[6]), t7 = t.T7 + Vector512.Create(own[7] - n * one[7]);
        Vector512<ulong> u6 = u.T6 + Vector512.Create(own[6] - o * one[6]), u7 = u.T7 + Vector512.Create(own[7] - o * one[7]);
        Vector512<ulong> t8 = t.T8 + Vector512.Create(own[8] - n * one[8]), t9 = t.T9 + Vector512.Create(own[9] - n * one[9]);
        Vector512<ulong> u8 = u.T8 + Vector512.Create(own[8] - o * one[8]), u9 = u.T9 + Vector512.Create(own[9] - o * one[9]);
        m = ScalarLanes8.Digit(t0, c1, c3);
        k = ScalarLanes8.Digit(u0, c1, c3);
        h = ScalarLanes8.Fma(m, l0, c1); t1 += h.AsUInt64(); t0 += ScalarLanes8.Fma(m, l0, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l0, c1); u1 += g.AsUInt64(); u0 += ScalarLanes8.Fma(k, l0, c3 - g).AsUInt64();
        h = ScalarLanes8.Fma(m, l1, c1); t2 += h.AsUInt64(); t1 += ScalarLanes8.Fma(m, l1, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l1, c1); u2 += g.AsUInt64(); u1 += ScalarLanes8.Fma(k, l1, c3 - g).AsUInt64();
        h = ScalarLanes8.Fma(m, l2, c1); t3 += h.AsUInt64(); t2 += ScalarLanes8.Fma(m, l2, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l2, c1); u3 += g.AsUInt64(); u2 += ScalarLanes8.Fma(k, l2, c3 - g).AsUInt64();
        h = ScalarLanes8.Fma(m, l4, c1); t5 += h.AsUInt64(); t4 += ScalarLanes8.Fma(m, l4, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l4, c1); u5 += g.AsUInt64(); u4 += ScalarLanes8.Fma(k, l4, c3 - g).AsUInt64();
        t1 += t0 >>> 51;
        u1 += u0 >>> 51;
        m = ScalarLanes8.Digit(t1, c1, c3);
        k = ScalarLanes8.Digit(u1, c1, c3);
        h = ScalarLanes8.Fma(m, l0, c1); t2 += h.AsUInt64(); t1 += ScalarLanes8.Fma(m, l0, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l0, c1); u2 += g.AsUInt64(); u1 += ScalarLanes8.Fma(k, l0, c3 - g).AsUInt64();
        h = ScalarLanes8.Fma(m, l1, c1); t3 += h.AsUInt64(); t2 += ScalarLanes8.Fma(m, l1, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l1, c1); u3 += g.AsUInt64(); u2 += ScalarLanes8.Fma(k, l1, c3 - g).AsUInt64();
        h = ScalarLanes8.Fma(m, l2, c1); t4 += h.AsUInt64(); t3 += ScalarLanes8.Fma(m, l2, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l2, c1); u4 += g.AsUInt64(); u3 += ScalarLanes8.Fma(k, l2, c3 - g).AsUInt64();
        h = ScalarLanes8.Fma(m, l4, c1); t6 += h.AsUInt64(); t5 += ScalarLanes8.Fma(m, l4, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l4, c1); u6 += g.AsUInt64(); u5 += ScalarLanes8.Fma(k, l4, c3 - g).AsUInt64();
        t2 += t1 >>> 51;
        u2 += u1 >>> 51;
        m = ScalarLanes8.Digit(t2, c1, c3);
        k = ScalarLanes8.Digit(u2, c1, c3);
        h = ScalarLanes8.Fma(m, l0, c1); t3 += h.AsUInt64(); t2 += ScalarLanes8.Fma(m, l0, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l0, c1); u3 += g.AsUInt64(); u2 += ScalarLanes8.Fma(k, l0, c3 - g).AsUInt64();
        h = ScalarLanes8.Fma(m, l1, c1); t4 += h.AsUInt64(); t3 += ScalarLanes8.Fma(m, l1, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l1, c1); u4 += g.AsUInt64(); u3 += ScalarLanes8.Fma(k, l1, c3 - g).AsUInt64();
        h = ScalarLanes8.Fma(m, l2, c1); t5 += h.AsUInt64(); t4 += ScalarLanes8.Fma(m, l2, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l2, c1); u5 += g.AsUInt64(); u4 += ScalarLanes8.Fma(k, l2, c3 - g).AsUInt64();
        h = ScalarLanes8.Fma(m, l4, c1); t7 += h.AsUInt64(); t6 += ScalarLanes8.Fma(m, l4, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l4, c1); u7 += g.AsUInt64(); u6 += ScalarLanes8.Fma(k, l4, c3 - g).AsUInt64();
        t3 += t2 >>> 51;
        u3 += u2 >>> 51;
        m = ScalarLanes8.Digit(t3, c1, c3);
        k = ScalarLanes8.Digit(u3, c1, c3);
        h = ScalarLanes8.Fma(m, l0, c1); t4 += h.AsUInt64(); t3 += ScalarLanes8.Fma(m, l0, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l0, c1); u4 += g.AsUInt64(); u3 += ScalarLanes8.Fma(k, l0, c3 - g).AsUInt64();
        h = ScalarLanes8.Fma(m, l1, c1); t5 += h.AsUInt64(); t4 += ScalarLanes8.Fma(m, l1, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l1, c1); u5 += g.AsUInt64(); u4 += ScalarLanes8.Fma(k, l1, c3 - g).AsUInt64();
        h = ScalarLanes8.Fma(m, l2, c1); t6 += h.AsUInt64(); t5 += ScalarLanes8.Fma(m, l2, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l2, c1); u6 += g.AsUInt64(); u5 += ScalarLanes8.Fma(k, l2, c3 - g).AsUInt64();
        h = ScalarLanes8.Fma(m, l4, c1); t8 += h.AsUInt64(); t7 += ScalarLanes8.Fma(m, l4, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l4, c1); u8 += g.AsUInt64(); u7 += ScalarLanes8.Fma(k, l4, c3 - g).AsUInt64();
        t4 += t3 >>> 51;
        u4 += u3 >>> 51;
        m = ScalarLanes8.Digit(t4, c1, c3);
        k = ScalarLanes8.Digit(u4, c1, c3);
        h = ScalarLanes8.Fma(m, l0, c1); t5 += h.AsUInt64(); t4 += ScalarLanes8.Fma(m, l0, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l0, c1); u5 += g.AsUInt64(); u4 += ScalarLanes8.Fma(k, l0, c3 - g).AsUInt64();
        h = ScalarLanes8.Fma(m, l1, c1); t6 += h.AsUInt64(); t5 += ScalarLanes8.Fma(m, l1, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l1, c1); u6 += g.AsUInt64(); u5 += ScalarLanes8.Fma(k, l1, c3 - g).AsUInt64();
        h = ScalarLanes8.Fma(m, l2, c1); t7 += h.AsUInt64(); t6 += ScalarLanes8.Fma(m, l2, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l2, c1); u7 += g.AsUInt64(); u6 += ScalarLanes8.Fma(k, l2, c3 - g).AsUInt64();
        h = ScalarLanes8.Fma(m, l4, c1); t9 += h.AsUInt64(); t8 += ScalarLanes8.Fma(m, l4, c3 - h).AsUInt64();
        g = ScalarLanes8.Fma(k, l4, c1); u9 += g.AsUInt64(); u8 += ScalarLanes8.Fma(k, l4, c3 - g).AsUInt64();
        t5 += t4 >>> 51;
        u5 += u4 >>> 51;
        Vector512<ulong> mask = ScalarLanes8.Mask, magic = Vector512.Create(0x4330000000000000UL);
        Vector512<double> bias = Vector512.Create((double)((1L << 52) + (1L << 50) + (1L << 11)));
        x.A = ((t5 & mask) | magic).AsDouble() - Vector512.Create((double)((1L << 52) + (1L << 50)));
        y.A = ((u5 & mask) | magic).AsDouble() - Vector512.Create((double)((1L << 52) + (1L << 50)));
        x.B = (((t6 & mask) | magic) + (t5 >>> 51)).AsDouble() - bias;
        y.B = (((u6 & mask) | magic) + (u5 >>> 51)).AsDouble() - bias;
        x.C = (((t7 & mask) | magic) + (t6 >>> 51)).AsDouble() - bias;
        y.C = (((u7 & mask) | magic) + (u6 >>> 51)).AsDouble() - bias;
        x.D = (((t8 & mask) | magic) + (t7 >>> 51)).AsDouble() - bias;
        y.D = (((u8 & mask) | magic) + (u7 >>> 51)).AsDouble() - bias;
        x.E = (t9 + (t8 >>> 51) + Vector512.Create(0x4338000000000000UL)).AsDouble() - Vector512.Create(1.5 * (1L << 52) + (1L << 11));
        y.E = (u9 + (u8 >>> 51) + Vector512.Create(0x4338000000000000UL)).AsDouble() - Vector512.Create(1.5 * (1L << 52) + (1L << 11));
    }
}

/// <summary>The columns of two products.</summary>
[SkipLocalsInit]
internal struct ScalarPairLanes8
{
    public ScalarColumnsLanes8 T, U;
}

/// <summary>Room for two products and their factors in a <see cref="LaneFrame{T}"/>.</summary>
[SkipLocalsInit]
internal struct ScalarFrameLanes8
{
    public ScalarLanes8 X, Y, V, W, K;
    public ScalarPairLanes8 Columns;
}
