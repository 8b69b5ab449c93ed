using System.Buffers;
using System.Runtime.CompilerServices;
using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>Sums of multiples of many points in lanes. Variable time in scalars (see docs/security.md).</summary>
[SkipLocalsInit]
internal static class PippengerLanes8
{
    /// <summary>Batches normalised by one inversion, so that what is computed on the way stays in the second cache.</summary>
    private const int BatchesAtOnce = 256;

    /// <summary>Points summed at once, so that their records, 4 MiB, stay in the third cache even where others use it.</summary>
    private const int PointsAtOnce = 1 << 15;

    /// <summary>Sum of scalars[i]·points[i], in parts of like length where there are many, for scalars below 2^bits of four limbs
    /// each.</summary>
    public static RistrettoPoint Sum(ReadOnlySpan<ulong> scalars, ReadOnlySpan<RistrettoPoint> points, int bits)
    {
        int parts = (points.Length + PointsAtOnce - 1) / PointsAtOnce;
        RistrettoPoint sum = RistrettoPoint.Identity;
        for (int i = 0, from = 0; i < parts; i++)
        {
            int length = (points.Length - from) / (parts - i);
            sum += Part(scalars.Slice(SignedDigits.Limbs * from, SignedDigits.Limbs * length), points.Slice(from, length), bits);
            from += length;
        }

        return sum;
    }

    /// <summary>
    /// Pippenger's method, window after window. Each lane sums the points of one bucket after the other
    /// (<see cref="WindowBuckets"/>), then each weighs an eighth of the buckets, and at the end lanes run over windows.
    /// </summary>
    private static RistrettoPoint Part(ReadOnlySpan<ulong> scalars, ReadOnlySpan<RistrettoPoint> points, int scalarBits)
    {
        const int N = FieldLanes8.Count;
        int n = points.Length, bits = ChooseBits(n, scalarBits), windows = SignedDigits.Count(bits, scalarBits);
        int buckets = 1 << (bits - 1), share = buckets / N;
        short[] digits = DigitsByWindow(scalars, bits, windows);
        using AlignedRecords records = Normalize(points);
        var window = new WindowBuckets(n, buckets, N, AffineLanes8.RecordSize);
        using AlignedRecords sums = AlignedRecords.Rent((1 + window.MostSlots) * PointLanes8.RecordSize);
        using var secret = new SecretSpan<double>(sums.Span);
        sums.Span[..PointLanes8.RecordSize].Clear();
        (sums.Span[5], sums.Span[10]) = (1, 1);                              // the neutral element, for buckets without a point
        int padded = (windows + N - 1) / N * N;
        RistrettoPoint[] plain = new RistrettoPoint[padded * N], weighed = new RistrettoPoint[padded * N];
        plain.AsSpan(windows * N).Fill(RistrettoPoint.Identity);
        weighed.AsSpan(windows * N).Fill(RistrettoPoint.Identity);
        for (int w = 0; w < windows; w++)
        {
            window.Sort(digits.AsSpan(w * n, n));
            SumBuckets(records.Span, window, sums.Span);
            Collapse(sums.Span, window.Slots, share, plain.AsSpan(w * N, N), weighed.AsSpan(w * N, N));
        }

        ArrayPool<short>.Shared.Return(digits, clearArray: true);
        var results = new RistrettoPoint[padded];
        for (int w = 0; w < windows; w += N)
        {
            CombineShares(plain.AsSpan(w * N, N * N), weighed.AsSpan(w * N, N * N), int.Log2(share), results.AsSpan(w, N));
        }

        RistrettoPoint sum = RistrettoPoint.Identity;
        for (int w = windows - 1; w >= 0; w--)
        {
            for (int i = 0; i < bits; i++)
            {
                sum = sum.Double();
            }

            sum += results[w];
        }

        return sum;
    }

    /// <summary>The digits of all scalars, window by window.</summary>
    private static short[] DigitsByWindow(ReadOnlySpan<ulong> scalars, int bits, int windows)
    {
        int count = scalars.Length / SignedDigits.Limbs;
        short[] digits = ArrayPool<short>.Shared.Rent(windows * count);
        Span<short> own = stackalloc short[windows];
        for (int i = 0; i < count; i++)
        {
            SignedDigits.Radix(scalars.Slice(SignedDigits.Limbs * i, SignedDigits.Limbs), bits, own);
            for (int w = 0, at = i; w < own.Length; w++, at += count)
            {
                digits[at] = own[w];
            }
        }

        return digits;
    }

