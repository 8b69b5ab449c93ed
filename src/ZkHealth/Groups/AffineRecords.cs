using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>
/// Points with Z = 1 as records of doubles, the form that lanes load: y + x, y − x, 2dxy of five limbs each, one double of
/// padding.
/// </summary>
internal static class AffineRecords
{
    /// <summary>Doubles of a record.</summary>
    public const int Size = 16;

    /// <summary>The records of prepared points; limbs are tight (see the lanes of field elements).</summary>
    public static double[] From(ReadOnlySpan<AffinePoint> points)
    {
        var records = new double[Size * points.Length];
        for (int i = 0; i < points.Length; i++)
        {
            Span<double> record = records.AsSpan(Size * i, Size);
            Write(points[i].YPlusX, record);
            Write(points[i].YMinusX, record[5..]);
            Write(points[i].XY2D, record[10..]);
        }

        return records;
    }

    /// <summary>Limbs below 2^51 + 2^18, each above 2^50 giving one to the next, the last 19 to the first.</summary>
    private static void Write(in FieldElement x, Span<double> limbs)
    {
        Span<ulong> unsigned = stackalloc ulong[5];
        x.CopyLimbs(unsigned);
        long carry = 0;
        for (int k = 0; k < 5; k++)
        {
            long limb = (long)unsigned[k] + carry;
            carry = (limb + (1L << 50)) >> 51;
            limbs[k] = limb - (carry << 51);
        }

        limbs[0] += 19 * carry;
    }
}
