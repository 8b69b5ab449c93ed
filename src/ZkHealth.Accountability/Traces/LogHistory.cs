using System.Globalization;
using ZkHealth.Accountability.Reports;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability.Traces;

/// <summary>A leaf of a log as traces read it: its act with its body, and the records that it and time changed.</summary>
/// <param name="Index">The number of the leaf.</param>
/// <param name="Time">The time of the leaf, in ms.</param>
/// <param name="Act">The act; null for a tick and for entries of other kinds.</param>
/// <param name="Body">The body of the act.</param>
/// <param name="Who">The subject of the signer, or its key in hexadecimal.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Due">The records that what was due changed.</param>
/// <param name="Changed">The records that the act changed.</param>
internal sealed record HistoryLeaf(
    long Index,
    long Time,
    Act? Act,
    Row? Body,
    string Who,
    string Outcome,
    IReadOnlyList<RecordChange> Due,
    IReadOnlyList<RecordChange> Changed
)
{
    /// <summary>The id of the act in hexadecimal; empty where there is none.</summary>
    public string ActId { get; } = Act is null ? "" : Convert.ToHexStringLower(Act.Id);
}

/// <summary>A log, read once by its rules, with what its traces ask of it. Kinds of records that only count are left
/// out.</summary>
internal sealed class LogHistory
{
    private static readonly HashSet<string> Kept = new(StringComparer.Ordinal)
    {
        "asset",
        "contradiction",
        "consent",
        "agreement",
        "request",
        "use",
        "emergency",
        "recall",
        "report",
        "breach",
        "proposal",
        "sanction",
        "result",
        "fact",
    };

    private LogHistory(IReadOnlyList<HistoryLeaf> leaves, ContractState state) => (Leaves, State) = (leaves, state);

    /// <summary>The leaves with something of these kinds, in their order.</summary>
    public IReadOnlyList<HistoryLeaf> Leaves { get; }

    /// <summary>The state at the end.</summary>
    public ContractState State { get; }

    /// <summary>Reads the leaves of a log.</summary>
    public static LogHistory Of(IEnumerable<RegionStep> steps)
    {
        var leaves = new List<HistoryLeaf>();
        ContractState state = ContractState.Empty;
        foreach (RegionStep s in steps)
        {
            if (LeafOf(s, state) is HistoryLeaf leaf)
            {
                leaves.Add(leaf);
            }

            state = s.After;
        }

        return new LogHistory(leaves, state);
    }

    /// <summary>A part of a log.</summary>
    /// <param name="leaves">Leaves in their order.</param>
    /// <param name="state">The state at the end of the log.</param>
    public static LogHistory Of(IReadOnlyList<HistoryLeaf> leaves, ContractState state) => new(leaves, state);

    /// <summary>The log with what has fallen due since its last leaf, as the next leaf will record it: who reads an embedded log
    /// cannot wait until somebody appends.</summary>
    /// <param name="time">The time up to which it falls due, in ms.</param>
    /// <param name="next">The number of the next leaf.</param>
    public LogHistory Advance(long time, long next)
    {
        Step due = State.Pass(time);
        HistoryLeaf? leaf = LeafOf(new RegionStep(next, null, due, due), State);
        return new LogHistory(leaf is null ? Leaves : [.. Leaves, leaf], due.State);
    }

    /// <summary>A leaf as traces read it; null for a tick by which nothing of their kinds happened.</summary>
    /// <param name="s">The leaf as the rules decided it.</param>
    /// <param name="before">The state after the leaf before it.</param>
    public static HistoryLeaf? LeafOf(RegionStep s, ContractState before)
    {
        if (s.Act is not null && s.Act.Row is null)
        {
            throw new InvalidOperationException($"the body of leaf {s.Index} is none of '{s.Act.Kind}'");
        }

        RecordChange[] due = [.. RecordChange.Of(before, s.Due.Where(c => Kept.Contains(c.Kind)))],
            changed = [.. RecordChange.Of(s.Before, s.Changed.Where(c => Kept.Contains(c.Kind)))];
        string who = s.Act is null ? "" : WhoOf(s.Before, s.Act);
        return s.Act is null && due.Length == 0
            ? null
            : new HistoryLeaf(s.Index, s.Time, s.Act, s.Act?.Row, who, s.Outcome.ToString(), due, changed);
    }

    /// <summary>The breaches about acts, records or silences, with the leaves that recorded them.</summary>
    /// <param name="leaves">The acts.</param>
    /// <param name="ids">The ids of records and silences, in hexadecimal.</param>
    /// <param name="members">The members all of whose breaches are wanted.</param>
    public IEnumerable<(HistoryLeaf Leaf, RecordChange Change)> Breaches(
        ISet<long> leaves,
        ISet<string> ids,
        ISet<string> members
    )
    {
        // an id has one breach of each subject: those of a subject are computed once, however many there are
        var about = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        HashSet<string> About(string subject)
        {
            if (!about.TryGetValue(subject, out HashSet<string>? found))
            {
                about[subject] = found = [.. ids.Select(i => Hex(Silences.BreachOf(State, Convert.FromHexString(i), subject)))];
            }

            return found;
        }

        return from leaf in Leaves
            from c in leaf.Due.Concat(leaf.Changed)
            where c.Kind == Records.Breach && c.Before is null
            let subject = c.After!.Code("subject")
            let byAct = leaves.Contains(leaf.Index) && leaf.Changed.Contains(c)
            where byAct || members.Contains(subject) || About(subject).Contains(Hex(c.Id))
            select (leaf, c);
    }

