using System.Security.Cryptography;
using ZkHealth.Proofs;

namespace ZkHealth.Aggregation;

/// <summary>
/// The verdicts on the proofs of Deals that a party has verified, so that it verifies each once however often it looks at the board. A verdict
/// is a function of what was verified alone: the session (which says which policy), dealer and role, and the bytes of the Deal.
/// </summary>
internal sealed class DealCache
{
    private readonly Dictionary<string, (FaultKind Kind, string Reason)?> _faults = new(StringComparer.Ordinal);

    /// <summary>Verifies the proofs of Deals not verified yet: all in one batch, each alone where that fails.</summary>
    public void Verify(AggregationSession session, IReadOnlyList<CheckedDeal> deals, AggregationRules rules)
    {
        CheckedDeal[] open = [.. deals.Where(d => !_faults.ContainsKey(Key(session, d)))];
        if (open.Length == 0)
        {
            return;
        }

        var batch = new VerificationBatch();
        if (open.All(d => d.CollectDealing(session, batch) is null && d.CollectContribution(session, rules, batch) is null) && batch.Verify().IsAccepted)
        {
            Array.ForEach(open, d => _faults[Key(session, d)] = null);
            return;
        }

        foreach (CheckedDeal deal in open)
        {
            _faults[Key(session, deal)] =
                Alone(b => deal.CollectDealing(session, b)) is string dealing ? (FaultKind.NotDealtByKnowledge, dealing)
                : Alone(b => deal.CollectContribution(session, rules, b)) is string contribution ? (FaultKind.UnprovenContribution, contribution)
                : null;
        }
    }

    /// <summary>What is wrong with a verified Deal, or null.</summary>
    public (FaultKind Kind, string Reason)? FaultOf(AggregationSession session, CheckedDeal deal) => _faults[Key(session, deal)];

    private static string? Alone(Func<VerificationBatch, string?> collect)
    {
        var batch = new VerificationBatch();
        return collect(batch) ?? batch.Verify().Reason;
    }

    /// <summary>SHA-256 over all that the verdict depends on.</summary>
    private static string Key(AggregationSession session, CheckedDeal deal) => Convert.ToHexString(SHA256.HashData(
        [.. "zkhealth verified deal v1"u8, .. session.Sid.Span, (byte)deal.Id.Role, .. deal.Id.Dealer.ToBytes(), .. deal.Digest]));
}
