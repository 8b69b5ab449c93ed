using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests;

/// <summary>
/// Statistics over a data set in segments: the cubes add up and verify in one batch, the entry of the version binds all segments,
/// and a release counts once.
/// </summary>
public sealed class SegmentTests : IDisposable
{
    private static readonly TableSchema Schema = new("patients", [CategoryColumn.YesNo("ill"), new NumberColumn("n", 0, 5)]);
    private readonly TemporaryLedger _t = new(AccountabilityRules.Instance);
    private readonly TableOpening[] _tables;

    public SegmentTests() =>
        _tables = [Commit([1, 2, 2, 0, 2]), Commit([2, 2, 1]), Commit([1, 1, 2, 2, 2, 2, 2, 2, 0]), Commit([2])];

    public void Dispose()
    {
        foreach (TableOpening table in _tables)
        {
            table.Dispose();
        }

        _t.Dispose();
    }

    private TableOpening Commit(uint[] ill)
    {
        using var secret = TableSecret.Create();
        uint[] numbers = [.. ill.Select((_, i) => (uint)(i % 7))];
        return TableOpening.Commit(new CodedTable(Schema, [ill, numbers]), _t.Alice.Public.OwnerId.Span, secret);
    }

    private static ContingencyTableOpening Cubes(params TableOpening[] segments)
    {
        ContingencyTableOpening[] cubes =
        [
            .. segments.Select(s => ContingencyTableProof.Prove(s, TableAxes.Create([1, 2], [3, 7]))),
        ];
        var sum = ContingencyTableOpening.Sum(cubes);
        foreach (ContingencyTableOpening cube in cubes)
        {
            cube.Dispose();
        }

        return sum;
    }

    /// <summary>Finding 15: the counts of segments and their key are those of the proven cubes; a later one with rows outside is
    /// refused.</summary>
    [Fact]
    public void Counts_of_segments_are_those_of_their_cubes()
    {
        TableAxes axes = TableAxes.Create([1, 2], [3, 7]);
        Assert.Throws<ArgumentException>(() => CubeCounts.Of(_tables[..3], TableAxes.Create([1, 2], [3, 5]), 1));
        foreach (int count in (int[])[1, 3])
        {
            TableOpening[] segments = _tables[..count];
            using CubeCounts counts = CubeCounts.Of(segments, axes, 1);
            using ContingencyTableOpening cubes = Cubes(segments);
            Assert.Equal(cubes.Counts(0).ToArray(), counts.Counts.ToArray());
            Assert.Equal(cubes.Counted().SuppressionKey.ToArray(), counts.SuppressionKey.ToArray());
        }
    }

    private static StatisticsProof Prove(params TableOpening[] segments)
    {
        using ContingencyTableOpening cubes = Cubes(segments);
        return Prove(cubes);
    }

    private static StatisticsProof Prove(ContingencyTableOpening cubes)
    {
        StatisticsProof proof = StatisticsProof.Prove(
            cubes,
            [
                new RateStatistic(Predicate.In(Schema, "ill", "yes"), Predicate.Known(Schema, "ill")),
                Statistic.CountBounds(Predicate.In(Schema, "ill", "yes"), 3, null, false),
            ],
            new StatisticContext("p", "r", TemporaryLedger.Origin),
            new DisclosureGuard(0)
        );
        Assert.True(ProofFile.TryDecode(proof.Encode(), out StatisticsProof? file, out string? reason), reason);
        Assert.Equal(proof.Encode(), file.Encode());
        return file;
    }

    private static DataSetVersion Version(params TableOpening[] segments) => new([.. segments.Select(s => s.Commitment)]);

    private VerificationReport Verify(ProofFile file) => new LedgerPublications(_t.Ledger).Verify(file);

