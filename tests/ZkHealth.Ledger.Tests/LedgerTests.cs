using FsCheck.Xunit;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Ledger.Tests;

/// <summary>What the embedded ledger takes and refuses.</summary>
public class LedgerTests
{
    [Fact]
    public void Entries_are_appended_in_order_and_found_again()
    {
        using var t = new TemporaryLedger();
        Assert.Equal(new AppendResult(AppendStatus.Appended, 0, null), t.Append(t.Alice, "a"));
        Assert.Equal(new AppendResult(AppendStatus.Appended, 1, null), t.Append(t.Bob, "b"));
        Assert.Equal(new AppendResult(AppendStatus.Appended, 2, null), t.Append(t.Alice, "c"));
        Assert.Equal((2, 1), (t.Ledger.NextSequence(t.Alice.Public), t.Ledger.NextSequence(t.Bob.Public)));
        Assert.Equal([1L], t.Ledger.Find("test", "about b"u8));
        Assert.Empty(t.Ledger.Find("other", "about b"u8));
        Assert.Null(t.Ledger.Read(3));
        Assert.True(LedgerLeaf.TryDecode(t.Ledger.Read(2), out LedgerLeaf? leaf, out _));
        LedgerEntry entry = leaf.Entry!;
        Assert.Equal((t.Alice.Public, 1L, TemporaryLedger.Origin), (entry.Signer, entry.Sequence, entry.Origin));
        Assert.Equal(3, t.Ledger.GetCheckpoint().Size);
    }

    [Fact]
    public void A_repeated_entry_is_a_no_op_and_everything_wrong_is_refused()
    {
        using var t = new TemporaryLedger();
        byte[] first = TemporaryLedger.Sign(t.Alice, 0, TemporaryLedger.Body("a")).Encode();
        Assert.Equal(AppendStatus.Appended, t.Ledger.Append(first).Status);
        string before = t.Ledger.GetCheckpoint().ToString();
        Assert.Equal(new AppendResult(AppendStatus.AlreadyThere, 0, null), t.Ledger.Append(first));

        void Refused(byte[] entry, string why)
        {
            AppendResult result = t.Ledger.Append(entry);
            Assert.Equal((AppendStatus.Refused, -1L), (result.Status, result.Index));
            Assert.Contains(why, result.Reason, StringComparison.Ordinal);
        }

        Refused(TemporaryLedger.Sign(t.Alice, 0, TemporaryLedger.Body("b")).Encode(), "for another entry");
        Refused(TemporaryLedger.Sign(t.Alice, 2, TemporaryLedger.Body("b")).Encode(), "next one is 1");
        Refused(TemporaryLedger.Sign(t.Bob, 1, TemporaryLedger.Body("b")).Encode(), "next one is 0");
        Refused(
            TemporaryLedger.Sign(t.Alice, 1, TemporaryLedger.Body("b"), "elsewhere").Encode(),
            "it is for the ledger elsewhere"
        );
        byte[] good = TemporaryLedger.Sign(t.Alice, 1, TemporaryLedger.Body("b")).Encode();
        for (int i = 0; i < good.Length; i++)
        {
            byte[] bad = [.. good];
            bad[i] ^= 1;
            Assert.Equal(AppendStatus.Refused, t.Ledger.Append(bad).Status);
            Assert.Equal(AppendStatus.Refused, t.Ledger.Append(good.AsMemory(0, i)).Status);
        }

        Refused([.. good, 0], "canonical");
        Assert.Equal(before, t.Ledger.GetCheckpoint().ToString());
        Assert.Equal(AppendStatus.Appended, t.Ledger.Append(good).Status);
    }

    [Fact]
    public void Every_entry_is_included_and_every_checkpoint_consistent()
    {
        using var t = new TemporaryLedger();
        var checkpoints = new List<Checkpoint> { t.Ledger.GetCheckpoint() };
        for (int i = 0; i < 20; i++)
        {
            t.Append(i % 3 == 0 ? t.Alice : t.Bob, $"entry {i}");
            checkpoints.Add(t.Ledger.GetCheckpoint());
        }

        foreach (Checkpoint now in checkpoints)
        {
            for (long i = 0; i < now.Size; i++)
            {
                Assert.True(
                    MerkleProof.VerifyInclusion(
                        MerkleHash.Leaf(t.Ledger.Read(i)),
                        i,
                        now.Size,
                        t.Ledger.ProveInclusion(i, now.Size),
                        now.Root.Span
                    )
                );
            }

            foreach (Checkpoint old in checkpoints.Where(c => c.Size <= now.Size))
            {
                Assert.Equal(
                    old.Size > 0 || now.Size == 0,
                    MerkleProof.VerifyConsistency(
                        old.Size,
                        old.Root.Span,
                        now.Size,
                        now.Root.Span,
                        t.Ledger.ProveConsistency(old.Size, now.Size)
                    )
                );
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => t.Ledger.ProveInclusion(20, 20));
        Assert.Throws<ArgumentOutOfRangeException>(() => t.Ledger.ProveInclusion(0, 21));
        Assert.Throws<ArgumentOutOfRangeException>(() => t.Ledger.ProveConsistency(3, 2));
        Assert.Equal(new AuditResult(true, 20, null, null), LedgerAudit.Run(t.Path, t.Ledger.Key, checkpoints[7]));
    }

    [Fact]
    public void Two_openers_append_to_one_file()
    {
        using var t = new TemporaryLedger();
        Parallel.ForEach(
            [t.Alice, t.Bob, SigningKey.Create()],
            signer =>
            {
                using SqliteLedger mine = SqliteLedger.Open(t.Path, t.LogKey);
                for (int i = 0; i < 15; i++)
                {
                    AppendResult result = mine.Append(TemporaryLedger.Sign(signer, i, TemporaryLedger.Body($"{i}")).Encode());
                    Assert.Equal(AppendStatus.Appended, result.Status);
                }
            }
        );
        Assert.Equal(new AuditResult(true, 45, null, null), LedgerAudit.Run(t.Path));
    }

    [Fact]
    public void Files_that_are_no_ledger_and_wrong_keys_are_named()
    {
        using var t = new TemporaryLedger();
        string junk = Path.Combine(t.Folder, "junk.db");
        File.WriteAllText(junk, new string('x', 5000));
        Assert.Throws<IOException>(() => SqliteLedger.Open(junk));
        File.WriteAllBytes(junk, []);
        Assert.Throws<IOException>(() => SqliteLedger.Open(junk));
        Assert.False(LedgerAudit.Run(junk).IsAccepted);
        Assert.Throws<FileNotFoundException>(() => SqliteLedger.Open(junk + "x"));
        Assert.Throws<IOException>(() => SqliteLedger.Create(t.Path, "log", t.LogKey));
        Assert.Throws<ArgumentException>(() => SqliteLedger.Open(t.Path, t.Alice));
        Assert.Throws<ArgumentException>(() => SqliteLedger.Create(junk + "y", "two words", t.LogKey));
        using SqliteLedger reader = SqliteLedger.Open(t.Path);
        Assert.Throws<InvalidOperationException>(() => reader.Append(new byte[3]));
        reader.Dispose();
        t.Ledger.Dispose();
        Assert.Equal([junk, t.Path], Directory.GetFiles(t.Folder).Order());
    }

    [Property]
    public void Hostile_bytes_are_refused_without_a_throw(byte[] bytes)
    {
        Assert.False(LedgerEntry.TryDecode(bytes, out _, out _));
        Assert.False(EntryBody.TryDecode(bytes, out _));
    }
}
