using ZkHealth.Aggregation;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>Regional sessions whose committees signed sets beyond the policy of an owner in them: what the rules of a session
/// forbid, and a ledger cannot refuse.</summary>
internal static class RegionalFlags
{
    /// <summary>One line for each session and owner, with the entry that froze it.</summary>
    public static IEnumerable<string> Of(FindEntries find, FindAfter after)
    {
        var owners = new SortedSet<(string Owner, string DataSet)>();
        foreach ((_, LedgerEntry entry) in find(BudgetPolicy.Kind, null))
        {
            if (BudgetPolicy.TryRead(entry.Body, out BudgetPolicy? policy) && policy.IsOf(entry.Signer.OwnerId))
            {
                owners.Add((Convert.ToHexString(entry.Signer.OwnerId.Span), policy.DataSet));
            }
        }

        foreach ((string owner, string dataSet) in owners)
        {
            byte[] id = Convert.FromHexString(owner);
            foreach (StandingSession session in Budget.Of(find, after, id, dataSet).Regional.Where(s => s.IsFrozen))
            {
                // the policy as it stood at the session's cut-off 3
                FindEntries before = (kind, subject) => [.. find(kind, subject).Where(e => e.Index < session.Position)];
                if (
                    Budget.Of(before, after, id, dataSet, session.Position, session.Session.Sid).ExceededBy(session.Session.Terms)
                    is string reason
                )
                {
                    yield return $"entry {session.Frozen}: a regional session with {new PartyId(id)}: {reason}";
                }
            }
        }
    }
}
