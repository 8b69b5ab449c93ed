using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>Evidence that a witness has cosigned two histories: equal sizes with different roots, or a tree that the later one
/// does not begin with.</summary>
internal static class Conflict
{
    /// <summary>Determines whether two cosigned checkpoints contradict each other, so that whoever cosigned both is
    /// named.</summary>
    /// <param name="earlier">The checkpoint of the smaller tree.</param>
    /// <param name="first">The cosignature of it.</param>
    /// <param name="later">The checkpoint of the larger tree, or of an equal one.</param>
    /// <param name="second">The cosignature of it, by the same witness.</param>
    /// <param name="otherRoot">The root with which the later tree begins at the earlier size.</param>
    /// <param name="proof">The consistency proof from that root to the later tree.</param>
    public static bool IsProven(
        Checkpoint earlier,
        Cosignature first,
        Checkpoint later,
        Cosignature second,
        byte[] otherRoot,
        IReadOnlyList<ReadOnlyMemory<byte>> proof
    )
    {
        if (
            earlier.Origin != later.Origin
            || !first.Witness.Equals(second.Witness)
            || !first.IsOf(earlier)
            || !second.IsOf(later)
        )
        {
            return false;
        }

        if (earlier.Size == later.Size)
        {
            return !earlier.Root.Span.SequenceEqual(later.Root.Span);
        }

        return earlier.Size < later.Size
            && !earlier.Root.Span.SequenceEqual(otherRoot)
            && MerkleProof.VerifyConsistency(earlier.Size, otherRoot, later.Size, later.Root.Span, proof);
    }
}
