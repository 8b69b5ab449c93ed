using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Breaches, verdicts, appeals, reports, credit and debts.</summary>
public sealed class PenaltyTests
{
    /// <summary>Section 8: at most 20 % of a deposit a day by what is a breach without a verdict; judges are not bound by
    /// it.</summary>
    [Fact]
    public void A_verdict_is_not_bound_by_the_daily_part()
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"]);
        foreach (string rule in (string[])["ONE", "TWO", "THREE"])
        {
            r.Convict("centre", "institute", rule, agreement, Severity.Grave);
        }

        Assert.Equal(70_000, r.State.Find(Records.Agreement, agreement)!.Whole("locked"));
        Assert.Equal(0, (long)r.MoneyMissing());
    }

    /// <summary>Attacks 12 and 17: an appeal is decided by others than the verdict; what was held and lost comes
    /// back.</summary>
    [Fact]
    public void An_appeal_is_decided_by_others_and_gives_everything_back()
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] breach = r.Convict("hospital", "institute", "REIDENTIFICATION", agreement, Severity.Grave);
        Assert.Equal((40, 90_000), (r.Credit("institute"), r.State.Find(Records.Agreement, agreement)!.Whole("locked")));
        Assert.Equal("Accepted", r.Do("appeal", "institute", Bodies.AppealMade.Row(breach)).ToString());
        byte[] annul = r.Propose("commission-b", "annul", about: breach);
        r.Approve(annul, "auditor-a");
        Assert.Equal("Refused: NO_VOTE", r.Last.ToString());
        r.Wait(20 * Durations.Day);
        r.Approve(annul, "commission-b", "auditor-b");
        Assert.Equal((80, 100_000), (r.Credit("institute"), r.State.Find(Records.Agreement, agreement)!.Whole("locked")));
        Assert.Empty(r.Breaches);
    }

    /// <summary>An agreement was thawed by the first annulment, while another breach stood.</summary>
    [Fact]
    public void An_agreement_stays_frozen_until_the_last_of_its_breaches_is_annulled()
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] first = r.Convict("hospital", "institute", "REIDENTIFICATION", agreement, Severity.Grave),
            second = r.Convict("hospital", "institute", "ONWARD", agreement, Severity.Serious);
        foreach (byte[] breach in (byte[][])[first, second])
        {
            Assert.True(r.State.Find(Records.Agreement, agreement)!.Flag("frozen"));
            r.Do("appeal", "institute", Bodies.AppealMade.Row(breach));
            r.Approve(r.Propose("commission-b", "annul", about: breach), "commission-b", "auditor-b");
        }

        Assert.False(r.State.Find(Records.Agreement, agreement)!.Flag("frozen"));
    }

    /// <summary>Attack 11: gone before the verdict: what a deposit cannot give is owed, and a debtor has no access.</summary>
    [Fact]
    public void Attack_11_a_penalty_beyond_the_deposit_is_a_debt()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] empty = r.Agree("institute", ["hospital"], deposit: 0);
        Row terms = r.State.Find(Records.Agreement, empty)!.Inner("terms").With("deposit", 100_000);
        r.Do("agreement made", "institute", Bodies.AgreementMade.Row(new[] { "hospital" }, "institute", terms), "hospital");
        byte[] agreement = r.LastId;
        r.Convict("hospital", "institute", "ONWARD", agreement, Severity.Minor);
        r.Wait(14 * Durations.Day);
        byte[] other = r.Agree("institute", ["centre"], days: 99);
        r.Ask("institute", other, ["ann"]);
        Assert.Equal("Denied: DEBT", r.Last.ToString());
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("institute", 10_000));
        Assert.Equal((0, 10_000), (r.Balance("institute"), r.Fund(Funds.Patients)));
        r.Ask("institute", other, ["ann"]);
        Assert.Equal("Permitted", r.Last.ToString());
    }

    /// <summary>Attack 12: one wrong download is one breach, however often it is said, and two breaches of a day take at most a
    /// fifth of the deposit.</summary>
    [Fact]
    public void Attack_12_penalties_do_not_multiply()
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"]);
        foreach (string name in (string[])["ann", "bea", "cas"])
        {
            byte[] denied = r.Ask("institute", agreement, [name]);
            Assert.Equal("Breach: TAKEN", r.Take("institute", denied).ToString());
            Assert.Equal("Refused: DUPLICATE", r.Take("institute", denied).ToString());
        }

        Assert.Equal(3, r.Breaches.Count);
        Assert.Equal(80_000, r.All(Records.Agreement).Single().Whole("locked"));
    }

    /// <summary>Attack 26: reports and challenges cost nothing and stop a hospital. At most five are open, an abusive one costs
    /// 3 points, a challenge flags its asset and stops nothing; a patient has one open report.</summary>
    [Fact]
    public void Attack_26_reports_are_few_and_challenges_stop_nothing()
    {
        var r = new Region();
        r.Consent("ann");
        r.Register("hospital", "scan");
        Row challenge = Bodies.ReportMade.Row("hospital", "QUALITY", Region.Digest("scan"));
        Assert.Equal("Accepted", r.Do("patient reported", "ann", challenge).ToString());
        Assert.True(r.State.Find(Records.Asset, Region.Digest("scan"))!.Flag("challenged"));
        Assert.Equal("Refused: REPORTS_OPEN", r.Do("patient reported", "ann", challenge).ToString());
        Assert.Equal("Refused: HANDLE", r.Do("patient reported", "nobody", challenge).ToString());
        r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        Assert.Equal("Permitted", r.Last.ToString());
        byte[] abusive = [];
        for (int i = 0; i < 5; i++)
        {
            r.Do("report", "maker", Bodies.ReportMade.Row("hospital", "TAKEN", Region.Digest($"{i}")));
            abusive = r.LastId;
        }

        Row sixth = Bodies.ReportMade.Row("hospital", "TAKEN", Region.Digest("6"));
        Assert.Equal("Refused: REPORTS_OPEN", r.Do("report", "maker", sixth).ToString());
        byte[] dismissed = r.Propose("commission-a", "dismiss", number: 1, about: abusive);
        r.Approve(dismissed, "commission-a");
        Assert.Equal(77, r.Credit("maker"));
        Assert.Equal("Accepted", r.Do("report", "maker", sixth).ToString());
    }

    /// <summary>Attack 28: credit by dummy agreements, or by leaving and coming back as new.</summary>
    [Fact]
    public void Attack_28_credit_is_neither_bought_nor_mended()
    {
        var r = new Region();
        r.Convict("hospital", "institute", "REIDENTIFICATION", Region.Digest("x"), Severity.Grave);
        for (int i = 1; i <= 5; i++)
        {
            r.Agree("institute", ["centre"], days: i);
        }

        Assert.Equal(40, r.Credit("institute"));
        r.Admit("institute", "provider", "research", ["serve"], "institute again");
        Assert.Equal(40, r.Credit("institute"));
        Assert.Contains("provider", r.State.Find(Records.Member, "institute")!.Codes("roles"));
    }
}
