using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Cli.Terminal;

namespace ZkHealth.Cli.Tests;

/// <summary>
/// The command line itself. Numbers once went through a conversion that takes a comma for a separator of thousands: `--eps 0,1`
/// asked for 1
/// (case 27); a value that began with @ was the name of a file (case 29).
/// </summary>
public sealed class OptionTests
{
    /// <summary>Every option and argument of every command that takes numbers, with the words before it.</summary>
    private static IEnumerable<(string[] Words, Symbol Symbol, Type Type)> Numbers(Command command, string[] path)
    {
        IEnumerable<(string[], Symbol, Type)> options = command
            .Options.Where(o => NumberOption.NumberType(o.ValueType) is not null)
            .Select(o => ((string[])[.. path, o.Name], (Symbol)o, NumberOption.NumberType(o.ValueType)!));
        IEnumerable<(string[], Symbol, Type)> arguments = command
            .Arguments.Where(a => NumberOption.NumberType(a.ValueType) is not null)
            .Select(a =>
                (
                    (string[])[.. path, .. command.Arguments.TakeWhile(b => b != a).Select(_ => "x")],
                    (Symbol)a,
                    NumberOption.NumberType(a.ValueType)!
                )
            );
        return options.Concat(arguments).Concat(command.Subcommands.SelectMany(c => Numbers(c, [.. path, c.Name])));
    }

    [Fact]
    public void No_option_of_any_command_takes_a_number_in_the_form_of_a_language()
    {
        int count = 0;
        Command root = CommandLine.Create();
        foreach ((string[] words, Symbol symbol, Type type) in Numbers(root, []))
        {
            count++;
            bool whole = type != typeof(double) && type != typeof(decimal);
            string[] wrong =
            [
                "0,5",
                "1,5",
                "1,000",
                "\uff15",
                "0x10",
                "NaN",
                "Infinity",
                "1 000",
                .. whole ? (string[])["1.5", "1e3", "99999999999999999999"] : ["1e400", "1.5.2"],
            ];
            string[] second = symbol is Option { Arity.MinimumNumberOfValues: 2 } ? ["1"] : [];
            bool Names(string said, string text) =>
                said.Contains($"{symbol.Name}: expected ", StringComparison.Ordinal)
                && said.Contains($"got '{text}'", StringComparison.Ordinal);
            foreach (string text in wrong)
            {
                ParseResult parsed = root.Parse([.. words, text, .. second]);
                Assert.True(
                    parsed.Errors.Any(e => Names(e.Message, text)),
                    $"{string.Join(' ', words)} {text}: {string.Join("; ", parsed.Errors.Select(e => e.Message))}"
                );
            }

            // and one of them as it is typed
            string typed = wrong[count % wrong.Length];
            (int code, string output) = Run.Command([.. words, typed, .. second]);
            Assert.True(code == 2 && Names(output, typed), $"{string.Join(' ', words)} {typed}: {code}, {output}");
        }

        Assert.True(count > 60, $"only {count}");
    }

    [Fact]
    public void Numbers_with_points_and_exponents_are_read_exactly()
    {
        ParseResult parsed = CommandLine
            .Create()
            .Parse([
                "noise",
                "commit",
                "t",
                "--eps",
                "0.1",
                "--delta",
                "1e-9",
                "--purpose",
                "p",
                "--requester",
                "r",
                "--ledger",
                "l",
                "--key",
                "k",
            ]);
        Assert.Empty(parsed.Errors);
        Assert.Equal((0.1m, 0.000000001m), (parsed.GetValue<decimal>("--eps"), parsed.GetValue<decimal>("--delta")));
    }

