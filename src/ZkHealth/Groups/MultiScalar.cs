using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>Sums of multiples of points. All of it is variable time in scalars and codes (see docs/security.md).</summary>
internal static class MultiScalar
{
    /// <summary>Up to this many points Straus' method is faster than Pippenger's.</summary>
    private const int LargestStraus = 128;

    /// <summary>Holds the same in lanes, where Straus' method is that of <see cref="PointTables"/>; below three points one
    /// element is faster.</summary>
    private const int LargestStrausInLanes = 144,
        LargestBesideLanes = 2;

    /// <summary>sum of scalars[i]·points[i].</summary>
    public static RistrettoPoint VarTime(ReadOnlySpan<Scalar> scalars, ReadOnlySpan<RistrettoPoint> points)
    {
        if (scalars.Length != points.Length)
        {
            throw new ArgumentException("expected one scalar for each point", nameof(scalars));
        }

        int n = points.Length,
            lanes = LaneWidth.Count;
        if (n <= (lanes > 1 ? LargestBesideLanes : LargestStraus))
        {
            return Straus(scalars, points);
        }

        if (lanes > 1 && n <= LargestStrausInLanes)
        {
            Span<int> indices = stackalloc int[n];
            for (int i = 0; i < n; i++)
            {
                indices[i] = i;
            }

            using var tables = PointTables.Of(points, rented: true);
            return tables.VarTimeSum(scalars, indices);
        }

        return lanes switch
        {
            8 => PippengerLanes8.Sum(scalars, points),
            4 => PippengerLanes4.Sum(scalars, points),
            2 => PippengerLanes2.Sum(scalars, points),
            _ => Pippenger(scalars, points),
        };
    }

    /// <summary>p[j] = p[j] + u·p[half + j] for j below half; u is public.</summary>
    public static void VarTimeFold(RistrettoPoint[] points, int half, in Scalar u, int degreeOfParallelism = 1)
    {
        var digits = new sbyte[SignedDigits.Naf];
        SignedDigits.VarTimeNaf5(u, digits);
        int chunks = Math.Max(1, Math.Min(degreeOfParallelism, half / 64));
        if (chunks == 1)
        {
            Fold(points.AsSpan(0, half), points.AsSpan(half, half), digits);
            return;
        }

        int size = half / chunks & ~7;
        Parallel.For(
            0,
            chunks,
            new ParallelOptions { MaxDegreeOfParallelism = degreeOfParallelism },
            c =>
            {
                int from = c * size,
                    length = c == chunks - 1 ? half - from : size;
                Fold(points.AsSpan(from, length), points.AsSpan(half + from, length), digits);
            }
        );
    }

    /// <summary>
    /// Two folds at once, by u and then by v: p[j] = p[j] + u·p[2·quarter + j] + v·(p[quarter + j] + u·p[3·quarter + j]) for j
    /// below a quarter. In lanes the three products share their doublings: less than half the work.
    /// </summary>
    public static void VarTimeFoldTwice(
        RistrettoPoint[] points,
        int quarter,
        in Scalar u,
        in Scalar v,
        int degreeOfParallelism = 1
    )
    {
        if (LaneWidth.Count == 1 || quarter % 8 != 0)
        {
            VarTimeFold(points, 2 * quarter, u, degreeOfParallelism);
            VarTimeFold(points, quarter, v, degreeOfParallelism);
            return;
        }

        var digits = new sbyte[3 * SignedDigits.Naf];
        SignedDigits.VarTimeNaf5(v, digits.AsSpan(0, SignedDigits.Naf));
        SignedDigits.VarTimeNaf5(u, digits.AsSpan(SignedDigits.Naf, SignedDigits.Naf));
        SignedDigits.VarTimeNaf5(u * v, digits.AsSpan(2 * SignedDigits.Naf, SignedDigits.Naf));
        Chunks.For(
            quarter,
            degreeOfParallelism,
            64,
            (_, from, to) =>
            {
                Span<RistrettoPoint> low = points.AsSpan(from, to - from);
                ReadOnlySpan<RistrettoPoint> high = points.AsSpan(quarter + from, (2 * quarter) + to - from);
                switch (LaneWidth.Count)
                {
                    case 8:
                        PointFoldLanes8.Fold(low, high, quarter, digits);
                        return;
                    case 4:
                        PointFoldLanes4.Fold(low, high, quarter, digits);
                        return;
                    default:
                        PointFoldLanes2.Fold(low, high, quarter, digits);
                        return;
                }
            }
        );
    }

