using ZkHealth.Aggregation;

namespace ZkHealth.Testing;

/// <summary>The steps of the members of a session, from cut-off 1 to their shares of the sum: every member takes one before the
/// next.</summary>
public static class MemberSteps
{
    public static IReadOnlyList<Func<CommitteeMember, StepOutcome>> Exact { get; } = [.. ToTheSet(), m => m.Share()];

    /// <summary>For sessions with noise; the step of the beacon is refused in one without.</summary>
    public static IReadOnlyList<Func<CommitteeMember, StepOutcome>> Noisy { get; } =
    [.. ToTheSet(), m => m.ShareBeacon(), m => m.Share()];

    private static Func<CommitteeMember, StepOutcome>[] ToTheSet() =>
        [
            m => m.CloseCutOff(1),
            m => m.Check(),
            m => m.CloseCutOff(2),
            m => m.CloseCutOff(3),
            m => m.CloseCutOff(4),
            m => m.Freeze(),
        ];
}
