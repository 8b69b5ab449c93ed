using System.CommandLine;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Deliveries;
using ZkHealth.Accountability.Traces;
using ZkHealth.Cli.Terminal;
using ZkHealth.Cli.View;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Commands.Tracing;

/// <summary>`zkhealth trace incident`: which deliveries, and so which holders, explain the rows of a file that was
/// found.</summary>
internal static class IncidentCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The file that was found (CSV): whole, in part, or altered." };
        var deliveries = new Option<string[]>("--delivery")
        {
            Description = "Deliveries that are kept (CSV, each with its .delivery beside it).",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var ledger = new Option<string?>("--ledger")
        {
            Description = "The ledger file, to find the words of servers and takers.",
        };
        var page = new PageOption();
        var command = new Command(
            "incident",
            "Find the deliveries that explain the rows of a file; who holds them, never who is guilty."
        )
        {
            file,
            deliveries,
            ledger,
        };
        page.AddTo(command);
        return command.Action(
            (parsed, report, _) =>
            {
                page.Check(parsed);
                string path = parsed.GetValue(file)!;
                CsvRows found = CsvRows.Read(path);
                KeptDelivery[] kept =
                [
                    .. parsed.GetValue(deliveries)!.Distinct().Select(d => DeliveryFile.Read(DeliveryFile.ManifestOf(d), d)),
                ];
                IncidentSearch search = IncidentSearch.Run(found.Columns, found.Rows, kept);
                LogHistory? log = null;
                if (parsed.GetValue(ledger) is string name)
                {
                    using SqliteLedger opened = Inputs.Ledger(name);
                    using LedgerHistory history = LedgerHistory.Open(name, opened);
                    log = history.Select(search.Matches.SelectMany(IncidentTrace.Words));
                }

                Trace trace = IncidentTrace.Of(log, path, search);
                Tell(path, search, trace, report);
                page.Write(parsed, report, () => new TracePage { Trace = trace, Incident = search }.ToHtml());
                return ExitCode.Accepted;
            }
        );
    }

    private static void Tell(string path, IncidentSearch search, Trace trace, Report report)
    {
        report.Add("file", path);
        report.Add("rows", search.Rows);
        report.Add("matching", search.Matching, $"{path}: {search.Matching} of {search.Rows} rows match deliveries");
        var matches = new JsonArray();
        foreach (DeliveryMatch m in search.Matches)
        {
            string root = Report.Hex(m.Kept.Delivery.Root(m.Kept.Rows));
            matches.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["delivery"] = m.Kept.Name,
                        ["request"] = Report.Hex(m.Kept.Delivery.Request),
                        ["root"] = root,
                        ["server"] = m.Kept.Delivery.Server,
                        ["taker"] = m.Kept.Delivery.Taker,
                        ["spelled"] = m.Spelled,
                        ["byValue"] = m.ByValue,
                        ["distinguishing"] = m.Distinguishing,
                        ["inOrder"] = m.InOrder,
                        ["explains"] = m.Explains,
                    }
            );
            report.Line(
                $"  {m.Kept.Name}, {m.Kept.Delivery.Server} to {m.Kept.Delivery.Taker}: {m.Spelled} rows letter by letter, "
                    + $"{m.ByValue} by value, {m.Distinguishing} that tell it from others{(m.Explains ? ": explains them" : "")}"
            );
        }

        report.Add("deliveries", matches);
        report.Add(
            "holders",
            new JsonArray([.. search.Holders.Select(h => (JsonNode)h)]),
            search.IsConclusive
                ? $"held by {string.Join(", ", search.Holders)}: a verdict decides who answers, never this finding"
                : "no delivery is told from the others"
        );
        JsonObject json = trace.ToJson();
        foreach (string member in (string[])["timeline", "nodes", "edges"])
        {
            report.Json[member] = json[member]?.DeepClone();
        }

        foreach (TraceEvent e in trace.Timeline)
        {
            report.Line($"  {e}");
        }
    }
}
