using ZkHealth.Proofs;

namespace ZkHealth.Aggregation;

/// <summary>A Deal in form, or why it is not.</summary>
internal readonly record struct DealVerdict(CheckedDeal? Deal, (FaultKind Kind, string Reason) Fault);

/// <summary>
/// The verdicts on Deals that a party has verified, so that it verifies each once however often it looks at the board. A verdict depends on the
/// session, the dealer and the Deal alone (and on the table's publication, looked at anew while the Deal is void).
/// </summary>
internal sealed class DealCache
{
    private readonly Dictionary<string, DealVerdict> _forms = [];
    private readonly Dictionary<string, (FaultKind Kind, string Reason)?> _faults = [];

    /// <summary>Looks at the form of a Deal and at the publication of its table.</summary>
    public DealVerdict Judge(AggregationSession session, DealId id, Deal deal, BoardEntry entry, IBulletinBoard board, PartyDirectory directory)
    {
        string key = Key(session, id, deal.Digest());
        if (!_forms.TryGetValue(key, out DealVerdict verdict) || verdict.Deal?.Position != entry.Position)
        {
            CheckedDeal? made = CheckedDeal.TryCreate(session, id, deal, entry.Position, out (FaultKind, string) fault);
            if (made is not null && deal.Table is not null && TablePublication.Fault(board, deal.Table, session.Terms.DataSet, entry.Position) is string unpublished)
            {
                (made, fault) = (null, (FaultKind.UnprovenContribution, unpublished));
            }
            else if (made is not null && !(directory.FirstEntryOf(id.Dealer) < entry.Position))
            {
                (made, fault) = (null, (FaultKind.Malformed, "the dealer has not registered"));
            }

            _forms[key] = verdict = new DealVerdict(made, fault);
        }

        return verdict;
    }

    /// <summary>Verifies the proofs of Deals not verified yet.</summary>
    public void Verify(AggregationSession session, IReadOnlyList<CheckedDeal> deals, AggregationRules rules)
    {
        CheckedDeal[] open = [.. deals.Where(d => !_faults.ContainsKey(Key(session, d.Id, d.Digest)))];
        var batch = new VerificationBatch();
        if (open.All(d => d.CollectDealing(session, batch) is null && d.CollectContribution(session, rules, batch) is null) && batch.Verify().IsAccepted)
        {
            Array.ForEach(open, d => _faults[Key(session, d.Id, d.Digest)] = null);
            return;
        }

        foreach (CheckedDeal deal in open)
        {
            _faults[Key(session, deal.Id, deal.Digest)] =
                Alone(b => deal.CollectDealing(session, b)) is string dealing ? (FaultKind.NotDealtByKnowledge, dealing)
                : Alone(b => deal.CollectContribution(session, rules, b)) is string contribution ? (FaultKind.UnprovenContribution, contribution)
                : null;
        }
    }

    /// <summary>What is wrong with a verified Deal, or null.</summary>
    public (FaultKind Kind, string Reason)? FaultOf(AggregationSession session, CheckedDeal deal) => _faults[Key(session, deal.Id, deal.Digest)];

    private static string? Alone(Func<VerificationBatch, string?> collect)
    {
        var batch = new VerificationBatch();
        return collect(batch) ?? batch.Verify().Reason;
    }

    private static string Key(AggregationSession session, DealId id, ReadOnlySpan<byte> digest) =>
        $"{Convert.ToHexString(session.Sid.Span)} {(int)id.Role} {id.Dealer} {Convert.ToHexString(digest)}";
}
