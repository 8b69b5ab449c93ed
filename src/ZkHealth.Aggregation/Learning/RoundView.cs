using ZkHealth.Proofs;

namespace ZkHealth.Aggregation.Learning;

/// <summary>An entry of the board about the model after a round.</summary>
public sealed class PublishedEvaluation
{
    internal PublishedEvaluation(long position, PartyId author, RoundEvaluated evaluation) =>
        (Position, Author, Evaluation) = (position, author, evaluation);

    /// <summary>The number of the entry.</summary>
    public long Position { get; }

    /// <summary>The party that signed it.</summary>
    public PartyId Author { get; }

    /// <summary>The evaluation.</summary>
    public RoundEvaluated Evaluation { get; }

    internal void Deconstruct(out long position, out PartyId author, out RoundEvaluated evaluation) =>
        (position, author, evaluation) = (Position, Author, Evaluation);
}

/// <summary>The entry of the board by which the contributors of a round are asked to account.</summary>
/// <param name="Position">The number of the entry.</param>
/// <param name="Question">What was asked.</param>
internal readonly record struct AskedAccount(long Position, AccountAsked Question);

/// <summary>A contributor of a round: its commitment, and when it came.</summary>
public sealed class RoundContribution
{
    internal RoundContribution(PartyId hospital, long position, ulong weight, UpdateProof proof) =>
        (Hospital, Position, Weight, Proof) = (hospital, position, weight, proof);

    /// <summary>The hospital.</summary>
    public PartyId Hospital { get; }

    /// <summary>The entry of its dealing.</summary>
    public long Position { get; }

    /// <summary>Its public weight.</summary>
    public ulong Weight { get; }

    /// <summary>Its committed update with the proof of range and norm, which holds.</summary>
    public UpdateProof Proof { get; }
}

/// <summary>An answer of a contributor who was asked to account.</summary>
public sealed class RoundAnswer
{
    internal RoundAnswer(PartyId hospital, long position, AccountAnswer? answer, double? share, VerificationResult verdict) =>
        (Hospital, Position, Answer, Share, Verdict) = (hospital, position, answer, share, verdict);

    /// <summary>The hospital.</summary>
    public PartyId Hospital { get; }

    /// <summary>The entry.</summary>
    public long Position { get; }

    /// <summary>The answer; null where it cannot be read.</summary>
    public AccountAnswer? Answer { get; }

    /// <summary>
    /// The part of the round's step along the direction that is this hospital's, weight·⟨q, d − offset⟩ over the sum of that of
    /// all;
    /// null where not all is shown. The shares of all contributors add up to 1.
    /// </summary>
    public double? Share { get; }

    /// <summary>The verdict on its proof.</summary>
    public VerificationResult Verdict { get; }
}

/// <summary>A demand of a full opening, who signed it, and what came of it.</summary>
public sealed class RoundOpening
{
    internal RoundOpening(
        OpeningRequest request,
        long position,
        IReadOnlyList<PartyId> signers,
        bool isMet,
        ReadOnlyMemory<byte>? @sealed
    ) => (Request, Position, Signers, IsMet, Sealed) = (request, position, signers, isMet, @sealed);

    /// <summary>The demand.</summary>
    public OpeningRequest Request { get; }

    /// <summary>Its entry.</summary>
    public long Position { get; }

    /// <summary>The members of the quorum that have signed.</summary>
    public IReadOnlyList<PartyId> Signers { get; }

    /// <summary>Tells whether enough have.</summary>
    public bool IsMet { get; }

    /// <summary>The hash of the sealed opening that the hospital delivered after that; null where it did not.</summary>
    public ReadOnlyMemory<byte>? Sealed { get; }
}

/// <summary>A round as it follows from the board.</summary>
public sealed class RoundView
{
    internal RoundView() { }

    /// <summary>The round, from 0.</summary>
    public int Round { get; internal init; }

    /// <summary>The entry that began it.</summary>
    internal long Position { get; init; }

    /// <summary>Its session, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Session { get; internal init; }

    /// <summary>The terms that were agreed.</summary>
    public RoundTerms Terms { get; internal init; } = null!;

    /// <summary>The session's result, recomputed, with whom it found to have done what.</summary>
    public AggregateOutcome Outcome { get; internal init; } = null!;

    /// <summary>The contributions that are in the sum.</summary>
    public IReadOnlyList<RoundContribution> Contributions { get; internal set; } = [];

    /// <summary>The decoded mean update; null where there is no result.</summary>
    public IReadOnlyList<double>? Mean { get; internal set; }

    /// <summary>
    /// Tells whether the opened sums behind the entries are those of padding with the code of 0, offset·Σ w; true as well where
    /// nothing is padded, false where there is no result. Where not, a contributor has put something else there: it changes no
    /// entry of the mean and no inner product, but its norm is then shown larger than that of its entries. Its full opening tells
    /// who it was.
    /// </summary>
    internal bool HasCleanPadding { get; set; }

    /// <summary>Evaluations of the model after the round, with their entries.</summary>
    public IReadOnlyList<PublishedEvaluation> Evaluations { get; internal set; } = [];

    /// <summary>The question that counts: its entry, and the round whose mean is the direction; null where the contributors were
    /// not asked to account.</summary>
    internal AskedAccount? Asked { get; set; }

    /// <summary>The first answer of each contributor that is proven, or its last that is not.</summary>
    public IReadOnlyList<RoundAnswer> Answers { get; internal set; } = [];

    /// <summary>Contributors who were asked and have given no answer that is proven.</summary>
    public IReadOnlyList<PartyId> Unanswered { get; internal set; } = [];

    /// <summary>Demands of full openings.</summary>
    public IReadOnlyList<RoundOpening> Openings { get; internal set; } = [];
}
