using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>The contract state as the state of a log. A log without a charter has the empty state, root zero and rule set
/// 0.</summary>
internal sealed class RegionState(ContractState state, ContractState? decided = null) : LogState
{
    private bool? _canJudge;

    /// <summary>The state before the first leaf.</summary>
    public static RegionState Empty { get; } = new(ContractState.Empty);

    /// <summary>The state after the leaves.</summary>
    public ContractState State { get; } = state;

    /// <inheritdoc/>
    internal override void Save(string ledger, long leaf, SigningKey key)
    {
        if (decided is not null && decided.Map.Count > 0)
        {
            StateSnapshot.Write(StateSnapshot.PathOf(ledger), decided, leaf, key);
        }
    }

    private bool CanJudge => _canJudge ??= State.CanJudge;

    /// <inheritdoc/>
    public override LogDecision Decide(string origin, long time, LedgerEntry? entry)
    {
        ArgumentNullException.ThrowIfNull(origin);
        if (!CanJudge)
        {
            return new LogDecision(this, State.Root.Span, State.RuleSet) { CanJudge = false };
        }

        if (time < State.Time || time >= Durations.End)
        {
            return new LogDecision(this, State.Root.Span, State.RuleSet) { Refusal = "TIME" };
        }

        Step advanced = State.Advance(time);
        ContractState next = advanced.State;
        string? refusal = null;
        if (entry is not null && Act.KindOf(entry.Body.Kind) is not null)
        {
            Step step = Act.Of(entry) is Act act ? next.Apply(act, advanced) : next.Refuse("MALFORMED");
            refusal = step.Outcome.Kind == OutcomeKind.Refused ? string.Join(", ", step.Outcome.Codes) : null;
            next = refusal is null ? step.State : next;
        }
        else if (entry is not null)
        {
            next = ContractState.Count(entry.Signer.Encode(), entry.Sequence, advanced).State;
        }

        // where a charter stands, a release names the request that permits it
        if (
            entry?.Body.Kind == StatisticReleased.Kind
            && next.RuleSet > 0
            && StatisticReleased.TryRead(entry.Body, out StatisticReleased? release)
        )
        {
            refusal ??= next.PermitsRelease(release.Request.Span) ? null : "REQUEST";
            next = refusal is null ? next : advanced.State;
        }

        return new LogDecision(new RegionState(next, advanced.State), advanced.State.Root.Span, State.RuleSet)
        {
            Refusal = refusal,
            TickFirst = advanced.State.RuleSet != State.RuleSet,
        };
    }
}
