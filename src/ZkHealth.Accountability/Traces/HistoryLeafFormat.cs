using System.Formats.Cbor;
using ZkHealth.Accountability.Reports;
using ZkHealth.Ledger;
using ZkHealth.Transcripts;

namespace ZkHealth.Accountability.Traces;

/// <summary>A leaf of a history as bytes: [who, outcome, [record …] of what was due, [record …] of the act], each record [kind,
/// id, [before] or [], [after] or []]. Time and act are those of the leaf itself.</summary>
internal static class HistoryLeafFormat
{
    private static readonly Dictionary<string, Shape> Kinds = Records.All.ToDictionary(s => s.Name, StringComparer.Ordinal);

    /// <summary>The bytes of a leaf.</summary>
    public static byte[] Encode(HistoryLeaf leaf)
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(4);
        w.WriteTextString(leaf.Who);
        w.WriteTextString(leaf.Outcome);
        Write(w, leaf.Due);
        Write(w, leaf.Changed);
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Reads a leaf that was written here.</summary>
    /// <exception cref="IOException">It is not one: the file is damaged.</exception>
    public static HistoryLeaf Decode(byte[] bytes, long index, LedgerLeaf leaf)
    {
        try
        {
            Act? act = leaf.Entry is null ? null : Act.Of(leaf.Entry);
            Row? body = null;
            bool whole = act is null || ActKind.All[act.Kind].Body.TryDecode(act.Body, out body);
            var r = new CborReader(bytes, CborConformanceMode.Canonical);
            if (whole && r.ReadStartArray() == 4)
            {
                string who = r.ReadTextString(),
                    outcome = r.ReadTextString();
                return new HistoryLeaf(index, leaf.Time, act, body, who, outcome, Changes(r), Changes(r));
            }
        }
        catch (Exception e) when (CanonicalCbor.IsFault(e) || e is KeyNotFoundException) { }

        throw new IOException("the history of the ledger is damaged: delete it, and the ledger is replayed");
    }

    private static void Write(CborWriter w, IReadOnlyList<RecordChange> changes)
    {
        CanonicalCbor.WriteList(
            w,
            changes,
            c =>
            {
                w.WriteStartArray(4);
                w.WriteTextString(c.Kind.Name);
                w.WriteByteString(c.Id);
                CanonicalCbor.WriteList<Row>(w, c.Before is Row before ? [before] : [], row => w.WriteByteString(row.Encode()));
                CanonicalCbor.WriteList<Row>(w, c.After is Row after ? [after] : [], row => w.WriteByteString(row.Encode()));
                w.WriteEndArray();
            }
        );
    }

    private static List<RecordChange> Changes(CborReader r) => CanonicalCbor.ReadList(r, ReadChange);

    private static RecordChange ReadChange(CborReader r)
    {
        r.ReadStartArray();
        Shape kind = Kinds[r.ReadTextString()];
        var change = new RecordChange(kind, r.ReadByteString(), ReadRow(r, kind), ReadRow(r, kind));
        r.ReadEndArray();
        return change;
    }

    private static Row? ReadRow(CborReader r, Shape kind) =>
        CanonicalCbor.ReadList(r, x => kind.DecodeOwn(x.ReadByteString()), 1).FirstOrDefault();
}
