using System.Numerics;
using ZkHealth.Statistics;

namespace ZkHealth.Aggregation;

/// <summary>The status of a session.</summary>
public enum OutcomeStatus
{
    /// <summary>Not verified yet: it waits for parties.</summary>
    Waiting,

    /// <summary>Verified: the numbers are the sums over the contributors.</summary>
    Verified,

    /// <summary>It ended, or cannot be read, and opens nothing.</summary>
    Ended,
}

/// <summary>The result of a statistic in a session.</summary>
public sealed class StatisticOutcome
{
    internal StatisticOutcome(Statistic statistic, IReadOnlyList<long?> opened, IReadOnlyList<ReleasedValue> derived) =>
        (Statistic, Opened, Derived) = (statistic, opened, derived);

    /// <summary>The question.</summary>
    public Statistic Statistic { get; }

    /// <summary>
    /// Its opened numbers, with noise less what the noise is on average, rounded; null for a count that the terms leave out of
    /// what
    /// is reported.
    /// </summary>
    public IReadOnlyList<long?> Opened { get; }

    /// <summary>Values that follow from them; empty where one is left out, or (with noise) where they contradict one
    /// another.</summary>
    public IReadOnlyList<ReleasedValue> Derived { get; }
}

/// <summary>The result of a session as it follows from the board, or why there is none, and who did what.</summary>
public sealed class AggregateOutcome
{
    internal AggregateOutcome() { }

    /// <summary>The status of the session.</summary>
    public OutcomeStatus Status { get; internal init; }

    /// <summary>Explains why there is no result, in words; empty where there is one.</summary>
    public string Reason { get; internal init; } = "";

    /// <summary>The session; null where it is not opened.</summary>
    public AggregationSession? Session { get; internal init; }

    /// <summary>I, ascending.</summary>
    public IReadOnlyList<PartyId> Contributors { get; internal init; } = [];

    /// <summary>The sum of the public weights of I.</summary>
    public BigInteger TotalWeight { get; internal init; }

    /// <summary>The opened numbers as they stand on the board, with their noise; empty for whole vectors.</summary>
    public IReadOnlyList<BigInteger> Values { get; internal init; } = [];

    /// <summary>The result of each statistic; empty for whole vectors.</summary>
    public IReadOnlyList<StatisticOutcome> Statistics { get; internal init; } = [];

    /// <summary>The sum of the vectors, entry by entry; empty for statistics.</summary>
    public ReadOnlyMemory<long> Vector { get; internal init; }

    /// <summary>Findings about parties, and those who are waited for.</summary>
    public IReadOnlyList<Finding> Findings { get; internal init; } = [];
}
