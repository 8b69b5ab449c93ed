namespace ZkHealth.Ledger;

/// <summary>The end of an entry, by which its signer says until when it may be appended.</summary>
internal static class EntryValidity
{
    /// <summary>Explains why an entry cannot stand at a time, or null: an ordinary one ends after it, within 24
    /// hours.</summary>
    public static string? Fault(LedgerEntry entry, long time) =>
        entry.NotAfter is not long end ? null
        : end <= time ? $"it was valid until {Iso(end)}, and it is {Iso(time)}: sign it again"
        : end > time + LedgerEntry.MaxValidity
            ? $"it is valid until {Iso(end)}, more than 24 hours from {Iso(time)}: expected at most 24 hours"
        : null;

    private static string Iso(long time) =>
        time > 253402300799999
            ? "the end of time"
            : DateTimeOffset
                .FromUnixTimeMilliseconds(time)
                .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
