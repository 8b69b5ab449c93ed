using ZkHealth.Accountability.Deliveries;

namespace ZkHealth.Accountability.Traces;

/// <summary>The deliveries that explain a file, with the requests, words of servers and receipts of takers about them on the
/// log.</summary>
internal static class IncidentTrace
{
    /// <summary>The words by which the log knows a delivery: its request and its root.</summary>
    public static IEnumerable<string> Words(DeliveryMatch match) =>
        [LogHistory.Hex(match.Kept.Delivery.Request), LogHistory.Hex(match.Kept.Delivery.Root(match.Kept.Rows))];

    /// <summary>Determines whether a side has said on the log that it gave, or took, this delivery. Without that the delivery is
    /// the word of whoever shows it: anybody can make one that names others.</summary>
    public static bool IsSaid(LogHistory log, Delivery delivery, byte[] root, bool byServer) =>
        log.Leaves.Any(l =>
            l.Act?.Kind == (byServer ? "used" : "receipt")
            && l.Who == (byServer ? delivery.Server : delivery.Taker)
            && l.Body!.Bytes("request").AsSpan().SequenceEqual(delivery.Request)
            && l.Body.Bytes("root").AsSpan().SequenceEqual(root)
        );

    /// <summary>Traces a file.</summary>
    /// <param name="log">The log; null where it is not at hand.</param>
    /// <param name="file">The name of the file.</param>
    /// <param name="search">What was found.</param>
    public static Trace Of(LogHistory? log, string file, IncidentSearch search)
    {
        var trace = new TraceBuilder(log ?? LogHistory.Of([]));
        trace.Node(file, file, "file");
        foreach (DeliveryMatch m in search.Matches.Where(m => m.ByValue > 0))
        {
            Delivery d = m.Kept.Delivery;
            byte[] root = d.Root(m.Kept.Rows);
            string node = LogHistory.Hex(root);
            trace.Node(d.Server, d.Server, "member");
            trace.Node(d.Taker, d.Taker, "member");
            trace.Node(node, $"delivery {LogHistory.Short(node)}, {m.Kept.Rows.Count} rows", "delivery");
            trace.Edge(d.Server, node, "gave");
            trace.Edge(node, d.Taker, "taken");
            trace.Edge(node, file, m.Explains ? "explains" : $"{m.ByValue} rows by value");
            foreach (HistoryLeaf leaf in log?.Leaves ?? [])
            {
                bool about = leaf.Act?.Kind switch
                {
                    "access requested" => leaf.Act.Id.AsSpan().SequenceEqual(d.Request),
                    "used" or "receipt" => leaf.Body!.Bytes("root").AsSpan().SequenceEqual(root),
                    _ => false,
                };
                if (about)
                {
                    trace.Add(leaf);
                }
            }
        }

        return trace.Build("incident", [file]);
    }
}
