using System.Diagnostics.CodeAnalysis;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>
/// The index of a ledger, made from its entries and held to its signed checkpoints: which entries of a kind are about a subject,
/// and the hashes of the tree over all of them. It grows with the ledger and never changes what it has read.
/// </summary>
internal sealed class EntryIndex(ILedger ledger)
{
    private readonly Dictionary<(string Kind, string Subject), List<long>> _positions = [];
    private readonly List<byte[]> _leaves = [];
    private readonly MerkleFrontier _tree = new();
    private readonly HashSet<long> _verified = [];

    /// <summary>The checkpoint up to which everything was read.</summary>
    public Checkpoint Checkpoint { get; private set; } = null!;

    /// <summary>Reads what has come.</summary>
    /// <exception cref="IOException">The ledger cannot be read, or its checkpoint is not that of the entries that it
    /// shows.</exception>
    public void Update()
    {
        Checkpoint latest = ledger.GetCheckpoint();
        if (latest.Size < _tree.Size)
        {
            throw new IOException($"the ledger shows {latest.Size} entries, it had {_tree.Size}; audit it");
        }

        for (long position = _tree.Size; position < latest.Size; position++)
        {
            byte[] bytes = ledger.Read(position) ?? throw new IOException($"the ledger lacks its entry {position}; audit it");
            _leaves.Add(MerkleHash.Leaf(bytes));
            _tree.Append(_leaves[^1]);

            // what is no entry is about nothing; an audit names it
            if (LedgerLeaf.TryDecodeUnverified(bytes, out LedgerLeaf? leaf, out _) && leaf.Entry is LedgerEntry entry)
            {
                Positions(entry.Body.Kind, entry.Body.Subject.Span).Add(position);
            }
        }

        if (!_tree.Root().AsSpan().SequenceEqual(latest.Root.Span))
        {
            throw new IOException(
                $"the ledger's checkpoint of {latest.Size} entries is not that of the entries that it shows; audit it"
            );
        }

        Checkpoint = latest;
    }

    /// <summary>Reads what has come where a position is not among what was read.</summary>
    public void UpdateTo(long position)
    {
        if (position >= _tree.Size)
        {
            Update();
        }
    }

    /// <summary>Decodes the bytes of an entry that was read, and verifies its signature where that was not done before.</summary>
    public bool TryDecode(
        long position,
        byte[] bytes,
        [NotNullWhen(true)] out LedgerLeaf? leaf,
        [NotNullWhen(false)] out string? reason
    )
    {
        leaf = null;
        if (position >= _tree.Size || !_leaves[(int)position].AsSpan().SequenceEqual(MerkleHash.Leaf(bytes)))
        {
            reason = "it is not the one that the ledger's checkpoint holds";
            return false;
        }

        // the same bytes as before, by their hash
        bool good = _verified.Contains(position)
            ? LedgerLeaf.TryDecodeUnverified(bytes, out leaf, out reason)
            : LedgerLeaf.TryDecode(bytes, out leaf, out reason);
        if (good)
        {
            _verified.Add(position);
        }

        return good;
    }

    public IReadOnlyList<long> Find(string kind, ReadOnlySpan<byte> subject) =>
        _positions.TryGetValue((kind, Convert.ToHexString(subject)), out List<long>? found) ? [.. found] : [];

    /// <summary>The entries of a kind about anything.</summary>
    public IReadOnlyList<long> FindAll(string kind) =>
        [.. _positions.Where(p => p.Key.Kind == kind).SelectMany(p => p.Value).Order()];

    private List<long> Positions(string kind, ReadOnlySpan<byte> subject)
    {
        (string, string) key = (kind, Convert.ToHexString(subject));
        if (!_positions.TryGetValue(key, out List<long>? found))
        {
            _positions[key] = found = [];
        }

        return found;
    }
}
