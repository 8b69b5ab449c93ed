namespace ZkHealth.Ledger;

/// <summary>Describes what an audit of a ledger file found.</summary>
/// <param name="IsAccepted">Whether everything in the file follows from signed entries.</param>
/// <param name="Size">The leaves that were found good before the first bad one.</param>
/// <param name="FirstBadEntry">The number of the first bad leaf, or null where the fault is not in one.</param>
/// <param name="Reason">What is wrong, or null.</param>
public readonly record struct AuditResult(bool IsAccepted, long Size, long? FirstBadEntry, string? Reason)
{
    // none is null, so that results with nothing in them are equal
    private readonly IReadOnlyList<string>? _flags,
        _notes;

    /// <summary>Counts how many of the leaves are ticks, which hold no entry.</summary>
    public long Ticks { get; init; }

    /// <summary>Entries that are well signed and break one of the rules given, then what else the rules want to be
    /// seen.</summary>
    public IReadOnlyList<string> Flags
    {
        get => _flags ?? [];
        init => _flags = value.Count == 0 ? null : value;
    }

    /// <summary>Describes what the rules report that breaks none of them.</summary>
    public IReadOnlyList<string> Notes
    {
        get => _notes ?? [];
        init => _notes = value.Count == 0 ? null : value;
    }

    /// <summary>"accepted: N entries", or what is wrong.</summary>
    public override string ToString() =>
        !IsAccepted
            ? FirstBadEntry is long i
                ? $"rejected: entry {i}: {Reason}"
                : $"rejected: {Reason}"
            : $"accepted: {Size - Ticks} entries" + (Ticks == 0 ? "" : $" and {Ticks} ticks");
}
