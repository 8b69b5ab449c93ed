namespace ZkHealth.Aggregation;

/// <summary>The status of a step.</summary>
public enum StepStatus
{
    /// <summary>It was done now.</summary>
    Done,

    /// <summary>It had been done before; nothing changed.</summary>
    AlreadyDone,

    /// <summary>The session is not there yet: another step or other parties come first.</summary>
    Pending,

    /// <summary>It will not be done: the session is over or wrong, or doing it would be unsafe.</summary>
    Refused,
}

/// <summary>The outcome of a party's step. Steps in the wrong order are refused, by value, so that a party can wait
/// and look again.</summary>
public sealed class StepOutcome
{
    internal StepOutcome(StepStatus status, string reason, long position, IReadOnlyList<Finding> findings) =>
        (Status, Reason, Position, Findings) = (status, reason, position, findings);

    /// <summary>The result.</summary>
    public StepStatus Status { get; }

    /// <summary>The reason for which it was not done; empty where it was.</summary>
    public string Reason { get; }

    /// <summary>The last entry that it wrote, or −1.</summary>
    public long Position { get; }

    /// <summary>The parties that were found to have done something.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>Tells whether what was asked for is done, now or before.</summary>
    public bool IsDone => Status is StepStatus.Done or StepStatus.AlreadyDone;

    internal static StepOutcome Done(long position, IReadOnlyList<Finding>? findings = null) =>
        new(StepStatus.Done, "", position, findings ?? []);

    internal static StepOutcome AlreadyDone(long position, IReadOnlyList<Finding>? findings = null) =>
        new(StepStatus.AlreadyDone, "", position, findings ?? []);

    internal static StepOutcome Pending(string reason) => new(StepStatus.Pending, reason, -1, []);

    internal static StepOutcome Refused(string reason, IReadOnlyList<Finding>? findings = null) =>
        new(StepStatus.Refused, reason, -1, findings ?? []);
}
