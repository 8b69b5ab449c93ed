using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Duties, penalties and bounds that somebody would escape by order, repetition, number or by whose key it is.</summary>
public sealed class EscapeTests
{
    // the first breaches filled a member's record, and none after them cost it anything
    [Fact]
    public void Very_many_breaches_make_nobody_immune()
    {
        var r = new Region();
        Change c = new(r.State.Map, r.State.Due, [.. r.State.Members], r.Time);
        IEnumerable<Row> minor = Enumerable
            .Range(0, Records.MaxBreaches)
            .Select(i => Records.MemberBreach.Row(r.Time, 6, "NO_RECEIPT", Region.Digest($"{i}")));
        c.Put("maker", c.Find(Records.Member, "maker")!.With("breaches", minor));
        BreachRules.Record(c, "maker", "TAKEN", Severity.Grave, null, Region.Digest("grave"));
        Row member = c.Find(Records.Member, "maker")!;
        Assert.Equal(Records.MaxBreaches, member.List<Row>("breaches").Count);
        Assert.Equal(0, MemberRules.CreditOf(member, r.Time));

        // after a year the minor ones count no more, of the grave one 28 of 40 points, and 8 that the membership is young
        Assert.Equal(64, MemberRules.CreditOf(member, r.Time + (366 * Durations.Day)));
    }

    // whoever had stolen a key gave 256 further votes, and the one that it was stolen for could not be taken back
    [Fact]
    public void No_number_of_votes_pushes_out_one_that_is_not_decided()
    {
        var r = new Region();
        byte[] bad = Raise(r, 7);
        r.Approve(bad, "commission-a", "commission-b", "hospital", "centre", "patients");
        for (int i = 1; i < Records.MaxVotes; i++)
        {
            r.Approve(Raise(r, 8), "hospital");
            Assert.Equal("Accepted", r.Last.ToString());
        }

        byte[] next = Raise(r, 8);
        r.Approve(next, "hospital");
        Assert.Equal("Refused: NO_VOTE", r.Last.ToString());
        r.Do("compromised", "hospital", Bodies.KeyCompromised.Row(Region.Key("hospital"), r.Time));
        Assert.Equal("open", r.State.Find(Records.Proposal, bad)!.Code("status"));
    }

    // the others were enough: nobody could approve it once more, and a key that was given up stopped what it could not refuse
    [Fact]
    public void A_vote_that_was_not_needed_reopens_nothing()
    {
        var r = new Region();
        byte[] proposal = r.Propose("commission-a", "witness", key: Region.Key("w1"));
        r.Approve(proposal, "commission-a", "commission-b");
        Assert.Equal(2, r.State.Find(Records.Proposal, proposal)!.List<Row>("rosters").Single().Whole("needed"));
        byte[] admission = r.Propose(
            "commission-a",
            "recognise",
            code: "x",
            number: 1,
            about: new byte[32],
            key: Region.Key("k")
        );
        r.Approve(admission, "hospital", "centre", "commission-a", "commission-b");
        Assert.Equal("approved", r.State.Find(Records.Proposal, admission)!.Code("status"));
        r.Do("compromised", "centre", Bodies.KeyCompromised.Row(Region.Key("centre"), r.Time));
        Assert.Equal("approved", r.State.Find(Records.Proposal, admission)!.Code("status"));
        r.Do("compromised", "commission-b", Bodies.KeyCompromised.Row(Region.Key("commission-b"), r.Time));
        Assert.Equal("open", r.State.Find(Records.Proposal, admission)!.Code("status"));
        Assert.Equal("open", r.State.Find(Records.Proposal, proposal)!.Code("status"));
    }

    // a member had 32 keys in all its life: whoever rotates them had no next one
    [Fact]
    public void A_key_that_was_revoked_or_has_ended_leaves_its_place()
    {
        var r = new Region();
        for (int i = 1; i < KeyRules.MaxKeys; i++)
        {
            Assert.Equal("Accepted", Add($"maker {i}", i < 3 ? 1 : 100));
        }

        Assert.Equal("Refused: KEYS", Add("next", 100));
        r.Do("compromised", "maker", Bodies.KeyCompromised.Row(Region.Key("maker 9"), r.Time));
        Assert.Equal("Accepted", Add("next", 100));
        Assert.Equal("Refused: KEYS", Add("after next", 100));
        r.Sleep(Durations.Day);
        Assert.Equal("Accepted", Add("after next", 100));

        string Add(string key, int days)
        {
            Row body = Bodies.KeyAdded.Row(Region.Key(key), new[] { "serve" }, r.Time + (days * Durations.Day));
            return r.Do("key added", "maker", body, key).ToString();
        }
    }

