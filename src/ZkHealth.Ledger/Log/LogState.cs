namespace ZkHealth.Ledger;

/// <summary>
/// The state of the rules of a log after a row of leaves: immutable, and a pure function of those leaves, so that a writer
/// can
/// drop what a failed transaction made and an audit comes to the same roots.
/// </summary>
internal abstract class LogState
{
    /// <summary>The state of rules that keep none: 32 zero bytes, rule set 0.</summary>
    public static LogState None { get; } = new Nothing();

    /// <summary>Decides what a leaf does.</summary>
    /// <param name="origin">The name of the log.</param>
    /// <param name="time">The time of the leaf, in milliseconds since 1970 (UTC); not before that of the leaf before
    /// it.</param>
    /// <param name="entry">The entry, well formed and well signed; null for a tick.</param>
    public abstract LogDecision Decide(string origin, long time, LedgerEntry? entry);

    /// <summary>Writes a snapshot beside a ledger, where the rules keep one.</summary>
    /// <param name="ledger">The file of the ledger.</param>
    /// <param name="leaf">The number of the last leaf.</param>
    /// <param name="key">The key of the log.</param>
    internal virtual void Save(string ledger, long leaf, SigningKey key) { }

    private sealed class Nothing : LogState
    {
        public override LogDecision Decide(string origin, long time, LedgerEntry? entry) =>
            new(this, new byte[LedgerLeaf.RootSize], 0);
    }
}

/// <summary>The effect of a leaf on the state of the rules.</summary>
internal sealed class LogDecision
{
    private readonly byte[] _root;

    /// <summary>A decision.</summary>
    /// <param name="next">The state after the leaf; where the entry is refused, the state after a tick.</param>
    /// <param name="root">The root of the state that decides, 32 bytes: advanced to the time, before the entry.</param>
    /// <param name="ruleSet">The number of the rule set that decides.</param>
    /// <exception cref="ArgumentException">The root has not 32 bytes.</exception>
    public LogDecision(LogState next, ReadOnlySpan<byte> root, long ruleSet)
    {
        (Next, _root, RuleSet) = (next, root.ToArray(), ruleSet);
        if (root.Length != LedgerLeaf.RootSize)
        {
            throw new ArgumentException($"expected {LedgerLeaf.RootSize} bytes, got {root.Length}", nameof(root));
        }
    }

    /// <summary>The state after the leaf.</summary>
    public LogState Next { get; }

    /// <summary>The root that stands in the leaf.</summary>
    public ReadOnlyMemory<byte> Root => _root;

    /// <summary>The number of the rule set that stands in the leaf.</summary>
    public long RuleSet { get; }

    /// <summary>All reasons for which the entry is refused, or null.</summary>
    public string? Refusal { get; init; }

    /// <summary>Tells whether another rule set begins at the time, so that a tick stands before the entry.</summary>
    public bool TickFirst { get; init; }

    /// <summary>Tells whether these rules are those in force; false where the implementation lacks them.</summary>
    public bool CanJudge { get; init; } = true;
}

/// <summary>A state that was kept beside a ledger.</summary>
/// <param name="state">The state that decides the leaf.</param>
/// <param name="leaf">The number of the leaf.</param>
/// <param name="root">The root that has to stand in the leaf.</param>
internal sealed class LogSnapshot(LogState state, long leaf, ReadOnlyMemory<byte> root)
{
    /// <summary>The state that decides the leaf.</summary>
    public LogState State { get; } = state;

    /// <summary>The number of the leaf.</summary>
    public long Leaf { get; } = leaf;

    /// <summary>The root that has to stand in the leaf.</summary>
    public ReadOnlyMemory<byte> Root { get; } = root;
}
