namespace ZkHealth.Aggregation;

/// <summary>The approval of the terms, without which no dealing counts.</summary>
public sealed partial class Dealer
{
    /// <summary>
    /// Approves the session's terms on the board, once: the hospital's people have seen committee, question, data set and noise,
    /// and gave the digest that they were shown (<see cref="AggregationRules.ApprovalDigest"/>). A dealing counts only after it.
    /// </summary>
    /// <param name="digest">The digest that was approved, 32 bytes.</param>
    public StepOutcome Approve(ReadOnlySpan<byte> digest)
    {
        if (!SessionView.FindOpening(_board, _sid, _rules, out AggregationSession? session, out long _, out string? reason))
        {
            return StepOutcome.Refused(reason);
        }

        byte[] own = _rules.ApprovalDigest(session.Terms);
        if (!session.Terms.Hospitals.Contains(_self))
        {
            return StepOutcome.Refused(NotNamed);
        }

        if (!digest.SequenceEqual(own))
        {
            return StepOutcome.Refused(
                $"the terms of the session are others than those approved: their digest is {Convert.ToHexStringLower(own)}"
            );
        }

        return Approval.IsOnBoard(_board, _self, own, long.MaxValue)
            ? StepOutcome.AlreadyDone(-1)
            : StepOutcome.Done(_board.Append(BoardKinds.Approval, own, Approval.Encode()));
    }

    /// <summary>Determines whether the hospital has approved the session's terms on the board.</summary>
    internal bool HasApproved() =>
        SessionView.FindOpening(_board, _sid, _rules, out AggregationSession? session, out long _, out string? _)
        && Approval.IsOnBoard(_board, _self, _rules.ApprovalDigest(session.Terms), long.MaxValue);
}
