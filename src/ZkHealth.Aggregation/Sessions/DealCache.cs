using System.Security.Cryptography;
using ZkHealth.Proofs;

namespace ZkHealth.Aggregation;

/// <summary>
/// The verdicts on the proofs of dealings that a party has verified, so that it verifies each once however often it looks at the
/// board. A verdict is a function of what was verified alone: the session (which says which policy), dealer and role, and the
/// bytes of the dealing. Those that hold are kept in the party's own records, by their digest, for its next process.
/// </summary>
/// <param name="memory">The party's records; null where it keeps none.</param>
internal sealed class DealCache(IMemberState? memory = null)
{
    private readonly Dictionary<string, (FaultKind Kind, string Reason)?> _faults = new(StringComparer.Ordinal);
    private readonly HashSet<string> _recalled = new(StringComparer.Ordinal);

    /// <summary>The dealings whose proofs were verified here, not recalled.</summary>
    public int Verified { get; private set; }

    /// <summary>Verifies the proofs of dealings not verified yet: all in one batch, each alone where that fails.</summary>
    public void Verify(AggregationSession session, IReadOnlyList<CheckedDealing> deals, AggregationRules rules)
    {
        Recall(session);
        CheckedDealing[] open = [.. deals.Where(d => !_faults.ContainsKey(Key(session, d)))];
        if (open.Length == 0)
        {
            return;
        }

        Verified += open.Length;
        VerifyAll(session, open, rules);
        if (memory is not null)
        {
            IEnumerable<string> good = open.Select(d => Key(session, d)).Where(k => _faults[k] is null);
            memory.Replace(Record(session), [.. Stored(session) ?? [], .. good.SelectMany(Convert.FromHexString)]);
        }
    }

    private void VerifyAll(AggregationSession session, CheckedDealing[] open, AggregationRules rules)
    {
        var batch = new VerificationBatch();
        if (
            open.All(d => d.CollectDealing(session, batch) is null && d.CollectContribution(session, rules, batch) is null)
            && batch.Verify().IsAccepted
        )
        {
            Array.ForEach(open, d => _faults[Key(session, d)] = null);
            return;
        }

        foreach (CheckedDealing deal in open)
        {
            _faults[Key(session, deal)] =
                Alone(b => deal.CollectDealing(session, b)) is string dealing ? (FaultKind.NotDealtByKnowledge, dealing)
                : Alone(b => deal.CollectContribution(session, rules, b)) is string contribution
                    ? (FaultKind.UnprovenContribution, contribution)
                : null;
        }
    }

    /// <summary>The fault of a verified dealing, or null.</summary>
    public (FaultKind Kind, string Reason)? FaultOf(AggregationSession session, CheckedDealing deal) =>
        _faults[Key(session, deal)];

    /// <summary>Takes over what an earlier process of the party verified of the session; a record of another form is
    /// none.</summary>
    private void Recall(AggregationSession session)
    {
        string record = Record(session);
        if (_recalled.Add(record) && Stored(session) is byte[] stored)
        {
            foreach (byte[] key in stored.Chunk(SHA256.HashSizeInBytes))
            {
                _faults.TryAdd(Convert.ToHexString(key), null);
            }
        }
    }

    private byte[]? Stored(AggregationSession session) =>
        memory?.Read(Record(session)) is byte[] stored && stored.Length % SHA256.HashSizeInBytes == 0 ? stored : null;

    private static string Record(AggregationSession session) => "verified-" + Convert.ToHexStringLower(session.Sid.Span);

    private static string? Alone(Func<VerificationBatch, ProofFault?> collect)
    {
        var batch = new VerificationBatch();
        return collect(batch)?.Words ?? batch.Verify().Reason;
    }

    /// <summary>SHA-256 over all that the verdict depends on.</summary>
    private static string Key(AggregationSession session, CheckedDealing deal) =>
        Convert.ToHexString(
            SHA256.HashData([
                .. Labels.VerifiedDeal,
                .. session.Sid.Span,
                (byte)deal.Id.Role,
                .. deal.Id.Dealer.ToBytes(),
                .. deal.Digest,
            ])
        );
}
