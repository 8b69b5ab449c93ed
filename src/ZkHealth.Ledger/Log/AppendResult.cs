namespace ZkHealth.Ledger;

/// <summary>Describes what a log did with an entry.</summary>
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
/// <param name="Status">What was done.</param>
/// <param name="Index">The number of the leaf, from 0; −1 where it was refused.</param>
/// <param name="Reason">Why it was refused, else null.</param>
public readonly record struct AppendResult(AppendStatus Status, long Index, string? Reason)
{
    internal static AppendResult Refuse(string reason) => new(AppendStatus.Refused, -1, reason);
}
