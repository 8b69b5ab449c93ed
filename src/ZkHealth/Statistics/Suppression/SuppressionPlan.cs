namespace ZkHealth.Statistics;

/// <summary>The state of an entry of a table in a file.</summary>
internal enum EntryState : byte
{
    /// <summary>Its true value.</summary>
    Shown,

    /// <summary>States that it is small: 1..k − 1, or 0..k − 1.</summary>
    Small,

    /// <summary>Nothing.</summary>
    Withheld,
}

/// <summary>
/// A table of one or two ways with its totals: which entries must not be shown so that, from all that is said, nobody can derive
/// less than the whole range of a small cell; and what exactly can be derived.
/// </summary>
/// <remarks>
/// Entries are arcs of a network (rows → columns → column totals → whole → row totals → rows), a table is a circulation in it: at
/// every node what enters is what leaves. Bounds of one arc over all circulations within the bounds of the others are found by
/// augmenting flow from the true table; as the matrix of a network is totally unimodular they are exact over the integers.
/// Entries: cells row by row, then, in two ways, the totals of rows and of columns; last the whole.
/// <para>
/// A set of withheld entries is <i>sufficient</i> if every small cell keeps its range. That follows from what is said alone, so
/// that it is sufficient for every table with which the file agrees; and more withheld entries are sufficient too.
/// </para>
/// </remarks>
internal sealed partial class SuppressionPlan
{
    private const long Unbounded = long.MaxValue;

    private readonly long[] _values;
    private readonly (int From, int To)[] _arcs;
    private readonly List<(int Arc, bool Up)>[] _leaving;
    private readonly int _rows,
        _columns,
        _cells;
    private readonly long _threshold;
    private readonly bool _zerosShown;

    /// <summary>A table.</summary>
    /// <param name="values">All entries, in their order, that add up.</param>
    /// <param name="rows">Rows; 1 for a table of one way.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="threshold">k.</param>
    /// <param name="zerosShown">Whether cells of zero are shown.</param>
    public SuppressionPlan(long[] values, int rows, int columns, long threshold, bool zerosShown)
    {
        (_values, _rows, _columns, _cells, _threshold, _zerosShown) = (
            values,
            rows,
            columns,
            rows * columns,
            threshold,
            zerosShown
        );
        _arcs = Arcs(rows, columns);
        _leaving = [.. Enumerable.Range(0, rows + columns + 2).Select(_ => new List<(int, bool)>())];
        for (int e = 0; e < _arcs.Length; e++)
        {
            _leaving[_arcs[e].From].Add((e, true));
            _leaving[_arcs[e].To].Add((e, false));
        }

        States =
        [
            .. values.Select(
                (v, e) =>
                    !IsSmall(v) ? EntryState.Shown
                    : e < _cells ? EntryState.Small
                    : EntryState.Withheld
            ),
        ];
    }

    /// <summary>The state of each entry; totals that are small are withheld, without saying that they are.</summary>
    public EntryState[] States { get; set; }

    /// <summary>The least and the largest value of a small cell.</summary>
    public (long Low, long High) SmallRange => (_zerosShown ? 1 : 0, _threshold - 1);

    /// <summary>The number of entries of a table.</summary>
    public static int EntryCount(int rows, int columns) => rows * columns + (rows == 1 ? 1 : rows + columns + 1);

    /// <summary>The least and the largest value that an entry can have in a table with all that is said; the largest 2^63 − 1
    /// where there is none.</summary>
    public (long Low, long High) Interval(int entry)
    {
        if (States[entry] == EntryState.Shown)
        {
            return (_values[entry], _values[entry]);
        }

        (long low, long high) = Bounds(entry);
        var flow = new long[_arcs.Length];
        long up = Push(entry, true, high == Unbounded ? Unbounded : high - _values[entry], flow);
        Array.Clear(flow);
        return (
            _values[entry] - Push(entry, false, _values[entry] - low, flow),
            up == Unbounded ? Unbounded : _values[entry] + up
        );
    }

    private static (int From, int To)[] Arcs(int rows, int columns)
    {
        if (rows == 1)
        {
            return [.. Enumerable.Repeat((0, 1), columns), (1, 0)];
        }

        int columnTotals = rows + columns,
            rowTotals = columnTotals + 1;
        return
        [
            .. Enumerable.Range(0, rows * columns).Select(e => (e / columns, rows + e % columns)),
            .. Enumerable.Range(0, rows).Select(i => (rowTotals, i)),
            .. Enumerable.Range(0, columns).Select(j => (rows + j, columnTotals)),
            (columnTotals, rowTotals),
        ];
    }

    private bool IsSmall(long value) => value < _threshold && (value > 0 || !_zerosShown);

    /// <summary>
    /// The interval that is known of an entry that is not shown. Of a withheld cell one knows that it is at least k, although the
    /// file does not say it: smaller ones are marked as small, and zeros are never withheld. Of a withheld total one knows
    /// nothing.
    /// </summary>
    private (long Low, long High) Bounds(int e) =>
        States[e] == EntryState.Small ? SmallRange : (e < _cells ? _threshold : 0, Unbounded);

    /// <summary>
    /// Changes entry e by as much as the entries that are not shown allow, up to so much, and says by how much. The values stay
    /// those of the true table;
    /// <paramref name="flow"/>, zero before, takes the change of every other entry.
    /// </summary>
    private long Push(int e, bool up, long most, long[] flow)
    {
        (int from, int to) = up ? (_arcs[e].To, _arcs[e].From) : (_arcs[e].From, _arcs[e].To);
        long pushed = 0;
        while (pushed < most && Path(from, to, e, flow) is List<(int Arc, bool Up)> path)
        {
            long step = path.Aggregate(most - pushed, (s, a) => Math.Min(s, Room(a.Arc, a.Up, flow)));
            if (step == Unbounded)
            {
                return Unbounded;
            }

            foreach ((int arc, bool forward) in path)
            {
                flow[arc] += forward ? step : -step;
            }

            pushed += step;
        }

        return pushed;
    }

    private long Room(int arc, bool up, long[] flow)
    {
        (long low, long high) = Bounds(arc);
        return up
            ? high == Unbounded
                ? Unbounded
                : high - _values[arc] - flow[arc]
            : _values[arc] + flow[arc] - low;
    }

    /// <summary>A path of fewest arcs over entries that are not shown and have room, without arc e; null where there is
    /// none.</summary>
    private List<(int Arc, bool Up)>? Path(int from, int to, int e, long[] flow)
    {
        var before = new (int Arc, bool Up)?[_leaving.Length];
        var queue = new Queue<int>([from]);
        while (before[to] is null && queue.TryDequeue(out int node))
        {
            foreach ((int arc, bool up) in _leaving[node])
            {
                int next = up ? _arcs[arc].To : _arcs[arc].From;
                if (
                    arc != e
                    && next != from
                    && before[next] is null
                    && States[arc] != EntryState.Shown
                    && Room(arc, up, flow) > 0
                )
                {
                    before[next] = (arc, up);
                    queue.Enqueue(next);
                }
            }
        }

        if (before[to] is null)
        {
            return null;
        }

        var path = new List<(int, bool)>();
        for (int node = to; node != from; )
        {
            (int arc, bool up) = before[node]!.Value;
            path.Add((arc, up));
            node = up ? _arcs[arc].From : _arcs[arc].To;
        }

        return path;
    }
}
