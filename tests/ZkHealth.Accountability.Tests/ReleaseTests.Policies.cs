using Xunit;
using ZkHealth.Aggregation;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Accountability.Tests;

/// <summary>Policies of an owner hold for a data set over all of its versions.</summary>
public sealed partial class ReleaseTests
{
    [Fact]
    public void The_policy_holds_for_all_versions_of_a_data_set()
    {
        Assert.Null(Clinic.Policy);
        ReleasedStatistics.Publish(
            _t.Ledger,
            new BudgetPolicy(_t.Alice.Public.OwnerId.Span, "clinic", new PrivacyLoss(3, 1e-8m), 1),
            _t.Alice
        );
        using OwnedNoise first = Noise(),
            second = Noise(_second);
        Record(Release(first));
        Refused(
            "the policy of the data set 'clinic' allows eps 3, delta 1e-8; eps 2, delta 1e-9 is spent, eps 0, delta 0 is reserved, and eps 2, delta 1e-9 is asked for",
            _t.Alice,
            NoiseCommitted.ToBody(second.Commitment)
        );

        StatisticReleased Exact(TableOpening table, byte file) =>
            new(
                _t.Alice.Public.OwnerId.Span,
                "clinic",
                table.Commitment.Root.Span,
                [.. Enumerable.Repeat(file, 32)],
                [],
                PrivacyLoss.None
            );
        Assert.Equal(AppendStatus.Appended, Append(_t.Alice, Exact(_table, 1).ToBody()).Status);
        Refused("the release is recorded already", _t.Alice, Exact(_table, 1).ToBody());
        Refused(
            "the policy of the data set 'clinic' allows 1 exact releases, and there are 2",
            _t.Alice,
            Exact(_second, 2).ToBody()
        );
        Refused("it is no release by the owner that it names", _t.Bob, Exact(_second, 3).ToBody());
        Refused(
            "the policy is not signed by the owner that it names",
            _t.Bob,
            new BudgetPolicy(_t.Alice.Public.OwnerId.Span, "clinic", new PrivacyLoss(9, 1), 9).ToBody()
        );
        Assert.Equal(1, Clinic.Policy!.ExactReleases);
        Assert.Equal(
            (3, new PrivacyLoss(2, 1e-9m), new PrivacyLoss(2, 1e-9m)),
            (Clinic.ExactReleases, Clinic.Spent, Clinic.Reserved)
        );
    }

    [Fact]
    public void A_policy_that_allows_more_than_the_one_before_is_flagged_and_not_refused()
    {
        long Say(SigningKey owner, string dataSet, decimal eps, decimal delta, long exact) =>
            ReleasedStatistics.Publish(
                _t.Ledger,
                new BudgetPolicy(owner.Public.OwnerId.Span, dataSet, new PrivacyLoss(eps, delta), exact),
                owner
            );

        long first = Say(_t.Alice, "clinic", 3, 1e-8m, 5);
        Say(_t.Bob, "clinic", 1, 1e-9m, 0); // somebody else's, of the same name
        Say(_t.Alice, "register", 20, 1e-6m, 99); // another data set
        long tighter = Say(_t.Alice, "clinic", 2, 1e-8m, 5);
        Assert.Empty(LedgerAudit.Run(_t.Path, rules: AccountabilityRules.Instance).Flags);
        long more = Say(_t.Alice, "clinic", 3, 1e-8m, 5); // back to the first
        long exact = Say(_t.Alice, "clinic", 1, 1e-9m, 6);
        long delta = Say(_t.Alice, "clinic", 1, 2e-9m, 0);
        string owner = Convert.ToHexStringLower(_t.Alice.Public.OwnerId.Span);
        string[] expected =
        [
            $"entry {more}: the owner {owner} loosens the policy of the data set 'clinic': entry {tighter} allowed eps 2, delta 1e-8 and 5 exact releases; now eps 3, delta 1e-8 and 5 exact releases",
            $"entry {exact}: the owner {owner} loosens the policy of the data set 'clinic': entry {more} allowed eps 3, delta 1e-8 and 5 exact releases; now eps 1, delta 1e-9 and 6 exact releases",
            $"entry {delta}: the owner {owner} loosens the policy of the data set 'clinic': entry {exact} allowed eps 1, delta 1e-9 and 6 exact releases; now eps 1, delta 2e-9 and 0 exact releases",
        ];
        AuditResult audit = LedgerAudit.Run(_t.Path, rules: AccountabilityRules.Instance);
        Assert.True(audit.IsAccepted);
        Assert.Equal(expected, audit.Flags);
        IReadOnlyList<Budget> budgets = Budget.ReadAll(_t.Ledger);
        Assert.Equal(
            expected,
            budgets
                .Single(b => b.DataSet == "clinic" && b.Owner.Span.SequenceEqual(_t.Alice.Public.OwnerId.Span))
                .Loosened.Select(p => p.ToString())
        );
        Assert.Equal(3, budgets.Sum(b => b.Loosened.Count));

        // a policy in Alice's name by somebody else, on a ledger without the rules, loosens nothing
        _t.AppendWithoutRules(
            _t.Bob,
            new BudgetPolicy(_t.Alice.Public.OwnerId.Span, "clinic", new PrivacyLoss(20, 1e-6m), 1000).ToBody()
        );
        Assert.Equal(
            3,
            LedgerAudit
                .Run(_t.Path, rules: AccountabilityRules.Instance)
                .Flags.Count(f => f.Contains("loosens", StringComparison.Ordinal))
        );
        Assert.True(first < tighter);
    }

    [Fact]
    public void A_table_belongs_to_one_data_set()
    {
        Assert.Throws<InvalidOperationException>(() => PublishedTables.Publish(_t.Ledger, _table.Commitment, _t.Alice, "new"));
        Refused(
            "the table is published as one of the data set 'clinic'",
            _t.Alice,
            TablePublication.Of(_table.Commitment, "new").ToBody()
        );
        Assert.True(TableEntry.TryRead(TablePublication.Of(_table.Commitment, "clinic").ToBody(), out TablePublication? read));
        Assert.Equal("clinic", read.DataSet);
        Assert.True(TableEntry.TryRead(TablePublication.Of(_table.Commitment).ToBody(), out read));
        Assert.Equal("", read.DataSet);
        Assert.Throws<ArgumentException>(() => TablePublication.Of(_table.Commitment, "a\nb"));
    }
}
