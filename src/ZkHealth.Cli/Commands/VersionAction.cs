using System.CommandLine;
using System.CommandLine.Invocation;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth --version`: the version and what it runs on.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        Console.Out.WriteLine(ZkHealthRuntime.Describe());
        return ExitCode.Accepted;
    }
}
