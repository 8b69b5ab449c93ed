using Xunit;
using ZkHealth.Accountability.Traces;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Duties that others make without end: what is late on a day is one breach.</summary>
public sealed partial class BurdenTests
{
    // twenty made-up deliveries took the credit of an honest member to zero
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Words_of_a_day_are_one_silence(bool byServer)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        for (int i = 0; i < 20; i++)
        {
            Outcome said = byServer ? r.Serve("hospital", request, root: $"{i}") : r.Take("institute", request, root: $"{i}");
            Assert.Equal("Accepted", said.ToString());
        }

        r.Wait(2 * Durations.Day);
        Assert.Equal([byServer ? "institute NO_RECEIPT" : "hospital NOT_LOGGED"], r.Breaches);
    }

    // a silence a day and request: whoever asks twenty times has twenty requests to say something of
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Words_of_a_day_about_several_requests_are_one_silence(bool byServer)
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"]);
        for (int i = 0; i < 20; i++)
        {
            r.Consent($"patient {i}");
            byte[] request = r.Ask("institute", agreement, [$"patient {i}"]);
            _ = byServer ? r.Serve("hospital", request) : r.Take("institute", request);
        }

        r.Wait(2 * Durations.Day);
        Assert.Equal([byServer ? "institute NO_RECEIPT" : "hospital NOT_LOGGED"], r.Breaches);

        // which the trace of each of them names
        for (int i = 0; i < 20; i++)
        {
            Trace trace = UseTrace.Of(LogHistory.Of(r.Steps), [LogHistory.Hex(Region.Key($"patient {i}"))], out _)!;
            Assert.Equal(byServer ? "NO_RECEIPT" : "NOT_LOGGED", Assert.Single(trace.Answers).Rule);
        }
    }

    // emergencies that are none took the credit of every authority, and one that is suspended reviews nothing
    [Fact]
    public void Emergencies_of_a_day_are_one_duty_of_those_who_can_review()
    {
        var r = new Region();
        r.Admit("hospital", "authority", "authority", ["govern"], "hospital as an authority");
        byte[] suspend = r.Propose("commission-a", "suspend", "commission-b");
        r.Approve(suspend, "commission-a", "hospital", "auditor-a");
        r.Wait(14 * Durations.Day);
        Assert.True(r.State.Find(Records.Member, "commission-b")!.Flag("suspended"));
        for (int i = 0; i < 20; i++)
        {
            Row body = Bodies.EmergencyAccess.Row(Region.Digest($"doctor {i}"), "ETREAT", Region.Digest("contact"));
            r.Do("emergency", "hospital", body);
        }

        r.Wait(Parameter.ReviewDue.Default);
        Assert.Equal(["commission-a REVIEW_LATE"], r.Breaches);
    }

    // whatever others can make without end, so that it is late on one day, is one breach of a rule: sanctions were one each
    [Fact]
    public void Sanctions_of_a_day_are_one_silence()
    {
        var r = new Region();
        for (int i = 0; i < 9; i++)
        {
            Row body = Bodies.SanctionOrdered.Row("maker", $"RULE{i}", 1, r.Time + (2 * Durations.Day));
            Assert.Equal("Accepted", r.Do("sanction", i == 0 ? "commission-b" : "commission-a", body).ToString());
        }

        r.Wait(3 * Durations.Day);
        Assert.Equal(["maker NOT_RECTIFIED", "maker NOT_RECTIFIED"], r.Breaches);
    }

    [Fact]
    public void Contradictions_with_one_provider_are_one_silence_a_day()
    {
        var r = new Region();
        for (int i = 0; i < 5; i++)
        {
            r.Register("hospital", $"own {i}");
            r.Register("centre", $"other {i}");
            Row both = Bodies.AssetsContradict.Row(Region.Digest($"own {i}"), Region.Digest($"other {i}"), "blood-group");
            Assert.Equal("Accepted", r.Do("assets contradict", "hospital", both).ToString());
        }

        r.Wait(8 * Durations.Day);
        Assert.Equal(["centre CONTRADICTION_OPEN", "hospital CONTRADICTION_OPEN"], r.Breaches.Order());
    }
}
