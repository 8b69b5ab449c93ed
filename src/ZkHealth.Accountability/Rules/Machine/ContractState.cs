using System.Collections.Immutable;

namespace ZkHealth.Accountability;

/// <summary>
/// The state of the region's rules after a row of entries: a pure function of those entries and their times, immutable. No
/// clock, randomness, floating point or input beside them, so that whoever has the log computes the same state, decisions,
/// debts and
/// culprits.
/// </summary>
internal sealed class ContractState
{
    private readonly DueQueue _due;
    private readonly ImmutableSortedSet<string> _members;
    private readonly RoleIndex? _roles;

    internal ContractState(StateMap map, DueQueue due, ImmutableSortedSet<string> members, long time, RoleIndex? roles = null) =>
        (Map, _due, _members, Time, _roles) = (map, due, members, time, roles);

    private ContractState(Change c, long time, DueQueue? due = null)
        : this(c.Map, due ?? c.Due, c.Members, time, c.Roles) { }

    /// <summary>The state before the charter.</summary>
    public static ContractState Empty { get; } =
        new(StateMap.Empty, DueQueue.Empty, ImmutableSortedSet.Create<string>(StringComparer.Ordinal), 0);

    /// <summary>All records.</summary>
    public StateMap Map { get; }

    /// <summary>The time to which the state is advanced, in ms.</summary>
    public long Time { get; }

    /// <summary>The root that stands in the next leaf of this time.</summary>
    public ReadOnlyMemory<byte> Root => Map.Root;

    /// <summary>The time of what is due next, or null.</summary>
    public long? NextDue => _due.NextTime;

    /// <summary>The queue of due events.</summary>
    public DueQueue Due => _due;

    /// <summary>The subjects of all members.</summary>
    public IReadOnlyCollection<string> Members => _members;

    /// <summary>The number of the rule set in force.</summary>
    public long RuleSet => Start(Time, null).Find(Records.RuleSet, "current")?.Whole("number") ?? 0;

    /// <summary>The outcome that an entry would have, with all reasons; advice, since the state may be another when it is
    /// ordered.</summary>
    public Outcome Check(Act act, long time) => Apply(act, time).Outcome;

    /// <summary>The record of a kind and id, or null.</summary>
    public Row? Find(Shape kind, ReadOnlySpan<byte> id) => Start(Time, null).Find(kind, id);

    /// <summary>The record of a subject, or null.</summary>
    public Row? Find(Shape kind, string id) => Start(Time, null).Find(kind, id);

    /// <summary>Determines whether a request for statistics permits a release now: of whoever signs it by the key of a member,
    /// to a provider of its agreement; what key an owner of tables has beside that of a member no rule knows.</summary>
    public bool PermitsRelease(ReadOnlySpan<byte> id, ReadOnlySpan<byte> signer)
    {
        Change c = Start(Time, null);
        return c.Find(Records.Request, id) is Row request
            && request.Code("operation") == AccessRules.Statistics
            && AccessRules.Permits(c, request, out byte[]? agreement)
            && (c.Find(Records.Key, signer) is not Row key || UseRules.IsParty(c, agreement, key.Code("subject")));
    }

    /// <summary>The code of what stands against a delivery by a member under a request now, as far as no consent decides it; null
    /// where nothing does: whoever delivers asks the rules by which its word is judged.</summary>
    public string? Hindrance(Row request, string server)
    {
        Change c = Start(Time, null);
        return AccessRules.Hindrance(c, request)
            ?? (UseRules.IsParty(c, request.Optional<byte[]>("agreement"), server) ? null : "UNKNOWN_AGREEMENT");
    }

    /// <summary>The rows of a table of the charter; none where it has not been adopted.</summary>
    public IReadOnlyList<Row> Table(string name) => [.. TableRules.Rows(Start(Time, null), name)];

    /// <summary>The credit of a member now, 0 to 100; null for another subject.</summary>
    public long? CreditOf(string subject) => Find(Records.Member, subject) is Row m ? MemberRules.CreditOf(m, Time) : null;

    /// <summary>Determines whether a purpose is another one, or below it in the tree in force.</summary>
    public bool IsBelow(string purpose, string other) => Purposes.Covers(Start(Time, null), other, purpose);

    /// <summary>Lets everything happen that is due at or before a time. A tick is this and nothing else.</summary>
    public Step Advance(long time) => Advance(time, Time);

