using System.CommandLine;
using ZkHealth.Cli.Terminal;
using ZkHealth.Ledger;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>Options for the verification of a proof file, the same for every command that verifies one.</summary>
internal sealed class VerifyOptions
{
    private readonly Option<string?> _ledger = new("--ledger")
    {
        Description = "The ledger file: the root must be published there by its owner.",
    };
    private readonly Option<string?> _receipt = new("--receipt")
    {
        Description = "A receipt in place of the ledger file; needs --ledger-key.",
    };
    private readonly Option<string?> _ledgerKey = new("--ledger-key")
    {
        Description = "The ledger's public key, name+id+base64, as you were told it.",
    };
    private readonly Option<string?> _checkpoint = new("--checkpoint")
    {
        Description = "A checkpoint that was kept: the ledger must still begin with it, a receipt be for it.",
    };
    private readonly Option<string?> _purpose = new("--purpose") { Description = "Accept only a proof made for this purpose." };
    private readonly Option<string?> _requester = new("--requester")
    {
        Description = "Accept only a proof made for this requester.",
    };
    private readonly Option<int> _maxCells = new("--max-cells")
    {
        Description = "Verify cubes of up to so many cells, with memory and time to match.",
        DefaultValueFactory = _ => VerificationLimits.DefaultCells,
    };
    private readonly Option<bool> _csv = new("--csv")
    {
        Description = "Print the answer to a query in SQL as CSV and nothing else, where it is accepted.",
    };
    private readonly ProofChecks _checks = new();

    public IEnumerable<Option> All => [.. ForPages, _csv];

    /// <summary>Those that say nothing of how a terminal shows it.</summary>
    public IEnumerable<Option> ForPages =>
        [_ledger, _receipt, _ledgerKey, _checkpoint, _purpose, _requester, _maxCells, .. _checks.All];

    /// <summary>Verifies a proof file and reports it.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="path">The proof file; '-' for the standard input.</param>
    /// <param name="report">Takes the verdict and what the file says.</param>
    /// <param name="token">Takes the bar away.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    /// <exception cref="UsageException">An option or a file cannot be used.</exception>
    public int Verify(ParseResult parsed, string path, Report report, CancellationToken token)
    {
        report.Verifies = true;
        int cells = parsed.GetValue(_maxCells);
        var run = new VerificationRun
        {
            Name = SourceFile.Name(path),
            Ledger = parsed.GetValue(_ledger),
            Receipt = parsed.GetValue(_receipt) is string paper ? Inputs.Bytes(paper) : null,
            LedgerKey = parsed.GetValue(_ledgerKey),
            Checkpoint = parsed.GetValue(_checkpoint) is string kept ? Inputs.Text(kept) : null,
            Registrars = _checks.Registrars(parsed),
            Memory = CheckpointMemory.OfUser(),
        };
        run.Validate();
        if (!VerificationRun.TryDecode(run.Name, Inputs.Proof(path), report, out ProofFile? proof))
        {
            return ExitCode.Rejected;
        }

        _checks.Refuse(parsed, proof);
        if (parsed.GetValue(_csv) && proof is not PlanProof { Sql: not null })
        {
            throw new UsageException("--csv is for answers to queries in SQL");
        }

        if (cells is < 1 or > TableAxes.MaxCells)
        {
            throw new UsageException($"--max-cells: expected 1 to {TableAxes.MaxCells}, got {cells}");
        }

        run.Beside = () => _checks.Verify(parsed, proof, report);
        run.Expected = new VerificationContext
        {
            Purpose = parsed.GetValue(_purpose),
            Requester = parsed.GetValue(_requester),
            Limits = VerificationLimits.ForCells(cells),
            Registry = _checks.Registry(parsed, proof),
        };
        int code = Console.IsErrorRedirected
            ? run.Verify(proof, report)
            : ProgressBar.Run("verifying", 0, "", _ => run.Verify(proof, report), token);
        if (code == ExitCode.Accepted && parsed.GetValue(_csv) && proof is PlanProof { Answer: SqlAnswer answer })
        {
            report.Text = SqlReport.Csv(answer);
        }

        return code;
    }
}
