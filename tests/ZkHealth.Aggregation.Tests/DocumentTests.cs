using Xunit;
using ZkHealth.Tests;

namespace ZkHealth.Aggregation.Tests;

public class DocumentTests
{
    [Theory]
    [Trait("Category", "EndToEnd")]
    [InlineData("docs/aggregation.md")]
    [InlineData("docs/learning.md")]
    [InlineData("src/ZkHealth.Accountability/README.md")]
    [InlineData("src/ZkHealth.Aggregation/README.md")]
    [InlineData("src/ZkHealth.Data/README.md")]
    [InlineData("src/ZkHealth.Ledger/README.md")]
    public void The_example_compiles_runs_and_prints_what_it_says(string document) => DocumentExample.AssertRuns(document);
}
