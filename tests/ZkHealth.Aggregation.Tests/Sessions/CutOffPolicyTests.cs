using Xunit;

namespace ZkHealth.Aggregation.Tests;

/// <summary>
/// When a closer says that a cut-off has come. The rule stood in the command, so that an application had to write it again
/// (code.md, 3.7).
/// </summary>
public sealed class CutOffPolicyTests : IDisposable
{
    private readonly Region _region = new(hospitals: 4, members: 3);
    private readonly Clock _clock = new();

    public CutOffPolicyTests() => _region.Open();

    public void Dispose() => _region.Dispose();

    private SessionStatus Status()
    {
        Assert.True(
            new SessionReader(_region.Board, _region.Session.Sid).TryRead(out SessionStatus? status, out string? reason),
            reason
        );
        return status;
    }

    [Fact]
    public void A_cut_off_is_due_when_nothing_more_can_come()
    {
        var policy = new CutOffPolicy(_region.Session.Terms, null, _clock);
        Assert.Null(policy.Due(Status()));
        _region.DealAll(3);
        Assert.Null(policy.Due(Status()));
        Region.Done(_region.Dealer(3).DealCube(_region.Cubes[3]));
        Assert.Equal(1, policy.Due(Status()));
        _region.CheckAll();
        Assert.Null(policy.Due(Status())); // after the fourth there is none to say
    }

    [Fact]
    public void A_planned_time_is_waited_for_however_quiet_it_is()
    {
        AggregationTerms planned = _region.Session.Terms with { PlannedCutOffs = [1_000, 0, 0, 0] };
        var policy = new CutOffPolicy(planned, null, _clock);
        _region.DealAll(3);
        _clock.Now = DateTimeOffset.FromUnixTimeSeconds(999);
        Assert.Null(policy.Due(Status()));
        _clock.Now = DateTimeOffset.FromUnixTimeSeconds(1_000);
        Assert.Equal(1, policy.Due(Status()));
    }

    [Fact]
    public void Who_has_patience_says_so_when_enough_has_come_and_nothing_new_for_a_while()
    {
        var policy = new CutOffPolicy(_region.Session.Terms, TimeSpan.FromSeconds(10), _clock);
        _region.DealAll(2, 3); // the terms ask for three
        Assert.Null(policy.Due(Status()));
        _clock.Now += TimeSpan.FromSeconds(11);
        Assert.Null(policy.Due(Status()));
        Region.Done(_region.Dealer(2).DealCube(_region.Cubes[2]));
        Assert.Null(policy.Due(Status()));
        _clock.Now += TimeSpan.FromSeconds(11);
        Assert.Equal(1, policy.Due(Status()));
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Now.Ticks;
    }
}
