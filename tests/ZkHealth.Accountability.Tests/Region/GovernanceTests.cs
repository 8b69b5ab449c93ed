using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Section 9: who decides, how fast a class may change, what happens when a class is silent or a key was
/// stolen.</summary>
public sealed class GovernanceTests
{
    /// <summary>Attack 17: admissions stuffed a class. Of two providers at most one more is admitted in 90 days, also where
    /// both were proposed before.</summary>
    [Fact]
    public void Attack_17_a_class_grows_by_a_quarter_in_90_days()
    {
        var r = new Region();
        byte[] one = Admit(r, "clinic-1"),
            two = Admit(r, "clinic-2");
        r.Approve(one, "commission-a", "hospital");
        r.Wait(1);
        r.Approve(two, "commission-a", "hospital");
        r.Wait(14 * Durations.Day);
        Assert.Contains("clinic-1", r.State.Members);
        Assert.DoesNotContain("clinic-2", r.State.Members);
        Assert.Equal("capped", r.State.Find(Records.Proposal, two)!.Code("status"));
        Admit(r, "clinic-3");
        Assert.Equal("Refused: CAP", r.Last.ToString());
        r.Wait(90 * Durations.Day);
        Admit(r, "clinic-3");
        Assert.Equal("Accepted", r.Last.ToString());
    }

    /// <summary>Attack 17: a bloc suspended the rest by steps: at most one of two in 90 days, and who is suspended still
    /// counts.</summary>
    [Fact]
    public void Attack_17_a_bloc_does_not_suspend_the_rest()
    {
        var r = new Region();
        byte[] first = r.Propose("commission-a", "suspend", "hospital"),
            second = r.Propose("commission-a", "suspend", "centre");
        r.Approve(first, "commission-a", "commission-b", "auditor-a");
        r.Wait(1);
        r.Approve(second, "commission-a", "commission-b", "auditor-a");
        r.Wait(14 * Durations.Day);
        Assert.True(r.State.Find(Records.Member, "hospital")!.Flag("suspended"));
        Assert.False(r.State.Find(Records.Member, "centre")!.Flag("suspended"));
        r.Propose("commission-a", "suspend", "centre");
        Assert.Equal("Refused: CAP", r.Last.ToString());
        byte[] standard = r.Propose("commission-a", "standard", code: "HL7v2");
        Row providers = r.State.Find(Records.Proposal, standard)!.List<Row>("rosters").Single(x => x.Code("class") == "provider");
        Assert.Equal((2, 2), (providers.Codes("subjects").Count, (int)providers.Whole("needed")));
        r.Approve(standard, "hospital");
        Assert.Equal("Refused: SUSPENDED", r.Last.ToString());
    }

    /// <summary>Section 9: who is suspended counts in rosters, or a bloc would suspend the others; unless it is so for a breach
    /// by verdict, once that is final.</summary>
    [Theory]
    [InlineData(true, -1, 2)]
    [InlineData(true, 0, 1)]
    [InlineData(false, 0, 2)]
    public void Who_is_suspended_counts_unless_by_a_final_verdict(bool byVerdict, long offset, int roster)
    {
        var r = new Region((Parameter.Delay, Durations.Day));
        byte[] verdict = r.Convict("maker", "hospital", "LEAK", Region.Digest("a"), Severity.Grave);
        byte[] own = r.Propose("commission-a", "suspend", "centre", about: verdict);
        Assert.Equal("Refused: TERMS", r.Last.ToString());
        byte[] suspend = r.Propose("commission-a", "suspend", "hospital", about: byVerdict ? verdict : null);
        r.Approve(suspend, "commission-a", "commission-b", "auditor-a");
        r.Wait(Parameter.Appeal.Default + offset);
        Assert.True(r.State.Find(Records.Member, "hospital")!.Flag("suspended"));
        byte[] standard = r.Propose("commission-a", "standard", code: "HL7v2");
        Row providers = r.State.Find(Records.Proposal, standard)!.List<Row>("rosters").Single(x => x.Code("class") == "provider");
        Assert.Equal((roster, roster), (providers.Codes("subjects").Count, (int)providers.Whole("needed")));
    }

