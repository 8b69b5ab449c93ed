using System.Text.Json.Nodes;

namespace ZkHealth.Accountability.Traces;

/// <summary>Something that happened, on the timeline of a trace.</summary>
/// <param name="Leaf">The number of the leaf with which it stands on the log.</param>
/// <param name="Time">When, in ms since 1970 UTC.</param>
/// <param name="What">The kind of entry, or what happened by time alone.</param>
/// <param name="Who">The subject, or the handle in hexadecimal; empty where time alone did it.</param>
/// <param name="Outcome">The outcome with its codes.</param>
/// <param name="Detail">What the entry says, in words of its fields.</param>
/// <param name="Id">The id by which other entries name it, in hexadecimal.</param>
internal sealed record TraceEvent(long Leaf, long Time, string What, string Who, string Outcome, string Detail, string Id)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Trace.Text(Time)}  leaf {Leaf}  {What}, {Who}: {Outcome}; {Detail}; id {Id}";
}

/// <summary>Something that the graph of a trace leads to: a data set, a member, a request, a delivery.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Label">Its name for people.</param>
/// <param name="Kind">What it is.</param>
internal sealed record TraceNode(string Id, string Label, string Kind);

/// <summary>A step of the graph.</summary>
/// <param name="From">The id of a node.</param>
/// <param name="To">The id of a node.</param>
/// <param name="Label">What happened between them.</param>
internal sealed record TraceEdge(string From, string To, string Label);

/// <summary>An answer of a trace: who answers for what, by which rule.</summary>
/// <param name="Subject">The member.</param>
/// <param name="Rule">The code of the rule.</param>
/// <param name="Status">provisional, final, void; or open, where a duty waits.</param>
/// <param name="Points">The points of credit that it costs.</param>
/// <param name="Person">The salted code of a person within the member, in hexadecimal; null where there is none.</param>
/// <param name="Cause">The cause in words of the liability table.</param>
/// <param name="Id">The id of the breach for an appeal, of the recall for its attestation, of the data set for its correction, in
/// hexadecimal.</param>
/// <param name="Held">What is held of its deposit until it is final.</param>
/// <param name="Final">When a provisional breach becomes final unless it is annulled; null for others. It is appealed before, and
/// once.</param>
internal sealed record TraceAnswer(
    string Subject,
    string Rule,
    string Status,
    long Points,
    string? Person,
    string Cause,
    string Id,
    long Held = 0,
    long? Final = null
)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        string person = Person is null ? "" : $", person {Person}",
            held = Held == 0 ? "" : $", {Held} of the deposit held";
        return $"{Subject}: {Rule}, {Cause}{person} ({StatusText}, {Points} points{held}), id {Id}";
    }

    /// <summary>The members of a JSON object.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["subject"] = Subject,
            ["rule"] = Rule,
            ["status"] = Status,
            ["points"] = Points,
            ["person"] = Person,
            ["cause"] = Cause,
            ["id"] = Id,
            ["held"] = Held,
            ["final"] = Final is long time ? Trace.Text(time) : null,
        };

    /// <summary>The status with its day, in words.</summary>
    public string StatusText => Final is long time ? $"{Status}, final {Trace.Text(time)} unless annulled" : Status;
}

/// <summary>Acts of a member with the data that a trace is about.</summary>
/// <param name="member">The member.</param>
/// <param name="events">Its events.</param>
internal sealed class TraceParty(string member, IReadOnlyList<TraceEvent> events)
{
    /// <summary>The member.</summary>
    public string Member { get; } = member;

    /// <summary>Requests that were permitted.</summary>
    public int Permitted { get; } = events.Count(e => IsRequest(e) && e.Outcome == nameof(OutcomeKind.Permitted));

    /// <summary>Requests that were denied.</summary>
    public int Denied { get; } = events.Count(e => IsRequest(e) && e.Outcome != nameof(OutcomeKind.Permitted));

    /// <summary>Deliveries that it says it made.</summary>
    public int Served { get; } = events.Count(e => e.What == "used");

