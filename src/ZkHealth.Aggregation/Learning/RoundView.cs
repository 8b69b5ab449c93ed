using ZkHealth.Proofs;

namespace ZkHealth.Aggregation.Learning;

/// <summary>An entry of the board about the model after a round.</summary>
/// <param name="Position">The number of the entry.</param>
/// <param name="Author">Who signed it.</param>
/// <param name="Evaluation">What was said.</param>
public readonly record struct PublishedEvaluation(long Position, PartyId Author, RoundEvaluated Evaluation);

/// <summary>The entry of the board by which the contributors of a round are asked to account.</summary>
/// <param name="Position">The number of the entry.</param>
/// <param name="Question">What was asked.</param>
public readonly record struct AskedAccount(long Position, AccountAsked Question);

/// <summary>A contributor of a round: its commitment, and when it came.</summary>
/// <param name="Hospital">Who.</param>
/// <param name="Position">The entry of its Deal.</param>
/// <param name="Weight">Its public weight.</param>
/// <param name="Proof">Its committed update with the proof of range and norm, which holds.</param>
public sealed record RoundContribution(PartyId Hospital, long Position, ulong Weight, UpdateProof Proof);

/// <summary>An answer of a contributor who was asked to account.</summary>
/// <param name="Hospital">Who.</param>
/// <param name="Position">The entry.</param>
/// <param name="Answer">What is said; null where it cannot be read.</param>
/// <param name="Share">
/// The part of the round's step along the direction that is this hospital's, weight·⟨q, d − offset⟩ over the sum of that of all;
/// null where not all is shown. The shares of all contributors add up to 1.
/// </param>
/// <param name="Verdict">Whether it is proven.</param>
public sealed record RoundAnswer(
    PartyId Hospital,
    long Position,
    AccountAnswer? Answer,
    double? Share,
    VerificationResult Verdict
);

/// <summary>A demand of a full opening, who signed it, and what came of it.</summary>
/// <param name="Request">The demand.</param>
/// <param name="Position">Its entry.</param>
/// <param name="Signers">The members of the quorum that have signed.</param>
/// <param name="IsMet">Whether enough have.</param>
/// <param name="Sealed">The hash of the sealed opening that the hospital delivered after that; null where it did not.</param>
public sealed record RoundOpening(
    OpeningRequest Request,
    long Position,
    IReadOnlyList<PartyId> Signers,
    bool IsMet,
    ReadOnlyMemory<byte>? Sealed
);

/// <summary>A round as it follows from the board.</summary>
public sealed record RoundView
{
    /// <summary>The round, from 0.</summary>
    public required int Round { get; init; }

    /// <summary>The entry that began it.</summary>
    public required long Position { get; init; }

    /// <summary>Its session, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> Session { get; init; }

    /// <summary>The terms that were agreed.</summary>
    public required RoundTerms Terms { get; init; }

    /// <summary>The session's result, recomputed, with whom it found to have done what.</summary>
    public required AggregateOutcome Outcome { get; init; }

    /// <summary>Names whose updates are in the sum.</summary>
    public IReadOnlyList<RoundContribution> Contributions { get; init; } = [];

    /// <summary>The decoded mean update; null where there is no result.</summary>
    public IReadOnlyList<double>? Mean { get; init; }

    /// <summary>
    /// Tells whether the opened sums behind the entries are those of padding with the code of 0, offset·Σ w; true as well where
    /// nothing is padded, false where there is no result. Where not, a contributor has put something else there: it changes no
    /// entry of the mean and no inner product, but its norm is then shown larger than that of its entries. Its full opening tells
    /// who it was.
    /// </summary>
    public bool HasCleanPadding { get; init; }

    /// <summary>Describes what was said of the model after the round, with the entry.</summary>
    public IReadOnlyList<PublishedEvaluation> Evaluations { get; init; } = [];

    /// <summary>The question that counts: its entry, and the round whose mean is the direction; null where the contributors were
    /// not asked to account.</summary>
    public AskedAccount? Asked { get; init; }

    /// <summary>The first answer of each contributor that is proven, or its last that is not.</summary>
    public IReadOnlyList<RoundAnswer> Answers { get; init; } = [];

    /// <summary>Contributors who were asked and have given no answer that is proven.</summary>
    public IReadOnlyList<PartyId> Unanswered { get; init; } = [];

    /// <summary>Demands of full openings.</summary>
    public IReadOnlyList<RoundOpening> Openings { get; init; } = [];
}
