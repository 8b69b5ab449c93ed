using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Traces;
using ZkHealth.Cli.Terminal;
using ZkHealth.Cli.View;
using ZkHealth.Ledger;
using ZkHealth.Proofs;

namespace ZkHealth.Cli.Commands.Tracing;

/// <summary>`zkhealth evidence`: one file with entries, decisions and proofs, which verifies without the ledger.</summary>
internal static class EvidenceCommand
{
    public static Command Create() =>
        new("evidence", "Evidence bundles: entries of a ledger and what was decided, verified without it.") { Make(), Verify() };

    private static Command Make()
    {
        var ledger = new Option<string>("--ledger") { Description = "The ledger file.", Required = true };
        var output = new Option<string>("--out") { Description = "The bundle (.evidence).", Required = true };
        var force = new Option<bool>("--force") { Description = "Replace the bundle." };
        var quality = new Option<string?>("--quality") { Description = "All that 'trace quality' shows of a data set." };
        var use = new Option<string[]>("--use")
        {
            Description = "All that 'trace use' shows of handles, data sets or members.",
            AllowMultipleArgumentsPerToken = true,
        };
        var leaves = new Option<long[]>("--leaf") { Description = "Leaves by number.", AllowMultipleArgumentsPerToken = true };
        return new Command("make", "Collect leaves, entries, inclusion proofs, state proofs and the checkpoint in one file.")
        {
            ledger,
            output,
            force,
            quality,
            use,
            leaves,
        }.Action(
            (parsed, report, _) =>
            {
                string file = parsed.GetValue(output)!;
                if (File.Exists(file) && !parsed.GetValue(force))
                {
                    throw new UsageException($"{file} exists; --out gives another name, --force replaces it");
                }

                using SqliteLedger log = Inputs.Ledger(parsed.GetValue(ledger)!);
                var wanted = new SortedSet<long>(parsed.GetValue(leaves) ?? []);
                long size = log.GetCheckpoint().Size;
                if (wanted.Any(l => l < 0 || l >= size))
                {
                    throw new UsageException(
                        $"--leaf: the ledger has {(size == 0 ? "no leaves" : $"the leaves 0 to {size - 1}")}, got {wanted.First(l => l < 0 || l >= size)}"
                    );
                }

                byte[]? fingerprint = parsed.GetValue(quality) is string named ? EvidenceFile.Fingerprint(named) : null;
                string[] asked =
                [
                    .. parsed.GetValue(use) ?? [],
                    .. fingerprint is null ? (string[])[] : [Report.Hex(fingerprint)],
                ];
                using LedgerHistory kept = LedgerHistory.Open(parsed.GetValue(ledger)!, log);
                LogHistory history = kept.Select(asked, wanted);
                if (fingerprint is not null)
                {
                    Trace trace =
                        QualityTrace.Of(history, fingerprint, new Dictionary<string, byte[]>())
                        ?? throw new UsageException($"no data set {parsed.GetValue(quality)} is registered");
                    wanted.UnionWith(trace.Leaves);
                }

                if (parsed.GetValue(use) is { Length: > 0 } words)
                {
                    Trace trace =
                        UseTrace.Of(history, words, out string? unknown)
                        ?? throw new UsageException($"'{unknown}' is no handle, data set or member");
                    wanted.UnionWith(trace.Leaves);
                }

                if (wanted.Count == 0)
                {
                    throw new UsageException("expected at least one of --quality, --use and --leaf");
                }

                report.Add("ledger", parsed.GetValue(ledger));
                EvidenceFile.Write(parsed.GetValue(ledger)!, log, kept, history, wanted, file, report);
                return ExitCode.Accepted;
            }
        );
    }

    private static Command Verify()
    {
        var file = new Argument<string>("FILE") { Description = "The bundle (.evidence)." };
        var key = new Option<string>("--ledger-key")
        {
            Description = "The ledger's public key, name+id+base64, as you were told it.",
            Required = true,
        };
        var page = new PageOption();
        var command = new Command("verify", "Verify a bundle against the key of its log, without the log; show what it holds.")
        {
            file,
            key,
        };
        page.AddTo(command);
        return command.Action(
            (parsed, report, _) =>
            {
                report.Verifies = true;
                page.Check(parsed);
                string path = parsed.GetValue(file)!;
                NoteKey log = Inputs.NoteKey(parsed.GetValue(key)!);
                report.Add("file", path);
                VerificationResult result = Check(path, log, out Evidence? bundle);
                if (!result.IsAccepted)
                {
                    report.Add("reason", result.Reason, $"{path}: {result}");
                    report.Add("reasonCode", JsonNamingPolicy.CamelCase.ConvertName(result.Code.ToString()));
                }
                else
                {
                    report.Line(
                        $"{path}: accepted: {bundle!.Leaves.Count} leaves and {bundle.Records.Count} records of {log.Name}"
                    );
                    Show(bundle, log, report);
                }

                page.Write(
                    parsed,
                    report,
                    () =>
                        new EvidencePage
                        {
                            File = path,
                            Log = log,
                            Bundle = result.IsAccepted ? bundle : null,
                            Result = result,
                        }.ToHtml()
                );
                return result.Verdict switch
                {
                    VerificationVerdict.Accepted => ExitCode.Accepted,
                    VerificationVerdict.LimitExceeded => ExitCode.LimitExceeded,
                    VerificationVerdict.Unsupported => ExitCode.Unsupported,
                    _ => ExitCode.Rejected,
                };
            }
        );
    }

