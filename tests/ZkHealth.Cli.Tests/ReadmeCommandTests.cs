using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace ZkHealth.Cli.Tests;

/// <summary>The commands of the README and of the guide, run as they stand there.</summary>
public class ReadmeCommandTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/profile.md")]
    [InlineData("docs/statistics.md")]
    [InlineData("docs/disclosure.md")]
    [InlineData("docs/aggregation-cli.md")]
    [InlineData("docs/membership.md")]
    [InlineData("docs/learning-cli.md")]
    public async Task They_all_succeed_one_after_the_other(string file)
    {
        string text = File.ReadAllText(Path.Combine(Run.Root, file));
        MatchCollection blocks = Blocks(text, "commands");
        Assert.NotEmpty(blocks);
        string printed = "";
        foreach (Match block in blocks)
        {
            printed += await RunBlock(block.Groups[1].Value.Trim().Split('\n'));
        }

        // lines that stand by themselves, in the order in which they were printed
        int at = 0;
        foreach (string line in Blocks(text, "output").SelectMany(b => b.Groups[1].Value.TrimEnd().Split('\n')))
        {
            int found = printed.IndexOf(Shown(line) + "\n", at, StringComparison.Ordinal);
            Assert.True(found >= 0, $"'{line}' was not printed where {file} shows it:\n{printed}");
            at = found + Shown(line).Length;
        }
    }

    /// <summary>The blocks of a document that follow a comment of this kind.</summary>
    private static MatchCollection Blocks(string text, string kind) =>
        Regex.Matches(text, $"<!-- {kind}[^>]*: (?:run|checked) by a test -->\n```\n(.*?)```", RegexOptions.Singleline);

    [Fact]
    public void The_quick_start_shows_what_it_prints() =>
        Assert.NotEmpty(Blocks(File.ReadAllText(Path.Combine(Run.Root, "README.md")), "output"));

    /// <summary>
    /// The lines of a block in a folder of their own, one after the other in one process: hundreds of processes spend their time
    /// on starting. Those of a native build are processes each. One that ends with " &amp;" runs beside those that follow, up to
    /// the next without; one that is no command is a line of what the last one printed, with "…" for the rest of a number in
    /// hexadecimal and for times. Gives what all of them printed.
    /// </summary>
    private static async Task<string> RunBlock(string[] lines)
    {
        Assert.True(lines.Length >= 8);
        string folder = Directory.CreateTempSubdirectory("zkhealth").FullName;
        try
        {
            // the lists that the guide to membership speaks of
            File.WriteAllLines(Path.Combine(folder, "regions.txt"), ["north", "east", "south", "west"]);
            File.WriteAllLines(Path.Combine(folder, "ill.txt"), ["yes"]);

            // the updates of the guide to learning
            File.WriteAllLines(Path.Combine(folder, "north.csv"), ["0.5, -0.25, 0.75"]);
            File.WriteAllLines(Path.Combine(folder, "south.csv"), ["0.1", "0.2", "-0.3"]);
            File.WriteAllLines(Path.Combine(folder, "west.csv"), ["1, 1, 1"]);
            using CommandShell? shell = Run.Program.Length == 1 ? null : new CommandShell(folder);
            var beside = new List<(string Line, Task<(int, string)> Run)>();
            string printed = "",
                all = "";
            foreach (string line in lines)
            {
                if (!line.StartsWith("zkhealth ", StringComparison.Ordinal))
                {
                    Assert.Contains(Shown(line), printed, StringComparison.Ordinal);
                    continue;
                }

                bool waits = !line.EndsWith(" &", StringComparison.Ordinal);
                if (waits)
                {
                    await Task.WhenAll(beside.Select(b => b.Run));
                }

                string[] words = Words(line.TrimEnd('&'))[1..];
                beside.Add((line, waits && shell is not null ? shell.Run(words) : Start(folder, words)));
                printed = waits ? Shown((await beside[^1].Run).Item2) : "";
                all += printed;
            }

            foreach ((string line, Task<(int, string)> run) in beside)
            {
                (int code, string output) = await run;
                Assert.True(code == 0, line + "\n" + output);
            }

            return all;
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static async Task<(int Code, string Output)> Start(string folder, string[] words)
    {
        ProcessStartInfo start = Run.Prepare(words);
        (start.WorkingDirectory, start.RedirectStandardOutput, start.RedirectStandardError) = (folder, true, true);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(),
            printed = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await printed + await errors);
    }

    private static string Shown(string text) =>
        Regex.Replace(Regex.Replace(text, "[0-9a-f]{64}|[0-9a-f]{8,}…", "…"), @"(\d+\.\d+|…) s\b", "… s");

    /// <summary>Words of a command line; single quotes hold words together.</summary>
    private static string[] Words(string line) =>
        [
            .. line.Split('\'')
                .SelectMany((part, i) => i % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        ];
}
