using System.Formats.Cbor;
using ZkHealth.Accountability.Reports;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability.Traces;

/// <summary>A leaf of a history as bytes: [who, outcome, [record …] of what was due, [record …] of the act], each record [kind,
/// id, [before] or [], [after] or []]. Time and act are those of the leaf itself.</summary>
internal static class HistoryLeafFormat
{
    private static readonly Dictionary<string, Shape> Kinds = Records.All.ToDictionary(s => s.Name, StringComparer.Ordinal);

    /// <summary>The bytes of a leaf.</summary>
    public static byte[] Encode(HistoryLeaf leaf)
    {
        using Scratch scratch = Scratch.Take();
        CborWriter w = scratch.Writer;
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
            var r = new CborReader(bytes, CborConformanceMode.Canonical);
            if ((act is null || act.Row is not null) && r.ReadStartArray() == 4)
            {
                string who = r.ReadTextString(),
                    outcome = r.ReadTextString();
                return new HistoryLeaf(index, leaf.Time, act, act?.Row, who, outcome, Read(r), Read(r));
            }
        }
        catch (Exception e)
            when (e is CborContentException or InvalidOperationException or FormatException or KeyNotFoundException) { }

        throw new IOException("the history of the ledger is damaged: delete it, and the ledger is replayed");
    }

    private static void Write(CborWriter w, IReadOnlyList<RecordChange> changes)
    {
        w.WriteStartArray(changes.Count);
        foreach (RecordChange c in changes)
        {
            w.WriteStartArray(4);
            w.WriteTextString(c.Kind.Name);
            w.WriteByteString(c.Id);
            foreach (byte[]? row in (byte[]?[])[c.BytesBefore, c.BytesAfter])
            {
                w.WriteStartArray(row is null ? 0 : 1);
                if (row is not null)
                {
                    w.WriteByteString(row);
                }

                w.WriteEndArray();
            }

            w.WriteEndArray();
        }

        w.WriteEndArray();
    }

    private static List<RecordChange> Read(CborReader r)
    {
        var changes = new List<RecordChange>();
        int count = r.ReadStartArray() ?? 0;
        for (int i = 0; i < count; i++)
        {
            r.ReadStartArray();
            Shape kind = Kinds[r.ReadTextString()];
            byte[] id = r.ReadByteString();
            var change = new RecordChange(kind, id, ReadRow(r), ReadRow(r));
            r.ReadEndArray();

            // what is damaged is found here
            _ = (change.Before, change.After);
            changes.Add(change);
        }

        r.ReadEndArray();
        return changes;
    }

    private static byte[]? ReadRow(CborReader r)
    {
        byte[]? row = r.ReadStartArray() == 1 ? r.ReadByteString() : null;
        r.ReadEndArray();
        return row;
    }
}
