using System.Text.Json.Nodes;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Accountability.Reports;

/// <summary>A proof file about a row, or of a member, in words and as JSON.</summary>
internal static class RecordReport
{
    public static void Describe(RecordProof proof, Report report)
    {
        report.Line(
            $"  row {proof.Row}, counted from 0 (the number is public: whoever knows whose row it is, learns this about that person):"
        );
        var entries = new JsonArray();
        foreach (RecordEntry entry in proof.Entries)
        {
            report.Line($"    {entry.Describe(proof.Schema)}");
            entries.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["column"] = proof.Schema.Columns[entry.Column].Name,
                        ["kind"] = entry.Kind.ToString().ToLowerInvariant(),
                        ["value"] = entry.Kind == EntryKind.Shown ? proof.Schema.Columns[entry.Column].Label(entry.Code) : null,
                        ["commitment"] = entry.Kind == EntryKind.Shown ? null : entry.Commitment.ToString(),
                        ["set"] =
                            entry.Codes.Count == 0
                                ? null
                                : new JsonArray([
                                    .. entry.Codes.Select(c => (JsonNode)proof.Schema.Columns[entry.Column].Label(c)),
                                ]),
                    }
            );
        }

        report.Line(
            "  not shown: any other entry of this row, any other row; not proven: whose row it is, or that it was entered truly"
        );
        report.Add("row", proof.Row);
        report.Add("entries", entries);
        ProofReport.Common(proof.Context, proof.Schema, new DataSetVersion(proof.Table), report);
    }

    public static void Describe(AnonymousStatement proof, Report report)
    {
        report.Line("  said by the holder of one of the registered keys; which one is not shown");
        if (proof.Message.Length > 0)
        {
            report.Line($"  message: {Printable(proof.Message)}");
        }

        report.Line(
            proof.Topic is null
                ? "  no tag: the same member may have said more, unseen"
                : $"  tag in '{Printable(proof.Topic)}': {proof.Tag} (the same in everything that this member says there; elsewhere another)"
        );
        report.Line($"  key registry: {Report.Hex(proof.Registry)}");
        ProofReport.Purpose(proof.Context, report);
        report.Line(
            "  not proven: that registered keys belong to whom the registry names, or that their holders keep them to themselves"
        );
        report.Add("message", proof.Message);
        report.Add("context", proof.Topic);
        report.Add("tag", proof.Topic is null ? null : proof.Tag.ToString());
        report.Add("registry", Report.Hex(proof.Registry));
    }

    /// <summary>A stranger's text without what would steer a terminal.</summary>
    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
