using System.CommandLine;
using ZkHealth.Accountability;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Terminal;

/// <summary>The options of commands that append to a ledger, and how they do it.</summary>
internal sealed class LedgerWriter(string who)
{
    private readonly Option<string> _ledger = new("--ledger") { Description = "The ledger file.", Required = true };
    private readonly Option<string> _key = new("--key") { Description = $"The secret key of {who}.", Required = true };
    private readonly Option<string?> _ledgerKey = new("--ledger-secret-key")
    {
        Description = "The ledger's secret key file; LEDGER.key if left out.",
    };

    /// <summary>Gives a command the options.</summary>
    public Command AddTo(Command command)
    {
        foreach (Option option in (Option[])[_ledger, _key, _ledgerKey])
        {
            command.Add(option);
        }

        return command;
    }

    /// <summary>Makes a command append: its work gets the options, the ledger to write, and the key.</summary>
    public Command Appending(Command command, Action<ParseResult, Report, CancellationToken, SqliteLedger, SigningKey> work) =>
        AddTo(command)
            .Action((parsed, report, token) => Run(parsed, report, (ledger, key) => work(parsed, report, token, ledger, key)));

    /// <summary>The file of the secret key.</summary>
    public string KeyFile(ParseResult parsed) => parsed.GetValue(_key)!;

    /// <summary>Opens the ledger to write; what it refuses becomes a message and a rejection.</summary>
    public int Run(ParseResult parsed, Report report, Action<SqliteLedger, SigningKey> work)
    {
        string path = parsed.GetValue(_ledger)!;
        using SigningKey ledgerKey = Inputs.LedgerKey(path, parsed.GetValue(_ledgerKey)),
            key = Inputs.SecretKey(parsed.GetValue(_key)!);
        using SqliteLedger ledger = Inputs.Ledger(path, ledgerKey);
        try
        {
            work(ledger, key);
            return ExitCode.Accepted;
        }
        catch (InvalidOperationException e)
        {
            report.Add("reason", e.Message, e.Message);
            foreach (string code in e.Message[(e.Message.LastIndexOf(':') + 1)..].Split(','))
            {
                if (ActCodes.Of(code.Trim()) is string words)
                {
                    report.Line($"  {code.Trim()}: {words}");
                }
            }

            return ExitCode.Rejected;
        }
    }
}
