using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Cli.View;
using ZkHealth.Data;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Demo;

/// <summary>Plays the stories of the region, each on embedded ledgers of its own with the rules attached; each passes where
/// it
/// ends as told, by the rule and with the answer that are expected, and its ledgers pass their audit.</summary>
internal static class RegionDemo
{
    private const string Summary = "stories.json";

    /// <summary>Plays every story.</summary>
    /// <param name="folder">Where ledgers and logs stay; null to keep nothing.</param>
    /// <param name="force">Whether an earlier demonstration in the folder is replaced.</param>
    /// <param name="report">Takes the stories.</param>
    /// <param name="token">Ends it between two stories.</param>
    public static int Run(string? folder, bool force, Report report, CancellationToken token)
    {
        var watch = Stopwatch.StartNew();
        string root = folder ?? Directory.CreateTempSubdirectory("zkhealth-region").FullName;
        if (folder is not null)
        {
            Clear(folder, force);
        }

        try
        {
            bool all = Play(root, report, token);
            if (folder is not null)
            {
                AtomicFile.Write(Path.Combine(folder, Summary), Encoding.UTF8.GetBytes(report.Json.ToJsonString()));
                report.Line($"ledgers, logs and {Summary}: {folder}; 'samples/audit.py {folder}' recomputes them");
            }

            report.Add("seconds", watch.Elapsed.TotalSeconds, $"all of it in {Report.Seconds(watch.Elapsed)}");
            report.Json["reason"] = "a story did not end as told";
            return all ? ExitCode.Accepted : ExitCode.Rejected;
        }
        finally
        {
            if (folder is null)
            {
                Directory.Delete(root, recursive: true);
            }
        }
    }

    private static bool Play(string root, Report report, CancellationToken token)
    {
        var stories = new JsonArray();
        bool all = true;
        foreach (Story story in RegionStories.All)
        {
            token.ThrowIfCancellationRequested();
            string folder = Path.Combine(root, story.Folder);
            using var stage = new Stage(folder, story.Folder);
            StoryEnd end = story.Play(stage);
            JsonNode[] ledgers = [.. stage.Regions.Select(Keep)];
            bool passed = story.Passed(end) && stage.Regions.All(r => IsSound(r.LedgerFile!));
            all &= passed;
            WriteReport(end.Region, folder);
            stories.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["name"] = story.Name,
                        ["passed"] = passed,
                        ["responsible"] = end.Responsible,
                        ["rule"] = end.Rule,
                        ["folder"] = story.Folder,
                        ["ledgers"] = new JsonArray(ledgers),
                    }
            );
            report.Line($"{story.Name}: {(passed ? "as told" : "NOT AS TOLD")}; answers: {end.Responsible} ({end.Rule})");
        }

        report.Add("stories", stories);
        return all;
    }

    /// <summary>Writes the evidence bundle of a ledger beside it, and describes how it ended.</summary>
    private static JsonNode Keep(Region region)
    {
        string evidence = Path.ChangeExtension(region.LedgerFile!, ".evidence");
        File.WriteAllBytes(evidence, region.ProveAll());
        return new JsonObject
        {
            ["name"] = region.Name,
            ["file"] = Path.GetFileName(region.LedgerFile),
            ["key"] = region.LogKey.ToString(),
            ["entries"] = region.Steps.Count,
            ["stateRoot"] = Report.Hex(region.State.Root),
            ["evidence"] = Path.GetFileName(evidence),
            ["credit"] = Numbers(region.State.Members, region.Credit),
            ["accounts"] = Numbers(region.Accounts.Keys, a => region.Accounts[a]),
        };
    }

    /// <summary>Writes the report of the time of a story, as JSON and as a page.</summary>
    private static void WriteReport(Region region, string folder)
    {
        PeriodReport period = PeriodReport.Of(region.Steps, Region.Start, region.Time + 1);
        File.WriteAllText(Path.Combine(folder, "report.json"), Report.ToJson(period.ToJson()));
        string page = new PeriodPage { Origin = region.Origin, Period = period }.ToHtml();
        File.WriteAllText(Path.Combine(folder, "report.html"), page);
    }

    /// <summary>Audits a ledger, and writes its log beside it.</summary>
    private static bool IsSound(string path)
    {
        AuditResult audit = LedgerAudit.Run(path, rules: AccountabilityRules.Instance);
        using SqliteLedger ledger = SqliteLedger.Open(path);
        using FileStream log = File.Create(Path.ChangeExtension(path, ".log.json"));
        LogExport.Write(ledger, log);
        return audit.IsAccepted && audit.Flags.Count == 0;
    }

    private static JsonObject Numbers(IEnumerable<string> names, Func<string, long> value) =>
        new(names.Order(StringComparer.Ordinal).Select(n => KeyValuePair.Create(n, (JsonNode?)value(n))));

    private static void Clear(string folder, bool force)
    {
        if (File.Exists(Path.Combine(folder, Summary)) && !force)
        {
            throw new UsageException($"{folder} holds a demonstration; --out gives another folder, --force replaces it");
        }

        Directory.CreateDirectory(folder);
        foreach (string path in RegionStories.All.Select(s => Path.Combine(folder, s.Folder)).Where(Directory.Exists))
        {
            if (!force)
            {
                throw new UsageException($"{path} exists; --out gives another folder, --force replaces it");
            }

            Directory.Delete(path, recursive: true);
        }
    }
}
