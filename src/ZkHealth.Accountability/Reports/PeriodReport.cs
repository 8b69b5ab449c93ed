using System.Text;
using System.Text.Json.Nodes;

namespace ZkHealth.Accountability.Reports;

/// <summary>
/// The report of a period of a region: who held, asked, used, paid and was penalised. It is a function of the log alone, so that
/// whoever has the log computes the same numbers. The period is half-open; what is due happens at its own time.
/// </summary>
internal sealed class PeriodReport
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
    public static byte[] RequestOf(Act act) => Decode(act)!.Bytes("request");

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
        json["liability"] = new JsonArray([
            .. Liabilities.Select(l => (JsonNode)l.ToJson(Breaches.Count(b => b.Row.Code("rule") == l.Rule))),
        ]);
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

    private static Row? Decode(Act act) => ActKind.All[act.Kind].Body.TryDecode(act.Body, out Row? row) ? row : null;

    /// <summary>Counts what changed by an act, or by time alone.</summary>
    private void Count(ContractState before, IReadOnlyList<ChangedRecord> changed, RegionStep? step)
    {
        Act? act = step?.Act;
        Row? body = act is null ? null : Decode(act);
        CountAct(before, act, body, step?.Outcome);
        foreach (RecordChange c in RecordChange.Of(before, changed).Where(c => c.After is not null))
        {
            switch (c.Kind.Name)
            {
                case "breach":
                    Note(new PeriodCase(c.Id, c.After!, c.Before is null));
                    Money.Add("cut", c.Before is null ? c.After!.Whole("held") : 0);
                    break;
                case "sanction":
                    Note(new PeriodCase(c.Id, c.After!, c.Before is null));
                    break;
                case "recall":
                    Recalls.Add("demanded", c.Before is null ? 1 : 0);
                    Recalls.Add("late", c.Raised("late") ? 1 : 0);
                    Recalls.Add("attested in time", c.Raised("done") && !c.After!.Flag("late") ? 1 : 0);
                    break;
                case "proposal" when c.After!.Code("status") == "effective" && c.Before?.Code("status") != "effective":
                    Decisions.Add(c.After.Inner("terms").Code("what"));
                    break;
                case "use":
                    CountUse(c);
                    break;
                case "pool":
                    Fees.Add("patients", c.Grew("amount"));
                    break;
                case "fund":
                    CountFund(Encoding.UTF8.GetString(c.Id), c.Grew("amount"));
                    break;
                case "escrow":
                    // the fund of what was received has deposits in it
                    Money.Add("deposits", c.Grew("paid"));
                    Money.Add("received", -c.Grew("paid"));
                    break;
                case "account" when BooksFees(act):
                    CountFee(before, c.Id, c, PayerOf(before, act, body));
                    break;
                case "entitlement" when BooksFees(act):
                    CountFee(before, c.After!.Bytes("account"), c, PayerOf(before, act, body));
                    break;
            }
        }
    }

    private void CountAct(ContractState before, Act? act, Row? body, Outcome? outcome)
    {
        switch (act?.Kind)
        {
            case "asset registered":
                Registered.Add(SubjectOf(before, act));
                break;
            case "asset corrected":
                Corrected.Add(SubjectOf(before, act));
                break;
            case "consent granted":
                Consents.Add("granted");
                break;
            case "consents checked":
                Consents.Add("checked and confirmed", body!.List<byte[]>("confirmed").Count);
                Consents.Add("checked and denied", body.List<byte[]>("denied").Count);
                Consents.Add("drawn by a root that the log never had", _isRoot?.Invoke(body) == false ? 1 : 0);
                break;
            case "consent revoked":
                Consents.Add("revoked");
                break;
            case "access requested" or "statistics requested":
                CountRequest(SubjectOf(before, act), outcome!);
                break;
            case "result published":
                Uses.Add($"results: {body!.Code("kind")}");
                break;
            case "emergency":
                Uses.Add("emergencies");
                break;
            case "emergency reviewed":
                Uses.Add("emergencies reviewed");
                break;
        }
    }

    /// <summary>Counts money by what the books say, on whatever rail it came or went.</summary>
    private void CountFund(string fund, long more)
    {
        switch (fund)
        {
            case Funds.Received:
                Money.Add("received", more);
                break;
            case Funds.PaidOut:
                Money.Add("paid out", more);
                break;
        }
    }

    private void CountRequest(string recipient, Outcome outcome)
    {
        (outcome.Kind == OutcomeKind.Permitted ? Permitted : Denied).Add(recipient);
        foreach (string code in outcome.Codes)
        {
            Denials.Add(code);
        }
    }

    private void CountUse(RecordChange c)
    {
        Row use = c.After!;
        bool both = use.List<string>("server").Count == 1 && use.List<string>("taker").Count == 1;
        Uses.Add("served", use.List<string>("server").Count - (c.Before?.List<string>("server").Count ?? 0));
        Uses.Add("received", use.List<string>("taker").Count - (c.Before?.List<string>("taker").Count ?? 0));
        Uses.Add("disputes", c.Raised("dispute") ? 1 : 0);
        if (both)
        {
            Served.Add(use.List<string>("server")[0], use.Whole("rows"));
            Taken.Add(use.List<string>("taker")[0], use.Whole("rows"));
        }
    }

    /// <summary>Fees are booked when a period closes, when money comes in or goes out, as debts are paid first, and by a late
    /// word about a use's value.</summary>
    private static bool BooksFees(Act? act) =>
        act?.Kind
            is null
                or "money received"
                or "chain stated"
                or "payout recorded"
                or "payout claimed"
                or "use value reported"
                or "use value estimated";

    /// <summary>The account of which an act moves money in or out, besides the debts that it pays; null for others.</summary>
    private static string? PayerOf(ContractState before, Act? act, Row? body) =>
        act?.Kind switch
        {
            "money received" => body!.Code("subject"),
            "payout recorded" => Encoding.UTF8.GetString(body!.Bytes("account")),
            "payout claimed" => SubjectOf(before, act),
            "chain stated" when body!.Optional<byte[]>("about") is byte[] about => Encoding.UTF8.GetString(about),
            _ => null,
        };

    /// <summary>A fee is what grows on an account of a provider or operator while a period closes or money of somebody else comes
    /// in or goes out.</summary>
    private void CountFee(ContractState before, byte[] id, RecordChange c, string? payer)
    {
        string account = Encoding.UTF8.GetString(id);
        if (
            account != payer
            && before.Find(Records.Member, account) is Row member
            && (member.Codes("roles").Contains("provider") || member.Codes("roles").Contains("operator"))
        )
        {
            Fees.Add(account, c.Grew("amount"));
        }
    }

    private static string SubjectOf(ContractState state, Act act) =>
        state.Find(Records.Key, act.Signer)?.Code("subject") ?? Convert.ToHexStringLower(act.Signer);
}
