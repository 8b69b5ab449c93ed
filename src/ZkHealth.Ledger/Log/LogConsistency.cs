namespace ZkHealth.Ledger;

/// <summary>Holds a log to checkpoints.</summary>
internal static class LogConsistency
{
    /// <summary>Determines whether the log of the later checkpoint begins with that of the earlier one, by the log's own proof;
    /// every log begins with the empty one.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public static bool Begins(ILedger ledger, Checkpoint earlier, Checkpoint later)
    {
        if (earlier.Size > later.Size)
        {
            return false;
        }

        try
        {
            IReadOnlyList<ReadOnlyMemory<byte>> path = ledger.ProveConsistency(earlier.Size, later.Size);
            return earlier.Size == 0 && later.Size > 0
                ? earlier.Root.Span.SequenceEqual(MerkleHash.Empty())
                : MerkleProof.VerifyConsistency(earlier.Size, earlier.Root.Span, later.Size, later.Root.Span, path);
        }
        catch (ArgumentOutOfRangeException)
        {
            return false; // signed for more leaves than the log shows
        }
    }
}
