namespace ZkHealth.Groups;

/// <summary>Many points encoded, decoded or mapped at once: the calls that a wider back end takes over.</summary>
internal static class RistrettoBatch
{
    /// <summary>Decodes 32 bytes for each point; false, with the first one that is none, where one is not canonical.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encodings, Span<RistrettoPoint> points, out int firstBad)
    {
        Check(encodings.Length == RistrettoPoint.Size * points.Length);
        for (firstBad = 0; firstBad < points.Length; firstBad++)
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
        for (int i = 0; i < points.Length; i++)
        {
            RistrettoEncoding.Encode(points[i], encodings.Slice(32 * i, 32));
        }
    }

    /// <summary>Maps 64 uniform bytes to each point.</summary>
    public static void FromUniformBytes(ReadOnlySpan<byte> bytes, Span<RistrettoPoint> points)
    {
        Check(bytes.Length == 64 * points.Length);
        for (int i = 0; i < points.Length; i++)
        {
            points[i] = RistrettoPoint.FromUniformBytes(bytes.Slice(64 * i, 64));
        }
    }

    private static void Check(bool lengths)
    {
        if (!lengths)
        {
            throw new ArgumentException("the buffers do not have the lengths of one another");
        }
    }
}
