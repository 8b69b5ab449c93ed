using ZkHealth.Proofs;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation.Learning;

/// <summary>
/// The log of a model's rounds on a board: who contributed what commitment when, under which bounds, what came of it, how good it
/// was, and what contributors answered when asked to account. Everything that can be recomputed is: contributions with all
/// proofs, results, answers.
/// </summary>
public sealed class RoundLog
{
    /// <summary>The size of an update is in the terms, to which every party has agreed.</summary>
    private static readonly VerificationLimits AgreedLimits = VerificationLimits.ForCells(TableAxes.MaxCells);

    private readonly IBulletinBoard _board;
    private readonly byte[] _model;

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

    /// <summary>Says how good the model is after a round.</summary>
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

    /// <summary>Names who has signed a demand so far; whether they are of the quorum is not looked at.</summary>
    internal IReadOnlyList<PartyId> Signers(OpeningRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        byte[] digest = request.Digest();
        return
        [
            .. Entries(LearningKinds.OpeningApproved)
                .Where(e =>
                    OpeningStep.TryDecode(e.Body, out OpeningStep? step, out _) && step.Request.Span.SequenceEqual(digest)
                )
                .Select(e => e.Author)
                .Distinct(),
        ];
    }

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
                && new RoundLog(board, entry.Subject.Span).Begun().FirstOrDefault().Terms is RoundTerms terms
            )
            {
                models.Add(id, terms.Model);
            }
        }

        return [.. models.Values];
    }

    /// <summary>Determines whether a party takes part in a round that counts: as hospital, in the committee or in the
    /// quorum.</summary>
    internal bool HasParty(PartyId party) => Begun().Any(b => Parties(b.Session, b.Terms).Contains(party));

    /// <summary>
    /// The session of a round: that of the first entry which begins it with one of this model and round. Nothing that hospitals
    /// did in it is verified.
    /// </summary>
    /// <param name="round">The round; null for the last that was begun.</param>
    /// <returns>The session, whose terms carry those of the round (<see cref="UpdatePolicy.TryTerms"/>); null where there is
    /// none.</returns>
    internal AggregationSession? SessionOf(int? round = null) =>
        Begun().Where(b => round is null || b.Terms.Round == round).OrderBy(b => b.Terms.Round).LastOrDefault().Session;

    /// <summary>The rounds that count, in the order in which they were begun.</summary>
    private IEnumerable<(BoardEntry Entry, AggregationSession Session, RoundTerms Terms)> Begun()
    {
        var parties = new HashSet<PartyId>();
        var seen = new HashSet<int>();
        foreach (BoardEntry entry in Entries(LearningKinds.Round))
        {
            if (
                RoundBegun.TryDecode(entry.Body, out RoundBegun? begun, out _)
                && !seen.Contains(begun.Round)
                && Opened(begun.Session.Span) is AggregationSession session
                && UpdatePolicy.TryTerms(session.Terms, out RoundTerms? terms, out _)
                && terms.Round == begun.Round
                && terms.Model.Id.Span.SequenceEqual(_model)
                && (parties.Count > 0 || terms.Model.IsFoundedBy(session.Terms, terms.Quorum))
                && (parties.Count > 0 ? parties : Parties(session, terms)).Contains(entry.Author)
            )
            {
                seen.Add(begun.Round);
                parties.UnionWith(Parties(session, terms));
                yield return (entry, session, terms);
            }
        }
    }

    private static HashSet<PartyId> Parties(AggregationSession session, RoundTerms terms) =>
        [.. session.Terms.Hospitals, .. session.Terms.Committee, .. terms.Quorum.Members];

    private AggregationSession? Opened(ReadOnlySpan<byte> sid)
    {
        foreach (long position in _board.Find(BoardKinds.Open, sid))
        {
            if (
                _board.Read(position) is BoardEntry entry
                && AggregationSession.TryDecode(entry.Body, out AggregationSession? session, out _)
                && session.Sid.Span.SequenceEqual(sid)
                && SessionView.CheckOpening(_board, session, position, UpdatePolicy.Rules) is null
            )
            {
                return session;
            }
        }

        return null;
    }

    /// <summary>Reads and verifies the rounds.</summary>
    /// <param name="only">One round alone (and what its direction needs); null for all.</param>
    public IReadOnlyList<RoundView> Read(int? only = null)
    {
        var begun = Begun().ToDictionary(b => b.Terms.Round);
        var rounds = new SortedDictionary<int, RoundView>();
        foreach ((int round, (BoardEntry entry, AggregationSession session, RoundTerms terms)) in begun)
        {
            AskedAccount? asked = Asked(entry, terms);
            if (
                only is null
                || round == only
                || (
                    begun.TryGetValue(only.Value, out var wanted)
                    && Asked(wanted.Entry, wanted.Terms)?.Question.DirectionRound == round
                )
            )
            {
                rounds[round] = Contributions(entry, session, terms);
                rounds[round].Asked = asked;
            }
        }

        RoundView[] read = [.. rounds.Values.Where(r => only is null || r.Round == only)];
        foreach (RoundView view in read)
        {
            view.Evaluations = Evaluations(view);
            Answers(view, rounds);
            view.Openings = Openings(view);
        }

        return read;
    }

    private RoundView Contributions(BoardEntry begun, AggregationSession session, RoundTerms terms)
    {
        AggregateOutcome outcome = AggregateVerifier.Verify(_board, session.Sid.Span, UpdatePolicy.Rules);
        var contributions = new List<RoundContribution>();
        foreach (long at in _board.Find(BoardKinds.Dealing, session.Sid.Span))
        {
            // the first dealing of a contributor is the one that counts; its proofs hold, else it were none
            if (
                _board.Read(at) is { } entry
                && outcome.Contributors.Contains(entry.Author)
                && !contributions.Exists(c => c.Hospital == entry.Author)
                && Dealing.TryDecode(entry.Body, session, entry.Author, out Dealing? deal, out _)
                && deal.Role == DealRole.Contribution
                && UpdateProof.TryOf(session, deal, out UpdateProof? proof, out _)
            )
            {
                contributions.Add(new RoundContribution(entry.Author, at, deal.Weight, proof));
            }
        }

        var view = new RoundView
        {
            Round = terms.Round,
            Position = begun.Position,
            Session = session.Sid,
            Terms = terms,
            Outcome = outcome,
            Contributions = contributions,
        };
        if (outcome.Status == OutcomeStatus.Verified)
        {
            long weight = (long)outcome.TotalWeight;
            view.Mean = RoundResult.Decode(terms.Quantiser, outcome.Vector.Span[..terms.Entries], weight);
            view.HasCleanPadding = !outcome.Vector.Span[terms.Entries..].ContainsAnyExcept(terms.Quantiser.Offset * weight);
        }

        return view;
    }

    private List<PublishedEvaluation> Evaluations(RoundView view)
    {
        var evaluations = new List<PublishedEvaluation>();
        foreach (BoardEntry entry in Entries(LearningKinds.Evaluated))
        {
            if (RoundEvaluated.TryDecode(entry.Body, out RoundEvaluated? said, out _) && said.Round == view.Round)
            {
                evaluations.Add(new PublishedEvaluation(entry.Position, entry.Author, said));
            }
        }

        return evaluations;
    }

    /// <summary>Determines whether a question of this party about a round counts: it is in the round's quorum, or began the
    /// round.</summary>
    internal bool MayAsk(int round, PartyId party) => Begun().Any(b => b.Terms.Round == round && MayAsk(b.Entry, b.Terms, party));

    private static bool MayAsk(BoardEntry begun, RoundTerms terms, PartyId party) =>
        party == begun.Author || terms.Quorum.Members.Contains(party);

    /// <summary>The question that counts about a round: a stranger's is none, and after the first more would only show
    /// more.</summary>
    private AskedAccount? Asked(BoardEntry begun, RoundTerms terms)
    {
        foreach (BoardEntry entry in Entries(LearningKinds.AccountAsked))
        {
            if (
                MayAsk(begun, terms, entry.Author)
                && AccountAsked.TryDecode(entry.Body, out AccountAsked? asked, out _)
                && asked.Round == terms.Round
            )
            {
                return new AskedAccount(entry.Position, asked);
            }
        }

        return null;
    }

    private void Answers(RoundView view, SortedDictionary<int, RoundView> rounds)
    {
        if (
            view.Asked is not { } asked
            || !rounds.TryGetValue(asked.Question.DirectionRound, out RoundView? other)
            || Direction(other) is not { } direction
            || view.Mean is null
            || direction.Entries.Length != view.Mean.Count
        )
        {
            return;
        }

        double whole = 0;
        for (int i = 0; i < view.Mean.Count; i++)
        {
            whole += view.Mean[i] / view.Terms.Quantiser.Scale * direction.Entries.Span[i];
        }

        var answers = new Dictionary<PartyId, RoundAnswer>();
        foreach (BoardEntry entry in Entries(LearningKinds.AccountAnswered).Where(e => e.Position > asked.Position))
        {
            if (
                view.Contributions.FirstOrDefault(c => c.Hospital == entry.Author) is not { } contribution
                || !AccountAnswered.TryDecode(entry.Body, out AccountAnswered? answered, out _)
                || answered.Round != view.Round
                || (answers.TryGetValue(entry.Author, out RoundAnswer? before) && before.Verdict.IsAccepted)
            )
            {
                continue;
            }

            VerificationResult verdict = AccountProof.TryDecode(answered.Account, out AccountProof? account, out string? reason)
                ? account.Verify(contribution.Proof, direction, AgreedLimits)
                : VerificationResult.Rejected(reason, VerdictReason.NotAProofFile);
            double? share = account?.Answer.InnerProduct is long product
                ? product * (double)contribution.Weight / (whole * (double)view.Outcome.TotalWeight)
                : null;
            answers[entry.Author] = new RoundAnswer(entry.Author, entry.Position, account?.Answer, share, verdict);
        }

        view.Answers = [.. answers.Values.OrderBy(a => a.Hospital)];
        view.Unanswered =
        [
            .. view
                .Contributions.Select(c => c.Hospital)
                .Where(h => !answers.TryGetValue(h, out RoundAnswer? a) || !a.Verdict.IsAccepted),
        ];
    }

    private List<RoundOpening> Openings(RoundView view)
    {
        var openings = new List<RoundOpening>();
        foreach (BoardEntry entry in Entries(LearningKinds.OpeningAsked))
        {
            if (
                !OpeningRequest.TryDecode(entry.Body, out OpeningRequest? request, out _)
                || !request.Session.Span.SequenceEqual(view.Session.Span)
            )
            {
                continue;
            }

            byte[] digest = request.Digest();
            PartyId[] signers = [.. Signers(request).Intersect(view.Terms.Quorum.Members)];
            OpeningStep? delivered = Entries(LearningKinds.OpeningDelivered)
                .Where(e => e.Author == request.Hospital)
                .Select(e =>
                    OpeningStep.TryDecode(e.Body, out OpeningStep? step, out _)
                    && step.Sealed.Length == 32
                    && step.Request.Span.SequenceEqual(digest)
                        ? step
                        : null
                )
                .FirstOrDefault(s => s is not null);
            openings.Add(new RoundOpening(request, entry.Position, signers, view.Terms.Quorum.IsMet(signers), delivered?.Sealed));
        }

        return openings;
    }

    private IEnumerable<BoardEntry> Entries(string kind) => _board.Find(kind, _model).Select(_board.Read).OfType<BoardEntry>();
}
