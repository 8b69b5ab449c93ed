using System.Text.Json.Nodes;
using Xunit;

namespace ZkHealth.Cli.Tests;

/// <summary>The benchmarks of derived columns check what they time: small here, their figures are in
/// docs/performance.md.</summary>
public class BenchmarkDerivedTests
{
    [Fact]
    public void Maps() => Check(Run.Json("benchmark", "map", "--rows", "1024", "--runs", "1"), 10 * 1024);

    [Fact]
    public void Links() => Check(Run.Json("benchmark", "link", "--rows", "1024", "--runs", "1"), 16 * 1024);

    private static void Check(JsonObject json, int most)
    {
        Assert.True((bool)json["resultsChecked"]!);
        Assert.InRange((int)json["proofBytes"]!, 1, most);
        Assert.True((double)json["ratioToCube"]! > 0);
    }
}
