using System.Runtime.CompilerServices;

namespace ZkHealth.Fields;

/// <summary>The loops of <see cref="ScalarVector"/> over whole batches of lanes; each returns how many elements it has
/// done.</summary>
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
            ScalarLanes8.CarriedSum(x, y, out x);
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
            ScalarLanes8.CarriedDifference(x, y, out x);
            x.Store(dst[i..]);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Multiply(ReadOnlySpan<Scalar> a, ReadOnlySpan<Scalar> b, Span<Scalar> dst)
    {
        using var frame = new LaneFrame<ScalarFrameLanes8>();
        ref ScalarFrameLanes8 f = ref frame.Value;
        int i = 0;
        for (; i + 2 * N <= a.Length; i += 2 * N)
        {
            ScalarLanes8.Load(a[i..], out f.X);
            ScalarLanes8.Load(b[i..], out f.Y);
            ScalarLanes8.Load(a[(i + N)..], out f.V);
            ScalarLanes8.Load(b[(i + N)..], out f.W);
            ScalarLanes8.Carry(f.Y, out f.Y);
            ScalarLanes8.Carry(f.W, out f.W);
            ScalarPairsLanes8.Multiply(f.X, f.Y, f.V, f.W, ref f.Columns, out f.X, out f.V);
            f.X.StoreHalf(dst[i..]);
            f.V.StoreHalf(dst[(i + N)..]);
        }

        for (; i + N <= a.Length; i += N)
        {
            ScalarLanes8.Load(a[i..], out f.X);
            ScalarLanes8.Load(b[i..], out f.Y);
            ScalarLanes8.Carry(f.Y, out f.Y);
            ScalarLanes8.Multiply(f.X, f.Y, out f.X);
            f.X.StoreHalf(dst[i..]);
        }

        return i;
    }

    /// <summary>dst = k·a, given k/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Scale(ReadOnlySpan<Scalar> a, in Scalar half, Span<Scalar> dst)
    {
        using var frame = new LaneFrame<ScalarFrameLanes8>();
        ref ScalarFrameLanes8 f = ref frame.Value;
        f.K = ScalarLanes8.Broadcast(half);
        int i = 0;
        for (; i + 2 * N <= a.Length; i += 2 * N)
        {
            ScalarLanes8.Load(a[i..], out f.X);
            ScalarLanes8.Load(a[(i + N)..], out f.V);
            ScalarPairsLanes8.Multiply(f.X, f.K, f.V, f.K, ref f.Columns, out f.X, out f.V);
            f.X.Store(dst[i..]);
            f.V.Store(dst[(i + N)..]);
        }

        for (; i + N <= a.Length; i += N)
        {
            ScalarLanes8.Load(a[i..], out f.X);
            ScalarLanes8.Multiply(f.X, f.K, out f.X);
            f.X.Store(dst[i..]);
        }

        return i;
    }

    /// <summary>dst = a + k·b, given k/2: the product is above −l, the sum below 2l.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int AddScaled(ReadOnlySpan<Scalar> a, in Scalar half, ReadOnlySpan<Scalar> b, Span<Scalar> dst)
    {
        using var frame = new LaneFrame<ScalarFrameLanes8>();
        ref ScalarFrameLanes8 f = ref frame.Value;
        f.K = ScalarLanes8.Broadcast(half);
        int i = 0;
        for (; i + N <= a.Length; i += N)
        {
            ScalarLanes8.Load(a[i..], out f.X);
            ScalarLanes8.Load(b[i..], out f.Y);
            ScalarLanes8.Multiply(f.Y, f.K, out f.Y);
            ScalarLanes8.CarriedSum(f.X, f.Y, out f.X);
            f.X.Store(dst[i..]);
        }

        return i;
    }

    /// <summary>low = low + rho·(high − low), given rho/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Fold(Span<Scalar> low, ReadOnlySpan<Scalar> high, in Scalar half)
    {
        using var frame = new LaneFrame<ScalarFrameLanes8>();
        ref ScalarFrameLanes8 f = ref frame.Value;
        f.K = ScalarLanes8.Broadcast(half);
        int i = 0;
        for (; i + 2 * N <= low.Length; i += 2 * N)
        {
            ScalarLanes8.Load(low[i..], out f.X);
            ScalarLanes8.Load(high[i..], out f.Y);
            ScalarLanes8.Load(low[(i + N)..], out f.V);
            ScalarLanes8.Load(high[(i + N)..], out f.W);
            ScalarLanes8.Subtract(f.Y, f.X, out f.Y);
            ScalarLanes8.Subtract(f.W, f.V, out f.W);
            ScalarPairsLanes8.Multiply(f.Y, f.K, f.W, f.K, ref f.Columns, out f.Y, out f.W);
            ScalarLanes8.CarriedSum(f.X, f.Y, out f.X);
            ScalarLanes8.CarriedSum(f.V, f.W, out f.V);
            f.X.Store(low[i..]);
            f.V.Store(low[(i + N)..]);
        }

        for (; i + N <= low.Length; i += N)
        {
            ScalarLanes8.Load(low[i..], out f.X);
            ScalarLanes8.Load(high[i..], out f.Y);
            ScalarLanes8.Subtract(f.Y, f.X, out f.Y);
            ScalarLanes8.Multiply(f.Y, f.K, out f.Y);
            ScalarLanes8.CarriedSum(f.X, f.Y, out f.X);
            f.X.Store(low[i..]);
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
