using System.CommandLine;
using System.Text.Json.Nodes;
using ZkHealth.Cli.Terminal;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth completion`: what a shell asks to complete a line.</summary>
internal static class CompletionCommand
{
    // without a terminal as its input the command leaves the terminal as it is
    private const string Bash = """
        _zkhealth() {
          local IFS=$'\n'
          COMPREPLY=($(zkhealth completion --line "${COMP_LINE:0:$COMP_POINT}" 2> /dev/null < /dev/null))
        }
        complete -o default -F _zkhealth zkhealth
        """;

    private const string Zsh = """
        (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
        autoload -Uz bashcompinit && bashcompinit
        """;

    private const string Fish = """
        complete -c zkhealth -a '(zkhealth completion --line (commandline -cp) 2> /dev/null < /dev/null)'
        """;

    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = Bash,
        ["zsh"] = $"{Zsh}\n{Bash}",
        ["fish"] = Fish,
    };

    /// <summary>Creates the command.</summary>
    /// <param name="root">The tree of commands that is completed.</param>
    public static Command Create(Func<Command> root)
    {
        var line = new Option<string?>("--line")
        {
            Description = "Print what may follow this line, one a line, rather than the script.",
        };
        var shell = new Argument<string>("SHELL") { Description = "The shell.", DefaultValueFactory = _ => "bash" };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        return new Command(
            "completion",
            "Print a script by which a shell completes commands and options: eval \"$(zkhealth completion)\" in ~/.bashrc, "
                + "eval \"$(zkhealth completion zsh)\" in ~/.zshrc, zkhealth completion fish | source in config.fish."
        )
        {
            shell,
            line,
        }.Action(
            (parsed, report, _) =>
            {
                if (parsed.GetValue(line) is not string typed)
                {
                    string script = Scripts[parsed.GetValue(shell)!];
                    foreach (string part in script.Split('\n'))
                    {
                        report.Line(part.TrimEnd('\r'));
                    }

                    report.Add("script", script);
                    return ExitCode.Accepted;
                }

                string[] words = typed.Split(' ', 2);
                string[] found = words.Length > 1 ? Complete(root(), words[1]) : [];
                report.Add("completions", new JsonArray([.. found.Select(f => (JsonNode)f)]));
                foreach (string word in found)
                {
                    report.Line(word);
                }

                return ExitCode.Accepted;
            }
        );
    }

    /// <summary>The words that may stand in the place of the last one: commands and options by their long names. A value after
    /// "=" is the shell's to complete.</summary>
    private static string[] Complete(Command root, string line)
    {
        string last = line.Split(' ')[^1];
        return last.Contains('=', StringComparison.Ordinal)
            ? []
            :
            [
                .. root.Parse(line)
                    .GetCompletions(line.Length)
                    .Select(c => c.InsertText ?? c.Label)
                    .Where(c => c.StartsWith(last, StringComparison.Ordinal) && c[0] != '/' && c is not ("-?" or "-h"))
                    .Distinct(),
            ];
    }
}
