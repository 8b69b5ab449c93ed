namespace ZkHealth.Ledger;

/// <summary>
/// The right edge of a growing RFC 6962 tree: the hashes of the complete subtrees that its leaves fall into, largest first. It is
/// all that is needed to add leaves and to know the root.
/// </summary>
internal sealed class MerkleFrontier
{
    private readonly List<byte[]> _edge = [];

    /// <summary>The hashes, of the largest subtree first.</summary>
    public IReadOnlyList<byte[]> Edge => _edge;

    /// <summary>The leaves.</summary>
    public long Size { get; private set; }

    /// <summary>The edge of a tree of a size, from hashes of complete subtrees.</summary>
    public static MerkleFrontier Read(long size, MerkleTree.NodeReader nodes)
    {
        var frontier = new MerkleFrontier { Size = size };
        for (int level = 62; level >= 0; level--)
        {
            if ((size >> level & 1) == 1)
            {
                frontier._edge.Add(nodes(level, (size >> level) - 1));
            }
        }

        return frontier;
    }

    /// <summary>Adds a leaf; tells of the nodes that it completes, from the leaf up.</summary>
    public void Append(byte[] leaf, Action<int, long, byte[]>? completed = null)
    {
        byte[] hash = leaf;
        completed?.Invoke(0, Size, hash);
        for (int level = 0; (Size >> level & 1) == 1; level++)
        {
            hash = MerkleHash.Node(_edge[^1], hash);
            _edge.RemoveAt(_edge.Count - 1);
            completed?.Invoke(level + 1, Size >> (level + 1), hash);
        }

        _edge.Add(hash);
        Size++;
    }

    /// <summary>The root of the tree.</summary>
    public byte[] Root()
    {
        if (Size == 0)
        {
            return MerkleHash.Empty();
        }

        byte[] root = _edge[^1];
        for (int i = _edge.Count - 2; i >= 0; i--)
        {
            root = MerkleHash.Node(_edge[i], root);
        }

        return root;
    }
}