    /// <summary>Deliveries that it says it received.</summary>
    public int Received { get; } = events.Count(e => e.What == "receipt");

    /// <summary>Looks in an emergency.</summary>
    public int Emergencies { get; } = events.Count(e => e.What == "emergency");

    /// <summary>Tells whether it did any of these.</summary>
    public bool HasActed => Permitted + Denied + Served + Received + Emergencies > 0;

    private static bool IsRequest(TraceEvent e) => e.What is "access requested" or "statistics requested";
}

/// <summary>A trace: what happened to data, a timeline and a graph, and who answers by which rule.</summary>
internal sealed class Trace
{
    /// <summary>The kind of trace: quality, use or incident.</summary>
    public required string Kind { get; init; }

    /// <summary>About what.</summary>
    public required IReadOnlyList<string> About { get; init; }

    /// <summary>The events, in the order of the log.</summary>
    public required IReadOnlyList<TraceEvent> Timeline { get; init; }

    /// <summary>The nodes of the graph, in the order in which they appear.</summary>
    public required IReadOnlyList<TraceNode> Nodes { get; init; }

    /// <summary>The steps of the graph.</summary>
    public required IReadOnlyList<TraceEdge> Edges { get; init; }

    /// <summary>Names who answers; none where nobody is in breach.</summary>
    public required IReadOnlyList<TraceAnswer> Answers { get; init; }

    /// <summary>The leaves that show it, for an evidence bundle.</summary>
    public IEnumerable<long> Leaves => Timeline.Select(e => e.Leaf).Distinct().Order();

    /// <summary>Names who answers: the members without void breaches, or nobody.</summary>
    public string Responsible =>
        Answers.Where(a => a.Status != BreachRules.Void).Select(a => a.Subject).Distinct().Order(StringComparer.Ordinal).ToArray()
            is { Length: > 0 } subjects
            ? string.Join(", ", subjects)
            : "nobody";

    /// <summary>Names who asked, served, received, or looked in an emergency, ascending.</summary>
    public IReadOnlyList<TraceParty> Parties =>
        [
            .. Timeline
                .GroupBy(e => e.Who, StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new TraceParty(g.Key, [.. g]))
                .Where(p => p.HasActed),
        ];

    /// <summary>The members of a JSON object.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["about"] = new JsonArray([.. About.Select(a => (JsonNode)a)]),
            ["responsible"] = Responsible,
            ["answers"] = Array(Answers, a => a.ToJson()),
            ["parties"] = Array(
                Parties,
                p => new JsonObject
                {
                    ["member"] = p.Member,
                    ["permitted"] = p.Permitted,
                    ["denied"] = p.Denied,
                    ["served"] = p.Served,
                    ["received"] = p.Received,
                    ["emergencies"] = p.Emergencies,
                }
            ),
            ["timeline"] = Array(
                Timeline,
                e => new JsonObject
                {
                    ["leaf"] = e.Leaf,
                    ["time"] = Text(e.Time),
                    ["what"] = e.What,
                    ["who"] = e.Who,
                    ["outcome"] = e.Outcome,
                    ["detail"] = e.Detail,
                    ["id"] = e.Id,
                }
            ),
            ["nodes"] = Array(
                Nodes,
                n => new JsonObject
                {
                    ["id"] = n.Id,
                    ["label"] = n.Label,
                    ["kind"] = n.Kind,
                }
            ),
            ["edges"] = Array(
                Edges,
                e => new JsonObject
                {
                    ["from"] = e.From,
                    ["to"] = e.To,
                    ["label"] = e.Label,
                }
            ),
        };

    /// <summary>A time as people read it, in UTC with milliseconds where there are any.</summary>
    public static string Text(long time)
    {
        DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(time);
        return at.ToString(
            time % Durations.Second == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
            System.Globalization.CultureInfo.InvariantCulture
        );
    }

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonObject> describe) =>
        new([.. items.Select(i => (JsonNode)describe(i))]);
}
