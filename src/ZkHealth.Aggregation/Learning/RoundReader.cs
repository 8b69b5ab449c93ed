using ZkHealth.Proofs;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation.Learning;

/// <summary>Reads the rounds of a model from a board: which of them count, and what came of each.</summary>
internal sealed class RoundReader(IBulletinBoard board, byte[] model)
{
    /// <summary>The size of an update is in the terms, to which every party has agreed.</summary>
    private static readonly VerificationLimits AgreedLimits = VerificationLimits.ForCells(TableAxes.MaxCells);

    /// <summary>The rounds that count, in the order in which they were begun.</summary>
    public IEnumerable<(BoardEntry Entry, AggregationSession Session, RoundTerms Terms)> Begun()
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
                && terms.Model.Id.Span.SequenceEqual(model)
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

    public static HashSet<PartyId> Parties(AggregationSession session, RoundTerms terms) =>
        [.. session.Terms.Hospitals, .. session.Terms.Committee, .. terms.Quorum.Members];

    private AggregationSession? Opened(ReadOnlySpan<byte> sid)
    {
        foreach (long position in board.Find(BoardKinds.Open, sid))
        {
            if (
                board.Read(position) is BoardEntry entry
                && AggregationSession.TryDecode(entry.Body, out AggregationSession? session, out _)
                && session.Sid.Span.SequenceEqual(sid)
                && SessionView.CheckOpening(board, session, position, UpdatePolicy.Rules) is null
            )
            {
                return session;
            }
        }

        return null;
    }

    /// <summary>Lists the parties that have signed a demand so far; whether they are of the quorum is not looked at.</summary>
    public IReadOnlyList<PartyId> Signers(OpeningRequest request)
    {
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

    /// <inheritdoc cref="RoundLog.Read"/>
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
        AggregateOutcome outcome = AggregateVerifier.Verify(board, session.Sid.Span, UpdatePolicy.Rules);
        var contributions = new List<RoundContribution>();
        foreach (long at in board.Find(BoardKinds.Dealing, session.Sid.Span))
        {
            // the first dealing of a contributor is the one that counts; its proofs hold, else it were none
            if (
                board.Read(at) is { } entry
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

    /// <summary>Determines whether a question of this party counts: it is in the round's quorum, or began the round.</summary>
    public static bool MayAsk(BoardEntry begun, RoundTerms terms, PartyId party) =>
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
            || RoundLog.Direction(other) is not { } direction
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

    private IEnumerable<BoardEntry> Entries(string kind) => board.Find(kind, model).Select(board.Read).OfType<BoardEntry>();
}
