using ZkHealth.Aggregation;
using ZkHealth.Ledger;
using ZkHealth.Statistics;

namespace ZkHealth.Accountability;

/// <summary>A release that stands on the ledger.</summary>
public sealed class RecordedRelease
{
    internal RecordedRelease(long index, StatisticReleased release) => (Index, Release) = (index, release);

    /// <summary>The number of its entry.</summary>
    public long Index { get; }

    /// <summary>The releases that were recorded.</summary>
    public StatisticReleased Release { get; }
}

/// <summary>A commitment to noise that stands on the ledger and is not released.</summary>
public sealed class ReservedNoise
{
    internal ReservedNoise(long index, NoiseCommitment commitment) => (Index, Commitment) = (index, commitment);

    /// <summary>The number of its entry.</summary>
    public long Index { get; }

    /// <summary>The commitment.</summary>
    public NoiseCommitment Commitment { get; }
}

/// <summary>
/// Releases about one data set of an owner, over all versions of its tables, beside the owner's policy: exact
/// releases counted, ε and δ added up
/// (basic composition). Noise that was committed and not released is reserved: its loss counts as if it had been released. A
/// regional session that the owner dealt to is one release from where its set is about to be settled, unless it ends void.
/// </summary>
public sealed class Budget
{
    private readonly ReadOnlyMemory<byte> _owner;

    private Budget(
        ReadOnlyMemory<byte> owner,
        string dataSet,
        BudgetPolicy? policy,
        IReadOnlyList<RecordedRelease> releases,
        IReadOnlyList<ReservedNoise> open,
        IReadOnlyList<StandingSession> regional
    ) => (_owner, DataSet, Policy, Releases, Open, Regional) = (owner, dataSet, policy, releases, open, regional);

    /// <summary>The id of the owner's key.</summary>
    public ReadOnlyMemory<byte> Owner => _owner;

    /// <summary>The owner's name of the data set.</summary>
    public string DataSet { get; }

    /// <summary>The latest policy; null where there is none.</summary>
    public BudgetPolicy? Policy { get; }

    /// <summary>The releases, with the numbers of their entries.</summary>
    public IReadOnlyList<RecordedRelease> Releases { get; }

    /// <summary>Commitments to noise that have not been released.</summary>
    public IReadOnlyList<ReservedNoise> Open { get; }

    /// <summary>The sessions in which the data set is added up with those of others: from their cut-off 3 on, until they are
    /// void.</summary>
    internal IReadOnlyList<StandingSession> Regional { get; }

    /// <summary>Says where the owner allowed more than before.</summary>
    public IReadOnlyList<LoosenedPolicy> Loosened { get; private init; } = [];

    /// <summary>Counts how many exact releases there are, alone and with others; no ε covers them.</summary>
    public long ExactReleases => Releases.LongCount(r => r.Release.IsExact) + Regional.LongCount(s => s.IsExact);

    /// <summary>The loss of what was released, alone and with others.</summary>
    public PrivacyLoss Spent =>
        Regional.Aggregate(
            Releases.Aggregate(PrivacyLoss.None, (sum, r) => sum + r.Release.Loss),
            (sum, s) => sum + (s.Session.Terms.Noise?.Loss ?? PrivacyLoss.None)
        );

    /// <summary>The loss of what was committed and not released.</summary>
    public PrivacyLoss Reserved => Open.Aggregate(PrivacyLoss.None, (sum, c) => sum + c.Commitment.Query.Loss);

    /// <summary>Explains why one more loss would exceed the policy, or null; without a policy nothing does.</summary>
    public string? Exceeded(PrivacyLoss more) =>
        Policy is null || (Spent + Reserved + more).IsWithin(Policy.Limit)
            ? null
            : $"the policy of the data set '{DataSet}' allows {Policy.Limit}; {Spent} is spent, {Reserved} is reserved, and {more} is asked for";

    /// <summary>Explains why one more exact release would exceed the policy, or null.</summary>
    public string? ExceededByExact() =>
        Policy is null || ExactReleases < Policy.ExactReleases
            ? null
            : $"the policy of the data set '{DataSet}' allows {Policy.ExactReleases} exact releases, and there are {ExactReleases}";

    /// <summary>The budgets of all data sets that a ledger speaks of, by owner and name.</summary>
    /// <exception cref="IOException">The ledger cannot be read, or what it holds is no entry.</exception>
    public static IReadOnlyList<Budget> ReadAll(ILedger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        EntryIndex index = EntryIndex.Of(ledger);
        var names = new SortedSet<(string Owner, string DataSet)>();
        foreach (
            LoggedEntry logged in (IEnumerable<LoggedEntry>)
                [.. index.FindEntries(TableEntry.Kind, null), .. index.FindEntries(BudgetPolicy.Kind, null)]
        )
        {
            LedgerEntry entry = logged.Entry;
            string? name =
                TableEntry.TryRead(entry.Body, out TablePublication? table) ? table.DataSet
                : BudgetPolicy.TryRead(entry.Body, out BudgetPolicy? policy) && policy.IsOf(entry.Signer.OwnerId) ? policy.DataSet
                : null;
            if (name is not null)
            {
                names.Add((Convert.ToHexString(entry.Signer.OwnerId.Span), name));
            }
        }

        StandingSessions sessions = SessionsOf(index.Contents);
        return [.. names.Select(n => Of(index.Contents, Convert.FromHexString(n.Owner), n.DataSet, sessions))];
    }

