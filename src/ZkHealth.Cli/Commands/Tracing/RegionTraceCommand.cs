using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ZkHealth.Accountability.Traces;
using ZkHealth.Cli.Terminal;
using ZkHealth.Cli.View;
using ZkHealth.Data;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Commands.Tracing;

/// <summary>`zkhealth trace`: where data came from, who used them, which deliveries explain leaked rows.</summary>
internal static class RegionTraceCommand
{
    public static Command Create() =>
        new("trace", "Trace data over a ledger with the region's rules: where they came from, who used them, what leaked.")
        {
            Quality(),
            Use(),
            IncidentCommand.Create(),
        };

    private static Command Quality()
    {
        var asset = new Argument<string>("ASSET") { Description = "The fingerprint in hexadecimal, or the file itself." };
        var copies = new Option<string[]>("--copy")
        {
            Description = "Files that somebody holds, to be compared with each step.",
            AllowMultipleArgumentsPerToken = true,
        };
        var options = new TraceOptions();
        return options
            .AddTo(
                new Command("quality", "Walk the way of a data set back: who registered, changed, corrected it; who answers.")
                {
                    asset,
                    copies,
                }
            )
            .Action(
                (parsed, report, _) =>
                {
                    byte[] fingerprint = EvidenceFile.Fingerprint(parsed.GetValue(asset)!);
                    var held = (parsed.GetValue(copies) ?? [])
                        .Distinct()
                        .ToDictionary(f => f, f => SHA256.HashData(Inputs.Bytes(f)));
                    return options.Run(
                        parsed,
                        report,
                        [Report.Hex(fingerprint)],
                        log =>
                            QualityTrace.Of(log, fingerprint, held)
                            ?? throw new UsageException(
                                $"no data set with the fingerprint {Report.Hex(fingerprint)} is registered on this ledger"
                            )
                    );
                }
            );
    }

    private static Command Use()
    {
        var about = new Argument<string[]>("WHAT")
        {
            Description = "Handles (public keys of consents), fingerprints of data sets, contacts of emergencies, or members.",
            Arity = ArgumentArity.OneOrMore,
        };
        var options = new TraceOptions();
        return options
            .AddTo(
                new Command("use", "Show every request, decision, use, receipt and recall of data, and who was in breach.")
                {
                    about,
                }
            )
            .Action(
                (parsed, report, _) =>
                    options.Run(
                        parsed,
                        report,
                        parsed.GetValue(about)!,
                        log =>
                            UseTrace.Of(log, parsed.GetValue(about)!, out string? unknown)
                            ?? throw new UsageException(
                                $"'{unknown}' is no handle, data set, contact of an emergency or member of this ledger; expected the subject of a member, or all digits of a key or fingerprint"
                            )
                    )
            );
    }
}

/// <summary>The options of a trace, and how it is shown.</summary>
internal sealed class TraceOptions
{
    private readonly Option<string> _ledger = new("--ledger") { Description = "The ledger file.", Required = true };
    private readonly PageOption _page = new();
    private readonly Option<string?> _evidence = new("--evidence")
    {
        Description = "Write the evidence bundle of the trace too (.evidence).",
    };

    /// <summary>Gives a command the options.</summary>
    public Command AddTo(Command command)
    {
        command.Add(_ledger);
        command.Add(_evidence);
        _page.AddTo(command);
        return command;
    }

    /// <summary>Reads the ledger, traces, and shows what came of it.</summary>
    public int Run(ParseResult parsed, Report report, IReadOnlyList<string> words, Func<LogHistory, Trace> trace)
    {
        string path = parsed.GetValue(_ledger)!;
        _page.Check(parsed);
        using SqliteLedger ledger = Inputs.Ledger(path);
        using LedgerHistory history = LedgerHistory.Open(path, ledger);
        LogHistory log = history.Select(words);
        Trace found = trace(log);
        report.Add("ledger", path);
        report.Add("log", ledger.Key.Name);
        report.Add("until", Trace.Text(log.State.Time));
        Trace now = trace(log.Advance(ledger.GetTime(), ledger.GetCheckpoint().Size));
        TraceAnswer[] pending = [.. now.Answers.Except(found.Answers)];
        report.Json["pending"] = new JsonArray([.. pending.Select(a => (JsonNode)a.ToJson())]);
        Tell(found, report, Pending(pending, log.State.Time));
        if (parsed.GetValue(_evidence) is string file)
        {
            EvidenceFile.Write(path, ledger, history, log, found.Leaves, file, report);
        }

        _page.Write(
            parsed,
            report,
            () =>
                new TracePage
                {
                    Trace = found,
                    Pending = pending,
                    Log = ledger.Key.Name,
                    Until = log.State.Time,
                }.ToHtml()
        );
        return ExitCode.Accepted;
    }

    /// <summary>Tells of duties and breaches that have come since the newest leaf, by time alone: they are on the log with the
    /// next one, and whoever has to do something asks before somebody appends.</summary>
    private static IEnumerable<string> Pending(TraceAnswer[] pending, long newest)
    {
        string since =
            $"by time alone since the newest leaf ({Trace.Text(newest)}), unless something was appended that this ledger lacks:";
        return pending.Length == 0 ? [] : [since, .. pending.Select(a => a.ToString())];
    }

    /// <summary>A trace as lines and JSON.</summary>
    internal static void Tell(Trace trace, Report report, params IEnumerable<string> pending)
    {
        foreach ((string name, System.Text.Json.Nodes.JsonNode? value) in trace.ToJson())
        {
            report.Json[name] = value?.DeepClone();
        }

        string verb = trace.Responsible.Contains(',', StringComparison.Ordinal) ? "answer" : "answers";
        report.Line($"{trace.Kind} of {string.Join(", ", trace.About)}: {trace.Responsible} {verb}");
        foreach (TraceAnswer a in trace.Answers)
        {
            report.Line($"  {a}");
        }

        foreach (string line in pending)
        {
            report.Line($"  {line}");
        }

        foreach (TraceParty p in trace.Parties)
        {
            string looked = p.Emergencies == 0 ? "" : $"; looks in an emergency {p.Emergencies}";
            report.Line(
                $"  {p.Member}: requests permitted {p.Permitted}, denied {p.Denied}; deliveries served {p.Served}, received {p.Received}{looked}"
            );
        }

        foreach (TraceEvent e in trace.Timeline)
        {
            report.Line($"  {e}");
        }

        foreach ((string code, Phrase words) in CodeWords.Of(trace))
        {
            report.Line($"  {code}: {words.English}");
        }
    }
}

/// <summary>The options of a command that can show what it found as one HTML page.</summary>
internal sealed class PageOption
{
    private readonly Option<string?> _html = new("--html") { Description = "Write it as one page too (.html)." };
    private readonly Option<bool> _force = new("--force") { Description = "Replace the page." };

    /// <summary>Gives a command the options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_html);
        command.Add(_force);
    }

    /// <summary>Refuses to replace a page before the work is done.</summary>
    public void Check(ParseResult parsed)
    {
        if (parsed.GetValue(_html) is string page && File.Exists(page) && !parsed.GetValue(_force))
        {
            throw new UsageException($"{page} exists; --html gives another name, --force replaces it");
        }
    }

    /// <summary>Writes the page, where one is wanted.</summary>
    public void Write(ParseResult parsed, Report report, Func<string> html)
    {
        if (parsed.GetValue(_html) is string page)
        {
            AtomicFile.Write(page, Encoding.UTF8.GetBytes(html()));
            report.Add("page", page, $"page: {page}");
        }
    }
}
