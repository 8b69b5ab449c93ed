using Xunit;

namespace ZkHealth.Aggregation.Tests;

public class SessionReaderTests
{
    [Fact]
    public void Anyone_sees_how_far_a_session_is()
    {
        using var region = new Region();
        var unknown = new SessionReader(region.Board, new byte[32]);
        Assert.False(unknown.TryRead(out _, out string? reason));
        Assert.Equal("the session is not opened on this board", reason);
        region.Open();
        var reader = new SessionReader(region.Board, region.Session.Sid);
        SessionStatus Look()
        {
            Assert.True(reader.TryRead(out SessionStatus? status, out string? fault), fault);
            return status;
        }

        Assert.Equal((0, -1, false, true), (Look().Deals.Count, Look().CutOffs[0], Look().IsFrozen, Look().IsBeaconOpen));
        region.DealAll(4);
        Assert.Equal(region.Hospitals[..4], Look().Deals.Select(d => d.Dealer));
        region.Close(1);
        Region.Done(region.Member(0).Check());
        Assert.Equal([region.Members[0]], Look().Receipts);
        Assert.Empty(Look().Undelivered);
        region.Each([0], m => m.Check()).Close(2).Close(3).Close(4);
        Assert.Equal((3, null), (Look().Receipts.Count, Look().Ended));
        Assert.Equal(region.Hospitals[..4], Look().Contributors);
        region.FreezeAll();
        Assert.Equal((true, 3, 0), (Look().IsFrozen, Look().Signers.Count, Look().SumShares.Count));
        region.ShareAll(1);
        Assert.Equal([region.Members[0], region.Members[2]], Look().SumShares);
        Assert.Empty(Look().Findings);
    }
}
