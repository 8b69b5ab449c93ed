using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>A point prepared for additions: Y + X, Y − X, Z, 2dT.</summary>
internal readonly struct CachedPoint
{
    public readonly FieldElement YPlusX,
        YMinusX,
        Z,
        T2D;

    public CachedPoint(in RistrettoPoint p)
        : this(p.Y + p.X, p.Y - p.X, p.Z, p.T * FieldElement.TwoD) { }

    private CachedPoint(in FieldElement yPlusX, in FieldElement yMinusX, in FieldElement z, in FieldElement t2d) =>
        (YPlusX, YMinusX, Z, T2D) = (yPlusX, yMinusX, z, t2d);

    public static CachedPoint operator -(in CachedPoint p) => new(p.YMinusX, p.YPlusX, p.Z, -p.T2D);

    /// <summary>digit·P from the table P, 2P, … 8P for a digit in −8..8; every entry is read.</summary>
    [ConstantTime]
    public static CachedPoint Select(ReadOnlySpan<CachedPoint> table, sbyte digit)
    {
        ulong negative = (ulong)(digit >> 7);
        uint magnitude = (uint)((digit ^ (digit >> 7)) - (digit >> 7));
        FieldElement a = FieldElement.One,
            b = FieldElement.One,
            z = FieldElement.One,
            t = FieldElement.Zero;
        for (int i = 0; i < table.Length; i++)
        {
            ulong mask = Masks.Equal(magnitude, (uint)i + 1);
            a = FieldElement.Select(mask, table[i].YPlusX, a);
            b = FieldElement.Select(mask, table[i].YMinusX, b);
            z = FieldElement.Select(mask, table[i].Z, z);
            t = FieldElement.Select(mask, table[i].T2D, t);
        }

        return new CachedPoint(
            FieldElement.Select(negative, b, a),
            FieldElement.Select(negative, a, b),
            z,
            FieldElement.Select(negative, -t, t)
        );
    }
}

/// <summary>A point with Z = 1, prepared for additions: y + x, y − x, 2dxy.</summary>
internal readonly struct AffinePoint(in FieldElement yPlusX, in FieldElement yMinusX, in FieldElement xy2d)
{
    public readonly FieldElement YPlusX = yPlusX,
        YMinusX = yMinusX,
        XY2D = xy2d;

    public static AffinePoint operator -(in AffinePoint p) => new(p.YMinusX, p.YPlusX, -p.XY2D);

    /// <summary>Normalises many points by one inversion (Montgomery's trick); no Z is zero.</summary>
    public static AffinePoint[] FromPoints(ReadOnlySpan<RistrettoPoint> points)
    {
        var affine = new AffinePoint[points.Length];
        var products = new FieldElement[points.Length];
        FieldElement product = FieldElement.One;
        for (int i = 0; i < points.Length; i++)
        {
            products[i] = product;
            product *= points[i].Z;
        }

        FieldElement inverse = product.Invert();
        for (int i = points.Length - 1; i >= 0; i--)
        {
            FieldElement zInverse = inverse * products[i];
            inverse *= points[i].Z;
            FieldElement x = points[i].X * zInverse,
                y = points[i].Y * zInverse;
            affine[i] = new AffinePoint(y + x, y - x, x * y * FieldElement.TwoD);
        }

        return affine;
    }

    /// <summary>digit·P from the table P, 2P, … 8P for a digit in −8..8; every entry is read.</summary>
    [ConstantTime]
    public static AffinePoint Select(ReadOnlySpan<AffinePoint> table, sbyte digit)
    {
        ulong negative = (ulong)(digit >> 7);
        uint magnitude = (uint)((digit ^ (digit >> 7)) - (digit >> 7));
        FieldElement a = FieldElement.One,
            b = FieldElement.One,
            t = FieldElement.Zero;
        for (int i = 0; i < table.Length; i++)
        {
            ulong mask = Masks.Equal(magnitude, (uint)i + 1);
            a = FieldElement.Select(mask, table[i].YPlusX, a);
            b = FieldElement.Select(mask, table[i].YMinusX, b);
            t = FieldElement.Select(mask, table[i].XY2D, t);
        }

        return new AffinePoint(
            FieldElement.Select(negative, b, a),
            FieldElement.Select(negative, a, b),
            FieldElement.Select(negative, -t, t)
        );
    }
}

internal static class Masks
{
    /// <summary>All ones where a = b, else zero, without a branch.</summary>
    public static ulong Equal(uint a, uint b) => (ulong)((((long)(a ^ b)) - 1) >> 63);
}
