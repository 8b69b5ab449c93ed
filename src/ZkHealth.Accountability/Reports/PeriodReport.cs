using System.Text.Json.Nodes;

namespace ZkHealth.Accountability.Reports;

/// <summary>
/// The report of a period of a region: who held, asked, used, paid and was penalised. It is a function of the log alone, so that
/// whoever has the log computes the same numbers. The period is half-open; what is due happens at its own time.
/// </summary>
internal sealed partial class PeriodReport
{
    /// <summary>For how long after its receipt a use for research may stay without a published result, in ms: 730 days.</summary>
    public const long Publication = 730 * Durations.Day;

    /// <summary>Breaches and sanctions that changed in the period, as they stand; those that are not new are of an earlier
    /// one.</summary>
    private readonly List<PeriodCase> _cases = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly Func<Row, bool>? _isRoot;

    /// <summary>An empty report.</summary>
    /// <param name="from">The beginning, in ms.</param>
    /// <param name="until">The end, in ms, not part of it.</param>
    /// <param name="isRoot">Tells whether the root of a spot check is the log's own; null where the log is not at
    /// hand.</param>
    public PeriodReport(long from, long until, Func<Row, bool>? isRoot) => (From, Until, _isRoot) = (from, until, isRoot);

    /// <summary>The beginning of the period, in ms.</summary>
    public long From { get; }

    /// <summary>The end of the period, in ms, not part of it.</summary>
    public long Until { get; }

    /// <summary>The leaves of the period.</summary>
    public long Leaves { get; private set; }

    /// <summary>Data sets registered, by provider.</summary>
    public Tally Registered { get; } = new();

    /// <summary>Data sets corrected, by provider.</summary>
    public Tally Corrected { get; } = new();

    /// <summary>Consents: granted, revoked, and what spot checks found.</summary>
    public Tally Consents { get; } = new();

    /// <summary>Requests by recipient: permitted.</summary>
    public Tally Permitted { get; } = new();

    /// <summary>Requests by recipient: denied.</summary>
    public Tally Denied { get; } = new();

    /// <summary>Codes of denials.</summary>
    public Tally Denials { get; } = new();

    /// <summary>Rows by server, of uses that both sides confirm.</summary>
    public Tally Served { get; } = new();

    /// <summary>Rows by taker, of uses that both sides confirm.</summary>
    public Tally Taken { get; } = new();

    /// <summary>Uses: words of servers, words of takers, disputes; emergencies opened and reviewed.</summary>
    public Tally Uses { get; } = new();

    /// <summary>Recalls: demanded, attested in time, late.</summary>
    public Tally Recalls { get; } = new();

    /// <summary>Decisions of governance that took effect, by what was proposed.</summary>
    public Tally Decisions { get; } = new();

    /// <summary>Fees by receiver, the patients' pools together.</summary>
    public Tally Fees { get; } = new();

    /// <summary>Money: received, deposits, paid out, cut from deposits.</summary>
    public Tally Money { get; } = new();

    /// <summary>Breaches recorded in the period, as they stand at its end.</summary>
    public IReadOnlyList<PeriodCase> Breaches => [.. _cases.Where(c => c.IsNew && c.Row.Shape == Records.Breach)];

    /// <summary>Counts the breaches that were not annulled: of a rule, or of all.</summary>
    public int CountBreaches(string? rule = null) =>
        Breaches.Count(b => !BreachRules.IsVoid(b.Row) && (rule is null || b.Row.Code("rule") == rule));

    /// <summary>Sanctions ordered in the period, as they stand at its end.</summary>
    public IReadOnlyList<PeriodCase> Sanctions => [.. _cases.Where(c => c.IsNew && c.Row.Shape == Records.Sanction)];

    /// <summary>Credit of every member at the end.</summary>
    public Tally Credit { get; private set; } = new();

    /// <summary>Requests for research that were used 730 days before the end or earlier, and name no published result.</summary>
    public IReadOnlyList<string> Unpublished { get; private set; } = [];

    /// <summary>Names who answers for what: the table in force at the end.</summary>
    public IReadOnlyList<Liability> Liabilities { get; private set; } = [];

    /// <summary>The state root at the end of the period, 32 bytes.</summary>
    public byte[] StateRoot { get; private set; } = [];

    /// <summary>Computes the report of a period from the leaves of a log.</summary>
    /// <param name="steps">All leaves from the first on.</param>
    /// <param name="from">The beginning, in ms.</param>
    /// <param name="until">The end, in ms, not part of it; later than the beginning.</param>
    /// <param name="isRoot">Tells whether the root of a spot check is the log's own; null where the log is not at
    /// hand.</param>
    public static PeriodReport Of(IEnumerable<RegionStep> steps, long from, long until, Func<Row, bool>? isRoot = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(until, from);
        var report = new PeriodReport(from, until, isRoot);
        ContractState state = ContractState.Empty;
        var used = new Dictionary<string, long>(StringComparer.Ordinal);
        var published = new HashSet<string>(StringComparer.Ordinal);
        foreach (RegionStep step in steps.TakeWhile(s => s.Time < until))
        {
            if (step.Act?.Kind == "receipt")
            {
                used.TryAdd(Convert.ToHexStringLower(RequestOf(step.Act)), step.Time);
            }

            if (step.Act?.Kind == "result published")
            {
                published.Add(Convert.ToHexStringLower(RequestOf(step.Act)));
            }

            if (step.Time >= from)
            {
                report.Add(step, state, state.Time);
            }

            state = step.After;
        }

        report.Finish(state, used.Where(u => u.Value <= until - Publication && !published.Contains(u.Key)).Select(u => u.Key));
        return report;
    }

