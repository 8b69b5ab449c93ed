using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>A leaf of a log as the rules decide it, whether the log is a ledger or is played in memory.</summary>
/// <param name="index">The number of the leaf.</param>
/// <param name="act">The act of its entry, or null.</param>
/// <param name="advanced">The state that decides it, with the records that were due.</param>
/// <param name="step">The state after it, with all records that changed.</param>
internal class RegionStep(long index, Act? act, Step advanced, Step step)
{
    /// <summary>The number of the leaf.</summary>
    public long Index { get; } = index;

    /// <summary>The time of the leaf, in ms.</summary>
    public long Time { get; } = advanced.State.Time;

    /// <summary>The act of its entry; null for a tick and for entries of other kinds.</summary>
    public Act? Act { get; } = act;

    /// <summary>The outcome.</summary>
    public Outcome Outcome { get; } = step.Outcome;

    /// <summary>The records that what was due has changed, in its order.</summary>
    public IReadOnlyList<ChangedRecord> Due { get; } = advanced.Changed;

    /// <summary>The records that the entry has changed.</summary>
    public IReadOnlyList<ChangedRecord> Changed { get; } = [.. step.Changed.Skip(advanced.Changed.Count)];

    /// <summary>The state that decided: its root stands in the leaf.</summary>
    public ContractState Before { get; } = advanced.State;

    /// <summary>The state after it.</summary>
    public ContractState After { get; } = step.State;
}

/// <summary>A leaf of a ledger as its rules decide it.</summary>
internal sealed class RegionLeaf(long index, LedgerLeaf leaf, Act? act, Step advanced, Step step)
    : RegionStep(index, act, advanced, step)
{
    /// <summary>The leaf.</summary>
    public LedgerLeaf Leaf { get; } = leaf;
}

/// <summary>Reads a ledger by its rules, leaf by leaf.</summary>
internal static class RegionLog
{
    /// <summary>Replays the leaves behind the snapshot beside a ledger; all of them where there is none.</summary>
    /// <param name="path">The file of the ledger.</param>
    /// <param name="ledger">The ledger.</param>
    public static IEnumerable<RegionLeaf> Follow(string path, ILedger ledger)
    {
        StateSnapshot? snapshot = StateSnapshot.Open(StateSnapshot.PathOf(path), ledger.Key.Key);
        return snapshot is not null && IsOf(snapshot, ledger) ? Replay(ledger, snapshot.State, snapshot.Leaf) : Replay(ledger);
    }

    /// <summary>The state at the end of a ledger: from the snapshot beside it where there is one.</summary>
    /// <exception cref="IOException">The ledger is not what its rules give.</exception>
    public static ContractState StateOf(ILedger ledger) =>
        (ledger is SqliteLedger file ? Follow(file.FilePath, file) : Replay(ledger)).LastOrDefault()?.After
        ?? ContractState.Empty;

    /// <summary>Determines whether a snapshot is one of a ledger: its root stands in the leaf that it names.</summary>
    public static bool IsOf(StateSnapshot snapshot, ILedger ledger) =>
        snapshot.Leaf < ledger.GetCheckpoint().Size
        && LedgerLeaf.TryDecodeUnverified(ledger.Read(snapshot.Leaf) ?? [], out LedgerLeaf? leaf, out _)
        && leaf.StateRoot.Span.SequenceEqual(snapshot.State.Root.Span);

    /// <summary>A leaf, held against the checkpoint.</summary>
    /// <exception cref="IOException">It is not that of the checkpoint.</exception>
    public static LedgerLeaf Included(ILedger ledger, long index)
    {
        byte[] bytes = ledger.Read(index) ?? [];
        return
            IsIncluded(ledger, ledger.GetCheckpoint(), index, bytes)
            && LedgerLeaf.TryDecodeUnverified(bytes, out LedgerLeaf? leaf, out _)
            ? leaf
            : throw new IOException($"leaf {index} is not that of the checkpoint; audit the ledger");
    }

