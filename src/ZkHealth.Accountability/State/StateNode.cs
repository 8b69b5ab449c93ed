using System.Security.Cryptography;

namespace ZkHealth.Accountability;

/// <summary>A node of the state map; its hash is computed when it is first asked for, so that the steps within an entry hash no
/// node twice.</summary>
internal abstract class StateNode
{
    private byte[]? _hash;

    /// <summary>The hash, 32 bytes.</summary>
    public byte[] Hash => _hash ??= Compute();

    /// <summary>The leaf or branch that the node is; one that lies in a file is read once.</summary>
    public virtual StateNode Resolve() => this;

    /// <summary>The leaf or branch, without being kept.</summary>
    public virtual StateNode Read() => this;

    protected abstract byte[] Compute();
}

/// <summary>The one key of a subtree.</summary>
internal sealed class StateLeaf(byte[] key, byte[] value) : StateNode
{
    public byte[] Key { get; } = key;

    public byte[] Value { get; } = value;

    /// <summary>The row that the value is, where it has been read.</summary>
    public Row? Row { get; set; }

    protected override byte[] Compute() => StateKey.LeafHash(Key, SHA256.HashData(Value));
}

/// <summary>Two subtrees.</summary>
internal sealed class StateBranch(StateNode? left, StateNode? right) : StateNode
{
    private static readonly byte[] Zero = new byte[StateKey.Size];

    public StateNode? Left { get; } = left;

    public StateNode? Right { get; } = right;

    protected override byte[] Compute() => StateKey.NodeHash(Left?.Hash ?? Zero, Right?.Hash ?? Zero);
}

/// <summary>A node that lies in a file, known by its hash; what is read is held against it.</summary>
internal sealed class StoredNode(Func<long, StateNode> read, long place, byte[] hash) : StateNode
{
    private StateNode? _node;

    /// <inheritdoc/>
    public override StateNode Resolve() => _node ??= Read();

    /// <inheritdoc/>
    public override StateNode Read()
    {
        if (_node is not null)
        {
            return _node;
        }

        StateNode node = read(place);
        return node.Hash.AsSpan().SequenceEqual(hash)
            ? node
            : throw new IOException("the snapshot of the state is damaged: delete it, and the ledger is replayed");
    }

    protected override byte[] Compute() => hash;
}