    /// <summary>The request that a receipt or a published result names.</summary>
    public static byte[] RequestOf(Act act) => act.Row!.Bytes("request");

    /// <summary>Counts a leaf of the period.</summary>
    /// <param name="step">The leaf.</param>
    /// <param name="before">The state after the leaf before it.</param>
    /// <param name="since">The time of the leaf before it, in ms.</param>
    public void Add(RegionStep step, ContractState before, long since)
    {
        // what was due before the period is not of it
        ContractState begun = AtBeginning(before);
        Leaves++;
        Count(begun, begun == before ? step.Due : begun.Advance(step.Time, since).Changed, null);
        Count(step.Before, step.Changed, step);
    }

    /// <summary>Adds the report of a later part of the period.</summary>
    public void Add(PeriodReport part)
    {
        Leaves += part.Leaves;
        foreach (((_, Tally sum), (_, Tally more)) in Tallies.Zip(part.Tallies))
        {
            sum.Add(more);
        }

        foreach (PeriodCase c in part._cases)
        {
            Note(c);
        }
    }

    /// <summary>Counts what is due up to the end, and states what stands then.</summary>
    /// <param name="state">The state after the last leaf before the end.</param>
    /// <param name="unpublished">Requests that were used long before the end and name no result, for any purpose.</param>
    /// <returns>The state at the end.</returns>
    public ContractState Finish(ContractState state, IEnumerable<string> unpublished)
    {
        state = AtBeginning(state);
        Step step = state.Pass(Math.Max(state.Time, Until - 1));
        Count(state, step.Changed, null);
        ContractState end = step.State;
        StateRoot = end.Root.ToArray();
        Liabilities = Liability.TableOf(end);
        foreach (string member in end.Members)
        {
            Credit.Add(member, end.CreditOf(member)!.Value);
        }

        Unpublished =
        [
            .. unpublished
                .Where(u =>
                    end.Find(Records.Request, Convert.FromHexString(u)) is Row request
                    && end.IsBelow(request.Code("purpose"), "HRESCH")
                )
                .Order(StringComparer.Ordinal),
        ];
        return end;
    }

    /// <summary>States what stands at the end of the last part.</summary>
    public void EndAs(PeriodReport last) =>
        (StateRoot, Liabilities, Credit, Unpublished) = (last.StateRoot, last.Liabilities, last.Credit, last.Unpublished);

    /// <summary>The report as JSON.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["from"] = From,
            ["until"] = Until,
            ["leaves"] = Leaves,
            ["stateRoot"] = Convert.ToHexStringLower(StateRoot),
        };
        foreach ((string name, Tally numbers) in Tallies)
        {
            json[name] = numbers.ToJson();
        }

        json["breaches"] = new JsonArray([.. Breaches.Select(c => (JsonNode)c.ToJson())]);
        json["sanctions"] = new JsonArray([.. Sanctions.Select(c => (JsonNode)c.ToJson())]);
        json["credit"] = Credit.ToJson();
        json["unpublished"] = new JsonArray([.. Unpublished.Select(u => (JsonNode)u)]);
        json["liability"] = new JsonArray([.. Liabilities.Select(l => (JsonNode)l.ToJson(CountBreaches(l.Rule)))]);
        return json;
    }

    /// <summary>Everything of the report, so that it can be read again and added to others.</summary>
    public JsonObject ToKept()
    {
        JsonObject json = ToJson();
        json["cases"] = new JsonArray([.. _cases.Select(c => (JsonNode)c.ToKept())]);
        return json;
    }

    /// <summary>Reads what was kept.</summary>
    /// <param name="kept">What <see cref="ToKept"/> gave.</param>
    /// <param name="isRoot">Tells whether the root of a spot check is the log's own.</param>
    public static PeriodReport Read(JsonObject kept, Func<Row, bool>? isRoot)
    {
        var report = new PeriodReport((long)kept["from"]!, (long)kept["until"]!, isRoot)
        {
            Leaves = (long)kept["leaves"]!,
            StateRoot = Convert.FromHexString((string)kept["stateRoot"]!),
            Unpublished = [.. kept["unpublished"]!.AsArray().Select(u => (string)u!)],
            Liabilities = [.. kept["liability"]!.AsArray().Select(l => Liability.Read(l!.AsObject()))],
        };
        foreach ((string name, Tally numbers) in report.Tallies.Append(("credit", report.Credit)))
        {
            numbers.Add(Tally.Read(kept[name]!.AsObject()));
        }

        foreach (JsonNode? c in kept["cases"]!.AsArray())
        {
            report.Note(PeriodCase.Read(c!.AsArray()));
        }

        return report;
    }

    /// <summary>The numbers that add up, by their names in JSON.</summary>
    private IReadOnlyList<(string Name, Tally Numbers)> Tallies =>
        [
            ("registered", Registered),
            ("corrected", Corrected),
            ("consents", Consents),
            ("permitted", Permitted),
            ("denied", Denied),
            ("denials", Denials),
            ("uses", Uses),
            ("served", Served),
            ("taken", Taken),
            ("recalls", Recalls),
            ("decisions", Decisions),
            ("fees", Fees),
            ("money", Money),
        ];

    private ContractState AtBeginning(ContractState state) => state.Time < From ? state.Pass(From - 1).State : state;

    /// <summary>A case that is new is listed; one that is known is brought to what it is now.</summary>
    private void Note(PeriodCase now)
    {
        string id = $"{now.Row.Shape.Name} {Convert.ToHexString(now.Id)}";
        if (_places.TryAdd(id, _cases.Count))
        {
            _cases.Add(now);
        }
        else
        {
            _cases[_places[id]] = new PeriodCase(now.Id, now.Row, _cases[_places[id]].IsNew);
        }
    }
}
