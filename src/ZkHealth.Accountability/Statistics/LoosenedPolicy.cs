using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>
/// A policy by which an owner allows more than by the one before it: more ε, more δ or more exact releases. It is the owner's
/// right, so no ledger refuses it; whoever relied on the earlier policy should see it, so audits and budgets flag it.
/// </summary>
public sealed class LoosenedPolicy
{
    private readonly ReadOnlyMemory<byte> _owner;

    private LoosenedPolicy(
        ReadOnlyMemory<byte> owner,
        long earlierEntry,
        BudgetPolicy earlier,
        long laterEntry,
        BudgetPolicy later
    ) => (_owner, EarlierEntry, Earlier, LaterEntry, Later) = (owner, earlierEntry, earlier, laterEntry, later);

    /// <summary>The id of the owner's key.</summary>
    public ReadOnlyMemory<byte> Owner => _owner;

    /// <summary>The owner's name of the data set.</summary>
    public string DataSet => Later.DataSet;

    /// <summary>The number of the entry with the earlier policy.</summary>
    public long EarlierEntry { get; }

    /// <summary>The earlier policy, which the later one replaces.</summary>
    public BudgetPolicy Earlier { get; }

    /// <summary>The number of the entry with the later policy.</summary>
    public long LaterEntry { get; }

    /// <summary>The later policy.</summary>
    public BudgetPolicy Later { get; }

    /// <summary>Owner, data set, both entries and what each allows, in words.</summary>
    public override string ToString() =>
        $"entry {LaterEntry}: the owner {Convert.ToHexStringLower(_owner.Span)} loosens the policy of the data set '{DataSet}': entry {EarlierEntry} allowed {Words(Earlier)}; now {Words(Later)}";

    /// <summary>All of them, in the order of their entries.</summary>
    internal static List<LoosenedPolicy> Of(FindEntries find) =>
        [
            .. from policy in Signed(find, null)
            group policy by (Owner: Convert.ToHexString(policy.Entry.Signer.OwnerId.Span), policy.Said.DataSet) into own
            from loosened in Of([.. own])
            orderby loosened.LaterEntry
            select loosened,
        ];

    /// <summary>Those of one data set.</summary>
    internal static List<LoosenedPolicy> Of(FindEntries find, ReadOnlyMemory<byte> owner, string dataSet) =>
        Of([
            .. Signed(find, Payload.DataSet(owner.Span, dataSet))
                .Where(p => p.Entry.Signer.OwnerId.Span.SequenceEqual(owner.Span)),
        ]);

    /// <summary>Each policy beside the one that was in force until then.</summary>
    private static List<LoosenedPolicy> Of((long Index, LedgerEntry Entry, BudgetPolicy Said)[] policies) =>
        [
            .. from pair in policies.Zip(policies.Skip(1))
            where
                !pair.Second.Said.Limit.IsWithin(pair.First.Said.Limit)
                || pair.Second.Said.ExactReleases > pair.First.Said.ExactReleases
                || (pair.Second.Said.AllowsVersions && !pair.First.Said.AllowsVersions)
            select new LoosenedPolicy(
                pair.Second.Entry.Signer.OwnerId,
                pair.First.Index,
                pair.First.Said,
                pair.Second.Index,
                pair.Second.Said
            ),
        ];

    private static IEnumerable<(long Index, LedgerEntry Entry, BudgetPolicy Said)> Signed(FindEntries find, byte[]? subject)
    {
        foreach ((long index, LedgerEntry entry) in find(BudgetPolicy.Kind, subject))
        {
            if (BudgetPolicy.TryRead(entry.Body, out BudgetPolicy? said) && said.IsOf(entry.Signer.OwnerId))
            {
                yield return (index, entry, said);
            }
        }
    }

    private static string Words(BudgetPolicy policy) =>
        $"{policy.Limit} and {policy.ExactReleases} exact releases{(policy.AllowsVersions ? ", of versions that may differ by few people" : "")}";
}
