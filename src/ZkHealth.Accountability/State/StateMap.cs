using System.Security.Cryptography;

namespace ZkHealth.Accountability;

/// <summary>
/// The state as a map from 32-byte keys to values with a root: a sparse Merkle tree in which a subtree of one key is its leaf,
/// wherever it stands, and an empty one is 32 zero bytes. Immutable: a change shares all other nodes with the map before it, so
/// that a refused entry costs nothing to undo, and a snapshot nothing to keep.
/// </summary>
internal sealed class StateMap
{
    private static readonly byte[] Zero = new byte[StateKey.Size];

    private readonly StateNode? _root;
    private byte[]? _rootHash;

    private StateMap(StateNode? root, int count) => (_root, Count) = (root, count);

    /// <summary>The map without keys.</summary>
    public static StateMap Empty { get; } = new(null, 0);

    /// <summary>The number of keys.</summary>
    public int Count { get; }

    /// <summary>The root, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Root => _rootHash ??= _root?.Hash ?? Zero;

    /// <summary>The top node, or null.</summary>
    internal StateNode? Top => _root;

    /// <summary>All keys with their values, ascending by key.</summary>
    public IEnumerable<(byte[] Key, byte[] Value)> Entries => Walk(_root);

    /// <summary>A map whose nodes are read when they are asked for.</summary>
    internal static StateMap Of(StateNode? root, int count) => new(root, count);

    /// <summary>The value of a key, or null.</summary>
    public byte[]? Find(ReadOnlySpan<byte> key) => FindLeaf(key)?.Value;

    /// <summary>The leaf of a key, or null.</summary>
    internal StateLeaf? FindLeaf(ReadOnlySpan<byte> key)
    {
        StateNode? node = _root?.Resolve();
        for (int depth = 0; node is StateBranch branch; depth++)
        {
            node = (StateKey.Bit(key, depth) ? branch.Right : branch.Left)?.Resolve();
        }

        return node is StateLeaf leaf && key.SequenceEqual(leaf.Key) ? leaf : null;
    }

    /// <summary>The map with a value for a key.</summary>
    public StateMap With(byte[] key, byte[] value) => With(new StateLeaf(key, value));

    /// <summary>The map with a leaf.</summary>
    internal StateMap With(StateLeaf leaf)
    {
        bool added = true;
        StateNode root = Put(_root, leaf, 0, ref added);
        return new StateMap(root, added ? Count + 1 : Count);
    }

    /// <summary>The map without a key.</summary>
    public StateMap Without(byte[] key) => Without(new ReadOnlySpan<byte[]>(in key));

    /// <summary>The map without keys, every node above them made anew once.</summary>
    /// <param name="ascending">The keys, ascending.</param>
    public StateMap Without(ReadOnlySpan<byte[]> ascending)
    {
        int removed = 0;
        StateNode? left = Remove(_root, ascending, 0, ref removed);
        return removed > 0 ? new StateMap(left, Count - removed) : this;
    }

    /// <summary>The proof of what the map holds under a key: presence or absence.</summary>
    public StateProof Prove(ReadOnlySpan<byte> key)
    {
        var siblings = new List<byte[]>();
        StateNode? node = _root?.Resolve();
        while (node is StateBranch branch)
        {
            bool right = StateKey.Bit(key, siblings.Count);
            siblings.Add((right ? branch.Left : branch.Right)?.Hash ?? Zero);
            node = (right ? branch.Right : branch.Left)?.Resolve();
        }

        return node is StateLeaf leaf
            ? new StateProof(siblings, leaf.Key, SHA256.HashData(leaf.Value))
            : new StateProof(siblings, null, null);
    }

    private static StateNode Put(StateNode? at, StateLeaf leaf, int depth, ref bool added)
    {
        StateNode? node = at?.Resolve();
        switch (node)
        {
            case null:
                return leaf;
            case StateLeaf other when other.Key.AsSpan().SequenceEqual(leaf.Key):
                added = false;
                return leaf;
            case StateLeaf other:
                return Put(
                    StateKey.Bit(other.Key, depth) ? new StateBranch(null, other) : new StateBranch(other, null),
                    leaf,
                    depth,
                    ref added
                );
            default:
                var branch = (StateBranch)node;
                return StateKey.Bit(leaf.Key, depth)
                    ? new StateBranch(branch.Left, Put(branch.Right, leaf, depth + 1, ref added))
                    : new StateBranch(Put(branch.Left, leaf, depth + 1, ref added), branch.Right);
        }
    }

    private static StateNode? Remove(StateNode? at, ReadOnlySpan<byte[]> keys, int depth, ref int removed)
    {
        StateNode? node = keys.IsEmpty ? null : at?.Resolve();
        if (node is StateLeaf leaf && Contains(keys, leaf.Key))
        {
            removed++;
            return null;
        }

        if (node is not StateBranch branch)
        {
            return at;
        }

        (int zeros, int end) = (0, keys.Length);
        while (zeros < end)
        {
            int middle = zeros + ((end - zeros) / 2);
            (zeros, end) = StateKey.Bit(keys[middle], depth) ? (zeros, middle) : (middle + 1, end);
        }

        StateNode? left = Remove(branch.Left, keys[..zeros], depth + 1, ref removed),
            right = Remove(branch.Right, keys[zeros..], depth + 1, ref removed);
        if (left == branch.Left && right == branch.Right)
        {
            return at;
        }

        // a subtree of one key is its leaf
        StateNode? alone = left is null || right is null ? (left ?? right)?.Resolve() : null;
        return alone is StateLeaf || (left is null && right is null) ? alone : new StateBranch(left, right);
    }

    private static bool Contains(ReadOnlySpan<byte[]> keys, byte[] key)
    {
        foreach (byte[] k in keys)
        {
            if (k.AsSpan().SequenceEqual(key))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<(byte[] Key, byte[] Value)> Walk(StateNode? root)
    {
        var open = new Stack<StateNode?>([root]);
        while (open.TryPop(out StateNode? node))
        {
            // what is only walked over is not kept
            StateNode? read = node?.Read();
            if (read is StateBranch branch)
            {
                open.Push(branch.Right);
                open.Push(branch.Left);
            }
            else if (read is StateLeaf leaf)
            {
                yield return (leaf.Key, leaf.Value);
            }
        }
    }
}
