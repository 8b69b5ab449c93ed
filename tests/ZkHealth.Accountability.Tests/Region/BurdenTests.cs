using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Words by which a member, or a patient, would burden others: whoever was honest is in breach of nothing.</summary>
public sealed class BurdenTests
{
    // what was taken for treatment has no agreement, and naming a guardian looked for one: the entry stopped the log
    [Fact]
    public void A_guardian_is_named_after_treatment()
    {
        var r = new Region();
        r.Consent("ann", "centre", purpose: "TREAT", days: 100);
        byte[] request = r.Ask("centre", null, ["ann"], "TREAT");
        r.Serve("hospital", request);
        r.Take("centre", request);
        Row body = Bodies.GuardianNamed.Row(Region.Key("ann"), Region.Key("mother"), r.Time + Durations.Day);
        Assert.Equal("Accepted", r.Do("guardian named", "hospital", body, "registry").ToString());
    }

    // a debt does not restrict treatment, be it under an agreement or not
    [Fact]
    public void A_fine_stops_no_treatment()
    {
        var r = new Region();
        r.Admit("hospital", "user", "hospital", ["request"], "hospital as a user");
        r.Consent("ann", "hospital", purpose: "TREAT", provider: "centre");
        byte[] open = r.Agree("hospital", ["centre"]);
        Fine(r, "hospital", open);
        r.Wait(2 * Durations.Day);
        byte[] request = r.Ask("hospital", open, ["ann"], "TREAT");
        string asked = r.Last.ToString(),
            served = r.Serve("centre", request).ToString(),
            taken = r.Take("hospital", request, "centre").ToString();
        Assert.Equal("Permitted Accepted Accepted", $"{asked} {served} {taken}");
    }

    // the fine became owed by another's agreement, a moment before the word about a delivery of the moment before
    [Theory]
    [InlineData(-1, "Accepted")]
    [InlineData(0, "Breach: SERVED")]
    public void A_fine_convicts_no_server_of_what_was_under_way(int offset, string outcome)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] open = r.Agree("institute", ["hospital"]);
        byte[] request = r.Ask("institute", open, ["ann"]);
        Fine(r, "institute", r.Agree("institute", ["centre"]));
        r.Sleep(Parameter.ReceiptDue.Default + offset);
        Assert.Equal(outcome, r.Serve("hospital", request).ToString());
    }

    // who is no party of the agreement says that it has served twenty times: it convicts itself, and burdens nobody
    [Fact]
    public void A_stranger_makes_nobody_answer()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        Assert.Equal("Breach: SERVED", r.Serve("centre", request, root: "fake").ToString());
        r.Wait(2 * Durations.Day);
        Assert.Equal(["centre SERVED"], r.Breaches);
    }

    [Fact]
    public void A_taker_makes_no_stranger_answer()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        Assert.Equal("Breach: TAKEN", r.Take("institute", request, "centre", root: "fake").ToString());
        r.Wait(2 * Durations.Day);
        Assert.Equal(["institute TAKEN"], r.Breaches);
    }

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

    // a restricting entry has no number: with a key of a stranger that signs along it was another one each time
    [Fact]
    public void A_restriction_is_said_once_whoever_signs_along()
    {
        var r = new Region();
        r.Consent("ann");
        r.Do("emergency", "hospital", Bodies.EmergencyAccess.Row(Region.Digest("doctor"), "ETREAT", Region.Digest("contact")));
        Row objection = Bodies.HandleObjected.Row(Region.Key("ann"), r.LastId);
        Assert.Equal("Accepted", r.Do("handle objected", "ann", objection, "x").ToString());
        Assert.Equal("Refused: DUPLICATE", r.Do("handle objected", "ann", objection, "y").ToString());
        Assert.Equal("Refused: DUPLICATE", r.Do("handle objected", "ann", objection).ToString());
    }

    // the server's word alone put the agreement among those of a patient of another request, whose revocations recalled it
    [Fact]
    public void A_word_about_others_patients_recalls_nothing()
    {
        var r = new Region();
        r.Consent("ann");
        r.Consent("eve", "centre");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        r.Take("institute", request, handles: ["ann"]);
        r.Serve("hospital", request, handles: ["eve"]);
        int before = r.All(Records.Recall).Count();
        r.Wait(2 * Durations.Day);
        r.Revoke("eve");
        Assert.Equal(before, r.All(Records.Recall).Count());
        Assert.Equal(["hospital SERVED"], r.Breaches);
    }

    /// <summary>Makes a member owe a fine for a breach that is final.</summary>
    private static void Fine(Region r, string subject, byte[] agreement)
    {
        Row terms = r.State.Find(Records.Agreement, agreement)!.Inner("terms");
        r.Do("agreement made", subject, Bodies.AgreementMade.Row(new[] { "centre" }, subject, terms), "centre");
        r.Convict("centre", subject, "ONWARD", r.LastId, Severity.Minor);
        r.Wait(Parameter.Appeal.Default);
        Assert.True(r.All(Records.Fine).Single().Whole("amount") > 0);
    }
}
