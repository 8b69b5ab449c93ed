using System.Numerics;

namespace ZkHealth.Ledger;

/// <summary>
/// Roots and proofs of the RFC 6962 tree over its complete subtrees: node (level, i) is the hash of leaves
/// i·2^level … (i+1)·2^level − 1. Every hash of every size follows from these, log(size) of them at a time.
/// </summary>
internal static class MerkleTree
{
    /// <summary>The hash of a complete subtree.</summary>
    public delegate byte[] NodeReader(int level, long index);

    /// <summary>MTH(D[0:size]).</summary>
    public static byte[] Root(long size, NodeReader nodes) => size == 0 ? MerkleHash.Empty() : Range(0, size, nodes);

    /// <summary>PATH(index, D[size]) (RFC 6962, 2.1.1): the siblings from the leaf up.</summary>
    public static byte[][] Inclusion(long index, long size, NodeReader nodes)
    {
        var path = new List<byte[]>();
        (long start, long end) = (0, size);
        while (end - start > 1)
        {
            long split = start + Split(end - start);
            if (index < split)
            {
                path.Add(Range(split, end, nodes));
                end = split;
            }
            else
            {
                path.Add(Range(start, split, nodes));
                start = split;
            }
        }

        path.Reverse();
        return [.. path];
    }

    /// <summary>PROOF(oldSize, D[newSize]) (RFC 6962, 2.1.2); empty for equal sizes and for oldSize 0.</summary>
    public static byte[][] Consistency(long oldSize, long newSize, NodeReader nodes)
    {
        var path = new List<byte[]>();
        if (oldSize == 0 || oldSize == newSize)
        {
            return [];
        }

        (long start, long end, bool whole) = (0, newSize, true);
        while (oldSize != end)
        {
            long split = start + Split(end - start);
            if (oldSize <= split)
            {
                path.Add(Range(split, end, nodes));
                end = split;
            }
            else
            {
                path.Add(Range(start, split, nodes));
                (start, whole) = (split, false);
            }
        }

        if (!whole)
        {
            path.Add(Range(start, end, nodes));
        }

        path.Reverse();
        return [.. path];
    }

    /// <summary>The hash of leaves start … end − 1, where start is a multiple of the smallest power of two from end − start
    /// on.</summary>
    private static byte[] Range(long start, long end, NodeReader nodes)
    {
        long count = end - start;
        if (BitOperations.IsPow2(count))
        {
            int level = BitOperations.Log2((ulong)count);
            return nodes(level, start >> level);
        }

        long split = start + Split(count);
        return MerkleHash.Node(Range(start, split, nodes), Range(split, end, nodes));
    }

    /// <summary>The largest power of two below n.</summary>
    private static long Split(long n) => 1L << BitOperations.Log2((ulong)(n - 1));
}
