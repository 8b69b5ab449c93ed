using System.Diagnostics.CodeAnalysis;
using ZkHealth.Groups;

namespace ZkHealth.Aggregation;

/// <summary>
/// A session as it follows from the entries of a board below a size: the same for everyone who looks there. It is a fold over
/// entries, one type for each phase, each read from those before it: dealings; <see cref="Checks"/> from D1; the
/// <see cref="Settled"/> set from D4; the <see cref="Frozen"/> one from Q signatures. What is not known yet is null.
/// </summary>
internal sealed class SessionView
{
    private readonly SessionEntries _entries;
    private readonly SessionDeals _deals;
    private readonly Func<long, StandingReleases> _standing;

    private SessionView(SessionEntries entries, SessionDeals deals, Func<long, StandingReleases> standing) =>
        (_entries, _deals, _standing, Findings) = (entries, deals, standing, deals.Findings);

    public AggregationSession Session => _entries.Session;

    public AggregationTerms Terms => Session.Terms;

    /// <summary>The state of the board that this is a view of.</summary>
    public BoardCheckpoint At => _entries.At;

    /// <summary>The position of the Open.</summary>
    public long Opened => _entries.Opened;

    /// <summary>The positions of the cut-offs D1 to D5; −1 for those that have not come.</summary>
    public IReadOnlyList<long> CutOffs => _entries.CutOffs;

    /// <summary>The dealings that stand: their proofs hold. In the order of their dealers.</summary>
    public IReadOnlyDictionary<DealId, CheckedDealing> Deals => _deals.Valid;

    /// <summary>Receipts and complaints about the dealings; null before D1.</summary>
    public SessionChecks? Checks { get; private init; }

    /// <summary>The set as it would be if D4 came now; null before D1.</summary>
    public SetSelection? Selection { get; private init; }

    /// <summary>The set that follows from the log; null before D4.</summary>
    public SettledSet? Settled { get; private init; }

    /// <summary>The set with its shares; null before Q members have signed it.</summary>
    public FrozenSet? Frozen { get; private init; }

    /// <summary>Explains why the session ends without an opening, or null.</summary>
    public string? Ended { get; private init; }

    /// <summary>Findings about parties, as far as this view shows.</summary>
    public IReadOnlyList<Finding> Findings { get; private init; }

    /// <summary>Explains why a version of an owner's table could not count, as the board stands; or null.</summary>
    public string? OtherVersion(PartyId owner, Tables.TableCommitment table) =>
        _standing(At.Size).OtherVersion(owner, table.Root, table.Rows);

    /// <summary>
    /// Reads the session; false, with a reason, where it is not opened or opened wrongly. For one party alone its own dealings
    /// and the cut-offs are read: nothing of others is verified, and the set is not known.
    /// </summary>
    public static bool TryRead(
        IBulletinBoard board,
        ReadOnlySpan<byte> sid,
        BoardCheckpoint at,
        AggregationRules rules,
        DealCache cache,
        [NotNullWhen(true)] out SessionView? view,
        [NotNullWhen(false)] out string? reason,
        PartyId? only = null
    )
    {
        view = null;
        if (!FindOpening(board, sid, rules, out AggregationSession? session, out long opened, out reason, at.Size))
        {
            return false;
        }

        var cutOffs = SessionCutOffs.Read(new EntrySource(board), session, opened, at.Size);
        var entries = new SessionEntries(board, session, at, opened, cutOffs);
        var directory = PartyDirectory.Read(board, at.Size);
        var deals = SessionDeals.Read(board, session, opened, entries.Limit(1), rules, cache, directory, only);
        StandingReleases Standing(long before) => new(board, session, before, rules, cache, directory);
        view =
            only is null && cutOffs.Has(1)
                ? ReadSet(entries, deals, rules.HistoryOf(board), Standing)
                : new SessionView(entries, deals, Standing);
        return true;
    }

