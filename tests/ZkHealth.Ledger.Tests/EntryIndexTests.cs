using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Ledger.Tests;

/// <summary>
/// Attack B3: every command read and verified the whole ledger. The reader's index is kept, and what is read again is held to
/// the tree that was verified.
/// </summary>
public sealed class EntryIndexTests : IDisposable
{
    private const int Entries = 1500;

    private readonly TemporaryLedger _t = new();
    private readonly CheckpointMemory _memory;

    public EntryIndexTests()
    {
        _memory = new CheckpointMemory(Path.Combine(_t.Folder, "state"));
        _t.Ledger.AppendAll([
            .. Enumerable
                .Range(0, Entries)
                .Select(i => new ReadOnlyMemory<byte>(TemporaryLedger.Sign(_t.Alice, i, Body(i)).Encode())),
        ]);
    }

    public void Dispose() => _t.Dispose();

    private string Index => _memory.PathOf(_t.Ledger.Key, ".index");

    private static EntryBody Body(int i) => new(i % 2 == 0 ? "even" : "odd", [1, (byte)(i % 7)], BitConverter.GetBytes(i));

    [Fact]
    public void What_was_verified_is_not_read_again_and_later_entries_are_found_as_well()
    {
        var first = new CountingLog(_t.Ledger);
        new EntryIndex(first, _memory).Update();
        Assert.Equal(Entries, first.Reads);
        _t.Append(_t.Bob, new EntryBody("even", [1, 0], [9]));
        var second = new CountingLog(_t.Ledger);
        IReadOnlyList<LoggedEntry> found = new EntryIndex(second, _memory).FindEntries("even", [1, 0]);
        long[] expected = [.. Enumerable.Range(0, Entries).Where(i => i % 14 == 0).Select(i => (long)i), Entries];
        Assert.Equal(expected, found.Select(e => e.Index));
        Assert.Equal(expected.Length + 1, second.Reads);
        Assert.Equal(Entries / 2 + 1, new EntryIndex(second, _memory).FindEntries("even", null).Count);
        Assert.Empty(new EntryIndex(second, _memory).FindEntries("even", [1, 9]));
    }

    /// <summary>An index was kept after a thousand entries, so that each command verified all signatures of a small
    /// log.</summary>
    [Fact]
    public void The_index_of_a_small_ledger_is_kept_as_well()
    {
        using var t = new TemporaryLedger();
        t.Ledger.AppendAll([
            .. Enumerable.Range(0, 100).Select(i => new ReadOnlyMemory<byte>(TemporaryLedger.Sign(t.Alice, i, Body(i)).Encode())),
        ]);
        var memory = new CheckpointMemory(Path.Combine(t.Folder, "state"));
        new EntryIndex(t.Ledger, memory).Update();
        var again = new CountingLog(t.Ledger);
        new EntryIndex(again, memory).Update();
        Assert.Equal(0, again.Reads);
    }

