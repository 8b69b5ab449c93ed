namespace ZkHealth.Groups;

/// <summary>
/// The terms of one window of Pippenger's method in the order in which lanes add them up: a lane sums the points of one bucket in
/// registers and writes the sum once. A counting sort, then buckets by length, so that those that lanes sum together are alike.
/// </summary>
/// <remarks>
/// A bucket longer than <see cref="Longest"/> is cut into segments, which <see cref="Extras"/> join again: scalars that are all
/// alike cost no more than random ones by much. Variable time in the digits (docs/security.md).
/// </remarks>
internal sealed class WindowBuckets
{
    private readonly int _lanes,
        _buckets,
        _recordSize,
        _shift;
    private readonly int[] _counts,
        _cursors,
        _ends,
        _rests,
        _current,
        _lengths,
        _starts,
        _slotLengths,
        _steps,
        _bases,
        _terms;
    private int _used;
    private readonly List<(int To, int From)> _extras = [];

    /// <summary>For <paramref name="points"/> points with digits up to <paramref name="buckets"/> in absolute value.</summary>
    public WindowBuckets(int points, int buckets, int lanes, int recordSize)
    {
        (_lanes, _buckets, _recordSize) = (lanes, buckets, recordSize);
        _shift = Math.Max(5, 2 + int.Log2(Math.Max(1, points / buckets)));
        int slots = buckets + (points >> _shift),
            groups = (slots + lanes - 1) / lanes;
        MostSlots = groups * lanes;
        (_counts, _cursors, _ends, _rests, _current) = (
            new int[buckets + 1],
            new int[buckets + 1],
            new int[buckets + 1],
            new int[buckets + 1],
            new int[buckets + 1]
        );
        (_lengths, _starts, _slotLengths) = (new int[Longest + 2], new int[Longest + 2], new int[MostSlots]);
        (_steps, _bases) = (new int[groups], new int[groups]);
        Slots = new int[buckets + 1];
        _terms = new int[points + lanes * (Longest + 1)];
    }

    /// <summary>The most terms of a segment.</summary>
    public int Longest => 1 << _shift;

    /// <summary>The most slots there can be, a multiple of the lanes.</summary>
    public int MostSlots { get; }

    /// <summary>The groups of slots that are summed together, one slot a lane.</summary>
    public int Groups { get; private set; }

    /// <summary>For each group its terms a lane: the longest of its slots.</summary>
    public ReadOnlySpan<int> Steps => _steps.AsSpan(0, Groups);

    /// <summary>Group after group, step after step, a term a lane: the offset of its record and, in the lowest bit, its sign; 0
    /// is the neutral record.</summary>
    public ReadOnlySpan<int> Terms => _terms.AsSpan(0, _used);

    /// <summary>For each bucket 1 + the slot of its sum, or 0 if no digit fell into it.</summary>
    public int[] Slots { get; }

    /// <summary>Slots to be added to others, in this order.</summary>
    public IReadOnlyList<(int To, int From)> Extras => _extras;

    /// <summary>Orders the terms of a window; digit i belongs to record i + 1.</summary>
    public void Sort(ReadOnlySpan<short> digits)
    {
        int lanes = _lanes,
            recordSize = _recordSize,
            record = 0;
        int[] counts = _counts,
            cursors = _cursors,
            terms = _terms;
        Array.Clear(counts);
        foreach (short digit in digits)
        {
            int sign = digit >> 31;
            counts[(digit ^ sign) - sign]++;
        }

        int slots = AssignSlots();
        PlaceGroups(slots);
        SetCursors();
        bool cut = _extras.Count > 0;
        foreach (short digit in digits)
        {
            record += recordSize;
            int sign = digit >> 31,
                bucket = (digit ^ sign) - sign;
            if (bucket == 0)
            {
                continue;
            }

            int at = cursors[bucket];
            if (cut && at == _ends[bucket])
            {
                at = NextSegment(bucket);
            }

            terms[at] = record | (sign & 1);
            cursors[bucket] = at + lanes;
        }
    }

    /// <summary>Slots by length, the longest first; the whole segments of a bucket side by side.</summary>
    private int AssignSlots()
    {
        Array.Clear(_lengths);
        for (int b = 1; b <= _buckets; b++)
        {
            _lengths[Longest] += _counts[b] >> _shift;
            _lengths[_counts[b] & Longest - 1]++;
        }

        int slots = 0;
        for (int length = Longest; length > 0; length--)
        {
            _starts[length] = slots;
            _slotLengths.AsSpan(slots, _lengths[length]).Fill(length);
            slots += _lengths[length];
        }

        _extras.Clear();
        for (int b = 1; b <= _buckets; b++)
        {
            int whole = _counts[b] >> _shift,
                rest = _counts[b] & Longest - 1;
            int first = _starts[whole > 0 ? Longest : rest];
            Slots[b] = whole + rest > 0 ? 1 + first : 0;
            _starts[Longest] += whole;
            for (int k = 1; k < whole; k++)
            {
                _extras.Add((first, first + k));
            }

            if (rest > 0)
            {
                _rests[b] = _starts[rest]++;
                if (whole > 0)
                {
                    _extras.Add((first, _rests[b]));
                }
            }
        }

        return slots;
    }

    /// <summary>The first term of each group; neutral terms where a lane has fewer than the longest.</summary>
    private void PlaceGroups(int slots)
    {
        Groups = (slots + _lanes - 1) / _lanes;
        _slotLengths.AsSpan(slots, Groups * _lanes - slots).Clear();
        _used = 0;
        for (int g = 0; g < Groups; g++)
        {
            (_bases[g], _steps[g]) = (_used, _slotLengths[g * _lanes]);
            for (int lane = 0; lane < _lanes; lane++)
            {
                for (int step = _slotLengths[g * _lanes + lane]; step < _steps[g]; step++)
                {
                    _terms[_used + step * _lanes + lane] = 0;
                }
            }

            _used += _steps[g] * _lanes;
        }
    }

    private void SetCursors()
    {
        for (int b = 1; b <= _buckets; b++)
        {
            if (Slots[b] > 0)
            {
                SetCursor(b, Slots[b] - 1);
            }
        }
    }

    private void SetCursor(int bucket, int slot)
    {
        _current[bucket] = slot;
        _cursors[bucket] = _bases[slot / _lanes] + slot % _lanes;
        _ends[bucket] = _cursors[bucket] + _slotLengths[slot] * _lanes;
    }

    /// <summary>Goes on to the next segment of a bucket whose segment is full: the next whole one, or the rest.</summary>
    private int NextSegment(int bucket)
    {
        int next = _current[bucket] + 1,
            first = Slots[bucket] - 1;
        SetCursor(bucket, next < first + (_counts[bucket] >> _shift) ? next : _rests[bucket]);
        return _cursors[bucket];
    }
}
