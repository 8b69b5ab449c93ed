using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>
/// A synthetic region on which stories are played: authorities, hospitals, users, an operator, patients. It keeps every entry
/// with its time, so that the story can be replayed, and every record, so that the money can be counted. With a folder it is
/// played on an embedded ledger there, and ledger and rules are held to one another; without one in memory, where nothing is
/// signed. All keys follow from names: nothing here is secret.
/// </summary>
internal sealed partial class Region : IDisposable
{
    /// <summary>The first leaf: 1 January 2027, 00:00 UTC.</summary>
    public const long Start = 1_798_761_600_000;

    private static readonly ConcurrentDictionary<string, SigningKey> Secrets = new(StringComparer.Ordinal);

    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Kind, string Id), byte[]> _records = [];
    private readonly List<RegionStep> _steps = [];
    private readonly List<Func<ContractState, Step>> _history = [];
    private readonly string _origin;
    private readonly SqliteLedger? _ledger;

    /// <summary>Founds a region in memory.</summary>
    /// <param name="parameters">Parameters that differ from their defaults.</param>
    public Region(params (Parameter Parameter, long Value)[] parameters)
        : this(null, "region", parameters) { }

    /// <summary>Founds a region.</summary>
    /// <param name="folder">The folder for its ledger; null for none.</param>
    /// <param name="name">Its name.</param>
    /// <param name="parameters">Parameters that differ from their defaults.</param>
    public Region(string? folder, string name, params (Parameter Parameter, long Value)[] parameters)
        : this(folder, name, name, false, parameters) { }

    /// <summary>Founds a region.</summary>
    /// <param name="folder">The folder for its ledger; null for none.</param>
    /// <param name="name">The name of its file.</param>
    /// <param name="title">The name in its charter, and so of its log.</param>
    /// <param name="hasFreshKey">Whether its log has a key of its own that does not follow from a name.</param>
    /// <param name="parameters">Parameters that differ from their defaults.</param>
    public Region(
        string? folder,
        string name,
        string title,
        bool hasFreshKey,
        params (Parameter Parameter, long Value)[] parameters
    )
    {
        SigningKey log = hasFreshKey ? SigningKey.Create() : Secret("log of " + title);
        Time = Start;
        Row charter = Charter(title, parameters);
        (Name, _origin) = (name, CharterRules.Origin(title, charter.Encode()));
        LogKey = new NoteKey(_origin, log.Public);
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            LedgerFile = Path.Combine(folder, name + ".ledger");
            _ledger = SqliteLedger.Create(LedgerFile, _origin, log, AccountabilityRules.Instance, new Clock(this));
        }

        Do(
            "charter",
            "commission-a",
            charter,
            [.. charter.List<Row>("members").Select(m => m.Code("subject")).Where(m => m != "commission-a")]
        );
    }

    /// <summary>Hears of every entry that is posted in this flow of control, to which region, and of its outcome, also where it
    /// is refused and leaves no leaf.</summary>
    public static AsyncLocal<Action<Region?, Act, Outcome>?> Observer { get; } = new();

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The name of its log.</summary>
    public string Origin => _origin;

    /// <summary>The key of its log.</summary>
    public NoteKey LogKey { get; }

    /// <summary>The file of the ledger; null in memory.</summary>
    public string? LedgerFile { get; }

    /// <summary>The state now.</summary>
    public ContractState State { get; private set; } = ContractState.Empty;

    /// <summary>The time now, in ms.</summary>
    public long Time { get; private set; }

    /// <summary>The outcome of the last entry.</summary>
    public Outcome Last { get; private set; } = new(OutcomeKind.Accepted, []);

    /// <summary>The id of the last entry.</summary>
    public byte[] LastId { get; private set; } = [];

    /// <summary>Every leaf as the rules decided it.</summary>
    public IReadOnlyList<RegionStep> Steps => _steps;

    /// <summary>Every leaf again, as a step from the state before it.</summary>
    public IReadOnlyList<Func<ContractState, Step>> History => _history;

    /// <summary>Every record as it is now.</summary>
    public IReadOnlyDictionary<(string Kind, string Id), byte[]> Records => _records;

    /// <summary>The key of a member or patient.</summary>
    public static byte[] Key(string name) => Secret(name).Public.Encode();

    /// <summary>The secret key of a name, known to everybody who knows the name.</summary>
    public static SigningKey Secret(string name) =>
        Secrets.GetOrAdd(name, n => SigningKey.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes("zkhealth story " + n))));

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
        )
        {
            Origin = _origin,
        };
    }

    /// <summary>Posts an entry now.</summary>
    public Outcome Do(string kind, string signer, Row body, params string[] cosigners)
    {
        Act act = Act(kind, signer, body, cosigners);
        Step advanced = State.Advance(Time),
            step = advanced.State.Apply(act, advanced);
        (Last, LastId) = (step.Outcome, act.Id);
        Observer.Value?.Invoke(this, act, Last);
        if (_ledger is not null)
        {
            Append(act.ToBody(), act.Sequence, signer, cosigners);
        }

        if (step.Outcome.Kind != OutcomeKind.Refused)
        {
            long time = Time;
            _history.Add(s => s.Apply(act, time));
            Keep(act, advanced, step);
            if (act.Sequence is long n)
            {
                _numbers[signer] = n + 1;
            }
        }

        return Last;
    }

    /// <summary>Posts an entry of a kind that is not an act: a table, a release.</summary>
    public void Post(EntryBody body, string signer)
    {
        long number = _numbers.GetValueOrDefault(signer),
            time = Time;
        Step Count(ContractState state)
        {
            Step to = state.Advance(time);
            return ContractState.Count(Key(signer), number, to);
        }

        Step advanced = State.Advance(Time);
        Last = advanced.Outcome;
        if (_ledger is not null)
        {
            Append(body, number, signer, []);
        }

        _history.Add(Count);
        _numbers[signer] = number + 1;
        Keep(null, advanced, Count(State));
    }

    /// <summary>Lets time pass, with a tick at its end.</summary>
    public void Wait(long milliseconds)
    {
        Time += milliseconds;
        long time = Time;
        _history.Add(s => s.Advance(time));
        _ledger?.Tick();
        Step advanced = State.Advance(Time);
        Keep(null, advanced, advanced);
    }

    /// <summary>Lets time pass without a leaf.</summary>
    public void Sleep(long milliseconds) => Time += milliseconds;

    /// <inheritdoc/>
    public void Dispose() => _ledger?.Dispose();

    /// <summary>Signs a body and has it appended; the ledger has to take what the rules take, with the root that they
    /// give.</summary>
    private void Append(EntryBody body, long? sequence, string signer, string[] cosigners)
    {
        LedgerEntry entry = sequence is long number
            ? LedgerEntry.Sign(Secret(signer), _origin, number, Time + Durations.Hour, body)
            : LedgerEntry.SignRestricting(Secret(signer), _origin, body);
        foreach (string name in cosigners)
        {
            entry = entry.Countersign(Secret(name));
        }

        AppendResult result = _ledger!.Append(entry.Encode());
        byte[] expected = State.Advance(Time).State.Root.ToArray();
        bool agrees =
            result.Status != AppendStatus.Appended
                ? Last.Kind == OutcomeKind.Refused
                : Last.Kind != OutcomeKind.Refused
                    && LedgerLeaf.TryDecode(_ledger.Read(result.Index)!, out LedgerLeaf? leaf, out _)
                    && leaf.StateRoot.Span.SequenceEqual(expected);
        if (!agrees)
        {
            throw new InvalidOperationException(
                $"ledger and rules differ over '{body.Kind}': {result.Reason ?? "appended"}, {Last}"
            );
        }
    }

    private void Keep(Act? act, Step advanced, Step step)
    {
        State = step.State;
        _steps.Add(new RegionStep(_steps.Count, act, advanced, step));
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

    private sealed class Clock(Region region) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(region.Time);
    }
}
