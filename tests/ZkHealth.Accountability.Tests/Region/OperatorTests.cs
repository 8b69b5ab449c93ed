using Xunit;
using ZkHealth.Ledger;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>
/// An operator with the log's key writes another log of the same entries, with the roots that the rules give for it (issue 18,
/// section 4): what can be told from that log alone, and what only by whoever has seen the first one.
/// </summary>
public sealed class OperatorTests : TemporaryFolder
{
    /// <summary>The numbers of the signers convict who reorders or drops their entries, and the times of neighbouring leaves who
    /// lets time go back. Entries of others in another order, an entry at the end that is dropped, and time that stands still are
    /// good by the rules: whoever keeps a checkpoint, or a witness's clock, finds those (CheckpointMemoryTests,
    /// WitnessTests).</summary>
    [Theory]
    [InlineData("as it was", null)]
    [InlineData("two entries of one member change places", "Refused: NUMBER")]
    [InlineData("an entry in the middle is dropped", "Refused: NUMBER")]
    [InlineData("time goes back", "its time is before that of the leaf before it")]
    [InlineData("time is ahead by a day", "Refused: EXPIRED")]
    [InlineData("a rule set of its own", "is not what the rules give")]
    [InlineData("two entries of others change places", null)]
    [InlineData("the last entry is dropped", null)]
    [InlineData("time stands still", null)]
    public void An_operator_that_rewrites_the_log_is_convicted_by_the_numbers_of_others(string how, string? fault)
    {
        using var r = new Region(At("log"), "region");
        r.Sleep(Durations.Hour);
        Report(r, "centre", "a");
        r.Sleep(Durations.Second);
        Report(r, "centre", "b");
        r.Sleep(Durations.Second);
        Report(r, "hospital", "c");
        using SqliteLedger ledger = r.OpenLedger();
        List<(long Time, LedgerEntry? Entry)> leaves = [.. RegionLog.Replay(ledger).Select(l => (l.Leaf.Time, l.Leaf.Entry))];
        int charter = leaves.FindIndex(l => l.Entry is not null),
            first = charter + 1;
        long time = leaves[first].Time;
        switch (how)
        {
            case "two entries of one member change places":
                (leaves[first], leaves[first + 1]) = ((time, leaves[first + 1].Entry), (time, leaves[first].Entry));
                break;
            case "an entry in the middle is dropped":
                leaves.RemoveAt(first);
                break;
            case "time goes back":
                leaves[first + 1] = (time - 1, leaves[first + 1].Entry);
                break;
            case "time is ahead by a day":
                leaves[first] = (time + Durations.Day, leaves[first].Entry);
                break;
            case "two entries of others change places":
                (leaves[first + 1], leaves[first + 2]) = ((time, leaves[first + 2].Entry), (time, leaves[first + 1].Entry));
                break;
            case "the last entry is dropped":
                leaves.RemoveAt(first + 2);
                break;
            case "time stands still":
                leaves[first + 2] = (time, leaves[first + 2].Entry);
                leaves[first + 1] = (time, leaves[first + 1].Entry);
                break;
        }

        var rewritten = new Rewritten(ledger.Key, leaves, how == "a rule set of its own" ? 7 : null);
        Exception? found = Record.Exception(() => RegionLog.Replay(rewritten).Count());
        if (fault is null)
        {
            Assert.Null(found);
            Assert.Equal(how == "as it was", ledger.GetCheckpoint().Root.Span.SequenceEqual(rewritten.GetCheckpoint().Root.Span));
        }
        else
        {
            Assert.Contains(fault, Assert.IsType<IOException>(found).Message, StringComparison.Ordinal);
        }
    }

    private static void Report(Region r, string who, string about) =>
        r.Do("report", who, Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest(about)));

    /// <summary>A log of these entries at these times, signed by the log's key.</summary>
    private sealed class Rewritten : ILedger
    {
        private readonly List<byte[]> _leaves = [];
        private readonly Checkpoint _end;

        public Rewritten(NoteKey key, IEnumerable<(long Time, LedgerEntry? Entry)> leaves, long? ruleSet)
        {
            ContractState state = ContractState.Empty;
            var tree = new MerkleFrontier();
            foreach ((long time, LedgerEntry? entry) in leaves)
            {
                Step advanced = time < state.Time ? state.Advance(state.Time) : state.Advance(time);
                byte[] leaf = new LedgerLeaf(time, advanced.State.Root.Span, ruleSet ?? state.RuleSet, entry).Encode();
                state = entry is null ? advanced.State : advanced.State.Apply(Act.Of(entry)!, advanced).State;
                _leaves.Add(leaf);
                tree.Append(MerkleHash.Leaf(leaf));
            }

            (Key, _end) = (key, Checkpoint.Sign(key.Name, _leaves.Count, tree.Root(), Region.Secret("log of region")));
        }

        public NoteKey Key { get; }

        public AppendResult Append(ReadOnlyMemory<byte> entry) => throw new NotSupportedException();

        public Checkpoint GetCheckpoint() => _end;

        public long GetTime() => 0;

        public byte[]? Read(long index) => _leaves[(int)index];

        public long NextSequence(VerifyingKey signer) => 0;

        public IReadOnlyList<long> Find(string kind, ReadOnlySpan<byte> subject) => [];

        public IReadOnlyList<ReadOnlyMemory<byte>> ProveInclusion(long index, long size) => [];

        public IReadOnlyList<ReadOnlyMemory<byte>> ProveConsistency(long oldSize, long newSize) => [];
    }
}
