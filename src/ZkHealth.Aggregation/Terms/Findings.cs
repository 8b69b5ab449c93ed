namespace ZkHealth.Aggregation;

/// <summary>A finding about a party, which an entry of the board shows to everybody.</summary>
public enum FaultKind
{
    /// <summary>A message that cannot be read, or that may not be sent by its author.</summary>
    Malformed,

    /// <summary>A dealing of a hospital that had not approved the terms before.</summary>
    NotApproved,

    /// <summary>A dealing whose proof of dealing does not hold: copied, correlated, or of something its dealer does not
    /// know.</summary>
    NotDealtByKnowledge,

    /// <summary>A dealing whose ephemeral point was seen before.</summary>
    RepeatedEphemeral,

    /// <summary>A contribution that is not the proven cube of a table published by the dealer, or breaks its bounds, or whose
    /// noise is not bits.</summary>
    UnprovenContribution,

    /// <summary>A share that is not what the commitments fix.</summary>
    BadShare,

    /// <summary>A complaint that is not true.</summary>
    FalseComplaint,

    /// <summary>Two signatures of one session under different sets, or under another set than the board shows.</summary>
    WrongSet,

    /// <summary>A share of the sum or of the beacon that does not verify.</summary>
    WrongSumShare,

    /// <summary>A result that is not the one that the shares give.</summary>
    WrongResult,
}

/// <summary>Explains why a party does not count, or is waited for, without a fault that anyone could show.</summary>
public enum ExclusionKind
{
    /// <summary>A ciphertext was asked for and not answered in time. Whether it had come, and whose doing it was, no entry
    /// shows.</summary>
    NotDelivered,

    /// <summary>Nothing came of the party where the session needed it.</summary>
    Missing,

    /// <summary>The dealer asked for more contributors than there are and is left out by its own wish.</summary>
    MinimumNotReached,

    /// <summary>Exact numbers of its data set are opened for another set of owners: together they would show the
    /// difference.</summary>
    Differencing,

    /// <summary>Exact numbers of another version of its table are opened that may differ by few people: together they would show
    /// those.</summary>
    OtherVersion,

    /// <summary>The release would exceed the budget that the owner has published for its data set.</summary>
    BudgetExceeded,

    /// <summary>It has released exact numbers of its data set by itself, so that it does not count toward the minimum. It stays
    /// in the sum.</summary>
    ReleasedExactly,
}

/// <summary>Something found of a party: a <see cref="PartyFault"/> or an <see cref="Exclusion"/>, and nothing else.</summary>
public abstract class Finding
{
    private protected Finding(PartyId party, string reason, long position) =>
        (Party, Reason, Position) = (party, reason, position);

    /// <summary>The party.</summary>
    public PartyId Party { get; }

    /// <summary>The finding in words.</summary>
    public string Reason { get; }

    /// <summary>The entry on the board that it follows from; −1 where it is an entry that is missing.</summary>
    public long Position { get; }

    /// <summary>The kind, for lists of both.</summary>
    internal abstract Enum Kind { get; }

    /// <inheritdoc/>
    public sealed override string ToString() => $"{Party}: {Reason}";
}

/// <summary>A party at fault, by an entry with which anyone can check it: deposits and credit may hang on it.</summary>
public sealed class PartyFault : Finding
{
    internal PartyFault(PartyId party, FaultKind fault, string reason, long position)
        : base(party, reason, position) => Fault = fault;

    /// <summary>The kind.</summary>
    public FaultKind Fault { get; }

    internal override Enum Kind => Fault;
}

/// <summary>A party that does not count, or is waited for, by no fault that anyone could show.</summary>
public sealed class Exclusion : Finding
{
    internal Exclusion(PartyId party, ExclusionKind cause, string reason, long position)
        : base(party, reason, position) => Cause = cause;

    /// <summary>The kind.</summary>
    public ExclusionKind Cause { get; }

    internal override Enum Kind => Cause;
}
