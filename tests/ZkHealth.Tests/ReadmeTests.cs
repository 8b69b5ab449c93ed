using Xunit;

namespace ZkHealth.Tests;

public class ReadmeTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("src/ZkHealth/README.md")]
    public void The_example_compiles_runs_and_prints_what_it_says(string document) => DocumentExample.AssertRuns(document);

    /// <summary>A package's page has no folder docs beside it: a relative link would be dead there.</summary>
    [Fact]
    public void Links_of_packed_pages_are_absolute()
    {
        string[] pages = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "README.md", SearchOption.AllDirectories);
        Assert.NotEmpty(pages);
        Assert.All(pages, page => Assert.DoesNotMatch(@"\]\((?!https://)", File.ReadAllText(page)));
    }
}
