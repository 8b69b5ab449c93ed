namespace ZkHealth.Ledger;

/// <summary>Signatures of many entries, verified together.</summary>
internal static class EntrySignatures
{
    /// <summary>Lists the entries that have a bad signature, in their order, with what is wrong.</summary>
    public static IReadOnlyList<(long Index, string Fault)> Bad(List<(long Index, LedgerEntry Entry)> entries)
    {
        var messages = new List<SignedMessage>(entries.Count);
        foreach ((_, LedgerEntry entry) in entries)
        {
            entry.AddSignatures(messages);
        }

        if (Ed25519Verifier.AreValid(messages))
        {
            return [];
        }

        var bad = new List<(long, string)>();
        foreach ((long index, LedgerEntry entry) in entries)
        {
            if (entry.SignatureFault() is string fault)
            {
                bad.Add((index, fault));
            }
        }

        return bad;
    }
}
