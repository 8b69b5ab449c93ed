using System.Text;
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

    /// <summary>Describes what was recorded.</summary>
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
/// Describes what was released about one data set of an owner, over all versions of its tables, beside the owner's policy: exact
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

        return
        [
            .. names.Select(n =>
                Of(
                    index.FindEntries,
                    index.FindAfter,
                    Convert.FromHexString(n.Owner),
                    n.DataSet,
                    isOfLog: c => IsOfLog(ledger, c)
                )
            ),
        ];
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

    /// <summary>Determines whether a checkpoint that a member signed is one of a ledger.</summary>
    internal static bool IsOfLog(ILedger ledger, BoardCheckpoint checkpoint) =>
        Checkpoint.TryParse(Encoding.UTF8.GetString(checkpoint.Token.Span), ledger.Key, out Checkpoint? parsed)
        && parsed.Size == checkpoint.Size
        && LogConsistency.Begins(ledger, parsed, ledger.GetCheckpoint());

    /// <summary>
    /// The budget of one data set from entries; a session that is left out is one that asks whether it may count. Rules, which
    /// see entries alone, cannot tell a checkpoint of the log: they count a signature for any, and may count a session that is
    /// void for its own readers.
    /// </summary>
    internal static Budget Of(
        FindEntries find,
        FindAfter after,
        ReadOnlyMemory<byte> owner,
        string dataSet,
        long before = long.MaxValue,
        ReadOnlyMemory<byte> leaveOut = default,
        Func<BoardCheckpoint, bool>? isOfLog = null
    )
    {
        var board = new EntrySource(
            (kind, about) =>
                find(kind, about.ToArray())
                    .Select(e => new BoardEntry(
                        e.Index,
                        new PartyId(e.Entry.Signer.OwnerId.Span),
                        e.Entry.Body.Kind,
                        e.Entry.Body.Subject,
                        e.Entry.Body.Payload
                    )),
            seconds => after(seconds),
            isOfLog
        );
        StandingSession[] regional =
        [
            .. StandingSession
                .Of(board, new PartyId(owner.Span), dataSet, before)
                .Where(s => !s.Session.Sid.Span.SequenceEqual(leaveOut.Span)),
        ];
        IReadOnlyList<RecordedRelease> releases = ReleasesOf(find, owner, dataSet);
        var open = new List<ReservedNoise>();
        foreach ((long index, LedgerEntry entry) in find(NoiseCommitted.Kind, null))
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

        return new Budget(owner, dataSet, PolicyOf(find, owner, dataSet), releases, open, regional)
        {
            Loosened = LoosenedPolicy.Of(find, owner, dataSet),
        };
    }

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

    /// <summary>Describes what an owner has recorded of its own releases of a data set.</summary>
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
