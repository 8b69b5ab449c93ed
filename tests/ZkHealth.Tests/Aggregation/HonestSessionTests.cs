using System.Numerics;
using Xunit;
using ZkHealth.Aggregation;
using ZkHealth.Statistics;

namespace ZkHealth.Tests.Aggregation;

public class HonestSessionTests
{
    [Fact]
    public void A_count_over_five_hospitals()
    {
        using Region region = new Region().Open().DealAll().CheckAll().FreezeAll().ShareAll();
        AggregateOutcome outcome = region.Verify();
        Assert.Equal(OutcomeStatus.Verified, outcome.Status);
        Assert.Equal((BigInteger)region.Count(Enumerable.Range(0, 5), (c, r) => c[0][r] == 2), outcome.Values.Single());
        Assert.Equal(region.Hospitals, outcome.Contributors);
        Assert.Empty(outcome.Findings);
    }
}
