using Xunit;
using ZkHealth.Ledger;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Witnesses and logs with two histories: what a witness refuses, and what names one that did not.</summary>
public sealed partial class WitnessTests
{
    /// <summary>Attacks on a witness that has cosigned before, with and without a restart between: the same history goes on;
    /// another one of the same size or a larger one, a part of its own, and what is too old by now get nothing.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_witness_cosigns_no_fork_of_what_it_cosigned(bool again)
    {
        (Checkpoint[] own, byte[][] leaves, NoteKey log, long time) = Histories("own", "ct image", "report");
        (Checkpoint[] fork, byte[][] forked, _, _) = Histories("fork", "mr image", "letter");
        int size = (int)own[0].Size;
        ManualClock clock = ManualClock.At(time);
        SigningKey key = Region.Secret("w1");
        var witness = new Witness(log, key, clock);
        Assert.True(witness.TryCosign(own[0], leaves[..size], out _, out _));
        Assert.Same(own[0], witness.Cosigned);
        int from = again ? 0 : size;
        if (again)
        {
            Assert.True(Checkpoint.TryParse(own[0].ToString(), log, out Checkpoint? kept));
            witness = new Witness(log, key, clock, kept);
        }

        Assert.Equal(fork[0].Size, own[0].Size);
        Refused(again ? "the log does not begin with" : "the checkpoint is not that", fork[0], forked[from..size]);
        Refused(again ? "the log does not begin with" : $"leaf {size}: its state root", fork[1], forked[from..]);
        Refused("it is older than", Checkpoint.Sign(log.Name, size - 1, own[0].Root.Span, Region.Secret("log of region")), []);
        Refused("the checkpoint has another size", own[1], leaves[from..^1]);
        clock.Now += TimeSpan.FromSeconds(121);
        Refused("the newest leaf is too old", own[0], leaves[from..size]);
        clock.Now -= TimeSpan.FromSeconds(121);
        Assert.Equal(own[0].Size, witness.Cosigned!.Size);
        Assert.True(witness.TryCosign(own[1], leaves[from..], out Cosignature? word, out _));
        Assert.True(word.IsOf(own[1]));
        Refused("it is older than", own[0], []);

        void Refused(string reason, Checkpoint checkpoint, byte[][] given)
        {
            Assert.False(witness.TryCosign(checkpoint, given, out Cosignature? none, out string? fault));
            Assert.Null(none);
            Assert.StartsWith(reason, fault, StringComparison.Ordinal);
        }
    }

    /// <summary>A log whose key signs one history in each folder: checkpoints behind the first asset and behind the
    /// second.</summary>
    private (Checkpoint[] Checkpoints, byte[][] Leaves, NoteKey Log, long Time) Histories(string folder, params string[] assets)
    {
        using var r = new Region(Path.Combine(_folder, folder), "region");
        using SqliteLedger ledger = SqliteLedger.Open(r.LedgerFile!);
        Checkpoint[] checkpoints =
        [
            .. assets.Select(a =>
            {
                r.Register("hospital", a);
                return ledger.GetCheckpoint();
            }),
        ];
        byte[][] leaves = [.. Enumerable.Range(0, (int)checkpoints[^1].Size).Select(i => ledger.Read(i)!)];
        return (checkpoints, leaves, ledger.Key, r.Time);
    }

    /// <summary>Attack 32: forks seen at different sizes. Two cosigned checkpoints and the proof that the later tree begins with
    /// another root name the witness.</summary>
    [Fact]
    public void Attack_32_a_witness_of_two_histories_is_named()
    {
        SigningKey log = Region.Secret("log of region"),
            witness = Region.Secret("w1");
        byte[][] honest = [.. Enumerable.Range(0, 5).Select(i => MerkleHash.Leaf([(byte)i]))];
        byte[][] forked = [MerkleHash.Leaf([99]), .. honest[1..3]];
        Checkpoint early = Checkpoint.Sign("region", 3, RootOf(forked), log),
            late = Checkpoint.Sign("region", 5, RootOf(honest), log),
            other = Checkpoint.Sign("region", 3, RootOf(honest[..3]), log);
        Cosignature first = Cosignature.Sign(early, 1, witness),
            second = Cosignature.Sign(late, 2, witness),
            same = Cosignature.Sign(other, 3, witness);
        byte[] begins = RootOf(honest[..3]);
        List<ReadOnlyMemory<byte>> proof =
        [
            .. MerkleTree
                .Consistency(3, 5, (level, index) => Node(honest, level, index))
                .Select(h => new ReadOnlyMemory<byte>(h)),
        ];
        Assert.True(Conflict.IsProven(early, first, late, second, begins, proof));
        Assert.True(Conflict.IsProven(early, first, other, same, [], []));
        Assert.False(Conflict.IsProven(other, same, late, second, begins, proof));
        Assert.False(Conflict.IsProven(early, first, late, Cosignature.Sign(late, 2, Region.Secret("w2")), begins, proof));
        Assert.StartsWith($"— {Ids.Name(Region.Key("w1"))} ", first.Line(), StringComparison.Ordinal);
    }

    private static byte[] Node(byte[][] leaves, int level, long index)
    {
        int from = (int)(index << level);
        return RootOf(leaves[from..(from + (1 << level))]);
    }

    private static byte[] RootOf(byte[][] leaves)
    {
        var tree = new MerkleFrontier();
        foreach (byte[] leaf in leaves)
        {
            tree.Append(leaf);
        }

        return tree.Root();
    }
}
