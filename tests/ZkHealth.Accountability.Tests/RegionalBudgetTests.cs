using System.Text;
using Xunit;
using ZkHealth.Aggregation;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests;

/// <summary>Regional sessions over a ledger beside what hospitals release alone: one budget, one history.</summary>
public sealed class RegionalBudgetTests : IDisposable
{
    private const string DataSet = "patients";
    private static readonly TableSchema Schema = new("patients", [CategoryColumn.YesNo("ill")]);
    private static readonly CountStatistic Ill = new(Predicate.In(Schema, "ill", "yes"));
    private static readonly PrivacyLoss Loss = new(2m, 1e-9m);

    private readonly ManualClock _clock = new();
    private readonly TemporaryLedger _t;
    private readonly SigningKey[] _keys;
    private readonly LedgerBoard[] _boards;
    private readonly TableOpening[] _tables;
    private readonly ContingencyTableOpening[] _cubes;
    private readonly MemoryMemberState[] _states = [new(), new(), new()];

    public RegionalBudgetTests()
    {
        _t = new TemporaryLedger(AccountabilityRules.Instance, _clock);
        _keys = [.. Enumerable.Range(0, 4).Select(_ => SigningKey.Create()).OrderBy(k => LedgerBoard.PartyOf(k.Public))];
        var blobs = new Blobs();
        _boards = [.. _keys.Select(k => new LedgerBoard(_t.Ledger, blobs, k))];
        _tables =
        [
            .. _keys.Select(
                (k, i) =>
                {
                    using var secret = TableSecret.Create();
                    return TableOpening.Commit(
                        new CodedTable(
                            Schema,
                            [
                                [1, 2, 2, 0, (uint)(1 + i % 2)],
                            ]
                        ),
                        k.Public.OwnerId.Span,
                        secret
                    );
                }
            ),
        ];
        _cubes = [.. _tables.Select(t => ContingencyTableProof.Prove(t, TableAxes.Create([1], [3])))];
        for (int i = 0; i < 4; i++)
        {
            CommitteeMember.Register(_boards[i], $"hospital {i}");
            PublishedTables.Publish(_t.Ledger, _tables[i].Commitment, _keys[i], DataSet);
        }
    }

    public void Dispose()
    {
        Array.ForEach(_cubes, c => c.Dispose());
        Array.ForEach(_tables, t => t.Dispose());
        Array.ForEach(_keys, k => k.Dispose());
        _t.Dispose();
    }

    private sealed class Blobs : IBlobStore
    {
        private readonly Dictionary<string, byte[]> _blobs = [];

        public byte[] Put(ReadOnlySpan<byte> bytes)
        {
            byte[] hash = System.Security.Cryptography.SHA256.HashData(bytes);
            _blobs[Convert.ToHexString(hash)] = bytes.ToArray();
            return hash;
        }

        public byte[]? Read(ReadOnlySpan<byte> hash, long maxSize) => _blobs.GetValueOrDefault(Convert.ToHexString(hash));
    }

    private PartyId Party(int i) => _boards[i].Author!.Value;

    /// <summary>A session of these hospitals to its end; something may happen between the dealings and the cut-offs.</summary>
    private AggregateOutcome Run(
        string purpose,
        bool noisy = false,
        int[]? hospitals = null,
        Action<byte[]>? afterDeals = null,
        Action? settled = null,
        long voidAfter = 0
    )
    {
        PartyId[] all = [.. _boards.Select(b => b.Author!.Value)];
        var terms = new AggregationTerms
        {
            Origin = TemporaryLedger.Origin,
            Purpose = purpose,
            DataSet = DataSet,
            Schema = Schema,
            Axes = TableAxes.Create([1], [3]),
            Rows = 8,
            Question = new StatisticsQuery([Ill]),
            Hospitals = all,
            Committee = all[..3],
            Threshold = 2,
            VoidAfter = voidAfter,
            Noise = noisy ? new NoiseTerms(Loss, 1, BinomialNoise.CoinsFor(Loss, 1)) : null,
        };
        for (int j = 0; j < 3; j++)
        {
            CommitteeMember.RegisterKey(_boards[j], terms, _states[j]);
        }

        byte[] sid = Combiner.Open(_boards[0], terms).Session!.Sid.ToArray();
        foreach (int i in hospitals ?? [0, 1, 2, 3])
        {
            Assert.True(new Dealer(_boards[i], sid).Approve(terms.Digest()).IsDone);
            StepOutcome dealt = new Dealer(_boards[i], sid).DealCube(_cubes[i]);
            Assert.True(dealt.IsDone, dealt.Reason);
        }

        for (int j = 0; noisy && j < 3; j++)
        {
            Assert.True(new Dealer(_boards[j], sid).DealBeacon().IsDone);
        }

        afterDeals?.Invoke(sid);
        int steps = 0;
        foreach (Func<CommitteeMember, StepOutcome> step in MemberSteps.Noisy)
        {
            for (int j = 0; j < 3; j++)
            {
                step(new CommitteeMember(_boards[j], sid, _states[j]));
            }

            if (++steps == 5)
            {
                settled?.Invoke(); // D4 has come
            }
        }

        return AggregateVerifier.Verify(new LedgerBoard(_t.Ledger, _boards[0].Blobs), sid);
    }

