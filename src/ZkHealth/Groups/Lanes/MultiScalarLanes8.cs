using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>Sums of multiples of points in lanes. Variable time in scalars (see docs/security.md).</summary>
[SkipLocalsInit]
internal static class MultiScalarLanes8
{
    /// <summary>Pippenger's method with lanes over windows: every lane adds each point to a bucket of its own.</summary>
    public static RistrettoPoint Pippenger(ReadOnlySpan<Scalar> scalars, ReadOnlySpan<RistrettoPoint> points)
    {
        int n = points.Length, bits = ChooseBits(n), windows = SignedDigits.Count(bits);
        int groups = (windows + FieldLanes8.Count - 1) / FieldLanes8.Count, stride = groups * FieldLanes8.Count;
        double[] records = Normalize(points);
        var digits = new short[stride * n];
        for (int i = 0; i < n; i++)
        {
            SignedDigits.Radix(scalars[i], bits, digits.AsSpan(stride * i, windows));
        }

        // bucket 0 takes the points whose digit is 0 and is never read
        int size = (1 << (bits - 1)) + 1;
        var buckets = new double[FieldLanes8.Count * size * PointLanes8.RecordSize];
        var sums = new RistrettoPoint[stride];
        for (int g = 0; g < groups; g++)
        {
            Clear(buckets);
            AddToBuckets(records, digits, stride, g * FieldLanes8.Count, buckets, size);
            Collapse(buckets, size).Store(sums.AsSpan(g * FieldLanes8.Count));
        }

        RistrettoPoint sum = RistrettoPoint.Identity;
        for (int w = windows - 1; w >= 0; w--)
        {
            for (int i = 0; i < bits; i++)
            {
                sum = sum.Double();
            }

            sum += sums[w];
        }

        return sum;
    }

    /// <summary>low[j] = low[j] + u·high[j] for a multiple of Count points; u is public, given by its digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fold(Span<RistrettoPoint> low, ReadOnlySpan<RistrettoPoint> high, ReadOnlySpan<sbyte> digits)
    {
        int top = digits.LastIndexOfAnyExcept((sbyte)0);
        var table = new CachedLanes8[8];
        for (int j = 0; j < low.Length; j += FieldLanes8.Count)
        {
            PointLanes8 multiple = PointLanes8.Load(high[j..]), twice = multiple;
            PointLanes8.Double(ref twice);
            var step = new CachedLanes8(twice);
            table[0] = new CachedLanes8(multiple);
            for (int k = 1; k < table.Length; k++)
            {
                PointLanes8.Add(ref multiple, step);
                table[k] = new CachedLanes8(multiple);
            }

            PointLanes8 sum = PointLanes8.Identity;
            for (int i = top; i >= 0; i--)
            {
                int digit = digits[i];
                PointLanes8.Double(ref sum, digit != 0 || i == 0);
                if (digit > 0)
                {
                    PointLanes8.Add(ref sum, table[digit >> 1]);
                }
                else if (digit < 0)
                {
                    PointLanes8.Add(ref sum, -table[-digit >> 1]);
                }
            }

            PointLanes8.Add(ref sum, new CachedLanes8(PointLanes8.Load(low[j..])));
            sum.Store(low[j..]);
        }
    }

    /// <summary>The records of points normalised in lanes; padding at the end.</summary>
    private static double[] Normalize(ReadOnlySpan<RistrettoPoint> points)
    {
        const int N = FieldLanes8.Count;
        int batches = (points.Length + N - 1) / N;
        var lanes = new PointLanes8[batches];
        for (int b = 0; b < points.Length / N; b++)
        {
            lanes[b] = PointLanes8.Load(points[(b * N)..]);
        }

        if (points.Length % N != 0)
        {
            var rest = new RistrettoPoint[N];
            Array.Fill(rest, RistrettoPoint.Identity);
            points[(points.Length / N * N)..].CopyTo(rest);
            lanes[^1] = PointLanes8.Load(rest);
        }

        var affine = new AffineLanes8[batches];
        AffineLanes8.FromPoints(lanes, affine);
        var records = new double[batches * N * AffineLanes8.RecordSize];
        for (int b = 0; b < batches; b++)
        {
            affine[b].Store(records.AsSpan(b * N * AffineLanes8.RecordSize), AffineLanes8.RecordSize);
        }

        return records;
    }

    /// <summary>An addition for each point and group of windows, 2.6 for each bucket.</summary>
    private static int ChooseBits(int n)
    {
        int best = 4;
        double least = double.MaxValue;
        for (int bits = 4; bits <= 14; bits++)
        {
            int groups = (SignedDigits.Count(bits) + FieldLanes8.Count - 1) / FieldLanes8.Count;
            double cost = groups * (n + 2.6 * (1 << (bits - 1)));
            if (cost < least)
            {
                (best, least) = (bits, cost);
            }
        }

        return best;
    }

    /// <summary>Every bucket is the identity: Y = Z = 1.</summary>
    private static void Clear(Span<double> buckets)
    {
        buckets.Clear();
        for (int at = 0; at < buckets.Length; at += PointLanes8.RecordSize)
        {
            buckets[at + 5] = 1;
            buckets[at + 10] = 1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddToBuckets(double[] records, short[] digits, int stride, int window, double[] buckets, int size)
    {
        Span<int> offsets = stackalloc int[FieldLanes8.Count];
        Span<ulong> negative = stackalloc ulong[FieldLanes8.Count];
        for (int i = 0, at = window; at < digits.Length; i++, at += stride)
        {
            ReadOnlySpan<short> own = digits.AsSpan(at, FieldLanes8.Count);
            for (int k = 0; k < offsets.Length; k++)
            {
                int digit = own[k], sign = digit >> 31;
                negative[k] = (ulong)(long)sign;
                offsets[k] = (k * size + ((digit ^ sign) - sign)) * PointLanes8.RecordSize;
            }

            AffineLanes8.Broadcast(records.AsSpan(i * AffineLanes8.RecordSize, AffineLanes8.RecordSize), out AffineLanes8 point);
            AffineLanes8.Negate(Vector512.Create<ulong>(negative), point, out AffineLanes8 signed);
            PointLanes8.Load(buckets, offsets, out PointLanes8 bucket);
            PointLanes8.Add(ref bucket, signed);
            bucket.Store(buckets, offsets);
        }
    }

    /// <summary>sum of i·bucket[i] for each lane, by running sums from the top.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static PointLanes8 Collapse(double[] buckets, int size)
    {
        Span<int> offsets = stackalloc int[FieldLanes8.Count];
        PointLanes8 running = PointLanes8.Identity, sum = PointLanes8.Identity;
        for (int i = size - 1; i > 0; i--)
        {
            for (int k = 0; k < offsets.Length; k++)
            {
                offsets[k] = (k * size + i) * PointLanes8.RecordSize;
            }

            PointLanes8.Load(buckets, offsets, out PointLanes8 bucket);
            PointLanes8.Add(ref running, new CachedLanes8(bucket));
            PointLanes8.Add(ref sum, new CachedLanes8(running));
        }

        return sum;
    }
}
