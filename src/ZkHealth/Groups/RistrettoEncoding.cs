using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>Encoding, decoding and the one-way map of RFC 9496, section 4.3.</summary>
internal static class RistrettoEncoding
{
    public static FieldElement InvSqrtAMinusD =>
        new(0x0fdaa805d40ea, 0x2eb482e57d339, 0x007610274bc58, 0x6510b613dc8ff, 0x786c8905cfaff);

    public static FieldElement SqrtADMinusOne =>
        new(0x7f6a0497b2e1b, 0x1836f0a97afd2, 0x7d747f6be7638, 0x456079e7e6498, 0x376931bf2b834);

    public static FieldElement OneMinusDSquared =>
        new(0x409c1945fc176, 0x719abc6a1fc4f, 0x1c37f90b20684, 0x06bccca55eedf, 0x029072a8b2b3e);

    public static FieldElement DMinusOneSquared =>
        new(0x55aaa44ed4d20, 0x59603c3332635, 0x26d3baf4a7928, 0x120a66e6997a9, 0x5968b37af66c2);

    /// <summary>Decodes a canonical encoding (4.3.1); anything else is refused.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out RistrettoPoint point)
    {
        FieldElement s = FieldElement.FromBytes(bytes),
            ss = s.Square();
        Span<byte> canonical = stackalloc byte[32];
        s.Encode(canonical);
        bool valid = canonical.SequenceEqual(bytes) && (bytes[0] & 1) == 0;

        FieldElement u1 = FieldElement.One - ss,
            u2 = FieldElement.One + ss,
            u2Squared = u2.Square();
        FieldElement v = -(FieldElement.D * u1.Square()) - u2Squared;
        ulong square = FieldElement.SqrtRatioM1(FieldElement.One, v * u2Squared, out FieldElement invSqrt);
        FieldElement denX = invSqrt * u2,
            denY = invSqrt * denX * v;
        FieldElement x = ((s + s) * denX).Abs(),
            y = u1 * denY,
            t = x * y;
        valid &= square != 0 && t.NegativeMask() == 0 && y.ZeroMask() == 0;
        point = valid ? new RistrettoPoint(x, y, FieldElement.One, t) : RistrettoPoint.Identity;
        return valid;
    }

    /// <summary>Encodes (4.3.2). Constant time.</summary>
    [ConstantTime]
    public static void Encode(in RistrettoPoint p, Span<byte> destination)
    {
        FieldElement u1 = (p.Z + p.Y) * (p.Z - p.Y),
            u2 = p.X * p.Y;
        FieldElement.SqrtRatioM1(FieldElement.One, u1 * u2.Square(), out FieldElement invSqrt);
        FieldElement den1 = invSqrt * u1,
            den2 = invSqrt * u2,
            zInverse = den1 * den2 * p.T;
        ulong rotate = (p.T * zInverse).NegativeMask();
        FieldElement x = FieldElement.Select(rotate, p.Y * FieldElement.SqrtMinusOne, p.X);
        FieldElement y = FieldElement.Select(rotate, p.X * FieldElement.SqrtMinusOne, p.Y);
        FieldElement den = FieldElement.Select(rotate, den1 * InvSqrtAMinusD, den2);
        y = FieldElement.Select((x * zInverse).NegativeMask(), -y, y);
        (den * (p.Z - y)).Abs().Encode(destination);
    }

    /// <summary>The map of one field element (4.3.4).</summary>
    public static RistrettoPoint Map(in FieldElement t)
    {
        FieldElement r = FieldElement.SqrtMinusOne * t.Square();
        FieldElement u = (r + FieldElement.One) * OneMinusDSquared;
        FieldElement v = (FieldElement.MinusOne - r * FieldElement.D) * (r + FieldElement.D);
        ulong square = FieldElement.SqrtRatioM1(u, v, out FieldElement s);
        s = FieldElement.Select(square, s, -(s * t).Abs());
        FieldElement c = FieldElement.Select(square, FieldElement.MinusOne, r);
        FieldElement n = c * (r - FieldElement.One) * DMinusOneSquared - v,
            ss = s.Square();
        FieldElement w0 = (s + s) * v,
            w1 = n * SqrtADMinusOne,
            w2 = FieldElement.One - ss,
            w3 = FieldElement.One + ss;
        return new RistrettoPoint(w0 * w3, w2 * w1, w1 * w3, w0 * w2);
    }
}
