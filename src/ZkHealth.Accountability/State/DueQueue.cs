using System.Collections.Immutable;

namespace ZkHealth.Accountability;

/// <summary>Events that ascend strictly and do not change: those of a file, of which the times are known without
/// reading.</summary>
internal interface IDueList
{
    /// <summary>The number of events.</summary>
    int Count { get; }

    /// <summary>An event.</summary>
    DueEvent this[int index] { get; }

    /// <summary>The time of an event, in ms.</summary>
    long TimeAt(int index);
}

/// <summary>
/// The queue of what is due: immutable, in order, equal events once. Its base may be a sorted list in a file, of which nothing is
/// read but what is asked for; changes stand beside it. What happens leaves from the front, of the base and of what was added: it
/// is only passed over, and taken out of the set once for all that happen at a leaf.
/// </summary>
internal sealed class DueQueue
{
    private readonly IDueList? _base;
    private readonly int _first;
    private readonly ImmutableHashSet<int> _gone;
    private readonly ImmutableSortedSet<DueEvent> _added;
    private readonly int _passed;

    private DueQueue(IDueList? of, int first, ImmutableHashSet<int> gone, ImmutableSortedSet<DueEvent> added, int passed = 0)
    {
        while (gone.Contains(first))
        {
            gone = gone.Remove(first++);
        }

        (_base, _first, _gone, _added, _passed) = (of, first, gone, added, passed);
    }

    /// <summary>The queue without events.</summary>
    public static DueQueue Empty { get; } = Of(null);

    /// <summary>The number of events.</summary>
    public int Count => Stored - _first - _gone.Count + _added.Count - _passed;

    /// <summary>The time of the first event, or null.</summary>
    public long? NextTime
    {
        get
        {
            long? own = _first < Stored ? _base!.TimeAt(_first) : null,
                added = FirstAdded?.Time;
            return own is null || added < own ? added : own;
        }
    }

    /// <summary>All events in order.</summary>
    public IEnumerable<DueEvent> Events
    {
        get
        {
            using ImmutableSortedSet<DueEvent>.Enumerator added = Settled()._added.GetEnumerator();
            bool more = added.MoveNext();
            for (int i = _first; i < Stored; i++)
            {
                if (_gone.Contains(i))
                {
                    continue;
                }

                DueEvent own = _base![i];
                for (; more && added.Current.CompareTo(own) < 0; more = added.MoveNext())
                {
                    yield return added.Current;
                }

                yield return own;
            }

            for (; more; more = added.MoveNext())
            {
                yield return added.Current;
            }
        }
    }

    /// <summary>A queue over events of a file; null for none.</summary>
    public static DueQueue Of(IDueList? stored) => new(stored, 0, [], ImmutableSortedSet<DueEvent>.Empty);

    /// <summary>Determines whether an event is due.</summary>
    public bool Contains(DueEvent e) => _added.IndexOf(e) >= _passed || Find(e) >= 0;

    /// <summary>The queue with an event.</summary>
    public DueQueue Add(DueEvent e)
    {
        if (Contains(e))
        {
            return this;
        }

        DueQueue all = _passed > 0 && e.CompareTo(_added[_passed - 1]) <= 0 ? Settled() : this;
        return new(_base, _first, _gone, all._added.Add(e), all._passed);
    }

    /// <summary>The queue without an event.</summary>
    public DueQueue Remove(DueEvent e)
    {
        if (_added.IndexOf(e) is int at && at >= _passed)
        {
            return at == _passed ? Pass(added: true) : new(_base, _first, _gone, _added.Remove(e), _passed);
        }

        return Find(e) is int place and >= 0 ? new(_base, _first, _gone.Add(place), _added, _passed) : this;
    }

    /// <summary>
    /// Lets everything due at or before a time happen: the smallest event again and again, each at its own time; what it makes
    /// due goes into the same queue.
    /// </summary>
    /// <param name="time">Until when, inclusive.</param>
    /// <param name="apply">Does the effect of an event that has left the queue it is given; returns the queue after it.</param>
    /// <returns>The queue in which nothing is due any more.</returns>
    public DueQueue Advance(long time, Func<DueEvent, DueQueue, DueQueue> apply)
    {
        DueQueue due = this;
        while (due.NextTime <= time)
        {
            DueEvent? own = due._first < due.Stored ? due._base![due._first] : null,
                added = due.FirstAdded;
            bool isAdded = own is null || added?.CompareTo(own) < 0;
            due = apply((isAdded ? added : own)!, due.Pass(isAdded));
        }

        return due.Settled();
    }

    private int Stored => _base?.Count ?? 0;

    private DueEvent? FirstAdded => _passed < _added.Count ? _added[_passed] : null;

    /// <summary>The queue behind its first event, which was added or is of the base.</summary>
    private DueQueue Pass(bool added) =>
        added ? new(_base, _first, _gone, _added, _passed + 1) : new(_base, _first + 1, _gone, _added, _passed);

    /// <summary>The queue, with what was passed over taken out of the set.</summary>
    private DueQueue Settled()
    {
        if (_passed == 0)
        {
            return this;
        }

        ImmutableSortedSet<DueEvent>.Builder left = _added.ToBuilder();
        for (int i = 0; i < _passed; i++)
        {
            left.Remove(left.Min!);
        }

        return new(_base, _first, _gone, left.ToImmutable());
    }

    /// <summary>The place of an event in the base; negative where it is not there, or no more.</summary>
    private int Find(DueEvent e)
    {
        (int low, int high) = (_first, Stored);
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            int order = _base!.TimeAt(middle).CompareTo(e.Time);
            order = order != 0 ? order : _base[middle].CompareTo(e);
            if (order == 0)
            {
                return _gone.Contains(middle) ? -1 : middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle);
        }

        return -1;
    }
}
