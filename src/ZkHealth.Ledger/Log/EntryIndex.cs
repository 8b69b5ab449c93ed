using System.Runtime.CompilerServices;

namespace ZkHealth.Ledger;

/// <summary>
/// The index of a ledger, made by its reader from the entries and held to signed checkpoints: which entries of a kind are about a
/// subject, and that their signatures were verified. It grows with the ledger, never changes what it has read, and is kept for
/// the next process.
/// </summary>
/// <remarks>
/// Nothing is taken from the ledger's own index, so that a ledger cannot hide an entry from a search. What was read before is
/// known by the root of the tree: a leaf that is read again must be included under it, and its signatures then are those that
/// were verified.
/// </remarks>
internal sealed class EntryIndex
{
    private const int ChunkSize = 4 * Ed25519Verifier.ChunkSize;

    /// <summary>The bytes at which a reading and a chunk end however few entries they have: 1 MiB each, which a log may give its
    /// entries, would make gigabytes of their numbers alone.</summary>
    internal const int ManyBytes = 1 << 22;

    /// <summary>The number of entries that have come since it was kept, from which on it is kept again: a small log often, so
    /// that no command verifies hundreds of signatures anew, a large one seldom, since all of its index is written.</summary>
    private static long KeepAfter(long kept) => Math.Clamp(kept / 16, 64, 1000);

    private static readonly ConditionalWeakTable<ILedger, EntryIndex> Indexes = new();

    private readonly ILedger _ledger;
    private readonly IndexFile? _file;
    private readonly EntryPositions _positions = new();
    private readonly Dictionary<long, byte[]> _leaves = [];
    private readonly LeafBlocks _blocks;
    private readonly HashSet<long> _bad = [];
    private readonly MerkleFrontier _tree = new();
    private readonly Lock _lock = new();
    private long _keptSize;

    /// <summary>An index of a ledger, from what was kept of it where there is a memory.</summary>
    public EntryIndex(ILedger ledger, CheckpointMemory? memory)
    {
        (_ledger, _blocks) = (ledger, new LeafBlocks(ledger));
        Contents = new LogContents(FindEntries, FindAfter, ledger.Key, c => LogConsistency.Begins(ledger, c, Checkpoint));
        _file = memory is null ? null : new IndexFile(memory.PathOf(ledger.Key, ".index"));
        if (_file?.Read(ledger.Key) is IndexFile.Content kept)
        {
            (_positions.Kept, _tree, _keptSize) = (kept.Records, kept.Tree, kept.Tree.Size);
            _bad.UnionWith(kept.Bad);
        }
    }

    /// <summary>The log as budgets read it.</summary>
    public LogContents Contents { get; }

    /// <summary>The checkpoint up to which everything was read.</summary>
    public Checkpoint Checkpoint { get; private set; } = null!;

    /// <summary>The index of a ledger: one for each that is open, with the memory that it was opened with.</summary>
    public static EntryIndex Of(ILedger ledger) => Indexes.GetValue(ledger, l => new EntryIndex(l, (l as SqliteLedger)?.Memory));

    /// <summary>Reads what has come.</summary>
    /// <exception cref="IOException">The ledger cannot be read, or its checkpoint is not that of the entries that it
    /// shows.</exception>
    public void Update()
    {
        lock (_lock)
        {
            Checkpoint latest = _ledger.GetCheckpoint();
            if (latest.Size < _tree.Size)
            {
                throw new IOException($"the ledger shows {latest.Size} entries, it had {_tree.Size}; audit it");
            }

            _positions.Reserve(latest.Size - _tree.Size);
            ReadUpTo(latest.Size);
            if (!_tree.Root().AsSpan().SequenceEqual(latest.Root.Span))
            {
                throw new IOException(
                    $"the ledger's checkpoint of {latest.Size} entries is not that of the entries that it shows; audit it"
                );
            }

            Checkpoint = latest;
            _positions.Sort();
            if (_file is not null && _tree.Size - _keptSize >= KeepAfter(_keptSize))
            {
                _positions.Keep();
                _file.Write(_ledger.Key, _positions.Kept, _bad, _tree);
                _keptSize = _tree.Size;
            }
        }
    }

    /// <summary>The leaf at a position, read up to it and held to what was read; null where there is none.</summary>
    /// <exception cref="IOException">The ledger cannot be read, shows another leaf, or an entry that is not signed by its signer
    /// or for this log.</exception>
    public LedgerLeaf? Read(long position)
    {
        if (position < 0 || _ledger.Read(position) is not byte[] bytes)
        {
            return null;
        }

        lock (_lock)
        {
            if (position >= _tree.Size || Checkpoint is null)
            {
                Update();
            }

            if (!IsRead(position, bytes))
            {
                throw new IOException(
                    $"entry {position} of the ledger: it is not the one that the ledger's checkpoint holds; audit it"
                );
            }

            if (
                !(
                    _bad.Contains(position)
                        ? LedgerLeaf.TryDecode(bytes, out LedgerLeaf? leaf, out string? reason)
                        : LedgerLeaf.TryDecodeUnverified(bytes, out leaf, out reason)
                )
            )
            {
                throw new IOException($"entry {position} of the ledger: {reason}; audit it");
            }

            return leaf.Entry is null || leaf.Entry.Origin == _ledger.Key.Name
                ? leaf
                : throw new IOException($"entry {position} is for the ledger {leaf.Entry.Origin}; audit it");
        }
    }

