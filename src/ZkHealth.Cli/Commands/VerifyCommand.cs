using System.CommandLine;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Cli.Terminal;
using ZkHealth.Ledger;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth verify` and `zkhealth inspect`: what a stranger does with a proof file.</summary>
internal static class VerifyCommand
{
    public static IEnumerable<Command> Create()
    {
        var file = new Argument<string>("PROOF") { Description = "A proof file (.zkp)." };
        var ledger = new Option<string?>("--ledger") { Description = "The ledger file: the root must be published there by its owner." };
        var receipt = new Option<string?>("--receipt") { Description = "A receipt in place of the ledger file; needs --ledger-key." };
        var ledgerKey = new Option<string?>("--ledger-key") { Description = "The ledger's public key, name+id+base64, as you were told it." };
        var purpose = new Option<string?>("--purpose") { Description = "Accept only a proof made for this purpose." };
        var requester = new Option<string?>("--requester") { Description = "Accept only a proof made for this requester." };
        var maxCells = new Option<int>("--max-cells") { Description = "Verify cubes of up to so many cells, with memory and time to match.", DefaultValueFactory = _ => VerificationLimits.DefaultCells };
        var verify = new Command("verify", "Verify a proof file, and its table root against a ledger.") { file, ledger, receipt, ledgerKey, purpose, requester, maxCells };
        var checks = new ProofChecks();
        foreach (Option option in checks.All)
        {
            verify.Add(option);
        }

        verify.Action((parsed, report, _) =>
        {
            int cells = parsed.GetValue(maxCells);
            var expected = new VerificationContext
            {
                Purpose = parsed.GetValue(purpose),
                Requester = parsed.GetValue(requester),
                Limits = cells is >= 1 and <= TableAxes.MaxCells ? VerificationLimits.ForCells(cells) : throw new UsageException($"--max-cells: expected 1 to {TableAxes.MaxCells}, got {cells}"),
            };
            return Verify(parsed.GetValue(file)!, parsed.GetValue(ledger), parsed.GetValue(receipt), parsed.GetValue(ledgerKey), expected, (parsed, checks), report);
        });

        var all = new Option<bool>("--all") { Description = "Print every condition in full, long lists of values too." };
        var inspect = new Command("inspect", "Say what a proof file claims, without verifying it.") { file, all };
        inspect.Action((parsed, report, _) =>
        {
            string path = parsed.GetValue(file)!;
            if (!TryDecode(path, report, out ProofFile? proof))
            {
                return ExitCode.Rejected;
            }

            report.Add("file", path, $"{path}: not verified; it claims:");
            ProofReport.Describe(proof, report);
            if (parsed.GetValue(all))
            {
                ProofReport.Conditions(proof, report);
            }

            return ExitCode.Accepted;
        });
        return [verify, inspect];
    }

    private static int Verify(
        string path, string? ledger, string? receipt, string? ledgerKey, VerificationContext expected, (ParseResult Parsed, ProofChecks Own) checks, Report report)
    {
        if (receipt is not null && (ledgerKey is null || ledger is not null))
        {
            throw new UsageException("expected --receipt together with --ledger-key and without --ledger");
        }

        if (ledgerKey is not null && ledger is null && receipt is null)
        {
            throw new UsageException("expected --ledger or --receipt together with --ledger-key");
        }

        report.Json["file"] = path;
        if (!TryDecode(path, report, out ProofFile? proof))
        {
            return ExitCode.Rejected;
        }

        checks.Own.Refuse(checks.Parsed, proof);
        var watch = Stopwatch.StartNew();
        using SqliteLedger? log = ledger is null ? null : Inputs.Ledger(ledger);
        NoteKey? key = ledgerKey is null ? null : Inputs.NoteKey(ledgerKey);
        VerifyingKey? registrar = checks.Own.Registrar(checks.Parsed);
        LedgerPublications? publications = null;
        if (log is not null)
        {
            publications = new LedgerPublications(log, key, registrar);
        }
        else if (receipt is not null)
        {
            if (!LedgerReceipt.TryDecode(Inputs.Bytes(receipt), out LedgerReceipt? decoded, out string? reason))
            {
                return Verdict(path, VerificationResult.Rejected($"the receipt: {reason}"), report);
            }

            publications = LedgerPublications.OfReceipt(decoded, key!, registrar);
        }

        VerificationReport verified = proof.Verify(expected with { Publications = publications, Registry = checks.Own.Registry(checks.Parsed, proof, publications is not null) });
        VerificationResult result = verified.IsAccepted ? checks.Own.Verify(checks.Parsed, proof, report) : verified.Result;
        report.Json["ledgerChecked"] = verified.RestsOnLedger;
        report.Json["ledger"] = verified.Publication is null ? null : (log?.Key ?? key)?.ToString();
        report.Json["entry"] = verified.Publication?.Entry;
        report.Json["signer"] = verified.Publication?.Signer;
        report.Json["newerEntry"] = verified.Publication?.NewerEntry;
        report.Json["release"] = verified.Release;
        report.Json["remarks"] = new JsonArray([.. verified.Remarks.Select(r => (JsonNode)r)]);
        report.Add("seconds", watch.Elapsed.TotalSeconds);
        if (!result.IsAccepted)
        {
            return Verdict(path, result, report);
        }

        // the first line is the verdict with what it rests on
        report.Add("accepted", true);
        report.Add("reason", null, $"{path}: {verified}");
        report.Add("verdict", verified.ToString());
        ProofReport.Describe(proof, report);
        if (verified.Registry is KeyRegistry registry)
        {
            report.Add("consortium", registry.Consortium);
            report.Add("members", registry.Members.Count);
        }

        if (verified.Publication is PublishedEntry published)
        {
            report.Line($"  published on the ledger {proof.Context.LedgerOrigin} by {(proof.Member is null ? "its owner" : $"the registrar {published.Signer}")}, entry {published.Entry}");
        }

        if (verified.Release is long entry)
        {
            report.Line($"  its release is recorded by entry {entry}");
        }

        if (proof.Noisy is not null && log is not null)
        {
            report.Line("  the noise was committed on the ledger before the coins, and served this release alone");
        }

        report.Line($"  verified in {Report.Seconds(watch.Elapsed)}");
        return ExitCode.Accepted;
    }

    private static int Verdict(string path, VerificationResult result, Report report)
    {
        report.Add("accepted", false);
        report.Add("verdict", result.ToString(), $"{path}: {result}");
        report.Add("reason", result.Reason);
        if (result.Verdict != VerificationVerdict.LimitExceeded)
        {
            return ExitCode.Rejected;
        }

        report.Line("  nothing was found to be wrong with it; --max-cells raises the limits, if its maker told you to");
        return ExitCode.LimitExceeded;
    }

    private static bool TryDecode(string path, Report report, [NotNullWhen(true)] out ProofFile? proof)
    {
        byte[] bytes = Inputs.Bytes(path);
        if (bytes.AsSpan().StartsWith("SQLite format 3"u8))
        {
            throw new UsageException($"{path} is a ledger, not a proof file; are the two swapped?");
        }

        if (ProofFile.TryDecode(bytes, out proof, out string? reason))
        {
            return true;
        }

        report.Add("accepted", false);
        report.Add("reason", reason, $"{path}: rejected: {reason}");
        return false;
    }
}