    [Theory]
    [InlineData(
        "--min-count: expected 0 or more, got '-3'",
        "prove",
        "count",
        "t.zkt",
        "--where",
        "a = b",
        "--purpose",
        "p",
        "--requester",
        "r",
        "--min-count",
        "-3"
    )]
    [InlineData("--rows: expected 1 to 1073741824, got '0'", "synth", "--rows", "0")]
    [InlineData("--timeout: expected 0 or more, got '-0.5'", "aggregate", "run", "--timeout", "-0.5")]
    [InlineData("--threads: expected 1 to 1024, got '9999999999'", "benchmark", "--threads", "9999999999")]
    [InlineData("NUMBER: expected 1 to 5", "aggregate", "cut-off", "6")]
    [InlineData("Option '--purpose' is required", "prove", "count", "t.zkt", "--where", "a = b", "--requester", "r")]
    [InlineData("zkhealth has no command 'verfy'; did you mean 'verify'?", "verfy", "x")]
    [InlineData("zkhealth prove count has no option --were; did you mean '--where'?", "prove", "count", "t.zkt", "--were", "a")]
    [InlineData("zkhealth publish has no option --leger; did you mean '--ledger'?", "publish", "t.zkt", "--leger", "l.db")]
    [InlineData("expected a command", "prove")]
    [InlineData("expected a command")]
    [InlineData("expected PROOF: A proof file (.zkp); '-' for the standard input.", "verify")]
    [InlineData("unexpected 'y'", "verify", "x", "y")]
    public void What_cannot_be_parsed_is_said_once_on_standard_error_and_as_json_where_it_is_asked_for(
        string fault,
        params string[] arguments
    )
    {
        (int code, string output, string error) = Run.Streams(arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.Equal(1, error.Split(fault).Length - 1);
        Assert.Contains("usage: zkhealth", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Split("min-count: ").Length - (fault.StartsWith("--min-count", StringComparison.Ordinal) ? 1 : 0));
        (code, output, error) = Run.Streams([.. arguments, "--json"]);
        Assert.Equal(2, code);
        Assert.Contains(fault, (string)JsonNode.Parse(output)!["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_begins_with_an_at_sign_is_a_text()
    {
        string[] arguments =
        [
            "prove",
            "count",
            "nowhere.zkt",
            "--where",
            "a = b",
            "--purpose",
            "@surveillance",
            "--requester",
            "r",
            "--origin",
            "o",
        ];
        Assert.Equal(
            "@surveillance",
            CommandLine
                .Create()
                .Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null })
                .GetValue<string>("--purpose")
        );
        Run.Usage("there is no file nowhere.zkt", arguments);
    }

    [Theory]
    [InlineData("zkhealth ver", "verify")]
    [InlineData("zkhealth prove c", "count", "chi-square", "conformity", "cohort")]
    [InlineData("zkhealth prove count t.zkt --wh", "--where")]
    [InlineData("zkhealth completion ", "bash", "fish", "zsh", "--help", "--json", "--line")] // without "/?", a path
    [InlineData("zkhealth verify a.zkp --ledger=l")] // was a fault of the parser, printed into the line that was typed
    public void Shells_are_told_how_a_line_may_go_on(string line, params string[] expected)
    {
        string[] words = [.. Run.Json("completion", "--line", line)["completions"]!.AsArray().Select(w => (string)w!)];
        Assert.Equal(expected.Order(StringComparer.Ordinal), words.Order(StringComparer.Ordinal));
    }

    /// <summary>The script of bash asks the command for the line up to the cursor, without a terminal as its input: one that
    /// .NET finds is switched to the keypad's other codes.</summary>
    [Fact]
    public void Bash_completes_by_the_script()
    {
        string script = Run.Command("completion").Output;
        Assert.Contains(script, Run.Command("completion", "zsh").Output, StringComparison.Ordinal);
        Assert.Contains("complete -c zkhealth", Run.Command("completion", "fish").Output, StringComparison.Ordinal);
        string asks = """
            zkhealth() { printf '%s\n' "$3" "$(readlink /proc/self/fd/0)"; }
            COMP_LINE='zkhealth ver later'; COMP_POINT=12; _zkhealth; IFS='|'; echo "${COMPREPLY[*]}"
            """;
        using Process bash = Process.Start(
            new ProcessStartInfo("bash", ["-c", script + asks]) { RedirectStandardOutput = true }
        )!;
        Assert.Equal("zkhealth ver|/dev/null", bash.StandardOutput.ReadToEnd().Trim());
        bash.WaitForExit();
    }

    [Theory]
    [InlineData("01/05/2026,02/05/2026,03/05/2026")]
    [InlineData("1.5.2026,2.5.2026,3.5.2026")]
    [InlineData("May 1 2026,May 2 2026,May 3 2026")]
    [InlineData("+10,5,+15,+16")]
    public void Times_are_those_of_ISO_8601(string times)
    {
        string folder = Directory.CreateTempSubdirectory("zkhealth").FullName;
        Run.Json("synth", "--rows", "2", "--out", Path.Combine(folder, "p.csv"));
        Run.Usage(
            "--cut-offs: expected",
            "aggregate",
            "terms",
            "count",
            "--where",
            "diabetes = yes",
            "--schema",
            Path.Combine(folder, "p.schema.json"),
            "--purpose",
            "p",
            "--data-set",
            "d",
            "--origin",
            "o",
            "--cut-offs",
            times,
            "--out",
            Path.Combine(folder, "terms")
        );
        Assert.False(File.Exists(Path.Combine(folder, "terms")));
        Directory.Delete(folder, true);
    }
}
