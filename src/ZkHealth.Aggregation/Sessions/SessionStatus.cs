using System.Diagnostics.CodeAnalysis;

namespace ZkHealth.Aggregation;

/// <summary>The shares of a dealing that a member asked for and has not got.</summary>
/// <param name="Dealing">The dealing.</param>
/// <param name="Member">The member.</param>
internal readonly record struct UndeliveredShares(DealId Dealing, PartyId Member);

/// <summary>The status of a session, as anyone sees it on the board: who has done what, and what is waited
/// for.</summary>
internal sealed class SessionStatus
{
    public required AggregationSession Session { get; init; }

    /// <summary>The positions of the cut-offs D1 to D5; −1 for those that have not come.</summary>
    public required IReadOnlyList<long> CutOffs { get; init; }

    /// <summary>The dealings whose proofs hold.</summary>
    public required IReadOnlyList<DealId> Deals { get; init; }

    /// <summary>The members who gave a receipt.</summary>
    public required IReadOnlyList<PartyId> Receipts { get; init; }

    /// <summary>The members that hold everything that counts and have checked it.</summary>
    public required IReadOnlyList<PartyId> Holders { get; init; }

    /// <summary>Ciphertexts that a member asked for and that are not answered: neither posted on the board nor held by the word
    /// of Q members.</summary>
    public required IReadOnlyList<UndeliveredShares> Undelivered { get; init; }

    /// <summary>I, ascending: what it would be if D4 came now, and what it is when D4 has come.</summary>
    public required IReadOnlyList<PartyId> Contributors { get; init; }

    /// <summary>Explains why the session ends without an opening, or null; settled when D4 has come.</summary>
    public string? Ended { get; init; }

    /// <summary>The members who signed the set.</summary>
    public required IReadOnlyList<PartyId> Signers { get; init; }

    /// <summary>Tells whether so many signed that shares may leave their members.</summary>
    public required bool IsFrozen { get; init; }

    /// <summary>Tells whether the beacon is open, or none is asked for.</summary>
    public required bool IsBeaconOpen { get; init; }

    /// <summary>The members who posted a share of the sum, which is not verified here.</summary>
    public required IReadOnlyList<PartyId> SumShares { get; init; }

    /// <summary>Findings about parties.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }
}

/// <summary>Looks at a session again and again; what was verified before is not verified again.</summary>
/// <param name="board">The board.</param>
/// <param name="sid">The session, 32 bytes.</param>
/// <param name="rules">What it judges sessions by; null for none but the board's.</param>
internal sealed class SessionReader(IBulletinBoard board, ReadOnlyMemory<byte> sid, AggregationRules? rules = null)
{
    private readonly DealCache _cache = new(rules?.Memory);

    /// <summary>Reads the status of the session; false, with a reason, where it is not opened or opened wrongly.</summary>
    /// <exception cref="IOException">The board cannot be read.</exception>
    public bool TryRead([NotNullWhen(true)] out SessionStatus? status, [NotNullWhen(false)] out string? reason)
    {
        status = null;
        if (
            !SessionView.TryRead(
                board,
                sid.Span,
                board.GetCheckpoint(),
                rules ?? AggregationRules.None,
                _cache,
                out SessionView? view,
                out reason
            )
        )
        {
            return false;
        }

        PartyId Member(int a) => view.Terms.Committee[a - 1];
        status = new SessionStatus
        {
            Session = view.Session,
            CutOffs = view.CutOffs,
            Deals = [.. view.Deals.Keys],
            Contributors = view.Selection?.Set.Contributors ?? [],
            Receipts =
            [
                .. Enumerable.Range(1, view.Terms.CommitteeSize).Where(a => view.Checks?.HasReceipt(a) == true).Select(Member),
            ],
            Holders = [.. (view.Selection?.Holders ?? []).Select(Member)],
            Undelivered = [.. (view.Checks?.Unanswered ?? []).Select(a => new UndeliveredShares(a.Dealing.Id, Member(a.Member)))],
            Ended = view.Ended,
            Signers = [.. (view.Settled?.Signers ?? []).Select(Member)],
            IsFrozen = view.Frozen is not null,
            IsBeaconOpen = view.Terms.Noise is null || view.Frozen is { AwaitsBeacon: false },
            SumShares = [.. (view.Frozen?.SumShares.Keys ?? []).Order().Select(Member)],
            Findings = view.Findings,
        };
        return true;
    }
}
