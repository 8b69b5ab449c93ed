using ZkHealth.Tables;

namespace ZkHealth.Aggregation;

/// <summary>Things that a party brings to a session, and its way of taking part.</summary>
public sealed class ParticipantOptions
{
    /// <summary>The rules that it judges sessions by; null for none but the board's.</summary>
    public AggregationRules? Rules { internal get; init; }

    /// <summary>The durable state of a committee member or closer; null for a hospital that is neither.</summary>
    public IMemberState? State { internal get; init; }

    /// <summary>Makes the proven cube of the party's published table over the session's axes, when it is time to deal; null for a
    /// party that contributes nothing. The participant disposes what it gives.</summary>
    public Func<AggregationSession, CancellationToken, ContingencyTableOpening>? Contribution { internal get; init; }

    /// <summary>The digest of the terms that the hospital's people have approved; null where the approval stands on the
    /// board.</summary>
    public ReadOnlyMemory<byte>? Approval { internal get; init; }

    /// <summary>Its minimum as a dealer, and the place of its ciphertexts.</summary>
    public DealOptions Dealing { internal get; init; } = new();

    /// <summary>As a closer: says that a cut-off has come when nothing new came for so long and enough had come; null to wait for
    /// the planned time, or until nothing more can come.</summary>
    public TimeSpan? Patience { internal get; init; }

    /// <summary>Takes what was done, a line of words for each step, and before the session is open whom it waits for.</summary>
    public IProgress<string>? Progress { internal get; init; }
}

