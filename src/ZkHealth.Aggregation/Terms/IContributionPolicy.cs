using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation;

/// <summary>
/// A further check that every contribution of a session must pass, such as a bound on an update's norm. The terms name it and
/// give its parameters; whoever checks a session must know it. It must be a function of its arguments alone.
/// </summary>
internal interface IContributionPolicy
{
    /// <summary>The name by which terms ask for it, 1 to 64 characters.</summary>
    string Name { get; }

    /// <summary>Verifies the proof that a hospital attached to its contribution.</summary>
    VerificationResult Verify(ContributionStatement contribution, ReadOnlyMemory<byte> proof);

    /// <summary>The terms for which a hospital's approval stands, a function of those of one session: by default these
    /// themselves.</summary>
    AggregationTerms Standing(AggregationTerms terms) => terms;
}

/// <summary>A policy whose equations may be checked together with those of other proofs, of this dealing and of others.</summary>
internal interface IBatchedPolicy : IContributionPolicy
{
    /// <summary>Does all of <see cref="IContributionPolicy.Verify"/> but the final equations, which go to the batch. Returns what
    /// failed, or null.</summary>
    ProofFault? Collect(ContributionStatement contribution, ReadOnlyMemory<byte> proof, VerificationBatch batch);
}

/// <summary>The subject of a policy: a hospital's committed table and its proven cube.</summary>
internal sealed class ContributionStatement(AggregationSession session, TableCommitment table, CompressedPoint cube)
{
    /// <summary>The session.</summary>
    public AggregationSession Session { get; } = session;

    /// <summary>Its committed table; points are there for the columns of the axes.</summary>
    public TableCommitment Table { get; } = table;

    /// <summary>The commitment to its cube over the axes of the terms; its proof is checked apart.</summary>
    public CompressedPoint Cube { get; } = cube;
}
