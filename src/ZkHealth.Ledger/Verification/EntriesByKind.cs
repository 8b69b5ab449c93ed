namespace ZkHealth.Ledger;

/// <summary>The entries of a kind, about a subject or about any, in their order.</summary>
internal delegate IReadOnlyList<(long Index, LedgerEntry Entry)> FindEntries(string kind, byte[]? subject);

/// <summary>Entries in memory by what they say.</summary>
internal sealed class EntriesByKind
{
    private readonly Dictionary<string, List<(long, LedgerEntry)>> _kinds = new(StringComparer.Ordinal);

    public void Add(long index, LedgerEntry entry)
    {
        if (ReleaseRules.AreFor(entry.Body.Kind) || Budget.Reads(entry.Body.Kind))
        {
            (_kinds.TryGetValue(entry.Body.Kind, out List<(long, LedgerEntry)>? list) ? list : _kinds[entry.Body.Kind] = []).Add((index, entry));
        }
    }

    public IReadOnlyList<(long Index, LedgerEntry Entry)> Find(string kind, byte[]? subject) => !_kinds.TryGetValue(kind, out List<(long, LedgerEntry Entry)>? list) ? []
        : subject is null ? list : [.. list.Where(e => e.Entry.Body.Subject.Span.SequenceEqual(subject))];
}
