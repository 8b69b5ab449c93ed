using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ZkHealth.Groups;

namespace ZkHealth.Proofs.Membership;

/// <summary>
/// A public list of 1 to 65,536 commitments or keys, decoded once and used for many proofs; a batch of proofs over the same list
/// computes with its points once. Order and repetitions matter.
/// </summary>
internal sealed class PublicPoints
{
    /// <summary>The most points.</summary>
    public const int MaxCount = 1 << 16;

    private readonly byte[] _digest;

    private PublicPoints(byte[] encodings, RistrettoPoint[] points)
    {
        (Encodings, Points) = (encodings, points);
        _digest = SHA256.HashData(encodings);
        HasNeutral = Array.Exists(points, p => p.IsIdentity);
    }

    /// <summary>The list of these points.</summary>
    /// <exception cref="ArgumentException">No point, too many, or an encoding that is no point.</exception>
    public static PublicPoints Create(IReadOnlyList<CompressedPoint> encodings) =>
        TryCreate(encodings, out PublicPoints? points, out string? reason)
            ? points
            : throw new ArgumentException(reason, nameof(encodings));

    /// <summary>The list of these points; false, with a reason, where there are none or too many or one is no point.</summary>
    public static bool TryCreate(
        IReadOnlyList<CompressedPoint> encodings,
        [NotNullWhen(true)] out PublicPoints? points,
        [NotNullWhen(false)] out string? reason
    )
    {
        (points, reason) = (null, $"expected 1 to {MaxCount} points");
        if (encodings.Count is < 1 or > MaxCount)
        {
            return false;
        }

        var (bytes, decoded) = (new byte[RistrettoPoint.Size * encodings.Count], new RistrettoPoint[encodings.Count]);
        for (int i = 0; i < decoded.Length; i++)
        {
            encodings[i].CopyTo(bytes.AsSpan(RistrettoPoint.Size * i));
        }

        if (!RistrettoBatch.TryDecode(bytes, decoded, out _))
        {
            reason = "an encoding of the list is not a point";
            return false;
        }

        (points, reason) = (new PublicPoints(bytes, decoded), null);
        return true;
    }

    /// <summary>The number of points.</summary>
    public int Count => Points.Length;

    /// <summary>SHA-256 of the encodings one after the other, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Digest => _digest;

    internal byte[] Encodings { get; }

    internal RistrettoPoint[] Points { get; }

    /// <summary>Tells whether the neutral element is among them: a key that everybody holds.</summary>
    internal bool HasNeutral { get; }
}
