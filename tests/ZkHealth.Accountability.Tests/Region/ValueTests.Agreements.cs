using Xunit;
using ZkHealth.Accountability.Reports;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Agreements that begin early, end early, or last long.</summary>
public sealed partial class ValueTests
{
    /// <summary>An agreement that ended before it began had spans of days below zero, which its tail's fee was set off
    /// against.</summary>
    [Fact]
    public void An_agreement_that_ends_before_it_begins_has_no_fee_below_zero()
    {
        var r = new Region();
        byte[] model = r.Agree("maker", ["hospital"], ppm: 10_000);
        Row terms = r
            .State.Find(Records.Agreement, model)!
            .Inner("terms")
            .With("from", r.Time + (60 * Durations.Day))
            .With("flat", 100)
            .With("flatDays", 30)
            .With("tail", 400 * Durations.Day);
        r.Do("agreement made", "maker", Bodies.AgreementMade.Row(new[] { "hospital" }, "maker", terms), "hospital");
        byte[] agreement = r.LastId;
        r.Do("agreement ended", "maker", Bodies.AgreementEnded.Row(agreement));
        r.Sleep(150 * Durations.Day);
        Report(r, agreement, 0, 1_000_000);
        r.Wait(30 * Durations.Day);
        Assert.Equal(10_000, r.State.Find(Records.Agreement, agreement)!.Whole("booked"));
    }

    /// <summary>Periods that were over when the agreement was made convicted its user before it could report, one of days three
    /// hundred times: what was made in them is reported in the first that is not over.</summary>
    [Theory]
    [InlineData(100, 30)]
    [InlineData(90, 30)]
    [InlineData(365, 1)]
    [InlineData(89, 90)]
    public void An_agreement_that_began_before_it_was_made_convicts_nobody(int back, int days)
    {
        var r = new Region();
        byte[] model = r.Agree("maker", ["hospital"], ppm: 10_000);
        Row terms = r
            .State.Find(Records.Agreement, model)!
            .Inner("terms")
            .With("from", r.Time - (back * Durations.Day))
            .With("period", days * Durations.Day)
            .With("flat", 100)
            .With("flatDays", 10);
        r.Do("agreement made", "maker", Bodies.AgreementMade.Row(new[] { "hospital" }, "maker", terms), "hospital");
        byte[] agreement = r.LastId;
        long first = back / days,
            left = ((first + 1) * days) - back;
        r.Sleep(left * Durations.Day);
        Assert.Equal(first, r.State.Find(Records.Agreement, agreement)!.Whole("period"));
        Report(r, agreement, first, 5_000);
        r.Wait(30 * Durations.Day);
        Assert.Empty(r.Breaches);

        // the flat fee is that of all spans since the agreement began
        Row pool = r.State.Find(Records.Pool, FeeRules.PeriodId(agreement, first))!;
        Assert.Equal(50 + (100 * ((back + left + 30) / 10)), pool.Whole("booked"));
    }

    /// <summary>Section 7: the rest goes to the patients' fund; of a user that stays silent it waited as dust for ever. When the
    /// value is told after all, what is paid then is split anew, so that no fund falls below zero. By hand: of a flat fee of
    /// 1,001 the operator has 20, the patients 100, the providers 2 and 3 of 5 parts of 881; of 100 later 2, 10, and of
    /// 88.</summary>
    [Fact]
    public void What_a_silent_user_leaves_over_is_the_patients()
    {
        string[] providers = ["centre", "hospital"];
        Region r = TwoProviders(out byte[] model, deposit: 0);
        Row terms = r
            .State.Find(Records.Agreement, model)!
            .Inner("terms")
            .With("until", r.Time + (100 * Durations.Day))
            .With("period", 100 * Durations.Day)
            .With("ppm", 1_000)
            .With("flat", 1_001)
            .With("flatDays", 100);
        r.Do("agreement made", "maker", Bodies.AgreementMade.Row(providers, "maker", terms), providers);
        byte[] agreement = r.LastId;
        Use(r, agreement, "ann", "hospital");
        Use(r, agreement, "dan", "centre");
        r.Wait(131 * Durations.Day);
        Pay(r, 10_000);
        Assert.Equal((352, 528, 1, 0), (r.Balance("hospital"), r.Balance("centre"), r.Fund(Funds.Dust), r.Fund(Funds.Patients)));
        r.Wait(Parameter.ShareLife.Default);
        Assert.Equal((0, 101, 0), (r.Fund(Funds.Dust), r.Fund(Funds.Patients), (long)r.MoneyMissing()));
        Report(r, agreement, 0, 100_000);
        Assert.Equal((387, 580, 22), (r.Balance("hospital"), r.Balance("centre"), r.Balance("operator")));
        Assert.Equal((0, 112, 0), (r.Fund(Funds.Dust), r.Fund(Funds.Patients), (long)r.MoneyMissing()));
    }

    /// <summary>One that began long ago closed all its periods at once, thousands of them; what it asks for them is bounded
    /// still.</summary>
    [Fact]
    public void An_agreement_begins_at_most_a_year_before_it_is_made()
    {
        var r = new Region();
        byte[] model = r.Agree("maker", ["hospital"]);
        Row terms = r.State.Find(Records.Agreement, model)!.Inner("terms");
        foreach ((long back, string outcome) in (ReadOnlySpan<(long, string)>)[(366, "Accepted"), (367, "Refused: TERM")])
        {
            Row body = Bodies.AgreementMade.Row(
                new[] { "hospital" },
                "maker",
                terms.With("from", r.Time - (back * Durations.Day))
            );
            Assert.Equal(outcome, r.Do("agreement made", "maker", body, "hospital").ToString());
        }
    }

    /// <summary>Periods of a day over a tail of twenty years: each fee, payment and correction went through thousands of
    /// them.</summary>
    [Fact]
    public void An_agreement_has_at_most_a_thousand_periods()
    {
        var r = new Region();
        byte[] model = r.Agree("maker", ["hospital"]);
        Row terms = r.State.Find(Records.Agreement, model)!.Inner("terms").With("period", Durations.Day);
        foreach ((long tail, string outcome) in (ReadOnlySpan<(long, string)>)[(635, "Accepted"), (636, "Refused: PERIOD")])
        {
            Row body = Bodies.AgreementMade.Row(new[] { "hospital" }, "maker", terms.With("tail", tail * Durations.Day));
            Assert.Equal(outcome, r.Do("agreement made", "maker", body, "hospital").ToString());
        }
    }

    /// <summary>The report counted the deposit that goes back to a user who is a provider too as a fee.</summary>
    [Fact]
    public void A_deposit_that_goes_back_to_a_provider_is_no_fee()
    {
        var r = new Region();
        r.Admit("hospital", "user", "hospital", ["request"], "hospital as a user");
        byte[] agreement = r.Agree("hospital", ["centre"], days: 20);
        r.Wait(120 * Durations.Day);
        Assert.True(r.State.Find(Records.Escrow, agreement)!.Flag("released"));
        Assert.Equal(100_000, r.Balance("hospital"));
        Assert.Equal(0, PeriodReport.Of(r.Steps, Region.Start, r.Time + 1).Fees["hospital"]);
    }
}
