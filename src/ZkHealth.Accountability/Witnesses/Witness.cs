using System.Diagnostics.CodeAnalysis;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>
/// A witness of the charter: it replays the rules and cosigns only a tree all of whose state roots it has computed, whose newest
/// leaf is neither later than its own clock by more than 5 s nor older by more than 120 s. It signs when it has seen a
/// restricting entry, so that nobody can hold one back until it is late. A witness that is started again replays from the first
/// leaf, and cosigns nothing that does not begin with the checkpoint that it cosigned before.
/// </summary>
/// <param name="log">The name of the log, and the key of its owner.</param>
/// <param name="key">The key of the witness, which governance has named.</param>
/// <param name="clock">Its clock.</param>
/// <param name="cosigned">The newest checkpoint that it has cosigned; null where there is none. Whoever runs it keeps
/// <see cref="Cosigned"/> on disk before the cosignature leaves the machine.</param>
internal sealed class Witness(NoteKey log, SigningKey key, TimeProvider clock, Checkpoint? cosigned = null)
{
    private const long Ahead = 5 * Durations.Second,
        Behind = 120 * Durations.Second;

    private MerkleFrontier _tree = new();
    private LogState _state = RegionState.Empty;
    private long _time;

    /// <summary>The leaves that it has replayed.</summary>
    public long Size => _tree.Size;

    /// <summary>The newest checkpoint that it has cosigned, also before it was started again.</summary>
    public Checkpoint? Cosigned { get; private set; } = cosigned;

    /// <summary>Cosigns a checkpoint over leaves that it has, and these behind them; false with a reason where it does
    /// not. What it refuses changes nothing.</summary>
    public bool TryCosign(
        Checkpoint checkpoint,
        IReadOnlyList<byte[]> leaves,
        [NotNullWhen(true)] out Cosignature? cosignature,
        [NotNullWhen(false)] out string? reason
    )
    {
        cosignature = null;
        if (checkpoint.Size < Cosigned?.Size)
        {
            reason = $"it is older than the checkpoint of {Cosigned.Size} leaves that was cosigned";
            return false;
        }

        (LogState state, long time) = (_state, _time);
        int edge = 0;
        MerkleFrontier tree = MerkleFrontier.Read(_tree.Size, (_, _) => _tree.Edge[edge++]);
        foreach (byte[] bytes in leaves)
        {
            if (Fault(bytes, ref state, ref time) is string fault)
            {
                reason = $"leaf {tree.Size}: {fault}";
                return false;
            }

            tree.Append(MerkleHash.Leaf(bytes));
            if (tree.Size == Cosigned?.Size && !tree.Root().AsSpan().SequenceEqual(Cosigned.Root.Span))
            {
                reason =
                    $"the log does not begin with the {tree.Size} leaves that were cosigned: keep both checkpoints as evidence";
                return false;
            }
        }

        long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        bool isOfLog = checkpoint.Origin == log.Name && LogKeys(state).Any(checkpoint.Note.IsSignedBy);
        reason = isOfLog ? Fault(checkpoint, tree) ?? Fault(time, now) : "the checkpoint is not one of the log";
        if (reason is not null)
        {
            return false;
        }

        (_tree, _state, _time, Cosigned) = (tree, state, time, checkpoint);
        cosignature = Cosignature.Sign(checkpoint, now / Durations.Second, key);
        return true;
    }

    private static string? Fault(Checkpoint checkpoint, MerkleFrontier tree)
    {
        if (checkpoint.Size != tree.Size)
        {
            return "the checkpoint has another size";
        }

        return tree.Root().AsSpan().SequenceEqual(checkpoint.Root.Span) ? null : "the checkpoint is not that of the leaves";
    }

    private static string? Fault(long time, long now)
    {
        if (time > now + Ahead)
        {
            return "the newest leaf is later than the clock of the witness";
        }

        return time < now - Behind ? "the newest leaf is too old" : null;
    }

    /// <summary>Signs that it has seen a restricting entry now; null for what is none, and for what the rules would not take now
    /// by the leaves that it has: an attestation that was seen before anything was to be erased would be in time for ever, and
    /// its delay the operator's.</summary>
    public SubmissionReceipt? Receive(byte[] entry)
    {
        if (
            !LedgerEntry.TryDecode(entry, out LedgerEntry? decoded, out _)
            || decoded.Origin != log.Name
            || decoded.Sequence is not null
            || Act.Of(decoded) is not Act act
        )
        {
            return null;
        }

        long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        bool isTaken = _state.Decide(log.Name, Math.Max(now, _time), decoded) is { CanJudge: true, Refusal: null };
        return isTaken ? SubmissionReceipt.Sign(log.Name, Signatures.RestrictingId(act), now, key) : null;
    }

    /// <summary>The keys that may sign for the log: its owner's, and those of its nodes in the state.</summary>
    private IEnumerable<NoteKey> LogKeys(LogState state)
    {
        yield return log;
        foreach (byte[] bytes in (state as RegionState)?.State.Find(Records.LogKeys, "current")?.List<byte[]>("keys") ?? [])
        {
            if (VerifyingKey.TryRead(bytes, out VerifyingKey? key))
            {
                yield return new NoteKey(log.Name, key);
            }
        }
    }

    private string? Fault(byte[] bytes, ref LogState state, ref long time)
    {
        if (!LedgerLeaf.TryDecode(bytes, out LedgerLeaf? leaf, out string? fault))
        {
            return fault;
        }

        if (leaf.Time < time)
        {
            return "its time is before that of the leaf before it";
        }

        LogDecision decision = state.Decide(log.Name, leaf.Time, leaf.Entry);
        if (!decision.CanJudge)
        {
            return $"rule set {leaf.RuleSet} is not among these rules";
        }

        (state, time) = (decision.Next, leaf.Time);
        if (decision.Refusal is string refusal)
        {
            return $"the rules refuse it: {refusal}";
        }

        if (decision.TickFirst && leaf.Entry is not null)
        {
            return "another rule set begins, and no tick stands before it";
        }

        return leaf.RuleSet == decision.RuleSet && leaf.StateRoot.Span.SequenceEqual(decision.Root.Span)
            ? null
            : "its state root is not that of the leaves before it";
    }
}
