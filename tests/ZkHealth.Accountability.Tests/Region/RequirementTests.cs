using System.Text.RegularExpressions;
using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

/// <summary>The table of what was asked (issue 18, section 5) and the threat model name tests, stories, commands and pages: each
/// of them exists. A row that named a test which had been renamed answered nothing.</summary>
public sealed partial class RequirementTests
{
    private static readonly string Root = Find();

    [Fact]
    public void Every_row_of_what_was_asked_is_there_and_is_answered()
    {
        string[] rows = [.. Rows("requirements.md").Where(r => char.IsAsciiDigit(r[2]))];
        Assert.Equal(Enumerable.Range(1, 54), rows.Select(r => int.Parse(r.Split('|')[1], null)));
        Assert.All(rows, r => Assert.NotEmpty(Tests(r).Concat(Stories(r)).Concat(Pages(r)).Concat(Commands(r))));
    }

    [Theory]
    [InlineData("requirements.md")]
    [InlineData("threat-model.md")]
    public void Every_test_and_story_that_a_page_names_exists(string page)
    {
        string text = File.ReadAllText(Path.Combine(Root, "docs", page));
        string code = string.Join(
            '\n',
            Directory
                .EnumerateFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories)
                .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
                .Select(File.ReadAllText)
        );
        string[] tests = [.. Tests(text)];
        Assert.NotEmpty(tests);
        Assert.All(tests, t => Assert.Matches($@"(void|Task) {t}\(|class {t}\b", code));
        HashSet<string> stories = [.. RegionStories.All.Select(s => s.Name)];
        Assert.All(Stories(text), s => Assert.Contains(s, stories));
    }

    [Fact]
    public void Every_story_answers_something_that_was_asked()
    {
        string text = File.ReadAllText(Path.Combine(Root, "docs", "requirements.md"));
        Assert.Empty(RegionStories.All.Select(s => s.Name).Except(Stories(text)));
    }

    private static IEnumerable<string> Rows(string page) =>
        File.ReadLines(Path.Combine(Root, "docs", page)).Where(l => l.StartsWith("| ", StringComparison.Ordinal));

    private static IEnumerable<string> Tests(string text) => Test().Matches(text).Select(m => m.Groups[1].Value);

    /// <summary>Stories stand in italics, behind the word.</summary>
    private static IEnumerable<string> Stories(string text) =>
        StoryList().Matches(text).SelectMany(m => Story().Matches(m.Value)).Select(m => m.Groups[1].Value);

    private static IEnumerable<string> Pages(string text) => Link().Matches(text).Select(m => m.Groups[1].Value);

    private static IEnumerable<string> Commands(string text) => Command().Matches(text).Select(m => m.Value);

    private static string Find()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "ZkHealth.sln")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        return root;
    }

    [GeneratedRegex("`((?=[^`]*[a-z])[A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+|[A-Z][A-Za-z]+Tests)`")]
    private static partial Regex Test();

    [GeneratedRegex(@"stor(?:y|ies) \*[^*]+\*(?:(?:,| and) \*[^*]+\*)*")]
    private static partial Regex StoryList();

    [GeneratedRegex(@"\*([^*]+)\*")]
    private static partial Regex Story();

    [GeneratedRegex(@"\]\(([^)]+\.md[^)]*)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`zkhealth [a-z]+")]
    private static partial Regex Command();
}
