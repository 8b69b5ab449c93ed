using System.CommandLine;
using System.CommandLine.Help;
using ZkHealth.Cli;
using ZkHealth.Cli.Commands;

// not a RootCommand, which would call itself after the file of the program
var root = new Command("zkhealth", "Prove statistics about hidden tables of patients against commitments on a ledger. Not audited.")
{
    new HelpOption(),
    new VersionOption { Action = new VersionAction() },
    KeygenCommand.Create(),
    SynthCommand.Create(),
    CommitCommand.Create(),
    PublishCommand.Create(),
    ProveCommand.Create(),
    NoiseCommand.Create(),
    LedgerCommand.Create(),
    AggregateCommand.Create(),
    KeysCommand.Create(),
    LearningCommand.Create(),
    DemoCommand.Create(),
    BenchmarkCommand.Create(),
    ReferenceCommand.Create(),
};
foreach (Command command in VerifyCommand.Create())
{
    root.Add(command);
}

ParseResult parsed = root.Parse(args);
try
{
    int code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
    return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
}
catch (IOException e)
{
    // help and version, to where nothing can be written
    Console.Error.WriteLine($"zkhealth: {e.Message}");
    return ExitCode.Usage;
}
