namespace ZkHealth.Aggregation;

/// <summary>
/// The exact sessions over a data set that stand below a position, beside one that asks whom they hold. Exact numbers of one data
/// set are opened for one set of owners: two sets that share an owner would show the difference. A session that stands and is not
/// frozen yet holds whoever dealt to it, because its set is not known; one that is frozen holds those of its set, for that set.
/// </summary>
internal sealed class StandingReleases(
    IBulletinBoard board,
    AggregationSession session,
    long before,
    AggregationRules rules,
    DealCache cache,
    PartyDirectory directory
)
{
    private readonly StandingSessions _sessions = new(new EntrySource(board));
    private readonly Dictionary<PartyId, StandingSession?> _latest = [];

    /// <summary>Explains why a dealer of a set cannot count in it, or null. The answer may change when the set does.</summary>
    public Func<CheckedDealing, string?> Conflicts(IReadOnlyList<CheckedDealing> set)
    {
        if (session.Terms.Noise is not null)
        {
            return _ => null;
        }

        // the first in the log that any of the set conflicts with; without its owners the set may be that of another
        PartyId[] owners = [.. set.Select(d => d.Id.Dealer)];
        StandingSession? held = set.Select(d => Latest(d.Id.Dealer))
            .OfType<StandingSession>()
            .Where(s => !s.IsFrozen || !s.Contributors.SequenceEqual(owners))
            .MinBy(s => s.Position);
        return held is null ? _ => null : d => Latest(d.Id.Dealer) == held ? Reason(held) : null;
    }

    /// <summary>Explains why a cut-off 3 should wait: a session that holds one of these and whose set is not known yet; null
    /// where there is none.</summary>
    public string? Pending(IEnumerable<PartyId> owners) =>
        session.Terms.Noise is null && owners.Select(Latest).FirstOrDefault(s => s is { IsFrozen: false }) is StandingSession held
            ? Reason(held)
            : null;

    /// <summary>
    /// The last exact session that stands and holds an owner. Those before it had to be for the same set, or it would not stand
    /// itself: so the cost does not grow with the past.
    /// </summary>
    private StandingSession? Latest(PartyId owner)
    {
        if (_latest.TryGetValue(owner, out StandingSession? known))
        {
            return known;
        }

        StandingSession? latest = null;
        foreach (
            long position in board
                .Find(BoardKinds.BudgetDebit, AggregationTerms.DataSetOf(owner, session.Terms.DataSet))
                .Where(p => p < before)
                .Reverse()
        )
        {
            if (
                board.Read(position) is BoardEntry entry
                && entry.Author == owner
                && BudgetDebit.TryDecode(entry.Body, out BudgetDebit? charge, out _)
                && !charge.Session.Span.SequenceEqual(session.Sid.Span)
                && Find(charge) is StandingSession other
                && Holds(other, owner)
            )
            {
                latest = other;
                break;
            }
        }

        return _latest[owner] = latest;
    }

    /// <summary>
    /// Explains why a version of an owner's table cannot count beside another that stands: exact numbers of both, over columns
    /// that both ask about, show whoever is in one and not in the other, where they may be fewer people than the minimum. Null
    /// where nothing forbids it.
    /// </summary>
    /// <param name="owner">The owner.</param>
    /// <param name="root">The root of the version that is dealt.</param>
    /// <param name="rows">Its declared rows.</param>
    public string? OtherVersion(PartyId owner, ReadOnlyMemory<byte> root, long rows)
    {
        if (
            session.Terms.Noise is not null
            || rules.HistoryOf(board)?.AllowsVersions(owner, session.Terms.DataSet, before) == true
        )
        {
            return null;
        }

        foreach (BudgetDebit charge in _sessions.Charges(owner, session.Terms.DataSet, before))
        {
            if (
                !charge.Session.Span.SequenceEqual(session.Sid.Span)
                && !charge.Root.Span.SequenceEqual(root.Span)
                && Math.Abs(charge.Rows - rows) < session.Terms.Minimum
                && Find(charge) is StandingSession other
                && Overlaps(other.Session.Terms)
                && Holds(other, owner)
            )
            {
                return $"session {Convert.ToHexStringLower(other.Session.Sid.Span)} opens exact numbers of another version of this data set, which may differ by fewer people "
                    + $"than the minimum, {session.Terms.Minimum}: deal the table {Convert.ToHexStringLower(charge.Root.Span)} again, ask under noise, or allow it in the policy of the data set";
            }
        }

        return null;
    }

    /// <summary>Determines whether both ask about a column of the same name.</summary>
    private bool Overlaps(AggregationTerms other) =>
        session
            .Terms.Axes.Columns.Select(j => session.Terms.Schema.Columns[(int)j].Name)
            .Intersect(other.Axes.Columns.Select(j => other.Schema.Columns[(int)j].Name), StringComparer.Ordinal)
            .Any();

    private StandingSession? Find(BudgetDebit charge) =>
        _sessions.Find(charge.Session, before) is { IsExact: true } found && found.Session.Terms.DataSet == session.Terms.DataSet
            ? found
            : null;

    /// <summary>Determines whether an owner is in the set, or may come to be, by a dealing that is valid: a void one holds
    /// nobody.</summary>
    private bool Holds(StandingSession other, PartyId owner) =>
        (!other.IsFrozen || other.Contributors.Contains(owner))
        && (
            !rules.Knows(other.Session.Terms)
            || SessionDeals
                .Read(board, other.Session, other.Opened, other.CutOffs.Limit(1), rules, cache, directory, owner)
                .Valid.ContainsKey(new DealId(DealRole.Contribution, owner))
        );

    private static string Reason(StandingSession held) =>
        held.IsFrozen
            ? $"session {Convert.ToHexStringLower(held.Session.Sid.Span)} opens exact numbers of this data set for another set of owners"
            : $"session {Convert.ToHexStringLower(held.Session.Sid.Span)} over this data set is between its cut-off 3 and its end, so its set is not known yet";
}
