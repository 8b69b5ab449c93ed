using System.Text;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Deliveries;
using ZkHealth.Data;

namespace ZkHealth.Cli.Commands.Tracing;

/// <summary>The bodies of the words about a delivery, `used` and `receipt`: they lack only what the member alone knows.</summary>
internal static class DeliveryBodies
{
    /// <summary>The file beside a delivery that takes the server's word.</summary>
    public static string UsedFile(string delivery) => Path.ChangeExtension(delivery, ".used.json");

    /// <summary>Writes the body of the server's word.</summary>
    /// <param name="file">The file.</param>
    /// <param name="request">The record of the request.</param>
    /// <param name="delivery">The delivery.</param>
    /// <param name="root">Its root.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="report">Says what to post.</param>
    public static void WriteUsed(string file, Row request, Delivery delivery, byte[] root, long bytes, Report report)
    {
        // a cohort stands in the place of its handles, which are more than a word can name
        IReadOnlyList<byte[]> cohort = request.List<byte[]>("cohort"),
            handles = cohort.Count > 0 ? [] : delivery.Handles;
        var body = new JsonObject
        {
            ["request"] = Report.Hex(delivery.Request),
            ["handles"] = Texts(handles.Select(h => Report.Hex(h)).Distinct().Order(StringComparer.Ordinal)),
            ["operation"] = request.Code("operation"),
            ["person"] = Salted("person"),
            ["withinRights"] = true,
            ["rows"] = delivery.Handles.Count,
            ["bytes"] = bytes,
            ["columns"] = Texts(delivery.Columns),
            ["root"] = Report.Hex(root),
            ["network"] = Salted("network address"),
            ["marks"] = new JsonArray(Report.Hex(delivery.MarksCommitment)),
        };
        if (cohort.Count > 0)
        {
            body["cohort"] = Texts(cohort.Select(c => Report.Hex(c)));
        }

        AtomicFile.Write(file, Encoding.UTF8.GetBytes(ActExample.Text(body) + "\n"));
        report.Add(
            "used",
            file,
            $"next: put your salted digests into {file}, then: zkhealth act used --file {file} --ledger LEDGER --key KEY"
        );
    }

    /// <summary>Shows the body of the taker's word: a check needs no place to write to.</summary>
    public static void TellReceipt(Delivery delivery, byte[] root, Report report)
    {
        var body = new JsonObject
        {
            ["request"] = Report.Hex(delivery.Request),
            ["server"] = delivery.Server,
            ["person"] = Salted("person"),
            ["rows"] = delivery.Handles.Count,
            ["root"] = Report.Hex(root),
        };
        report.Line("next: zkhealth act receipt --file FILE --ledger LEDGER --key KEY, with your salted digest in this body:");
        foreach (string line in ActExample.Text(body).Split('\n'))
        {
            report.Line(line);
        }

        report.Json["receipt"] = body;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    private static string Salted(string what) => $"SHA-256 of a salt and the {what}";
}
