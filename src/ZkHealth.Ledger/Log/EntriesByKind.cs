namespace ZkHealth.Ledger;

/// <summary>Entries in memory by what they say: those that the rules of a log read.</summary>
internal sealed class EntriesByKind(LogRules rules)
{
    private readonly Dictionary<string, List<LoggedEntry>> _kinds = new(StringComparer.Ordinal);

    public void Add(long index, LedgerEntry entry)
    {
        if (rules.Reads(entry.Body.Kind))
        {
            (_kinds.TryGetValue(entry.Body.Kind, out List<LoggedEntry>? list) ? list : _kinds[entry.Body.Kind] = []).Add(
                new LoggedEntry(index, entry)
            );
        }
    }

    public IReadOnlyList<LoggedEntry> Find(string kind, byte[]? subject) =>
        !_kinds.TryGetValue(kind, out List<LoggedEntry>? list) ? []
        : subject is null ? list
        : [.. list.Where(e => e.Entry.Body.Subject.Span.SequenceEqual(subject))];
}
