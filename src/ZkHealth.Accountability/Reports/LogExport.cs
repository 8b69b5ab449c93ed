using System.Text.Encodings.Web;
using System.Text.Json;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability.Reports;

/// <summary>
/// A log as JSON for readers in other languages: every leaf, and the records of the state that what was due and its entry
/// changed
/// (kind, id, value in hexadecimal; null where it was removed). From these alone every root, fee and credit can be
/// recomputed.
/// </summary>
internal static class LogExport
{
    /// <summary>Writes a ledger's log.</summary>
    /// <exception cref="IOException">The log is not what its rules give.</exception>
    public static void Write(SqliteLedger ledger, Stream target)
    {
        using var w = new Utf8JsonWriter(
            target,
            new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );
        w.WriteStartObject();
        w.WriteString("origin", ledger.Key.Name);
        w.WriteString("key", ledger.Key.ToString());
        w.WriteString("checkpoint", ledger.GetCheckpoint().ToString());
        w.WriteStartObject("fields");
        foreach (Shape shape in Records.All)
        {
            w.WriteStartArray(shape.Name);
            foreach (Field field in shape.Fields)
            {
                w.WriteStringValue(field.Name);
            }

            w.WriteEndArray();
        }

        w.WriteEndObject();
        w.WriteStartArray("leaves");
        foreach (RegionLeaf leaf in RegionLog.Replay(ledger))
        {
            Write(w, leaf);
        }

        w.WriteEndArray();
        w.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter w, RegionLeaf leaf)
    {
        w.WriteStartObject();
        w.WriteNumber("time", leaf.Leaf.Time);
        w.WriteString("stateRoot", Report.Hex(leaf.Leaf.StateRoot));
        w.WriteNumber("ruleSet", leaf.Leaf.RuleSet);
        if (leaf.Leaf.Entry is LedgerEntry entry)
        {
            w.WriteString("entry", Report.Hex(entry.Bytes));
            w.WriteString("kind", entry.Body.Kind);
            w.WriteString("outcome", leaf.Outcome.ToString());
        }
        else
        {
            w.WriteNull("entry");
        }

        Write(w, "due", leaf.Due);
        Write(w, "changed", leaf.Changed);
        w.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter w, string name, IReadOnlyList<ChangedRecord> records)
    {
        w.WriteStartArray(name);
        foreach (ChangedRecord r in records)
        {
            w.WriteStartArray();
            w.WriteStringValue(r.Kind);
            w.WriteStringValue(Report.Hex(r.Id));
            if (r.Value is null)
            {
                w.WriteNullValue();
            }
            else
            {
                w.WriteStringValue(Report.Hex(r.Value));
            }

            w.WriteEndArray();
        }

        w.WriteEndArray();
    }
}
