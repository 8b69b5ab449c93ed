namespace ZkHealth.Ledger;

/// <summary>Appends what an owner says, whoever else says something at the same time.</summary>
internal static class OwnerEntries
{
    /// <summary>For how long what is signed here is valid, in milliseconds: an hour.</summary>
    private const long Validity = 60 * 60 * 1000;

    /// <summary>Signs a body with the owner's next sequence number and appends it; returns the number of the entry.</summary>
    /// <exception cref="InvalidOperationException">The ledger refused the entry, saying why.</exception>
    /// <exception cref="IOException">The ledger cannot be used.</exception>
    public static long Append(ILedger ledger, SigningKey owner, EntryBody body)
    {
        while (true)
        {
            long sequence = ledger.NextSequence(owner.Public);
            var entry = LedgerEntry.Sign(owner, ledger.Key.Name, sequence, ledger.GetTime() + Validity, body);
            AppendResult result = ledger.Append(entry.Encode());
            if (result.Status != AppendStatus.Refused)
            {
                return result.Index;
            }

            // another process of the owner may have taken the number since it was read: each time that it did, it went on
            if (ledger.NextSequence(owner.Public) == sequence)
            {
                throw new InvalidOperationException($"the ledger refused the entry: {result.Reason}");
            }
        }
    }
}
