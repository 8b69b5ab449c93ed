using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Values that users report: the duty of each period, figures that were too high, and by whose weights what is paid late
/// is split. One per cent of the value is the fee; 2 % of that are the operator's, 10 % the patients', the rest the
/// providers'.</summary>
public sealed partial class ValueTests
{
    /// <summary>A small figure before the period's end discharged the duty, and what was sold after it was never reported: a
    /// period is reported when it is over.</summary>
    [Theory]
    [InlineData(-1, "Refused: PERIOD", "maker VALUE_NOT_REPORTED")]
    [InlineData(0, "Accepted", "")]
    public void A_value_is_reported_when_its_period_is_over(int offset, string outcome, string breaches)
    {
        var r = new Region();
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000);
        r.Sleep((90 * Durations.Day) + offset);
        Assert.Equal(outcome, r.Report("maker", agreement, 0, 5_000).ToString());
        r.Wait((30 * Durations.Day) - offset);
        Assert.Equal(breaches, string.Join(", ", r.Breaches));
        Assert.Equal(outcome == "Accepted" ? 50 : 0, r.State.Find(Records.Agreement, agreement)!.Whole("booked"));
    }

    /// <summary>The last period ends with the agreement and its tail: nobody waits for a day after it.</summary>
    [Fact]
    public void The_duty_of_an_agreement_that_has_ended_is_done_at_its_end()
    {
        var r = new Region();
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000);
        r.Sleep(10 * Durations.Day);
        r.Do("agreement ended", "maker", Bodies.AgreementEnded.Row(agreement));
        Report(r, agreement, 0, 5_000);
        r.Wait(120 * Durations.Day);
        Assert.Empty(r.Breaches);
        Assert.Equal(50, r.State.Find(Records.Agreement, agreement)!.Whole("booked"));
    }

    /// <summary>A user who paid late had the fee of one period split by the weights of the next: together with a provider that
    /// served only then it took the share of whom the fee was for.</summary>
    [Fact]
    public void A_debt_is_split_by_the_weights_of_its_own_period()
    {
        Region r = TwoProviders(out byte[] agreement);
        Use(r, agreement, "ann", "hospital");
        r.Sleep(85 * Durations.Day);
        byte[] old = r.Ask("maker", agreement, ["dan"]);
        r.Sleep(5 * Durations.Day);
        Report(r, agreement, 0, 1_000_000);
        r.Sleep(20 * Durations.Day);
        Deliver(r, old, "centre");
        r.Sleep(70 * Durations.Day);
        Report(r, agreement, 1, 1_000_000);
        r.Wait(31 * Durations.Day);
        Pay(r, 10_000);
        Assert.Equal((8_800, 0), (r.Balance("hospital"), r.Balance("centre")));
        Assert.Equal(0, (long)r.MoneyMissing());
    }

    /// <summary>A late report was booked to whatever period was the last one to close, so that a user, by silence or by the hour
    /// of its report, chose by whose weights a value was split. A report says of which period it is, and periods are reported in
    /// their order.</summary>
    [Theory]
    [InlineData(91, false)]
    [InlineData(130, true)]
    [InlineData(186, true)]
    public void A_value_is_split_by_the_weights_of_the_period_that_it_names(int day, bool isSilent)
    {
        Region r = TwoProviders(out byte[] agreement);
        Use(r, agreement, "ann", "hospital");
        Pay(r, 20_000);
        r.Sleep(91 * Durations.Day);
        if (day == 91)
        {
            Report(r, agreement, 0, 400_000);
        }

        r.Sleep(10 * Durations.Day);
        Use(r, agreement, "dan", "centre");
        if (day > 91)
        {
            r.Sleep((day - 101) * Durations.Day);
            Assert.Equal("Refused: PERIOD", r.Report("maker", agreement, 1, 1_000_000).ToString());
            Report(r, agreement, 0, 400_000);
        }

        r.Sleep((187 - (day > 91 ? day : 101)) * Durations.Day);
        Report(r, agreement, 1, 1_000_000);
        Assert.Equal("Refused: PERIOD", r.Report("maker", agreement, 0, 2_000_000).ToString());
        Row more = Bodies.ValueReported.Row(agreement, 1, 2_000_000);
        Assert.Equal("Refused: NOT_SILENT", r.Do("use value estimated", "auditor-a", more, "hospital").ToString());
        r.Wait(24 * Durations.Day);

        // 0.88 of 1 % of 400,000, and of the 600,000 that came after it
        Assert.Equal((3_520, 5_280, 0), (r.Balance("hospital"), r.Balance("centre"), (long)r.MoneyMissing()));
        Assert.Equal(isSilent, r.Breaches.Contains("maker VALUE_NOT_REPORTED"));
    }

    /// <summary>Several silent periods are told one after the other, late, each by its own weights; an auditor estimates those of
    /// a user that stays silent.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Silent_periods_are_told_in_their_order(bool byAuditor)
    {
        Region r = TwoProviders(out byte[] agreement);
        Use(r, agreement, "ann", "hospital");
        r.Sleep(91 * Durations.Day);
        Use(r, agreement, "dan", "centre");
        Pay(r, 20_000);
        r.Wait(120 * Durations.Day);
        Assert.Equal("Refused: " + (byAuditor ? "NOT_SILENT" : "PERIOD"), Tell(1, 1_000_000));
        Assert.Equal("Accepted", Tell(0, 400_000));
        r.Wait(byAuditor ? Parameter.Appeal.Default : 0);
        Assert.Equal("Accepted", Tell(1, 1_000_000));
        Assert.Equal((3_520, 5_280, 0), (r.Balance("hospital"), r.Balance("centre"), (long)r.MoneyMissing()));
        Assert.Equal("Refused: " + (byAuditor ? "NOT_SILENT" : "PERIOD"), Tell(2, 1_000_000));

        string Tell(long period, long value)
        {
            Row body = Bodies.ValueReported.Row(agreement, period, value);
            return byAuditor
                ? r.Do("use value estimated", "auditor-a", body, "hospital").ToString()
                : r.Do("use value reported", "maker", body).ToString();
        }
    }

    /// <summary>Until a period closed, 30 days after its end, uses counted in it: a provider that served nothing in it had most
    /// of its fee.</summary>
    [Fact]
    public void Uses_weigh_in_the_period_in_which_they_are()
    {
        Region r = TwoProviders(out byte[] agreement);
        Use(r, agreement, "ann", "hospital");
        Pay(r, 30_000);
        r.Sleep(90 * Durations.Day);
        Report(r, agreement, 0, 1_000_000);
        r.Sleep(10 * Durations.Day);
        Use(r, agreement, "dan", "centre");
        r.Wait(20 * Durations.Day);
        Assert.Equal((8_800, 0), (r.Balance("hospital"), r.Balance("centre")));
        r.Sleep(60 * Durations.Day);
        Report(r, agreement, 1, 3_000_000);
        r.Wait(30 * Durations.Day);
        Assert.Equal((8_800, 17_600), (r.Balance("hospital"), r.Balance("centre")));
        Assert.Equal("Refused: NOT_USED", Claim(r, "ann", agreement, 1));
        Assert.Equal("Accepted", Claim(r, "dan", agreement, 1));
        Assert.Equal((2_000, 0), (r.Balance("dan"), (long)r.MoneyMissing()));
    }

    /// <summary>What the floors of the last period left over, or all where no provider weighs, stayed where nobody has it: it
    /// goes to the patients' fund when the shares lapse and the period is paid. By hand: of 10,000 the operator has 200, the
    /// patients
    /// 1,000.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void What_the_last_period_leaves_over_is_the_patients(bool isReported, bool isPaid)
    {
        var r = new Region();
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000, days: 30, deposit: 0);
        r.Sleep(31 * Durations.Day);
        if (isReported)
        {
            Report(r, agreement, 0, 1_000_000);
        }

        Pay(r, isPaid ? 10_000 : 9_000);
        r.Wait(120 * Durations.Day);
        Assert.Equal(isReported ? (isPaid ? 8_800 : 7_920) : 0, r.Fund(Funds.Dust));
        r.Wait(4 * 366 * Durations.Day);
        if (!isReported)
        {
            Report(r, agreement, 0, 1_000_000);
        }

        if (!isPaid)
        {
            Assert.Equal(7_920, r.Fund(Funds.Dust));
            Pay(r, 1_000);
        }

        Assert.Equal("Refused: LAPSED", r.Report("maker", agreement, 0, 2_000_000).ToString());
        Assert.Equal((0, 9_800, 0), (r.Fund(Funds.Dust), r.Fund(Funds.Patients), (long)r.MoneyMissing()));
    }

    /// <summary>Section 7: later reports of a period are split by its weights. One that came after the last period had closed was
    /// accepted, and booked nowhere.</summary>
    [Fact]
    public void A_value_that_is_reported_after_the_last_period_is_its()
    {
        Region r = TwoProviders(out byte[] agreement);
        Use(r, agreement, "ann", "hospital");
        r.Do("agreement ended", "maker", Bodies.AgreementEnded.Row(agreement));
        Report(r, agreement, 0, 1_000_000);
        Pay(r, 30_000);
        r.Wait(130 * Durations.Day);
        Assert.Equal(8_800, r.Balance("hospital"));
        Report(r, agreement, 0, 3_000_000);
        Assert.Equal((26_400, 0), (r.Balance("hospital"), (long)r.MoneyMissing()));
    }

    /// <summary>A patient who claimed before a late payment lost her part of it.</summary>
    [Fact]
    public void What_a_late_payment_adds_is_claimed_again()
    {
        Region r = TwoProviders(out byte[] agreement);
        Use(r, agreement, "ann", "hospital");
        r.Sleep(90 * Durations.Day);
        Report(r, agreement, 0, 1_000_000);
        r.Wait(30 * Durations.Day);
        Assert.Equal("Refused: NOT_PAID_YET", Claim(r, "ann", agreement, 0));
        Pay(r, 5_000);
        Assert.Equal("Accepted", Claim(r, "ann", agreement, 0));
        Assert.Equal("Refused: NOT_PAID_YET", Claim(r, "ann", agreement, 0));
        Pay(r, 5_000);
        Assert.Equal("Accepted", Claim(r, "ann", agreement, 0));
        Assert.Equal("Refused: DUPLICATE", Claim(r, "ann", agreement, 0));
        Assert.Equal((1_000, 0), (r.Balance("ann"), (long)r.MoneyMissing()));
    }

    /// <summary>A figure with two zeros too many could not be taken back: a cumulative value never falls.</summary>
    [Fact]
    public void A_figure_that_was_too_high_is_corrected_by_all_whom_it_concerns()
    {
        Region r = TwoProviders(out byte[] agreement);
        Use(r, agreement, "ann", "hospital");
        r.Sleep(90 * Durations.Day);
        Report(r, agreement, 0, 100_000_000);
        Assert.Equal("Refused: COUNTERSIGNATURE", Correct("maker", 1_000_000, "hospital", "centre"));
        Assert.Equal("Refused: COUNTERSIGNATURE", Correct("maker", 1_000_000, "hospital", "auditor-a"));
        Assert.Equal("Refused: NOT_LOWER", Correct("maker", 100_000_000, "hospital", "centre", "auditor-a"));
        Assert.Equal("Refused: UNKNOWN_AGREEMENT", Correct("insurer", 1_000_000, "hospital", "centre", "auditor-a"));
        Row other = Bodies.ValueReported.Row(agreement, 1, 1_000_000);
        Outcome refused = r.Do("use value corrected", "maker", other, "hospital", "centre", "auditor-a");
        Assert.Equal("Refused: PERIOD", refused.ToString());
        Assert.Equal("Accepted", Correct("maker", 1_000_000, "hospital", "centre", "auditor-a"));
        r.Wait(30 * Durations.Day);
        Assert.Equal(10_000, r.State.Find(Records.Agreement, agreement)!.Whole("booked"));

        string Correct(string who, long value, params string[] along) =>
            r.Do("use value corrected", who, Bodies.ValueReported.Row(agreement, 0, value), along).ToString();
    }

    /// <summary>After the period has closed: what is owed falls, what was paid stays with those who share it and is set off
    /// against later fees, also against one that is booked late.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_paid_by_a_wrong_figure_is_set_off(bool inTime)
    {
        Region r = TwoProviders(out byte[] agreement);
        Use(r, agreement, "ann", "hospital");
        Pay(r, 200_000);
        r.Sleep(90 * Durations.Day);
        Report(r, agreement, 0, 100_000_000);
        r.Wait(30 * Durations.Day);
        Assert.Equal((0, 176_000), (r.Balance("maker"), r.Balance("hospital")));
        r.Ask("maker", agreement, ["ann"]);
        Assert.Equal("Denied: DEBT", r.Last.ToString());
        Row right = Bodies.ValueReported.Row(agreement, 0, 1_000_000);
        r.Do("use value corrected", "maker", right, "hospital", "centre", "auditor-b");
        Use(r, agreement, "ann", "hospital");
        Assert.Equal((0, 176_000, 0), (r.Balance("maker"), r.Balance("hospital"), (long)r.MoneyMissing()));
        Pay(r, 150_000);
        r.Sleep(60 * Durations.Day);
        if (inTime)
        {
            Report(r, agreement, 1, 30_000_000);
        }

        r.Wait(30 * Durations.Day);
        Report(r, agreement, 1, 30_000_000);

        // 1 % of 30,000,000 is 300,000, of which 200,000 were paid
        Assert.Equal((50_000, 264_000), (r.Balance("maker"), r.Balance("hospital")));
        Assert.Equal(0, (long)r.MoneyMissing());
    }

    /// <summary>Several periods are over before the first of them closes: each keeps its own figure, also when the last one is
    /// corrected.</summary>
    [Theory]
    [InlineData(false, 1_000, 2_000)]
    [InlineData(true, 1_000, 500)]
    public void Periods_that_are_over_before_the_first_closes_keep_their_figures(bool isCorrected, long first, long second)
    {
        var r = new Region();
        byte[] model = r.Agree("maker", ["hospital"], ppm: 10_000, days: 40);
        Row terms = r.State.Find(Records.Agreement, model)!.Inner("terms").With("period", 10 * Durations.Day);
        r.Do("agreement made", "maker", Bodies.AgreementMade.Row(new[] { "hospital" }, "maker", terms), "hospital");
        byte[] agreement = r.LastId;
        r.Sleep(20 * Durations.Day);
        Report(r, agreement, 0, 100_000);
        Report(r, agreement, 1, 300_000);
        if (isCorrected)
        {
            Row right = Bodies.ValueReported.Row(agreement, 1, 150_000);
            Assert.Equal("Accepted", r.Do("use value corrected", "maker", right, "hospital", "auditor-a").ToString());
        }

        r.Wait(31 * Durations.Day);
        Assert.Equal((first, second), (Booked(0), Booked(1)));

        long Booked(long period) => r.State.Find(Records.Pool, FeeRules.PeriodId(agreement, period))!.Whole("booked");
    }

    private static Region TwoProviders(out byte[] agreement, long deposit = 100_000)
    {
        var r = new Region();
        r.Consent("ann", "user/company");
        r.Consent("dan", "user/company", provider: "centre");
        agreement = r.Agree("maker", ["centre", "hospital"], ppm: 10_000, deposit: deposit);
        return r;
    }

    private static void Use(Region r, byte[] agreement, string patient, string provider) =>
        Deliver(r, r.Ask("maker", agreement, [patient]), provider);

    private static void Deliver(Region r, byte[] request, string provider)
    {
        Assert.Equal("Accepted", r.Serve(provider, request).ToString());
        Assert.Equal("Accepted", r.Take("maker", request, provider).ToString());
    }

    private static void Report(Region r, byte[] agreement, long period, long value) =>
        Assert.Equal("Accepted", r.Report("maker", agreement, period, value).ToString());

    private static void Pay(Region r, long amount) =>
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", amount));

    private static string Claim(Region r, string patient, byte[] agreement, long period) =>
        r.Do("share claimed", patient, Bodies.ShareClaimed.Row(agreement, period)).ToString();
}