    /// <summary>The numbers of the entries of a kind about a subject or, where it is null, about any, in what was read.</summary>
    public IReadOnlyList<long> Find(string kind, byte[]? subject)
    {
        lock (_lock)
        {
            return _positions.Find(kind, subject);
        }
    }

    /// <summary>The entries that <see cref="Find"/> finds, after what has come is read.</summary>
    /// <exception cref="IOException">As in <see cref="Update"/> and <see cref="Read"/>.</exception>
    public IReadOnlyList<LoggedEntry> FindEntries(string kind, byte[]? subject, long before = long.MaxValue)
    {
        Update();
        var entries = new List<LoggedEntry>();
        foreach (long position in Find(kind, subject).Where(p => p < before))
        {
            entries.Add(new LoggedEntry(position, Existing(position).Entry!));
        }

        return entries;
    }

    /// <summary>The first leaf whose time is later than so many seconds since 1970, in what was read; null where there is
    /// none.</summary>
    /// <exception cref="IOException">As in <see cref="Read"/>.</exception>
    public long? FindAfter(long seconds)
    {
        long first = LeafTimes.FirstAfter(seconds, Checkpoint.Size, position => Existing(position).Time);
        return first == Checkpoint.Size ? null : first;
    }

    private LedgerLeaf Existing(long position) =>
        Read(position) ?? throw new IOException($"the ledger lacks its entry {position}; audit it");

    /// <summary>Takes in the leaves up to a size; the signatures of those read are verified beside the reading of the next, and
    /// also where that fails: what is in the tree counts as verified.</summary>
    private void ReadUpTo(long size)
    {
        var chunk = new List<(long Position, LedgerEntry Entry)>();
        long chunkBytes = 0;
        Task<IEnumerable<long>> verifying = Task.FromResult<IEnumerable<long>>([]);
        try
        {
            foreach (byte[] bytes in LeafBlocks.Read(_ledger, _tree.Size, size))
            {
                Add(bytes, chunk);
                chunkBytes += bytes.Length;
                if (chunk.Count == ChunkSize || chunkBytes >= ManyBytes)
                {
                    List<(long, LedgerEntry)> full = chunk;
                    _bad.UnionWith(verifying.GetAwaiter().GetResult());
                    verifying = Task.Run(() => Bad(full));
                    (chunk, chunkBytes) = ([], 0);
                }
            }
        }
        finally
        {
            _bad.UnionWith(verifying.GetAwaiter().GetResult());
            _bad.UnionWith(Bad(chunk));
        }
    }

    private void Add(byte[] bytes, List<(long Position, LedgerEntry Entry)> chunk)
    {
        long position = _tree.Size;
        byte[] hash = MerkleHash.Leaf(bytes);
        _tree.Append(hash);
        if (_file is null)
        {
            _leaves[position] = hash; // without a memory a ledger is read whole, and mostly small
        }

        // what is no entry is about nothing; an audit names it
        if (!LedgerLeaf.TryDecodeUnverified(bytes, out LedgerLeaf? leaf, out _))
        {
            _bad.Add(position);
        }
        else if (leaf.Entry is LedgerEntry entry)
        {
            chunk.Add((position, entry));
            _positions.Add(position, entry.Body);
        }
    }

    /// <summary>Verifies the signatures of entries together; gives the positions of those that are bad.</summary>
    private static IEnumerable<long> Bad(List<(long, LedgerEntry)> chunk) => EntrySignatures.Bad(chunk).Select(b => b.Index);

    /// <summary>Determines whether the bytes are those that were read at a position, by their hash or by inclusion under the
    /// root.</summary>
    private bool IsRead(long position, byte[] bytes)
    {
        byte[] hash = MerkleHash.Leaf(bytes);
        if (_leaves.TryGetValue(position, out byte[]? known))
        {
            return known.AsSpan().SequenceEqual(hash);
        }

        if (_blocks.Find(position, Checkpoint) is ReadOnlyMemory<byte> found)
        {
            return found.Span.SequenceEqual(hash);
        }

        if (
            position >= Checkpoint.Size
            || !MerkleProof.VerifyInclusion(
                hash,
                position,
                Checkpoint.Size,
                _ledger.ProveInclusion(position, Checkpoint.Size),
                Checkpoint.Root.Span
            )
        )
        {
            return false;
        }

        _leaves[position] = hash;
        return true;
    }
}
