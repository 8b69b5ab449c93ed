using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>Halves vectors of points by public factors, as a round of an argument does.</summary>
internal static class PointFolds
{
    /// <summary>Fewer points than this are not worth a second core.</summary>
    private const int LeastChunk = 64;

    /// <summary>
    /// p[j] = p[j] + sum over t of factors_t·p[(t + 1)·length + j] for j below length; the factors are public. In lanes the
    /// products share their doublings: seven at once take less than half of what three rounds by one factor each take.
    /// </summary>
    public static void VarTime(RistrettoPoint[] points, int length, ReadOnlySpan<Scalar> factors, int degreeOfParallelism)
    {
        var digits = new sbyte[factors.Length * SignedDigits.Naf];
        for (int t = 0; t < factors.Length; t++)
        {
            SignedDigits.VarTimeNaf5(factors[t], digits.AsSpan(t * SignedDigits.Naf, SignedDigits.Naf));
        }

        Chunks.For(
            length,
            degreeOfParallelism,
            LeastChunk,
            (_, from, to) =>
            {
                int count = to - from;
                Span<RistrettoPoint> low = points.AsSpan(from, count);
                if (LaneWidth.Count > 1 && count % LaneWidth.Count == 0)
                {
                    InLanes(low, points.AsSpan(length + from), length, digits);
                    return;
                }

                for (int t = 0; t * SignedDigits.Naf < digits.Length; t++)
                {
                    ReadOnlySpan<RistrettoPoint> high = points.AsSpan((t + 1) * length + from, count);
                    Fold(low, high, digits.AsSpan(t * SignedDigits.Naf, SignedDigits.Naf));
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