    private static void Fold(Span<RistrettoPoint> low, ReadOnlySpan<RistrettoPoint> high, ReadOnlySpan<sbyte> digits)
    {
        int rest = LaneWidth.Count > 1 ? low.Length % LaneWidth.Count : 0;
        if (rest > 0)
        {
            // what does not fill a batch is filled up with neutral elements
            Span<RistrettoPoint> a = new RistrettoPoint[LaneWidth.Count],
                b = new RistrettoPoint[LaneWidth.Count];
            a.Fill(RistrettoPoint.Identity);
            b.Fill(RistrettoPoint.Identity);
            low[^rest..].CopyTo(a);
            high[^rest..].CopyTo(b);
            Fold(a, b, digits);
            a[..rest].CopyTo(low[^rest..]);
            low = low[..^rest];
            high = high[..^rest];
        }

        if (LaneWidth.Count > 1)
        {
            switch (LaneWidth.Count)
            {
                case 8:
                    PointFoldLanes8.Fold(low, high, low.Length, digits);
                    return;
                case 4:
                    PointFoldLanes4.Fold(low, high, low.Length, digits);
                    return;
                default:
                    PointFoldLanes2.Fold(low, high, low.Length, digits);
                    return;
            }
        }

        Span<CachedPoint> table = stackalloc CachedPoint[8];
        int top = digits.LastIndexOfAnyExcept((sbyte)0);
        for (int j = 0; j < low.Length; j++)
        {
            OddMultiples(high[j], table);
            RistrettoPoint sum = RistrettoPoint.Identity;
            for (int i = top; i >= 0; i--)
            {
                sum = AddDigit(sum.Double(), table, digits[i]);
            }

            low[j] += sum;
        }
    }

    /// <summary>
    /// rows[r] = sum over j of codes[r·width + j]·generators[j]: in lanes over rows where there are enough of them, else by
    /// buckets: one mixed addition a code and digit, then twice as many as there are buckets a row. The digits that cost least
    /// are chosen from the largest code.
    /// </summary>
    public static void VarTimeRows(
        ReadOnlyMemory<uint> codes,
        int width,
        ReadOnlySpan<RistrettoPoint> generators,
        Span<RistrettoPoint> rows,
        int degreeOfParallelism,
        CancellationToken cancellationToken
    )
    {
        if (generators.Length != width || codes.Length != width * rows.Length)
        {
            throw new ArgumentException("expected width codes a row and one generator for each", nameof(codes));
        }

        uint largest = codes.Length == 0 ? 0 : Largest(codes.Span);
        if (LaneWidth.Count > 1 && rows.Length % LaneWidth.Count == 0)
        {
            RowSumPlan plan = RowSumPlan.Choose(largest, rows.Length);
            switch (LaneWidth.Count)
            {
                case 8:
                    RowSumLanes8.Run(codes, width, generators, rows, plan, degreeOfParallelism, cancellationToken);
                    return;
                case 4:
                    RowSumLanes4.Run(codes, width, generators, rows, plan, degreeOfParallelism, cancellationToken);
                    return;
                default:
                    RowSumLanes2.Run(codes, width, generators, rows, plan, degreeOfParallelism, cancellationToken);
                    return;
            }
        }

        RowsByBuckets(codes, width, generators, rows, largest, degreeOfParallelism, cancellationToken);
    }

    private static uint Largest(ReadOnlySpan<uint> codes)
    {
        uint largest = 0;
        foreach (uint code in codes)
        {
            largest = Math.Max(largest, code);
        }

        return largest;
    }

    private static void RowsByBuckets(
        ReadOnlyMemory<uint> codes,
        int width,
        ReadOnlySpan<RistrettoPoint> generators,
        Span<RistrettoPoint> rows,
        uint largest,
        int degreeOfParallelism,
        CancellationToken cancellationToken
    )
    {
        int length = 32 - int.LeadingZeroCount((int)largest);
        int bits = Enumerable.Range(1, 10).MinBy(b => (length + b - 1) / b * (width + (2L << b)));
        int digits = (length + bits - 1) / bits;
        AffinePoint[] affine = AffinePoint.FromPoints(generators);
        if (degreeOfParallelism == 1)
        {
            for (int r = 0; r < rows.Length; r++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                rows[r] = Row(codes.Span.Slice(r * width, width), affine, bits, digits);
            }

            return;
        }

        var sums = new RistrettoPoint[rows.Length];
        var options = new ParallelOptions { MaxDegreeOfParallelism = degreeOfParallelism, CancellationToken = cancellationToken };
        Parallel.For(0, sums.Length, options, r => sums[r] = Row(codes.Span.Slice(r * width, width), affine, bits, digits));
        sums.CopyTo(rows);
    }

