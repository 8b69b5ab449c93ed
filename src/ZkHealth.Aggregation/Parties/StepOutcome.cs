namespace ZkHealth.Aggregation;

/// <summary>Describes what came of a step.</summary>
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

/// <summary>Describes what came of a step of a party. Steps in the wrong order are refused, by value, so that a party can wait
/// and look again.</summary>
/// <param name="Status">What came of it.</param>
/// <param name="Reason">Why it was not done; empty where it was.</param>
/// <param name="Position">The last entry that it wrote, or −1.</param>
/// <param name="Findings">Who was found to have done what.</param>
public sealed record StepOutcome(StepStatus Status, string Reason, long Position, IReadOnlyList<Finding> Findings)
{
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
