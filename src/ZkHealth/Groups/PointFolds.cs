using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>Halves vectors of points by public factors, as a round of an argument does.</summary>
internal static class PointFolds
{
    /// <summary>Fewer points than this are not worth a second core.</summary>
    private const int LeastChunk = 64;

    /// <summary>p[j] = p[j] + u·p[half + j] for j below half; u is public.</summary>
    public static void VarTime(RistrettoPoint[] points, int half, in Scalar u, int degreeOfParallelism)
    {
        var digits = new sbyte[SignedDigits.Naf];
        SignedDigits.VarTimeNaf5(u, digits);
        Chunks.For(
            half,
            degreeOfParallelism,
            LeastChunk,
            (_, from, to) => Fold(points.AsSpan(from, to - from), points.AsSpan(half + from, to - from), digits)
        );
    }

    /// <summary>
    /// Two folds at once, by u and then by v: p[j] = p[j] + u·p[2·quarter + j] + v·(p[quarter + j] + u·p[3·quarter + j]) for j
    /// below a quarter. In lanes the three products share their doublings: less than half the work.
    /// </summary>
    public static void VarTimeTwice(RistrettoPoint[] points, int quarter, in Scalar u, in Scalar v, int degreeOfParallelism)
    {
        if (LaneWidth.Count == 1 || quarter % 8 != 0)
        {
            VarTime(points, 2 * quarter, u, degreeOfParallelism);
            VarTime(points, quarter, v, degreeOfParallelism);
            return;
        }

        var digits = new sbyte[3 * SignedDigits.Naf];
        SignedDigits.VarTimeNaf5(v, digits.AsSpan(0, SignedDigits.Naf));
        SignedDigits.VarTimeNaf5(u, digits.AsSpan(SignedDigits.Naf, SignedDigits.Naf));
        SignedDigits.VarTimeNaf5(u * v, digits.AsSpan(2 * SignedDigits.Naf, SignedDigits.Naf));
        Chunks.For(
            quarter,
            degreeOfParallelism,
            LeastChunk,
            (_, from, to) =>
            {
                Span<RistrettoPoint> low = points.AsSpan(from, to - from);
                ReadOnlySpan<RistrettoPoint> high = points.AsSpan(quarter + from, (2 * quarter) + to - from);
                InLanes(low, high, quarter, digits);
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
            InLanes(low, high, low.Length, digits);
            return;
        }

        Span<CachedPoint> table = stackalloc CachedPoint[8];
        int top = digits.LastIndexOfAnyExcept((sbyte)0);
        for (int j = 0; j < low.Length; j++)
        {
            MultiScalar.OddMultiples(high[j], table);
            RistrettoPoint sum = RistrettoPoint.Identity;
            for (int i = top; i >= 0; i--)
            {
                sum = MultiScalar.AddDigit(sum.Double(), table, digits[i]);
            }

            low[j] += sum;
        }
    }

    /// <summary>Folds by as many factors as there are digits for: those of the next stand a stride further.</summary>
    private static void InLanes(
        Span<RistrettoPoint> low,
        ReadOnlySpan<RistrettoPoint> high,
        int stride,
        ReadOnlySpan<sbyte> digits
    )
    {
        switch (LaneWidth.Count)
        {
            case 8:
                PointFoldLanes8.Fold(low, high, stride, digits);
                return;
            case 4:
                PointFoldLanes4.Fold(low, high, stride, digits);
                return;
            default:
                PointFoldLanes2.Fold(low, high, stride, digits);
                return;
        }
    }
}
