using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace ZkHealth.Accountability;

/// <summary>A change of the state while it is made: the records as they will be, what is due, and the reasons against
/// it.</summary>
internal sealed class Change
{
    private readonly SortedSet<string> _refusals = new(StringComparer.Ordinal),
        _denials = new(StringComparer.Ordinal),
        _breaches = new(StringComparer.Ordinal);
    private readonly List<ChangedRecord> _changed = [];
    private readonly HashSet<byte[]> _counted = [];
    private readonly List<byte[]> _left = [];
    private DueEvent? _lastLeft;
    private StateMap _map;

    public Change(StateMap map, DueQueue due, ImmutableSortedSet<string> members, long time, RoleIndex? roles = null) =>
        (_map, Due, Members, Time, Roles) = (map, due, members, time, roles);

    /// <summary>The records.</summary>
    public StateMap Map
    {
        get
        {
            // no rule reads a record of what is due: those of events that have happened are taken away together
            if (_left.Count > 0)
            {
                _left.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
                _map = _map.Without(CollectionsMarshal.AsSpan(_left));
                _left.Clear();
            }

            return _map;
        }
    }

    /// <summary>The queue of due events: an index of the records of kind due.</summary>
    public DueQueue Due { get; private set; }

    /// <summary>The subjects of all members: an index of the records of kind member.</summary>
    public ImmutableSortedSet<string> Members { get; private set; }

    /// <summary>The members by their roles; null where nobody has asked for them yet.</summary>
    public RoleIndex? Roles { get; private set; }

    /// <summary>The time of the leaf, or of the event that happens.</summary>
    public long Time { get; set; }

    /// <summary>The act, null while an event happens.</summary>
    public Act? Act { get; init; }

    /// <summary>The subject whose key signed; null for a handle or an unknown key.</summary>
    public string? Signer { get; set; }

    /// <summary>The records changed so far, in order.</summary>
    public IReadOnlyList<ChangedRecord> Changed => _changed;

    /// <summary>Tells whether there is a reason against the entry, so that a handler has to stop before it changes
    /// anything.</summary>
    public bool IsRefused => _refusals.Count > 0;

    /// <summary>Tells whether there is a reason against a request.</summary>
    public bool IsDenied => _denials.Count > 0;

    /// <summary>The reasons against a request.</summary>
    public IReadOnlyCollection<string> Denials => _denials;

    /// <summary>The outcome so far.</summary>
    public Outcome Outcome
    {
        get
        {
            if (_refusals.Count > 0)
            {
                return new(OutcomeKind.Refused, [.. _refusals]);
            }

            if (_breaches.Count > 0)
            {
                return new(OutcomeKind.Breach, [.. _breaches]);
            }

            if (_denials.Count > 0)
            {
                return new(OutcomeKind.Denied, [.. _denials]);
            }

            return new(Decides ? OutcomeKind.Permitted : OutcomeKind.Accepted, []);
        }
    }

    /// <summary>Tells whether the entry asks for a decision.</summary>
    public bool Decides { get; set; }

    /// <summary>Adds a reason for which the entry is refused unless the condition holds.</summary>
    public bool Require(bool condition, string code)
    {
        if (!condition)
        {
            _refusals.Add(code);
        }

        return condition;
    }

    /// <summary>Adds a reason for which a request is denied unless the condition holds.</summary>
    public void Permit(bool condition, string code)
    {
        if (!condition)
        {
            _denials.Add(code);
        }
    }

    /// <summary>The keys that signed along and count for something, each of which is noted.</summary>
    public IReadOnlyList<byte[]> Along(Func<byte[], bool> counts)
    {
        List<byte[]> found = [.. Act!.Cosigners.Where(counts)];
        _counted.UnionWith(found);
        return found;
    }

    /// <summary>Tells whether every key that signed along counts for something: nobody is named for nothing.</summary>
    public bool AreAllCounted => Act!.Cosigners.All(_counted.Contains);

    /// <summary>Notes that the entry is accepted as a breach of a rule.</summary>
    public void Confess(string rule) => _breaches.Add(rule);

    /// <summary>The record of a kind and id, or null.</summary>
    public Row? Find(Shape kind, ReadOnlySpan<byte> id) => Read(kind, StateKey.Of(kind.Name, id));

    /// <summary>The record of a subject, or null.</summary>
    public Row? Find(Shape kind, string id) => Read(kind, StateKey.Of(kind.Name, id));

