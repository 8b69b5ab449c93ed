using Xunit;
using ZkHealth.Proofs;

namespace ZkHealth.Aggregation.Tests;

/// <summary>A policy of somebody else's making: only what it accepts is a contribution.</summary>
public sealed class PolicyTests
{
    [Theory]
    [InlineData(1, null)]
    [InlineData(2, "not as agreed")]
    [InlineData(3, "the policy verified nothing")]
    public void A_contribution_counts_if_the_policy_accepts_it_and_not_if_it_says_nothing(byte proof, string? reason)
    {
        using var region = new Region(hospitals: 4, members: 3);
        var rules = new AggregationRules([new ByFirstByte()]);
        AggregationTerms terms = region.Terms() with { Policy = "by first byte" };
        for (int j = 0; j < 3; j++)
        {
            CommitteeMember.RegisterKey(region.Board.As(region.Members[j]), terms, region.States[j]);
        }

        // who does not know the policy
        Assert.Equal(StepStatus.Refused, Combiner.Open(region.Board.As(region.Hospitals[0]), terms).Outcome.Status);
        (AggregationSession? session, StepOutcome opened) = Combiner.Open(region.Board.As(region.Hospitals[0]), terms, rules);
        Region.Done(opened);
        for (int i = 0; i < 4; i++)
        {
            var dealer = new Dealer(region.Board.As(region.Hospitals[i]), session!.Sid.Span, rules);
            Region.Done(dealer.Approve(terms.Digest()));
            Region.Done(dealer.DealCube(region.Cubes[i], new DealOptions { PolicyProof = new[] { i == 3 ? proof : (byte)1 } }));
        }

        Assert.True(
            new SessionReader(region.Board, session!.Sid, rules).TryRead(out SessionStatus? status, out string? why),
            why
        );
        Assert.Equal(reason is null ? region.Hospitals : region.Hospitals[..3], status.Deals.Select(d => d.Dealer).Order());
        Assert.Equal(
            reason is null ? [] : [(region.Hospitals[3], FaultKind.UnprovenContribution, reason)],
            status.Findings.Select(f => (f.Party, f.Kind, f.Reason))
        );
    }

    private sealed class ByFirstByte : IContributionPolicy
    {
        public string Name => "by first byte";

        public VerificationResult Verify(ContributionStatement contribution, ReadOnlyMemory<byte> proof) =>
            proof.Span[0] switch
            {
                1 => VerificationResult.Accepted,
                2 => VerificationResult.Rejected("not as agreed"),
                _ => default,
            };
    }
}
