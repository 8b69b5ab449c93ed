using Xunit;
using ZkHealth.Aggregation;
using ZkHealth.Ledger;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests;

/// <summary>Tables on the ledger, and tables that are not.</summary>
public class PublishedTablesTests
{
    private static readonly TableSchema Schema = new("patients", [CategoryColumn.YesNo("diabetes")]);

    [Fact]
    public void A_published_table_verifies_with_the_ledgers_key_alone()
    {
        using var t = new TemporaryLedger(AccountabilityRules.Instance);
        using TableOpening table = Commit(t.Alice, 1, 2, 0);
        Assert.Null(PublishedTables.Find(t.Ledger, table.Commitment));
        LedgerReceipt receipt = PublishedTables.Publish(t.Ledger, table.Commitment, t.Alice);
        t.Append(t.Bob, "later");
        Assert.Equal(receipt.Index, PublishedTables.Publish(t.Ledger, table.Commitment, t.Alice).Index);
        Assert.Equal(2, t.Ledger.GetCheckpoint().Size);
        Assert.True(LedgerReceipt.TryDecode(receipt.Encode(), out LedgerReceipt? read, out _));
        Assert.True(PublishedTables.Verify(read, new DataSetVersion(table.Commitment), t.Ledger.Key).IsAccepted);
        Assert.True(
            PublishedTables
                .Verify(PublishedTables.Find(t.Ledger, table.Commitment)!, new DataSetVersion(table.Commitment), t.Ledger.Key)
                .IsAccepted
        );

        byte[] bytes = receipt.Encode();
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] bad = [.. bytes];
            bad[i] ^= 1;
            Assert.False(
                LedgerReceipt.TryDecode(bad, out LedgerReceipt? forged, out _)
                    && PublishedTables.Verify(forged, new DataSetVersion(table.Commitment), t.Ledger.Key).IsAccepted,
                $"byte {i}"
            );
        }
    }

    /// <summary>The entry binds all segments: some of them, or another order, are no version.</summary>
    [Fact]
    public void A_version_of_segments_is_found_as_a_whole()
    {
        using var t = new TemporaryLedger(AccountabilityRules.Instance);
        using TableOpening first = Commit(t.Alice, 1, 2, 0),
            second = Commit(t.Alice, 2, 2),
            third = Commit(t.Alice, 1),
            bobs = Commit(t.Bob, 1, 1, 1);
        DataSetVersion Version(params TableOpening[] tables) => new([.. tables.Select(o => o.Commitment)]);
        var ledger = new LedgerPublications(t.Ledger);
        LedgerReceipt two = PublishedTables.PublishVersion(t.Ledger, Version(first, second), t.Alice, "visits");
        Assert.Equal(two.Index, PublishedTables.PublishVersion(t.Ledger, Version(first, second), t.Alice, "visits").Index);
        Assert.True(TableEntry.TryRead(two.Entry.Body, out TablePublication? said));
        Assert.Equal((5L, "visits"), (said.Rows, said.DataSet));
        Assert.True(ledger.FindVersion(Version(first, second), out PublishedEntry? entry).IsAccepted);
        Assert.Null(entry!.NewerEntry);
        foreach (
            DataSetVersion other in (DataSetVersion[])[Version(first), Version(second, first), Version(first, second, third)]
        )
        {
            Assert.Equal(VerdictReason.NotPublished, ledger.FindVersion(other, out entry).Code);
            Assert.Null(entry);
        }

        // a month is appended, and one is replaced: each version supersedes the one before
        LedgerReceipt three = PublishedTables.PublishVersion(t.Ledger, Version(first, second, third), t.Alice, "visits");
        Assert.True(ledger.FindVersion(Version(first, second), out entry).IsAccepted);
        Assert.Equal(three.Index, entry!.NewerEntry);
        PublishedTables.PublishVersion(t.Ledger, Version(first, third), t.Alice, "visits");
        Assert.True(ledger.FindVersion(Version(first, second, third), out entry).IsAccepted);
        Assert.Equal(three.Index + 1, entry!.NewerEntry);

        Assert.Throws<ArgumentException>(() => Version(first, bobs));
        Assert.Throws<ArgumentException>(() => Version(first, first));
        Assert.Throws<ArgumentException>(() => Version());
        Assert.Throws<ArgumentException>(() => PublishedTables.PublishVersion(t.Ledger, Version(first, second), t.Alice, ""));
    }

    [Fact]
    public void Another_table_another_owner_and_another_ledger_are_rejected_with_a_reason()
    {
        using var t = new TemporaryLedger(AccountabilityRules.Instance);
        using var elsewhere = new TemporaryLedger(AccountabilityRules.Instance);
        using TableOpening mine = Commit(t.Alice, 1, 2, 0),
            other = Commit(t.Alice, 1, 2, 0),
            bobs = Commit(t.Bob, 1, 1, 1);
        LedgerReceipt receipt = PublishedTables.Publish(t.Ledger, mine.Commitment, t.Alice);

        void Rejected(VerdictReason why, LedgerReceipt r, TableCommitment table, NoteKey key) =>
            Assert.Equal(why, PublishedTables.Verify(r, new DataSetVersion(table), key).Code);

        Rejected(VerdictReason.NotPublished, receipt, other.Commitment, t.Ledger.Key);
        Rejected(VerdictReason.ReceiptInvalid, receipt, mine.Commitment, elsewhere.Ledger.Key);
        Assert.Throws<ArgumentException>(() => PublishedTables.Publish(t.Ledger, bobs.Commitment, t.Alice));

        // somebody else signs for the table of another: it is on the ledger and proves nothing
        t.Ledger.Append(TemporaryLedger.Sign(t.Bob, 0, TablePublication.Of(other.Commitment).ToBody()).Encode());
        Rejected(VerdictReason.NotPublished, LedgerReceipt.Of(t.Ledger, 1), other.Commitment, t.Ledger.Key);
        Assert.Null(PublishedTables.Find(t.Ledger, other.Commitment));

        // the owner names other rows or another schema
        TablePublication said = TablePublication.Of(bobs.Commitment);
        t.Ledger.Append(
            TemporaryLedger.Sign(t.Bob, 1, new TablePublication(said.Root.Span, said.SchemaDigest.Span, 4).ToBody()).Encode()
        );
        Rejected(VerdictReason.NotPublished, LedgerReceipt.Of(t.Ledger, 2), bobs.Commitment, t.Ledger.Key);
        t.Ledger.Append(TemporaryLedger.Sign(t.Bob, 2, new TablePublication(said.Root.Span, new byte[32], 3).ToBody()).Encode());
        Rejected(VerdictReason.NotPublished, LedgerReceipt.Of(t.Ledger, 3), bobs.Commitment, t.Ledger.Key);
        t.Append(t.Bob, "x");
        Rejected(VerdictReason.NotPublished, LedgerReceipt.Of(t.Ledger, 4), bobs.Commitment, t.Ledger.Key);
    }

    private static TableOpening Commit(SigningKey owner, params uint[] codes)
    {
        using var secret = TableSecret.Create();
        return TableOpening.Commit(new CodedTable(Schema, [codes]), owner.Public.OwnerId.Span, secret);
    }
}