/// <summary>
/// A party's way through a session, from registration to the result: it looks at the board, does every step of hospital, member
/// and closer that is due, and looks again. Killed at any point, it is made anew and goes on.
/// </summary>
public sealed class Participant
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private readonly IBulletinBoard _board;
    private readonly AggregationTerms _terms;
    private readonly ParticipantOptions _options;
    private readonly AggregationRules _rules;
    private readonly PartyId _self;
    private readonly HashSet<string> _said = [];

    /// <summary>A party of the session of terms.</summary>
    /// <param name="board">The board, open for the party's entries.</param>
    /// <param name="terms">The agreed terms.</param>
    /// <param name="options">What it brings; null for nothing.</param>
    /// <exception cref="ArgumentException">The board is open for reading alone.</exception>
    public Participant(IBulletinBoard board, AggregationTerms terms, ParticipantOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(board);
        ArgumentNullException.ThrowIfNull(terms);
        (_board, _terms, _options) = (board, terms, options ?? new ParticipantOptions());
        _rules = _options.Rules ?? AggregationRules.None;
        _self = board.Author ?? throw new ArgumentException("expected a board open for the party's entries", nameof(board));
    }

    private bool IsMember => _terms.ShareIndexOf(_self) > 0;

    /// <summary>Registers a fresh key of the member for the session, once. Returns its entry; null where the party is not in the
    /// committee, or the session is open: its keys are settled then, and that of a session that is over may be erased.</summary>
    /// <exception cref="ArgumentException">The party has no state, or the terms are invalid.</exception>
    public long? RegisterKey()
    {
        if (!IsMember || Combiner.Open(_board, _terms, _rules).Outcome.IsDone)
        {
            return null;
        }

        IMemberState state = _options.State ?? throw new ArgumentException("expected the state of a committee member");
        return CommitteeMember.RegisterKey(_board, _terms, state);
    }

    /// <summary>Opens the session as soon as every member has registered a key.</summary>
    /// <param name="timeout">How long it waits for them.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public SessionOpening Open(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        long start = Environment.TickCount64;
        while (true)
        {
            SessionOpening opening = Combiner.Open(_board, _terms, _rules);
            if (opening.Outcome.Status != StepStatus.Pending || Environment.TickCount64 - start > timeout.TotalMilliseconds)
            {
                return opening;
            }

            if (_said.Add(opening.Outcome.Reason))
            {
                _options.Progress?.Report(opening.Outcome.Reason);
            }

            cancellationToken.WaitHandle.WaitOne(Pause);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Does every step of the session that is due, until it is over.</summary>
    /// <param name="session">The session, opened under the terms.</param>
    /// <param name="timeout">How long it takes part.</param>
    /// <param name="cancellationToken">Stops it; it may be run again.</param>
    /// <returns>The outcome; null where the time was over before there was one.</returns>
    /// <exception cref="ArgumentException">The contribution is not what the session asks for.</exception>
    public AggregateOutcome? Run(AggregationSession session, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        AggregationRules remembering = _rules.Remembering(_options.State);
        var reader = new SessionReader(_board, session.Sid, remembering);
        var dealer = new Dealer(_board, session.Sid.Span, remembering);
        CommitteeMember? member = _options.State is null
            ? null
            : new CommitteeMember(_board, session.Sid.Span, _options.State, _rules);
        var combiner = new Combiner(_board, session.Sid.Span, remembering);
        var policy = new CutOffPolicy(_terms, _options.Patience, TimeProvider.System);
        long start = Environment.TickCount64;
        for (long size = -1; ; )
        {
            cancellationToken.ThrowIfCancellationRequested();
            long now = _board.GetCheckpoint().Size;
            if (now != size || policy.IsQuiet)
            {
                size = now;
                if (!reader.TryRead(out SessionStatus? status, out string? reason))
                {
                    return new AggregateOutcome { Status = OutcomeStatus.Ended, Reason = reason };
                }

                DoSteps(status, dealer, member, policy, cancellationToken);
                if (Finish(status, member, combiner) is AggregateOutcome outcome)
                {
                    return outcome;
                }
            }

            if (Environment.TickCount64 - start > timeout.TotalMilliseconds)
            {
                return null;
            }

            cancellationToken.WaitHandle.WaitOne(Pause);
        }
    }

    private void DoSteps(
        SessionStatus status,
        Dealer dealer,
        CommitteeMember? member,
        CutOffPolicy policy,
        CancellationToken cancellationToken
    )
    {
        if (status.CutOffs[0] < 0)
        {
            Deal(status, dealer, cancellationToken);
        }
        else if (status.CutOffs[3] < 0)
        {
            Check(status, dealer, member);
        }
        else if (member is not null && IsMember)
        {
            Open(status, member);
        }

        if (member is not null && policy.Due(status) is int number)
        {
            Report(member.CloseCutOff(number), $"said that cut-off {number} has come");
        }
    }

    private AggregateOutcome? Finish(SessionStatus status, CommitteeMember? member, Combiner combiner)
    {
        if (status.Ended is null && status.SumShares.Count < _terms.Threshold)
        {
            return null;
        }

        AggregateOutcome outcome = combiner.Combine();
        if (outcome.Status == OutcomeStatus.Waiting)
        {
            return null;
        }

        member?.EraseKey(_terms);
        return outcome;
    }

    private void Deal(SessionStatus status, Dealer dealer, CancellationToken cancellationToken)
    {
        if (_terms.Noise is not null && IsMember && !status.Deals.Contains(new DealId(DealRole.Beacon, _self)))
        {
            Report(dealer.DealBeacon(_options.Dealing.Kept), "dealt a part of the beacon");
        }

        if (
            _options.Contribution is null
            || !_terms.Hospitals.Contains(_self)
            || status.Deals.Contains(new DealId(DealRole.Contribution, _self))
        )
        {
            return;
        }

        if (!dealer.HasApproved())
        {
            Report(dealer.Approve(_options.Approval is { } digest ? digest.Span : default), "approved the terms");
        }

        using ContingencyTableOpening cube = _options.Contribution(status.Session, cancellationToken);
        Report(dealer.DealCube(cube, _options.Dealing), "dealt the counts");
    }

    private void Check(SessionStatus status, Dealer dealer, CommitteeMember? member)
    {
        if (status.CutOffs[2] < 0 && status.Undelivered.Any(u => u.Dealing.Dealer == _self))
        {
            Report(dealer.AnswerComplaints(_options.Dealing.Kept), "posted what had not come to a member");
        }

        // a receipt before D2; after it those who gave one go on, with what is posted late
        bool isReceived = status.Receipts.Contains(_self);
        if (member is not null && IsMember && isReceived == status.CutOffs[1] >= 0)
        {
            Report(member.Check(), "checked what was dealt");
        }
    }

    private void Open(SessionStatus status, CommitteeMember member)
    {
        if (status.Ended is not null)
        {
            if (status.CutOffs[4] < 0)
            {
                // says that it is over, which frees the data set
                member.Freeze();
            }

            return;
        }

        if (!status.SumShares.Contains(_self))
        {
            Report(member.Freeze(), "signed the set of contributors");
            Report(member.ShareAll(), "gave the share of the sum");
        }
    }

    private void Report(StepOutcome outcome, string done)
    {
        string text = outcome.Status == StepStatus.Done ? $"{done}, entry {outcome.Position}" : outcome.Reason;
        if (outcome.Status is StepStatus.Done or StepStatus.Refused && _said.Add(text))
        {
            _options.Progress?.Report(text);
        }
    }
}
