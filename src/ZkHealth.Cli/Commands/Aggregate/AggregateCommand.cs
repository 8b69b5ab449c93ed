using System.CommandLine;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth aggregate …`: a region's number from many hospitals, over one ledger.</summary>
internal static class AggregateCommand
{
    public static Command Create()
    {
        var command = new Command(
            "aggregate",
            "A region's numbers from many hospitals, no hospital's own number shown (docs/aggregation-cli.md). Each party runs its own steps over one ledger."
        )
        {
            TermsCommand.Create(),
            TermsCommand.CreateShow(),
        };
        foreach (
            Command step in (Command[])
                [.. PartyCommands.Create(), .. MemberCommands.Create(), .. ReaderCommands.Create(), RunCommand.Create()]
        )
        {
            command.Add(step);
        }

        return command;
    }
}
