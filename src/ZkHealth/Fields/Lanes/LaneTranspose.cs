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

    /// <summary>lanes[k] = the k-th double of each record of 8, records at eight offsets, for k below 8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load8(ReadOnlySpan<double> source, ReadOnlySpan<int> offsets, int skip, Span<Vector512<double>> lanes)
    {
        ref double s = ref MemoryMarshal.GetReference(source);
        if (!Avx512F.IsSupported)
        {
            Slow(source, offsets, skip, MemoryMarshal.Cast<Vector512<double>, double>(lanes));
            return;
        }

        _ = source.Slice(0, Last(offsets[..8]) + skip + 8);
        Vector512<double> r0 = At512(ref s, offsets[0] + skip), r1 = At512(ref s, offsets[1] + skip), r2 = At512(ref s, offsets[2] + skip), r3 = At512(ref s, offsets[3] + skip);
        Vector512<double> r4 = At512(ref s, offsets[4] + skip), r5 = At512(ref s, offsets[5] + skip), r6 = At512(ref s, offsets[6] + skip), r7 = At512(ref s, offsets[7] + skip);
        Square(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        (lanes[0], lanes[1], lanes[2], lanes[3], lanes[4], lanes[5], lanes[6], lanes[7]) = (r0, r1, r2, r3, r4, r5, r6, r7);
    }

    /// <summary>The same for four lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load8(ReadOnlySpan<double> source, ReadOnlySpan<int> offsets, int skip, Span<Vector256<double>> lanes)
    {
        ref double s = ref MemoryMarshal.GetReference(source);
        if (!Avx.IsSupported)
        {
            Slow(source, offsets, skip, MemoryMarshal.Cast<Vector256<double>, double>(lanes));
            return;
        }

        _ = source.Slice(0, Last(offsets[..4]) + skip + 8);
        for (int k = 0; k < 8; k += 4)
        {
            Vector256<double> r0 = At256(ref s, offsets[0] + skip + k), r1 = At256(ref s, offsets[1] + skip + k);
            Vector256<double> r2 = At256(ref s, offsets[2] + skip + k), r3 = At256(ref s, offsets[3] + skip + k);
            Square(ref r0, ref r1, ref r2, ref r3);
            (lanes[k], lanes[k + 1], lanes[k + 2], lanes[k + 3]) = (r0, r1, r2, r3);
        }
    }

    /// <summary>The same for two lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load8(ReadOnlySpan<double> source, ReadOnlySpan<int> offsets, int skip, Span<Vector128<double>> lanes)
    {
        ReadOnlySpan<double> a = source.Slice(offsets[0] + skip, 8), b = source.Slice(offsets[1] + skip, 8);
        for (int k = 0; k < 8; k++)
        {
            lanes[k] = Vector128.Create(a[k], b[k]);
        }
    }

    /// <summary>The inverse of <see cref="Load8(ReadOnlySpan{double}, ReadOnlySpan{int}, int, Span{Vector512{double}})"/>; lanes are used up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store8(Span<Vector512<double>> lanes, ReadOnlySpan<int> offsets, int skip, Span<double> target)
    {
        if (!Avx512F.IsSupported)
        {
            Slow(MemoryMarshal.Cast<Vector512<double>, double>(lanes), offsets, skip, target, 8);
            return;
        }

        ref double t = ref MemoryMarshal.GetReference(target);
        _ = target.Slice(0, Last(offsets[..8]) + skip + 8);
        Vector512<double> r0 = lanes[0], r1 = lanes[1], r2 = lanes[2], r3 = lanes[3], r4 = lanes[4], r5 = lanes[5], r6 = lanes[6], r7 = lanes[7];
        Square(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        r0.StoreUnsafe(ref t, (nuint)(uint)(offsets[0] + skip));
        r1.StoreUnsafe(ref t, (nuint)(uint)(offsets[1] + skip));
        r2.StoreUnsafe(ref t, (nuint)(uint)(offsets[2] + skip));
        r3.StoreUnsafe(ref t, (nuint)(uint)(offsets[3] + skip));
        r4.StoreUnsafe(ref t, (nuint)(uint)(offsets[4] + skip));
        r5.StoreUnsafe(ref t, (nuint)(uint)(offsets[5] + skip));
        r6.StoreUnsafe(ref t, (nuint)(uint)(offsets[6] + skip));
        r7.StoreUnsafe(ref t, (nuint)(uint)(offsets[7] + skip));
    }

    /// <summary>The same for four lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store8(Span<Vector256<double>> lanes, ReadOnlySpan<int> offsets, int skip, Span<double> target)
    {
        if (!Avx.IsSupported)
        {
            Slow(MemoryMarshal.Cast<Vector256<double>, double>(lanes), offsets, skip, target, 4);
            return;
        }

        ref double t = ref MemoryMarshal.GetReference(target);
        _ = target.Slice(0, Last(offsets[..4]) + skip + 8);
        for (int k = 0; k < 8; k += 4)
        {
            Vector256<double> r0 = lanes[k], r1 = lanes[k + 1], r2 = lanes[k + 2], r3 = lanes[k + 3];
            Square(ref r0, ref r1, ref r2, ref r3);
            r0.StoreUnsafe(ref t, (nuint)(uint)(offsets[0] + skip + k));
            r1.StoreUnsafe(ref t, (nuint)(uint)(offsets[1] + skip + k));
            r2.StoreUnsafe(ref t, (nuint)(uint)(offsets[2] + skip + k));
            r3.StoreUnsafe(ref t, (nuint)(uint)(offsets[3] + skip + k));
        }
    }

    /// <summary>The same for two lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store8(Span<Vector128<double>> lanes, ReadOnlySpan<int> offsets, int skip, Span<double> target)
    {
        Span<double> a = target.Slice(offsets[0] + skip, 8), b = target.Slice(offsets[1] + skip, 8);
        for (int k = 0; k < 8; k++)
        {
            (a[k], b[k]) = (lanes[k][0], lanes[k][1]);
        }
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
                lanes[count * k + i] = source[offsets[i] + skip + k];
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

        return last;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> At512(ref double s, int offset) => Vector512.LoadUnsafe(ref s, (nuint)(uint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> At256(ref double s, int offset) => Vector256.LoadUnsafe(ref s, (nuint)(uint)offset);
}