    private static RistrettoPoint Row(ReadOnlySpan<uint> codes, AffinePoint[] generators, int bits, int digits)
    {
        var buckets = new RistrettoPoint[1 << bits];
        uint mask = (1u << bits) - 1;
        RistrettoPoint sum = RistrettoPoint.Identity;
        for (int d = digits - 1; d >= 0; d--)
        {
            for (int i = 0; i < bits; i++)
            {
                sum = sum.Double();
            }

            Array.Fill(buckets, RistrettoPoint.Identity);
            for (int j = 0; j < codes.Length; j++)
            {
                ref RistrettoPoint bucket = ref buckets[codes[j] >> (d * bits) & mask];
                bucket = RistrettoPoint.Add(bucket, generators[j]);
            }

            sum += Collapse(buckets.AsSpan(1));
        }

        return sum;
    }

    /// <summary>sum of (i + 1)·buckets[i], by running sums from the top.</summary>
    private static RistrettoPoint Collapse(ReadOnlySpan<RistrettoPoint> buckets)
    {
        RistrettoPoint running = RistrettoPoint.Identity,
            sum = RistrettoPoint.Identity;
        for (int i = buckets.Length - 1; i >= 0; i--)
        {
            running += buckets[i];
            sum += running;
        }

        return sum;
    }

    private static RistrettoPoint Straus(ReadOnlySpan<Scalar> scalars, ReadOnlySpan<RistrettoPoint> points)
    {
        var digits = new sbyte[256 * points.Length];
        var tables = new CachedPoint[8 * points.Length];
        for (int i = 0; i < points.Length; i++)
        {
            SignedDigits.VarTimeNaf5(scalars[i], digits.AsSpan(256 * i, 256));
            OddMultiples(points[i], tables.AsSpan(8 * i, 8));
        }

        RistrettoPoint sum = RistrettoPoint.Identity;
        for (int at = 253; at >= 0; at--)
        {
            sum = sum.Double();
            for (int i = 0; i < points.Length; i++)
            {
                sum = AddDigit(sum, tables.AsSpan(8 * i, 8), digits[256 * i + at]);
            }
        }

        return sum;
    }

    private static RistrettoPoint Pippenger(ReadOnlySpan<Scalar> scalars, ReadOnlySpan<RistrettoPoint> points)
    {
        int n = points.Length;
        int bits = Enumerable.Range(4, 11).MinBy(b => SignedDigits.Count(b) * (n + (1L << b)));
        int windows = SignedDigits.Count(bits);
        AffinePoint[] affine = AffinePoint.FromPoints(points);
        var digits = new short[windows * n];
        for (int i = 0; i < n; i++)
        {
            SignedDigits.Radix(scalars[i], bits, digits.AsSpan(windows * i, windows));
        }

        var buckets = new RistrettoPoint[1 << (bits - 1)];
        RistrettoPoint sum = RistrettoPoint.Identity;
        for (int w = windows - 1; w >= 0; w--)
        {
            for (int i = 0; i < bits; i++)
            {
                sum = sum.Double();
            }

            Array.Fill(buckets, RistrettoPoint.Identity);
            for (int i = 0; i < n; i++)
            {
                int digit = digits[windows * i + w];
                if (digit > 0)
                {
                    buckets[digit - 1] = RistrettoPoint.Add(buckets[digit - 1], affine[i]);
                }
                else if (digit < 0)
                {
                    buckets[-digit - 1] = RistrettoPoint.Add(buckets[-digit - 1], -affine[i]);
                }
            }

            sum += Collapse(buckets);
        }

        return sum;
    }

    /// <summary>P, 3P, 5P, … 15P.</summary>
    private static void OddMultiples(in RistrettoPoint p, Span<CachedPoint> table)
    {
        var twice = new CachedPoint(p.Double());
        RistrettoPoint multiple = p;
        table[0] = new CachedPoint(p);
        for (int i = 1; i < table.Length; i++)
        {
            multiple = RistrettoPoint.Add(multiple, twice);
            table[i] = new CachedPoint(multiple);
        }
    }

    private static RistrettoPoint AddDigit(in RistrettoPoint sum, ReadOnlySpan<CachedPoint> table, int digit) =>
        digit > 0 ? RistrettoPoint.Add(sum, table[digit >> 1])
        : digit < 0 ? RistrettoPoint.Add(sum, -table[-digit >> 1])
        : sum;
}
