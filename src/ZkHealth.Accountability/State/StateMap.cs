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

    private readonly Node? _root;

    private StateMap(Node? root, int count) => (_root, Count) = (root, count);

    /// <summary>The map without keys.</summary>
    public static StateMap Empty { get; } = new(null, 0);

    /// <summary>The number of keys.</summary>
    public int Count { get; }

    /// <summary>The root, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Root => _root?.Hash ?? Zero;

    /// <summary>All keys with their values, ascending by key.</summary>
    public IEnumerable<(byte[] Key, byte[] Value)> Entries => Walk(_root);

    /// <summary>The value of a key, or null.</summary>
    public byte[]? Find(ReadOnlySpan<byte> key)
    {
        Node? node = _root;
        for (int depth = 0; node is Branch branch; depth++)
        {
            node = StateKey.Bit(key, depth) ? branch.Right : branch.Left;
        }

        return node is Leaf leaf && key.SequenceEqual(leaf.Key) ? leaf.Value : null;
    }

    /// <summary>The map with a value for a key.</summary>
    public StateMap With(byte[] key, byte[] value)
    {
        bool added = true;
        Node root = Put(_root, new Leaf(key, value), 0, ref added);
        return new StateMap(root, added ? Count + 1 : Count);
    }

    /// <summary>The map without a key.</summary>
    public StateMap Without(ReadOnlySpan<byte> key) => Find(key) is null ? this : new StateMap(Remove(_root, key, 0), Count - 1);

    /// <summary>The proof of what the map holds under a key: presence or absence.</summary>
    public StateProof Prove(ReadOnlySpan<byte> key)
    {
        var siblings = new List<byte[]>();
        Node? node = _root;
        while (node is Branch branch)
        {
            bool right = StateKey.Bit(key, siblings.Count);
            siblings.Add((right ? branch.Left : branch.Right)?.Hash ?? Zero);
            node = right ? branch.Right : branch.Left;
        }

        return node is Leaf leaf
            ? new StateProof(siblings, leaf.Key, SHA256.HashData(leaf.Value))
            : new StateProof(siblings, null, null);
    }

    private static Node Put(Node? node, Leaf leaf, int depth, ref bool added)
    {
        switch (node)
        {
            case null:
                return leaf;
            case Leaf other when other.Key.AsSpan().SequenceEqual(leaf.Key):
                added = false;
                return leaf;
            case Leaf other:
                return Put(
                    StateKey.Bit(other.Key, depth) ? new Branch(null, other) : new Branch(other, null),
                    leaf,
                    depth,
                    ref added
                );
            default:
                var branch = (Branch)node;
                return StateKey.Bit(leaf.Key, depth)
                    ? new Branch(branch.Left, Put(branch.Right, leaf, depth + 1, ref added))
                    : new Branch(Put(branch.Left, leaf, depth + 1, ref added), branch.Right);
        }
    }

    private static Node? Remove(Node? node, ReadOnlySpan<byte> key, int depth)
    {
        if (node is not Branch branch)
        {
            return null;
        }

        bool right = StateKey.Bit(key, depth);
        Node? rest = Remove(right ? branch.Right : branch.Left, key, depth + 1);
        Node? other = right ? branch.Left : branch.Right;

        // a subtree of one key is its leaf
        if (rest is null && other is null or Leaf)
        {
            return other;
        }

        if (other is null && rest is Leaf)
        {
            return rest;
        }

        return right ? new Branch(other, rest) : new Branch(rest, other);
    }

    private static IEnumerable<(byte[] Key, byte[] Value)> Walk(Node? root)
    {
        var open = new Stack<Node?>([root]);
        while (open.TryPop(out Node? node))
        {
            if (node is Branch branch)
            {
                open.Push(branch.Right);
                open.Push(branch.Left);
            }
            else if (node is Leaf leaf)
            {
                yield return (leaf.Key, leaf.Value);
            }
        }
    }

    /// <summary>A node; its hash is computed when it is first asked for, so that the steps within an entry hash no node
    /// twice.</summary>
    private abstract class Node
    {
        private byte[]? _hash;

        public byte[] Hash => _hash ??= Compute();

        protected abstract byte[] Compute();
    }

    private sealed class Leaf(byte[] key, byte[] value) : Node
    {
        public byte[] Key { get; } = key;

        public byte[] Value { get; } = value;

        protected override byte[] Compute() => StateKey.LeafHash(Key, SHA256.HashData(Value));
    }

    private sealed class Branch(Node? left, Node? right) : Node
    {
        public Node? Left { get; } = left;

        public Node? Right { get; } = right;

        protected override byte[] Compute() => StateKey.NodeHash(Left?.Hash ?? Zero, Right?.Hash ?? Zero);
    }
}
