using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>Puts an entry on a ledger under its signer's next sequence number.</summary>
internal static class Publication
{
    /// <summary>Signs and appends; gives the receipt.</summary>
    /// <exception cref="InvalidOperationException">The ledger refused the entry, saying why.</exception>
    /// <exception cref="IOException">The ledger cannot be used.</exception>
    public static LedgerReceipt Append(ILedger ledger, SigningKey signer, EntryBody body) =>
        LedgerReceipt.Of(ledger, OwnerEntries.Append(ledger, signer, body));
}
