namespace ZkHealth.Aggregation;

/// <summary>What a party did, or failed to do.</summary>
public enum FaultKind
{
    /// <summary>A message that cannot be read, or that may not be sent by its author.</summary>
    Malformed,

    /// <summary>A Deal of a hospital that had not approved the terms before.</summary>
    NotApproved,

    /// <summary>A Deal whose proof of dealing does not hold: copied, correlated, or of something its dealer does not know.</summary>
    NotDealtByKnowledge,

    /// <summary>A Deal whose ephemeral point was seen before.</summary>
    RepeatedEphemeral,

    /// <summary>A contribution that is not the proven cube of a table published by the dealer, or breaks its bounds, or whose noise is not bits.</summary>
    UnprovenContribution,

    /// <summary>A share that is not what the commitments fix.</summary>
    BadShare,

    /// <summary>A ciphertext that did not come, and was not posted when asked for.</summary>
    NotDelivered,

    /// <summary>A complaint that is not true.</summary>
    FalseComplaint,

    /// <summary>Two signatures of one session under different sets, or under another set than the board shows.</summary>
    WrongSet,

    /// <summary>A share of the sum or of the beacon that does not verify.</summary>
    WrongSumShare,

    /// <summary>A result that is not the one that the shares give.</summary>
    WrongResult,

    /// <summary>Nothing came of the party where the session needed it.</summary>
    Missing,

    /// <summary>The dealer asked for more contributors than there are and is left out by its own wish.</summary>
    MinimumNotReached,

    /// <summary>Exact numbers of its data set are opened for another set of owners: together they would show the difference.</summary>
    Differencing,

    /// <summary>Exact numbers of another version of its table are opened that may differ by few people: together they would show those.</summary>
    OtherVersion,

    /// <summary>The release would exceed the budget that the owner has published for its data set.</summary>
    BudgetExceeded,

    /// <summary>It has released exact numbers of its data set by itself, so that it does not count toward the minimum. It stays in the sum.</summary>
    ReleasedExactly,

    /// <summary>The values within the proven ranges still lead outside the bound that the terms give.</summary>
    OutOfBound,
}

/// <summary>A party and what it did, with the entry that shows it.</summary>
/// <param name="Party">Who.</param>
/// <param name="Kind">What, by type.</param>
/// <param name="Reason">What, in words.</param>
/// <param name="Position">The entry on the board that shows it; −1 where it is an entry that is missing.</param>
public sealed record Finding(PartyId Party, FaultKind Kind, string Reason, long Position)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Party}: {Reason}";
}
