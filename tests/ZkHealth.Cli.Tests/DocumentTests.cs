using System.CommandLine;
using System.Text.RegularExpressions;
using Xunit;
using ZkHealth.Cli.Commands;

namespace ZkHealth.Cli.Tests;

/// <summary>Every document links to what there is, and names commands and options that there are: renamed ones stayed in
/// documents that no test runs.</summary>
public partial class DocumentTests
{
    private static readonly Command Root = CommandLine.Create();

    public static TheoryData<string> Pages => [.. Files];

    /// <summary>All pages but what changed and what was decided, which may name what is gone.</summary>
    private static IEnumerable<string> Files =>
        new[] { "README.md", ".github" }
            .Concat(["docs", "samples", "src", "bench"])
            .Select(p => Path.Combine(Run.Root, p))
            .SelectMany(p => File.Exists(p) ? [p] : Directory.GetFiles(p, "*.md", SearchOption.AllDirectories))
            .Select(p => Path.GetRelativePath(Run.Root, p).Replace('\\', '/'))
            .Where(p => !Regex.IsMatch(p, "(^|/)(bin|obj|decisions)/|CHANGELOG|decisions.md"));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_lead_somewhere(string page)
    {
        string path = Path.Combine(Run.Root, page);
        Assert.All(
            Link()
                .Matches(File.ReadAllText(path))
                .Select(m => m.Groups[1].Value)
                .Where(l => !l.Contains("://", StringComparison.Ordinal)),
            link =>
            {
                string[] parts = link.Split('#', 2);
                string target = parts[0].Length == 0 ? path : Path.Combine(Path.GetDirectoryName(path)!, parts[0]);
                Assert.True(Path.Exists(target), link);
                Assert.True(parts.Length == 1 || Anchors(target).Contains(parts[1]), link);
            }
        );
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Commands_and_options_are_those_that_there_are(string page)
    {
        string text = File.ReadAllText(Path.Combine(Run.Root, page));
        string[] code =
        [
            .. Fence().Matches(text).SelectMany(m => m.Groups[1].Value.Split('\n')),
            .. Indented().Matches(text).Select(m => m.Groups[1].Value),
            .. Inline().Matches(Fence().Replace(text, "")).Select(m => m.Groups[1].Value),
        ];
        var all = new HashSet<string>(Below(Root).SelectMany(c => c.Options).Select(o => o.Name));
        Assert.All(
            code,
            line =>
            {
                string words = Quoted().Replace(line.ReplaceLineEndings(" ").Trim(), "…");
                if (words.StartsWith("zkhealth ", StringComparison.Ordinal) && !Label().IsMatch(words))
                {
                    Check(words["zkhealth ".Length..].Split('#')[0], line);
                }
                else if (words.StartsWith("--", StringComparison.Ordinal))
                {
                    Assert.All(Option().Matches(words), o => Assert.True(all.Contains(o.Value), line));
                }
            }
        );
    }

    /// <summary>Whoever looks for an option finds it in a page, not only in `--help`.</summary>
    [Fact]
    public void Every_option_of_every_command_stands_in_a_page()
    {
        HashSet<string> named =
        [
            .. Files
                .Where(p => p == "README.md" || p.StartsWith("docs/", StringComparison.Ordinal))
                .SelectMany(p => Option().Matches(File.ReadAllText(Path.Combine(Run.Root, p))))
                .Select(m => m.Value),
            // options of daily commands are the fields of entries, which the table of entries lists
            .. File.ReadLines(Path.Combine(Run.Root, "docs", "accountability.md"))
                .Select(l => l.Split(" | "))
                .Where(row => row.Length == 5)
                .SelectMany(row => row[2].Split(", "))
                .Select(DailyAct.OptionName),
        ];
        (string Command, string Option)[] all = [.. Named(Root, "zkhealth")];
        string[] missing = [.. all.Where(o => !named.Contains(o.Option)).Select(o => $"{o.Command} {o.Option}")];
        Assert.InRange(all.Length, 1000, int.MaxValue);
        Assert.True(missing.Length == 0, $"in no page: {string.Join(", ", missing)}");

        static IEnumerable<(string Command, string Option)> Named(Command command, string words) =>
            command
                .Options.Where(o => !o.Hidden)
                .Select(o => (words, o.Name))
                .Concat(command.Subcommands.SelectMany(c => Named(c, $"{words} {c.Name}")));
    }

    /// <summary>The README and its translation show the same commands, code and figures.</summary>
    [Fact]
    public void The_readme_and_its_translation_are_in_step()
    {
        static string[] Blocks(string page) =>
            [.. Fence().Matches(File.ReadAllText(Path.Combine(Run.Root, page))).Select(m => m.Groups[1].Value)];
        static string[] Figures(string page) =>
            [
                .. Figure()
                    .Matches(Fence().Replace(File.ReadAllText(Path.Combine(Run.Root, page)), ""))
                    .Select(m => m.Value)
                    .Order(),
            ];
        Assert.Equal(Blocks("README.md"), Blocks("docs/README.zh.md"));
        Assert.Equal(Figures("README.md"), Figures("docs/README.zh.md"));
    }

    /// <summary>Follows the words of a line down the tree of commands, and looks for its options there.</summary>
    private static void Check(string words, string line)
    {
        Command[] commands = [Root];
        foreach (string word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Command[] next =
            [
                .. word.Split('|').SelectMany(w => commands.SelectMany(c => c.Subcommands).Where(c => c.Name == w)),
            ];
            if (next.Length == 0)
            {
                bool isOther = word[0] is '-' or '…' or '[' || char.IsUpper(word[0]);
                Assert.True(isOther || commands.Any(c => c.Subcommands.Count == 0 || c.Arguments.Count > 0), $"{word}: {line}");
                break;
            }

            commands = next;
        }

        var options = new HashSet<string>(commands.SelectMany(Below).SelectMany(c => c.Options).Select(o => o.Name));
        Assert.All(
            Option().Matches(words),
            o => Assert.True(o.Value == "--help" || options.Contains(o.Value), $"{o.Value}: {line}")
        );
    }

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);

    /// <summary>The names that headings have as anchors: small letters, hyphens for spaces, no signs.</summary>
    private static HashSet<string> Anchors(string path) =>
        [
            .. Heading()
                .Matches(File.ReadAllText(path))
                .Select(m => Regex.Replace(m.Groups[1].Value.Trim().ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-')),
        ];

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^```[^\n]*\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("^ {4}(zkhealth .*)$", RegexOptions.Multiline)]
    private static partial Regex Indented();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Inline();

    [GeneratedRegex("'[^']*'|\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z0-9-]*")]
    private static partial Regex Option();

    // names of transcripts and files, such as "zkhealth segments v1"
    [GeneratedRegex(@" v\d+$")]
    private static partial Regex Label();

    [GeneratedRegex(@"\d[\d.,]*\d")]
    private static partial Regex Figure();
}
