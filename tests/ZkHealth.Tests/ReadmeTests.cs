using System.Reflection;
using Xunit;

namespace ZkHealth.Tests;

public class ReadmeTests
{
    [Theory]
    [Trait("Category", "EndToEnd")]
    [InlineData("README.md")]
    [InlineData("src/ZkHealth/README.md")]
    public void The_example_compiles_runs_and_prints_what_it_says(string document) => DocumentExample.AssertRuns(document);

    /// <summary>A command that is changed in one language would be wrong in the other.</summary>
    [Fact]
    public void The_Chinese_page_has_the_commands_outputs_and_code_of_the_English_one()
    {
        static string[] Blocks(string document) =>
            [.. File.ReadAllText(Path.Combine(Repository.Root, document)).Split("```").Where((_, i) => i % 2 == 1)];
        string[] english = Blocks("README.md");
        Assert.True(english.Length >= 4);
        Assert.Equal(english, Blocks("docs/README.zh.md"));
    }

    [Fact]
    public void The_first_page_is_short() =>
        Assert.InRange(File.ReadAllLines(Path.Combine(Repository.Root, "README.md")).Length, 1, 150);

    /// <summary>`--version` said 1.0.0 for packages that are called 1.0.0-preview.1 (F17).</summary>
    [Fact]
    public void The_version_that_is_shown_is_that_of_the_package()
    {
        string version = typeof(ZkHealthRuntime)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion;
        Assert.StartsWith($"ZkHealth {version.Split('+')[0]}, ", ZkHealthRuntime.Describe(), StringComparison.Ordinal);
        Assert.Matches(@"^ZkHealth \d+\.\d+\.\d+", ZkHealthRuntime.Describe());
    }

    /// <summary>A package's page has no folder docs beside it: a relative link would be dead there.</summary>
    [Fact]
    public void Links_of_packed_pages_are_absolute()
    {
        string[] pages = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "README.md", SearchOption.AllDirectories);
        Assert.NotEmpty(pages);
        Assert.All(pages, page => Assert.DoesNotMatch(@"\]\((?!https://)", File.ReadAllText(page)));
    }
}