    /// <summary>Attack 17: a class whose keys are lost is a dead end: three quarters of the others and two auditors name a
    /// successor, unless one of the class objects.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Attack_17_a_silent_class_is_recovered_unless_it_objects(bool objects)
    {
        var r = new Region();
        Recover(r);
        Assert.Equal("Refused: TERMS", r.Last.ToString());
        r.Wait((60 * Durations.Day) - 1);
        Recover(r);
        Assert.Equal("Refused: TERMS", r.Last.ToString());
        r.Wait(1);
        byte[] proposal = Recover(r);
        Assert.Equal("Accepted", r.Last.ToString());
        r.Approve(proposal, "commission-a", "commission-b", "hospital", "centre", "institute", "maker", "insurer", "operator");
        r.Approve(proposal, "auditor-a");
        Assert.Equal("open", r.State.Find(Records.Proposal, proposal)!.Code("status"));
        r.Approve(proposal, "auditor-b");
        Assert.Equal("approved", r.State.Find(Records.Proposal, proposal)!.Code("status"));
        Assert.Equal("Refused: ROLE", r.Do("objected", "hospital", Bodies.ProposalApproved.Row(proposal)).ToString());
        if (objects)
        {
            Assert.Equal("Accepted", r.Do("objected", "patients", Bodies.ProposalApproved.Row(proposal)).ToString());
        }

        r.Wait(30 * Durations.Day);
        Assert.Equal(!objects, r.State.Members.Contains("league"));
        Assert.Equal(objects, r.State.Find(Records.Member, "patients")!.Codes("roles").Contains("representative"));
    }

    /// <summary>Attack 16: a rule set is named by its manifest, adopted after audit, and nobody adopts what an auditor
    /// failed.</summary>
    [Fact]
    public void Attack_16_a_rule_set_needs_an_audit()
    {
        var r = new Region();
        byte[] manifest = Region.Digest("next rules");
        r.Propose("commission-a", "ruleset", number: 2, about: manifest);
        Assert.Equal("Refused: NOT_AUDITED", r.Last.ToString());
        Assert.Equal("Refused: ROLE", Sign(r, "hospital", manifest, true));
        Sign(r, "auditor-a", manifest, true);
        Sign(r, "auditor-b", manifest, false);
        r.Propose("commission-a", "ruleset", number: 2, about: manifest);
        Assert.Equal("Refused: NOT_AUDITED", r.Last.ToString());
        Sign(r, "auditor-b", manifest, true);
        byte[] proposal = r.Propose("commission-a", "ruleset", number: 2, about: manifest);
        Assert.Equal("Accepted", r.Last.ToString());
        Assert.Equal("Refused: PROPOSER", r.Do("withdrawn", "operator", Bodies.ProposalApproved.Row(proposal)).ToString());
        Assert.Equal("Accepted", r.Do("withdrawn", "commission-a", Bodies.ProposalApproved.Row(proposal)).ToString());
        r.Approve(proposal, "commission-b");
        Assert.Equal("Refused: UNKNOWN_PROPOSAL", r.Last.ToString());
    }

    /// <summary>Attack 18: a key was declared compromised from before the vote that hurt. Votes of 30 days are taken back and
    /// the proposal is open again; what is in effect stays; earlier only governance says it.</summary>
    [Fact]
    public void Attack_18_a_disputed_vote_reopens_a_proposal_and_undoes_nothing()
    {
        var r = new Region();
        byte[] early = r.Propose("commission-a", "param", code: Parameter.OpenReports.Name, number: 1);
        r.Approve(early, "commission-a", "commission-b", "hospital", "centre", "patients");
        r.Wait(20 * Durations.Day);
        byte[] late = r.Propose("commission-a", "param", code: Parameter.OpenReports.Name, number: 9);
        r.Approve(late, "commission-a", "commission-b", "hospital", "centre", "patients");
        Row body = Bodies.KeyCompromised.Row(Region.Key("hospital"), r.Time - (31 * Durations.Day));
        Assert.Equal("Refused: TOO_EARLY", r.Do("compromised", "hospital", body).ToString());
        r.Do("compromised", "hospital", Bodies.KeyCompromised.Row(Region.Key("hospital"), r.Time - (29 * Durations.Day)));
        Assert.Equal("disputed", r.State.Find(Records.Proposal, early)!.Code("status"));
        Assert.Equal("open", r.State.Find(Records.Proposal, late)!.Code("status"));
        r.Wait(20 * Durations.Day);
        Assert.Equal(1, r.State.Find(Records.Param, Parameter.OpenReports.Name)!.Whole("value"));
        r.Wait(80 * Durations.Day);
        Assert.Equal("expired", r.State.Find(Records.Proposal, late)!.Code("status"));
    }

    /// <summary>A charter change by too few: two thirds of each class, and not one approval less.</summary>
    [Theory]
    [InlineData("commission-a commission-b hospital patients", "open")]
    [InlineData("commission-a commission-b hospital centre", "open")]
    [InlineData("commission-a hospital centre patients", "open")]
    [InlineData("commission-a commission-b hospital centre patients", "approved")]
    public void A_charter_changes_by_every_threshold_or_not_at_all(string who, string status)
    {
        var r = new Region();
        byte[] proposal = r.Propose("commission-a", "param", code: Parameter.LongestTerm.Name, number: Durations.Day);
        r.Approve(proposal, who.Split(' '));
        Assert.Equal(status, r.State.Find(Records.Proposal, proposal)!.Code("status"));
    }

