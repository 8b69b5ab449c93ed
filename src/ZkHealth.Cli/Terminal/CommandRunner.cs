using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using ZkHealth.Cli.Queries;
using ZkHealth.Data;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Terminal;

/// <summary>Runs a command: prints its report, turns what can go wrong into a message and an exit code.</summary>
internal static class CommandRunner
{
    private const string NextStep =
        "\n  next: ask for larger groups (wider bands, joined values), leave rates out (--leave-out-small), suppress cells "
        + "(prove histogram --suppress 10), prove bounds of a quantile or mean (--at-least, --at-most), release under noise, or lower --min-count, which readers are not told";

    /// <summary>Gives a command its --json option and its action.</summary>
    public static Command Action(this Command command, Func<ParseResult, Report, CancellationToken, int> run)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        command.Add(json);
        // on a thread of its own: Ctrl+C is listened to once the action has been started, not before
        command.SetAction(
            (parsed, token) => Task.Run(() => Run(parsed, parsed.GetValue(json), run, token), CancellationToken.None)
        );
        return command;
    }

    private static int Run(
        ParseResult parsed,
        bool json,
        Func<ParseResult, Report, CancellationToken, int> run,
        CancellationToken token
    )
    {
        var report = new Report(parsed.InvocationConfiguration.Error);
        try
        {
            RefuseEmpty(parsed);
            int code = run(parsed, report, token);
            if (Profile.Describe(parsed) is string values)
            {
                report.Line($"  not typed: {values}");
            }

            report.Write(parsed.InvocationConfiguration.Output, json, code);
            return code;
        }
        catch (Exception e) when (Explain(e) is not null)
        {
            (string message, int code) = Explain(e)!.Value;
            message += Profile.Describe(parsed) is string values ? $"\n  not typed: {values}" : "";
            return Fail(parsed.InvocationConfiguration, json, message, code, report.Verifies);
        }
        finally
        {
            CommandLedgers.Close(parsed);
        }
    }

    /// <summary>A message and an exit code for what can go wrong; null for a fault of the program.</summary>
    private static (string Message, int Code)? Explain(Exception e) =>
        e switch
        {
            // of work done on several cores: the first fault
            AggregateException several => Explain(several.Flatten().InnerExceptions[0]),
            OperationCanceledException => ("stopped", ExitCode.Cancelled),
            DisclosureException => (e.Message + NextStep, ExitCode.Rejected),
            ColumnRuleException => (
                e.Message
                    + "\n  next: leave the column out, or ask its owner, who changes the rules by 'zkhealth ledger columns'",
                ExitCode.Rejected
            ),
            UsageException or ImportException or QueryException or IOException or UnauthorizedAccessException => (
                e.Message,
                ExitCode.Usage
            ),

            // what no command has foreseen is not a verdict: 1 would say that something was rejected
            ArgumentException or InvalidOperationException or FormatException or OverflowException or NotSupportedException => (
                UsageException.Problem(e),
                ExitCode.Usage
            ),
            _ => null,
        };

    /// <summary>No file, column or name is empty (a data set and what a member says may be), and what is written is a
    /// file.</summary>
    private static void RefuseEmpty(ParseResult parsed)
    {
        foreach (SymbolResult given in parsed.CommandResult.Children)
        {
            string name =
                given is OptionResult option ? option.Option.Name
                : given is ArgumentResult argument ? argument.Argument.Name
                : "";
            if (given.Tokens.Any(t => t.Value.Length == 0) && name is not ("--data-set" or "--message"))
            {
                throw new UsageException($"{name}: expected something, got an empty text");
            }

            if (name == "--out" && given.Tokens.Any(t => t.Value == "-" || AtomicFile.IsDevice(t.Value)))
            {
                throw new UsageException(
                    $"--out: expected a file to write, got {given.Tokens[0].Value}; it is moved there once it is whole"
                );
            }
        }
    }

    private static int Fail(InvocationConfiguration streams, bool json, string message, int code, bool verifies)
    {
        try
        {
            if (json)
            {
                streams.Output.WriteLine(
                    Report.ToJson(Report.WithVerdict(new JsonObject { ["reason"] = message }, code, verifies))
                );
            }
        }
        catch (IOException)
        {
            // where the report could not be written, this cannot either
        }

        streams.Error.WriteLine($"zkhealth: {Report.Visible(message, keepLines: true)}");
        return code;
    }
}
