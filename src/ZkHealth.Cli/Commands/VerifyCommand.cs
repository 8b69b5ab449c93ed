using System.CommandLine;
using ZkHealth.Cli.Terminal;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth verify` and `zkhealth inspect`: what a stranger does with a proof file.</summary>
internal static class VerifyCommand
{
    public static IEnumerable<Command> Create()
    {
        var file = new Argument<string>("PROOF") { Description = "A proof file (.zkp); '-' for the standard input." };
        var options = new VerifyOptions();
        var verify = new Command("verify", "Verify a proof file, and its table root against a ledger.") { file };
        foreach (Option option in options.All)
        {
            verify.Add(option);
        }

        verify.Action((parsed, report, token) => options.Verify(parsed, parsed.GetValue(file)!, report, token));

        var all = new Option<bool>("--all") { Description = "Print every condition in full, long lists of values too." };
        var inspect = new Command("inspect", "Say what a proof file claims, without verifying it.") { file, all };
        inspect.Action(
            (parsed, report, _) =>
            {
                string path = parsed.GetValue(file)!;
                if (!VerificationRun.TryDecode(SourceFile.Name(path), Inputs.Proof(path), report, out ProofFile? proof))
                {
                    return ExitCode.Rejected;
                }

                return VerificationRun.Describe(SourceFile.Name(path), proof, report, parsed.GetValue(all));
            }
        );
        return [verify, inspect];
    }
}
