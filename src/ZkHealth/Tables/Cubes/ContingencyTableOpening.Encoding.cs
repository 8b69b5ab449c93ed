using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Security.Cryptography;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>The form in which the owner keeps proven cubes beside the table, so that later statistics reuse the proof.</summary>
public sealed partial class ContingencyTableOpening
{
    private const string Format = Labels.ContingencyTableOpeningFile;
    private const int CheckSize = 8;

    /// <summary>
    /// Canonical CBOR with the secret counts and blindings, for the owner's disk alone:
    /// [format, root, [[[column…], [domain…], point, [count…], blinding]…], proof,
    /// suppression key ‖ the first 8 bytes of its SHA-256].
    /// </summary>
    /// <exception cref="InvalidOperationException">They are a sum, of which nothing is kept.</exception>
    public byte[] EncodeSecret()
    {
        if (Parts.Count > 1)
        {
            throw new InvalidOperationException("expected the cubes of one table, and no sum of them");
        }

        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(5);
        w.WriteTextString(Format);
        w.WriteByteString(Table.Root.Span);
        w.WriteStartArray(Axes.Count);
        for (int c = 0; c < Axes.Count; c++)
        {
            w.WriteStartArray(5);
            CanonicalCbor.WriteList(w, Axes[c].Columns, w.WriteUInt32);
            CanonicalCbor.WriteList(w, Axes[c].Domains, w.WriteUInt32);
            w.WriteByteString(Points[c].ToBytes());
            w.WriteStartArray(Counts(c).Length);
            foreach (ulong n in Counts(c))
            {
                w.WriteUInt64(n);
            }

            w.WriteEndArray();
            w.WriteByteString(Blinding(c).ToBytes());
            w.WriteEndArray();
        }

        w.WriteEndArray();
        w.WriteByteString(Proof.Span);
        w.WriteByteString([.. _suppressionKey.Span, .. Check(_suppressionKey.Values)]);
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>
    /// Decodes what was kept of the cubes of this table. It checks that the counts and blindings open the points and that the
    /// proof holds, so that a damaged or foreign file is never proven from.
    /// </summary>
    public static bool TryDecodeSecret(
        ReadOnlyMemory<byte> bytes,
        TableCommitment table,
        [NotNullWhen(true)] out ContingencyTableOpening? cubes,
        [NotNullWhen(false)] out string? reason
    )
    {
        ArgumentNullException.ThrowIfNull(table);
        (cubes, reason) = (null, null);
        try
        {
            var r = new CborReader(bytes, CborConformanceMode.Canonical);
            ContingencyTableOpening decoded = Read(r, table);
            if (r.BytesRemaining != 0)
            {
                reason = "bytes follow the cubes";
                return false;
            }

            reason = ContingencyTableProof.Verify(table, decoded.Axes, decoded.Points, decoded.Proof).Reason;
            cubes = reason is null ? decoded : null;
            return cubes is not null;
        }
        catch (Exception e) when (CanonicalCbor.IsFault(e))
        {
            reason = "not the proven cubes of this table: " + e.Message;
            return false;
        }
    }

    private static ContingencyTableOpening Read(CborReader r, TableCommitment table)
    {
        r.ReadStartArray();
        if (r.ReadTextString() != Format || !r.ReadByteString().AsSpan().SequenceEqual(table.Root.Span))
        {
            throw new FormatException("another format or another table");
        }

        var (axes, points, counts, blindings) = (
            new List<TableAxes>(),
            new List<CompressedPoint>(),
            new List<ulong[]>(),
            new List<Scalar>()
        );
        r.ReadStartArray();
        while (r.PeekState() != CborReaderState.EndArray)
        {
            r.ReadStartArray();
            TableAxes a = TableAxes.Create(
                [.. CanonicalCbor.ReadList(r, x => x.ReadUInt32())],
                [.. CanonicalCbor.ReadList(r, x => x.ReadUInt32())]
            );
            var point = new CompressedPoint(r.ReadByteString());
            ulong[] n = [.. CanonicalCbor.ReadList(r, x => x.ReadUInt64())];
            if (
                n.Length != a.CellCount
                || !Scalar.TryDecode(r.ReadByteString(), out Scalar blinding)
                || CellSecrets.Point(n, blinding) != point
            )
            {
                throw new FormatException("the counts do not open the point of a cube");
            }

            r.ReadEndArray();
            axes.Add(a);
            points.Add(point);
            counts.Add(n);
            blindings.Add(blinding);
        }

        r.ReadEndArray();
        byte[] proof = r.ReadByteString();
        byte[] key = r.ReadByteString();
        r.ReadEndArray();
        if (
            key.Length != SHA256.HashSizeInBytes + CheckSize
            || !Check(key.AsSpan(..^CheckSize)).SequenceEqual(key.AsSpan(^CheckSize..))
        )
        {
            throw new FormatException("the suppression key is damaged");
        }

        var secrets = new CellSecrets(
            [.. counts.Select(n => new SecretArray<ulong>(n))],
            new SecretArray<Scalar>([.. blindings])
        );
        return new ContingencyTableOpening(table, [.. axes], [.. points], proof, secrets, key[..^CheckSize]);
    }

    /// <summary>Another key would withhold other entries of a question that was answered before.</summary>
    private static ReadOnlySpan<byte> Check(ReadOnlySpan<byte> key) => SHA256.HashData(key).AsSpan(0, CheckSize);
}
