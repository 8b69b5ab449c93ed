using System.Numerics;
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

        using var limbs = new SecretArray<ulong>(GC.AllocateUninitializedArray<ulong>(SignedDigits.Limbs * n));
        ScalarVector.ToCanonical(scalars, limbs.Span);
        return Pippenger(limbs.Span, points, SignedDigits.ScalarBits);
    }

    /// <summary>sum of counts[i]·points[i]: as many windows as the largest count needs.</summary>
    public static RistrettoPoint VarTime(ReadOnlySpan<ulong> counts, ReadOnlySpan<RistrettoPoint> points)
    {
        if (counts.Length != points.Length)
        {
            throw new ArgumentException("expected one count for each point", nameof(counts));
        }

        using var limbs = new SecretArray<ulong>(SignedDigits.Limbs * counts.Length);
        ulong any = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            limbs[SignedDigits.Limbs * i] = counts[i];
            any |= counts[i];
        }

        return Pippenger(limbs.Span, points, 64 - BitOperations.LeadingZeroCount(any));
    }

    /// <summary>sum of (i + 1)·buckets[i], by running sums from the top.</summary>
    internal static RistrettoPoint Collapse(ReadOnlySpan<RistrettoPoint> buckets)
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

    /// <summary>Pippenger's method, for scalars below 2^scalarBits of four limbs each.</summary>
    private static RistrettoPoint Pippenger(ReadOnlySpan<ulong> scalars, ReadOnlySpan<RistrettoPoint> points, int scalarBits) =>
        LaneWidth.Count switch
        {
            8 => PippengerLanes8.Sum(scalars, points, scalarBits),
            4 => PippengerLanes4.Sum(scalars, points, scalarBits),
            2 => PippengerLanes2.Sum(scalars, points, scalarBits),
            _ => PippengerAlone(scalars, points, scalarBits),
        };

    private static RistrettoPoint PippengerAlone(ReadOnlySpan<ulong> scalars, ReadOnlySpan<RistrettoPoint> points, int scalarBits)
    {
        int n = points.Length;
        int bits = Enumerable.Range(4, 11).MinBy(b => SignedDigits.Count(b, scalarBits) * (n + (1L << b)));
        int windows = SignedDigits.Count(bits, scalarBits);
        AffinePoint[] affine = AffinePoint.FromPoints(points);
        var digits = new short[windows * n];
        for (int i = 0; i < n; i++)
        {
            SignedDigits.Radix(
                scalars.Slice(SignedDigits.Limbs * i, SignedDigits.Limbs),
                bits,
                digits.AsSpan(windows * i, windows)
            );
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
    internal static void OddMultiples(in RistrettoPoint p, Span<CachedPoint> table)
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

    internal static RistrettoPoint AddDigit(in RistrettoPoint sum, ReadOnlySpan<CachedPoint> table, int digit) =>
        digit > 0 ? RistrettoPoint.Add(sum, table[digit >> 1])
        : digit < 0 ? RistrettoPoint.Add(sum, -table[-digit >> 1])
        : sum;
}
