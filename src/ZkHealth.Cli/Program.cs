using System.CommandLine;
using ZkHealth.Cli;
using ZkHealth.Cli.Commands;

var root = new RootCommand("Prove statistics about hidden tables of patients against commitments on a ledger. Not audited.")
{
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

foreach (VersionOption version in root.Options.OfType<VersionOption>())
{
    version.Action = new VersionAction();
}

ParseResult parsed = root.Parse(args);
int code = await parsed.InvokeAsync().ConfigureAwait(false);
return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
