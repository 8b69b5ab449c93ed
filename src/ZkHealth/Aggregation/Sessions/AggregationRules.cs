namespace ZkHealth.Aggregation;

/// <summary>
/// What a party brings to judge a session beside the board: the policies that terms may name, and the history of releases that its ledger keeps.
/// Parties of one session bring the same, or they do not come to the same set and nothing is opened.
/// </summary>
/// <param name="Policies">The policies that are known.</param>
/// <param name="History">What was released before of a data set; null where nothing but the board's own charges counts.</param>
public sealed record AggregationRules(IReadOnlyList<IContributionPolicy> Policies, IReleaseHistory? History = null)
{
    /// <summary>No policies, no history but the board's.</summary>
    public static AggregationRules None { get; } = new([]);

    internal bool Knows(AggregationTerms terms) => terms.Policy.Length == 0 || Policies.Any(p => p.Name == terms.Policy);

    internal IContributionPolicy Policy(string name) => Policies.First(p => p.Name == name);
}

/// <summary>Releases of data sets that a ledger records, a public function of its entries below a position.</summary>
public interface IReleaseHistory
{
    /// <summary>Whether an owner has released overlapping cells of a data set exactly: it then does not count toward the minimum.</summary>
    bool HasReleasedExactly(PartyId owner, string dataSet, long before);

    /// <summary>Why a session's release would exceed the budget of an owner's data set, or null.</summary>
    string? Refusal(PartyId owner, AggregationTerms terms, long before);
}
