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
