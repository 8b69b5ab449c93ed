namespace ZkHealth.Aggregation;

/// <summary>The dealings that are added up: I, and those of the beacon, in the order of their dealers.</summary>
internal sealed class ContributorSet(IReadOnlyList<CheckedDealing> contributions, IReadOnlyList<CheckedDealing> beaconDeals)
{
    /// <summary>I: the contributions that count.</summary>
    public IReadOnlyList<CheckedDealing> Contributions => contributions;

    /// <summary>The beacon's dealings that count.</summary>
    public IReadOnlyList<CheckedDealing> BeaconDeals => beaconDeals;

    /// <summary>I, by name.</summary>
    public IReadOnlyList<PartyId> Contributors { get; } = [.. contributions.Select(d => d.Id.Dealer)];

    /// <summary>Those of the beacon.</summary>
    public IReadOnlyList<PartyId> BeaconDealers { get; } = [.. beaconDeals.Select(d => d.Id.Dealer)];

    /// <summary>Everything that is added up.</summary>
    public IEnumerable<CheckedDealing> Counted => contributions.Concat(beaconDeals);
}
