using System.CommandLine;
using System.Text.Json.Nodes;
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
                string? origin = null;
                if (parsed.GetValue(ledger) is string name)
                {
                    using SqliteLedger opened = Inputs.Ledger(name);
                    using LedgerHistory history = LedgerHistory.Open(name, opened);
                    log = history.Select(search.Matches.SelectMany(IncidentTrace.Words));
                    origin = opened.Key.Name;
                    report.Add("log", origin);
                    report.Add("until", Trace.Text(log.State.Time));
                }

                Trace trace = IncidentTrace.Of(log, path, search);
                IReadOnlyList<string> holders = IncidentTrace.Holders(log, search);
                string[] said = Tell(path, search, log, trace, holders, report);
                page.Write(
                    parsed,
                    report,
                    () =>
                        new TracePage
                        {
                            Trace = trace,
                            Log = origin,
                            Until = log?.State.Time ?? 0,
                            Incident = search,
                            Holders = holders,
                            Said = said,
                        }.ToHtml()
                );
                return ExitCode.Accepted;
            }
        );
    }

    private static string[] Tell(
        string path,
        IncidentSearch search,
        LogHistory? log,
        Trace trace,
        IReadOnlyList<string> holders,
        Report report
    )
    {
        report.Add("file", path);
        report.Add("rows", search.Rows);
        report.Add("matching", search.Matching, $"{path}: {search.Matching} of {search.Rows} rows match deliveries");
        var matches = new JsonArray();
        var words = new List<string>();
        foreach (DeliveryMatch m in search.Matches)
        {
            Delivery delivery = m.Kept.Delivery;
            byte[] root = delivery.Root(m.Kept.Rows);
            bool? served = log is null ? null : IncidentTrace.IsSaid(log, delivery, root, byServer: true),
                received = log is null ? null : IncidentTrace.IsSaid(log, delivery, root, byServer: false);
            string? other = log is null ? null : IncidentTrace.Contradicts(log, delivery, root);
            matches.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["delivery"] = m.Kept.Name,
                        ["request"] = Report.Hex(m.Kept.Delivery.Request),
                        ["root"] = Report.Hex(root),
                        ["server"] = m.Kept.Delivery.Server,
                        ["taker"] = m.Kept.Delivery.Taker,
                        ["spelled"] = m.Spelled,
                        ["byValue"] = m.ByValue,
                        ["distinguishing"] = m.Distinguishing,
                        ["inOrder"] = m.InOrder,
                        ["explains"] = m.Explains,
                        ["served"] = served,
                        ["received"] = received,
                        ["contradicted"] = other,
                        ["named"] = Texts(IncidentTrace.Named(log, delivery, root)),
                    }
            );
            report.Line(
                $"  {m.Kept.Name}, {m.Kept.Delivery.Server} to {m.Kept.Delivery.Taker}: {m.Spelled} rows letter by letter, "
                    + $"{m.ByValue} by value, {m.Distinguishing} that tell it from others{(m.Explains ? ": explains them" : "")}"
            );
            words.Add(Said(delivery, served, received) + (other is null ? "" : $"; {other}"));
            report.Line($"    {words[^1]}");
        }

        report.Add("deliveries", matches);
        report.Add(
            "holders",
            Texts(holders),
            search.IsConclusive
                ? $"named as holders: {string.Join(", ", holders)}; a verdict decides who answers, never this finding"
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

        return [.. words];
    }

    private static JsonArray Texts(IReadOnlyList<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    /// <summary>Says whose word a delivery is: a manifest alone is the word of whoever shows it.</summary>
    private static string Said(Delivery delivery, bool? served, bool? received) =>
        (served, received) switch
        {
            (null, _) => "not held against a ledger (--ledger): a delivery is the word of whoever shows it",
            (true, true) => $"on the ledger: {delivery.Server} says that it gave it, {delivery.Taker} that it received it",
            (true, _) =>
                $"on the ledger: {delivery.Server} says that it gave it; {delivery.Taker} has not said that it received it",
            (_, true) =>
                $"on the ledger: {delivery.Taker} says that it received it; {delivery.Server} has not said that it gave it",
            _ => "not on the ledger: it is the word of whoever shows it",
        };
}
