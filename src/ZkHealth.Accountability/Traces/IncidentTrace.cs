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

    /// <summary>The first word on the log about these rows that names another server or taker than the delivery does;
    /// null where there is none. The root does not bind their names: whoever holds a delivery can write others into
    /// it.</summary>
    public static string? Contradicts(LogHistory log, Delivery delivery, byte[] root) =>
        WordsAbout(log, delivery, root).FirstOrDefault(w => !w.Names(delivery)) is DeliveryWord other
            ? $"leaf {other.Leaf} of the ledger says that {other.Server} gave these rows to {other.Taker}"
            : null;

    /// <summary>The members that a delivery leads to: whoever said on the log that it gave or took these rows, and the server and
    /// the taker that the manifest names, unless a word of the log names another one and none of its own confirms it. A word
    /// binds its signer: it names no other member against the manifest.</summary>
    /// <param name="log">The log; null where it is not at hand, and the manifest alone is heard.</param>
    /// <param name="delivery">The manifest.</param>
    /// <param name="root">The root of its rows.</param>
    public static IReadOnlyList<string> Named(LogHistory? log, Delivery delivery, byte[] root)
    {
        DeliveryWord[] words = log is null ? [] : [.. WordsAbout(log, delivery, root)];
        var named = new SortedSet<string>(words.Select(w => w.Signer), StringComparer.Ordinal);
        if (words.All(w => w.Server == delivery.Server))
        {
            named.Add(delivery.Server);
        }

        if (words.All(w => w.Taker == delivery.Taker))
        {
            named.Add(delivery.Taker);
        }

        return [.. named];
    }

    /// <summary>The members that the deliveries lead to which explain a file, ascending.</summary>
    public static IReadOnlyList<string> Holders(LogHistory? log, IncidentSearch search) =>
        [
            .. search
                .Matches.Where(m => m.Explains)
                .SelectMany(m => Named(log, m.Kept.Delivery, m.Kept.Delivery.Root(m.Kept.Rows)))
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The words of servers and takers about a request and a root. A server names the request, whose recipient takes;
    /// a taker names the server.</summary>
    private static IEnumerable<DeliveryWord> WordsAbout(LogHistory log, Delivery delivery, byte[] root) =>
        from leaf in log.Leaves
        where IsAbout(leaf, delivery, root)
        let byServer = leaf.Act!.Kind == "used"
        select new DeliveryWord(
            leaf.Index,
            byServer,
            byServer ? leaf.Who : leaf.Body!.Code("server"),
            byServer ? log.State.Find(Records.Request, delivery.Request)!.Code("recipient") : leaf.Who
        );

    private static bool IsAbout(HistoryLeaf leaf, Delivery delivery, byte[] root) =>
        leaf.Act?.Kind is "used" or "receipt"
        && leaf.Body!.Bytes("request").AsSpan().SequenceEqual(delivery.Request)
        && leaf.Body!.Bytes("root").AsSpan().SequenceEqual(root);

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
            trace.Node(node, $"delivery {LogHistory.Short(node)}, {m.Kept.Rows.Count} rows", "delivery");
            foreach (string member in Named(log, d, root))
            {
                trace.Node(member, member, "member");
                bool takes = member == d.Taker || (log is not null && WordsAbout(log, d, root).Any(w => w.Taker == member));
                trace.Edge(takes ? node : member, takes ? member : node, takes ? "taken" : "gave");
            }

            trace.Edge(node, file, m.Explains ? "explains" : $"{m.ByValue} rows by value");
            foreach (HistoryLeaf leaf in log?.Leaves ?? [])
            {
                if (
                    IsAbout(leaf, d, root)
                    || (leaf.Act?.Kind == "access requested" && leaf.Act.Id.AsSpan().SequenceEqual(d.Request))
                )
                {
                    trace.Add(leaf);
                }
            }
        }

        return trace.Build("incident", [file]);
    }

    /// <summary>The word of a side on the log: who gave, who took.</summary>
    private sealed class DeliveryWord(long leaf, bool byServer, string server, string taker)
    {
        public long Leaf { get; } = leaf;

        public bool ByServer { get; } = byServer;

        public string Server { get; } = server;

        public string Taker { get; } = taker;

        public string Signer => ByServer ? Server : Taker;

        public bool Names(Delivery delivery) => Server == delivery.Server && Taker == delivery.Taker;
    }
}
