using System.Security.Cryptography;
using System.Text;

namespace ZkHealth.Accountability;

/// <summary>
/// A synthetic region on which stories are played: authorities, hospitals, users, an operator, patients. It keeps every entry
/// with its time, so that the story can be replayed, and every record, so that the money can be counted. Keys are names here: who
/// attaches the rules to a log checks signatures.
/// </summary>
internal sealed class Region
{
    /// <summary>The first leaf: 1 January 2027, 00:00 UTC.</summary>
    public const long Start = 1_798_761_600_000;

    private static readonly string[] Scopes = ["serve", "request", "money", "govern", "attest"];

    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Kind, string Id), byte[]> _records = [];
    private readonly List<(Act? Act, long Time)> _history = [];

    /// <summary>Founds the region.</summary>
    /// <param name="parameters">Parameters that differ from their defaults.</param>
    public Region(params (Parameter Parameter, long Value)[] parameters)
    {
        Time = Start;
        Row[] members =
        [
            Member("commission-a", "authority", "authority"),
            Member("commission-b", "authority", "authority"),
            Member("hospital", "provider", "hospital"),
            Member("centre", "provider", "primary-care", 1_500_000),
            Member("institute", "user", "research"),
            Member("maker", "user", "company"),
            Member("insurer", "user", "insurer"),
            Member("operator", "operator", "company"),
            Member("treasury", "treasury", "bank"),
            Member("auditor-a", "auditor", "auditor"),
            Member("auditor-b", "auditor", "auditor"),
            Member("patients", "representative", "association"),
        ];
        Row[] thresholds =
        [
            Threshold("verdict", ("authority", 1, 2), ("auditor", 1, 2)),
            Threshold("annul", ("authority", 1, 2), ("auditor", 1, 2)),
            Threshold("dismiss", ("authority", 1, 2)),
            Threshold("param", ("authority", 2, 3), ("provider", 2, 3), ("representative", 1, 1)),
            Threshold("standard", ("authority", 2, 3), ("provider", 2, 3), ("representative", 1, 1)),
            Threshold("admit", ("authority", 1, 2), ("provider", 1, 2)),
            Threshold("suspend", ("authority", 2, 3), ("auditor", 1, 2)),
            Threshold("ruleset", ("authority", 2, 3), ("auditor", 2, 3), ("representative", 1, 1)),
        ];
        Row charter = Bodies.Charter.Row(
            "region",
            members,
            parameters.Select(p => Bodies.NamedNumber.Row(p.Parameter.Name, p.Value)),
            thresholds,
            Array.Empty<Row>()
        );
        Do("charter", "commission-a", charter, [.. members.Select(m => m.Code("subject"))]);
    }

    /// <summary>The state now.</summary>
    public ContractState State { get; private set; } = ContractState.Empty;

    /// <summary>The time now, in ms.</summary>
    public long Time { get; private set; }

    /// <summary>The outcome of the last entry.</summary>
    public Outcome Last { get; private set; } = new(OutcomeKind.Accepted, []);

    /// <summary>The id of the last entry.</summary>
    public byte[] LastId { get; private set; } = [];

    /// <summary>Every leaf: an entry, or a tick.</summary>
    public IReadOnlyList<(Act? Act, long Time)> History => _history;

    /// <summary>Every record as it is now.</summary>
    public IReadOnlyDictionary<(string Kind, string Id), byte[]> Records => _records;

    /// <summary>The key of a member or patient.</summary>
    public static byte[] Key(string name) => [1, .. SHA256.HashData(Encoding.UTF8.GetBytes(name))];

    /// <summary>A digest of a name, for fingerprints, persons, texts.</summary>
    public static byte[] Digest(string name) => SHA256.HashData(Encoding.UTF8.GetBytes("digest of " + name));

    /// <summary>Makes an act as its next entry, without posting it.</summary>
    public Act Act(string kind, string signer, Row body, params string[] cosigners)
    {
        bool restricting = ActKind.All[kind].IsRestricting;
        byte[] key = Key(signer);
        return new Act(
            kind,
            key,
            body.Encode(),
            restricting ? null : _numbers.GetValueOrDefault(signer),
            restricting ? null : Time + Durations.Hour,
            [.. cosigners.Select(Key)]
        );
    }

    /// <summary>Posts an entry now.</summary>
    public Outcome Do(string kind, string signer, Row body, params string[] cosigners)
    {
        Act act = Act(kind, signer, body, cosigners);
        Step step = State.Apply(act, Time);
        (Last, LastId) = (step.Outcome, act.Id);
        if (step.Outcome.Kind != OutcomeKind.Refused)
        {
            _history.Add((act, Time));
            Keep(step);
            if (act.Sequence is long n)
            {
                _numbers[signer] = n + 1;
            }
        }

        return Last;
    }

    /// <summary>Lets time pass, with a tick at its end.</summary>
    public void Wait(long milliseconds)
    {
        Time += milliseconds;
        _history.Add((null, Time));
        Keep(State.Advance(Time));
    }

    /// <summary>Lets time pass without a leaf.</summary>
    public void Sleep(long milliseconds) => Time += milliseconds;

    /// <summary>The balance of the account of a member or handle.</summary>
    public long Balance(string name) =>
        (
            State.Find(Accountability.Records.Account, Encoding.UTF8.GetBytes(name))
            ?? State.Find(Accountability.Records.Account, Key(name))
        )?.Whole("amount") ?? 0;

    /// <summary>The amount of a fund.</summary>
    public long Fund(string name) => State.Find(Accountability.Records.Fund, name)?.Whole("amount") ?? 0;

    /// <summary>The credit of a member.</summary>
    public long Credit(string name) => State.CreditOf(name) ?? throw new ArgumentException($"no member {name}", nameof(name));

    /// <summary>All records of a kind.</summary>
    public IEnumerable<Row> All(Shape kind) =>
        _records
            .Where(r => r.Key.Kind == kind.Name)
            .OrderBy(r => r.Key.Id, StringComparer.Ordinal)
            .Select(r =>
                kind.TryDecode(r.Value, out Row? row)
                    ? row
                    : throw new InvalidOperationException($"a record of {kind.Name} is not one")
            );

    /// <summary>Names who is in breach of what, without what is void.</summary>
    public IReadOnlyList<string> Breaches =>
        [
            .. All(Accountability.Records.Breach)
                .Where(b => b.Code("status") != BreachRules.Void)
                .Select(b => $"{b.Code("subject")} {b.Code("rule")}")
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Describes what money came in, less what lies anywhere: 0 after every entry.</summary>
    public Int128 MoneyMissing()
    {
        Int128 lies = All(Accountability.Records.Account).Aggregate((Int128)0, (s, r) => s + r.Whole("amount"));
        lies += All(Accountability.Records.Agreement).Aggregate((Int128)0, (s, r) => s + r.Whole("locked"));
        lies += All(Accountability.Records.Breach).Aggregate((Int128)0, (s, r) => s + r.Whole("held"));
        lies += All(Accountability.Records.Pool).Aggregate((Int128)0, (s, r) => s + r.Whole("amount") - r.Whole("claimed"));
        return Fund(Funds.Received) - lies - Fund(Funds.Dust) - Fund(Funds.Patients) - Fund(Funds.PaidOut);
    }

    private void Keep(Step step)
    {
        State = step.State;
        foreach (ChangedRecord r in step.Changed)
        {
            (string, string) key = (r.Kind, Convert.ToHexString(r.Id));
            if (r.Value is null)
            {
                _records.Remove(key);
            }
            else
            {
                _records[key] = r.Value;
            }
        }
    }

    private static Row Member(string name, string role, string kind, long factor = 1_000_000) =>
        Bodies.FirstMember.Row(
            name,
            new[] { role },
            kind,
            factor,
            new[] { Bodies.CharterKey.Row(Key(name), Scopes, Start + (3650 * Durations.Day)) }
        );

    private static Row Threshold(string proposal, params (string Class, long Numerator, long Denominator)[] needed) =>
        Bodies.NamedThreshold.Row(proposal, needed.Select(n => Bodies.Needed.Row(n.Class, n.Numerator, n.Denominator)));
}