    private static SessionView ReadSet(
        SessionEntries entries,
        SessionDeals deals,
        IReleaseHistory? history,
        Func<long, StandingReleases> standing
    )
    {
        SessionChecks checks = SessionChecks.Read(entries, deals.Valid);
        var selection = new SetSelection(entries, deals.Valid.Values, checks, history, standing(entries.Limit(3)));
        bool isSettled = entries.CutOffs[3] >= 0;
        string? ended =
            isSettled ? selection.Ending()
            : entries.IsGivenUp ? SetSelection.GivenUp
            : null;
        SettledSet? settled =
            !isSettled ? null
            : ended is null ? SettledSet.Read(entries, selection.Set)
            : SettledSet.Unsigned(entries, selection.Set);
        FrozenSet? frozen = settled?.FrozenAt is long position ? FrozenSet.Read(entries, checks, settled, position) : null;
        if (settled is not null && ended is null && frozen is null && entries.CutOffs[4] >= 0)
        {
            ended =
                $"it is void: {settled.Signers.Count} members had signed the set when its time was over, {entries.Terms.Quorum} were needed";
        }

        return new SessionView(entries, deals, standing)
        {
            Checks = checks,
            Selection = selection,
            Settled = settled,
            Frozen = frozen,
            Ended = ended,
            Findings =
            [
                .. deals.Findings,
                .. checks.Findings,
                .. selection.Findings,
                .. settled?.Findings ?? [],
                .. frozen?.Findings ?? [],
            ],
        };
    }

    /// <summary>Reads the opening alone: the first Open of a sid that is in order counts; a body that is not this session is no
    /// Open of it.</summary>
    public static bool FindOpening(
        IBulletinBoard board,
        ReadOnlySpan<byte> sid,
        AggregationRules rules,
        [NotNullWhen(true)] out AggregationSession? session,
        out long opened,
        [NotNullWhen(false)] out string? reason,
        long before = long.MaxValue
    )
    {
        (session, opened, string? fault) = (null, -1, null);
        foreach (long position in board.Find(BoardKinds.Open, sid))
        {
            if (
                position >= before
                || board.Read(position) is not BoardEntry entry
                || !AggregationSession.TryDecode(entry.Body, out AggregationSession? read, out _)
                || !read.Sid.Span.SequenceEqual(sid)
            )
            {
                continue;
            }

            fault = CheckOpening(board, read, position, rules);
            if (fault is null)
            {
                (session, opened, reason) = (read, position, null);
                return true;
            }
        }

        reason = fault ?? "the session is not opened on this board";
        return false;
    }

    /// <summary>The fault of an Open: everything it names must stand on the board before it.</summary>
    internal static string? CheckOpening(IBulletinBoard board, AggregationSession session, long position, AggregationRules rules)
    {
        AggregationTerms terms = session.Terms;
        if (terms.Origin != board.Origin)
        {
            return "the terms name another board";
        }

        if (!rules.Knows(terms))
        {
            return $"the terms ask for a policy that is not known here: {terms.Policy}";
        }

        PartyDirectory directory = PartyDirectory.Read(board, position);
        byte[] digest = terms.Digest();
        for (int j = 0; j < terms.CommitteeSize; j++)
        {
            PartyId member = terms.Committee[j];
            if (directory.NameOf(member) is null)
            {
                return $"member {member} has not registered under a name of its own";
            }

            if (KeyOf(board, digest, member, position) is not CompressedPoint key || key != session.Keys[j])
            {
                return $"the key of member {member} is not the first one that it registered for these terms";
            }
        }

        return null;
    }

    /// <summary>The first session key that a member registered for these terms with a proof of possession; null where there is
    /// none.</summary>
    public static CompressedPoint? KeyOf(IBulletinBoard board, ReadOnlySpan<byte> termsDigest, PartyId member, long before)
    {
        foreach (long position in board.Find(BoardKinds.SessionKey, termsDigest))
        {
            if (
                position < before
                && board.Read(position) is BoardEntry entry
                && entry.Author == member
                && SessionKey.TryDecode(entry.Body, out SessionKey? key, out _)
                && KeyProofs.VerifyPossession(key.Key, key.Possession.Span, termsDigest, member)
            )
            {
                return key.Key;
            }
        }

        return null;
    }
}
