using System.Security.Cryptography;
using ZkHealth.Groups;

namespace ZkHealth.Tables;

/// <summary>A committed column as others see it: its points, or only their digest where nothing is proven about it.</summary>
public sealed class ColumnCommitment
{
    /// <summary>Bytes of a digest.</summary>
    public const int DigestSize = 32;

    private readonly byte[] _digest;
    private readonly byte[]? _points;

    private ColumnCommitment(byte[] digest, byte[]? points)
    {
        _digest = digest;
        _points = points;
    }

    /// <summary>SHA-256("zkhealth column v1" ‖ points), 32 bytes.</summary>
    public ReadOnlyMemory<byte> Digest => _digest;

    /// <summary>The encoded points, 32 bytes for each matrix row; empty where only the digest is known.</summary>
    public ReadOnlyMemory<byte> Points => _points;

    /// <summary>Whether the points are known.</summary>
    public bool HasPoints => _points is not null;

    /// <summary>A column of encoded points. Whether they are points is checked where something is proven about them.</summary>
    /// <exception cref="ArgumentException">Not a positive multiple of 32 bytes.</exception>
    public static ColumnCommitment FromPoints(ReadOnlySpan<byte> encodings)
    {
        if (encodings.Length == 0 || encodings.Length % RistrettoPoint.Size != 0)
        {
            throw new ArgumentException("expected 32 bytes for each of one or more points", nameof(encodings));
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("zkhealth column v1"u8);
        hash.AppendData(encodings);
        return new ColumnCommitment(hash.GetHashAndReset(), encodings.ToArray());
    }

    /// <summary>A column known by its digest alone.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static ColumnCommitment FromDigest(ReadOnlySpan<byte> digest) => digest.Length == DigestSize
        ? new ColumnCommitment(digest.ToArray(), null)
        : throw new ArgumentException("expected a digest of 32 bytes", nameof(digest));

    /// <summary>The same column without its points.</summary>
    public ColumnCommitment WithoutPoints() => new(_digest, null);
}