    /// <summary>Lets everything happen that is due at or before a time at which there is no leaf. Nobody is silent by it: two
    /// neighbouring leaves show a silence, and whoever looks at a copy of a log has none of its later ones.</summary>
    public Step Pass(long time) => Advance(time, time);

    /// <summary>Lets everything happen that is due at or before the time of a leaf.</summary>
    /// <param name="time">The time of the leaf, in ms.</param>
    /// <param name="since">The time of the leaf before it, where the state has passed on from there; in ms.</param>
    internal Step Advance(long time, long since)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, Time);
        Change c = Start(time, null);
        if (since > 0 && time - since > c.Param(Parameter.Silence) && OperatorRules.MustGoOn(c))
        {
            OperatorRules.Silent(c, since);
        }

        DueQueue left = c.Due.Advance(
            time,
            (e, rest) =>
            {
                c.Time = e.Time;
                c.Leave(e, rest);
                Effect.Run(c, e);
                return c.Due;
            }
        );
        return new Step(new(c, time, left), new(OutcomeKind.Accepted, []), c.Changed);
    }

    /// <summary>Decides an entry at a time: what is due first, then refuses it (nothing changes at all) or applies
    /// it.</summary>
    public Step Apply(Act act, long time)
    {
        ArgumentNullException.ThrowIfNull(act);
        return time < Time || time >= Durations.End ? Refuse("TIME") : Apply(act, Advance(time));
    }

    /// <summary>Decides an entry after what was due at its time has happened.</summary>
    internal Step Apply(Act act, Step advanced)
    {
        long time = advanced.State.Time;
        if (!ActKind.All.TryGetValue(act.Kind, out ActKind? kind))
        {
            return Refuse("UNKNOWN_KIND");
        }

        if (act.Body.Length > kind.MaxSize || act.Row is not Row body)
        {
            return Refuse("MALFORMED");
        }

        Change c = advanced.State.Start(time, act);
        Signatures.Check(c, kind);

        // also where the number or the key stands against it: all reasons are told at once
        if (c.Signer is not null || kind.SignedBy != SignedBy.Member)
        {
            kind.Handle(c, body);
            c.Require(c.IsRefused || c.AreAllCounted, "COUNTERSIGNATURE");
        }

        return c.IsRefused
            ? new Step(this, c.Outcome, [])
            : new Step(new(c, time), c.Outcome, [.. advanced.Changed, .. c.Changed]);
    }

    /// <summary>
    /// Counts an entry of a kind that these rules do not read: a number counts the leaves of a key, whatever they hold, or a
    /// hospital that published a table could never act again with the same key. One that is not the next is refused, or whoever
    /// repeats a leaf would set the number back, and could repeat those behind it. What was before the charter nobody counted.
    /// </summary>
    internal static Step Count(byte[] signer, long? sequence, Step advanced)
    {
        if (advanced.State.Find(Records.RuleSet, "current") is null)
        {
            return advanced;
        }

        if (
            sequence is not (>= 0 and < long.MaxValue and long number)
            || (advanced.State.Find(Records.Sequence, signer) is Row known && known.Whole("next") != number)
        )
        {
            return advanced.State.Refuse("NUMBER");
        }

        Change c = advanced.State.Start(advanced.State.Time, null);
        c.Put(signer, Records.Sequence.Row(number + 1));
        return new Step(new(c, c.Time), advanced.Outcome, [.. advanced.Changed, .. c.Changed]);
    }

    /// <summary>Tells whether the rule set in force is this one, or none is.</summary>
    public bool CanJudge =>
        Start(Time, null).Find(Records.RuleSet, "current") is not Row current
        || current.Bytes("manifest").AsSpan().SequenceEqual(Manifest.Digest);

    private Change Start(long time, Act? act) => new(Map, _due, _members, time, _roles) { Act = act };

    internal Step Refuse(string code) => new(this, new Outcome(OutcomeKind.Refused, [code]), []);
}

/// <summary>The result of an entry: the state after it, the outcome, and the records that changed, in
/// order.</summary>
internal sealed class Step(ContractState state, Outcome outcome, IReadOnlyList<ChangedRecord> changed)
{
    /// <summary>The state after it; the state before it where it was refused.</summary>
    public ContractState State { get; } = state;

    /// <summary>The outcome.</summary>
    public Outcome Outcome { get; } = outcome;

    /// <summary>The records that changed.</summary>
    public IReadOnlyList<ChangedRecord> Changed { get; } = changed;
}
