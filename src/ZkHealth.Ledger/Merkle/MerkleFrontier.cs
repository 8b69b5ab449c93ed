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

    /// <summary>The edge before a leaf, from the path of the leaf in a larger tree: its siblings on the left, which are held to
    /// the root of that tree by whoever goes on to it.</summary>
    /// <param name="index">The number of the leaf, and so the size of the tree before it.</param>
    /// <param name="size">The leaves of the larger tree.</param>
    /// <param name="path">The siblings from the leaf up.</param>
    public static MerkleFrontier Before(long index, long size, IReadOnlyList<ReadOnlyMemory<byte>> path)
    {
        var frontier = new MerkleFrontier { Size = index };
        (long fn, long sn) = (index, size - 1);
        foreach (ReadOnlyMemory<byte> p in path)
        {
            if ((fn & 1) == 1 || fn == sn)
            {
                frontier._edge.Insert(0, p.ToArray());
                while ((fn & 1) == 0 && fn != 0)
                {
                    (fn, sn) = (fn >> 1, sn >> 1);
                }
            }

            (fn, sn) = (fn >> 1, sn >> 1);
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
