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
        Step step = StepOf(origin, entry, entry is null ? null : Act.Of(entry), advanced);
        bool isRefused = step.Outcome.Kind == OutcomeKind.Refused;
        return new LogDecision(
            new RegionState(isRefused ? advanced.State : step.State, advanced.State),
            advanced.State.Root.Span,
            State.RuleSet
        )
        {
            Refusal = isRefused ? string.Join(", ", step.Outcome.Codes) : null,
            TickFirst = advanced.State.RuleSet != State.RuleSet,
        };
    }

    /// <summary>Decides what an entry does, after what was due at its time has happened. Whoever replays the rules holds with
    /// this also the place of entries that they do not read: for which log they are, their number, their end.</summary>
    /// <param name="origin">The name of the log.</param>
    /// <param name="entry">The entry, well formed and well signed; null for a tick.</param>
    /// <param name="act">The act that it carries, or null.</param>
    /// <param name="advanced">The state that decides it.</param>
    public static Step StepOf(string origin, LedgerEntry? entry, Act? act, Step advanced)
    {
        ContractState state = advanced.State;
        if (entry is null)
        {
            return advanced;
        }

        if (entry.Origin != origin)
        {
            return state.Refuse("ORIGIN");
        }

        if (act is not null)
        {
            return state.Apply(act, advanced);
        }

        if (Act.KindOf(entry.Body.Kind) is not null)
        {
            return state.Refuse("MALFORMED");
        }

        if (EntryValidity.Fault(entry, state.Time) is not null)
        {
            return state.Refuse("EXPIRED");
        }

        // where a charter stands, a release names the request that permits it
        bool isUnasked =
            entry.Body.Kind == StatisticReleased.Kind
            && state.RuleSet > 0
            && StatisticReleased.TryRead(entry.Body, out StatisticReleased? release)
            && !state.PermitsRelease(release.Request.Span, entry.Signer.Encode());
        return isUnasked ? state.Refuse("REQUEST") : ContractState.Count(entry.Signer.Encode(), entry.Sequence, advanced);
    }
}