    /// <summary>Determines whether budgets are made from entries of a kind, beside those that <see cref="ReleaseRules"/> are
    /// about.</summary>
    internal static bool Reads(string kind) =>
        kind
            is BoardKinds.Open
                or BoardKinds.PhaseClosed
                or BoardKinds.Dealing
                or BoardKinds.BudgetDebit
                or BoardKinds.ContributorSetSignature;

    /// <summary>Explains why a session over the data set would exceed the policy, or null.</summary>
    internal string? ExceededBy(AggregationTerms terms) => terms.Noise is null ? ExceededByExact() : Exceeded(terms.Noise.Loss);

    /// <summary>The budget of one data set from a log; a session that is left out is one that asks whether it may
    /// count.</summary>
    /// <param name="log">The log.</param>
    /// <param name="owner">The id of the owner's key.</param>
    /// <param name="dataSet">The owner's name of the data set.</param>
    /// <param name="sessions">The sessions of the log, where several budgets are read of it.</param>
    /// <param name="before">Entries from this position on are not looked at.</param>
    /// <param name="leaveOut">The session that is left out.</param>
    internal static Budget Of(
        LogContents log,
        ReadOnlyMemory<byte> owner,
        string dataSet,
        StandingSessions? sessions = null,
        long before = long.MaxValue,
        ReadOnlyMemory<byte> leaveOut = default
    )
    {
        log = log.Before(before);
        StandingSession[] regional =
        [
            .. (sessions ?? SessionsOf(log))
                .Of(new PartyId(owner.Span), dataSet, before)
                .Where(s => !s.Session.Sid.Span.SequenceEqual(leaveOut.Span)),
        ];
        IReadOnlyList<RecordedRelease> releases = ReleasesOf(log.Find, owner, dataSet);
        var open = new List<ReservedNoise>();
        foreach ((long index, LedgerEntry entry) in log.Find(NoiseCommitted.Kind, null))
        {
            if (
                Signed(entry, owner)
                && NoiseCommitted.TryRead(entry.Body, out NoiseCommitment? said)
                && said.Query.DataSet == dataSet
                && !releases.Any(r => r.Release.Noise.Span.SequenceEqual(entry.Body.Subject.Span))
            )
            {
                open.Add(new ReservedNoise(index, said));
            }
        }

        return new Budget(owner, dataSet, PolicyOf(log.Find, owner, dataSet), releases, open, regional)
        {
            Loosened = LoosenedPolicy.Of(log.Find, owner, dataSet),
        };
    }

    /// <summary>Explains why a session, whose cut-off 3 is at a position, would exceed the policy of an owner in it, or
    /// null.</summary>
    internal static string? Refusal(
        LogContents log,
        StandingSessions sessions,
        PartyId owner,
        AggregationSession session,
        long before
    )
    {
        byte[] id = owner.ToBytes();
        string dataSet = session.Terms.DataSet;
        FindEntries find = log.Before(before).Find;
        if (PolicyOf(find, id, dataSet) is not BudgetPolicy policy)
        {
            return null;
        }

        // a session that stands was charged: where all charges are within the policy, none of the sessions needs to be read
        long charged = sessions
            .Charges(owner, dataSet, before)
            .Where(c => !c.Session.Span.SequenceEqual(session.Sid.Span))
            .DistinctBy(c => Convert.ToHexString(c.Session.Span))
            .LongCount();
        return session.Terms.Noise is null && charged + ReleasesOf(find, id, dataSet).Count < policy.ExactReleases
            ? null
            : Of(log, id, dataSet, sessions, before, session.Sid).ExceededBy(session.Terms);
    }

    /// <summary>The sessions of a log.</summary>
    internal static StandingSessions SessionsOf(LogContents log) =>
        new(
            new EntrySource(
                (kind, about) =>
                    log.Find(kind, about.ToArray())
                        .Select(e => new BoardEntry(
                            e.Index,
                            new PartyId(e.Entry.Signer.OwnerId.Span),
                            e.Entry.Body.Kind,
                            e.Entry.Body.Subject,
                            e.Entry.Body.Payload
                        )),
                log.FindAfter,
                checkpoint => log.IsCheckpoint(checkpoint.Token.Span, checkpoint.Size)
            )
        );

    /// <summary>The latest policy of an owner's data set, or null.</summary>
    internal static BudgetPolicy? PolicyOf(FindEntries find, ReadOnlyMemory<byte> owner, string dataSet)
    {
        BudgetPolicy? policy = null;
        foreach ((_, LedgerEntry entry) in find(BudgetPolicy.Kind, Payload.DataSet(owner.Span, dataSet)))
        {
            policy =
                Signed(entry, owner) && BudgetPolicy.TryRead(entry.Body, out BudgetPolicy? said) && said.IsOf(owner)
                    ? said
                    : policy;
        }

        return policy;
    }

    /// <summary>The records of an owner of its own releases of a data set.</summary>
    internal static IReadOnlyList<RecordedRelease> ReleasesOf(FindEntries find, ReadOnlyMemory<byte> owner, string dataSet)
    {
        var releases = new List<RecordedRelease>();
        foreach ((long index, LedgerEntry entry) in find(StatisticReleased.Kind, Payload.DataSet(owner.Span, dataSet)))
        {
            if (Signed(entry, owner) && StatisticReleased.TryRead(entry.Body, out StatisticReleased? said) && said.IsOf(owner))
            {
                releases.Add(new RecordedRelease(index, said));
            }
        }

        return releases;
    }

    private static bool Signed(LedgerEntry entry, ReadOnlyMemory<byte> owner) =>
        entry.Signer.OwnerId.Span.SequenceEqual(owner.Span);
}
