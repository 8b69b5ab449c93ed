using ZkHealth.Groups;

namespace ZkHealth.Aggregation;

/// <summary>
/// The dealings of a session that stand: the first of each dealer that may deal, has registered, approved the terms and charged
/// its data set before, and whose proofs hold. Nothing else of the kind counts for anything: an entry that cannot be read, or is
/// void, holds, overtakes and excludes nobody.
/// </summary>
internal sealed class SessionDeals
{
    private readonly IBulletinBoard _board;
    private readonly AggregationSession _session;
    private readonly AggregationRules _rules;
    private readonly DealCache _cache;
    private readonly PartyDirectory _directory;
    private readonly byte[] _approval;
    private readonly SortedDictionary<DealId, CheckedDealing> _valid = [];
    private readonly List<Finding> _findings = [];

    private SessionDeals(
        IBulletinBoard board,
        AggregationSession session,
        AggregationRules rules,
        DealCache cache,
        PartyDirectory directory
    ) =>
        (_board, _session, _rules, _cache, _directory, _approval) = (
            board,
            session,
            rules,
            cache,
            directory,
            rules.ApprovalDigest(session.Terms)
        );

    /// <summary>The dealings that stand, in the order of their dealers.</summary>
    public IReadOnlyDictionary<DealId, CheckedDealing> Valid => _valid;

    /// <summary>The faults of others.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Reads and verifies the dealings between two positions.</summary>
    /// <param name="board">The board.</param>
    /// <param name="session">The session.</param>
    /// <param name="after">Its Open.</param>
    /// <param name="before">Its D1, or the end of what is looked at.</param>
    /// <param name="rules">What sessions are judged by.</param>
    /// <param name="cache">Verdicts on dealings.</param>
    /// <param name="directory">Who has registered.</param>
    /// <param name="only">One dealer's alone; null for all.</param>
    public static SessionDeals Read(
        IBulletinBoard board,
        AggregationSession session,
        long after,
        long before,
        AggregationRules rules,
        DealCache cache,
        PartyDirectory directory,
        PartyId? only = null
    )
    {
        var deals = new SessionDeals(board, session, rules, cache, directory);
        var candidates = new Dictionary<DealId, Queue<CheckedDealing>>();
        foreach (long position in board.Find(BoardKinds.Dealing, session.Sid.Span).Where(p => p > after && p < before))
        {
            if (
                board.Read(position) is BoardEntry entry
                && (only is null || entry.Author == only)
                && deals.Form(entry) is CheckedDealing deal
            )
            {
                (candidates.TryGetValue(deal.Id, out Queue<CheckedDealing>? own) ? own : candidates[deal.Id] = []).Enqueue(deal);
            }
        }

        deals.Verify(candidates);
        return deals;
    }

    /// <summary>Verifies the first candidate of each dealer, all in one batch; of those who fail the next, until each has one
    /// that holds or none left.</summary>
    private void Verify(Dictionary<DealId, Queue<CheckedDealing>> candidates)
    {
        var ephemerals = new HashSet<CompressedPoint>();
        while (candidates.Count > 0)
        {
            CheckedDealing[] round = [.. candidates.Values.Select(c => c.Dequeue()).OrderBy(d => d.Position)];
            _cache.Verify(_session, round, _rules);
            foreach (CheckedDealing deal in round)
            {
                // only what is valid was seen: else anyone could void a dealing by sending its E first
                (FaultKind Kind, string Reason)? fault = _cache.FaultOf(_session, deal);
                fault ??= ephemerals.Add(deal.Dealing.Ephemeral)
                    ? null
                    : (FaultKind.RepeatedEphemeral, "its ephemeral point was seen before");
                if (fault is { } known)
                {
                    _findings.Add(new PartyFault(deal.Id.Dealer, known.Kind, known.Reason, deal.Position));
                }
                else
                {
                    _valid.Add(deal.Id, deal);
                    candidates.Remove(deal.Id);
                }

                if (candidates.TryGetValue(deal.Id, out Queue<CheckedDealing>? left) && left.Count == 0)
                {
                    candidates.Remove(deal.Id);
                }
            }
        }
    }

    /// <summary>A dealing that can be read, by one who may deal it, with all that must stand before it; or null, and a
    /// finding.</summary>
    private CheckedDealing? Form(BoardEntry entry)
    {
        if (!Dealing.TryDecode(entry.Body, _session, entry.Author, out Dealing? deal, out string? reason))
        {
            return Void(entry, FaultKind.Malformed, reason);
        }

        AggregationTerms terms = _session.Terms;
        var id = new DealId(deal.Role, entry.Author);
        bool contribution = deal.Role == DealRole.Contribution;
        if (
            !(
                contribution
                    ? terms.Hospitals.Contains(entry.Author)
                    : terms.Noise is not null && terms.ShareIndexOf(entry.Author) > 0
            )
        )
        {
            return Void(entry, FaultKind.Malformed, "the dealer is not one of those who may deal this");
        }

        if (!(_directory.FirstEntryOf(entry.Author) < entry.Position))
        {
            return Void(entry, FaultKind.Malformed, "the dealer has not registered under a name of its own");
        }

        if (contribution && !Approval.IsOnBoard(_board, entry.Author, _approval, entry.Position))
        {
            return Void(entry, FaultKind.NotApproved, "the dealer had not approved the terms");
        }

        if (contribution && !IsCharged(deal, entry))
        {
            return Void(entry, FaultKind.Malformed, "the dealer had not charged its data set with the session and this table");
        }

        if (
            CheckedDealing.TryCreate(_session, id, deal, entry.Position, out (FaultKind Kind, string Reason) fault)
            is not CheckedDealing made
        )
        {
            return Void(entry, fault.Kind, fault.Reason);
        }

        return contribution && TablePublication.Fault(_board, deal.Table!, terms.DataSet, entry.Position) is string unpublished
            ? Void(entry, FaultKind.UnprovenContribution, unpublished)
            : made;
    }

    /// <summary>Determines whether a charge of the dealer stands before the dealing that names the session and the
    /// table.</summary>
    private bool IsCharged(Dealing deal, BoardEntry entry)
    {
        byte[] charge = new BudgetDebit(_session.Sid, deal.Table!.Root, deal.Table.Rows).Encode();
        return _board
            .Find(BoardKinds.BudgetDebit, AggregationTerms.DataSetOf(entry.Author, _session.Terms.DataSet))
            .Where(p => p < entry.Position)
            .Reverse()
            .Any(p => _board.Read(p) is BoardEntry said && said.Author == entry.Author && said.Body.Span.SequenceEqual(charge));
    }

    private CheckedDealing? Void(BoardEntry entry, FaultKind kind, string reason)
    {
        _findings.Add(new PartyFault(entry.Author, kind, reason, entry.Position));
        return null;
    }
}
