using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Aggregation.Tests;

/// <summary>
/// Attack A4: exact numbers of two versions of one table: the same owners, one of them with one patient more, and both sessions
/// were opened; the difference was that patient, attribute by attribute. Four hospitals, the minimum is 3.
/// </summary>
public sealed class VersionTests : IDisposable
{
    private readonly Region _region = new(hospitals: 4, members: 3);
    private readonly History _history = new();

    public VersionTests() => Run(_region.Terms(), _region.Cubes[3]);

    private AggregationRules Rules => new([], _history);

    public void Dispose() => _region.Dispose();

    private sealed class History : IReleaseHistory
    {
        public bool Allows { get; set; }

        public bool HasReleasedExactly(PartyId owner, string dataSet, long before) => false;

        public bool AllowsVersions(PartyId owner, string dataSet, long before) => Allows;

        public string? Refusal(PartyId owner, AggregationSession session, long before) => null;
    }

    /// <summary>Hospital 3's table with patients taken away or added, published as of the same data set.</summary>
    private ContingencyTableOpening Version(int more) =>
        _region.Prove(3, [.. _region.Codes[3].Select(c => more < 0 ? c[..^-more] : [.. c, .. Enumerable.Repeat(2u, more)])]);

    /// <summary>A session of all four; hospital 3 deals this cube, by software that asks nothing.</summary>
    private AggregateOutcome Run(AggregationTerms terms, ContingencyTableOpening cubes)
    {
        _region.Open(terms).DealAll(3);
        if (terms.Noise is null)
        {
            (Dealing deal, byte[][] ciphertexts) = _region.Forge(3, cubes: cubes);
            _region.Post(3, deal, ciphertexts);
        }
        else
        {
            Region.Done(_region.Dealer(3).DealCube(cubes));
            Array.ForEach(_region.Members, m => Region.Done(new Dealer(_region.Board.As(m), _region.Sid).DealBeacon()));
        }

        foreach (Func<CommitteeMember, StepOutcome> step in MemberSteps.Noisy)
        {
            for (int j = 0; j < 3; j++)
            {
                step(new CommitteeMember(_region.Board.As(_region.Members[j]), _region.Sid, _region.States[j], Rules));
            }
        }

        return AggregateVerifier.Verify(_region.Board, _region.Sid, Rules);
    }

    [Theory]
    [InlineData(1)] // a patient more
    [InlineData(-2)] // two fewer
    [InlineData(0)] // a corrected value, or another patient in the place of one
    public void Versions_that_may_differ_by_few_people_are_not_both_opened(int more)
    {
        using ContingencyTableOpening version = Version(more);
        AggregationTerms next = _region.Terms(new CountStatistic(Region.Yes & Region.Old));
        _region.Open(next);
        StepOutcome told = new Dealer(_region.Board.As(_region.Hospitals[3]), _region.Sid, Rules).DealCube(version);
        Assert.Equal(StepStatus.Refused, told.Status);
        Assert.Contains(
            $"deal the table {Convert.ToHexStringLower(_region.Cubes[3].Table.Root.Span)} again",
            told.Reason,
            StringComparison.Ordinal
        );
        AggregateOutcome outcome = Run(next with { Purpose = "all the same" }, version);
        Assert.Equal(OutcomeStatus.Ended, outcome.Status);
        Assert.Contains(outcome.Findings, f => f.Party == _region.Hospitals[3] && f.Kind.Equals(ExclusionKind.OtherVersion));

        // the version first used; under noise; or allowed by the owner's policy: a correction shuts nobody out for ever
        Assert.Equal(OutcomeStatus.Verified, Run(next with { Purpose = "first version" }, _region.Cubes[3]).Status);
        var loss = new PrivacyLoss(2m, 0.000000001m);
        Assert.Equal(
            OutcomeStatus.Verified,
            Run(next with { Noise = new NoiseTerms(loss, 1, BinomialNoise.CoinsFor(loss, 1)) }, version).Status
        );
        _history.Allows = true;
        Assert.Equal(OutcomeStatus.Verified, Run(next with { Purpose = "allowed" }, version).Status);
    }

    [Fact]
    public void Versions_that_differ_by_enough_people_are_and_each_is_held_to_all_before_it()
    {
        using ContingencyTableOpening ten = Version(10),
            one = Version(1);
        AggregationTerms next = _region.Terms(new CountStatistic(Region.Old));
        Assert.Equal(OutcomeStatus.Verified, Run(next, ten).Status);
        // far from the last, and one patient from the first
        AggregateOutcome outcome = Run(next with { Purpose = "one more" }, one);
        Assert.Equal(OutcomeStatus.Ended, outcome.Status);
        Assert.Contains(outcome.Findings, f => f.Party == _region.Hospitals[3] && f.Kind.Equals(ExclusionKind.OtherVersion));
    }
}
