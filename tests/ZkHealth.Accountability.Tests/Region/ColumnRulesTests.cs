using Xunit;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Owners' rules for columns, kept by who releases and checked by who verifies; and the request that permits a release
/// where a charter stands.</summary>
public sealed class ColumnRulesTests : IDisposable
{
    private static readonly TableSchema Schema = new("patients", [CategoryColumn.YesNo("ill")]);
    private readonly TemporaryLedger _t = new(AccountabilityRules.Instance);
    private readonly TableOpening _table;
    private readonly ContingencyTableOpening _cubes;
    private readonly StatisticsProof _proof;

    public ColumnRulesTests()
    {
        using var secret = TableSecret.Create();
        _table = TableOpening.Commit(
            new CodedTable(
                Schema,
                [
                    [1, 2, 2, 0, 2],
                ]
            ),
            _t.Alice.Public.OwnerId.Span,
            secret
        );
        _cubes = ContingencyTableProof.Prove(_table, TableAxes.Create([1], [3]));
        PublishedTables.Publish(_t.Ledger, _table.Commitment, _t.Alice, "clinic");
        _proof = StatisticsProof.Prove(
            _cubes,
            [new CountStatistic(Predicate.In(Schema, "ill", "yes"))],
            new StatisticContext("p", "r", TemporaryLedger.Origin),
            new DisclosureGuard(0)
        );
    }

    public void Dispose()
    {
        _cubes.Dispose();
        _table.Dispose();
        _t.Dispose();
    }

    /// <summary>Three people are ill: a group of three where at least four are asked for, or a column that nobody may use, is
    /// neither released nor accepted; the latest rules count, and those of somebody else do not.</summary>
    [Theory]
    [InlineData("groups", 3, null)]
    [InlineData("aggregates", 0, null)]
    [InlineData("groups", 4, "the owner lets the column 'ill' be used in groups of at least 4, and one has 3")]
    [InlineData("never", 0, "the owner lets nobody use the column 'ill'")]
    public void Rules_for_columns_are_kept_and_checked(string rule, long least, string? broken)
    {
        Assert.True(Verify().IsAccepted);
        Publish(_t.Alice, new ColumnRule("ill", rule, least));
        Assert.Equal((broken is null, broken), (Verify().IsAccepted, Verify().IsAccepted ? null : Verify().Reason));
        if (broken is null)
        {
            Record();
        }
        else
        {
            Assert.Equal(broken, Assert.Throws<InvalidOperationException>(() => Record()).Message);
        }

        Publish(_t.Alice);
        Assert.True(Verify().IsAccepted);
        var foreign = new ColumnRules(_t.Alice.Public.OwnerId.Span, "clinic", [new ColumnRule("ill", "never", 0)]);
        Assert.Equal("the rules are not signed by the owner that they name", _t.Append(_t.Bob, foreign.ToBody()).Reason);
    }

    /// <summary>A wide column is committed as two of other names: whoever let nobody use 'cost' had said nothing of 'cost/1024',
    /// and its conditions and means were released.</summary>
    [Theory]
    [InlineData("cost", "cost/1024", true)]
    [InlineData("cost", "cost%1024", true)]
    [InlineData("birth", "birth year", true)]
    [InlineData("birth", "birth day", true)]
    [InlineData("cost/1024", "cost", true)]
    [InlineData("cost/1024", "cost%1024", false)]
    [InlineData("cos", "cost/1024", false)]
    public void What_an_owner_says_of_a_wide_column_holds_for_its_digits(string named, string used, bool holds)
    {
        ColumnRules Of(ColumnRule rule) => new(_t.Alice.Public.OwnerId.Span, "clinic", [rule]);
        var use = new ColumnUse([used], opensRow: false, [new UsedGroup([used], 3)]);
        string? never = Of(new ColumnRule(named, "never", 0)).Broken(use),
            groups = Of(new ColumnRule(named, "groups", 4)).Broken(use);
        Assert.Equal((holds, holds), (never is not null, groups is not null));
        Assert.Equal(holds ? 4 : 0, Of(new ColumnRule(named, "groups", 4)).LeastOf([used]));
    }

    /// <summary>Section 11: where a charter stands a release names a request for statistics that is permitted and in
    /// force.</summary>
    [Fact]
    public void Where_a_charter_stands_a_release_names_its_request()
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"]);
        Row asked = Bodies.StatisticsRequested.Row(
            agreement,
            Region.Digest("person"),
            "HRESCH",
            new[] { "age" },
            r.Time + Durations.Day
        );
        r.Do("statistics requested", "institute", asked);
        byte[] request = r.LastId;
        Assert.False(r.State.PermitsRelease(Region.Digest("none"), Region.Key("hospital")));

        // a provider that is no party released its own statistics by the permission of others
        Assert.Null(Decide(r, request, Region.Secret("hospital")).Refusal);
        Assert.Equal("REQUEST", Decide(r, request, Region.Secret("centre")).Refusal);
        Assert.Equal("REQUEST", Decide(r, []).Refusal);
        Assert.Null(Decide(r, request).Refusal);
        r.Wait(Durations.Day - 1);
        Assert.Null(Decide(r, request).Refusal);
        r.Wait(1);
        Assert.Equal("REQUEST", Decide(r, request).Refusal);
    }

    private static LogDecision Decide(Region r, byte[] request)
    {
        using var key = SigningKey.FromBytes(Region.Digest("owner"));
        return Decide(r, request, key);
    }

    private static LogDecision Decide(Region r, byte[] request, SigningKey key)
    {
        byte[] hash = Region.Digest("file");
        EntryBody body = new StatisticReleased(
            key.Public.OwnerId.Span,
            "clinic",
            hash,
            hash,
            [],
            PrivacyLoss.None,
            request
        ).ToBody();
        return new RegionState(r.State).Decide("region", r.Time, LedgerEntry.Sign(key, "region", 0, r.Time + 1, body));
    }

    private VerificationReportResult Verify()
    {
        VerificationReport report = new LedgerPublications(_t.Ledger).Verify(_proof);
        return new VerificationReportResult(report.Result.IsAccepted, report.Result.Reason);
    }

    private void Record() =>
        ReleasedStatistics.Record(_t.Ledger, new DataSetVersion(_table.Commitment), _proof.Encode(), null, _t.Alice);

    private void Publish(SigningKey key, params ColumnRule[] rules) =>
        ReleasedStatistics.Publish(_t.Ledger, new ColumnRules(key.Public.OwnerId.Span, "clinic", rules), key);

    private sealed record VerificationReportResult(bool IsAccepted, string? Reason);
}
