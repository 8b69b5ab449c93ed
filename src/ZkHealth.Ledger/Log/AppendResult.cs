namespace ZkHealth.Ledger;

/// <summary>The answer of a log to an entry.</summary>
public enum AppendStatus
{
    /// <summary>It was appended and is durable.</summary>
    Appended,

    /// <summary>It had been appended before; nothing changed.</summary>
    AlreadyThere,

    /// <summary>It was refused; nothing changed.</summary>
    Refused,
}

/// <summary>The answer of a log to an entry.</summary>
public readonly struct AppendResult
{
    internal AppendResult(AppendStatus status, long index, string? reason) => (Status, Index, Reason) = (status, index, reason);

    /// <summary>The deed of the log.</summary>
    public AppendStatus Status { get; }

    /// <summary>The number of the leaf, from 0; −1 where it was refused.</summary>
    public long Index { get; }

    /// <summary>The reason for a refusal, else null.</summary>
    public string? Reason { get; }

    internal static AppendResult Refuse(string reason) => new(AppendStatus.Refused, -1, reason);
}
