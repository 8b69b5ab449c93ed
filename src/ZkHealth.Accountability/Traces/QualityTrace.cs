using ZkHealth.Accountability.Reports;

namespace ZkHealth.Accountability.Traces;

/// <summary>
/// The way of a data set: the data sets that it was made of, back to the first; who registered each, when and on which ground;
/// what was found wrong and by when it was corrected; and who recorded a wrong value, or altered it.
/// </summary>
internal static class QualityTrace
{
    private const int MaxSteps = 10_000;

    /// <summary>Traces a data set.</summary>
    /// <param name="log">The log.</param>
    /// <param name="fingerprint">The fingerprint of the data set, 32 bytes.</param>
    /// <param name="copies">Copies to compare with the steps of its way: their names with their fingerprints.</param>
    /// <returns>Null where no such data set is registered.</returns>
    public static Trace? Of(LogHistory log, byte[] fingerprint, IReadOnlyDictionary<string, byte[]> copies)
    {
        var found = new Dictionary<string, HistoryLeaf>(StringComparer.Ordinal);
        foreach (HistoryLeaf leaf in log.Leaves.Where(l => l.Act?.Kind == "asset registered"))
        {
            found.TryAdd(Hex(leaf.Body!.Bytes("fingerprint")), leaf);
        }

        string first = Hex(fingerprint);
        if (!found.ContainsKey(first))
        {
            return null;
        }

        HashSet<string> way = Way(log, first, found);
        var trace = new TraceBuilder(log);
        foreach (string id in way.Where(found.ContainsKey).OrderBy(i => found[i].Index))
        {
            AddAsset(trace, log, id, found[id]);
        }

        AddFindings(trace, log, way);
        AddCopies(trace, way, copies);
        return trace.Build("quality", [first]);
    }

    /// <summary>All data sets before it, and what replaced any of them by a correction.</summary>
    private static HashSet<string> Way(LogHistory log, string first, Dictionary<string, HistoryLeaf> found)
    {
        var way = new HashSet<string>(StringComparer.Ordinal) { first };
        var next = new Queue<string>(way);
        void Visit(string id)
        {
            if (way.Count < MaxSteps && way.Add(id))
            {
                next.Enqueue(id);
            }
        }

        while (next.TryDequeue(out string? id))
        {
            foreach (byte[] source in found.TryGetValue(id, out HistoryLeaf? leaf) ? leaf.Body!.List<byte[]>("sources") : [])
            {
                Visit(Hex(source));
            }

            foreach (
                byte[] corrected in log.State.Find(Records.Asset, Convert.FromHexString(id))?.List<byte[]>("corrected") ?? []
            )
            {
                Visit(Hex(corrected));
            }
        }

        return way;
    }

    private static void AddAsset(TraceBuilder trace, LogHistory log, string id, HistoryLeaf leaf)
    {
        trace.Add(leaf);
        trace.Add(id);
        Row asset = log.State.Find(Records.Asset, Convert.FromHexString(id))!;
        string provider = asset.Code("provider");
        trace.Node(provider, provider, "member");
        trace.Node(id, $"{asset.Code("standard")} {LogHistory.Short(id)}", "data set");
        trace.Edge(provider, id, "registered");
        foreach (byte[] source in leaf.Body!.List<byte[]>("sources"))
        {
            trace.Edge(Hex(source), id, $"became, by {AgentOf(log, id, source) ?? provider}");
        }

        foreach (byte[] corrected in asset.List<byte[]>("corrected"))
        {
            trace.Node(Hex(corrected), $"corrected {LogHistory.Short(Hex(corrected))}", "data set");
            trace.Edge(id, Hex(corrected), $"corrected by {provider}");
        }

        AddOrder(trace, id, asset);
    }

    /// <summary>A correction that is ordered and not done yet.</summary>
    public static void AddOrder(TraceBuilder trace, string id, Row asset)
    {
        foreach (long due in asset.List<long>("correctBy"))
        {
            string cause = $"a correction of {LogHistory.Short(id)} is ordered, due {Trace.Text(due)}";
            trace.Open(asset.Code("provider"), "QUALITY", cause, id);
        }
    }

    /// <summary>Corrections, reports and verdicts about any step.</summary>
    private static void AddFindings(TraceBuilder trace, LogHistory log, HashSet<string> way)
    {
        var reports = new HashSet<string>(StringComparer.Ordinal);
        foreach (HistoryLeaf leaf in log.Leaves.Where(l => l.Act is not null))
        {
            AddReplacements(trace, leaf, way);
            Row body = leaf.Body!;
            bool about = leaf.Act!.Kind switch
            {
                "fact recognised" or "fact cancelled" => body.Code("kind") == Records.Asset.Name
                    && way.Contains(Hex(body.Bytes("id"))),
                "step signed" => way.Contains(Hex(body.Bytes("input"))) && way.Contains(Hex(body.Bytes("output"))),
                "asset corrected" => way.Contains(Hex(body.Bytes("fingerprint"))),
                "report" => way.Contains(Hex(body.Bytes("about"))) && reports.Add(leaf.ActId),
                "proposed" => body.Inner("terms").Optional<byte[]>("about") is byte[] id
                    && reports.Contains(Hex(id))
                    && reports.Add(leaf.ActId),
                "approved" => reports.Contains(Hex(body.Bytes("proposal"))),
                _ => false,
            };
            if (about)
            {
                trace.Add(leaf);
                AddReport(trace, leaf);
            }
        }
    }

    /// <summary>The member that signed for the step from a source to a data set, or null.</summary>
    private static string? AgentOf(LogHistory log, string id, byte[] source) =>
        log.State.Find(Records.Step, StepRules.Id(Convert.FromHexString(id))) is Row step
        && step.Bytes("input").AsSpan().SequenceEqual(source)
            ? step.Code("agent")
            : null;

    /// <summary>The recipients that were told to replace a wrong value.</summary>
    private static void AddReplacements(TraceBuilder trace, HistoryLeaf leaf, HashSet<string> way)
    {
        foreach (RecordChange c in leaf.Changed.Where(c => c.Kind == Records.Recall))
        {
            foreach (string id in c.After!.List<byte[]>("replace").Select(Hex).Where(way.Contains))
            {
                string user = c.After.Code("user");
                trace.Add(Hex(c.Id));
                trace.Node(user, user, "member");
                trace.Edge(id, user, "to be replaced by");
            }
        }
    }

    private static void AddReport(TraceBuilder trace, HistoryLeaf leaf)
    {
        if (leaf.Act!.Kind == "report")
        {
            trace.Node(leaf.Who, leaf.Who, "member");
            trace.Edge(leaf.Who, Hex(leaf.Body!.Bytes("about")), $"reports {leaf.Body.Code("rule")}");
        }
    }

    /// <summary>A copy is that of the step with its fingerprint; one that is of no step was changed after its last step, by
    /// whoever holds it.</summary>
    private static void AddCopies(TraceBuilder trace, HashSet<string> way, IReadOnlyDictionary<string, byte[]> copies)
    {
        foreach ((string name, byte[] fingerprint) in copies)
        {
            string id = Hex(fingerprint),
                node = "copy " + name;
            trace.Node(node, way.Contains(id) ? name : $"{name}: of no step, changed by whoever holds it", "copy");
            trace.Edge(id, node, "is");
        }
    }

    private static string Hex(byte[] bytes) => LogHistory.Hex(bytes);
}
