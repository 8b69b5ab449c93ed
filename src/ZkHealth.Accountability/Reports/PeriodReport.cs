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
    private const long Publication = 730 * Durations.Day;

    private readonly List<(byte[] Id, Row Row)> _breaches = [];
    private readonly List<(byte[] Id, Row Row)> _sanctions = [];

    private readonly Func<Row, bool>? _isRoot;

    private PeriodReport(long from, long until, Func<Row, bool>? isRoot) => (From, Until, _isRoot) = (from, until, isRoot);

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
    public IReadOnlyList<(byte[] Id, Row Row)> Breaches => _breaches;

    /// <summary>Sanctions ordered in the period, as they stand at its end.</summary>
    public IReadOnlyList<(byte[] Id, Row Row)> Sanctions => _sanctions;

    /// <summary>Credit of every member at the end.</summary>
    public Tally Credit { get; } = new();

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
            if (step.Act?.Kind == "receipt" && Decode(step.Act) is Row receipt)
            {
                used.TryAdd(Convert.ToHexStringLower(receipt.Bytes("request")), step.Time);
            }

            if (step.Act?.Kind == "result published" && Decode(step.Act) is Row result)
            {
                published.Add(Convert.ToHexStringLower(result.Bytes("request")));
            }

            if (step.Time >= from)
            {
                // what was due before the period is not of it
                state = state.Time < from ? state.Advance(Math.Max(state.Time, from - 1)).State : state;
                report.Leaves++;
                report.Count(state, state.Advance(step.Time).Changed, null);
                report.Count(step.Before, step.Changed, step);
            }

            state = step.After;
        }

        state = state.Time < from ? state.Advance(from - 1).State : state;
        Step end = state.Advance(Math.Max(state.Time, until - 1));
        report.Count(state, end.Changed, null);
        report.Finish(end.State, used.Where(u => !published.Contains(u.Key)));
        return report;
    }

    /// <summary>The report as JSON.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["from"] = From,
            ["until"] = Until,
            ["leaves"] = Leaves,
            ["stateRoot"] = Convert.ToHexStringLower(StateRoot),
            ["registered"] = Registered.ToJson(),
            ["corrected"] = Corrected.ToJson(),
            ["consents"] = Consents.ToJson(),
            ["permitted"] = Permitted.ToJson(),
            ["denied"] = Denied.ToJson(),
            ["denials"] = Denials.ToJson(),
            ["uses"] = Uses.ToJson(),
            ["served"] = Served.ToJson(),
            ["taken"] = Taken.ToJson(),
            ["recalls"] = Recalls.ToJson(),
            ["decisions"] = Decisions.ToJson(),
            ["fees"] = Fees.ToJson(),
            ["money"] = Money.ToJson(),
            ["breaches"] = Described(_breaches),
            ["sanctions"] = Described(_sanctions),
            ["credit"] = Credit.ToJson(),
            ["unpublished"] = new JsonArray([.. Unpublished.Select(u => (JsonNode)u)]),
            ["liability"] = new JsonArray([
                .. Liabilities.Select(l =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["rule"] = l.Rule,
                            ["cause"] = l.Cause,
                            ["answers"] = l.Answers,
                            ["decided"] = l.Decided,
                            ["breaches"] = _breaches.Count(b => b.Row.Code("rule") == l.Rule),
                        }
                ),
            ]),
        };

    private static JsonArray Described(IEnumerable<(byte[] Id, Row Row)> rows) =>
        new([
            .. rows.Select(r =>
            {
                JsonObject json = r.Row.Shape.ToJson(r.Row);
                json["id"] = Convert.ToHexStringLower(r.Id);
                return (JsonNode)json;
            }),
        ]);

    private static Row? Decode(Act act) => ActKind.All[act.Kind].Body.TryDecode(act.Body, out Row? row) ? row : null;

    private void Finish(ContractState end, IEnumerable<KeyValuePair<string, long>> used)
    {
        StateRoot = end.Root.ToArray();
        Liabilities = Liability.TableOf(end);
        foreach (string member in end.Members)
        {
            Credit.Add(member, end.CreditOf(member)!.Value);
        }

        foreach (List<(byte[] Id, Row Row)> rows in (List<(byte[], Row)>[])[_breaches, _sanctions])
        {
            for (int i = 0; i < rows.Count; i++)
            {
                rows[i] = (rows[i].Id, end.Find(rows[i].Row.Shape, rows[i].Id)!);
            }
        }

        Unpublished =
        [
            .. used.Where(u =>
                    u.Value <= Until - Publication
                    && end.Find(Records.Request, Convert.FromHexString(u.Key)) is Row request
                    && end.IsBelow(request.Code("purpose"), "HRESCH")
                )
                .Select(u => u.Key)
                .Order(StringComparer.Ordinal),
        ];
    }

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
                case "breach" when c.Before is null:
                    _breaches.Add((c.Id, c.After!));
                    Money.Add("cut", c.After!.Whole("held"));
                    break;
                case "sanction" when c.Before is null:
                    _sanctions.Add((c.Id, c.After!));
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
                case "account" when act?.Kind is null or "money received" or "chain stated":
                    CountFee(before, c.Id, c, body);
                    break;
                case "entitlement" when act?.Kind is null or "money received" or "chain stated":
                    CountFee(before, c.After!.Bytes("account"), c, body);
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
            case "deposit paid":
                Money.Add("deposits", body!.Whole("amount"));
                break;
            case "money received":
                Money.Add("received", body!.Whole("amount"));
                break;
            case "payout recorded":
                Money.Add("paid out", body!.Whole("amount"));
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

    /// <summary>A fee is what grows on an account of a provider or operator while a period closes or money comes in for somebody
    /// else.</summary>
    private void CountFee(ContractState before, byte[] id, RecordChange c, Row? received)
    {
        string account = Encoding.UTF8.GetString(id);
        string? payer =
            received?.Shape == Bodies.MoneyReceived ? received.Code("subject")
            : received?.Optional<byte[]>("about") is byte[] about ? Encoding.UTF8.GetString(about)
            : null;
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
