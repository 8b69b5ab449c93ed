using System.Runtime.Intrinsics;
using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>
/// Decoding of points of the Edwards curve itself (RFC 8032, 5.1.3) as ZIP 215 does it: y is taken mod p, and the sign of x = 0
/// may be either. The points may have a part of small order, which eight times the point has not.
/// </summary>
internal static class EdwardsEncoding
{
    /// <summary>Decodes 32 bytes; false where y is that of no point.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out RistrettoPoint point)
    {
        FieldElement y = FieldElement.FromBytes(bytes),
            yy = y.Square();
        ulong square = FieldElement.SqrtRatioM1(
            yy - FieldElement.One,
            FieldElement.D * yy + FieldElement.One,
            out FieldElement x
        );
        x = FieldElement.Select(0 - (ulong)(bytes[31] >> 7), -x, x);
        point = square != 0 ? new RistrettoPoint(x, y, FieldElement.One, x * y) : RistrettoPoint.Identity;
        return square != 0;
    }

    /// <summary>Decodes 32 bytes for each point, in lanes; false where one is that of no point.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encodings, Span<RistrettoPoint> points)
    {
        if (encodings.Length != RistrettoPoint.Size * points.Length)
        {
            throw new ArgumentException("expected 32 bytes for each point", nameof(encodings));
        }

        int i = 0;
        for (int lanes = LaneWidth.Count; lanes > 1 && i + lanes <= points.Length; i += lanes)
        {
            ReadOnlySpan<byte> own = encodings.Slice(32 * i, 32 * lanes);
            Span<RistrettoPoint> decoded = points.Slice(i, lanes);
            bool valid = lanes switch
            {
                8 => EdwardsLanes8.Decode(own, decoded) == Vector512<ulong>.AllBitsSet,
                4 => EdwardsLanes4.Decode(own, decoded) == Vector256<ulong>.AllBitsSet,
                _ => EdwardsLanes2.Decode(own, decoded) == Vector128<ulong>.AllBitsSet,
            };
            if (!valid)
            {
                return false;
            }
        }

        for (; i < points.Length; i++)
        {
            if (!TryDecode(encodings.Slice(32 * i, 32), out points[i]))
            {
                return false;
            }
        }

        return true;
    }
}
