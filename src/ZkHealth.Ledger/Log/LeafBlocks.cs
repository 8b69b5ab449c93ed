namespace ZkHealth.Ledger;

/// <summary>
/// The hashes of leaves that are read again, in blocks of complete subtrees: one proof of inclusion holds a whole block to the
/// checkpoint, so that who reads many entries of the past does not prove each of them.
/// </summary>
internal sealed class LeafBlocks(ILedger ledger)
{
    private const int Levels = 8,
        Size = 1 << Levels;

    private readonly Dictionary<long, byte[]?> _blocks = [];

    /// <summary>The bytes of leaves from a position up to another, as the ledger has them. A file gives a block at once: a query
    /// for each leaf takes as long as its signatures.</summary>
    /// <exception cref="IOException">A leaf is missing.</exception>
    public static IEnumerable<byte[]> Read(ILedger ledger, long from, long to)
    {
        while (from < to)
        {
            List<byte[]> read =
                ledger is SqliteLedger log ? log.ReadLeaves(from, (int)Math.Min(Size, to - from))
                : ledger.Read(from) is byte[] one ? [one]
                : [];
            if (read.Count == 0)
            {
                throw new IOException($"the ledger lacks its entry {from}; audit it");
            }

            foreach (byte[] bytes in read)
            {
                yield return bytes;
            }

            from += read.Count;
        }
    }

    /// <summary>The hash of the leaf at a position; null where its block is not complete, or not that of the checkpoint: then the
    /// leaf is proven alone.</summary>
    public ReadOnlyMemory<byte>? Find(long position, Checkpoint checkpoint)
    {
        long number = position >> Levels;
        if ((number + 1) << Levels > checkpoint.Size || ledger is not SqliteLedger log)
        {
            return null;
        }

        if (!_blocks.TryGetValue(number, out byte[]? hashes))
        {
            _blocks[number] = hashes = Read(log, number << Levels, checkpoint);
        }

        return hashes?.AsMemory((int)(position & (Size - 1)) * MerkleHash.Size, MerkleHash.Size);
    }

    private static byte[]? Read(SqliteLedger log, long first, Checkpoint checkpoint)
    {
        byte[] hashes = log.ReadHashes(first, Size);
        if (hashes.Length != Size * MerkleHash.Size)
        {
            return null;
        }

        // the siblings of the first leaf inside the block are made of all others
        ReadOnlyMemory<byte>[] path = [.. log.ProveInclusion(first, checkpoint.Size)];
        for (int level = 0; level < Levels; level++)
        {
            var sibling = new MerkleFrontier();
            for (int i = 1 << level; i < 2 << level; i++)
            {
                sibling.Append(hashes.AsSpan(i * MerkleHash.Size, MerkleHash.Size).ToArray());
            }

            path[level] = sibling.Root();
        }

        ReadOnlySpan<byte> leaf = hashes.AsSpan(0, MerkleHash.Size);
        return MerkleProof.VerifyInclusion(leaf, first, checkpoint.Size, path, checkpoint.Root.Span) ? hashes : null;
    }
}
