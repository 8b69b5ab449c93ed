using System.Runtime.CompilerServices;

namespace ZkHealth.Fields;

/// <summary>The loops of <see cref="ScalarVector"/> over whole batches of lanes; each returns how many elements it has done.</summary>
[SkipLocalsInit]
internal static class ScalarVectorLanes8
{
    private const int N = ScalarLanes8.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Add(ReadOnlySpan<Scalar> a, ReadOnlySpan<Scalar> b, Span<Scalar> dst)
    {
        int i = 0;
        for (; i + N <= a.Length; i += N)
        {
            ScalarLanes8.Load(a[i..], out ScalarLanes8 x);
            ScalarLanes8.Load(b[i..], out ScalarLanes8 y);
            ScalarLanes8.Carry(x + y, out x);
            x.Store(dst[i..]);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Subtract(ReadOnlySpan<Scalar> a, ReadOnlySpan<Scalar> b, Span<Scalar> dst)
    {
        int i = 0;
        for (; i + N <= a.Length; i += N)
        {
            ScalarLanes8.Load(a[i..], out ScalarLanes8 x);
            ScalarLanes8.Load(b[i..], out ScalarLanes8 y);
            ScalarLanes8.Carry(x - y, out x);
            x.Store(dst[i..]);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Multiply(ReadOnlySpan<Scalar> a, ReadOnlySpan<Scalar> b, Span<Scalar> dst)
    {
        int i = 0;
        for (; i + 2 * N <= a.Length; i += 2 * N)
        {
            ScalarLanes8.Load(a[i..], out ScalarLanes8 x);
            ScalarLanes8.Load(b[i..], out ScalarLanes8 y);
            ScalarLanes8.Load(a[(i + N)..], out ScalarLanes8 v);
            ScalarLanes8.Load(b[(i + N)..], out ScalarLanes8 w);
            ScalarLanes8.Carry(y, out y);
            ScalarLanes8.Carry(w, out w);
            ScalarPairsLanes8.Multiply(x, y, v, w, out x, out v);
            x.StoreHalf(dst[i..]);
            v.StoreHalf(dst[(i + N)..]);
        }

        for (; i + N <= a.Length; i += N)
        {
            ScalarLanes8.Load(a[i..], out ScalarLanes8 x);
            ScalarLanes8.Load(b[i..], out ScalarLanes8 y);
            ScalarLanes8.Carry(y, out y);
            ScalarLanes8.Multiply(x, y, out x);
            x.StoreHalf(dst[i..]);
        }

        return i;
    }

    /// <summary>dst = k·a, given k/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Scale(ReadOnlySpan<Scalar> a, in Scalar half, Span<Scalar> dst)
    {
        ScalarLanes8 k = ScalarLanes8.Broadcast(half);
        int i = 0;
        for (; i + 2 * N <= a.Length; i += 2 * N)
        {
            ScalarLanes8.Load(a[i..], out ScalarLanes8 x);
            ScalarLanes8.Load(a[(i + N)..], out ScalarLanes8 v);
            ScalarPairsLanes8.Multiply(x, k, v, k, out x, out v);
            x.Store(dst[i..]);
            v.Store(dst[(i + N)..]);
        }

        for (; i + N <= a.Length; i += N)
        {
            ScalarLanes8.Load(a[i..], out ScalarLanes8 x);
            ScalarLanes8.Multiply(x, k, out x);
            x.Store(dst[i..]);
        }

        return i;
    }

    /// <summary>dst = a + k·b, given k/2: the product is above −l, the sum below 2l.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int AddScaled(ReadOnlySpan<Scalar> a, in Scalar half, ReadOnlySpan<Scalar> b, Span<Scalar> dst)
    {
        ScalarLanes8 k = ScalarLanes8.Broadcast(half);
        int i = 0;
        for (; i + N <= a.Length; i += N)
        {
            ScalarLanes8.Load(a[i..], out ScalarLanes8 x);
            ScalarLanes8.Load(b[i..], out ScalarLanes8 y);
            ScalarLanes8.Multiply(y, k, out y);
            ScalarLanes8.Carry(x + y, out x);
            x.Store(dst[i..]);
        }

        return i;
    }

    /// <summary>low = low + rho·(high − low), given rho/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Fold(Span<Scalar> low, ReadOnlySpan<Scalar> high, in Scalar half)
    {
        ScalarLanes8 rho = ScalarLanes8.Broadcast(half);
        int i = 0;
        for (; i + 2 * N <= low.Length; i += 2 * N)
        {
            ScalarLanes8.Load(low[i..], out ScalarLanes8 x);
            ScalarLanes8.Load(high[i..], out ScalarLanes8 y);
            ScalarLanes8.Load(low[(i + N)..], out ScalarLanes8 v);
            ScalarLanes8.Load(high[(i + N)..], out ScalarLanes8 w);
            ScalarPairsLanes8.Multiply(y - x, rho, w - v, rho, out y, out w);
            ScalarLanes8.Carry(x + y, out x);
            ScalarLanes8.Carry(v + w, out v);
            x.Store(low[i..]);
            v.Store(low[(i + N)..]);
        }

        for (; i + N <= low.Length; i += N)
        {
            ScalarLanes8.Load(low[i..], out ScalarLanes8 x);
            ScalarLanes8.Load(high[i..], out ScalarLanes8 y);
            ScalarLanes8.Multiply(y - x, rho, out y);
            ScalarLanes8.Carry(x + y, out x);
            x.Store(low[i..]);
        }

        return i;
    }

    /// <summary>2·⟨a, b⟩ over the elements that were done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Dot(ReadOnlySpan<Scalar> a, ReadOnlySpan<Scalar> b, out Scalar twice)
    {
        twice = Scalar.Zero;
        int i = 0;
        while (i + N <= a.Length)
        {
            ScalarColumnsLanes8 columns = default;
            int products = 0;
            for (; products < ScalarLanes8.MaxProducts && i + N <= a.Length; products++, i += N)
            {
                ScalarLanes8.Load(a[i..], out ScalarLanes8 x);
                ScalarLanes8.Load(b[i..], out ScalarLanes8 y);
                ScalarLanes8.Carry(y, out y);
                ScalarLanes8.MultiplyAdd(x, y, ref columns);
            }

            ScalarLanes8.Reduce(columns, products, out ScalarLanes8 sum);
            twice += sum.Sum();
        }

        return i;
    }
}
