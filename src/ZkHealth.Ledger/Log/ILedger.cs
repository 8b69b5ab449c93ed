namespace ZkHealth.Ledger;

/// <summary>
/// An append-only log of signed entries with an RFC 6962 tree and signed checkpoints. An implementation is trusted to keep
/// entries, not to be honest: what it says is verified against a checkpoint, and checkpoints against one another.
/// </summary>
public interface ILedger
{
    /// <summary>The log's name (its origin) and the key that signs its checkpoints.</summary>
    NoteKey Key { get; }

    /// <summary>Appends an encoded entry. What was appended before is acknowledged again; nothing else changes the log.</summary>
    /// <param name="entry">The bytes of <see cref="LedgerEntry.Encode"/>.</param>
    /// <returns>Where it stands, or why it was refused.</returns>
    /// <exception cref="InvalidOperationException">The log was opened without its key.</exception>
    /// <exception cref="IOException">The log cannot be read or written; the entry is then not acknowledged.</exception>
    AppendResult Append(ReadOnlyMemory<byte> entry);

    /// <summary>The latest checkpoint.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    Checkpoint GetCheckpoint();

    /// <summary>The time that the log would give to a leaf now, in milliseconds since 1970 (UTC): its clock, or the time of its
    /// last leaf where that is later.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    long GetTime();

    /// <summary>The bytes of a leaf (<see cref="LedgerLeaf"/>), or null where there is none.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    byte[]? Read(long index);

    /// <summary>The sequence number that a signer's next entry must have.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    long NextSequence(VerifyingKey signer);

    /// <summary>The numbers of the leaves with entries of a kind about a subject, in order.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    IReadOnlyList<long> Find(string kind, ReadOnlySpan<byte> subject);

    /// <summary>The inclusion proof of a leaf in the tree of a size (RFC 6962, 2.1.1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf or size.</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    IReadOnlyList<ReadOnlyMemory<byte>> ProveInclusion(long index, long size);

    /// <summary>The proof that the tree of a size begins with the one of a smaller size (RFC 6962, 2.1.2).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no such sizes.</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    IReadOnlyList<ReadOnlyMemory<byte>> ProveConsistency(long oldSize, long newSize);
}
