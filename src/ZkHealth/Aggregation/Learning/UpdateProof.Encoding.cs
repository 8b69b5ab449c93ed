using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Groups;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation.Learning;

/// <summary>The file: canonical CBOR, read strictly.</summary>
public sealed partial class UpdateProof
{
    private const string Format = "zkhealth update proof v1";

    /// <summary>Canonical CBOR: [format, sid, terms, owner, points, clipped, cube, cube proof, norm, norm proof, range proof].</summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(11);
        w.WriteTextString(Format);
        w.WriteByteString(_sid);
        w.WriteByteString(Terms.Encode());
        w.WriteByteString(Table.Owner.Span);
        w.WriteByteString(Table.Columns[0].Points.Span);
        w.WriteInt32(Clipped);
        w.WriteByteString(Cube.ToBytes());
        w.WriteByteString(_cubeProof);
        w.WriteByteString(Norm.ToBytes());
        w.WriteByteString(_normProof);
        w.WriteByteString(_range);
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Decodes a file in canonical form; anything else is refused, with a reason. Nothing is verified yet.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out UpdateProof? proof, [NotNullWhen(false)] out string? reason) =>
        CanonicalCbor.TryDecode(bytes, MaxEncodedSize, "proof of an update", Read, p => p.Encode(), out proof, out reason);

    private static UpdateProof Read(CborReader r)
    {
        r.ReadStartArray();
        if (r.ReadTextString() != Format)
        {
            throw new InvalidOperationException("not of this format and version");
        }

        byte[] sid = r.ReadByteString();
        if (!RoundTerms.TryDecode(r.ReadByteString(), out RoundTerms? terms, out string? reason))
        {
            throw new InvalidOperationException(reason);
        }

        byte[] owner = r.ReadByteString();
        var table = new TableCommitment(owner, terms.Schema(sid), terms.Layout.PaddedRows, [ColumnCommitment.FromPoints(r.ReadByteString())]);
        int clipped = r.ReadInt32();
        if (clipped < 0 || clipped > terms.Entries)
        {
            throw new InvalidOperationException("more entries are clipped than there are");
        }

        var cube = new CompressedPoint(r.ReadByteString());
        byte[] cubeProof = r.ReadByteString();
        var norm = new CompressedPoint(r.ReadByteString());
        byte[] normProof = r.ReadByteString(), range = r.ReadByteString();
        r.ReadEndArray();
        return new UpdateProof(sid, terms, table, clipped, cube, cubeProof, norm, normProof, range);
    }
}