    // a member was admitted by the key of a patient, who signed for that member from then on and could not revoke
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nobody_is_admitted_by_the_key_of_a_patient(bool isGrantedBefore)
    {
        var r = new Region();
        if (isGrantedBefore)
        {
            r.Consent("ann");
        }

        byte[] key = Region.Key("ann");
        long until = r.Time + Durations.Day * 100;
        byte[] proposal = r.Propose("commission-a", "admit", "clinic", "user", "company", 1, null, key, ["serve"], until);
        Assert.Equal(isGrantedBefore ? "Refused: TERMS" : "Accepted", r.Last.ToString());
        r.Approve(proposal, "commission-a", "hospital");
        if (!isGrantedBefore)
        {
            r.Consent("ann");
        }

        r.Wait(14 * Durations.Day);
        Assert.Null(r.State.Find(Records.Member, "clinic"));
        Assert.Equal("Accepted", r.Revoke("ann").ToString());
    }

    // section 10: from then on only restrictions count; whoever found the seed named a guardian, reported and signed along
    [Fact]
    public void A_replaced_handle_restricts_and_nothing_more()
    {
        var r = new Region();
        r.Consent("ann");
        Row replaced = Bodies.HandlesReplaced.Row((object)new[] { Region.Key("ann") });
        Assert.Equal("Accepted", r.Do("handles replaced", "hospital", replaced, "registry").ToString());
        Row guardian = Bodies.GuardianNamed.Row(Region.Key("ann"), Region.Key("thief"), r.Time + Durations.Day);
        Assert.Equal("Refused: REPLACED", r.Do("guardian named", "ann", guardian).ToString());
        Row report = Bodies.ReportMade.Row("hospital", "LEAK", new byte[32]);
        Assert.Equal("Refused: REPLACED", r.Do("patient reported", "ann", report).ToString());
        Assert.Equal("Refused: COUNTERSIGNATURE", r.Register("hospital", "allergy", "statement", "ann").ToString());
        Assert.Equal("Accepted", r.Do("guardian named", "centre", guardian, "registry").ToString());
        Assert.Equal("Accepted", r.Revoke("ann").ToString());
    }

    // a provider corrected a value by itself, and a finding ordered nothing more: nobody who had it was told
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whoever_has_a_wrong_value_is_told_also_if_it_was_corrected_before(bool isCorrected)
    {
        var r = new Region();
        r.Consent("ann");
        r.Sleep(1);
        r.Register("hospital", "pressure", consents: "ann");
        byte[] asset = Region.Digest("pressure"),
            request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        r.Serve("hospital", request);
        r.Take("institute", request);
        Row same = Bodies.AssetCorrected.Row(asset, asset);
        Assert.Equal("Refused: UNCHANGED", r.Do("asset corrected", "hospital", same).ToString());
        if (isCorrected)
        {
            r.Do("asset corrected", "hospital", same.With("corrected", Region.Digest("right")));
        }

        r.Convict("institute", "hospital", Verdicts.Quality, asset, Severity.Minor);
        r.Convict("centre", "hospital", Verdicts.Quality, asset, Severity.Minor);
        Assert.Equal(asset, r.All(Records.Recall).Single().List<byte[]>("replace").Single());
        r.Wait(8 * Durations.Day);
        Assert.Equal(isCorrected ? [] : ["hospital CORRECTION_LATE"], r.Breaches);
    }

    // a friend accused somebody else of a wrong value, and its provider sat among the judges
    [Fact]
    public void A_provider_does_not_judge_its_own_value()
    {
        var r = new Region();
        r.Admit("hospital", "auditor", "auditor", ["govern"], "hospital as an auditor");
        r.Register("hospital", "pressure");
        r.Do("report", "institute", Bodies.ReportMade.Row("maker", Verdicts.Quality, Region.Digest("pressure")));
        byte[] verdict = r.Propose("commission-a", "verdict", number: 3, about: r.LastId);
        r.Approve(verdict, "hospital");
        Assert.Equal("Refused: NO_VOTE", r.Last.ToString());
    }

