using System.CommandLine;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using ZkHealth.Cli.Demo;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth demo`: three hospitals commit, publish and prove, a stranger verifies, two frauds are
/// rejected.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var rows = new Option<int>("--rows")
        {
            Description = "Patients of each hospital, 1000 to 4194304.",
            DefaultValueFactory = _ => 100_000,
        }.Within(1000, 1 << 22);
        var folder = new Option<string>("--out")
        {
            Description = "Where all files go; with --region they are kept only if it is given.",
            DefaultValueFactory = _ => "zkhealth-demo",
        };
        var force = new Option<bool>("--force") { Description = "Replace an earlier demonstration in the folder." };
        var region = new Option<bool>("--region")
        {
            Description = "Play the stories of accountability in a synthetic region instead: who answers, by which rule.",
        };
        var command = new Command(
            "demo",
            "Three hospitals commit, publish and prove; a stranger verifies; two frauds are rejected."
        )
        {
            rows,
            folder,
            force,
            region,
        };
        return command.Action(
            (parsed, report, token) =>
                parsed.GetValue(region)
                    ? RegionDemo.Run(
                        parsed.GetResult(folder) is { Implicit: false } ? parsed.GetValue(folder) : null,
                        parsed.GetValue(force),
                        report,
                        token
                    )
                    : Run(parsed.GetValue(rows), parsed.GetValue(folder)!, parsed.GetValue(force), report, token)
        );
    }

    private static int Run(int rows, string folder, bool force, Report report, CancellationToken token)
    {
        var watch = Stopwatch.StartNew();
        var demonstration = new Demonstration(folder, rows, token);
        if (!force && File.Exists(demonstration.LedgerFile))
        {
            throw new UsageException($"{folder} holds a demonstration; --out gives another folder, --force replaces it");
        }

        report.Verifies = true;
        NoteKey key = demonstration.Prepare();
        report.Add("ledger", key.ToString(), $"ledger {demonstration.LedgerFile}, key {key}");
        var hospitals = ProgressBar.Run(
            "three hospitals",
            3.0 * rows,
            "patients",
            p =>
                Enumerable
                    .Range(0, 3)
                    .Select(i =>
                    {
                        Hospital hospital = demonstration.Run(i);
                        p.Report((i + 1) / 3.0);
                        return hospital;
                    })
                    .ToList(),
            token
        );
        var json = new JsonArray();
        foreach (Hospital h in hospitals)
        {
            json.Add((JsonNode)Describe(h, report));
        }

        report.Add("hospitals", json);
        List<Fraud> frauds = [.. demonstration.Frauds()];
        var fraudJson = new JsonArray();
        foreach (Fraud f in frauds)
        {
            report.Line(
                $"fraud, {f.Name} ({f.What}): {(f.Rejection is null ? "ACCEPTED, this must not happen" : "rejected: " + f.Rejection)}"
            );
            fraudJson.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["fraud"] = f.Name,
                        ["rejected"] = f.Rejection is not null,
                        ["reason"] = f.Rejection,
                    }
            );
        }

        report.Add("frauds", fraudJson);
        string page = Path.Combine(folder, "report.html");
        AtomicFile.Write(page, Encoding.UTF8.GetBytes(demonstration.View(frauds).ToHtml()));
        report.Add("report", page, $"report with charts: {page}; all files: {folder}");
        report.Add("seconds", watch.Elapsed.TotalSeconds, $"all of it in {Report.Seconds(watch.Elapsed)}");
        bool expected = hospitals.All(h => h.Accepted is not null) && frauds.All(f => f.Rejection is not null);
        report.Json["reason"] = "a fraud was accepted, or a hospital was not";
        return expected ? ExitCode.Accepted : ExitCode.Rejected;
    }

    private static JsonObject Describe(Hospital h, Report report)
    {
        report.Line($"{h.Name}: {h.Rows} patients, root {h.Root}, ledger entry {h.Entry}");
        report.Line(
            $"  committed in {Report.Seconds(h.Commit)}, cube of {h.Cells} cells proven in {Report.Seconds(h.Cube)}, statistic in {Report.Seconds(h.Statistic)}"
        );
        report.Line(
            $"  {h.ProofBytes} bytes, verified by a stranger in {Report.Seconds(h.Verify)}: {(h.Accepted is null ? "REJECTED" : "accepted")}"
        );
        if (h.Accepted is { } proof)
        {
            Rate rate = proof.RateOf(0);
            string stratum = Demonstration.Strata(proof).Own[0];
            bool all = stratum.Length == 0;
            report.Line(
                $"  diabetes, {(all ? "all ages" : stratum)}: {ProofReport.Text(rate)}, and {proof.Statistics.Count - 1} {(all ? "" : "more ")}age bands"
            );
            if (!all)
            {
                report.Line("  all ages is not released: less the bands, it would show a band with fewer than 10 people");
            }
        }

        return new JsonObject
        {
            ["name"] = h.Name,
            ["rows"] = h.Rows,
            ["root"] = h.Root,
            ["entry"] = h.Entry,
            ["cells"] = h.Cells,
            ["accepted"] = h.Accepted is not null,
            ["importSeconds"] = h.Import.TotalSeconds,
            ["commitSeconds"] = h.Commit.TotalSeconds,
            ["cubeSeconds"] = h.Cube.TotalSeconds,
            ["statisticSeconds"] = h.Statistic.TotalSeconds,
            ["verifySeconds"] = h.Verify.TotalSeconds,
            ["proofBytes"] = h.ProofBytes,
        };
    }
}
