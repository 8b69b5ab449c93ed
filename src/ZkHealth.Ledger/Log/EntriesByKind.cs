namespace ZkHealth.Ledger;

/// <summary>Entries in memory by what they say: those that the rules of a log read.</summary>
internal sealed class EntriesByKind(LogRules rules)
{
    private readonly Dictionary<UInt128, List<LoggedEntry>> _entries = [];

    public void Add(long index, LedgerEntry entry)
    {
        if (rules.Reads(entry.Body.Kind))
        {
            var logged = new LoggedEntry(index, entry);
            Add(IndexRecords.KeyOf(entry.Body.Kind, null), logged);
            Add(IndexRecords.KeyOf(entry.Body.Kind, entry.Body.Subject.Span), logged);
        }
    }

    public IReadOnlyList<LoggedEntry> Find(string kind, byte[]? subject, long before)
    {
        if (!_entries.TryGetValue(IndexRecords.KeyOf(kind, subject), out List<LoggedEntry>? found))
        {
            return [];
        }

        return found[^1].Index < before ? found : found[..found.TakeWhile(e => e.Index < before).Count()];
    }

    private void Add(UInt128 key, LoggedEntry entry)
    {
        if (!_entries.TryGetValue(key, out List<LoggedEntry>? list))
        {
            _entries[key] = list = [];
        }

        list.Add(entry);
    }
}
