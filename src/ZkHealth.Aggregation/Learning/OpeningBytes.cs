using System.Diagnostics.CodeAnalysis;
using ZkHealth.Fields;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation.Learning;

/// <summary>
/// The opening of a committed update, as bytes: the codes in as many bytes as the domain needs (little-endian), then the
/// blindings, 32 bytes for each matrix row.
/// </summary>
internal static class OpeningBytes
{
    public static int Size(RoundTerms terms) => CodeSize(terms) * terms.Layout.PaddedRows + Scalar.Size * terms.Layout.Height;

    public static byte[] Write(RoundTerms terms, ReadOnlySpan<uint> codes, ReadOnlySpan<Scalar> blindings)
    {
        int width = CodeSize(terms);
        var bytes = new byte[Size(terms)];
        for (int i = 0; i < codes.Length; i++)
        {
            for (int b = 0; b < width; b++)
            {
                bytes[width * i + b] = (byte)(codes[i] >> (8 * b));
            }
        }

        for (int r = 0; r < blindings.Length; r++)
        {
            blindings[r].Encode(bytes.AsSpan(width * codes.Length + Scalar.Size * r));
        }

        return bytes;
    }

    /// <summary>False where the bytes open anything else than the committed update: they are committed again.</summary>
    public static bool TryRead(
        UpdateProof update,
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out uint[]? codes,
        [NotNullWhen(true)] out Scalar[]? blindings
    )
    {
        RoundTerms terms = update.Terms;
        (codes, blindings) = (null, null);
        if (bytes.Length != Size(terms))
        {
            return false;
        }

        int width = CodeSize(terms);
        var read = new uint[terms.Layout.PaddedRows];
        var blinds = new Scalar[terms.Layout.Height];
        for (int i = 0; i < read.Length; i++)
        {
            for (int b = 0; b < width; b++)
            {
                read[i] |= (uint)bytes[width * i + b] << (8 * b);
            }

            if (read[i] >= terms.Quantiser.Domain)
            {
                return false;
            }
        }

        for (int r = 0; r < blinds.Length; r++)
        {
            if (!Scalar.TryDecode(bytes.Slice(width * read.Length + Scalar.Size * r, Scalar.Size), out blinds[r]))
            {
                return false;
            }
        }

        ColumnCommitment committed = ColumnCommitter.Commit(read, terms.Layout, blinds, 1, default);
        if (!committed.Digest.Span.SequenceEqual(update.Table.Columns[1].Digest.Span))
        {
            return false;
        }

        (codes, blindings) = (read, blinds);
        return true;
    }

    private static int CodeSize(RoundTerms terms) =>
        terms.Quantiser.Domain switch
        {
            <= 1 << 8 => 1,
            <= 1 << 16 => 2,
            _ => 3,
        };
}