    // the first to publish a result, with whatever digest, kept its author from naming the request that it comes from
    [Fact]
    public void A_result_is_published_for_each_request_that_it_comes_from()
    {
        var r = new Region();
        r.Consent("ann");
        r.Consent("bea", "user/company");
        byte[] own = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]),
            other = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]),
            stranger = r.Ask("maker", r.Agree("maker", ["hospital"]), ["bea"]);
        Assert.Equal("Accepted", Publish("maker", stranger));
        Assert.Equal("Accepted", Publish("institute", own));
        Assert.Equal("Accepted", Publish("institute", other));
        Assert.Equal("Refused: DUPLICATE", Publish("institute", own));

        string Publish(string who, byte[] request)
        {
            Row body = Bodies.ResultPublished.Row(Region.Digest("paper"), "paper", request, Array.Empty<byte[]>(), new byte[32]);
            return r.Do("result published", who, body).ToString();
        }
    }

    // each of very many debts rewrote the list of all, and every payment went through them
    [Fact]
    public void Debts_are_paid_from_the_oldest_and_cost_the_same_however_many_they_are()
    {
        var r = new Region();
        byte[][] agreements =
        [
            .. Enumerable.Range(0, 40).Select(_ => r.Agree("maker", ["hospital"], ppm: 1_000_000, days: 30, deposit: 0)),
        ];
        r.Sleep(31 * Durations.Day);
        foreach (byte[] agreement in agreements)
        {
            Assert.Equal("Accepted", r.Report("maker", agreement, 0, 100).ToString());
        }

        r.Wait(100 * Durations.Day);
        Row last = r.State.Find(Records.Agreement, agreements[^1])!;
        Assert.True(last.Whole("booked") > last.Whole("paid"));
        byte[][] owed =
        [
            .. Enumerable.Range(0, 40).Select(i => r.State.Find(Records.Debt, Debts.Id("maker", i))!.Bytes("agreement")),
        ];
        Pay(1);
        Assert.InRange(r.Steps[^1].Changed.Count, 1, 20);
        Pay(199);
        Assert.Equal((100, 100, 0), (Paid(owed[0]), Paid(owed[1]), Paid(owed[2])));
        Assert.InRange(r.Steps[^1].Changed.Max(c => c.Value?.Length ?? 0), 1, 1000);
        Pay(38 * 100);
        Assert.All(agreements, a => Assert.Equal(100, Paid(a)));
        Assert.Empty(r.All(Records.Debt));
        Assert.Equal(0, (long)r.MoneyMissing());

        void Pay(long amount) => r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", amount));

        long Paid(byte[] agreement) => r.State.Find(Records.Agreement, agreement)!.Whole("paid");
    }

    // what was taken in the millisecond in which a period begins was in no fee, if the agreement ended in it as well
    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void No_millisecond_is_outside_of_all_periods(int offset)
    {
        var r = new Region();
        r.Consent("ann", "user/company");
        byte[] model = r.Agree("maker", ["hospital"], deposit: 0);
        Row terms = r.State.Find(Records.Agreement, model)!.Inner("terms").With("perThousand", 1_000_000);
        r.Do("agreement made", "maker", Bodies.AgreementMade.Row(new[] { "hospital" }, "maker", terms), "hospital");
        byte[] agreement = r.LastId;
        r.Sleep(80 * Durations.Day);
        byte[] request = r.Ask("maker", agreement, ["ann"]);
        r.Sleep((10 * Durations.Day) + offset);
        r.Serve("hospital", request);
        r.Take("maker", request);
        r.Do("agreement ended", "maker", Bodies.AgreementEnded.Row(agreement));
        r.Wait(300 * Durations.Day);
        Assert.Equal(1_000, r.State.Find(Records.Agreement, agreement)!.Whole("booked"));
    }

    // a sanction of the next millisecond was a serious breach of whomever an authority chose
    [Theory]
    [InlineData(-1, "Refused: TERM")]
    [InlineData(0, "Accepted")]
    public void A_sanction_leaves_the_time_of_an_entry(int offset, string outcome)
    {
        var r = new Region();
        Row body = Bodies.SanctionOrdered.Row("maker", "LEAK", 5, r.Time + Parameter.EntryLife.Default + offset);
        Assert.Equal(outcome, r.Do("sanction", "commission-a", body).ToString());
    }

    private static byte[] Raise(Region r, long number) =>
        r.Propose("commission-a", "param", code: Parameter.OpenReports.Name, number: number);
}
