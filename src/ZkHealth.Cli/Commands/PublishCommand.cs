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
        var ledgerKey = new Option<string?>("--ledger-secret-key")
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
                return VersionPublication.Run(
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
}
