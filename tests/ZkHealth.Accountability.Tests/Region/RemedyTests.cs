using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>What comes right again: wrong values reach whoever has them, what was void leaves nothing behind, what was late and
/// done is over.</summary>
public sealed class RemedyTests
{
    // a value that its provider had registered by a ground named no consent, and so nobody was told that it is wrong
    [Fact]
    public void Whoever_took_something_of_a_provider_hears_of_a_wrong_value_without_consents()
    {
        var r = new Region();
        r.Consent("ann");
        r.Consent("bea", "centre", purpose: "TREAT");
        r.Register("hospital", "record");
        byte[] taken = Taken(r, "institute", "ann"),
            nothing = r.Agree("institute", ["hospital"], days: 100),
            of = r.Agree("institute", ["centre"]);
        byte[] treated = r.Ask("centre", null, ["bea"], "TREAT");
        r.Serve("hospital", treated);
        r.Take("centre", treated);
        r.Convict("centre", "hospital", "QUALITY", Region.Digest("record"), Severity.Minor);
        Assert.Equal(["centre", "institute"], r.All(Records.Recall).Select(x => x.Code("user")).Order());
        Assert.NotNull(r.State.Find(Records.Recall, RecallRules.ReplacementId(taken, r.Time)));
        Assert.Null(r.State.Find(Records.Recall, RecallRules.ReplacementId(nothing, r.Time)));
        Assert.Null(r.State.Find(Records.Recall, RecallRules.ReplacementId(of, r.Time)));
    }

    private static byte[] Taken(Region r, string user, string patient)
    {
        byte[] agreement = r.Agree(user, ["hospital"]),
            request = r.Ask(user, agreement, [patient]);
        r.Serve("hospital", request);
        r.Take(user, request);
        return agreement;
    }
}
