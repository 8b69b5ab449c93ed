using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Section 9: nobody decides in its own cause, and nobody is silent who signs.</summary>
public sealed class VoterTests
{
    // who had reported a member sat among those who heard its appeal, and by not voting let nobody acquit it
    [Fact]
    public void Who_reported_a_breach_has_no_vote_on_its_appeal()
    {
        var r = new Region();
        byte[] breach = r.Convict("auditor-b", "institute", "ONWARD", r.Agree("institute", ["hospital"]), Severity.Serious);
        r.Do("appeal", "institute", Bodies.AppealMade.Row(breach));
        r.Propose("commission-b", "annul", about: breach);
        Assert.Equal("Refused: EMPTY_CLASS", r.Last.ToString());
        Assert.Equal(["auditor-b"], r.State.Find(Records.Breach, breach)!.Codes("other"));

        byte[] other = r.Convict("hospital", "institute", "ONWARD", Region.Digest("x"), Severity.Serious);
        byte[] annul = r.Propose("commission-b", "annul", about: other);
        Assert.Equal(["commission-b"], Roster(r, annul, "authority"));
        Assert.Equal(["auditor-b"], Roster(r, annul, "auditor"));
    }

    // judges who had found a report abusive, an authority that had found an emergency none, and one whose sanction was not
    // rectified, heard the appeal against it
    [Fact]
    public void Who_found_a_breach_alone_or_as_abusive_has_no_vote_on_its_appeal()
    {
        var r = new Region();
        r.Do("report", "maker", Bodies.ReportMade.Row("hospital", "TAKEN", Region.Digest("x")));
        byte[] abusive = BreachRules.Id(r.LastId, "maker"),
            dismiss = r.Propose("commission-a", "dismiss", number: 1, about: r.LastId);
        r.Approve(dismiss, "commission-a");
        Assert.Equal(["commission-b"], Judges(abusive));

        r.Consent("ann");
        r.Do("emergency", "hospital", Bodies.EmergencyAccess.Row(Region.Digest("doctor"), "ETREAT", Region.Digest("contact")));
        byte[] access = r.LastId;
        r.Do("handle objected", "ann", Bodies.HandleObjected.Row(Region.Key("ann"), access));
        r.Do("emergency reviewed", "commission-b", Bodies.EmergencyReviewed.Row(access, true));
        Assert.Equal(["commission-a"], Judges(BreachRules.Id(access, "hospital")));

        long by = r.Time + (2 * Durations.Day);
        r.Do("sanction", "commission-b", Bodies.SanctionOrdered.Row("maker", "TAKEN", 5, by));
        byte[] late = BreachRules.Id(r.LastId, "maker");
        r.Wait(2 * Durations.Day);
        Assert.Equal(["commission-a"], Judges(late));

        IEnumerable<string> Judges(byte[] breach) => Roster(r, r.Propose("auditor-a", "annul", about: breach), "authority");
    }

    // the successor of a silent class approved its own recovery
    [Fact]
    public void A_successor_has_no_vote_on_its_recovery()
    {
        var r = new Region();
        r.Wait(60 * Durations.Day);
        byte[] proposal = Recover(r, "registrar", "maker");
        Assert.Equal("Accepted", r.Last.ToString());
        Assert.DoesNotContain("maker", Roster(r, proposal, "others"));
        Assert.Contains("institute", Roster(r, proposal, "others"));
        r.Approve(proposal, "maker");
        Assert.Equal("Refused: NO_VOTE", r.Last.ToString());
    }

    // a registrar that backed consents every day, and so signed along alone, was silent and could be replaced
    [Fact]
    public void Who_signs_along_is_not_silent()
    {
        var r = new Region();
        r.Wait(59 * Durations.Day);
        r.Consent("ann");
        r.Wait(Durations.Day);
        Recover(r, "registrar", "league");
        Assert.Equal("Refused: TERMS", r.Last.ToString());
        r.Wait(59 * Durations.Day);
        Recover(r, "registrar", "league");
        Assert.Equal("Accepted", r.Last.ToString());
    }

    // whoever holds a key that is to be revoked, or has stolen it, voted on that
    [Fact]
    public void The_holder_of_a_key_has_no_vote_on_its_revocation()
    {
        var r = new Region();
        byte[] proposal = r.Propose("commission-a", "compromise", key: Region.Key("commission-b"));
        Assert.Equal(["commission-a"], Roster(r, proposal, "authority"));
        r.Approve(proposal, "commission-b");
        Assert.Equal("Refused: NO_VOTE", r.Last.ToString());
        r.Approve(proposal, "commission-a", "auditor-a");
        Assert.Equal("approved", r.State.Find(Records.Proposal, proposal)!.Code("status"));
    }

    private static IEnumerable<string> Roster(Region r, byte[] proposal, string name) =>
        r
            .State.Find(Records.Proposal, proposal)!
            .List<Row>("rosters")
            .Single(x => x.Code("class") == name)
            .Codes("subjects")
            .Order(StringComparer.Ordinal);

    private static byte[] Recover(Region r, string role, string successor) =>
        r.Propose(
            "commission-a",
            "recover",
            successor,
            role,
            "association",
            1,
            null,
            Region.Key("key of the successor"),
            ["govern"],
            r.Time + (1000 * Durations.Day)
        );
}
