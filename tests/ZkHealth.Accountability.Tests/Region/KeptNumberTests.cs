using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Sections 7, 9 and 10: numbers of the charter, and that a change of them reaches nothing that is done.</summary>
public sealed class KeptNumberTests
{
    // the letter has the charter say for how long a deposit stays; it was a number of the program
    [Theory]
    [InlineData(10)]
    [InlineData(200)]
    public void A_deposit_stays_for_the_time_that_its_agreement_keeps(int days)
    {
        var r = new Region((Parameter.DepositWait, days * Durations.Day), (Parameter.Delay, 0));
        byte[] agreement = r.Agree("institute", ["hospital"]);
        Change(r, Parameter.DepositWait, Durations.Day);
        r.Do("agreement ended", "institute", Bodies.AgreementEnded.Row(agreement));
        r.Wait((days * Durations.Day) - 1);
        Assert.Equal((0, 100_000), (r.Balance("institute"), r.State.Find(Records.Agreement, agreement)!.Whole("locked")));
        r.Wait(1);
        Assert.Equal((100_000, 0), (r.Balance("institute"), (long)r.MoneyMissing()));
    }

    [Theory]
    [InlineData(0, "Accepted")]
    [InlineData(1, "Refused: TOO_EARLY")]
    public void A_key_is_said_to_be_stolen_as_far_back_as_the_charter_says(long more, string outcome)
    {
        var r = new Region((Parameter.CompromiseBack, 5 * Durations.Day));
        Row body = Bodies.KeyCompromised.Row(Region.Key("hospital"), r.Time - (5 * Durations.Day) - more);
        Assert.Equal(outcome, r.Do("compromised", "hospital", body).ToString());
    }

    // a change of the time of appeals closed the days in which a user may replace an estimate, after the estimate
    [Fact]
    public void The_days_to_replace_an_estimate_are_those_of_its_leaf()
    {
        var r = new Region((Parameter.Delay, 0));
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000);
        r.Wait(120 * Durations.Day);
        Row estimate = Bodies.ValueReported.Row(agreement, 0, 1_000_000);
        Assert.Equal("Accepted", r.Do("use value estimated", "auditor-a", estimate, "hospital").ToString());
        Change(r, Parameter.Appeal, Durations.Day);
        r.Wait(10 * Durations.Day);
        Assert.Equal("Accepted", r.Report("maker", agreement, 0, 400).ToString());
        Assert.Equal(4, r.State.Find(Records.Agreement, agreement)!.Whole("booked"));
    }

    // so it was with the hours for which an earlier permission outlasts a fine
    [Theory]
    [InlineData(2, "Accepted")]
    [InlineData(24, "Breach: SERVED")]
    public void A_fine_ends_permissions_after_the_time_that_their_agreement_keeps(int hours, string outcome)
    {
        var r = new Region((Parameter.Delay, 0));
        r.Consent("ann");
        byte[] empty = r.Agree("institute", ["hospital"], deposit: 0),
            request = r.Ask("institute", empty, ["ann"]);
        Row terms = r.State.Find(Records.Agreement, empty)!.Inner("terms").With("deposit", 100_000);
        r.Do("agreement made", "institute", Bodies.AgreementMade.Row(new[] { "hospital" }, "institute", terms), "hospital");
        r.Convict("hospital", "institute", "ONWARD", r.LastId, Severity.Minor);
        Change(r, Parameter.ReceiptDue, Durations.Hour);
        r.Wait(14 * Durations.Day);
        Assert.Equal(10_000, r.State.Find(Records.Fine, "institute")!.Whole("amount"));
        r.Sleep(hours * Durations.Hour);
        Assert.Equal(outcome, r.Serve("hospital", request).ToString());
    }

    private static void Change(Region r, Parameter parameter, long value)
    {
        byte[] proposal = r.Propose("commission-a", "param", code: parameter.Name, number: value);
        r.Approve(proposal, "commission-a", "commission-b", "hospital", "centre", "patients");
        r.Wait(0);
        Assert.Equal(value, r.State.Find(Records.Param, parameter.Name)!.Whole("value"));
    }
}
