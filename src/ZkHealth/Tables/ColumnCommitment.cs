using System.Security.Cryptography;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>
/// A committed column as others see it: its points, only their digest where nothing is proven about it, or the public column of
/// declared rows, whose points follow from their number.
/// </summary>
internal sealed class ColumnCommitment
{
    /// <summary>Bytes of a digest.</summary>
    public const int DigestSize = 32;

    /// <summary>The most points of the public column that is kept, 128 KiB: sizes may be a stranger's choice.</summary>
    private const int MostKept = 1 << 12;

    private static volatile ColumnCommitment? _lastRows;

    private readonly TableLayout? _row;
    private byte[]? _digest;
    private byte[]? _points;

    private ColumnCommitment(byte[]? digest, byte[]? points, TableLayout? row) =>
        (_digest, _points, _row) = (digest, points, row);

    /// <summary>SHA-256("zkhealth column v1" ‖ points), 32 bytes.</summary>
    public ReadOnlyMemory<byte> Digest => _digest ??= DigestOf(Points.Span);

    /// <summary>The encoded points, 32 bytes for each matrix row; empty where only the digest is known.</summary>
    public ReadOnlyMemory<byte> Points => _points ??= _row is TableLayout layout ? RowPoints(layout) : null;

    /// <summary>Tells whether the points are known.</summary>
    public bool HasPoints => _points is not null || IsRow;

    /// <summary>The number of points; 0 where only the digest is known.</summary>
    internal int PointCount => _row?.Height ?? (_points?.Length ?? 0) / RistrettoPoint.Size;

    /// <summary>Tells whether this is the public column of declared rows.</summary>
    internal bool IsRow => _row is not null;

    /// <summary>A column of encoded points. Whether they are points is checked where something is proven about them.</summary>
    /// <exception cref="ArgumentException">Not a positive multiple of 32 bytes.</exception>
    public static ColumnCommitment FromPoints(ReadOnlySpan<byte> encodings)
    {
        if (encodings.Length == 0 || encodings.Length % RistrettoPoint.Size != 0)
        {
            throw new ArgumentException("expected 32 bytes for each of one or more points", nameof(encodings));
        }

        return new ColumnCommitment(DigestOf(encodings), encodings.ToArray(), null);
    }

    /// <summary>A column known by its digest alone.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static ColumnCommitment FromDigest(ReadOnlySpan<byte> digest) =>
        digest.Length == DigestSize
            ? new ColumnCommitment(digest.ToArray(), null, null)
            : throw new ArgumentException("expected a digest of 32 bytes", nameof(digest));

    /// <summary>
    /// The public column <c>row</c>: 1 in each declared row, 0 beyond, blinding 0. Nothing is computed before it is asked for, so
    /// a statement's limits can be looked at first.
    /// </summary>
    /// <remarks>The last one is kept: the segments of a data set mostly have as many rows each.</remarks>
    internal static ColumnCommitment OfRows(TableLayout layout)
    {
        if (_lastRows is ColumnCommitment last && last._row == layout)
        {
            return last;
        }

        var column = new ColumnCommitment(null, null, layout);
        if (layout.Height <= MostKept)
        {
            _lastRows = column;
        }

        return column;
    }

    /// <summary>The column without its points; the public column stays as it is.</summary>
    public ColumnCommitment WithoutPoints() => IsRow ? this : new ColumnCommitment(_digest, null, null);

    /// <summary>
    /// Adds Σ scalars[i]·P_{first+i} over consecutive matrix rows. The points of the public column are sums of generators, Σ_c
    /// G_c over the declared rows, and are added as such.
    /// </summary>
    internal void AddTo(MultiscalarEquation sum, int first, Scalar[] scalars)
    {
        if (_row is not TableLayout layout)
        {
            sum.Add(Points.Slice(RistrettoPoint.Size * first, RistrettoPoint.Size * scalars.Length), scalars);
            return;
        }

        var coefficients = new Scalar[layout.Width];
        for (int r = 0; r < scalars.Length && first + r < layout.FilledRows; r++)
        {
            // a partly filled row is the last one
            int filled = first + r == layout.FilledRows - 1 && layout.LastFilled > 0 ? layout.LastFilled : layout.Width;
            coefficients[filled - 1] += scalars[r];
        }

        for (int c = layout.Width - 2; c >= 0; c--)
        {
            coefficients[c] += coefficients[c + 1];
        }

        sum.Add(GeneratorFamily.Column, 0, coefficients);
    }

    private static byte[] DigestOf(ReadOnlySpan<byte> encodings)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Labels.Column);
        hash.AppendData(encodings);
        return hash.GetHashAndReset();
    }

    /// <summary>Σ G_c over the width for whole rows, over what is filled for the last one, the identity (zero bytes) for
    /// padding.</summary>
    private static byte[] RowPoints(TableLayout layout)
    {
        ReadOnlySpan<RistrettoPoint> generators = GeneratorFamily.Column.First(layout.Width);
        var encodings = new byte[RistrettoPoint.Size * layout.Height];
        RistrettoPoint sum = RistrettoPoint.Identity;
        int last = layout.LastFilled == 0 ? layout.FilledRows : layout.FilledRows - 1;
        for (int c = 0; c < layout.Width; c++)
        {
            if (c == layout.LastFilled && c > 0)
            {
                sum.Compress().CopyTo(encodings.AsSpan(RistrettoPoint.Size * last));
            }

            sum += generators[c];
        }

        CompressedPoint whole = sum.Compress();
        for (int r = 0; r < last; r++)
        {
            whole.CopyTo(encodings.AsSpan(RistrettoPoint.Size * r));
        }

        return encodings;
    }
}
