using ZkHealth.Aggregation;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>Regional sessions whose committees signed sets beyond the policy of an owner in them: what the rules of a session
/// forbid, and a ledger cannot refuse.</summary>
internal static class RegionalFlags
{
    /// <summary>One line for each session and owner, with the entry that froze it.</summary>
    public static IEnumerable<string> Of(LogContents log)
    {
        var owners = new SortedSet<(string Owner, string DataSet)>();
        foreach ((_, LedgerEntry entry) in log.Find(BudgetPolicy.Kind, null))
        {
            if (BudgetPolicy.TryRead(entry.Body, out BudgetPolicy? policy) && policy.IsOf(entry.Signer.OwnerId))
            {
                owners.Add((Convert.ToHexString(entry.Signer.OwnerId.Span), policy.DataSet));
            }
        }

        StandingSessions sessions = Budget.SessionsOf(log);
        foreach ((string owner, string dataSet) in owners)
        {
            byte[] id = Convert.FromHexString(owner);
            foreach (StandingSession session in Budget.Of(log, id, dataSet, sessions).Regional.Where(s => s.IsFrozen))
            {
                // the policy as it stood at the session's cut-off 3
                if (Budget.Refusal(log, sessions, new PartyId(id), session.Session, session.Position) is string reason)
                {
                    yield return $"entry {session.Frozen}: a regional session with {new PartyId(id)}: {reason}";
                }
            }
        }
    }
}
