namespace ZkHealth.Aggregation;

/// <summary>
/// Rules that a party brings to judge a session beside the board: the policies that terms may name, and the history of
/// releases that its ledger keeps. Parties of one session bring the same, or they do not come to the same set and nothing is
/// opened.
/// </summary>
public sealed class AggregationRules
{
    internal AggregationRules(IReadOnlyList<IContributionPolicy> policies, IReleaseHistory? history = null) =>
        (Policies, History) = (policies, history);

    /// <summary>The policies that are known.</summary>
    internal IReadOnlyList<IContributionPolicy> Policies { get; }

    /// <summary>The party's own records of verified dealings; null to verify all in every process.</summary>
    internal IMemberState? Memory { get; private init; }

    /// <summary>The records of a ledger about releases; null for the board's own history, where it keeps one.</summary>
    private IReleaseHistory? History { get; }

    /// <summary>
    /// Returns the same rules for a party that remembers, in its own records, the dealings that it has verified, by what was
    /// verified. Whoever can write them can make the party take void dealings for valid ones: they are as secret as its key.
    /// </summary>
    /// <param name="memory">The records; null to verify all in every process.</param>
    internal AggregationRules Remembering(IMemberState? memory) => new(Policies, History) { Memory = memory };

    /// <summary>No policies; the board's own history.</summary>
    internal static AggregationRules None { get; } = new([]);

    internal bool Knows(AggregationTerms terms) => terms.Policy.Length == 0 || Policies.Any(p => p.Name == terms.Policy);

    /// <summary>
    /// The digest that a hospital approves before it deals: the digest of the terms; where their policy says so, that of terms
    /// for which one approval stands (all rounds of a model).
    /// </summary>
    /// <exception cref="ArgumentException">The terms ask for a policy that is not among these.</exception>
    public byte[] ApprovalDigest(AggregationTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        if (terms.Policy.Length == 0)
        {
            return terms.Digest();
        }

        if (Policies.FirstOrDefault(p => p.Name == terms.Policy) is not IContributionPolicy policy)
        {
            throw new ArgumentException($"the terms ask for a policy that is not known here: {terms.Policy}", nameof(terms));
        }

        return policy.Standing(terms).Digest();
    }

    internal IContributionPolicy Policy(string name) => Policies.First(p => p.Name == name);

    /// <summary>The history by which sessions over a board are judged: a board that keeps one is asked by everybody, so that all
    /// come to the same set.</summary>
    internal IReleaseHistory? HistoryOf(IBulletinBoard board) => History ?? board as IReleaseHistory;
}

/// <summary>
/// Releases of data sets that a ledger records beside the sessions over it, a public function of its entries below a position. A
/// board that is a ledger implements it.
/// </summary>
internal interface IReleaseHistory
{
    /// <summary>Determines whether an owner has released exact numbers of a data set by itself: it then does not count toward the
    /// minimum.</summary>
    bool HasReleasedExactly(PartyId owner, string dataSet, long before);

    /// <summary>Determines whether an owner's policy allows exact numbers of versions of a data set that differ by few
    /// people.</summary>
    bool AllowsVersions(PartyId owner, string dataSet, long before);

    /// <summary>Explains why a session's release would exceed the budget of an owner's data set, beside what was released and
    /// frozen before, or null.</summary>
    string? Refusal(PartyId owner, AggregationSession session, long before);
}
