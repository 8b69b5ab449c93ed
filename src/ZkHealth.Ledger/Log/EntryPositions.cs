namespace ZkHealth.Ledger;

/// <summary>The positions of entries by what they are about: those that are kept, sorted, and those that came since.</summary>
internal sealed class EntryPositions
{
    /// <summary>From so many new records on they are sorted into the old ones.</summary>
    private const int ManyRecords = 1 << 13;

    /// <summary>The new records at which they are sorted in while more is read.</summary>
    private const int MostRecords = 1 << 17;

    /// <summary>The most records that there is room for before they are read: 96 MiB, which cost nothing until written.</summary>
    private const int MostReserved = 1 << 22;

    private readonly Dictionary<UInt128, List<long>> _positions = [];
    private readonly List<KeyValuePair<UInt128, long>> _new = [];

    /// <summary>The sorted ones, which are written to a file.</summary>
    public IndexRecords Kept { get; set; } = new([], []);

    /// <summary>Makes room for so many entries: two records each. A checkpoint is the log's word, so that not all it names get
    /// room before they are read.</summary>
    public void Reserve(long entries)
    {
        long coming = Math.Min(2 * entries, MostReserved);
        if (coming > ManyRecords)
        {
            Kept.Reserve(Kept.Keys.Length + coming);
        }
    }

    public void Add(long position, EntryBody body)
    {
        _new.Add(new(IndexRecords.KeyOf(body.Kind, null), position));
        _new.Add(new(IndexRecords.KeyOf(body.Kind, body.Subject.Span), position));
        if (_new.Count >= MostRecords)
        {
            Sort();
        }
    }

    /// <summary>Puts what is new where it is found: many records into the sorted ones, few beside them.</summary>
    public void Sort()
    {
        if (_new.Count > ManyRecords)
        {
            Kept.Add([.. Later(), .. _new]);
            _positions.Clear();
        }
        else
        {
            foreach ((UInt128 key, long position) in _new)
            {
                if (!_positions.TryGetValue(key, out List<long>? found))
                {
                    _positions[key] = found = [];
                }

                found.Add(position);
            }
        }

        _new.Clear();
    }

    /// <summary>Sorts all into those that are kept.</summary>
    public void Keep()
    {
        Kept.Add(Later());
        _positions.Clear();
    }

    public List<long> Find(string kind, byte[]? subject)
    {
        UInt128 key = IndexRecords.KeyOf(kind, subject);
        List<long> found = Kept.Find(key);
        if (_positions.TryGetValue(key, out List<long>? later))
        {
            found.AddRange(later);
        }

        return found;
    }

    private List<KeyValuePair<UInt128, long>> Later() =>
        [.. _positions.SelectMany(p => p.Value, (p, position) => new KeyValuePair<UInt128, long>(p.Key, position))];
}
