using System.Runtime.Intrinsics;
using ZkHealth.Fields;

namespace ZkHealth.Groups;

/// <summary>Many points encoded, decoded or mapped at once, in lanes; what is left over one by one.</summary>
internal static class RistrettoBatch
{
    /// <summary>Decodes 32 bytes for each point; false, with the first one that is none, where one is not canonical.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encodings, Span<RistrettoPoint> points, out int firstBad)
    {
        Check(encodings.Length == RistrettoPoint.Size * points.Length);
        firstBad = 0;
        for (int lanes = LaneWidth.Count; lanes > 1 && firstBad + lanes <= points.Length; firstBad += lanes)
        {
            ReadOnlySpan<byte> own = encodings.Slice(32 * firstBad, 32 * lanes);
            Span<RistrettoPoint> decoded = points.Slice(firstBad, lanes);
            int bad = lanes switch
            {
                8 => FirstSet(RistrettoLanes8.Decode(own, decoded).ExtractMostSignificantBits()),
                4 => FirstSet(RistrettoLanes4.Decode(own, decoded).ExtractMostSignificantBits()),
                _ => FirstSet(RistrettoLanes2.Decode(own, decoded).ExtractMostSignificantBits()),
            };
            if (bad >= 0)
            {
                firstBad += bad;
                return false;
            }
        }

        for (; firstBad < points.Length; firstBad++)
        {
            if (!RistrettoEncoding.TryDecode(encodings.Slice(32 * firstBad, 32), out points[firstBad]))
            {
                return false;
            }
        }

        firstBad = -1;
        return true;
    }

    /// <summary>Encodes every point.</summary>
    public static void Encode(ReadOnlySpan<RistrettoPoint> points, Span<byte> encodings)
    {
        Check(encodings.Length == RistrettoPoint.Size * points.Length);
        int i = 0;
        for (int lanes = LaneWidth.Count; lanes > 1 && i + lanes <= points.Length; i += lanes)
        {
            switch (lanes)
            {
                case 8:
                    RistrettoLanes8.Encode(points[i..], encodings[(32 * i)..]);
                    break;
                case 4:
                    RistrettoLanes4.Encode(points[i..], encodings[(32 * i)..]);
                    break;
                default:
                    RistrettoLanes2.Encode(points[i..], encodings[(32 * i)..]);
                    break;
            }
        }

        for (; i < points.Length; i++)
        {
            RistrettoEncoding.Encode(points[i], encodings.Slice(32 * i, 32));
        }
    }

    /// <summary>The wire forms of two points.</summary>
    public static (CompressedPoint First, CompressedPoint Second) Compress(in RistrettoPoint p, in RistrettoPoint q)
    {
        if (LaneWidth.Count == 1)
        {
            return (p.Compress(), q.Compress());
        }

        // the lanes that are left over encode p again
        Span<RistrettoPoint> points = stackalloc RistrettoPoint[LaneWidth.Count];
        points.Fill(p);
        points[1] = q;
        Span<byte> bytes = stackalloc byte[RistrettoPoint.Size * points.Length];
        Encode(points, bytes);
        return (new CompressedPoint(bytes[..32]), new CompressedPoint(bytes[32..64]));
    }

    /// <summary>Maps 64 uniform bytes to each point.</summary>
    public static void FromUniformBytes(ReadOnlySpan<byte> bytes, Span<RistrettoPoint> points)
    {
        Check(bytes.Length == 64 * points.Length);
        int i = 0;
        for (int lanes = LaneWidth.Count; lanes > 1 && i + lanes <= points.Length; i += lanes)
        {
            switch (lanes)
            {
                case 8:
                    RistrettoLanes8.FromUniformBytes(bytes[(64 * i)..], points[i..]);
                    break;
                case 4:
                    RistrettoLanes4.FromUniformBytes(bytes[(64 * i)..], points[i..]);
                    break;
                default:
                    RistrettoLanes2.FromUniformBytes(bytes[(64 * i)..], points[i..]);
                    break;
            }
        }

        Normalize(points[..i]);
        for (; i < points.Length; i++)
        {
            points[i] = RistrettoPoint.FromUniformBytes(bytes.Slice(64 * i, 64));
        }
    }

    /// <summary>Gives points, a multiple of the lanes of them, the coordinate Z = 1: what is kept and summed often is normalised
    /// once.</summary>
    private static void Normalize(Span<RistrettoPoint> points)
    {
        switch (LaneWidth.Count)
        {
            case 8:
                RistrettoLanes8.Normalize(points);
                break;
            case 4:
                RistrettoLanes4.Normalize(points);
                break;
            case 2:
                RistrettoLanes2.Normalize(points);
                break;
        }
    }

    private static int FirstSet(ulong bits) => bits == 0 ? -1 : int.CreateChecked(ulong.TrailingZeroCount(bits));

    private static void Check(bool lengths)
    {
        if (!lengths)
        {
            throw new ArgumentException("the buffers do not have the lengths of one another");
        }
    }
}
