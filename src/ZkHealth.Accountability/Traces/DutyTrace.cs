using ZkHealth.Accountability.Reports;

namespace ZkHealth.Accountability.Traces;

/// <summary>Duties in a trace of uses: recalls with their deadlines, and what members still have to correct, settle or
/// rectify.</summary>
internal static class DutyTrace
{
    /// <summary>Recalls of agreements under which something of the handles was taken, or of a member.</summary>
    public static void AddRecalls(
        TraceBuilder trace,
        HistoryLeaf leaf,
        HashSet<string> recalls,
        HashSet<string> handles,
        HashSet<string> members,
        LogHistory log
    )
    {
        foreach (var c in leaf.Due.Concat(leaf.Changed).Where(c => c.Kind == Records.Recall && c.Before is null))
        {
            byte[] under = c.After!.Bytes("under");
            bool taken = handles.Any(h =>
                log.State.Find(Records.Consent, Convert.FromHexString(h))!
                    .List<byte[]>("taken")
                    .Any(a => a.AsSpan().SequenceEqual(under))
            );
            string user = c.After.Code("user"),
                id = LogHistory.Hex(c.Id);
            if ((taken || members.Contains(user)) && recalls.Add(id))
            {
                trace.Add(id);
                trace.Node(user, user, "member");
                string what = c.After.List<byte[]>("replace").Count > 0 ? "replace" : "erase or restrict";
                string by = log.State.Find(Records.Agreement, under) is null
                    ? "without an agreement"
                    : $"agreement {LogHistory.Short(LogHistory.Hex(under))}";
                string detail = $"{by}; due {Trace.Text(c.After.Whole("due"))}";
                trace.Happened(new TraceEvent(leaf.Index, c.After.Whole("cause"), "recall", user, what, detail, id));
                trace.Node(id, $"recall {LogHistory.Short(id)}, due {Trace.Text(c.After.Whole("due"))}", "recall");
                trace.Edge(id, user, what);
                if (log.State.Find(Records.Recall, c.Id) is Row now && !now.Flag("done") && !now.Flag("late"))
                {
                    trace.Open(user, "RECALL", $"a recall is due {Trace.Text(now.Whole("due"))}", id);
                }
            }
        }
    }

    /// <summary>Corrections, contradictions and rectifications that a member still has to make, or settle.</summary>
    public static void AddDuties(TraceBuilder trace, LogHistory log, HistoryLeaf leaf, HashSet<string> members)
    {
        if (leaf.Act?.Kind == "asset registered")
        {
            byte[] id = leaf.Body!.Bytes("fingerprint");
            if (
                log.State.Find(Records.Asset, id) is Row asset
                && leaf.Who == asset.Code("provider")
                && members.Contains(leaf.Who)
            )
            {
                QualityTrace.AddOrder(trace, LogHistory.Hex(id), asset);
            }
        }
        else if (leaf.Act?.Kind == "assets contradict")
        {
            AddContradictions(trace, log, leaf, members);
        }
        else if (leaf.Act?.Kind == "sanction" && members.Contains(leaf.Body!.Code("subject")))
        {
            long due = leaf.Body.Whole("rectifyBy");
            if (!log.State.Find(Records.Sanction, leaf.Act.Id)!.Flag("rectified") && log.State.Time < due)
            {
                trace.Open(
                    leaf.Body.Code("subject"),
                    leaf.Body.Code("rule"),
                    $"a sanction of {leaf.Who} is to be rectified by {Trace.Text(due)}",
                    leaf.ActId
                );
            }
        }
    }

    /// <summary>Contradictions that members still have to settle.</summary>
    private static void AddContradictions(TraceBuilder trace, LogHistory log, HistoryLeaf leaf, HashSet<string> members)
    {
        foreach (RecordChange c in Contradictions(leaf))
        {
            Row now = log.State.Find(Records.Contradiction, c.Id)!;
            string assets = string.Join(" and ", ContradictionRules.Sides(now).Select(a => LogHistory.Short(LogHistory.Hex(a)))),
                cause = $"{assets} contradict each other in {now.Code("item")}; to be settled by {Trace.Text(now.Whole("due"))}";
            foreach (string member in ContradictionRules.Silent(log.State, now).Where(members.Contains))
            {
                trace.Open(member, ContradictionRules.OpenRule, cause, LogHistory.Hex(c.Id));
            }
        }
    }

    /// <summary>The contradictions that a leaf opened or settled.</summary>
    public static IEnumerable<RecordChange> Contradictions(HistoryLeaf leaf) =>
        leaf.Changed.Where(c => c.Kind == Records.Contradiction);
}
