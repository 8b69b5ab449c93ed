using System.Text.Json.Nodes;
using Xunit;

namespace ZkHealth.Cli.Tests;

/// <summary>The benchmarks of derived columns check what they time: small here, their figures are in
/// docs/performance.md.</summary>
public class BenchmarkDerivedTests
{
    [Theory]
    [InlineData("map", 10 * 1024)]
    [InlineData("link", 16 * 1024)]
    public void Results_are_checked_and_proofs_small(string what, int most)
    {
        JsonObject json = Run.Json("benchmark", what, "--rows", "4096");
        Assert.True((bool)json["resultsChecked"]!);
        Assert.InRange((int)json["proofBytes"]!, 1, most);
        Assert.True((double)json["ratioToCube"]! > 0);
    }
}
