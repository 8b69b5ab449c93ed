using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests;

/// <summary>
/// The library's shortest way to verify a file checks what `zkhealth verify` checks. An application made from the API alone once
/// accepted a proof that was made for another ledger (newcomers F18), and nothing said of a superseded version that it was one
/// (attack F14).
/// </summary>
public sealed class LedgerPublicationsTests : IDisposable
{
    private static readonly TableSchema Schema = new("patients", [CategoryColumn.YesNo("ill")]);
    private readonly TemporaryLedger _t = new(AccountabilityRules.Instance);

    public void Dispose() => _t.Dispose();

    private TableOpening Commit(params uint[] codes)
    {
        using var secret = TableSecret.Create();
        return TableOpening.Commit(new CodedTable(Schema, [codes]), _t.Alice.Public.OwnerId.Span, secret);
    }

    private static ProofFile Prove(TableOpening table, string origin = TemporaryLedger.Origin)
    {
        uint ill = (uint)Schema.IndexOf("ill");
        using ContingencyTableOpening cubes = ContingencyTableProof.Prove(table, TableAxes.Create([ill], [3]));
        byte[] bytes = StatisticsProof
            .Prove(
                cubes,
                [new RateStatistic(Predicate.In(Schema, "ill", "yes"), Predicate.Known(Schema, "ill"))],
                new StatisticContext("p", "r", origin),
                new DisclosureGuard(0)
            )
            .Encode();
        Assert.True(ProofFile.TryDecode(bytes, out ProofFile? file, out string? reason), reason);
        return file;
    }

    [Fact]
    public void One_call_checks_what_the_command_checks()
    {
        using TableOpening table = Commit(1, 2, 2, 0),
            unknown = Commit(2, 2, 1);
        LedgerReceipt receipt = PublishedTables.Publish(_t.Ledger, table.Commitment, _t.Alice, "clinic");
        ProofFile file = Prove(table);
        var known = new VerificationContext { Publications = new LedgerPublications(_t.Ledger) };
        VerificationReport report = file.Verify(known);
        Assert.True(report.IsAccepted && report.RestsOnLedger);
        Assert.Equal(
            (receipt.Index, "clinic", (long?)null),
            (report.Publication!.Entry, report.Publication.DataSet, report.Publication.NewerEntry)
        );
        Assert.Equal(
            "accepted: proof and ledger (entry 0); its release is not recorded on the ledger: its owner's budget does not count it",
            report.ToString()
        );
        long entry = ReleasedStatistics.Record(_t.Ledger, new DataSetVersion(table.Commitment), file.Encode(), null, _t.Alice);
        Assert.Equal(entry, new LedgerPublications(_t.Ledger).Verify(file).Release);
        Assert.Equal("accepted: proof and ledger (entry 0)", file.Verify(known).ToString());

        // a proof made for another ledger, a table that nobody has published, and what was not expected
        Assert.Equal(VerdictReason.OtherLedger, Prove(table, "elsewhere").Verify(known).Code);
        Assert.Equal(VerdictReason.NotPublished, Prove(unknown).Verify(known).Code);
        Assert.Equal(
            VerdictReason.OtherPurpose,
            file.Verify(new VerificationContext { Publications = known.Publications, Purpose = "q" }).Code
        );
        Assert.Equal(
            VerdictReason.OtherRequester,
            file.Verify(new VerificationContext { Publications = known.Publications, Requester = "q" }).Code
        );
        Assert.Equal(VerdictReason.OtherLedger, file.Verify(new VerificationContext { LedgerOrigin = "q" }).Code);
        Assert.Equal(
            (VerdictReason.None, VerdictReason.ProofInvalid),
            (file.Verify(known).Code, default(VerificationResult).Code)
        );
        Assert.Equal(
            VerificationVerdict.LimitExceeded,
            file.Verify(
                new VerificationContext
                {
                    Publications = known.Publications,
                    Limits = new VerificationLimits { MaxCells = 2 },
                }
            ).Result.Verdict
        );

        VerificationReport alone = file.Verify(new VerificationContext());
        Assert.True(alone.IsAccepted && !alone.RestsOnLedger);
        Assert.Equal("accepted: proof only; nobody's answer for this table was looked up", alone.ToString());
    }

    [Fact]
    public void A_receipt_stands_for_its_entry_alone()
    {
        using var elsewhere = new TemporaryLedger(AccountabilityRules.Instance);
        using TableOpening table = Commit(1, 2, 2, 0);
        LedgerReceipt receipt = PublishedTables.Publish(_t.Ledger, table.Commitment, _t.Alice, "clinic");
        ProofFile file = Prove(table);
        VerificationReport report = file.Verify(
            new VerificationContext { Publications = LedgerPublications.OfReceipt(receipt, _t.Ledger.Key) }
        );
        Assert.True(report.RestsOnLedger);
        Assert.Equal(
            ["not looked up: whether this is the newest version of the data set, and whether the release is recorded"],
            report.Remarks
        );
        Assert.Equal(
            "the checkpoint is not signed by the ledger's key",
            file.Verify(
                new VerificationContext { Publications = LedgerPublications.OfReceipt(receipt, elsewhere.Ledger.Key) }
            ).Result.Reason
        );
        Assert.StartsWith(
            "the ledger's key is not the one given",
            file.Verify(
                new VerificationContext { Publications = new LedgerPublications(_t.Ledger, elsewhere.Ledger.Key) }
            ).Result.Reason,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_superseded_version_of_a_data_set_is_named()
    {
        using TableOpening first = Commit(1, 2, 2, 0),
            other = Commit(1, 1),
            second = Commit(1, 2, 2, 0, 2);
        PublishedTables.Publish(_t.Ledger, first.Commitment, _t.Alice, "clinic");
        PublishedTables.Publish(_t.Ledger, other.Commitment, _t.Alice, "another");
        var known = new VerificationContext { Publications = new LedgerPublications(_t.Ledger) };
        Assert.Null(Prove(first).Verify(known).Publication!.NewerEntry);
        PublishedTables.Publish(_t.Ledger, second.Commitment, _t.Alice, "clinic");
        VerificationReport report = Prove(first).Verify(known);
        Assert.True(report.IsAccepted);
        Assert.Equal(2, report.Publication!.NewerEntry);
        Assert.Contains(
            "superseded: entry 2 is a newer version of the data set 'clinic'",
            report.ToString(),
            StringComparison.Ordinal
        );
        Assert.Null(Prove(second).Verify(known).Publication!.NewerEntry);
    }
}
