using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;

namespace ZkHealth.Cli.Terminal;

/// <summary>The error of a command line that cannot be parsed: on standard error; under --json as an object
/// too.</summary>
internal static class ParseFaults
{
    public static int Report(ParseResult parsed, bool json, TextWriter output, TextWriter error)
    {
        Command command = parsed.CommandResult.Command;
        string name = Name(parsed.CommandResult);
        string[] faults = [.. Faults(parsed, command, name)];
        if (json)
        {
            output.WriteLine(
                Accountability.Reports.Report.ToJson(
                    Accountability.Reports.Report.WithVerdict(
                        new JsonObject { ["reason"] = string.Join("; ", faults) },
                        ExitCode.Usage,
                        verifies: false
                    )
                )
            );
        }

        foreach (string fault in faults)
        {
            error.WriteLine($"zkhealth: {Accountability.Reports.Report.Visible(fault)}");
        }

        if (command.Subcommands.Count == 0 || command.Action is not null)
        {
            string arguments = string.Concat(command.Arguments.Select(a => $" {a.Name}"));
            error.WriteLine($"usage: {name}{arguments} [options]; '{name} --help' shows them");
            return ExitCode.Usage;
        }

        error.WriteLine($"usage: {name} COMMAND; '{name} COMMAND --help' shows how");
        int width = command.Subcommands.Max(c => c.Name.Length);
        foreach (Command inner in command.Subcommands)
        {
            error.WriteLine($"  {inner.Name.PadRight(width)}  {inner.Description}");
        }

        return ExitCode.Usage;
    }

    /// <summary>The words that look like options and were taken for files, by an argument that takes several.</summary>
    public static IReadOnlyList<string> UnknownOptions(ParseResult parsed) =>
        [
            .. parsed
                .CommandResult.Children.OfType<ArgumentResult>()
                .Where(a => a.Argument.Arity.MaximumNumberOfValues > 1)
                .SelectMany(a => a.Tokens)
                .Select(t => t.Value)
                .Where(v => v.StartsWith("--", StringComparison.Ordinal) && !File.Exists(v)),
        ];

    private static IEnumerable<string> Faults(ParseResult parsed, Command command, string name)
    {
        if (command.Subcommands.Count > 0 && command.Action is null)
        {
            string? word = parsed.UnmatchedTokens.FirstOrDefault(w => !w.StartsWith('-'));
            return
            [
                word is null ? "expected a command" : $"{name} has no command '{word}'{Suggestion(word, command.Subcommands)}",
            ];
        }

        // the parser says the same of a word as often as it tried to place it
        HashSet<string> unknown = [.. parsed.UnmatchedTokens, .. UnknownOptions(parsed)];
        IEnumerable<string> words = unknown.Select(w =>
            w.StartsWith('-') ? $"{name} has no option {w}{Suggestion(w, command.Options)}" : $"unexpected '{w}'"
        );
        return words
            .Concat(parsed.Errors.Select(Fault).Where(m => !unknown.Any(w => m.Contains($"'{w}'", StringComparison.Ordinal))))
            .DistinctBy(Subject);
    }

    /// <summary>A fault in words; the parser does not name an argument that is missing.</summary>
    private static string Fault(ParseError error) =>
        error.SymbolResult is ArgumentResult { Tokens.Count: 0, Parent: CommandResult } missing
            ? $"expected {missing.Argument.Name}: {missing.Argument.Description}"
            : error.Message;

    /// <summary>The option or argument and its value: a number may lie outside of two ranges, of which the first is its
    /// own.</summary>
    private static string Subject(string fault) =>
        fault.Split(": expected ") is [string name, string range]
        && range.LastIndexOf(", got ", StringComparison.Ordinal) is int at and > 0
            ? name + range[at..]
            : fault;

    private static string Suggestion(string word, IEnumerable<Symbol> symbols) => Suggestion(word, symbols.Select(s => s.Name));

    /// <summary>A question whether one of some names was meant; empty where none is near.</summary>
    public static string Suggestion(string word, IEnumerable<string> names)
    {
        string? nearest = names.MinBy(n => Distance(word, n));
        return nearest is not null && Distance(word, nearest) <= 1 + word.Length / 4 ? $"; did you mean '{nearest}'?" : "";
    }

    /// <summary>The number of characters to insert, delete or replace (Levenshtein 1966).</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            (int diagonal, row[0]) = (row[0], i);
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }

    private static string Name(CommandResult result) =>
        result.Parent is CommandResult outer ? $"{Name(outer)} {result.Command.Name}" : result.Command.Name;
}