    /// <summary>Attack 29: several keys a member, a number for each; a new key signs along, ends with the certificate, and
    /// renewal is possible for 30 days after an end.</summary>
    [Fact]
    public void Attack_29_keys_rotate_each_with_its_own_number()
    {
        var r = new Region();
        Row body = Bodies.KeyAdded.Row(Region.Key("hospital 2"), new[] { "serve" }, r.Time + (10 * Durations.Day));
        Assert.Equal("Refused: COUNTERSIGNATURE", r.Do("key added", "hospital", body).ToString());
        Assert.Equal("Accepted", r.Do("key added", "hospital", body, "hospital 2").ToString());
        Assert.Equal("Refused: KEY_TWICE", r.Do("key added", "hospital", body, "hospital 2").ToString());
        Assert.Equal("Accepted", r.Register("hospital 2", "scan").ToString());
        Assert.Equal("Accepted", r.Register("hospital", "other scan").ToString());
        Row beyond = Bodies.KeyAdded.Row(Region.Key("hospital 3"), new[] { "serve" }, r.Time + (4000 * Durations.Day));
        Assert.Equal("Refused: TERM", r.Do("key added", "hospital", beyond, "hospital 3").ToString());
        r.Wait(10 * Durations.Day);
        Assert.Equal("Refused: KEY_EXPIRED", r.Register("hospital 2", "late scan").ToString());
    }

    /// <summary>Section 10: governance ends a certificate earlier (its revocation is an entry), and no key of the member is in
    /// force for longer; renewed, they are again.</summary>
    [Fact]
    public void Attack_19_keys_end_with_a_certificate_that_ends_earlier()
    {
        var r = new Region();
        byte[] end = r.Propose("commission-a", "renew", "hospital", until: r.Time + (20 * Durations.Day));
        r.Approve(end, "commission-a", "commission-b");
        r.Wait((20 * Durations.Day) - 1);
        Assert.Equal("Accepted", r.Register("hospital", "scan").ToString());
        r.Wait(1);
        Assert.Equal("Refused: KEY_EXPIRED", r.Register("hospital", "late scan").ToString());
        byte[] renew = r.Propose("commission-a", "renew", "hospital", until: r.Time + (100 * Durations.Day));
        r.Approve(renew, "commission-a", "commission-b");
        r.Wait(14 * Durations.Day);
        Assert.Equal("Accepted", r.Register("hospital", "new scan").ToString());
    }

    /// <summary>Attack 19: a certificate that expired on Sunday convicted its member. After its end a key signs restricting
    /// entries for 30 days, and one registered number is one member, whatever its case.</summary>
    [Fact]
    public void Attack_19_expiry_and_two_names_of_one_organisation()
    {
        var r = new Region();
        long until = r.Time + (20 * Durations.Day);
        byte[] proposal = r.Propose(
            "commission-a",
            "admit",
            "lab",
            "user",
            "research",
            1,
            null,
            Region.Key("lab"),
            ["attest", "govern", "request"],
            until
        );
        r.Approve(proposal, "commission-a", "hospital");
        r.Wait(14 * Durations.Day);
        r.Propose("commission-a", "admit", "LAB", "user", "research", 1, null, Region.Key("LAB"), ["attest"], until);
        Assert.Equal("Refused: TERMS", r.Last.ToString());
        r.Consent("ann");
        byte[] agreement = r.Agree("lab", ["hospital"]);
        byte[] request = r.Ask("lab", agreement, ["ann"]);
        r.Serve("hospital", request);
        r.Take("lab", request);
        r.Revoke("ann");
        byte[] recall = RecallRules.Id(agreement, r.Time);
        r.Wait(10 * Durations.Day);
        Row attested = Bodies.ErasureAttested.Row(recall, Array.Empty<string>());
        Assert.Equal("Refused: KEY_EXPIRED", r.Do("report", "lab", Bodies.ReportMade.Row("maker", "TAKEN", recall)).ToString());
        Act act = r.Act("erasure attested", "lab", attested);
        Assert.Equal("Accepted", r.State.Check(act, until + (30 * Durations.Day) - 1 - (16 * Durations.Day)).ToString());
        Assert.Equal("Refused: KEY_EXPIRED", r.State.Check(act, until + (30 * Durations.Day)).ToString());
    }

    private static string Sign(Region r, string auditor, byte[] manifest, bool passed) =>
        r.Do("audit signed", auditor, Bodies.AuditSigned.Row(manifest, Region.Digest("report"), passed)).ToString();

    private static byte[] Admit(Region r, string subject) =>
        r.Propose(
            "commission-a",
            "admit",
            subject,
            "provider",
            "hospital",
            1,
            null,
            Region.Key(subject),
            ["serve"],
            r.Time + (1000 * Durations.Day)
        );

    /// <summary>Proposes the league as the successor of the patients' lost representative.</summary>
    internal static byte[] Recover(Region r) =>
        r.Propose(
            "commission-a",
            "recover",
            "league",
            "representative",
            "association",
            1,
            null,
            Region.Key("league"),
            ["govern"],
            r.Time + (1000 * Durations.Day)
        );
}