    /// <summary>Verifies a file; of one that is larger than any bundle no more is read than shows that.</summary>
    private static VerificationResult Check(string path, NoteKey log, out Evidence? bundle)
    {
        byte[] bytes = Inputs.Bytes(path, Evidence.MaxSize + 1);
        bundle = null;
        if (bytes.Length > Evidence.MaxSize)
        {
            return VerificationResult.LimitExceeded($"expected at most {Evidence.MaxSize} bytes");
        }

        return Evidence.TryDecode(bytes, out bundle, out string? reason)
            ? bundle.Verify(log)
            : VerificationResult.Rejected(reason, VerdictReason.ReceiptInvalid);
    }

    private static void Show(Evidence bundle, NoteKey log, Report report)
    {
        Quorum quorum = bundle.CountWitnesses();
        EvidenceLeaf last = bundle.Leaves[^1];
        report.Add("log", log.Name);
        report.Add("until", Trace.Text(last.Leaf.Time));
        report.Add("witnesses", quorum.Witnesses);
        report.Add("cosigned", quorum.Cosigned);
        report.Add("needed", quorum.Needed, $"  {quorum}");
        report.Add("breaches", Breaches(bundle.Breaches));
        report.Add("annulled", Breaches(bundle.Annulled));
        report.Line(
            $"  it shows what was decided up to leaf {last.Index}, {Trace.Text(last.Leaf.Time)}, and nothing later; what entries say is their signers' word"
        );
        foreach (EvidenceRecord b in bundle.Breaches)
        {
            Row row = b.Value!;
            string end =
                row.Code("status") == BreachRules.Provisional ? $", final {Trace.Text(row.Whole("due"))} unless annulled" : "";
            report.Line(
                $"  in breach: {row.Code("subject")}, {row.Code("rule")} ({row.Code("status")}{end}), id {Report.Hex(b.Id)}"
            );
        }

        foreach (EvidenceRecord b in bundle.Annulled)
        {
            report.Line($"  annulled, no breach: {b.Value!.Code("subject")}, {b.Value.Code("rule")}, id {Report.Hex(b.Id)}");
        }

        var leaves = new JsonArray();
        foreach (EvidenceLeaf e in bundle.Leaves)
        {
            Act? act = e.Leaf.Entry is null ? null : Act.Of(e.Leaf.Entry);
            Row? body = null;
            _ = act is not null && ActKind.All[act.Kind].Body.TryDecode(act.Body, out body);
            string kind = act?.Kind ?? e.Leaf.Entry?.Body.Kind ?? "tick";
            leaves.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["leaf"] = e.Index,
                        ["time"] = Trace.Text(e.Leaf.Time),
                        ["kind"] = kind,
                        ["signer"] = e.Leaf.Entry is null ? null : Report.Hex(e.Leaf.Entry.Signer.Encode()),
                        ["member"] = e.Leaf.Entry is null ? null : bundle.SubjectOf(e.Leaf.Entry.Signer.Encode()),
                        ["id"] = act is null ? null : Report.Hex(act.Id),
                        ["decision"] = act is null ? null : bundle.DecisionOf(act),
                        ["body"] = body is null ? null : ActKind.All[act!.Kind].Body.ToJson(body),
                    }
            );
            string decision = (act is null ? null : bundle.DecisionOf(act)) is string decided ? $", {decided}" : "",
                said = body is null ? "" : ": " + LogHistory.Describe(body);
            string who = e.Leaf.Entry is null ? "" : $", {bundle.SubjectOf(e.Leaf.Entry.Signer.Encode())}";
            report.Line($"  leaf {e.Index}, {Trace.Text(e.Leaf.Time)}: {kind}{who}{decision}{said}");
        }

        var records = new JsonArray();
        foreach (EvidenceRecord r in bundle.Records)
        {
            records.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["leaf"] = r.Leaf,
                        ["kind"] = r.Kind.Name,
                        ["id"] = Report.Hex(r.Id),
                        ["value"] = r.Value is null ? null : r.Kind.ToJson(r.Value),
                    }
            );
            string said = r.Value is null ? "absent" : LogHistory.Describe(r.Value);
            report.Line($"  state of leaf {r.Leaf}, {r.Kind.Name} {LogHistory.Name(r.Id)}: {said}");
        }

        report.Add("leaves", leaves);
        report.Add("records", records);
    }

    private static JsonArray Breaches(IEnumerable<EvidenceRecord> breaches) =>
        [.. breaches.Select(b => (JsonNode)new PeriodCase(b.Id, b.Value!, isNew: true).ToJson())];
}
