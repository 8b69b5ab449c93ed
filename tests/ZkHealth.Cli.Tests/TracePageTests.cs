using Xunit;
using ZkHealth.Accountability.Traces;
using ZkHealth.Cli.View;

namespace ZkHealth.Cli.Tests;

/// <summary>The page of a trace says what it leaves out.</summary>
public sealed class TracePageTests
{
    /// <summary>The graph stopped at 120 nodes and did not say so: a reader took it for the whole.</summary>
    [Theory]
    [InlineData(ArcDiagram.MaxNodes, false)]
    [InlineData(ArcDiagram.MaxNodes + 1, true)]
    public void A_graph_that_is_cut_says_so_and_the_table_has_every_step(int nodes, bool cut)
    {
        string html = new TracePage { Trace = Chain(nodes) }.ToHtml();
        Assert.Equal(cut, html.Contains($"the first {ArcDiagram.MaxNodes} of {nodes}", StringComparison.Ordinal));
        Assert.Equal(cut, html.Contains($"共 {nodes} 项", StringComparison.Ordinal));
        Assert.Contains($"step {nodes - 1}.", html, StringComparison.Ordinal);
    }

    private static Trace Chain(int nodes) =>
        new()
        {
            Kind = "use",
            About = ["data"],
            Timeline = [],
            Nodes = [.. Enumerable.Range(0, nodes).Select(i => new TraceNode($"{i}", $"node {i}", "asset"))],
            Edges = [.. Enumerable.Range(1, nodes - 1).Select(i => new TraceEdge($"{i - 1}", $"{i}", $"step {i}."))],
            Answers = [],
        };
}
