using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace ZkHealth.Accountability;

/// <summary>A node of the state map; its hash is computed when it is first asked for, so that the steps within an entry hash no
/// node twice.</summary>
internal abstract class StateNode
{
    /// <summary>Nodes without a hash by their depth: the lists are used again on their thread.</summary>
    [ThreadStatic]
    private static List<List<StateNode>>? _levels;

    private Vector256<byte> _hash;
    private bool _isHashed;

    /// <summary>The hash, 32 bytes.</summary>
    public byte[] Hash
    {
        get
        {
            var hash = new byte[StateKey.Size];
            CopyHash(hash);
            return hash;
        }
    }

    /// <summary>The leaf or branch that the node is; one that lies in a file is read once.</summary>
    public virtual StateNode Resolve() => this;

    /// <summary>The leaf or branch, without being kept.</summary>
    public virtual StateNode Read() => this;

    /// <summary>Computes all hashes of a subtree that are not known: those of one depth together, from the deepest up.</summary>
    public static void HashAll(StateNode root)
    {
        if (Volatile.Read(ref root._isHashed))
        {
            return;
        }

        List<List<StateNode>> levels = _levels ??= [];
        Collect(root, 0, levels);
        Span<byte> texts = stackalloc byte[NodeHashes.Lanes * TextSize],
            hashes = stackalloc byte[NodeHashes.Lanes * StateKey.Size];
        for (int depth = levels.Count - 1; depth >= 0; depth--)
        {
            List<StateNode> level = levels[depth];
            for (int from = 0; from < level.Count; from += NodeHashes.Lanes)
            {
                int count = Math.Min(NodeHashes.Lanes, level.Count - from);
                for (int i = 0; i < count; i++)
                {
                    level[from + i].WriteText(texts.Slice(TextSize * i, TextSize));
                }

                NodeHashes.Hash(texts[..(TextSize * count)], hashes);
                for (int i = 0; i < count; i++)
                {
                    level[from + i].Set(hashes[(StateKey.Size * i)..]);
                }
            }

            level.Clear();
        }
    }

    /// <summary>Writes the hash into 32 bytes.</summary>
    public void CopyHash(Span<byte> hash)
    {
        HashAll(this);
        _hash.CopyTo(hash);
    }

    /// <summary>Determines whether two nodes have one hash.</summary>
    public bool HasHashOf(StateNode other)
    {
        HashAll(this);
        HashAll(other);
        return _hash == other._hash;
    }

    protected const int TextSize = 1 + (2 * StateKey.Size);

    /// <summary>Writes what is hashed: a byte for leaf or branch, then two hashes.</summary>
    protected abstract void WriteText(Span<byte> text);

    /// <summary>The subtrees.</summary>
    protected virtual (StateNode? Left, StateNode? Right) Subtrees => (null, null);

    /// <summary>Sets the hash; another thread that reads the same map finds it whole or not at all.</summary>
    protected void Set(ReadOnlySpan<byte> hash)
    {
        _hash = Vector256.Create(hash);
        Volatile.Write(ref _isHashed, true);
    }

    private static void Collect(StateNode? node, int depth, List<List<StateNode>> levels)
    {
        if (node is null || Volatile.Read(ref node._isHashed))
        {
            return;
        }

        if (levels.Count == depth)
        {
            levels.Add([]);
        }

        levels[depth].Add(node);
        (StateNode? left, StateNode? right) = node.Subtrees;
        Collect(left, depth + 1, levels);
        Collect(right, depth + 1, levels);
    }
}

/// <summary>The one key of a subtree.</summary>
internal sealed class StateLeaf(byte[] key, byte[] value) : StateNode
{
    public byte[] Key { get; } = key;

    public byte[] Value { get; } = value;

    /// <summary>The row that the value is, where it has been read.</summary>
    public Row? Row { get; set; }

    protected override void WriteText(Span<byte> text)
    {
        text[0] = 0;
        Key.CopyTo(text[1..]);
        SHA256.HashData(Value, text[(1 + StateKey.Size)..]);
    }
}

/// <summary>Two subtrees.</summary>
internal sealed class StateBranch(StateNode? left, StateNode? right) : StateNode
{
    public StateNode? Left { get; } = left;

    public StateNode? Right { get; } = right;

    protected override (StateNode? Left, StateNode? Right) Subtrees => (Left, Right);

    protected override void WriteText(Span<byte> text)
    {
        text.Clear();
        text[0] = 1;
        Left?.CopyHash(text[1..]);
        Right?.CopyHash(text[(1 + StateKey.Size)..]);
    }
}

/// <summary>The nodes of a file.</summary>
internal interface INodeFile
{
    /// <summary>Reads the node at a place.</summary>
    StateNode Read(long place);
}

/// <summary>A node that lies in a file, known by its hash; what is read is held against it.</summary>
internal sealed class StoredNode : StateNode
{
    private StateNode? _node;

    public StoredNode(INodeFile file, long place, ReadOnlySpan<byte> hash)
    {
        (File, Place) = (file, place);
        Set(hash);
    }

    /// <summary>The file.</summary>
    public INodeFile File { get; }

    /// <summary>The place in the file.</summary>
    public long Place { get; }

    /// <inheritdoc/>
    public override StateNode Resolve() => _node ??= Read();

    /// <inheritdoc/>
    public override StateNode Read()
    {
        if (_node is not null)
        {
            return _node;
        }

        StateNode node = File.Read(Place);
        return node.HasHashOf(this)
            ? node
            : throw new IOException("the snapshot of the state is damaged: delete it, and the ledger is replayed");
    }

    protected override void WriteText(Span<byte> text) => throw new InvalidOperationException("its hash is known");
}