    private Budget BudgetOf(int i) =>
        Budget.ReadAll(_t.Ledger).Single(b => b.Owner.Span.SequenceEqual(_keys[i].Public.OwnerId.Span));

    [Fact]
    public void A_frozen_session_is_a_release_of_everybody_in_it()
    {
        Assert.Equal(OutcomeStatus.Verified, Run("exact").Status);
        Assert.Equal(OutcomeStatus.Verified, Run("noise", noisy: true).Status);
        for (int i = 0; i < 4; i++)
        {
            Budget budget = BudgetOf(i);
            Assert.Equal((1, Loss), (budget.ExactReleases, budget.Spent));
            Assert.Equal([true, false], budget.Regional.Select(s => s.IsExact));
        }

        Assert.True(LedgerAudit.Run(_t.Path, rules: AccountabilityRules.Instance).IsAccepted);
    }

    /// <summary>A member signs for a checkpoint that is none: its session ended void with two signatures, and the budget counted
    /// three, so that one member used up what a hospital allows. The log itself, which saw entries alone, still did, and refused
    /// the hospital's own release.</summary>
    [Theory]
    [InlineData("no note")]
    [InlineData("another root")]
    [InlineData("another key")]
    public void A_session_that_is_void_for_its_readers_is_charged_to_nobody(string checkpoint)
    {
        ReleasedStatistics.Publish(_t.Ledger, new BudgetPolicy(_keys[3].Public.OwnerId.Span, DataSet, Loss, 2), _keys[3]);
        byte[] sid = [];
        CommitteeMember Member(int j) => new(_boards[j], sid, _states[j]);
        AggregateOutcome outcome = Run(
            "void",
            afterDeals: id => sid = id,
            settled: () =>
            {
                Assert.True(Member(0).Freeze().IsDone);
                Assert.True(Member(1).Freeze().IsDone);
                Checkpoint now = _t.Ledger.GetCheckpoint();
                string note = checkpoint switch
                {
                    "another root" => Checkpoint.Sign(now.Origin, now.Size, new byte[32], _t.LogKey).ToString(),
                    "another key" => Checkpoint.Sign(now.Origin, now.Size, now.Root.Span, _keys[2]).ToString(),
                    _ => "note",
                };
                var none = new BoardCheckpoint(now.Size, Encoding.UTF8.GetBytes(note));
                IReadOnlyList<PartyId> set = [.. _boards.Select(b => b.Author!.Value)];
                _boards[2].Append(BoardKinds.ContributorSetSignature, sid, new ContributorSetSignature(none, set, []).Encode());
                Assert.True(Member(0).CloseCutOff(5).IsDone);
                Assert.True(Member(1).CloseCutOff(5).IsDone);
            }
        );
        Assert.Equal(OutcomeStatus.Ended, outcome.Status);
        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(0, BudgetOf(i).ExactReleases));
        Assert.Equal(OutcomeStatus.Verified, Run("again").Status);
        ReleasedStatistics.Record(_t.Ledger, new DataSetVersion(_tables[3].Commitment), [1], null, _keys[3]);
        Assert.Equal(2, BudgetOf(3).ExactReleases);
        AuditResult audit = LedgerAudit.Run(_t.Path, rules: AccountabilityRules.Instance);
        Assert.Equal((true, 0), (audit.IsAccepted, audit.Flags.Count));
    }

    [Fact]
    public void Regional_and_own_releases_are_measured_against_one_policy()
    {
        // hospital 3 allows one exact release and one loss; what is released with others counts for what is released alone, and
        // the other way round
        ReleasedStatistics.Publish(_t.Ledger, new BudgetPolicy(_keys[3].Public.OwnerId.Span, DataSet, Loss, 1), _keys[3]);
        Assert.Equal(OutcomeStatus.Verified, Run("first").Status);
        var refused = Assert.Throws<InvalidOperationException>(() =>
            ReleasedStatistics.Record(_t.Ledger, new DataSetVersion(_tables[3].Commitment), [1], null, _keys[3])
        );
        Assert.Contains("allows 1 exact releases, and there are 1", refused.Message, StringComparison.Ordinal);
        Assert.Equal(
            0,
            ReleasedStatistics.Record(_t.Ledger, new DataSetVersion(_tables[2].Commitment), [1], null, _keys[2])
                - _t.Ledger.GetCheckpoint().Size
                + 1
        );

        // it is told when it deals; where it deals all the same it is left out, named
        var exceeded = Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Run("second"));
        Assert.Contains("allows 1 exact releases, and there are 1", exceeded.Message, StringComparison.Ordinal);
        Assert.Equal(OutcomeStatus.Verified, Run("noise", noisy: true).Status);
        Assert.Equal(Loss, BudgetOf(3).Spent);
        Assert.Contains(
            "is spent",
            Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Run("more noise", noisy: true)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_hospital_whose_policy_is_used_up_by_another_session_after_it_dealt_is_left_out_and_named()
    {
        ReleasedStatistics.Publish(_t.Ledger, new BudgetPolicy(_keys[3].Public.OwnerId.Span, DataSet, Loss, 1), _keys[3]);
        AggregateOutcome outcome = Run(
            "late",
            afterDeals: _ => ReleasedStatistics.Record(_t.Ledger, new DataSetVersion(_tables[3].Commitment), [1], null, _keys[3])
        );
        Assert.Equal(OutcomeStatus.Verified, outcome.Status);
        Assert.Equal([Party(0), Party(1), Party(2)], outcome.Contributors);
        Assert.Equal([(Party(3), ExclusionKind.BudgetExceeded)], outcome.Findings.Select(f => (f.Party, f.Kind)));
    }

    [Fact]
    public void A_committee_that_signs_beyond_a_policy_is_flagged_and_the_session_ends()
    {
        byte[] sid = [];
        AggregateOutcome outcome = Run(
            "beyond",
            afterDeals: id =>
            {
                sid = id;
                ReleasedStatistics.Publish(_t.Ledger, new BudgetPolicy(_keys[3].Public.OwnerId.Span, DataSet, Loss, 0), _keys[3]);
            },
            settled: () =>
            {
                for (int j = 0; j < 3; j++)
                {
                    _boards[j]
                        .Append(
                            BoardKinds.ContributorSetSignature,
                            sid,
                            new ContributorSetSignature(
                                _boards[j].GetCheckpoint(),
                                [.. _boards.Select(b => b.Author!.Value)],
                                []
                            ).Encode()
                        );
                }
            }
        );
        Assert.DoesNotContain(Party(3), outcome.Contributors);
        AuditResult audit = LedgerAudit.Run(_t.Path, rules: AccountabilityRules.Instance);
        Assert.True(audit.IsAccepted);
        Assert.Contains(
            $"a regional session with {Party(3)}: the policy of the data set 'patients' allows 0 exact releases, and there are 0",
            Assert.Single(audit.Flags),
            StringComparison.Ordinal
        );
    }

    /// <summary>A budget saw no times: a session that its committee never signed, void for ever by its terms, was charged for
    /// ever.</summary>
    [Fact]
    public void A_session_that_is_not_frozen_in_time_is_charged_to_nobody()
    {
        ReleasedStatistics.Publish(_t.Ledger, new BudgetPolicy(_keys[3].Public.OwnerId.Span, DataSet, Loss, 1), _keys[3]);
        AggregateOutcome outcome = Run(
            "never signed",
            voidAfter: _clock.Now.ToUnixTimeSeconds() + 60,
            settled: () =>
            {
                Assert.Equal((1, 1), (BudgetOf(3).ExactReleases, BudgetOf(3).Regional.Count));
                _clock.Now += TimeSpan.FromSeconds(61);
                _boards[0].Append("a later entry", Party(0).ToBytes(), []);
                Assert.Equal((0, 0), (BudgetOf(3).ExactReleases, BudgetOf(3).Regional.Count));
                ReleasedStatistics.Record(_t.Ledger, new DataSetVersion(_tables[3].Commitment), [1], null, _keys[3]);
            }
        );
        Assert.Equal(OutcomeStatus.Ended, outcome.Status);
        Assert.Equal((1, 0), (BudgetOf(3).ExactReleases, BudgetOf(3).Regional.Count));
        AuditResult audit = LedgerAudit.Run(_t.Path, rules: AccountabilityRules.Instance);
        Assert.True(audit.IsAccepted, audit.ToString());
        Assert.Empty(audit.Flags);
    }

    [Fact]
    public void Whoever_has_released_alone_does_not_count_toward_the_minimum()
    {
        ReleasedStatistics.Record(_t.Ledger, new DataSetVersion(_tables[0].Commitment), [1], null, _keys[0]);
        AggregateOutcome outcome = Run("three", hospitals: [0, 1, 2]);
        Assert.Equal((OutcomeStatus.Ended, "2 contributors count, the terms ask for 3"), (outcome.Status, outcome.Reason));
        Assert.Equal([(Party(0), ExclusionKind.ReleasedExactly)], outcome.Findings.Select(f => (f.Party, f.Kind)));
        outcome = Run("four");
        Assert.Equal((OutcomeStatus.Verified, 4), (outcome.Status, outcome.Contributors.Count));
    }
}
