using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// Openings of the commitments to hidden entries of rows: the code and blinding of each. For their owner, and for whom
/// the owner opens them to. Kept, they let the owner go on proving about the same commitments. Cleared on Dispose; prints
/// nothing.
/// </summary>
public sealed class RecordOpenings : IDisposable
{
    /// <summary>The largest encoding that is decoded.</summary>
    internal const int MaxEncodedSize = 1 << 24;

    private const string Format = Labels.RecordOpeningsFile;

    private readonly List<Opening> _openings = [];

    /// <summary>The number of commitments that it opens.</summary>
    public int Count => _openings.Count;

    /// <summary>The code that an entry's commitment opens to; null where this does not open it. Which row and table it was does
    /// not matter.</summary>
    public uint? Open(RecordEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        foreach (Opening o in _openings)
        {
            if (ScalarCommitment.Commit(Scalar.FromUInt64(o.Code), o.Blinding).Compress() == entry.Commitment)
            {
                return o.Code;
            }
        }

        return null;
    }

    /// <summary>Canonical CBOR: [format, [[root, row, column, code, blinding]…]].</summary>
    public byte[] EncodeSecret()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(2);
        w.WriteTextString(Format);
        CanonicalCbor.WriteList(
            w,
            _openings,
            o =>
            {
                w.WriteStartArray(5);
                w.WriteByteString(o.Root);
                w.WriteInt64(o.Row);
                w.WriteInt32(o.Column);
                w.WriteUInt32(o.Code);
                w.WriteByteString(o.Blinding.ToBytes());
                w.WriteEndArray();
            }
        );
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Decodes openings in canonical form; anything else is refused, with a reason.</summary>
    public static bool TryDecodeSecret(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out RecordOpenings? openings,
        [NotNullWhen(false)] out string? reason
    ) =>
        CanonicalCbor.TryDecode(bytes, MaxEncodedSize, "file of openings", Read, o => o.EncodeSecret(), out openings, out reason);

    /// <summary>
    /// The blinding of an entry's commitment: the one held, else a fresh one, which is then held. It is hedged with the entry and
    /// the blinding of its matrix row.
    /// </summary>
    internal Scalar Blinding(TableOpening owned, long row, int column, uint code)
    {
        TableCommitment table = owned.Commitment;
        foreach (Opening o in _openings)
        {
            // another code under the same blinding would show the difference of the two: the root names the codes
            if (o.Root.AsSpan().SequenceEqual(table.Root.Span) && o.Row == row && o.Column == column && o.Code == code)
            {
                return o.Blinding;
            }
        }

        var t = new Transcript(Labels.EntryBlinding);
        t.Append("table"u8, table.Root.Span);
        t.AppendUInt64("row"u8, (ulong)row);
        t.AppendUInt64("column"u8, (ulong)column);
        using TranscriptRng rng = t.BuildRng()
            .RekeyWithWitness("code"u8, BitConverter.GetBytes(code))
            .RekeyWithWitness("blinding"u8, owned.Blindings(column)[(int)(row / table.Layout.Width)].ToBytes())
            .Complete();
        var opening = new Opening(table.Root.ToArray(), row, column, code, rng.NextScalar());
        _openings.Add(opening);
        return opening.Blinding;
    }

    private static RecordOpenings Read(CborReader r)
    {
        r.ReadStartArray();
        if (r.ReadTextString() != Format)
        {
            throw new FormatException("not of this format and version");
        }

        var openings = new RecordOpenings();
        openings._openings.AddRange(
            CanonicalCbor.ReadList(
                r,
                x =>
                {
                    x.ReadStartArray();
                    var o = new Opening(x.ReadByteString(), x.ReadInt64(), x.ReadInt32(), x.ReadUInt32(), ReadBlinding(x));
                    x.ReadEndArray();
                    return o;
                }
            )
        );
        r.ReadEndArray();
        return openings;
    }

    private static Scalar ReadBlinding(CborReader r) =>
        Scalar.TryDecode(r.ReadByteString(), out Scalar blinding)
            ? blinding
            : throw new FormatException("a blinding is no canonical scalar");

    /// <summary>Clears codes and blindings.</summary>
    public void Dispose()
    {
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_openings).Clear();
        _openings.Clear();
    }

    /// <summary>The name of the type; the content stays secret.</summary>
    public override string ToString() => $"openings of {_openings.Count} commitments";

    private readonly record struct Opening(byte[] Root, long Row, int Column, uint Code, Scalar Blinding);
}
