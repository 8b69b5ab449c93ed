namespace ZkHealth.Aggregation;

/// <summary>
/// Anyone who reads the board: it recomputes the set of contributors with all proofs, then the result. It holds no secret and
/// trusts no party; of the board it trusts that it shows the same entries to all (keep a checkpoint and compare).
/// </summary>
public static class AggregateVerifier
{
    /// <summary>Verifies a session from the board alone.</summary>
    /// <param name="board">The board.</param>
    /// <param name="sid">The session, 32 bytes.</param>
    /// <param name="rules">What it judges sessions by; null for none but the board's.</param>
    public static AggregateOutcome Verify(IBulletinBoard board, ReadOnlySpan<byte> sid, AggregationRules? rules = null)
    {
        ArgumentNullException.ThrowIfNull(board);
        return Read(board, sid, rules, new DealCache(rules?.Memory), out SumComputation? computation) ?? computation!.ToOutcome();
    }

    /// <summary>The outcome where there is no result; otherwise null, and the sum.</summary>
    internal static AggregateOutcome? Read(
        IBulletinBoard board,
        ReadOnlySpan<byte> sid,
        AggregationRules? rules,
        DealCache cache,
        out SumComputation? computation
    )
    {
        computation = null;
        if (
            !SessionView.TryRead(
                board,
                sid,
                board.GetCheckpoint(),
                rules ?? AggregationRules.None,
                cache,
                out SessionView? view,
                out string? reason
            )
        )
        {
            return new AggregateOutcome { Status = OutcomeStatus.Ended, Reason = reason };
        }

        if (view.Ended is string ended)
        {
            return Without(view, OutcomeStatus.Ended, ended);
        }

        if (view.Settled is not SettledSet settled)
        {
            return Without(view, OutcomeStatus.Waiting, "cut-off 4 has not come");
        }

        if (view.Frozen is not FrozenSet frozen)
        {
            return Without(
                view,
                OutcomeStatus.Waiting,
                $"{settled.Signers.Count} members have signed the set, {view.Terms.Quorum} are needed",
                Missing(view, settled.Signers, "no signature under the set")
            );
        }

        if (frozen.AwaitsBeacon)
        {
            return Without(view, OutcomeStatus.Waiting, "the beacon is not open");
        }

        computation = new SumComputation(board, view, frozen);
        return null;
    }

    internal static AggregateOutcome Without(
        SessionView view,
        OutcomeStatus status,
        string reason,
        IEnumerable<Finding>? more = null
    ) =>
        new()
        {
            Status = status,
            Reason = reason,
            Session = view.Session,
            Contributors = view.Settled?.Set.Contributors ?? [],
            Findings = [.. view.Findings, .. more ?? []],
        };

    internal static IEnumerable<Finding> Missing(SessionView view, IEnumerable<int> there, string what) =>
        Enumerable
            .Range(1, view.Terms.CommitteeSize)
            .Except(there)
            .Where(a => view.Checks?.HasReceipt(a) == true)
            .Select(a => new Exclusion(view.Terms.Committee[a - 1], ExclusionKind.Missing, what, -1));
}

/// <summary>The outcome of opening a session.</summary>
public sealed class SessionOpening
{
    internal SessionOpening(AggregationSession? session, StepOutcome outcome) => (Session, Outcome) = (session, outcome);

    /// <summary>The session; null where it cannot be opened.</summary>
    public AggregationSession? Session { get; }

    /// <summary>The deed, or the reason why there is no session.</summary>
    public StepOutcome Outcome { get; }

    /// <summary>Takes the pair apart.</summary>
    public void Deconstruct(out AggregationSession? session, out StepOutcome outcome) => (session, outcome) = (Session, Outcome);
}

/// <summary>Names whoever adds up the shares and posts the result. It needs no trust: what it posts is computed again by everyone
/// who verifies.</summary>
public sealed class Combiner
{
    private readonly IBulletinBoard _board;
    private readonly AggregationRules? _rules;
    private readonly byte[] _sid;

