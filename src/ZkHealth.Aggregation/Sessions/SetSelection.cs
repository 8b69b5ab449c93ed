namespace ZkHealth.Aggregation;

/// <summary>
/// The rules that keep opened numbers from giving a part away: each owner's budget, one set of owners for the exact numbers of a
/// data set, the minima. Policies and other sessions count as they stand at D3: what comes later changes no set.
/// </summary>
internal sealed class SetSelection
{
    private readonly SessionEntries _entries;
    private readonly SessionChecks _checks;
    private readonly List<Finding> _findings = [];
    private readonly HashSet<PartyId> _uncounted;

    /// <summary>
    /// Selects the set: valid, not complained about, within its owner's budget; then, until nothing changes, without those of
    /// whom exact numbers are opened for another set, and without those whose own minimum is not reached.
    /// </summary>
    /// <param name="entries">The session.</param>
    /// <param name="deals">Its dealings that stand.</param>
    /// <param name="checks">What was said of them.</param>
    /// <param name="history">What owners released by themselves; null where nothing is known of it.</param>
    /// <param name="standing">Other sessions over the data set, as they stand at D3.</param>
    public SetSelection(
        SessionEntries entries,
        IEnumerable<CheckedDealing> deals,
        SessionChecks checks,
        IReleaseHistory? history,
        StandingReleases standing
    )
    {
        (_entries, _checks) = (entries, checks);
        CheckedDealing[] good = [.. deals.Where(d => !checks.IsOut(d.Id))];
        List<CheckedDealing> set = [.. good.Where(d => d.Id.Role == DealRole.Contribution)];
        Exclude(set, ExclusionKind.BudgetExceeded, d => history?.Refusal(d.Id.Dealer, entries.Session, entries.Limit(3)));
        _uncounted =
        [
            .. set.Select(d => d.Id.Dealer)
                .Where(d => history?.HasReleasedExactly(d, entries.Terms.DataSet, entries.Limit(3)) == true),
        ];
        WaitsFor = entries.CutOffs[2] >= 0 ? null : standing.Pending(set.Select(d => d.Id.Dealer));
        Exclude(
            set,
            ExclusionKind.OtherVersion,
            d => standing.OtherVersion(d.Id.Dealer, d.Dealing.Table!.Root, d.Dealing.Table.Rows)
        );
        while (Exclude(set, ExclusionKind.Differencing, standing.Conflicts(set)) || ExcludeByMinimum(set)) { }

        Set = new ContributorSet(set, [.. good.Where(d => d.Id.Role == DealRole.Beacon)]);
    }

    /// <summary>The set: what it would be if D4 came now, and what it is when D4 has come.</summary>
    public ContributorSet Set { get; }

    /// <summary>Before D3: another session over the data set that should come to its end first, in words, or null.</summary>
    public string? WaitsFor { get; }

    /// <summary>Names those who were left out, and why.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>The members that hold everything that counts and have checked it.</summary>
    public IEnumerable<int> Holders =>
        Enumerable.Range(1, _entries.Terms.CommitteeSize).Where(a => _checks.HasAcknowledgedAll(a, Set.Counted));

    /// <summary>Says why a session whose D4 has come ends without an opening, or null; adds findings to those of the
    /// selection.</summary>
    public string? Ending()
    {
        if (_entries.IsGivenUp)
        {
            return GivenUp;
        }

        AggregationTerms terms = _entries.Terms;
        foreach (CheckedDealing deal in Set.Contributions.Where(d => _uncounted.Contains(d.Id.Dealer)))
        {
            _findings.Add(
                new Exclusion(
                    deal.Id.Dealer,
                    ExclusionKind.ReleasedExactly,
                    "it has released exact numbers of its data set by itself and does not count toward the minimum",
                    deal.Position
                )
            );
        }

        int counted = Counting(Set.Contributions),
            holders = Holders.Count();
        if (holders < terms.Quorum)
        {
            _findings.AddRange(
                Enumerable
                    .Range(1, terms.CommitteeSize)
                    .Where(a => !_checks.HasReceipt(a))
                    .Select(a => new Exclusion(terms.Committee[a - 1], ExclusionKind.Missing, "no receipt", -1))
            );
        }

        return counted < terms.Minimum ? $"{counted} contributors count, the terms ask for {terms.Minimum}"
            : terms.Noise is not null && Set.BeaconDeals.Count < terms.Threshold
                ? $"{Set.BeaconDeals.Count} members dealt the beacon, {terms.Threshold} are needed"
            : holders < terms.Quorum ? $"{holders} members hold all shares, {terms.Quorum} are needed"
            : null;
    }

    public const string GivenUp = "it was given up, or its time had passed, before its set was settled";

    private int Counting(IEnumerable<CheckedDealing> set) => set.Count(d => !_uncounted.Contains(d.Id.Dealer));

    /// <summary>Leaves out those of a set for whom there is a reason; true where there were any.</summary>
    private bool Exclude(List<CheckedDealing> set, ExclusionKind kind, Func<CheckedDealing, string?> reason)
    {
        Exclusion[] found =
        [
            .. set.Select(d => reason(d) is string r ? new Exclusion(d.Id.Dealer, kind, r, d.Position) : null)
                .OfType<Exclusion>(),
        ];
        _findings.AddRange(found);
        return set.RemoveAll(d => Array.Exists(found, f => f.Party == d.Id.Dealer)) > 0;
    }

    /// <summary>Leaves out those whose own minimum is not reached. What is left in the end is the largest set that satisfies all
    /// minima in it.</summary>
    private bool ExcludeByMinimum(List<CheckedDealing> set)
    {
        int count = Counting(set);
        return Exclude(
            set,
            ExclusionKind.MinimumNotReached,
            d => d.Dealing.Minimum > count ? $"it asks for {d.Dealing.Minimum} contributors, there are {count}" : null
        );
    }
}