    /// <summary>A breach as it stands at the end.</summary>
    public TraceAnswer Answer(RecordChange breach)
    {
        Row row = State.Find(Records.Breach, breach.Id)!;
        return new TraceAnswer(
            row.Code("subject"),
            row.Code("rule"),
            row.Code("status"),
            row.Whole("points"),
            row.Optional<byte[]>("person") is byte[] person ? Hex(person) : null,
            Liability.Of(State, row.Code("rule"))?.Cause ?? "decided by verdict",
            Hex(breach.Id),
            row.Whole("held"),
            row.Code("status") == BreachRules.Provisional ? row.Whole("due") : null
        );
    }

    /// <summary>An act on the timeline; what a key signed while it was in other hands is marked as disputed.</summary>
    public TraceEvent Event(HistoryLeaf leaf)
    {
        Row? key = State.Find(Records.Key, leaf.Act!.Signer);
        string disputed =
            key?.List<long>("disputedFrom") is [long from] && leaf.Time >= from
                ? $"; disputed: its key was in other hands from {Trace.Text(from)}"
                : "";
        return new(leaf.Index, leaf.Time, leaf.Act.Kind, leaf.Who, leaf.Outcome, Describe(leaf.Body!) + disputed, leaf.ActId);
    }

    /// <summary>A breach on the timeline, at its own time.</summary>
    public TraceEvent Event(HistoryLeaf leaf, RecordChange breach) =>
        new(
            leaf.Index,
            breach.After!.Whole("time"),
            "breach",
            breach.After.Code("subject"),
            $"{breach.After.Code("rule")}, {breach.After.Whole("points")} points",
            Liability.Of(State, breach.After.Code("rule"))?.Cause ?? "decided by verdict",
            Hex(breach.Id)
        );

    /// <summary>The fields of a body in one line; digests and keys by their first digits.</summary>
    public static string Describe(Row body) =>
        string.Join(
            "; ",
            body.Shape.Fields.Select((f, i) => (f.Name, Text: Text(f.Name, body[i])))
                .Where(f => f.Text.Length > 0)
                .Select(f => $"{f.Name} {f.Text}")
        );

    /// <summary>A field in words; nothing for a time that is none.</summary>
    private static string Text(string field, object value) =>
        field switch
        {
            "period" or "kept" => Spans(value),
            "until" or "notBefore" when value is 0L => "",
            _ => Text(value),
        };

    /// <summary>The id that a word in hexadecimal stands for: a key as keygen prints it, without the byte that says Ed25519, is
    /// that of a consent.</summary>
    public static IReadOnlyList<string> Ids(string word)
    {
        string hex = word.ToLowerInvariant();
        return hex.Length == 2 * VerifyingKey.Size ? [hex, $"{VerifyingKey.Algorithm:x2}{hex}"] : [hex];
    }

    /// <summary>Bytes in hexadecimal.</summary>
    public static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>An id by its first digits.</summary>
    public static string Short(string id) => id.Length > 12 ? id[..12] : id;

    /// <summary>The id of a record: in letters where it is made of them, as those of members and parameters are.</summary>
    public static string Name(byte[] id) =>
        id.Length < 32 && id.All(b => b is > 0x20 and < 0x7F) ? System.Text.Encoding.ASCII.GetString(id) : Short(Hex(id));

    /// <summary>Spans of whole days, and other numbers, of a field that holds spans.</summary>
    private static string Spans(object value) =>
        value switch
        {
            long span and >= Durations.Day when span % Durations.Day == 0 => $"{span / Durations.Day} d",
            IReadOnlyList<object> many => string.Join(" ", many.Select(Spans)),
            _ => Text(value),
        };

    private static string Text(object value) =>
        value switch
        {
            string code => code,
            bool flag => flag ? "yes" : "no",
            long number => number > Durations.End / 4096 && number < Durations.End
                ? Trace.Text(number)
                : number.ToString(CultureInfo.InvariantCulture),
            byte[] bytes => Short(Hex(bytes)),
            Row row => $"[{Describe(row)}]",
            IReadOnlyList<object> { Count: > 8 } many => $"{many.Count} items",
            IReadOnlyList<object> few => string.Join(" ", few.Select(Text)),
            _ => "",
        };

    private static string WhoOf(ContractState state, Act act) =>
        state.Find(Records.Key, act.Signer)?.Code("subject") ?? (act.Kind == "charter" ? "first members" : Hex(act.Signer));
}
