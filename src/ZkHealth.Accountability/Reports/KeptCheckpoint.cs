using ZkHealth.Ledger;

namespace ZkHealth.Accountability.Reports;

/// <summary>A checkpoint that a verifier has kept: whoever has rewritten the ledger since, cannot have kept its root.</summary>
internal static class KeptCheckpoint
{
    /// <summary>Reads a checkpoint signed by the ledger's key.</summary>
    /// <param name="note">The signed note.</param>
    /// <param name="name">What the note is called in an error.</param>
    /// <param name="key">The ledger's key.</param>
    /// <exception cref="UsageException">It is no such checkpoint.</exception>
    public static Checkpoint Read(string note, string name, NoteKey key) =>
        Checkpoint.TryParse(note, key, out Checkpoint? checkpoint)
            ? checkpoint
            : throw new UsageException($"{name} is no checkpoint signed by the ledger's key");

    /// <summary>Explains why a ledger does not begin with a checkpoint, or a receipt is not for it; null where all is
    /// well.</summary>
    /// <param name="note">The checkpoint.</param>
    /// <param name="key">The ledger's key.</param>
    /// <param name="ledger">The ledger; null where there is a receipt.</param>
    /// <param name="receipt">The receipt; null where there is a ledger.</param>
    /// <exception cref="UsageException">It is no checkpoint of this key.</exception>
    /// <exception cref="IOException">The ledger cannot be read.</exception>
    public static string? Fault(string note, NoteKey key, ILedger? ledger, LedgerReceipt? receipt)
    {
        Checkpoint kept = Read(note, "what was given", key);
        if (ledger is null)
        {
            // a receipt holds no proof of consistency: only the very tree that the verifier knows will do
            return
                Checkpoint.TryParse(receipt!.Checkpoint, key, out Checkpoint? its)
                && its.Size == kept.Size
                && its.Root.Span.SequenceEqual(kept.Root.Span)
                ? null
                : $"the receipt is not for the {kept.Size} entries of the checkpoint that was kept; ask for one that is, or for the ledger";
        }

        return LogConsistency.Begins(ledger, kept, ledger.GetCheckpoint())
            ? null
            : $"the ledger does not begin with the {kept.Size} entries of the checkpoint that was kept";
    }
}
