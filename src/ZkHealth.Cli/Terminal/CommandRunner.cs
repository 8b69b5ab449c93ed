using System.CommandLine;
using System.Text.Json.Nodes;
using ZkHealth.Cli.Queries;
using ZkHealth.Data;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Terminal;

/// <summary>An input or option that cannot be used.</summary>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>The library's word on an argument, without the name of a C# parameter, of which the user knows nothing.</summary>
    public static string Problem(Exception e) =>
        e is ArgumentException { ParamName: string name } ? e.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : e.Message;
}

/// <summary>Runs a command: prints its report, turns what can go wrong into a message and an exit code.</summary>
internal static class CommandRunner
{
    /// <summary>Gives a command its --json option and its action.</summary>
    public static Command Action(this Command command, Func<ParseResult, Report, CancellationToken, int> run)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        command.Add(json);
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, parsed.GetValue(json), run, token)));
        return command;
    }

    private static int Run(ParseResult parsed, bool json, Func<ParseResult, Report, CancellationToken, int> run, CancellationToken token)
    {
        var report = new Report();
        try
        {
            int code = run(parsed, report, token);
            report.Write(Console.Out, json);
            return code;
        }
        catch (OperationCanceledException)
        {
            return Fail(json, "stopped", ExitCode.Cancelled);
        }
        catch (DisclosureException e)
        {
            return Fail(json, e.Message, ExitCode.Rejected);
        }
        catch (Exception e) when (e is UsageException or ImportException or QueryException or IOException or UnauthorizedAccessException)
        {
            return Fail(json, e.Message, ExitCode.Usage);
        }
    }

    private static int Fail(bool json, string message, int code)
    {
        if (json)
        {
            Console.Out.WriteLine(new JsonObject { ["error"] = message }.ToJsonString());
        }

        Console.Error.WriteLine($"zkhealth: {message}");
        return code;
    }
}
