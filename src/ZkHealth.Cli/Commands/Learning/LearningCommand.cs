using System.CommandLine;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth learning …`: rounds of federated learning over a ledger; the steps between contributing and the result are
/// those of `aggregate`.</summary>
internal static class LearningCommand
{
    public static Command Create()
    {
        var command = new Command(
            "learning",
            "Federated learning over a ledger: rounds, updates, accounts (docs/learning-cli.md). Members check, sign and share by `zkhealth aggregate`."
        );
        foreach (
            Command step in (Command[])
                [
                    RoundTermsCommand.Create(),
                    .. RoundCommands.Create(),
                    ContributeCommand.Create(),
                    .. AccountCommands.Create(),
                    .. OpeningCommands.Create(),
                    TraceCommand.Create(),
                ]
        )
        {
            command.Add(step);
        }

        return command;
    }
}
