using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Rules at their edges: parameters that change under what is pending, members that are suspended, numbers that pass
/// their bounds, words on both sides of an end.</summary>
public sealed class BoundaryTests
{
    /// <summary>Section 9, nothing reaches back: governance changed the time of appeals while a breach waited; the appeal did not
    /// stop its end, which was looked for at another time.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(40)]
    public void An_appeal_holds_when_the_time_of_appeals_changes_under_it(int days)
    {
        var r = new Region();
        byte[] proposal = Change(r, Parameter.Appeal, days * Durations.Day);
        r.Sleep((14 * Durations.Day) - Durations.Hour);
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] breach = r.Convict("hospital", "institute", "ONWARD", agreement, Severity.Serious);
        r.Wait(Durations.Hour);
        Assert.Equal("effective", r.State.Find(Records.Proposal, proposal)!.Code("status"));
        Assert.Equal("Accepted", r.Do("appeal", "institute", Bodies.AppealMade.Row(breach)).ToString());
        r.Wait(60 * Durations.Day);
        Assert.Equal(BreachRules.Provisional, r.State.Find(Records.Breach, breach)!.Code("status"));
        r.Approve(r.Propose("commission-b", "annul", about: breach), "commission-b", "auditor-b");
        Assert.Equal(100_000, r.State.Find(Records.Agreement, agreement)!.Whole("locked"));
        r.Wait(60 * Durations.Day);
        Assert.Equal(BreachRules.Void, r.State.Find(Records.Breach, breach)!.Code("status"));
    }

    /// <summary>A member with two keys appealed twice, and so for ever: each appeal held the money for 90 days more.</summary>
    [Fact]
    public void A_breach_is_appealed_once_by_whatever_key()
    {
        var r = new Region();
        r.Do(
            "key added",
            "institute",
            Bodies.KeyAdded.Row(Region.Key("second key"), new[] { "govern" }, r.Time + (90 * Durations.Day)),
            "second key"
        );
        byte[] breach = r.Convict("hospital", "institute", "ONWARD", r.Agree("institute", ["hospital"]), Severity.Serious);
        Assert.Equal("Accepted", r.Do("appeal", "institute", Bodies.AppealMade.Row(breach)).ToString());
        Assert.Equal("Refused: DUPLICATE", r.Do("appeal", "second key", Bodies.AppealMade.Row(breach)).ToString());
        r.Wait(90 * Durations.Day);
        Assert.Equal(BreachRules.Final, r.State.Find(Records.Breach, breach)!.Code("status"));
    }

    /// <summary>The same with the life of proposals: one that was in effect, or withdrawn, became expired.</summary>
    [Fact]
    public void What_is_decided_does_not_expire_when_the_life_of_proposals_changes()
    {
        var r = new Region();
        Change(r, Parameter.ProposalLife, 30 * Durations.Day);
        byte[] withdrawn = r.Propose("commission-a", "standard", code: "DICOM");
        byte[] approved = r.Propose("commission-a", "standard", code: "HL7v2");
        r.Wait(14 * Durations.Day);
        r.Do("withdrawn", "commission-a", Bodies.ProposalApproved.Row(withdrawn));
        r.Approve(approved, "commission-a", "commission-b", "hospital", "centre", "patients");
        r.Wait(100 * Durations.Day);
        Assert.Equal("withdrawn", r.State.Find(Records.Proposal, withdrawn)!.Code("status"));
        Assert.Equal("effective", r.State.Find(Records.Proposal, approved)!.Code("status"));
    }

    /// <summary>A parameter of 2⁶³ − 1 made every sum of times overflow: what was due in 292 million years was due at
    /// once.</summary>
    [Fact]
    public void Parameters_have_bounds()
    {
        var r = new Region();
        (Parameter, long)[] wrong =
        [
            (Parameter.ReviewDue, long.MaxValue),
            (Parameter.EntryLife, 0),
            (Parameter.ProposalLife, 0),
            (Parameter.ProposalLife, 91 * Durations.Day),
            (Parameter.Delay, 367 * Durations.Day),
            (Parameter.RosterAge, 367 * Durations.Day),
            (Parameter.LongestTerm, 0),
            (Parameter.OpenReports, 0),
            (Parameter.DailyCut, Fees.Million + 1),
            (Parameter.PatientsPart, (Fees.Million / 2) + 1),
        ];
        foreach ((Parameter parameter, long value) in wrong)
        {
            r.Propose("commission-a", "param", code: parameter.Name, number: value);
            Assert.Equal("Refused: TERMS", r.Last.ToString());
            Assert.Equal("Refused: PARTS", new Region((parameter, value)).Last.ToString());
        }

        Assert.All(Parameter.All, p => Assert.True(Parameter.Allows(p.Name, p.Default), p.Name));
    }

    /// <summary>Two fines of an agreement with the largest deposit passed what a number holds, and no leaf could be applied any
    /// more.</summary>
    [Fact]
    public void Fines_that_pass_the_largest_number_stop_nothing()
    {
        var r = new Region();
        byte[] small = r.Agree("institute", ["hospital"], deposit: 0);
        Row terms = r
            .State.Find(Records.Agreement, small)!
            .Inner("terms")
            .With("deposit", long.MaxValue)
            .With("penalty", Fees.Million);
        r.Do("agreement made", "institute", Bodies.AgreementMade.Row(new[] { "hospital" }, "institute", terms), "hospital");
        byte[] agreement = r.LastId;
        r.Convict("hospital", "institute", "ONE", agreement, Severity.Minor);
        r.Convict("hospital", "institute", "TWO", agreement, Severity.Minor);
        r.Wait(15 * Durations.Day);
        Assert.Equal(long.MaxValue, r.State.Find(Records.Fine, "institute")!.Whole("amount"));
        Assert.Equal(0, (long)r.MoneyMissing());
    }

    /// <summary>A member that is suspended signed along as if it were not, and named guardians, whose kind of entry looked at no
    /// standing at all.</summary>
    [Fact]
    public void Who_is_suspended_signs_nothing_along_and_names_no_guardian()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] proposal = r.Propose("commission-a", "suspend", "hospital");
        r.Approve(proposal, "commission-a", "commission-b", "auditor-a");
        r.Wait(14 * Durations.Day);
        Assert.True(r.State.Find(Records.Member, "hospital")!.Flag("suspended"));
        Assert.Equal("Refused: COUNTERSIGNATURE", r.Consent("bea").ToString());
        r.Agree("institute", ["hospital"], deposit: 0);
        Assert.Equal("Refused: COUNTERSIGNATURE", r.Last.ToString());
        Row guardian = Bodies.GuardianNamed.Row(Region.Key("ann"), Region.Key("gus"), r.Time + Durations.Day);
        Assert.Contains("SUSPENDED", r.Do("guardian named", "hospital", guardian, "registry").Codes);
        Assert.Equal("Accepted", r.Do("guardian named", "ann", guardian).ToString());
    }

    /// <summary>A patient revoked between the server's word and the taker's: the receipt of what had been delivered with her
    /// permission was a grave breach, and silence a minor one. A delivery is judged at the first word about it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_delivery_is_judged_at_the_first_word_about_it(bool serverFirst)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        Func<Outcome>[] words = [() => r.Serve("hospital", request), () => r.Take("institute", request)];
        words[serverFirst ? 0 : 1]();
        r.Sleep(Durations.Hour);
        r.Revoke("ann");
        Assert.Equal("Accepted", words[serverFirst ? 1 : 0]().ToString());
        Assert.Empty(r.Breaches);
        Assert.Single(r.All(Records.Recall));

        // what is delivered after it is not permitted
        Assert.Equal("Breach: SERVED", r.Serve("hospital", request, root: "later").ToString());
        Assert.Equal("Breach: TAKEN", r.Take("institute", request, root: "later").ToString());
    }

    /// <summary>A user ended the agreement between the server's word and its own: nothing had been taken yet that could be
    /// recalled, and no recall came later.</summary>
    [Fact]
    public void What_is_taken_when_its_agreement_has_ended_is_recalled()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] request = r.Ask("institute", agreement, ["ann"]);
        r.Serve("hospital", request);
        Assert.Equal("Accepted", r.Do("agreement ended", "institute", Bodies.AgreementEnded.Row(agreement)).ToString());
        Assert.Empty(r.All(Records.Recall));
        Assert.Equal("Accepted", r.Take("institute", request).ToString());
        Assert.Empty(r.Breaches);
        Assert.Single(r.All(Records.Recall));
        r.Wait(31 * Durations.Day);
        Assert.Equal(["institute RECALL_LATE"], r.Breaches);
    }

    /// <summary>Section 9: prohibitions apply from their effect on. What had been permitted before was served on for the whole
    /// term of the request; and a recipient that was suspended took on.</summary>
    [Theory]
    [InlineData(true, "PROHIBITED_PURPOSE")]
    [InlineData(false, "TAKEN")]
    public void A_permission_ends_with_a_prohibition_or_a_suspension(bool prohibited, string rule)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        r.Serve("hospital", request, root: "before");
        Assert.Equal("Accepted", r.Take("institute", request, root: "before").ToString());
        if (prohibited)
        {
            r.Adopt(TableRules.Prohibitions, PatientRows.Row("HRESCH", ["research"]));
        }
        else
        {
            r.Approve(r.Propose("commission-a", "suspend", "institute"), "commission-a", "commission-b", "auditor-a");
            r.Wait(14 * Durations.Day);
        }

        Assert.Equal(prohibited ? rule : "SUSPENDED", r.State.Hindrance(r.State.Find(Records.Request, request)!, "hospital"));
        Assert.Equal("Breach: SERVED", r.Serve("hospital", request).ToString());
        Assert.Equal("Breach: " + rule, r.Take("institute", request).ToString());
    }

    /// <summary>Attack 9: handles that no registrar backs were counted where an agreement is for treatment, and a handle that its
    /// patient had denied in a spot check claimed its share.</summary>
    [Fact]
    public void Attack_9_handles_that_nobody_backs_weigh_nothing_and_claim_nothing()
    {
        var r = new Region((Parameter.CheckedPart, 1));
        Row grant = PatientRows.Grant(r).With("recipient", "maker").With("purposes", new[] { "TREAT" });
        r.Do("consent granted", "invented", grant, "hospital");
        r.Do("consent granted", "ann", grant, "hospital", "registry");
        byte[] agreement = r.Agree("maker", ["hospital"], "TREAT", ppm: 10_000);
        byte[] request = r.Ask("maker", agreement, ["ann", "invented"], "TREAT");
        r.Serve("hospital", request);
        r.Take("maker", request);
        Assert.Equal([1_000_000], r.All(Records.Weight).Select(w => w.Whole("value")));
        r.Do(
            "consents checked",
            "registry",
            Bodies.ConsentsChecked.Row(agreement, 1, new byte[32], Array.Empty<byte[]>(), new[] { Region.Key("ann") })
        );
        Assert.Equal("Accepted", r.Last.ToString());
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", 10_000));
        r.Sleep(90 * Durations.Day);
        r.Report("maker", agreement, 0, 1_000_000);
        r.Wait(30 * Durations.Day);
        foreach (string handle in (string[])["ann", "invented"])
        {
            Assert.Equal("Refused: NOT_USED", r.Do("share claimed", handle, Bodies.ShareClaimed.Row(agreement, 0)).ToString());
        }
    }

    /// <summary>A request that would use a consent under too many agreements is denied; whoever takes its data all the same
    /// confessed it with an entry on which the rules failed, and the log stopped.</summary>
    [Fact]
    public void A_consent_that_is_used_under_too_many_agreements_stops_no_log()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] handle = Region.Key("ann"),
            request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        Row asked = r.State.Find(Records.Request, request)!;
        byte[][] most = [.. Enumerable.Range(0, Records.MaxTaken).Select(i => Region.Digest($"agreement {i}"))];
        Change c = new(r.State.Map, r.State.Due, [.. r.State.Members], r.Time);
        c.Put(handle, c.Find(Records.Consent, handle)!.With("taken", most));
        RecallRules.Taken(c, [handle], asked);
        Assert.Equal(most.Length, c.Find(Records.Consent, handle)!.List<byte[]>("taken").Count);
    }

    /// <summary>Two proposals that each fitted when they were made did not fit together: a representative got another post, one
    /// registered number became two members, and an older rule set took the place of a newer one.</summary>
    [Fact]
    public void What_takes_effect_second_has_to_fit_what_took_effect_first()
    {
        var r = new Region();
        byte[][] proposals =
        [
            Admit("clinic", "provider", "first"),
            Admit("clinic", "representative", "second"),
            Admit("CLINIC", "user", "third"),
            Admit("bank", "treasury", "first"),
        ];
        foreach (byte[] proposal in proposals)
        {
            r.Approve(proposal, "commission-a", "hospital");
            r.Sleep(1);
        }

        byte[][] sets = [RuleSet(3), RuleSet(2)];
        r.Wait(31 * Durations.Day);
        Assert.Equal(["effective", "capped", "capped", "capped"], proposals.Select(Status));
        Assert.Equal(["effective", "capped"], sets.Select(Status));
        Assert.Equal(3, r.State.RuleSet);
        Assert.Equal(["provider"], r.State.Find(Records.Member, "clinic")!.Codes("roles"));

        byte[] Admit(string subject, string role, string key) =>
            r.Propose(
                "commission-a",
                "admit",
                subject,
                role,
                "clinic",
                1,
                null,
                Region.Key(key),
                ["serve"],
                r.Time + (100 * Durations.Day)
            );

        byte[] RuleSet(long number)
        {
            byte[] manifest = Region.Digest($"rules {number}");
            r.Do("audit signed", "auditor-a", Bodies.AuditSigned.Row(manifest, Region.Digest("report"), true));
            byte[] id = r.Propose("commission-a", "ruleset", number: number, about: manifest);
            r.Approve(id, "commission-a", "commission-b", "auditor-a", "auditor-b", "patients");
            r.Sleep(1);
            return id;
        }

        string Status(byte[] proposal) => r.State.Find(Records.Proposal, proposal)!.Code("status");
    }

    private static byte[] Change(Region r, Parameter parameter, long value)
    {
        byte[] proposal = r.Propose("commission-a", "param", code: parameter.Name, number: value);
        r.Approve(proposal, "commission-a", "commission-b", "hospital", "centre", "patients");
        return proposal;
    }
}
