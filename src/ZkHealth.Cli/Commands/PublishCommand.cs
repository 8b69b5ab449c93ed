using System.CommandLine;
using ZkHealth.Accountability;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth publish`: the root of a table goes on a ledger, signed by its owner.</summary>
internal static class PublishCommand
{
    public static Command Create()
    {
        var table = new Argument<string[]>("TABLE")
        {
            Description = "A committed table (.zkt); several are the segments of one data set, all of them, in their order.",
            Arity = ArgumentArity.OneOrMore,
        };
        var ledger = new Option<string>("--ledger") { Description = "The ledger file.", Required = true };
        var key = new Option<string>("--key") { Description = "The owner's secret key.", Required = true };
        var ledgerKey = new Option<string?>("--ledger-key")
        {
            Description = "The ledger's secret key file; LEDGER.key if left out.",
        };
        var receipt = new Option<string?>("--receipt")
        {
            Description = "Where the receipt goes; the last TABLE with .receipt if left out.",
        };
        var dataSet = new Option<string>("--data-set")
        {
            Description = "Your name of the data set of which the table is a version: budgets of releases go by it.",
            DefaultValueFactory = _ => "",
        };
        var command = new Command("publish", "Put the root of a table on a ledger. To publish it again changes nothing.")
        {
            table,
            ledger,
            key,
            ledgerKey,
            receipt,
            dataSet,
        };
        return command.Action(
            (parsed, report, _) =>
            {
                string[] paths = parsed.GetValue(table)!;
                return Run(
                    paths,
                    parsed.GetValue(ledger)!,
                    parsed.GetValue(key)!,
                    parsed.GetValue(ledgerKey),
                    parsed.GetValue(receipt) ?? Path.ChangeExtension(paths[^1], ".receipt"),
                    report,
                    parsed.GetValue(dataSet)!
                );
            }
        );
    }

    internal static int Run(
        string[] tablePaths,
        string ledgerPath,
        string keyPath,
        string? ledgerKeyPath,
        string receiptPath,
        Report report,
        string dataSet = ""
    )
    {
        if (!Statistics.DataSetName.IsValid(dataSet))
        {
            throw new UsageException("--data-set: expected at most 200 printable characters");
        }

        using SigningKey ledgerKey = Inputs.LedgerKey(ledgerPath, ledgerKeyPath),
            owner = Inputs.SecretKey(keyPath);
        DataSetVersion version = Version(tablePaths);
        if (!version.Owner.Span.SequenceEqual(owner.Public.OwnerId.Span))
        {
            throw new UsageException($"{keyPath} is not the key of the owner that {tablePaths[0]} names");
        }

        if (version.Segments.Count > 1 && dataSet.Length == 0)
        {
            throw new UsageException("--data-set: expected a name, as several tables are segments of one data set");
        }

        using SqliteLedger ledger = Inputs.Ledger(ledgerPath, ledgerKey);
        LedgerReceipt receipt;
        try
        {
            receipt = PublishedTables.PublishVersion(ledger, version, owner, dataSet);
        }
        catch (InvalidOperationException e)
        {
            report.Add("reason", e.Message, e.Message);
            return ExitCode.Rejected;
        }

        AtomicFile.Write(receiptPath, receipt.Encode());
        report.Add("root", Report.Hex(version.Root), $"root:    {Report.Hex(version.Root)}");
        report.Add("ledger", ledger.Key.Name, $"ledger:  {ledger.Key.Name}");
        report.Add("entry", receipt.Index, $"entry:   {receipt.Index}");
        report.Add("receipt", receiptPath, $"receipt: {receiptPath} (proves the entry without the ledger file)");
        return ExitCode.Accepted;
    }

    /// <summary>The commitments of the tables, whose rows are read one after the other and forgotten.</summary>
    internal static DataSetVersion Version(string[] paths)
    {
        try
        {
            return new DataSetVersion([
                .. paths.Select(path =>
                {
                    using TableOpeningFile table = Inputs.Table(path);
                    return table.Committed.Commitment;
                }),
            ]);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"{string.Join(", ", paths)}: {UsageException.Problem(e)}");
        }
    }
}
