namespace ZkHealth.Ledger;

/// <summary>
/// Rules that are attached to a log: what its entries mean, which are refused, what an audit reports. A log without rules
/// asks
/// for form, signature and sequence alone; what it writes then are the values that an implementation may leave as they are.
/// </summary>
public abstract class LogRules
{
    internal LogRules() { }

    /// <summary>The state before the first leaf; its root stands in every leaf.</summary>
    internal virtual LogState Start => LogState.None;

    /// <summary>The state that was kept beside a ledger, or null.</summary>
    /// <param name="ledger">The file of the ledger.</param>
    /// <param name="key">The key of the log.</param>
    internal virtual LogSnapshot? Open(string ledger, VerifyingKey key) => null;

    /// <summary>Determines whether entries of a kind are restricting: without number and end, taken once.</summary>
    internal virtual bool IsRestricting(string kind) => false;

    /// <summary>The largest payload of a kind, in bytes.</summary>
    internal virtual int MaxPayloadSize(string kind) => EntryBody.MaxPayloadSize;

    /// <summary>Determines whether the rules look at earlier entries of a kind; an audit keeps those in memory.</summary>
    internal virtual bool Reads(string kind) => false;

    /// <summary>The reason for which an entry is refused, given the entries before it; null where it is not.</summary>
    /// <param name="entry">The entry, well formed, well signed and in sequence.</param>
    /// <param name="earlier">The log before it, with the time of its own leaf.</param>
    internal virtual string? Refusal(LedgerEntry entry, LogContents earlier) => null;

    /// <summary>Adds what an audit should show of entries that are well formed and signed, beside those that the rules
    /// refuse.</summary>
    /// <param name="log">The whole log.</param>
    /// <param name="flags">Receives what breaks a rule or is to be seen by everybody.</param>
    /// <param name="notes">Receives what breaks no rule.</param>
    internal virtual void Report(LogContents log, ICollection<string> flags, ICollection<string> notes) { }
}

/// <summary>The rules of a log to which none are attached.</summary>
internal sealed class NoRules : LogRules
{
    public static readonly NoRules Instance = new();
}

/// <summary>Finds the entries of a kind in their order, about a subject or, where it is null, about any.</summary>
/// <param name="kind">The kind.</param>
/// <param name="subject">The subject, or null.</param>
/// <param name="before">Entries from this position on are left out.</param>
internal delegate IReadOnlyList<LoggedEntry> FindEntries(string kind, byte[]? subject, long before = long.MaxValue);

/// <summary>Finds the first leaf whose time is later than so many seconds since 1970; null where there is none.</summary>
/// <param name="seconds">Seconds since 1970-01-01 UTC.</param>
internal delegate long? FindAfter(long seconds);

/// <summary>An entry and its number in the log, from 0.</summary>
internal sealed record LoggedEntry(long Index, LedgerEntry Entry);