    /// <summary>The neutral record, then the records of points normalised in lanes; padding at the end.</summary>
    private static AlignedRecords Normalize(ReadOnlySpan<RistrettoPoint> points)
    {
        const int N = FieldLanes8.Count, Record = AffineLanes8.RecordSize;
        int batches = (points.Length + N - 1) / N, block = Math.Min(batches, BatchesAtOnce);
        AlignedRecords records = AlignedRecords.Rent((1 + batches * N) * Record);
        Span<double> span = records.Span;
        span[..Record].Clear();
        (span[0], span[5]) = (1, 1);                                         // y + x = y − x = 1
        PointLanes8[] lanes = ArrayPool<PointLanes8>.Shared.Rent(block);
        AffineLanes8[] affine = ArrayPool<AffineLanes8>.Shared.Rent(block);
        for (int from = 0; from < batches; from += block)
        {
            int count = Math.Min(block, batches - from);
            for (int b = 0; b < count; b++)
            {
                lanes[b] = LoadPadded(points[((from + b) * N)..]);
            }

            AffineLanes8.FromPoints(lanes.AsSpan(0, count), affine);
            for (int b = 0; b < count; b++)
            {
                affine[b].Store(span[((1 + (from + b) * N) * Record)..], Record);
            }
        }

        ArrayPool<PointLanes8>.Shared.Return(lanes);
        ArrayPool<AffineLanes8>.Shared.Return(affine);
        return records;
    }

    /// <summary>The first points, neutral elements where there are too few.</summary>
    private static PointLanes8 LoadPadded(ReadOnlySpan<RistrettoPoint> points)
    {
        if (points.Length >= FieldLanes8.Count)
        {
            return PointLanes8.Load(points);
        }

        var padded = new RistrettoPoint[FieldLanes8.Count];
        Array.Fill(padded, RistrettoPoint.Identity);
        points.CopyTo(padded);
        return PointLanes8.Load(padded);
    }

    /// <summary>
    /// The bits of a digit that cost least, in additions in all lanes: an addition for Count points, 2.6 for Count buckets, 30
    /// for a window; measured with eight lanes, and flat around the least.
    /// </summary>
    private static int ChooseBits(int n, int scalarBits)
    {
        int best = 4;
        double least = double.MaxValue;
        for (int bits = 4; bits <= 14; bits++)
        {
            double cost = SignedDigits.Count(bits, scalarBits) * ((n + 2.6 * (1 << (bits - 1))) / FieldLanes8.Count + 30);
            if (cost < least)
            {
                (best, least) = (bits, cost);
            }
        }

        return best;
    }

    /// <summary>Writes the sum of each slot to record 1 + slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumBuckets(ReadOnlySpan<double> records, WindowBuckets window, Span<double> sums)
    {
        const int N = FieldLanes8.Count;
        using var frame = new LaneFrame<AffineSumLanes8>();
        ref AffineSumLanes8 f = ref frame.Value;
        Span<int> offsets = stackalloc int[N];
        ReadOnlySpan<int> terms = window.Terms, steps = window.Steps;
        for (int g = 0, at = 0, touched = 0; g < steps.Length; g++)
        {
            for (int step = 0; step < steps[g]; step++, at += N)
            {
                if (at >= touched)
                {
                    touched = Math.Min(at + AffineLanes8.TouchedAtOnce, terms.Length);
                    f.Touched += AffineLanes8.Touch(records, terms[at..touched]);
                }

                AffineLanes8.LoadSigned(records, terms.Slice(at, N), out f.Term);
                if (step == 0)
                {
                    PointLanes8.FromAffine(f.Term, out f.Sum, ref f.Scratch);
                }
                else
                {
                    PointLanes8.Add(ref f.Sum, f.Term, ref f.Scratch);
                }
            }

            for (int k = 0; k < N; k++)
            {
                offsets[k] = (1 + g * N + k) * PointLanes8.RecordSize;
            }

            f.Sum.Store(sums, offsets);
        }

        if (window.Extras.Count > 0)
        {
            JoinSegments(window, sums);
        }
    }

