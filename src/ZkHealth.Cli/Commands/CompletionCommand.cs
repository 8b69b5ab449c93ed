using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json.Nodes;
using ZkHealth.Cli.Terminal;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth completion`: what a shell asks to complete a line.</summary>
internal static class CompletionCommand
{
    private const string Script = """
        _zkhealth() { local IFS=$'\n'; COMPREPLY=($(zkhealth completion --line "${COMP_LINE:0:$COMP_POINT}" 2> /dev/null)); }
        complete -o default -F _zkhealth zkhealth
        """;

    /// <summary>Creates the command.</summary>
    /// <param name="root">The tree of commands that is completed.</param>
    public static Command Create(Func<Command> root)
    {
        var line = new Option<string?>("--line")
        {
            Description = "Print what may follow this line, one a line, rather than the script.",
        };
        return new Command(
            "completion",
            "Print a script by which bash completes commands and options: eval \"$(zkhealth completion)\"."
        )
        {
            line,
        }.Action(
            (parsed, report, _) =>
            {
                if (parsed.GetValue(line) is not string typed)
                {
                    foreach (string part in Script.Split('\n'))
                    {
                        report.Line(part.TrimEnd('\r'));
                    }

                    report.Add("script", Script);
                    return ExitCode.Accepted;
                }

                string[] words = typed.Split(' ', 2);
                string rest = words.Length > 1 ? words[1] : "";
                string[] found =
                [
                    .. root()
                        .Parse(rest)
                        .GetCompletions(rest.Length)
                        .Select(c => c.InsertText ?? c.Label)
                        .Where(c => c.StartsWith(rest.Split(' ')[^1], StringComparison.Ordinal))
                        .Distinct(),
                ];
                report.Add("completions", new JsonArray([.. found.Select(f => (JsonNode)f)]));
                foreach (string word in found)
                {
                    report.Line(word);
                }

                return ExitCode.Accepted;
            }
        );
    }
}
