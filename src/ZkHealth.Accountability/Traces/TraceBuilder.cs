using ZkHealth.Accountability.Reports;

namespace ZkHealth.Accountability.Traces;

/// <summary>Collects the parts of a trace: leaves that belong to it, ids whose breaches do, nodes and edges.</summary>
internal sealed class TraceBuilder(LogHistory log)
{
    private readonly SortedSet<long> _leaves = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TraceNode> _nodes = new(StringComparer.Ordinal);
    private readonly List<TraceEdge> _edges = [];
    private readonly HashSet<TraceEdge> _known = [];
    private readonly List<TraceAnswer> _open = [];
    private readonly List<TraceEvent> _happened = [];

    /// <summary>Every breach of these members belongs to the trace.</summary>
    public HashSet<string> Members { get; } = new(StringComparer.Ordinal);

    /// <summary>A leaf with its act belongs to the trace.</summary>
    /// <returns>False where it did already.</returns>
    public bool Add(HistoryLeaf leaf) => _leaves.Add(leaf.Index) | (leaf.ActId.Length > 0 && _ids.Add(leaf.ActId));

    /// <summary>Breaches about a record or a silence belong to the trace.</summary>
    /// <returns>False where they did already.</returns>
    public bool Add(string id) => _ids.Add(id);

    /// <summary>A node of the graph; the first word about it stays.</summary>
    public void Node(string id, string label, string kind) => _nodes.TryAdd(id, new TraceNode(id, label, kind));

    /// <summary>A step of the graph.</summary>
    public void Edge(string from, string to, string label)
    {
        var edge = new TraceEdge(from, to, label);
        if (_known.Add(edge))
        {
            _edges.Add(edge);
        }
    }

    /// <summary>A duty that waits: its subject answers until it is done.</summary>
    public void Open(string subject, string rule, string cause, string id) =>
        _open.Add(new TraceAnswer(subject, rule, "open", 0, null, cause, id));

    /// <summary>Something that happened by another entry, or by time alone.</summary>
    public void Happened(TraceEvent what) => _happened.Add(what);

    /// <summary>The trace of all that was added, with its breaches.</summary>
    public Trace Build(string kind, IReadOnlyList<string> about)
    {
        var breaches = log.Breaches(_leaves, _ids, Members).ToList();
        foreach ((HistoryLeaf leaf, RecordChange c) in breaches)
        {
            string subject = c.After!.Code("subject");
            Node(subject, subject, "member");
        }

        IEnumerable<TraceEvent> acts = log.Leaves.Where(l => l.Act is not null && _leaves.Contains(l.Index)).Select(log.Event);
        return new Trace
        {
            Kind = kind,
            About = about,
            Timeline =
            [
                .. acts.Concat(breaches.Select(b => log.Event(b.Leaf, b.Change)))
                    .Concat(_happened)
                    .OrderBy(e => e.Time)
                    .ThenBy(e => e.Leaf)
                    .ThenBy(e => e.What == "breach"),
            ],
            Nodes = [.. _nodes.Values],
            Edges = [.. _edges.Where(e => _nodes.ContainsKey(e.From) && _nodes.ContainsKey(e.To))],
            Answers = [.. breaches.Select(b => log.Answer(b.Change)).Concat(_open)],
        };
    }
}
