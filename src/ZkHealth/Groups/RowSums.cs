using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>Sums of multiples of the same points for the rows of a matrix of codes. Variable time in the codes (see
/// docs/security.md).</summary>
internal static class RowSums
{
    /// <summary>
    /// rows[r] = sum over j of codes[r·width + j]·generators[j]: in lanes over rows where there are enough of them, else by
    /// buckets: one mixed addition a code and digit, then twice as many as there are buckets a row. The digits that cost least
    /// are chosen from the largest code.
    /// </summary>
    public static void VarTime(
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

        ByBuckets(codes, width, generators, rows, largest, degreeOfParallelism, cancellationToken);
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

    private static void ByBuckets(
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

            sum += MultiScalar.Collapse(buckets.AsSpan(1));
        }

        return sum;
    }
}