    /// <summary>The bytes in a list of a record that is there; the rest is not read, and nothing kept for the next time, since a
    /// million of them may be looked at once, at one leaf.</summary>
    public IReadOnlyList<byte[]> Look(Shape kind, ReadOnlySpan<byte> id, string list) =>
        kind.ListOfOwn(_map.FindLeaf(StateKey.Of(kind.Name, id))!.Value, list);

    /// <summary>Writes a record.</summary>
    public void Put(ReadOnlySpan<byte> id, Row row) => Put(StateKey.Of(row.Shape.Name, id), id.ToArray(), row);

    /// <summary>Writes the record of a subject.</summary>
    public void Put(string id, Row row) => Put(StateKey.Of(row.Shape.Name, id), Encoding.UTF8.GetBytes(id), row);

    /// <summary>Takes a record away.</summary>
    public void Remove(Shape kind, ReadOnlySpan<byte> id)
    {
        byte[] name = id.ToArray();
        _map = _map.Without(StateKey.Of(kind.Name, name));
        _changed.Add(new ChangedRecord(kind.Name, name, null));
    }

    /// <summary>Makes an effect due.</summary>
    public void Schedule(long time, Effect effect, ReadOnlySpan<byte> id)
    {
        var made = new DueEvent(time, effect.Rank, [(byte)effect.Kind, effect.What, .. id]);
        if (!Due.Contains(made))
        {
            Due = Due.Add(made);
            _map = made.CompareTo(_lastLeft) > 0 ? _map : Map; // the same event may have left before
            Put(made.RecordId(), Records.Due.Row(time, (int)made.Rank, made.Id));
        }
    }

    /// <summary>Takes a due event away: it happens, or its duty is done.</summary>
    public void Cancel(DueEvent made)
    {
        DueQueue rest = Due.Remove(made);
        if (rest != Due)
        {
            Leave(made, rest);
        }
    }

    /// <summary>An event leaves the queue.</summary>
    /// <param name="made">The event.</param>
    /// <param name="rest">The queue without it.</param>
    public void Leave(DueEvent made, DueQueue rest)
    {
        Due = rest;
        byte[] id = made.RecordId();
        _left.Add(StateKey.Of(Records.Due.Name, id));
        _lastLeft = made.CompareTo(_lastLeft) > 0 ? made : _lastLeft;
        _changed.Add(new ChangedRecord(Records.Due.Name, id, null));
    }

    /// <summary>Takes a due effect away.</summary>
    public void Cancel(long time, Effect effect, ReadOnlySpan<byte> id) =>
        Cancel(new DueEvent(time, effect.Rank, [(byte)effect.Kind, effect.What, .. id]));

    /// <summary>The subjects of the members with a role, ascending.</summary>
    public IReadOnlyCollection<string> MembersOf(string role)
    {
        Roles ??= Members.Aggregate(RoleIndex.Empty, (index, s) => index.With(s, [], Find(Records.Member, s)!.Codes("roles")));
        return Roles[role];
    }

    private void Put(byte[] key, byte[] name, Row row)
    {
        if (row.Shape == Records.Member)
        {
            string subject = row.Code("subject");
            Members = Members.Add(subject);
            Roles = Roles?.With(subject, Read(Records.Member, key)?.Codes("roles") ?? [], row.Codes("roles"));
        }

        byte[] value = row.Encode();
        _map = _map.With(key, value);
        _changed.Add(new ChangedRecord(row.Shape.Name, name, value));
    }

    /// <summary>A parameter as an agreement keeps it.</summary>
    public long Param(Parameter parameter, Row agreement)
    {
        for (int i = 0; i < Parameter.OfAgreements.Count; i++)
        {
            if (Parameter.OfAgreements[i] == parameter)
            {
                return agreement.List<long>("kept")[i];
            }
        }

        return Param(parameter);
    }

    private Row? Read(Shape kind, byte[] key) =>
        _map.FindLeaf(key) is StateLeaf leaf ? leaf.Row ??= kind.DecodeOwn(leaf.Value) : null;

    /// <summary>A parameter of the charter.</summary>
    public long Param(Parameter parameter) => Find(Records.Param, parameter.Name)?.Whole("value") ?? parameter.Default;
}

/// <summary>A record as an entry left it; the value is null where it was removed.</summary>
internal sealed record ChangedRecord(string Kind, byte[] Id, byte[]? Value);
