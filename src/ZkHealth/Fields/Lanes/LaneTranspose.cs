using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ZkHealth.Fields;

/// <summary>
/// Between one record of doubles after the other and lanes: vector k holds the k-th double of every record. The only code that is
/// written for each width.
/// </summary>
internal static class LaneTranspose
{
    /// <summary>r0..r7 become their transpose.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Square(
        ref Vector512<double> r0, ref Vector512<double> r1, ref Vector512<double> r2, ref Vector512<double> r3,
        ref Vector512<double> r4, ref Vector512<double> r5, ref Vector512<double> r6, ref Vector512<double> r7)
    {
        Vector512<double> t0 = Avx512F.UnpackLow(r0, r1), t1 = Avx512F.UnpackHigh(r0, r1), t2 = Avx512F.UnpackLow(r2, r3), t3 = Avx512F.UnpackHigh(r2, r3);
        Vector512<double> t4 = Avx512F.UnpackLow(r4, r5), t5 = Avx512F.UnpackHigh(r4, r5), t6 = Avx512F.UnpackLow(r6, r7), t7 = Avx512F.UnpackHigh(r6, r7);
        Vector512<double> u0 = Avx512F.Shuffle4x128(t0, t2, 0x88), u1 = Avx512F.Shuffle4x128(t0, t2, 0xdd), v0 = Avx512F.Shuffle4x128(t4, t6, 0x88), v1 = Avx512F.Shuffle4x128(t4, t6, 0xdd);
        Vector512<double> w0 = Avx512F.Shuffle4x128(t1, t3, 0x88), w1 = Avx512F.Shuffle4x128(t1, t3, 0xdd), x0 = Avx512F.Shuffle4x128(t5, t7, 0x88), x1 = Avx512F.Shuffle4x128(t5, t7, 0xdd);
        (r0, r4) = (Avx512F.Shuffle4x128(u0, v0, 0x88), Avx512F.Shuffle4x128(u0, v0, 0xdd));
        (r2, r6) = (Avx512F.Shuffle4x128(u1, v1, 0x88), Avx512F.Shuffle4x128(u1, v1, 0xdd));
        (r1, r5) = (Avx512F.Shuffle4x128(w0, x0, 0x88), Avx512F.Shuffle4x128(w0, x0, 0xdd));
        (r3, r7) = (Avx512F.Shuffle4x128(w1, x1, 0x88), Avx512F.Shuffle4x128(w1, x1, 0xdd));
    }

    /// <summary>r0..r3 become their transpose.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Square(ref Vector256<double> r0, ref Vector256<double> r1, ref Vector256<double> r2, ref Vector256<double> r3)
    {
        Vector256<double> t0 = Avx.UnpackLow(r0, r1), t1 = Avx.UnpackHigh(r0, r1), t2 = Avx.UnpackLow(r2, r3), t3 = Avx.UnpackHigh(r2, r3);
        (r0, r1) = (Avx.Permute2x128(t0, t2, 0x20), Avx.Permute2x128(t1, t3, 0x20));
        (r2, r3) = (Avx.Permute2x128(t0, t2, 0x31), Avx.Permute2x128(t1, t3, 0x31));
    }

    /// <summary>v[k] = the k-th double of each record of 8, records at eight offsets of which the lowest bit does not
    /// count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load8(
        ReadOnlySpan<double> source, ReadOnlySpan<int> offsets, int skip,
        out Vector512<double> v0, out Vector512<double> v1, out Vector512<double> v2, out Vector512<double> v3,
        out Vector512<double> v4, out Vector512<double> v5, out Vector512<double> v6, out Vector512<double> v7)
    {
        if (!Avx512F.IsSupported)
        {
            Span<Vector512<double>> lanes = new Vector512<double>[8];
            Slow(source, offsets, skip, MemoryMarshal.Cast<Vector512<double>, double>(lanes));
            (v0, v1, v2, v3, v4, v5, v6, v7) = (lanes[0], lanes[1], lanes[2], lanes[3], lanes[4], lanes[5], lanes[6], lanes[7]);
            return;
        }

        ref double s = ref MemoryMarshal.GetReference(source);
        _ = source.Slice(0, Last(offsets[..8]) + skip + 8);
        (v0, v1, v2, v3) = (At512(ref s, offsets[0], skip), At512(ref s, offsets[1], skip), At512(ref s, offsets[2], skip), At512(ref s, offsets[3], skip));
        (v4, v5, v6, v7) = (At512(ref s, offsets[4], skip), At512(ref s, offsets[5], skip), At512(ref s, offsets[6], skip), At512(ref s, offsets[7], skip));
        Square(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7);
    }

    /// <summary>Does the same for four lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load8(
        ReadOnlySpan<double> source, ReadOnlySpan<int> offsets, int skip,
        out Vector256<double> v0, out Vector256<double> v1, out Vector256<double> v2, out Vector256<double> v3,
        out Vector256<double> v4, out Vector256<double> v5, out Vector256<double> v6, out Vector256<double> v7)
    {
        if (!Avx.IsSupported)
        {
            Span<Vector256<double>> lanes = new Vector256<double>[8];
            Slow(source, offsets, skip, MemoryMarshal.Cast<Vector256<double>, double>(lanes));
            (v0, v1, v2, v3, v4, v5, v6, v7) = (lanes[0], lanes[1], lanes[2], lanes[3], lanes[4], lanes[5], lanes[6], lanes[7]);
            return;
        }

        ref double s = ref MemoryMarshal.GetReference(source);
        _ = source.Slice(0, Last(offsets[..4]) + skip + 8);
        (v0, v1, v2, v3) = (At256(ref s, offsets[0], skip), At256(ref s, offsets[1], skip), At256(ref s, offsets[2], skip), At256(ref s, offsets[3], skip));
        Square(ref v0, ref v1, ref v2, ref v3);
        skip += 4;
        (v4, v5, v6, v7) = (At256(ref s, offsets[0], skip), At256(ref s, offsets[1], skip), At256(ref s, offsets[2], skip), At256(ref s, offsets[3], skip));
        Square(ref v4, ref v5, ref v6, ref v7);
    }

    /// <summary>Does the same for two lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load8(
        ReadOnlySpan<double> source, ReadOnlySpan<int> offsets, int skip,
        out Vector128<double> v0, out Vector128<double> v1, out Vector128<double> v2, out Vector128<double> v3,
        out Vector128<double> v4, out Vector128<double> v5, out Vector128<double> v6, out Vector128<double> v7)
    {
        ReadOnlySpan<double> a = source.Slice((offsets[0] & ~1) + skip, 8), b = source.Slice((offsets[1] & ~1) + skip, 8);
        (v0, v1, v2, v3) = (Vector128.Create(a[0], b[0]), Vector128.Create(a[1], b[1]), Vector128.Create(a[2], b[2]), Vector128.Create(a[3], b[3]));
        (v4, v5, v6, v7) = (Vector128.Create(a[4], b[4]), Vector128.Create(a[5], b[5]), Vector128.Create(a[6], b[6]), Vector128.Create(a[7], b[7]));
    }

    /// <summary>The inverse for eight lanes; offsets are even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store8(
        Vector512<double> v0, Vector512<double> v1, Vector512<double> v2, Vector512<double> v3,
        Vector512<double> v4, Vector512<double> v5, Vector512<double> v6, Vector512<double> v7,
        ReadOnlySpan<int> offsets, int skip, Span<double> target)
    {
        if (!Avx512F.IsSupported)
        {
            Slow(MemoryMarshal.Cast<Vector512<double>, double>(new Vector512<double>[] { v0, v1, v2, v3, v4, v5, v6, v7 }), offsets, skip, target, 8);
            return;
        }

        ref double t = ref MemoryMarshal.GetReference(target);
        _ = target.Slice(0, Last(offsets[..8]) + skip + 8);
        Square(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7);
        v0.StoreUnsafe(ref t, (nuint)(uint)(offsets[0] + skip));
        v1.StoreUnsafe(ref t, (nuint)(uint)(offsets[1] + skip));
        v2.StoreUnsafe(ref t, (nuint)(uint)(offsets[2] + skip));
        v3.StoreUnsafe(ref t, (nuint)(uint)(offsets[3] + skip));
        v4.StoreUnsafe(ref t, (nuint)(uint)(offsets[4] + skip));
        v5.StoreUnsafe(ref t, (nuint)(uint)(offsets[5] + skip));
        v6.StoreUnsafe(ref t, (nuint)(uint)(offsets[6] + skip));
        v7.StoreUnsafe(ref t, (nuint)(uint)(offsets[7] + skip));
    }

    /// <summary>Does the same for four lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store8(
        Vector256<double> v0, Vector256<double> v1, Vector256<double> v2, Vector256<double> v3,
        Vector256<double> v4, Vector256<double> v5, Vector256<double> v6, Vector256<double> v7,
        ReadOnlySpan<int> offsets, int skip, Span<double> target)
    {
        if (!Avx.IsSupported)
        {
            Slow(MemoryMarshal.Cast<Vector256<double>, double>(new Vector256<double>[] { v0, v1, v2, v3, v4, v5, v6, v7 }), offsets, skip, target, 4);
            return;
        }

        ref double t = ref MemoryMarshal.GetReference(target);
        _ = target.Slice(0, Last(offsets[..4]) + skip + 8);
        Square(ref v0, ref v1, ref v2, ref v3);
        Square(ref v4, ref v5, ref v6, ref v7);
        (nuint at0, nuint at1, nuint at2, nuint at3) =
            ((nuint)(uint)(offsets[0] + skip), (nuint)(uint)(offsets[1] + skip), (nuint)(uint)(offsets[2] + skip), (nuint)(uint)(offsets[3] + skip));
        v0.StoreUnsafe(ref t, at0);
        v1.StoreUnsafe(ref t, at1);
        v2.StoreUnsafe(ref t, at2);
        v3.StoreUnsafe(ref t, at3);
        v4.StoreUnsafe(ref t, at0 + 4);
        v5.StoreUnsafe(ref t, at1 + 4);
        v6.StoreUnsafe(ref t, at2 + 4);
        v7.StoreUnsafe(ref t, at3 + 4);
    }

    /// <summary>Does the same for two lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store8(
        Vector128<double> v0, Vector128<double> v1, Vector128<double> v2, Vector128<double> v3,
        Vector128<double> v4, Vector128<double> v5, Vector128<double> v6, Vector128<double> v7,
        ReadOnlySpan<int> offsets, int skip, Span<double> target)
    {
        Span<double> a = target.Slice(offsets[0] + skip, 8), b = target.Slice(offsets[1] + skip, 8);
        (a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]) = (v0[0], v1[0], v2[0], v3[0], v4[0], v5[0], v6[0], v7[0]);
        (b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]) = (v0[1], v1[1], v2[1], v3[1], v4[1], v5[1], v6[1], v7[1]);
    }

    /// <summary>Eight integers, of which the lowest bits matter, widened to the lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen(ReadOnlySpan<int> integers, out Vector512<long> lanes) =>
        lanes = Avx512F.IsSupported ? Avx512F.ConvertToVector512Int64(Vector256.Create(integers))
            : Vector512.Create((long)integers[0], integers[1], integers[2], integers[3], integers[4], integers[5], integers[6], integers[7]);

    /// <summary>Does the same for four lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen(ReadOnlySpan<int> integers, out Vector256<long> lanes) =>
        lanes = Avx2.IsSupported ? Avx2.ConvertToVector256Int64(Vector128.Create(integers)) : Vector256.Create((long)integers[0], integers[1], integers[2], integers[3]);

    /// <summary>Does the same for two lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen(ReadOnlySpan<int> integers, out Vector128<long> lanes) => lanes = Vector128.Create((long)integers[0], integers[1]);

    /// <summary>The four words of eight scalars, one vector a word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadScalars(
        ReadOnlySpan<Scalar> scalars, out Vector512<ulong> a, out Vector512<ulong> b, out Vector512<ulong> c, out Vector512<ulong> d)
    {
        ref ulong s = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<Scalar, ulong>(scalars[..8]));
        Vector512<ulong> z0 = Vector512.LoadUnsafe(ref s), z1 = Vector512.LoadUnsafe(ref s, 8), z2 = Vector512.LoadUnsafe(ref s, 16), z3 = Vector512.LoadUnsafe(ref s, 24);
        if (!Avx512F.IsSupported)
        {
            a = Vector512.Create(z0[0], z0[4], z1[0], z1[4], z2[0], z2[4], z3[0], z3[4]);
            b = Vector512.Create(z0[1], z0[5], z1[1], z1[5], z2[1], z2[5], z3[1], z3[5]);
            c = Vector512.Create(z0[2], z0[6], z1[2], z1[6], z2[2], z2[6], z3[2], z3[6]);
            d = Vector512.Create(z0[3], z0[7], z1[3], z1[7], z2[3], z2[7], z3[3], z3[7]);
            return;
        }

        Vector512<ulong> first = Vector512.Create(0UL, 4, 8, 12, 1, 5, 9, 13), last = Vector512.Create(2UL, 6, 10, 14, 3, 7, 11, 15);
        Vector512<ulong> ab0 = Avx512F.PermuteVar8x64x2(z0, first, z1), ab1 = Avx512F.PermuteVar8x64x2(z2, first, z3);
        Vector512<ulong> cd0 = Avx512F.PermuteVar8x64x2(z0, last, z1), cd1 = Avx512F.PermuteVar8x64x2(z2, last, z3);
        (a, b) = (Avx512F.Shuffle4x128(ab0, ab1, 0x44), Avx512F.Shuffle4x128(ab0, ab1, 0xee));
        (c, d) = (Avx512F.Shuffle4x128(cd0, cd1, 0x44), Avx512F.Shuffle4x128(cd0, cd1, 0xee));
    }

    /// <summary>The inverse for eight lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreScalars(Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong> c, Vector512<ulong> d, Span<Scalar> scalars)
    {
        Span<ulong> words = MemoryMarshal.Cast<Scalar, ulong>(scalars[..8]);
        ref ulong s = ref MemoryMarshal.GetReference(words);
        if (!Avx512F.IsSupported)
        {
            for (int i = 0; i < 8; i++)
            {
                (words[4 * i], words[4 * i + 1], words[4 * i + 2], words[4 * i + 3]) = (a[i], b[i], c[i], d[i]);
            }

            return;
        }

        Vector512<ulong> first = Vector512.Create(0UL, 4, 8, 12, 1, 5, 9, 13), last = Vector512.Create(2UL, 6, 10, 14, 3, 7, 11, 15);
        Vector512<ulong> ab0 = Avx512F.Shuffle4x128(a, b, 0x44), cd0 = Avx512F.Shuffle4x128(c, d, 0x44);
        Vector512<ulong> ab1 = Avx512F.Shuffle4x128(a, b, 0xee), cd1 = Avx512F.Shuffle4x128(c, d, 0xee);
        Avx512F.PermuteVar8x64x2(ab0, first, cd0).StoreUnsafe(ref s);
        Avx512F.PermuteVar8x64x2(ab0, last, cd0).StoreUnsafe(ref s, 8);
        Avx512F.PermuteVar8x64x2(ab1, first, cd1).StoreUnsafe(ref s, 16);
        Avx512F.PermuteVar8x64x2(ab1, last, cd1).StoreUnsafe(ref s, 24);
    }

    /// <summary>Does the same for four lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadScalars(
        ReadOnlySpan<Scalar> scalars, out Vector256<ulong> a, out Vector256<ulong> b, out Vector256<ulong> c, out Vector256<ulong> d)
    {
        ref ulong s = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<Scalar, ulong>(scalars[..4]));
        Vector256<ulong> z0 = Vector256.LoadUnsafe(ref s), z1 = Vector256.LoadUnsafe(ref s, 4), z2 = Vector256.LoadUnsafe(ref s, 8), z3 = Vector256.LoadUnsafe(ref s, 12);
        if (!Avx.IsSupported)
        {
            a = Vector256.Create(z0[0], z1[0], z2[0], z3[0]);
            b = Vector256.Create(z0[1], z1[1], z2[1], z3[1]);
            c = Vector256.Create(z0[2], z1[2], z2[2], z3[2]);
            d = Vector256.Create(z0[3], z1[3], z2[3], z3[3]);
            return;
        }

        Vector256<double> r0 = z0.AsDouble(), r1 = z1.AsDouble(), r2 = z2.AsDouble(), r3 = z3.AsDouble();
        Square(ref r0, ref r1, ref r2, ref r3);
        (a, b, c, d) = (r0.AsUInt64(), r1.AsUInt64(), r2.AsUInt64(), r3.AsUInt64());
    }

    /// <summary>The inverse for four lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreScalars(Vector256<ulong> a, Vector256<ulong> b, Vector256<ulong> c, Vector256<ulong> d, Span<Scalar> scalars)
    {
        Span<ulong> words = MemoryMarshal.Cast<Scalar, ulong>(scalars[..4]);
        ref ulong s = ref MemoryMarshal.GetReference(words);
        if (!Avx.IsSupported)
        {
            for (int i = 0; i < 4; i++)
            {
                (words[4 * i], words[4 * i + 1], words[4 * i + 2], words[4 * i + 3]) = (a[i], b[i], c[i], d[i]);
            }

            return;
        }

        Vector256<double> r0 = a.AsDouble(), r1 = b.AsDouble(), r2 = c.AsDouble(), r3 = d.AsDouble();
        Square(ref r0, ref r1, ref r2, ref r3);
        r0.AsUInt64().StoreUnsafe(ref s);
        r1.AsUInt64().StoreUnsafe(ref s, 4);
        r2.AsUInt64().StoreUnsafe(ref s, 8);
        r3.AsUInt64().StoreUnsafe(ref s, 12);
    }

    /// <summary>Does the same for two lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadScalars(
        ReadOnlySpan<Scalar> scalars, out Vector128<ulong> a, out Vector128<ulong> b, out Vector128<ulong> c, out Vector128<ulong> d)
    {
        ReadOnlySpan<ulong> s = MemoryMarshal.Cast<Scalar, ulong>(scalars[..2]);
        (a, b) = (Vector128.Create(s[0], s[4]), Vector128.Create(s[1], s[5]));
        (c, d) = (Vector128.Create(s[2], s[6]), Vector128.Create(s[3], s[7]));
    }

    /// <summary>The inverse for two lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreScalars(Vector128<ulong> a, Vector128<ulong> b, Vector128<ulong> c, Vector128<ulong> d, Span<Scalar> scalars)
    {
        Span<ulong> s = MemoryMarshal.Cast<Scalar, ulong>(scalars[..2]);
        (s[0], s[1], s[2], s[3]) = (a[0], b[0], c[0], d[0]);
        (s[4], s[5], s[6], s[7]) = (a[1], b[1], c[1], d[1]);
    }

    private static void Slow(ReadOnlySpan<double> lanes, ReadOnlySpan<int> offsets, int skip, Span<double> target, int count)
    {
        for (int i = 0; i < count; i++)
        {
            for (int k = 0; k < 8; k++)
            {
                target[offsets[i] + skip + k] = lanes[count * k + i];
            }
        }
    }

    private static void Slow(ReadOnlySpan<double> source, ReadOnlySpan<int> offsets, int skip, Span<double> lanes)
    {
        int count = lanes.Length / 8;
        for (int i = 0; i < count; i++)
        {
            for (int k = 0; k < 8; k++)
            {
                lanes[count * k + i] = source[(offsets[i] & ~1) + skip + k];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Last(ReadOnlySpan<int> offsets)
    {
        int last = 0;
        foreach (int offset in offsets)
        {
            last = Math.Max(last, offset);
        }

        return last & ~1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> At512(ref double s, int offset, int skip) => Vector512.LoadUnsafe(ref s, (nuint)(uint)((offset & ~1) + skip));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> At256(ref double s, int offset, int skip) => Vector256.LoadUnsafe(ref s, (nuint)(uint)((offset & ~1) + skip));
}
