using ZkHealth.Aggregation;
using ZkHealth.Ledger;
using ZkHealth.Statistics;

namespace ZkHealth.Accountability;

/// <summary>
/// The rules of a ledger of tables and releases: a root belongs to one data set, policies are the owner's, noise is committed
/// once and within the policy, coins are drawn once, releases are recorded within the policy, and no bits serve twice. Where
/// the
/// log has a charter, also the rules of the region. A log that
/// they are attached to refuses what breaks them; an audit flags it.
/// </summary>
public sealed class AccountabilityRules : LogRules
{
    private AccountabilityRules() { }

    /// <summary>The one instance; the rules hold no state.</summary>
    public static AccountabilityRules Instance { get; } = new();

    internal override LogState Start => RegionState.Empty;

    internal override LogSnapshot? Open(string ledger, VerifyingKey key) =>
        StateSnapshot.Open(StateSnapshot.PathOf(ledger), key) is StateSnapshot s
            ? new LogSnapshot(new RegionState(s.State), s.Leaf, s.State.Root)
            : null;

    internal override bool IsRestricting(string kind) => Act.KindOf(kind) is string name && ActKind.All[name].IsRestricting;

    internal override int MaxPayloadSize(string kind) =>
        Act.KindOf(kind) is string name ? ActKind.All[name].MaxSize : EntryBody.MaxPayloadSize;

    internal override bool Reads(string kind) => ReleaseRules.AreFor(kind) || Budget.Reads(kind);

    internal override string? Refusal(LedgerEntry entry, LogContents earlier)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return ReleaseRules.Refusal(entry, earlier);
    }

    internal override void Report(LogContents log, ICollection<string> flags, ICollection<string> notes)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(flags);
        ArgumentNullException.ThrowIfNull(notes);
        foreach (string flag in RegionalFlags.Of(log).Concat(LoosenedPolicy.Of(log.Find).Select(p => p.ToString())))
        {
            flags.Add(flag);
        }

        StandingSessions sessions = Budget.SessionsOf(log);
        foreach ((long index, LedgerEntry entry) in log.Find(NoiseCommitted.Kind, null))
        {
            if (
                NoiseCommitted.TryRead(entry.Body, out NoiseCommitment? commitment)
                && Budget.Of(log, entry.Signer.OwnerId, commitment.Query.DataSet, sessions).Open.Any(o => o.Index == index)
            )
            {
                notes.Add(
                    $"entry {index}: noise for {commitment.Query.Context.Requester} ({commitment.Query.Context.Purpose}) was committed and not released"
                );
            }
        }
    }
}
