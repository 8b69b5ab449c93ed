namespace ZkHealth.Aggregation;

/// <summary>
/// Describes what keeps opened numbers from giving a part away: each owner's budget, one set of owners for the exact numbers of a
/// data set, the minima. Policies and other sessions count as they stand at D3: what comes later changes no set.
/// </summary>
internal sealed partial class SessionView
{
    /// <summary>Explains why a version of an owner's table could not count, as the board stands; or null.</summary>
    public string? OtherVersion(PartyId owner, Tables.TableCommitment table) =>
        new StandingReleases(_board, Session, At.Size, _rules, _cache, _directory.Value).OtherVersion(
            owner,
            table.Root,
            table.Rows
        );

    /// <summary>Before D3: another session over the data set that should come to its end first, in words, or null.</summary>
    public string? WaitsFor { get; private set; }

    private IReleaseHistory? History => _rules.HistoryOf(_board);

    /// <summary>
    /// The set: valid, not complained about, within its owner's budget; then, until nothing changes, without those of whom exact
    /// numbers are opened for another set, and without those whose own minimum is not reached.
    /// </summary>
    private void Settle()
    {
        List<CheckedDeal> set = [.. Deals.Values.Where(d => d.Id.Role == DealRole.Contribution && !_out.ContainsKey(d.Id))];
        Exclude(set, ExclusionKind.BudgetExceeded, d => History?.Refusal(d.Id.Dealer, Session, Limit(3)));
        HashSet<PartyId> uncounted =
        [
            .. set.Select(d => d.Id.Dealer).Where(d => History?.HasReleasedExactly(d, Terms.DataSet, Limit(3)) == true),
        ];
        var standing = new StandingReleases(_board, Session, Limit(3), _rules, _cache, _directory.Value);
        WaitsFor = CutOffs[2] >= 0 ? null : standing.Pending(set.Select(d => d.Id.Dealer));
        Exclude(set, ExclusionKind.OtherVersion, d => standing.OtherVersion(d.Id.Dealer, d.Deal.Table!.Root, d.Deal.Table.Rows));
        while (Exclude(set, ExclusionKind.Differencing, standing.Conflicts(set)) || ExcludeByMinimum(set, uncounted)) { }

        Contributions = set;
        BeaconDeals = [.. Deals.Values.Where(d => d.Id.Role == DealRole.Beacon && !_out.ContainsKey(d.Id))];
        if (CutOffs[4] >= 0 && CutOffs[4] < _cutOffs.Limit(4))
        {
            Ended = "it was given up, or its time had passed, before its set was settled";
            return;
        }

        if (CutOffs[3] < 0)
        {
            return;
        }

        foreach (CheckedDeal deal in set.Where(d => uncounted.Contains(d.Id.Dealer)))
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

        int counted = Counting(set, uncounted),
            holders = Enumerable.Range(1, Terms.CommitteeSize).Count(Holds);
        Ended =
            counted < Terms.Minimum ? $"{counted} contributors count, the terms ask for {Terms.Minimum}"
            : Terms.Noise is not null && BeaconDeals.Count < Terms.Threshold
                ? $"{BeaconDeals.Count} members dealt the beacon, {Terms.Threshold} are needed"
            : holders < Terms.Quorum ? $"{holders} members hold all shares, {Terms.Quorum} are needed"
            : null;
        if (holders < Terms.Quorum)
        {
            for (int a = 1; a <= Terms.CommitteeSize; a++)
            {
                if (!HasReceipt(a))
                {
                    _findings.Add(new Exclusion(Terms.Committee[a - 1], ExclusionKind.Missing, "no receipt", -1));
                }
            }
        }
    }

    private static int Counting(List<CheckedDeal> set, HashSet<PartyId> uncounted) =>
        set.Count(d => !uncounted.Contains(d.Id.Dealer));

    /// <summary>Leaves out those of a set for whom there is a reason; true where there were any.</summary>
    private bool Exclude(List<CheckedDeal> set, ExclusionKind kind, Func<CheckedDeal, string?> reason)
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
    private bool ExcludeByMinimum(List<CheckedDeal> set, HashSet<PartyId> uncounted)
    {
        int count = Counting(set, uncounted);
        return Exclude(
            set,
            ExclusionKind.MinimumNotReached,
            d => d.Deal.Minimum > count ? $"it asks for {d.Deal.Minimum} contributors, there are {count}" : null
        );
    }
}
