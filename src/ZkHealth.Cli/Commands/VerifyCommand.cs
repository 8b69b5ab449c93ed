using System.CommandLine;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
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
        var verify = new Command("verify", "Verify a proof file, and its table root against a ledger.") { file, ledger, receipt, ledgerKey, purpose, requester };
        var checks = new ProofChecks();
        foreach (Option option in checks.All)
        {
            verify.Add(option);
        }

        verify.Action((parsed, report, _) => Verify(
            parsed.GetValue(file)!, parsed.GetValue(ledger), parsed.GetValue(receipt), parsed.GetValue(ledgerKey),
            parsed.GetValue(purpose), parsed.GetValue(requester), (parsed, checks), report));

        var inspect = new Command("inspect", "Say what a proof file claims, without verifying it.") { file };
        inspect.Action((parsed, report, _) =>
        {
            string path = parsed.GetValue(file)!;
            if (!TryDecode(path, report, out ProofFile? proof))
            {
                return ExitCode.Rejected;
            }

            report.Add("file", path, $"{path}: not verified; it claims:");
            proof.Describe(report);
            return ExitCode.Accepted;
        });
        return [verify, inspect];
    }

    private static int Verify(
        string path, string? ledger, string? receipt, string? ledgerKey, string? purpose, string? requester, (ParseResult Parsed, ProofChecks Own) checks, Report report)
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
        VerificationResult result = Check(proof, ledger, receipt, ledgerKey, purpose, requester, checks, report);
        TimeSpan time = watch.Elapsed;
        report.Add("accepted", result.IsAccepted);
        report.Add("reason", result.Reason);
        report.Add("seconds", time.TotalSeconds);
        if (!result.IsAccepted)
        {
            report.Line($"{path}: {result}");
            return ExitCode.Rejected;
        }

        report.Line($"{path}: accepted in {Report.Seconds(time)}");
        proof.Describe(report);
        string what = proof.Member is null ? "this table" : "this key registry";
        report.Line(ledger is null && receipt is null
            ? $"  NOT looked up on a ledger: whether anybody answers for {what} is unknown (--ledger, or --receipt)"
            : $"  published on the ledger {proof.Context.LedgerOrigin} by {(proof.Member is null ? "its owner" : $"the registrar {report.Json["signer"]}")}, entry {report.Json["entry"]}");
        if (proof.Noisy is NoisyRelease release)
        {
            report.Line(ledger is null ? "  NOT checked on the ledger: that the noise was committed before its coins were drawn, and served once (--ledger)"
                : "  the noise was committed on the ledger before the coins, and served this release alone"
                    + (NoiseCommitted.DrawnBy(release.Commitment) is null ? $"; NOT checked: that {Report.Hex(release.Beacon)} is the value of {release.Commitment.Query.Beacon}" : ""));
        }

        if (ledger is not null && proof.Table is TableCommitment table && proof.Noisy is null)
        {
            using SqliteLedger log = Inputs.Ledger(ledger);
            long? recorded = ReleasedStatistics.Find(log, table, Inputs.Bytes(path));
            report.Add("release", recorded, recorded is long entry ? $"  its release is recorded by entry {entry}" : "  NOT recorded as a release on the ledger: its owner's budget does not count it");
        }

        return ExitCode.Accepted;
    }

    private static VerificationResult Check(
        ProofFile proof, string? ledger, string? receipt, string? ledgerKey, string? purpose, string? requester, (ParseResult Parsed, ProofChecks Own) checks, Report report)
    {
        if (purpose is not null && proof.Context.Purpose != purpose)
        {
            return VerificationResult.Rejected($"it was made for another purpose: {proof.Context.Purpose}");
        }

        if (requester is not null && proof.Context.Requester != requester)
        {
            return VerificationResult.Rejected($"it was made for another requester: {proof.Context.Requester}");
        }

        VerificationResult published = Published(proof, ledger, receipt, ledgerKey, checks.Own.Registrar(checks.Parsed), report, out KeyRegistry? registry);
        return published.IsAccepted ? checks.Own.Verify(checks.Parsed, proof, registry, report) : published;
    }

    private static VerificationResult Published(
        ProofFile proof, string? ledger, string? receiptPath, string? ledgerKey, VerifyingKey? registrar, Report report, out KeyRegistry? registry)
    {
        registry = null;
        NoteKey? key = ledgerKey is null ? null : Inputs.NoteKey(ledgerKey);
        LedgerReceipt? receipt = null;
        report.Json["ledgerChecked"] = false;
        if (ledger is not null)
        {
            using SqliteLedger log = Inputs.Ledger(ledger);
            key ??= log.Key;
            if (log.Key.ToString() != key.ToString())
            {
                return VerificationResult.Rejected($"the ledger's key is not the one given: {log.Key}");
            }

            receipt = proof.Table is not null ? PublishedTables.Find(log, proof.Table) : PublishedRegistries.Find(log, proof.Member!.Registry.Span, registrar);
            if (receipt is null)
            {
                return VerificationResult.Rejected(proof.Table is not null
                    ? "the table is not on the ledger, published by its owner" : "the key registry is not on the ledger, published by the registrar");
            }

            if (proof.Noisy is NoisyRelease noisy && ReleasedStatistics.Verify(log, noisy) is { IsAccepted: false } noise)
            {
                return noise;
            }
        }
        else if (receiptPath is not null && !LedgerReceipt.TryDecode(Inputs.Bytes(receiptPath), out receipt, out string? reason))
        {
            return VerificationResult.Rejected($"the receipt: {reason}");
        }

        if (receipt is null || key is null)
        {
            return VerificationResult.Accepted;
        }

        if (proof.Context.LedgerOrigin != key.Name)
        {
            return VerificationResult.Rejected($"it was made for another ledger: {proof.Context.LedgerOrigin}");
        }

        VerificationResult result = proof.Table is not null ? PublishedTables.Verify(receipt, proof.Table, key)
            : PublishedRegistries.Verify(receipt, proof.Member!.Registry.Span, key, registrar, out registry);
        report.Json["ledgerChecked"] = result.IsAccepted;
        report.Json["ledger"] = key.ToString();
        report.Json["entry"] = receipt.Index;
        report.Json["signer"] = receipt.Entry.Signer.ToString();
        return result;
    }

    private static bool TryDecode(string path, Report report, [NotNullWhen(true)] out ProofFile? proof)
    {
        if (ProofFile.TryDecode(Inputs.Bytes(path), out proof, out string? reason))
        {
            return true;
        }

        report.Add("accepted", false);
        report.Add("reason", reason, $"{path}: rejected: {reason}");
        return false;
    }
}
