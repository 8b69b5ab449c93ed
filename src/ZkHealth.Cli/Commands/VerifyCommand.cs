using System.CommandLine;
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
        var ledger = new Option<string?>("--ledger")
        {
            Description = "The ledger file: the root must be published there by its owner.",
        };
        var receipt = new Option<string?>("--receipt")
        {
            Description = "A receipt in place of the ledger file; needs --ledger-key.",
        };
        var ledgerKey = new Option<string?>("--ledger-key")
        {
            Description = "The ledger's public key, name+id+base64, as you were told it.",
        };
        var checkpoint = new Option<string?>("--checkpoint")
        {
            Description = "A checkpoint that was kept: the ledger must still begin with it, a receipt be for it.",
        };
        var purpose = new Option<string?>("--purpose") { Description = "Accept only a proof made for this purpose." };
        var requester = new Option<string?>("--requester") { Description = "Accept only a proof made for this requester." };
        var maxCells = new Option<int>("--max-cells")
        {
            Description = "Verify cubes of up to so many cells, with memory and time to match.",
            DefaultValueFactory = _ => VerificationLimits.DefaultCells,
        };
        var verify = new Command("verify", "Verify a proof file, and its table root against a ledger.")
        {
            file,
            ledger,
            receipt,
            ledgerKey,
            checkpoint,
            purpose,
            requester,
            maxCells,
        };
        var checks = new ProofChecks();
        foreach (Option option in checks.All)
        {
            verify.Add(option);
        }

        verify.Action(
            (parsed, report, _) =>
            {
                report.Verifies = true;
                int cells = parsed.GetValue(maxCells);
                string path = parsed.GetValue(file)!;
                var run = new VerificationRun
                {
                    Name = path,
                    Ledger = parsed.GetValue(ledger),
                    Receipt = parsed.GetValue(receipt) is string paper ? Inputs.Bytes(paper) : null,
                    LedgerKey = parsed.GetValue(ledgerKey),
                    Checkpoint = parsed.GetValue(checkpoint) is string kept ? Inputs.Text(kept) : null,
                    Registrars = checks.Registrars(parsed),
                    Memory = CheckpointMemory.OfUser(),
                };
                run.Validate();
                if (!VerificationRun.TryDecode(path, Inputs.Bytes(path), report, out ProofFile? proof))
                {
                    return ExitCode.Rejected;
                }

                checks.Refuse(parsed, proof);
                run.Beside = () => checks.Verify(parsed, proof, report);
                run.Expected = new VerificationContext
                {
                    Purpose = parsed.GetValue(purpose),
                    Requester = parsed.GetValue(requester),
                    Limits = cells is >= 1 and <= TableAxes.MaxCells
                        ? VerificationLimits.ForCells(cells)
                        : throw new UsageException($"--max-cells: expected 1 to {TableAxes.MaxCells}, got {cells}"),
                    Registry = checks.Registry(parsed, proof, run.Ledger is not null || run.Receipt is not null),
                };
                return run.Verify(proof, report);
            }
        );

        var all = new Option<bool>("--all") { Description = "Print every condition in full, long lists of values too." };
        var inspect = new Command("inspect", "Say what a proof file claims, without verifying it.") { file, all };
        inspect.Action(
            (parsed, report, _) =>
            {
                string path = parsed.GetValue(file)!;
                if (!VerificationRun.TryDecode(path, Inputs.Bytes(path), report, out ProofFile? proof))
                {
                    return ExitCode.Rejected;
                }

                return VerificationRun.Describe(path, proof, report, parsed.GetValue(all));
            }
        );
        return [verify, inspect];
    }
}