    /// <summary>Adds slots to others, one after the other, in one lane; the others add the neutral element to itself.</summary>
    private static void JoinSegments(WindowBuckets window, Span<double> sums)
    {
        using var frame = new LaneFrame<CachedSumLanes8>();
        ref CachedSumLanes8 f = ref frame.Value;
        Span<int> to = stackalloc int[FieldLanes8.Count], from = stackalloc int[FieldLanes8.Count];
        to.Clear();
        from.Clear();
        foreach ((int target, int source) in window.Extras)
        {
            (to[0], from[0]) = ((1 + target) * PointLanes8.RecordSize, (1 + source) * PointLanes8.RecordSize);
            PointLanes8.Load(sums, to, out f.Sum);
            PointLanes8.Load(sums, from, out f.Point);
            CachedLanes8.From(f.Point, out f.Term);
            PointLanes8.Add(ref f.Sum, f.Term, ref f.Scratch);
            f.Sum.Store(sums, to);
        }
    }

    /// <summary>
    /// Lane l has the buckets l·share + 1 to (l + 1)·share: their sum, and the sum of i times the i-th of them, by running sums
    /// from the top.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Collapse(ReadOnlySpan<double> sums, ReadOnlySpan<int> slots, int share, Span<RistrettoPoint> plain, Span<RistrettoPoint> weighed)
    {
        using var frame = new LaneFrame<CollapseLanes8>();
        ref CollapseLanes8 f = ref frame.Value;
        Span<int> offsets = stackalloc int[FieldLanes8.Count];
        f.Running = PointLanes8.Identity;
        f.Sum = PointLanes8.Identity;
        for (int i = share; i > 0; i--)
        {
            for (int k = 0; k < offsets.Length; k++)
            {
                offsets[k] = slots[k * share + i] * PointLanes8.RecordSize;
            }

            PointLanes8.Load(sums, offsets, out f.Bucket);
            CachedLanes8.From(f.Bucket, out f.Term);
            PointLanes8.Add(ref f.Running, f.Term, ref f.Scratch);
            CachedLanes8.From(f.Running, out f.Term);
            PointLanes8.Add(ref f.Sum, f.Term, ref f.Scratch);
        }

        f.Running.Store(plain);
        f.Sum.Store(weighed);
    }

    /// <summary>For as many windows as there are lanes: sum over l of weighed_l + l·share·plain_l, each window's shares one after
    /// the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CombineShares(ReadOnlySpan<RistrettoPoint> plain, ReadOnlySpan<RistrettoPoint> weighed, int shareBits, Span<RistrettoPoint> results)
    {
        const int N = FieldLanes8.Count;
        using var frame = new LaneFrame<CollapseLanes8>();
        ref CollapseLanes8 f = ref frame.Value;
        var own = new RistrettoPoint[N];
        f.Running = PointLanes8.Identity;
        f.Sum = PointLanes8.Identity;
        for (int l = N - 1; l > 0; l--)
        {
            Prepare(plain, own, l, ref f);
            PointLanes8.Add(ref f.Running, f.Term, ref f.Scratch);
            CachedLanes8.From(f.Running, out f.Term);
            PointLanes8.Add(ref f.Sum, f.Term, ref f.Scratch);
        }

        for (int i = 0; i < shareBits; i++)
        {
            PointLanes8.Double(ref f.Sum, ref f.Scratch);
        }

        for (int l = 0; l < N; l++)
        {
            Prepare(weighed, own, l, ref f);
            PointLanes8.Add(ref f.Sum, f.Term, ref f.Scratch);
        }

        f.Sum.Store(results);
    }

    /// <summary>Share l of every window, as a term.</summary>
    private static void Prepare(ReadOnlySpan<RistrettoPoint> shares, RistrettoPoint[] own, int l, ref CollapseLanes8 f)
    {
        for (int w = 0; w < own.Length; w++)
        {
            own[w] = shares[w * own.Length + l];
        }

        f.Bucket = PointLanes8.Load(own);
        CachedLanes8.From(f.Bucket, out f.Term);
    }
}

/// <summary>Room for the sums over buckets in a <see cref="LaneFrame{T}"/>.</summary>
internal struct CollapseLanes8
{
    public PointLanes8 Running, Sum, Bucket;
    public CachedLanes8 Term;
    public PointScratchLanes8 Scratch;
}
