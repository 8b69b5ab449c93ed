using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Words by which a member, or a patient, would burden others: whoever was honest is in breach of nothing.</summary>
public sealed partial class BurdenTests
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

    // what a taker had no right to take any more it says itself: the server was in breach for not having logged it
    [Fact]
    public void A_word_about_what_was_not_permitted_makes_nobody_answer()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        r.Revoke("ann");
        Assert.Equal("Breach: TAKEN", r.Take("institute", request).ToString());
        r.Wait(2 * Durations.Day);
        Assert.Equal(["institute TAKEN"], r.Breaches);
    }

    // a restricting entry has no number: with another key that signs along it was another one each time
    [Theory]
    [InlineData("auditor-a", null)]
    [InlineData("auditor-a", "auditor-b")]
    [InlineData(null, "auditor-a")]
    public void A_restriction_is_said_once_whoever_signs_along(string? first, string? second)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        Assert.Equal("Accepted", r.Take("institute", request, auditor: first).ToString());
        Assert.Equal("Refused: DUPLICATE", r.Take("institute", request, auditor: second).ToString());
    }

    // a key that signs along where nobody is asked to, or that counts for nothing, was taken for one that has agreed
    [Theory]
    [InlineData("hospital")]
    [InlineData("auditor-a")]
    [InlineData("a stranger")]
    public void Nobody_signs_along_for_nothing(string along)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["centre"]);
        Row terms = r.State.Find(Records.Agreement, agreement)!.Inner("terms");
        (string Kind, string Signer, Row Body, string[] Along)[] entries =
        [
            ("consent revoked", "ann", Bodies.ConsentRevoked.Row(Region.Key("ann")), [along]),
            ("agreement made", "maker", Bodies.AgreementMade.Row(new[] { "centre" }, "maker", terms), ["centre", along]),
            ("guardian named", "ann", Bodies.GuardianNamed.Row(Region.Key("ann"), Region.Key("x"), r.Time + 1), [along]),
            ("money received", "treasury", Bodies.MoneyReceived.Row("maker", 1), [along]),
        ];
        foreach ((string kind, string signer, Row body, string[] cosigners) in entries)
        {
            Assert.Equal("Refused: COUNTERSIGNATURE", r.Do(kind, signer, body, cosigners).ToString());
            Assert.Equal("Accepted", r.Do(kind, signer, body, cosigners[..^1]).ToString());
        }
    }

    // for treatment there is no agreement that names who serves: anybody made anybody answer for what it made up
    [Theory]
    [InlineData("maternity", "")]
    [InlineData("hospital", "centre NO_RECEIPT|hospital NOT_LOGGED")]
    public void A_stranger_to_the_patient_makes_nobody_answer(string server, string breaches)
    {
        var r = new Region();
        r.Admit("maternity", "provider", "hospital", ["serve"]);
        r.Consent("ann", "centre", purpose: "TREAT", days: 100);
        byte[] request = r.Ask("centre", null, ["ann"], "TREAT");
        Assert.Equal("Accepted", r.Serve(server, request, root: "one").ToString());
        r.Wait(2 * Durations.Day);
        Assert.Equal("Accepted", r.Take("centre", r.Ask("centre", null, ["ann"], "TREAT"), server, root: "two").ToString());
        r.Wait(2 * Durations.Day);
        Assert.Equal(breaches, string.Join('|', r.Breaches));
    }

    // a provider makes keys of patients as it likes: they gave others duties, and used up the reports of its patients of a day
    [Fact]
    public void Patients_that_a_provider_made_up_burden_nobody()
    {
        var r = new Region((Parameter.PatientReports, 2));
        r.Consent("ann");
        foreach (string handle in (string[])["fake 1", "fake 2", "fake 3"])
        {
            Row granted = Bodies.Consent("centre", ["GENERAL"], ["TREAT"], ["age"], r.Time, r.Time + Durations.Day, new byte[32]);
            Assert.Equal("Accepted", r.Do("consent granted", handle, granted, "hospital").ToString());
        }

        r.Register("hospital", "own", consents: "fake 1");
        r.Register("centre", "other");
        Row both = Bodies.AssetsContradict.Row(Region.Digest("own"), Region.Digest("other"), "blood-group");
        Assert.Equal("Refused: HANDLE", r.Do("assets contradict", "fake 1", both).ToString());
        Row report = Bodies.ReportMade.Row("hospital", "LEAK", new byte[32]);
        Assert.Equal("Accepted", r.Do("patient reported", "fake 1", report).ToString());
        Assert.Equal("Accepted", r.Do("patient reported", "fake 2", report).ToString());
        Assert.Equal("Refused: REPORTS_DAILY", r.Do("patient reported", "fake 3", report).ToString());
        Assert.Equal("Accepted", r.Do("patient reported", "ann", report).ToString());
    }

    // a revocation in the millisecond of the server's word made the taker's, the day after, a grave breach
    [Theory]
    [InlineData("serve revoke take", "Accepted Accepted Accepted")]
    [InlineData("take revoke serve", "Accepted Accepted Accepted")]
    [InlineData("revoke serve take", "Accepted Breach: SERVED Breach: TAKEN")]
    [InlineData("revoke take serve", "Accepted Breach: TAKEN Breach: SERVED")]
    public void Of_equal_times_the_order_of_the_leaves_decides(string order, string outcomes)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        List<string> said = [];
        foreach (string word in order.Split(' '))
        {
            r.Sleep(said.Count == 2 ? Durations.Hour : 0);
            Outcome outcome = word switch
            {
                "serve" => r.Serve("hospital", request),
                "take" => r.Take("institute", request),
                _ => r.Revoke("ann"),
            };
            said.Add(outcome.ToString());
        }

        Assert.Equal(outcomes, string.Join(' ', said));
        Assert.Single(r.All(Records.Recall));
    }

    // a registrar that takes the data itself proved by its own word that its cohort had consented
    [Fact]
    public void No_party_proves_its_own_cohort()
    {
        var r = new Region();
        r.Admit("hospital", "registrar", "registry", ["attest"], "hospital as a registrar");
        byte[] agreement = r.Agree("institute", ["hospital"]);
        Row cohort = Bodies
            .Request(agreement, Region.Digest("person"), ["age"], r.Time + Durations.Day, [])
            .With("cohort", new[] { Region.Digest("cohort") })
            .With("count", 5000);
        Assert.Equal("Refused: COUNTERSIGNATURE", r.Do("access requested", "institute", cohort, "hospital").ToString());
        Assert.Equal("Permitted", r.Do("access requested", "institute", cohort, "registry").ToString());
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
