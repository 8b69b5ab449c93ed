using ZkHealth.Fields;

namespace ZkHealth.Tables;

/// <summary>A column of a table in a sum of columns: its factor, and a number above its codes where one is known, else
/// 0.</summary>
internal readonly record struct ColumnShare(int Column, Scalar Share, uint Domain);

/// <summary>Weighted sums of the rows of committed columns, as their owner computes them.</summary>
/// <remarks>Look-ups by code make its memory accesses depend on the codes (see docs/security.md).</remarks>
internal static class ColumnSums
{
    /// <summary>Above this domain a code is multiplied instead of looked up.</summary>
    private const int LargestLookup = 1 << 12;

    /// <summary>Limbs of sums of scalars.</summary>
    private const int Limbs = 5;

    /// <summary>One row of the joined matrix: for each place, the sum over columns and matrix rows r of share·left[r]·code; and
    /// its blinding.</summary>
    public static Scalar[] JoinedRow(
        TableOpening table,
        ReadOnlySpan<ColumnShare> columns,
        Scalar[] left,
        int degreeOfParallelism,
        out Scalar blinding
    )
    {
        int width = table.Commitment.Layout.Width;
        var sum = new Scalar[width];
        blinding = Scalar.Zero;
        foreach ((int j, Scalar share, uint domain) in columns)
        {
            var column = new Scalar[width];
            Chunks.For(
                width,
                degreeOfParallelism,
                (_, from, to) => ColumnRow(table.Codes(j), left, domain, width, from, column.AsSpan(from, to - from))
            );
            ScalarVector.AddScaled(sum, share, column, sum);
            blinding += share * ScalarVector.Dot(left, table.Blindings(j));
        }

        return sum;
    }

    /// <summary>sum over matrix rows r of left[r]·code for the places from one on, added up limb by limb and reduced
    /// once.</summary>
    public static void ColumnRow(ReadOnlySpan<uint> codes, Scalar[] left, uint domain, int width, int from, Span<Scalar> sums)
    {
        bool lookup = domain <= Math.Min(LargestLookup, sums.Length) && left.Length <= 1 << 13;
        var limbs = new ulong[lookup ? Limbs * sums.Length : 0];
        var multiples = new ulong[lookup ? Limbs * (int)domain : 0];
        for (int r = 0; r < left.Length && r * width + from < codes.Length; r++)
        {
            int start = r * width + from;
            ReadOnlySpan<uint> own = codes[start..Math.Min(start + sums.Length, codes.Length)];
            if (lookup && AllBelow(own, domain))
            {
                Scalar multiple = Scalar.Zero;
                for (int d = 0; d < multiples.Length; d += Limbs, multiple += left[r])
                {
                    multiple.CopyLimbs(multiples.AsSpan(d, Limbs));
                }

                AddLimbs(own, multiples, limbs);
            }
            else
            {
                AddMultiples(own, left[r], domain, sums);
            }
        }

        for (int i = 0; lookup && i < sums.Length; i++)
        {
            sums[i] += Scalar.FromLimbSums(limbs.AsSpan(Limbs * i, Limbs));
        }
    }

    private static bool AllBelow(ReadOnlySpan<uint> codes, uint domain)
    {
        uint largest = 0;
        foreach (uint code in codes)
        {
            largest = Math.Max(largest, code);
        }

        return largest < domain;
    }

    private static void AddLimbs(ReadOnlySpan<uint> codes, ReadOnlySpan<ulong> multiples, Span<ulong> limbs)
    {
        for (int i = 0, at = 0; i < codes.Length; i++, at += Limbs)
        {
            ReadOnlySpan<ulong> multiple = multiples.Slice(Limbs * (int)codes[i], Limbs);
            Span<ulong> sum = limbs.Slice(at, Limbs);
            sum[4] += multiple[4];
            sum[3] += multiple[3];
            sum[2] += multiple[2];
            sum[1] += multiple[1];
            sum[0] += multiple[0];
        }
    }

    /// <summary>dst[i] += k·codes[i], by a table of multiples where the domain is small against the number of codes.</summary>
    public static void AddMultiples(ReadOnlySpan<uint> codes, in Scalar k, uint domain, Span<Scalar> dst)
    {
        if (domain > LargestLookup || domain > codes.Length)
        {
            AddProducts(codes, k, dst);
            return;
        }

        var multiples = new Scalar[domain];
        for (int d = 1; d < multiples.Length; d++)
        {
            multiples[d] = multiples[d - 1] + k;
        }

        for (int i = 0; i < codes.Length; i++)
        {
            uint code = codes[i];
            dst[i] += code < domain ? multiples[code] : k * Scalar.FromUInt64(code);
        }
    }

    /// <summary>Does the same by products: codes are taken as they are, and what that divides them by goes to k.</summary>
    private static void AddProducts(ReadOnlySpan<uint> codes, in Scalar k, Span<Scalar> dst)
    {
        Scalar scaled = Scalar.ScaleUp(k);
        using var room = new SecretSpan<Scalar>(stackalloc Scalar[64]);
        Span<Scalar> factors = room.Span;
        for (int at = 0; at < codes.Length; at += factors.Length)
        {
            int n = Math.Min(factors.Length, codes.Length - at);
            for (int i = 0; i < n; i++)
            {
                factors[i] = Scalar.ScaledDown(codes[at + i]);
            }

            Span<Scalar> own = dst.Slice(at, n);
            ScalarVector.AddScaled(own, scaled, factors[..n], own);
        }
    }
}
