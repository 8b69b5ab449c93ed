namespace ZkHealth.Aggregation.Learning;

/// <summary>The parties that may together demand the full opening of an update, agreed before the round.</summary>
public sealed class OpeningQuorum
{
    /// <summary>The most members.</summary>
    internal const int MaxMembers = 1024;

    /// <summary>A quorum.</summary>
    /// <param name="members">Who may sign, no one twice; kept in ascending order.</param>
    /// <param name="threshold">How many must sign, 1 to the number of members.</param>
    /// <exception cref="ArgumentException">Not as described.</exception>
    public OpeningQuorum(IReadOnlyList<PartyId> members, int threshold)
    {
        ArgumentNullException.ThrowIfNull(members);
        if (members.Count is < 1 or > MaxMembers || members.Distinct().Count() != members.Count)
        {
            throw new ArgumentException($"expected 1 to {MaxMembers} members, no one twice", nameof(members));
        }

        if (threshold < 1 || threshold > members.Count)
        {
            throw new ArgumentException($"expected a threshold from 1 to the {members.Count} members", nameof(threshold));
        }

        (Members, Threshold) = ([.. members.Order()], threshold);
    }

    /// <summary>The parties that may sign, ascending.</summary>
    public IReadOnlyList<PartyId> Members { get; }

    /// <summary>The number of them that must sign.</summary>
    public int Threshold { get; }

    /// <summary>Determines whether so many distinct members are among those who signed. Whether they did sign is for the caller
    /// to check.</summary>
    internal bool IsMet(IEnumerable<PartyId> signers)
    {
        ArgumentNullException.ThrowIfNull(signers);
        return Members.Intersect(signers).Count() >= Threshold;
    }
}