    [Fact]
    public void A_leaf_that_is_not_the_one_that_was_verified_is_refused()
    {
        new EntryIndex(_t.Ledger, _memory).Update();
        var index = new EntryIndex(new CountingLog(_t.Ledger) { Swaps = true }, _memory);
        Assert.Contains(
            "not the one",
            Assert.Throws<IOException>(() => index.FindEntries("even", [1, 0])).Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>
    /// B3: each entry of a past session that a command looked at was proven to be in the log, 0.2 ms each; now a block of 256 is
    /// proven by one. A file whose leaf or hash was changed after they were verified is still found out, and the other leaves
    /// of the block are still read.
    /// </summary>
    [Theory]
    [InlineData("UPDATE leaf SET bytes = (SELECT bytes FROM leaf WHERE idx = 4) WHERE idx = 6")]
    [InlineData("UPDATE leaf SET (bytes, hash) = (SELECT bytes, hash FROM leaf WHERE idx = 4) WHERE idx = 6")]
    [InlineData("DELETE FROM leaf WHERE idx = 6")]
    public void A_block_of_leaves_is_held_to_the_tree_that_was_verified(string change)
    {
        new EntryIndex(_t.Ledger, _memory).Update();
        AuditTests.Sql(_t.Path, change);
        var index = new EntryIndex(_t.Ledger, _memory);
        index.Update();
        Assert.Equal(Body(300).Payload.ToArray(), index.Read(300)!.Entry!.Body.Payload.ToArray());
        Assert.Equal(Body(Entries - 1).Payload.ToArray(), index.Read(Entries - 1)!.Entry!.Body.Payload.ToArray());
        if (change.StartsWith("DELETE", StringComparison.Ordinal))
        {
            Assert.Null(index.Read(6));
        }
        else
        {
            string message = Assert.Throws<IOException>(() => index.Read(6)).Message;
            Assert.Contains("not the one", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_damaged_index_is_made_again_and_a_forgotten_one_is_gone()
    {
        new EntryIndex(_t.Ledger, _memory).Update();
        byte[] file = File.ReadAllBytes(Index);
        foreach (
            byte[] bad in (byte[][])
                [
                    [],
                    file[..^1],
                    [.. file, 0],
                    [.. file[..40], (byte)(file[40] ^ 1), .. file[41..]],
                ]
        )
        {
            File.WriteAllBytes(Index, bad);
            var log = new CountingLog(_t.Ledger);
            new EntryIndex(log, _memory).Update();
            Assert.Equal(Entries, log.Reads);
            Assert.Equal(file.Length, new FileInfo(Index).Length);
        }

        _memory.Hold(_t.Ledger);
        Assert.True(_memory.Forget(_t.Ledger.Key));
        Assert.False(File.Exists(Index));
    }

    /// <summary>A reading that broke off left entries in the tree whose signatures nobody had looked at: who tried again took
    /// them for verified.</summary>
    [Fact]
    public void Signatures_are_verified_also_where_reading_breaks_off()
    {
        byte[][] leaves = [.. Enumerable.Range(0, 10).Select(i => _t.Ledger.Read(i)!)];
        leaves[3][^10] ^= 1; // in the signature, which only the empty list of countersignatures follows
        var tree = new MerkleFrontier();
        Array.ForEach(leaves, leaf => tree.Append(MerkleHash.Leaf(leaf)));
        bool broken = true;
        var log = new CountingLog(_t.Ledger)
        {
            Head = Checkpoint.Sign(TemporaryLedger.Origin, leaves.Length, tree.Root(), _t.LogKey),
            Leaf = i => i == 7 && broken ? throw new IOException("the disk is gone") : leaves[i],
        };
        var index = new EntryIndex(log, null);
        Assert.Throws<IOException>(index.Update);
        broken = false;
        index.Update();
        Assert.Equal(Body(2).Payload.ToArray(), index.Read(2)!.Entry!.Body.Payload.ToArray());
        Assert.Contains("signature", Assert.Throws<IOException>(() => index.Read(3)).Message, StringComparison.Ordinal);
    }

    /// <summary>A party's first look at the log of 1,000 sessions took more than a second, a good part of it for a query a
    /// leaf.</summary>
    [Fact]
    public void A_file_is_read_many_leaves_at_once_and_a_gap_is_found()
    {
        Assert.Equal(
            Enumerable.Range(500, 256).Select(i => Convert.ToHexString(_t.Ledger.Read(i)!)),
            _t.Ledger.ReadLeaves(500, 256).Select(Convert.ToHexString)
        );
        Assert.Equal(3, _t.Ledger.ReadLeaves(Entries - 3, 256).Count);
        AuditTests.Sql(_t.Path, "DELETE FROM leaf WHERE idx = 600");
        Assert.Equal(100, _t.Ledger.ReadLeaves(500, 256).Count);
        string message = Assert.Throws<IOException>(new EntryIndex(_t.Ledger, null).Update).Message;
        Assert.Contains("lacks its entry 600", message, StringComparison.Ordinal);
    }

    /// <summary>Finding 9: readings of 256 leaves and chunks of 8,192 entries took gigabytes where each had 1 MiB.</summary>
    [Fact]
    public void Large_entries_are_read_and_held_a_few_at_once()
    {
        const int Large = 1 << 20,
            Count = 100;
        _t.Ledger.AppendAll([
            .. Enumerable
                .Range(0, 10)
                .Select(i => new ReadOnlyMemory<byte>(
                    TemporaryLedger.Sign(_t.Bob, i, new EntryBody("large", [1], new byte[Large])).Encode()
                )),
        ]);
        List<byte[]> read = _t.Ledger.ReadLeaves(Entries, 256);
        Assert.Equal([_t.Ledger.Read(Entries)!, .. Enumerable.Range(1, 3).Select(i => _t.Ledger.Read(Entries + i)!)], read);

        // a hundred leaves of one entry, each of its own bytes: at the end few of them are still in memory
        byte[] leaf = read[0];
        var tree = new MerkleFrontier();
        for (int i = 0; i < Count; i++)
        {
            tree.Append(MerkleHash.Leaf(leaf));
        }

        long first = 0,
            held = 0;
        var log = new CountingLog(_t.Ledger)
        {
            Head = Checkpoint.Sign(TemporaryLedger.Origin, Count, tree.Root(), _t.LogKey),
            Leaf = i =>
            {
                first = i == 0 ? GC.GetTotalMemory(true) : first;
                held = i == Count - 1 ? GC.GetTotalMemory(true) - first : held;
                return [.. leaf];
            },
        };
        var index = new EntryIndex(log, null);
        index.Update();
        Assert.Equal(Count, index.Find("large", null).Count);
        Assert.InRange(held, long.MinValue, (long)Count * Large);
    }

    /// <summary>A log that counts what is read of it, and may show another leaf than the one asked for.</summary>
    private sealed class CountingLog(ILedger inner) : OtherLedger(inner)
    {
        public int Reads { get; private set; }

        public bool Swaps { get; init; }

        public Checkpoint? Head { get; init; }

        public Func<long, byte[]>? Leaf { get; init; }

        public override Checkpoint GetCheckpoint() => Head ?? base.GetCheckpoint();

        public override byte[]? Read(long index)
        {
            Reads++;
            return Leaf is null ? base.Read(Swaps ? index + 1 : index) : Leaf(index);
        }
    }
}
