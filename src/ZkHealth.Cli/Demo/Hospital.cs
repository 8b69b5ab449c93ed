using ZkHealth.Statistics;

namespace ZkHealth.Cli.Demo;

/// <summary>The measurements of the demonstration for one hospital.</summary>
internal sealed record Hospital(string Name, string Root, int Rows, int Cells, int ProofBytes)
{
    public TimeSpan Import { get; init; }

    public TimeSpan Commit { get; init; }

    public TimeSpan Cube { get; init; }

    public TimeSpan Statistic { get; init; }

    public TimeSpan Verify { get; init; }

    public long Entry { get; init; }

    /// <summary>The proof as a stranger read it from its file and accepted it; null where it was rejected.</summary>
    public StatisticsProof? Accepted { get; init; }
}

/// <summary>A fraud and what became of it.</summary>
internal sealed record Fraud(string Name, string What, string? Rejection);
