namespace ZkHealth.Aggregation;

/// <summary>
/// What keeps opened numbers from giving a part away: each owner's budget, one set of owners for the exact numbers of a data set, the minima.
/// Looked at when the set is settled at D3, and again where it is frozen, for what was frozen in between.
/// </summary>
internal sealed partial class SessionView
{
    private IReleaseHistory? History => _rules.HistoryOf(_board);

    /// <summary>
    /// The set: valid, not complained about, within its owner's budget; then, until nothing changes, without those of whom exact numbers are opened
    /// for another set, and without those whose own minimum is not reached.
    /// </summary>
    private void Settle()
    {
        List<CheckedDeal> set = [.. _valid.Values.Where(d => d.Id.Role == DealRole.Contribution && !_out.ContainsKey(d.Id))];
        Exclude(set, FaultKind.BudgetExceeded, d => History?.Refusal(d.Id.Dealer, Session, Limit(3)));
        HashSet<PartyId> uncounted = [.. set.Select(d => d.Id.Dealer).Where(d => History?.HasReleasedExactly(d, Terms.DataSet, Limit(3)) == true)];
        IReadOnlyList<FrozenSession> frozen = FrozenBefore(Limit(3));
        while (ExcludeDifferences(set, frozen) || ExcludeByMinimum(set, uncounted))
        {
        }

        Contributions = set;
        BeaconDeals = [.. _valid.Values.Where(d => d.Id.Role == DealRole.Beacon && !_out.ContainsKey(d.Id))];
        if (CutOffs[2] < 0)
        {
            return;
        }

        foreach (CheckedDeal deal in set.Where(d => uncounted.Contains(d.Id.Dealer)))
        {
            _findings.Add(new Finding(
                deal.Id.Dealer, FaultKind.ReleasedExactly, "it has released exact numbers of its data set by itself and does not count toward the minimum", deal.Position));
        }

        int counted = Counting(set, uncounted), holders = Enumerable.Range(1, Terms.Members).Count(Holds);
        Ended = counted < Terms.Minimum ? $"{counted} contributors count, the terms ask for {Terms.Minimum}"
            : Terms.Noise is not null && BeaconDeals.Count < Terms.Threshold ? $"{BeaconDeals.Count} members dealt the beacon, {Terms.Threshold} are needed"
            : holders < Terms.Quorum ? $"{holders} members hold all shares, {Terms.Quorum} are needed" : null;
        if (holders < Terms.Quorum)
        {
            for (int a = 1; a <= Terms.Members; a++)
            {
                if (!Holds(a))
                {
                    _findings.Add(new Finding(Terms.Committee[a - 1], FaultKind.Missing, "no receipt for all that counts", -1));
                }
            }
        }
    }

    private static int Counting(List<CheckedDeal> set, HashSet<PartyId> uncounted) => set.Count(d => !uncounted.Contains(d.Id.Dealer));

    /// <summary>Leaves out those of a set for whom there is a reason; true where there were any.</summary>
    private bool Exclude(List<CheckedDeal> set, FaultKind kind, Func<CheckedDeal, string?> reason)
    {
        Finding[] found = [.. set.Select(d => reason(d) is string r ? new Finding(d.Id.Dealer, kind, r, d.Position) : null).OfType<Finding>()];
        _findings.AddRange(found);
        return set.RemoveAll(d => Array.Exists(found, f => f.Party == d.Id.Dealer)) > 0;
    }

    /// <summary>
    /// Exact numbers over one data set are opened for one set of owners: two sets that share an owner would show the difference. Those whom an
    /// earlier session holds are left out, for the first in the order of the log that holds any.
    /// </summary>
    private bool ExcludeDifferences(List<CheckedDeal> set, IReadOnlyList<FrozenSession> frozen)
    {
        PartyId[] owners = [.. set.Select(d => d.Id.Dealer)];
        return frozen.FirstOrDefault(f => f.Differs(owners)) is FrozenSession held
            && Exclude(set, FaultKind.Differencing, d => held.Owners.Contains(d.Id.Dealer) ? ForOthers(held) : null);
    }

    /// <summary>Leaves out those whose own minimum is not reached. What is left in the end is the largest set that satisfies all minima in it.</summary>
    private bool ExcludeByMinimum(List<CheckedDeal> set, HashSet<PartyId> uncounted)
    {
        int count = Counting(set, uncounted);
        return Exclude(set, FaultKind.MinimumNotReached, d => d.Deal.Minimum > count ? $"it asks for {d.Deal.Minimum} contributors, there are {count}" : null);
    }

    /// <summary>The exact sessions over the data set that were frozen below a position; none where this one's numbers are noisy.</summary>
    private IReadOnlyList<FrozenSession> FrozenBefore(long position) => Terms.Noise is not null ? []
        : [.. FrozenSession.Read((kind, subject) => _board.Find(kind, subject.Span).Select(p => _board.Read(p)).OfType<BoardEntry>(), Terms.DataSet, position)
            .Where(f => f.IsExact && !f.Session.Sid.Span.SequenceEqual(Session.Sid.Span))];

    /// <summary>
    /// What was frozen between D3 and this session's own freeze (or now): of two sessions that would show a difference, or exceed a budget
    /// together, the one whose freeze comes first in the log is opened. Why this one is not, or null.
    /// </summary>
    private string? Overtaken(long before)
    {
        foreach (FrozenSession other in FrozenBefore(before).Where(f => f.Differs(Contributors)))
        {
            foreach (CheckedDeal deal in Contributions.Where(d => other.Owners.Contains(d.Id.Dealer)))
            {
                _findings.Add(new Finding(deal.Id.Dealer, FaultKind.Differencing, ForOthers(other), other.Position));
            }

            return ForOthers(other);
        }

        foreach (CheckedDeal deal in Contributions)
        {
            if (History?.Refusal(deal.Id.Dealer, Session, before) is string reason)
            {
                _findings.Add(new Finding(deal.Id.Dealer, FaultKind.BudgetExceeded, reason, deal.Position));
                return $"{deal.Id.Dealer}: {reason}";
            }
        }

        return null;
    }

    private static string ForOthers(FrozenSession session) =>
        $"session {Convert.ToHexStringLower(session.Session.Sid.Span)} opens exact numbers of this data set for another set of owners";
}
