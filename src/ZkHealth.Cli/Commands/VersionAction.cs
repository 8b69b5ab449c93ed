using System.CommandLine;
using System.CommandLine.Invocation;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth --version`: the version and what it runs on.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(ZkHealthRuntime.Describe());
        return ExitCode.Accepted;
    }
}
