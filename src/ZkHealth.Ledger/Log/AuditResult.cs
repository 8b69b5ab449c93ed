namespace ZkHealth.Ledger;

/// <summary>The findings of an audit of a ledger file.</summary>
public readonly struct AuditResult
{
    // none is null, so that results with nothing in them are equal
    private readonly IReadOnlyList<string>? _flags,
        _notes;

    internal AuditResult(bool isAccepted, long size, long? firstBadEntry, string? reason) =>
        (IsAccepted, Size, FirstBadEntry, Reason) = (isAccepted, size, firstBadEntry, reason);

    /// <summary>Tells whether everything in the file follows from signed entries.</summary>
    public bool IsAccepted { get; }

    /// <summary>The number of leaves that were found good before the first bad one.</summary>
    public long Size { get; }

    /// <summary>The number of the first bad leaf, or null where the fault is not in one.</summary>
    public long? FirstBadEntry { get; }

    /// <summary>The fault in words, or null.</summary>
    public string? Reason { get; }

    /// <summary>The number of leaves that are ticks, which hold no entry.</summary>
    public long Ticks { get; internal init; }

    /// <summary>Entries that are well signed and break one of the rules given, then what else the rules want to be
    /// seen.</summary>
    public IReadOnlyList<string> Flags
    {
        get => _flags ?? [];
        internal init => _flags = value.Count == 0 ? null : value;
    }

    /// <summary>Remarks of the rules on entries that break none of them.</summary>
    public IReadOnlyList<string> Notes
    {
        get => _notes ?? [];
        internal init => _notes = value.Count == 0 ? null : value;
    }

    /// <summary>"accepted: N entries", or what is wrong.</summary>
    public override string ToString() =>
        !IsAccepted
            ? FirstBadEntry is long i
                ? $"rejected: entry {i}: {Reason}"
                : $"rejected: {Reason}"
            : $"accepted: {Size - Ticks} {(Size - Ticks == 1 ? "entry" : "entries")}"
                + (Ticks == 0 ? "" : $" and {Ticks} {(Ticks == 1 ? "tick" : "ticks")}");
}