    /// <summary>Replays all leaves; a leaf that the rules do not give ends it.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="end">The checkpoint to which it goes; the latest where it is null.</param>
    /// <exception cref="IOException">A leaf is damaged, refused by the rules, or has another root: the log is
    /// convicted.</exception>
    public static IEnumerable<RegionLeaf> Replay(ILedger ledger, Checkpoint? end = null) =>
        Replay(ledger, ContractState.Empty, 0, end);

    /// <summary>Replays the leaves from one on. That they are those of the checkpoint is known with the last of them: whoever
    /// stops before has leaves as the ledger shows them.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="state">The state that decides it.</param>
    /// <param name="from">The number of the leaf.</param>
    /// <param name="end">The checkpoint that has them; the latest where it is null.</param>
    /// <param name="to">The number behind the last of them; that of the end where it is later.</param>
    public static IEnumerable<RegionLeaf> Replay(
        ILedger ledger,
        ContractState state,
        long from,
        Checkpoint? end = null,
        long to = long.MaxValue
    )
    {
        Checkpoint checkpoint = end ?? ledger.GetCheckpoint();
        to = Math.Min(to, checkpoint.Size);
        long i = from;
        MerkleFrontier tree =
            from == 0
                ? new MerkleFrontier()
                : MerkleFrontier.Before(from, checkpoint.Size, ledger.ProveInclusion(from, checkpoint.Size));
        foreach ((byte[] hash, LedgerLeaf? leaf, string? reason) in Ahead.Of(LeafBlocks.Read(ledger, from, to).Select(Decode)))
        {
            // signatures are an audit's; what was changed in the file afterwards is found here. The tree at the last leaf is made
            // of the hashes of all that were read, so that one root covers every byte of each; the state root of each leaf is
            // held against the rules below, when it is read
            tree.Append(hash);
            if (tree.Size == to && !Begins(tree, checkpoint, ledger))
            {
                throw new IOException("the leaves are not those of the checkpoint; audit the ledger");
            }

            if (leaf is null)
            {
                throw new IOException($"leaf {i}: {reason}; audit the ledger");
            }

            if (!state.CanJudge)
            {
                throw new IOException($"cannot judge from leaf {i}: rule set {leaf.RuleSet} is not among these rules");
            }

            if (leaf.Time < state.Time)
            {
                throw new IOException($"leaf {i}: its time is before that of the leaf before it; audit the ledger");
            }

            Step advanced = state.Advance(leaf.Time);
            Act? act = leaf.Entry is null ? null : Act.Of(leaf.Entry);
            Step step = RegionState.StepOf(ledger.Key.Name, leaf.Entry, act, advanced);

            // a snapshot has what was due at its leaf behind it, and with it the rule set that begins there
            bool sameRules = (i == from && from > 0) || leaf.RuleSet == state.RuleSet;
            bool isTickFirst = advanced.State.RuleSet == state.RuleSet || leaf.Entry is null;
            if (
                !sameRules
                || !isTickFirst
                || !advanced.State.Root.Span.SequenceEqual(leaf.StateRoot.Span)
                || step.Outcome.Kind == OutcomeKind.Refused
            )
            {
                throw new IOException($"leaf {i} is not what the rules give: {step.Outcome}; audit the ledger");
            }

            state = step.State;
            yield return new RegionLeaf(i++, leaf, act, advanced, step);
        }
    }

    private static (byte[] Hash, LedgerLeaf? Leaf, string? Reason) Decode(byte[] bytes)
    {
        LedgerLeaf.TryDecodeUnverified(bytes, out LedgerLeaf? leaf, out string? reason);
        return (MerkleHash.Leaf(bytes), leaf, reason);
    }

    private static bool Begins(MerkleFrontier tree, Checkpoint checkpoint, ILedger ledger) =>
        MerkleProof.VerifyConsistency(
            tree.Size,
            tree.Root(),
            checkpoint.Size,
            checkpoint.Root.Span,
            ledger.ProveConsistency(tree.Size, checkpoint.Size)
        );

    private static bool IsIncluded(ILedger ledger, Checkpoint checkpoint, long index, byte[] leaf) =>
        MerkleProof.VerifyInclusion(
            MerkleHash.Leaf(leaf),
            index,
            checkpoint.Size,
            ledger.ProveInclusion(index, checkpoint.Size),
            checkpoint.Root.Span
        );
}
