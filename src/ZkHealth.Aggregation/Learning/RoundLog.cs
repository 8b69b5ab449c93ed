namespace ZkHealth.Aggregation.Learning;

/// <summary>
/// The log of a model's rounds on a board: who contributed what commitment when, under which bounds, what came of it, how good it
/// was, and what contributors answered when asked to account. Everything that can be recomputed is: contributions with all
/// proofs, results, answers.
/// </summary>
public sealed class RoundLog
{
    private readonly IBulletinBoard _board;
    private readonly byte[] _model;
    private readonly RoundReader _rounds;

    /// <summary>The log of a model.</summary>
    /// <param name="board">The board.</param>
    /// <param name="model">The identifier of the model, 32 bytes (<see cref="LearningModel.Id"/>).</param>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public RoundLog(IBulletinBoard board, ReadOnlySpan<byte> model)
    {
        ArgumentNullException.ThrowIfNull(board);
        if (model.Length != 32)
        {
            throw new ArgumentException("expected 32 bytes", nameof(model));
        }

        (_board, _model) = (board, model.ToArray());
        _rounds = new RoundReader(board, _model);
    }

    /// <summary>
    /// Begins a round. The first entry of a round counts whose session is of this model and round, by one who takes part: in the
    /// model's first round as one of its founders, later in a round that counts. So a stranger's session takes no round's place.
    /// </summary>
    /// <param name="round">The round, from 0.</param>
    /// <param name="session">Its session, 32 bytes.</param>
    /// <returns>The position of the entry.</returns>
    public long Begin(int round, ReadOnlyMemory<byte> session) =>
        _board.Append(LearningKinds.Round, _model, new RoundBegun(round, session).Encode());

    /// <summary>Posts an evaluation of the model after a round.</summary>
    public long Evaluate(RoundEvaluated evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        return _board.Append(LearningKinds.Evaluated, _model, evaluation.Encode());
    }

    /// <summary>Asks the contributors of a round to account. The first question counts of a member of the round's quorum, or of
    /// who began the round.</summary>
    /// <param name="round">The round whose contributors are asked.</param>
    /// <param name="directionRound">The round whose mean is the direction, the same one as a rule.</param>
    /// <returns>The position of the entry.</returns>
    public long Ask(int round, int directionRound) =>
        _board.Append(LearningKinds.AccountAsked, _model, new AccountAsked(round, directionRound).Encode());

    /// <summary>Answers as a contributor.</summary>
    public long Answer(int round, AccountProof account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return _board.Append(LearningKinds.AccountAnswered, _model, new AccountAnswered(round, account.Encode()).Encode());
    }

    /// <summary>Demands a full opening.</summary>
    public long Demand(OpeningRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _board.Append(LearningKinds.OpeningAsked, _model, request.Encode());
    }

    /// <summary>Signs a demand as a member of the quorum.</summary>
    public long Approve(OpeningRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _board.Append(LearningKinds.OpeningApproved, _model, new OpeningStep(request.Digest(), default).Encode());
    }

    /// <inheritdoc cref="RoundReader.Signers"/>
    internal IReadOnlyList<PartyId> Signers(OpeningRequest request) => _rounds.Signers(request);

    /// <summary>Delivers a full opening, if the quorum has signed: the sealed bytes lie beside the board, their hash stands on
    /// it.</summary>
    /// <exception cref="ArgumentException">The demand is about another update.</exception>
    /// <exception cref="InvalidOperationException">The quorum has not signed.</exception>
    public long Deliver(UpdateOpening update, OpeningRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        byte[] hash = _board.Blobs.Put(SealedOpening.Seal(update, request, Signers(request)));
        return _board.Append(LearningKinds.OpeningDelivered, _model, new OpeningStep(request.Digest(), hash).Encode());
    }

    /// <summary>The direction of a question: the mean of a round; null where that round has no result, or one of zeros.</summary>
    public static UpdateDirection? Direction(RoundView round)
    {
        ArgumentNullException.ThrowIfNull(round);
        return round.Mean is { } mean && mean.Any(x => x != 0) ? UpdateDirection.Of([.. mean]) : null;
    }

    /// <summary>The models that have rounds on a board, in the order in which they began. Several may have one name: what tells
    /// them apart is who founded them.</summary>
    public static IReadOnlyList<LearningModel> Models(IBulletinBoard board)
    {
        ArgumentNullException.ThrowIfNull(board);
        var models = new Dictionary<string, LearningModel>(StringComparer.Ordinal);
        foreach (BoardEntry entry in board.FindAll(LearningKinds.Round).Select(board.Read).OfType<BoardEntry>())
        {
            string id = Convert.ToHexString(entry.Subject.Span);
            if (
                entry.Subject.Length == 32
                && !models.ContainsKey(id)
                && new RoundReader(board, entry.Subject.ToArray()).Begun().FirstOrDefault().Terms is RoundTerms terms
            )
            {
                models.Add(id, terms.Model);
            }
        }

        return [.. models.Values];
    }

    /// <summary>Determines whether a party takes part in a round that counts: as hospital, in the committee or in the
    /// quorum.</summary>
    internal bool HasParty(PartyId party) => _rounds.Begun().Any(b => RoundReader.Parties(b.Session, b.Terms).Contains(party));

    /// <summary>
    /// The session of a round: that of the first entry which begins it with one of this model and round. Nothing that hospitals
    /// did in it is verified.
    /// </summary>
    /// <param name="round">The round; null for the last that was begun.</param>
    /// <returns>The session, whose terms carry those of the round (<see cref="UpdatePolicy.TryTerms"/>); null where there is
    /// none.</returns>
    internal AggregationSession? SessionOf(int? round = null) =>
        _rounds.Begun().Where(b => round is null || b.Terms.Round == round).OrderBy(b => b.Terms.Round).LastOrDefault().Session;

    /// <summary>Determines whether a question of this party about a round counts: it is in the round's quorum, or began the
    /// round.</summary>
    internal bool MayAsk(int round, PartyId party) =>
        _rounds.Begun().Any(b => b.Terms.Round == round && RoundReader.MayAsk(b.Entry, b.Terms, party));

    /// <summary>Reads and verifies the rounds.</summary>
    /// <param name="only">One round alone (and what its direction needs); null for all.</param>
    public IReadOnlyList<RoundView> Read(int? only = null) => _rounds.Read(only);
}
