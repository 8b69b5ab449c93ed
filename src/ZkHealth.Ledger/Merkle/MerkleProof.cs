namespace ZkHealth.Ledger;

/// <summary>Verifiers of the RFC 6962 tree (algorithms of RFC 9162, 2.1.3.2 and 2.1.4.2). They never throw.</summary>
public static class MerkleProof
{
    /// <summary>Determines whether a leaf is number <paramref name="index"/> of the tree with this size and root.</summary>
    /// <param name="leafHash">The leaf's hash, 32 bytes.</param>
    /// <param name="index">From 0.</param>
    /// <param name="size">The leaves of the tree.</param>
    /// <param name="path">The siblings from the leaf up, 32 bytes each.</param>
    /// <param name="root">The root, 32 bytes.</param>
    public static bool VerifyInclusion(
        ReadOnlySpan<byte> leafHash,
        long index,
        long size,
        IReadOnlyList<ReadOnlyMemory<byte>> path,
        ReadOnlySpan<byte> root
    )
    {
        if (index < 0 || index >= size || !AreHashes(path) || leafHash.Length != MerkleHash.Size)
        {
            return false;
        }

        (long fn, long sn) = (index, size - 1);
        byte[] r = leafHash.ToArray();
        foreach (ReadOnlyMemory<byte> p in path!)
        {
            if (sn == 0)
            {
                return false;
            }

            if ((fn & 1) == 1 || fn == sn)
            {
                r = MerkleHash.Node(p.Span, r);
                while ((fn & 1) == 0 && fn != 0)
                {
                    (fn, sn) = (fn >> 1, sn >> 1);
                }
            }
            else
            {
                r = MerkleHash.Node(r, p.Span);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        return sn == 0 && root.SequenceEqual(r);
    }

    /// <summary>Determines whether the tree of the new size begins with the one of the old size. From the empty tree there is no
    /// proof: every tree begins with it.</summary>
    public static bool VerifyConsistency(
        long oldSize,
        ReadOnlySpan<byte> oldRoot,
        long newSize,
        ReadOnlySpan<byte> newRoot,
        IReadOnlyList<ReadOnlyMemory<byte>> path
    )
    {
        if (oldSize < 0 || oldSize > newSize || !AreHashes(path))
        {
            return false;
        }

        if (oldSize == newSize)
        {
            return path!.Count == 0 && oldRoot.SequenceEqual(newRoot);
        }

        if (oldSize == 0)
        {
            return false; // it would prove nothing; transparency-dev/merkle refuses it as well
        }

        (long fn, long sn) = (oldSize - 1, newSize - 1);
        while ((fn & 1) == 1)
        {
            (fn, sn) = (fn >> 1, sn >> 1);
        }

        // where the old tree is complete, its root is the first node of the path and is not sent
        int at = fn == 0 ? 0 : 1;
        if (path!.Count < at)
        {
            return false;
        }

        byte[] fr = at == 0 ? oldRoot.ToArray() : path[0].ToArray(),
            sr = fr;
        for (; at < path.Count; at++)
        {
            ReadOnlySpan<byte> c = path[at].Span;
            if (sn == 0)
            {
                return false;
            }

            if ((fn & 1) == 1 || fn == sn)
            {
                fr = MerkleHash.Node(c, fr);
                sr = MerkleHash.Node(c, sr);
                while ((fn & 1) == 0 && fn != 0)
                {
                    (fn, sn) = (fn >> 1, sn >> 1);
                }
            }
            else
            {
                sr = MerkleHash.Node(sr, c);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        return sn == 0 && oldRoot.SequenceEqual(fr) && newRoot.SequenceEqual(sr);
    }

    /// <summary>A path of at most 63 hashes.</summary>
    private static bool AreHashes(IReadOnlyList<ReadOnlyMemory<byte>>? path) =>
        path is { Count: <= 63 } && path.All(p => p.Length == MerkleHash.Size);
}