    [Fact]
    public void All_segments_are_one_version_and_a_release_counts_once()
    {
        LedgerReceipt receipt = PublishedTables.PublishVersion(_t.Ledger, Version(_tables[..3]), _t.Alice, "clinic");
        StatisticsProof file = Prove(_tables[..3]);
        Assert.Equal((11L, 15L), (file.Released(0)[0], file.Released(0)[1]));
        VerificationReport report = Verify(file);
        Assert.True(report.RestsOnLedger, report.ToString());
        Assert.Equal((receipt.Index, "clinic"), (Assert.Single(report.Publications).Entry, report.Publication!.DataSet));
        Assert.True(
            file.Verify(
                new VerificationContext { Publications = LedgerPublications.OfReceipt(receipt, _t.Ledger.Key) }
            ).IsAccepted
        );

        Assert.Null(report.Release);
        long entry = ReleasedStatistics.Record(_t.Ledger, Version(_tables[..3]), file.Encode(), null, _t.Alice);
        Assert.Equal(entry, Verify(file).Release);
        Assert.Equal(1, Assert.Single(Budget.ReadAll(_t.Ledger)).ExactReleases);
    }

    /// <summary>Who leaves a segment out, adds one, changes their order or takes one of an older version is found by the ledger:
    /// no entry binds just those.</summary>
    [Fact]
    public void Other_segments_than_those_of_a_version_are_rejected()
    {
        PublishedTables.PublishVersion(_t.Ledger, Version(_tables[0], _tables[1], _tables[3]), _t.Alice, "clinic");
        StatisticsProof old = Prove(_tables[0], _tables[1], _tables[3]);
        PublishedTables.PublishVersion(_t.Ledger, Version(_tables[..3]), _t.Alice, "clinic");
        TableOpening[][] wrong =
        [
            [_tables[0], _tables[1]],
            [_tables[0], _tables[2]],
            [_tables[1], _tables[0], _tables[2]],
            [.. _tables],
            [_tables[0]],
        ];
        foreach (TableOpening[] segments in wrong)
        {
            Assert.Equal(VerdictReason.NotPublished, Verify(Prove(segments)).Code);
        }

        // the version before is one still, and the reader is told that it is not the newest
        Assert.StartsWith("superseded: entry 1", Verify(old).Remarks[0], StringComparison.Ordinal);
    }

    /// <summary>A segment may not count twice, nor the rows of one stand for those of another.</summary>
    [Fact]
    public void A_doubled_segment_and_exchanged_cubes_are_rejected()
    {
        Assert.Throws<ArgumentException>(() => Cubes(_tables[0], _tables[0]));
        using ContingencyTableOpening first = Cubes(_tables[..2]);
        Assert.Throws<ArgumentException>(() => ContingencyTableOpening.Sum(first, first));
        Assert.Throws<InvalidOperationException>(first.EncodeSecret);

        // one cube of another segment, whose proof is good for that one
        ContingencyTableOpening[] own =
        [
            .. _tables[..3].Select(t => ContingencyTableProof.Prove(t, TableAxes.Create([1, 2], [3, 7]))),
        ];
        byte[] bytes = Prove(ContingencyTableOpening.Sum(own[..2])).Encode();
        int at = bytes.AsSpan().IndexOf(own[1].Points[0].ToBytes());
        own[2].Points[0].CopyTo(bytes.AsSpan(at));
        Assert.True(ProofFile.TryDecode(bytes, out ProofFile? changed, out string? reason), reason);
        Assert.Equal(VerificationVerdict.Rejected, changed.Verify().Result.Verdict);

        // no point at all
        bytes.AsSpan(at, 32).Fill(0xff);
        Assert.False(ProofFile.TryDecode(bytes, out _, out _));
    }

    /// <summary>What all segments take together is limited too.</summary>
    [Fact]
    public void The_limits_hold_for_the_sum()
    {
        StatisticsProof file = Prove(_tables[..3]);
        var limits = new VerificationLimits { MaxWork = 1_000_000 };
        Assert.Equal(VerificationVerdict.LimitExceeded, file.Verify(new VerificationContext { Limits = limits }).Result.Verdict);
    }
}
