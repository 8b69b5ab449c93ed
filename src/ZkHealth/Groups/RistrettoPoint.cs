using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>
/// An element of ristretto255 (RFC 9496) to compute with: extended coordinates x = X/Z, y = Y/Z, T = XY/Z on
/// −x² + y² = 1 + d·x²·y². Its wire form is <see cref="CompressedPoint"/>.
/// </summary>
internal readonly struct RistrettoPoint : IEquatable<RistrettoPoint>
{
    /// <summary>Bytes of an encoding.</summary>
    public const int Size = 32;

    internal RistrettoPoint(in FieldElement x, in FieldElement y, in FieldElement z, in FieldElement t)
    {
        X = x;
        Y = y;
        Z = z;
        T = t;
    }

    /// <summary>The neutral element.</summary>
    public static RistrettoPoint Identity => new(FieldElement.Zero, FieldElement.One, FieldElement.One, FieldElement.Zero);

    /// <summary>The generator of RFC 9496.</summary>
    public static RistrettoPoint Basepoint =>
        new(
            new(0x183e0918de5d2, 0x75514cf8d85e8, 0x0d4de9025c7f, 0x61eeadffc2b4, 0x1063e2cc8cfe8),
            new(0x6df80f533ad9b, 0x7484a7be9398f, 0x713b56d745322, 0x63f830d9eab87, 0x159a6849e44c3),
            FieldElement.One,
            new(0x1754c5a48224a, 0x7f115d5a15244, 0x550720b7c3d81, 0x4cd4c8ad8b8cd, 0x1878a0f028748)
        );

    internal FieldElement X { get; }

    internal FieldElement Y { get; }

    internal FieldElement Z { get; }

    internal FieldElement T { get; }

    /// <summary>Tells whether it is the neutral element.</summary>
    public bool IsIdentity => (X.ZeroMask() | Y.ZeroMask()) != 0;

    /// <summary>p + q (Hisil, Wong, Carter, Dawson 2008, unified and complete).</summary>
    public static RistrettoPoint operator +(in RistrettoPoint p, in RistrettoPoint q)
    {
        FieldElement a = (p.Y - p.X) * (q.Y - q.X),
            b = (p.Y + p.X) * (q.Y + q.X);
        FieldElement c = p.T * FieldElement.TwoD * q.T,
            zz = p.Z * q.Z;
        return Complete(b - a, zz + zz - c, zz + zz + c, b + a);
    }

    /// <summary>p − q.</summary>
    public static RistrettoPoint operator -(in RistrettoPoint p, in RistrettoPoint q) => p + -q;

    /// <summary>−p.</summary>
    public static RistrettoPoint operator -(in RistrettoPoint p) => new(-p.X, p.Y, p.Z, -p.T);

    /// <summary>k·p in constant time: signed windows of 4 bits, masked selection.</summary>
    [ConstantTime]
    public static RistrettoPoint operator *(in Scalar k, in RistrettoPoint p)
    {
        using var digits = new SecretSpan<sbyte>(stackalloc sbyte[64]);
        SignedDigits.Radix16(k, digits.Span);
        Span<CachedPoint> table = stackalloc CachedPoint[8];
        RistrettoPoint multiple = p;
        for (int i = 0; i < 8; i++, multiple += p)
        {
            table[i] = new CachedPoint(multiple);
        }

        RistrettoPoint sum = Identity;
        for (int i = 63; i >= 0; i--)
        {
            sum = Add(sum.Double().Double().Double().Double(), CachedPoint.Select(table, digits.Span[i]));
        }

        return sum;
    }

    /// <summary>Determines whether both are the same element, whatever their coordinates: x₁y₂ = y₁x₂ or y₁y₂ = x₁x₂.</summary>
    public static bool operator ==(in RistrettoPoint p, in RistrettoPoint q) => p.Equals(q);

    /// <summary>Determines whether they differ.</summary>
    public static bool operator !=(in RistrettoPoint p, in RistrettoPoint q) => !p.Equals(q);

    /// <summary>64 uniform bytes to an element, by the one-way map (RFC 9496, 4.3.4).</summary>
    /// <exception cref="ArgumentException">Not 64 bytes.</exception>
    public static RistrettoPoint FromUniformBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == 64
            ? RistrettoEncoding.Map(FieldElement.FromBytes(bytes)) + RistrettoEncoding.Map(FieldElement.FromBytes(bytes[32..]))
            : throw new ArgumentException("expected 64 bytes", nameof(bytes));

    /// <summary>The wire form.</summary>
    public CompressedPoint Compress()
    {
        Span<byte> bytes = stackalloc byte[Size];
        RistrettoEncoding.Encode(this, bytes);
        return new CompressedPoint(bytes);
    }

    public bool Equals(RistrettoPoint other) =>
        (FieldElement.EqualMask(X * other.Y, Y * other.X) | FieldElement.EqualMask(Y * other.Y, X * other.X)) != 0;

    public override bool Equals(object? obj) => obj is RistrettoPoint other && Equals(other);

    public override int GetHashCode() => Compress().GetHashCode();

    /// <summary>p where the mask is all ones, q where it is zero.</summary>
    internal static RistrettoPoint Select(ulong mask, in RistrettoPoint p, in RistrettoPoint q) =>
        new(
            FieldElement.Select(mask, p.X, q.X),
            FieldElement.Select(mask, p.Y, q.Y),
            FieldElement.Select(mask, p.Z, q.Z),
            FieldElement.Select(mask, p.T, q.T)
        );

    /// <summary>p + q for q in cached form.</summary>
    [ConstantTime]
    internal static RistrettoPoint Add(in RistrettoPoint p, in CachedPoint q)
    {
        FieldElement a = (p.Y - p.X) * q.YMinusX,
            b = (p.Y + p.X) * q.YPlusX,
            c = p.T * q.T2D,
            zz = p.Z * q.Z;
        return Complete(b - a, zz + zz - c, zz + zz + c, b + a);
    }

    /// <summary>p + q for affine q: seven multiplications.</summary>
    [ConstantTime]
    internal static RistrettoPoint Add(in RistrettoPoint p, in AffinePoint q)
    {
        FieldElement a = (p.Y - p.X) * q.YMinusX,
            b = (p.Y + p.X) * q.YPlusX,
            c = p.T * q.XY2D,
            z2 = p.Z + p.Z;
        return Complete(b - a, z2 - c, z2 + c, b + a);
    }

    /// <summary>2·p.</summary>
    [ConstantTime]
    internal RistrettoPoint Double()
    {
        FieldElement a = X.Square(),
            b = Y.Square(),
            z = Z.Square(),
            h = a + b;
        FieldElement e = h - (X + Y).Square(),
            g = a - b,
            f = z + z + g;
        return Complete(e, f, g, h);
    }

    private static RistrettoPoint Complete(in FieldElement e, in FieldElement f, in FieldElement g, in FieldElement h) =>
        new(e * f, g * h, f * g, e * h);
}