    /// <summary>Verdicts on dealings; parties of one process may share them.</summary>
    internal DealCache Cache { get; init; }

    /// <summary>A combiner of a session.</summary>
    /// <param name="board">The board, open for the combiner's entries.</param>
    /// <param name="sid">The session, 32 bytes.</param>
    /// <param name="rules">What it judges sessions by; null for none but the board's.</param>
    public Combiner(IBulletinBoard board, ReadOnlySpan<byte> sid, AggregationRules? rules = null)
    {
        ArgumentNullException.ThrowIfNull(board);
        (_board, _sid, _rules, Cache) = (board, sid.ToArray(), rules, new DealCache(rules?.Memory));
    }

    /// <summary>
    /// Opens a session: gathers the first registered key of each member and posts terms and keys. The sid is a function of both,
    /// so that whoever opens it, it is the same session.
    /// </summary>
    /// <param name="board">The board, open for the opener's entries.</param>
    /// <param name="terms">The agreed terms.</param>
    /// <param name="rules">What sessions are judged by; null for none but the board's.</param>
    /// <returns>The session, or null and why it cannot be opened: a member without a registered key, say.</returns>
    public static SessionOpening Open(IBulletinBoard board, AggregationTerms terms, AggregationRules? rules = null)
    {
        ArgumentNullException.ThrowIfNull(board);
        ArgumentNullException.ThrowIfNull(terms);
        if (terms.Check() is string fault)
        {
            return new SessionOpening(null, StepOutcome.Refused(fault));
        }

        byte[] digest = terms.Digest();
        var keys = new Groups.CompressedPoint?[terms.CommitteeSize];
        long size = board.GetCheckpoint().Size;
        for (int j = 0; j < keys.Length; j++)
        {
            keys[j] = SessionView.KeyOf(board, digest, terms.Committee[j], size);
        }

        PartyId[] missing = [.. terms.Committee.Where((_, j) => keys[j] is null)];
        if (missing.Length > 0)
        {
            return new SessionOpening(
                null,
                StepOutcome.Pending(
                    $"{(missing.Length == 1 ? "member" : "members")} {string.Join(", ", missing)} {(missing.Length == 1 ? "has" : "have")} "
                        + "not registered a key for these terms; whoever does not come can only be left out by other terms with another committee: nothing is dealt yet"
                )
            );
        }

        var session = new AggregationSession(terms, [.. keys.Select(k => k!.Value)]);
        if (SessionView.CheckOpening(board, session, size, rules ?? AggregationRules.None) is string reason)
        {
            return new SessionOpening(null, StepOutcome.Refused(reason));
        }

        long[] opened = [.. board.Find(BoardKinds.Open, session.Sid.Span).Where(p => CheckOpened(board, session, p, rules))];
        return opened.Length > 0
            ? new SessionOpening(session, StepOutcome.AlreadyDone(opened[0]))
            : new SessionOpening(session, StepOutcome.Done(board.Append(BoardKinds.Open, session.Sid.Span, session.Encode())));
    }

    private static bool CheckOpened(IBulletinBoard board, AggregationSession session, long position, AggregationRules? rules) =>
        board.Read(position)?.Body.Span.SequenceEqual(session.Encode()) == true
        && SessionView.CheckOpening(board, session, position, rules ?? AggregationRules.None) is null;

    /// <summary>Adds up the shares and posts the result, if there are enough and it is not there yet.</summary>
    public AggregateOutcome Combine()
    {
        if (AggregateVerifier.Read(_board, _sid, _rules, Cache, out SumComputation? computation) is AggregateOutcome without)
        {
            return without;
        }

        AggregateOutcome outcome = computation!.ToOutcome();
        if (outcome.Status == OutcomeStatus.Verified && _board.Author is not null && !computation.HasResult)
        {
            _board.Append(BoardKinds.Result, _sid, computation.ToResult().Encode());
        }

        return outcome;
    }
}
