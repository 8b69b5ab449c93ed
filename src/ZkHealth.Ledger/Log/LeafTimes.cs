namespace ZkHealth.Ledger;

/// <summary>The times of leaves in memory, to the second: they never fall, so that the first leaf of each second says
/// all.</summary>
internal sealed class LeafTimes
{
    private readonly List<long> _seconds = [],
        _leaves = [];

    /// <summary>Notes the time of the next leaf.</summary>
    /// <param name="index">The number of the leaf.</param>
    /// <param name="time">Its time in milliseconds since 1970.</param>
    public void Add(long index, long time)
    {
        // a leaf is later than s seconds when its milliseconds are more than 1000·s: at 1000·s + 1 the next second begins
        long second = (time + 999) / 1000;
        if (_seconds.Count == 0 || second > _seconds[^1])
        {
            _seconds.Add(second);
            _leaves.Add(index);
        }
    }

    /// <summary>The first of so many leaves whose time is later than so many seconds; their number where none is. Times never
    /// fall, so that bisection finds it.</summary>
    public static long FirstAfter(long seconds, long size, Func<long, long> timeOf)
    {
        (long low, long high) = (0, size);
        while (low < high)
        {
            long middle = low + (high - low) / 2;
            (low, high) = timeOf(middle) > (Int128)seconds * 1000 ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <inheritdoc cref="ZkHealth.Ledger.FindAfter"/>
    public long? FindAfter(long seconds)
    {
        int at = seconds == long.MaxValue ? ~_seconds.Count : _seconds.BinarySearch(seconds + 1);
        at = at < 0 ? ~at : at;
        return at < _leaves.Count ? _leaves[at] : null;
    }
}
