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
        WordsAbout(log, delivery, root).Any(w => w.ByServer == byServer && w.Names(delivery));

    /// <summary>Describes the first word on the log about these rows that names another server or taker than the delivery does;
    /// null where there is none. The root does not bind their names: whoever holds a delivery can write others into
    /// it.</summary>
    public static string? Contradicts(LogHistory log, Delivery delivery, byte[] root) =>
        WordsAbout(log, delivery, root).FirstOrDefault(w => !w.Names(delivery)) is DeliveryWord other
            ? $"leaf {other.Leaf} of the ledger says that {other.Server} gave these rows to {other.Taker}"
            : null;

    /// <summary>The words of servers and takers about a request and a root. A server names the request, whose recipient takes;
    /// a taker names the server.</summary>
    private static IEnumerable<DeliveryWord> WordsAbout(LogHistory log, Delivery delivery, byte[] root) =>
        from leaf in log.Leaves
        where leaf.Act?.Kind is "used" or "receipt"
        where leaf.Body!.Bytes("request").AsSpan().SequenceEqual(delivery.Request)
        where leaf.Body!.Bytes("root").AsSpan().SequenceEqual(root)
        let byServer = leaf.Act!.Kind == "used"
        select new DeliveryWord(
            leaf.Index,
            byServer,
            byServer ? leaf.Who : leaf.Body!.Code("server"),
            byServer ? log.State.Find(Records.Request, delivery.Request)!.Code("recipient") : leaf.Who
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

    /// <summary>Describes what a side says on the log: who gave, who took.</summary>
    private sealed class DeliveryWord(long leaf, bool byServer, string server, string taker)
    {
        public long Leaf { get; } = leaf;

        public bool ByServer { get; } = byServer;

        public string Server { get; } = server;

        public string Taker { get; } = taker;

        public bool Names(Delivery delivery) => Server == delivery.Server && Taker == delivery.Taker;
    }
}
