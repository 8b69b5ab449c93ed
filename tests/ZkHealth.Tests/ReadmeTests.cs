using Xunit;

namespace ZkHealth.Tests;

public class ReadmeTests
{
    [Fact]
    public void The_example_compiles_runs_and_prints_what_it_says() => DocumentExample.AssertRuns("README.md");
}
