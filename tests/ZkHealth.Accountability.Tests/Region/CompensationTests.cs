using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>What the patients' fund pays, and what a fine ends.</summary>
public sealed class CompensationTests
{
    /// <summary>What members forfeit, what floors leave and what nobody claims went into the patients' fund, and no rule gave any
    /// of it to a patient.</summary>
    [Theory]
    [InlineData(10_000, "effective", 10_000, 0)]
    [InlineData(10_001, "capped", 0, 10_000)]
    public void Governance_pays_patients_out_of_their_fund(long amount, string status, long paid, long left)
    {
        Region r = Fined(out byte[] agreement);
        Assert.Equal(10_000, r.Fund(Funds.Patients));
        byte[] proposal = Compensate(r, amount, agreement, "ann");
        r.Approve(proposal, "commission-b", "patients");
        Assert.Equal(0, r.Balance("ann"));
        r.Wait(14 * Durations.Day);
        Assert.Equal(status, r.State.Find(Records.Proposal, proposal)!.Code("status"));
        Assert.Equal((paid, left, 0), (r.Balance("ann"), r.Fund(Funds.Patients), (long)r.MoneyMissing()));
    }

    /// <summary>One class alone pays nothing, and nobody is paid who is no patient, or whose key was replaced.</summary>
    [Fact]
    public void Only_a_patient_is_compensated_and_not_by_one_class()
    {
        Region r = Fined(out byte[] agreement);
        foreach ((long amount, string who) in (ReadOnlySpan<(long, string)>)[(0, "ann"), (1, "maker"), (1, "nobody")])
        {
            Compensate(r, amount, agreement, who);
            Assert.Equal("Refused: TERMS", r.Last.ToString());
        }

        byte[] alone = Compensate(r, 1, agreement, "ann"),
            replaced = Compensate(r, 2, agreement, "ann");
        r.Approve(alone, "commission-a", "commission-b");
        r.Approve(replaced, "commission-a", "patients");
        r.Do("handles replaced", "hospital", Bodies.HandlesReplaced.Row((object)new[] { Region.Key("ann") }), "registry");
        r.Wait(20 * Durations.Day);
        Assert.Equal(
            ("open", "capped"),
            (r.State.Find(Records.Proposal, alone)!.Code("status"), r.State.Find(Records.Proposal, replaced)!.Code("status"))
        );
        Assert.Equal((0, 10_000), (r.Balance("ann"), r.Fund(Funds.Patients)));
    }

    /// <summary>Section 7: a cut beyond the deposit is a debt, and a debtor has no access. What was permitted before the debt was
    /// used on; now it waits until the fine is paid. A fee that is owed ends nothing that was permitted.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_fine_that_is_owed_ends_what_was_permitted(bool isFined)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] open = r.Agree("institute", ["hospital"], ppm: 10_000),
            empty = r.Agree("institute", ["centre"], deposit: 0);
        Row terms = r.State.Find(Records.Agreement, empty)!.Inner("terms").With("deposit", 100_000);
        r.Do("agreement made", "institute", Bodies.AgreementMade.Row(new[] { "centre" }, "institute", terms), "centre");
        byte[] unpaid = r.LastId;
        if (isFined)
        {
            r.Convict("hospital", "institute", "ONWARD", unpaid, Severity.Minor);
            r.Wait(Parameter.Appeal.Default);
            Assert.True(r.All(Records.Fine).Single().Whole("amount") > 0);
        }
        else
        {
            r.Sleep(90 * Durations.Day);
            r.Report("institute", open, 0, 1_000_000);
        }

        byte[] early = r.Ask("institute", open, ["ann"]);
        Assert.Equal(isFined ? "Denied: DEBT" : "Permitted", r.Last.ToString());
        if (isFined)
        {
            return;
        }

        r.Wait(30 * Durations.Day - 1);
        Assert.Equal("Accepted", r.Serve("hospital", early, root: "before").ToString());
        r.Wait(1);
        r.Ask("institute", open, ["ann"]);
        Assert.Equal("Denied: DEBT", r.Last.ToString());
        Assert.Equal("Accepted", r.Take("institute", early, root: "before").ToString());
    }

    /// <summary>The permission is older than the fine, and holds again when that is paid.</summary>
    [Fact]
    public void What_was_permitted_before_a_fine_waits_until_it_is_paid()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] open = r.Agree("institute", ["hospital"]),
            other = r.Agree("institute", ["centre"]);
        Row terms = r.State.Find(Records.Agreement, other)!.Inner("terms");
        r.Do("agreement made", "institute", Bodies.AgreementMade.Row(new[] { "centre" }, "institute", terms), "centre");
        r.Convict("hospital", "institute", "ONWARD", r.LastId, Severity.Minor);
        byte[] request = r.Ask("institute", open, ["ann"]);
        Assert.Equal("Permitted", r.Last.ToString());
        r.Wait(Parameter.Appeal.Default + Parameter.ReceiptDue.Default);
        Assert.Equal("Breach: SERVED", r.Serve("hospital", request, root: "owing").ToString());
        Assert.Equal("Breach: TAKEN", r.Take("institute", request, root: "owing").ToString());
        long owed = r.All(Records.Fine).Sum(f => f.Whole("amount"));
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("institute", owed));
        Assert.Equal(0, (long)r.MoneyMissing());
        Assert.DoesNotContain("hospital NOT_LOGGED", r.Breaches);
    }

    private static Region Fined(out byte[] agreement)
    {
        var r = new Region();
        r.Consent("ann");
        agreement = r.Agree("institute", ["hospital"]);
        r.Convict("hospital", "institute", "ONWARD", agreement, Severity.Minor);
        r.Wait(Parameter.Appeal.Default);
        return r;
    }

    private static byte[] Compensate(Region r, long amount, byte[] about, string who) =>
        r.Propose("commission-a", "compensation", number: amount, about: about, key: Region.Key(who));
}
