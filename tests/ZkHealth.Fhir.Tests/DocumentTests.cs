using Xunit;
using ZkHealth.Tests;

namespace ZkHealth.Fhir.Tests;

public sealed class DocumentTests
{
    [Fact]
    public void The_example_compiles_runs_and_prints_what_it_says() => DocumentExample.AssertRuns("src/ZkHealth.Fhir/README.md");
}
