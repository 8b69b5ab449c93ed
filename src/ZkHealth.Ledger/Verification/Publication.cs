namespace ZkHealth.Ledger;

/// <summary>Puts an entry on a ledger under its signer's next sequence number.</summary>
internal static class Publication
{
    /// <summary>Signs and appends; gives the receipt.</summary>
    /// <exception cref="InvalidOperationException">The ledger refused the entry, saying why.</exception>
    /// <exception cref="IOException">The ledger cannot be used.</exception>
    public static LedgerReceipt Append(ILedger ledger, SigningKey signer, EntryBody body)
    {
        // another process of the same signer may have taken the sequence number since it was read: try again with the next one
        AppendResult result = default;
        for (int attempt = 0; attempt < 10; attempt++)
        {
            LedgerEntry entry = LedgerEntry.Sign(signer, ledger.Key.Name, ledger.NextSequence(signer.Public), body);
            result = ledger.Append(entry.Encode());
            if (result.Status != AppendStatus.Refused)
            {
                return LedgerReceipt.Of(ledger, result.Index);
            }
        }

        throw new InvalidOperationException($"the ledger refused the entry: {result.Reason}");
    }
}
