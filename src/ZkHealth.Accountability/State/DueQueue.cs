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
/// read but what is asked for; changes stand beside it.
/// </summary>
internal sealed class DueQueue
{
    private readonly IDueList? _base;
    private readonly int _first;
    private readonly ImmutableHashSet<int> _gone;
    private readonly ImmutableSortedSet<DueEvent> _added;

    private DueQueue(IDueList? of, int first, ImmutableHashSet<int> gone, ImmutableSortedSet<DueEvent> added)
    {
        while (gone.Contains(first))
        {
            gone = gone.Remove(first++);
        }

        (_base, _first, _gone, _added) = (of, first, gone, added);
    }

    /// <summary>The queue without events.</summary>
    public static DueQueue Empty { get; } = Of(null);

    /// <summary>The number of events.</summary>
    public int Count => Stored - _first - _gone.Count + _added.Count;

    /// <summary>The first event, or null.</summary>
    public DueEvent? Min
    {
        get
        {
            DueEvent? own = _first < Stored ? _base![_first] : null;
            return own is null || _added.Min?.CompareTo(own) < 0 ? _added.Min : own;
        }
    }

    /// <summary>The time of the first event, or null.</summary>
    public long? NextTime
    {
        get
        {
            long? own = _first < Stored ? _base!.TimeAt(_first) : null,
                added = _added.Min?.Time;
            return own is null || added < own ? added : own;
        }
    }

    /// <summary>All events in order.</summary>
    public IEnumerable<DueEvent> Events
    {
        get
        {
            using ImmutableSortedSet<DueEvent>.Enumerator added = _added.GetEnumerator();
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
    public bool Contains(DueEvent e) => _added.Contains(e) || Find(e) >= 0;

    /// <summary>The queue with an event.</summary>
    public DueQueue Add(DueEvent e) => Contains(e) ? this : new(_base, _first, _gone, _added.Add(e));

    /// <summary>The queue without an event.</summary>
    public DueQueue Remove(DueEvent e)
    {
        ImmutableSortedSet<DueEvent> left = _added.Remove(e);
        return left != _added ? new(_base, _first, _gone, left)
            : Find(e) is int place and >= 0 ? new(_base, _first, _gone.Add(place), _added)
            : this;
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
        while (due.NextTime <= time && due.Min is DueEvent first)
        {
            due = apply(first, due.Remove(first));
        }

        return due;
    }

    private int Stored => _base?.Count ?? 0;

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
