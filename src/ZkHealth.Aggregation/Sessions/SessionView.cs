using System.Diagnostics.CodeAnalysis;
using ZkHealth.Groups;
using ZkHealth.Proofs;

namespace ZkHealth.Aggregation;

/// <summary>
/// A session as it follows from the entries of a board below a size: the same for everyone who looks there. This part reads the
/// opening, the cut-offs and the Deals; complaints and the set are in <c>SessionView.Set.cs</c>, signatures and shares in
/// <c>SessionView.Opening.cs</c>.
/// </summary>
internal sealed partial class SessionView
{
    private readonly IBulletinBoard _board;
    private readonly AggregationRules _rules;
    private readonly DealCache _cache;
    private readonly List<Finding> _findings = [];

    private readonly Lazy<PartyDirectory> _directory;
    private SessionDeals _deals = null!;
    private SessionCutOffs _cutOffs = null!;

    private SessionView(
        IBulletinBoard board,
        AggregationSession session,
        BoardCheckpoint at,
        long opened,
        AggregationRules rules,
        DealCache cache
    )
    {
        (_board, Session, At, Opened, _rules, _cache) = (board, session, at, opened, rules, cache);
        _directory = new Lazy<PartyDirectory>(() => PartyDirectory.Read(board, at.Size));
    }

    public AggregationSession Session { get; }

    public AggregationTerms Terms => Session.Terms;

    /// <summary>The state of the board that this is a view of.</summary>
    public BoardCheckpoint At { get; }

    /// <summary>The position of the Open.</summary>
    public long Opened { get; }

    /// <summary>The positions of the cut-offs D1 to D5; −1 for those that have not come.</summary>
    public IReadOnlyList<long> CutOffs => _cutOffs.Positions;

    /// <summary>The Deals that stand: their proofs hold. In the order of their dealers.</summary>
    public IReadOnlyDictionary<DealId, CheckedDeal> Deals => _deals.Valid;

    /// <summary>Names who did what, as far as this view shows.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>
    /// Reads the session; false, with a reason, where it is not opened or opened wrongly. For one party alone its own Deals and
    /// the cut-offs are read: nothing of others is verified, and the set is not known.
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

        view = new SessionView(board, session, at, opened, rules, cache);
        view._cutOffs = SessionCutOffs.Read(new EntrySource(board), session, opened, at.Size);
        view._deals = SessionDeals.Read(board, session, opened, view.Limit(1), rules, cache, view._directory.Value, only);
        view._findings.AddRange(view._deals.Findings);
        if (only is null)
        {
            view.ReadSet();
            view.ReadOpening();
        }

        return true;
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

    /// <summary>Describes what is wrong with an Open: everything it names must stand on the board before it.</summary>
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

    /// <summary>The entries of a kind of this session between two positions, both excluded.</summary>
    private IEnumerable<BoardEntry> Entries(string kind, long after, long before) =>
        _board
            .Find(kind, Session.Sid.Span)
            .Where(p => p > after && p < before && p < At.Size)
            .Select(p => _board.Read(p)!)
            .Where(e => e is not null);

    private long Limit(int cutOff) => Math.Min(At.Size, _cutOffs.Limit(cutOff));

    private void Find(BoardEntry entry, FaultKind kind, string reason) =>
        _findings.Add(new PartyFault(entry.Author, kind, reason, entry.Position));
}
