using System.CommandLine;
using ZkHealth.Cli.Terminal;

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
            Description =
                "Your name of the data set of which the table is a version: budgets of releases and queries in SQL go by it; it cannot be given later.",
            DefaultValueFactory = _ => "",
        };
        Option<bool> byPerson = VersionPublication.CutByPerson();
        var command = new Command("publish", "Put the root of a table on a ledger. To publish it again changes nothing.")
        {
            table,
            ledger,
            key,
            ledgerKey,
            receipt,
            dataSet,
            byPerson,
        };
        return command.Action(
            (parsed, report, _) =>
            {
                string[] paths = parsed.GetValue(table)!;
                string named = parsed.GetValue(dataSet)!;
                int code = VersionPublication.Run(
                    paths,
                    parsed.GetValue(ledger)!,
                    parsed.GetValue(key)!,
                    parsed.GetValue(ledgerKey),
                    parsed.GetValue(receipt) ?? Path.ChangeExtension(paths[^1], ".receipt"),
                    report,
                    named,
                    parsed.GetValue(byPerson)
                );
                if (code == ExitCode.Accepted && named.Length == 0)
                {
                    report.Line(
                        "note:    no data set is named, and this table can get no name later; queries in SQL and data sets in segments need one (--data-set NAME)"
                    );
                }

                return code;
            }
        );
    }
}
