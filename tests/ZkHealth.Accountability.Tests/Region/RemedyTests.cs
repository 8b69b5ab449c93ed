using Xunit;
using ZkHealth.Accountability.Reports;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>What comes right again: wrong values reach whoever has them, what was void leaves nothing behind, what was late and
/// done is over.</summary>
public sealed class RemedyTests
{
    // a value that its provider had registered by a ground named no consent, and so nobody was told that it is wrong
    [Fact]
    public void Whoever_took_something_of_a_provider_hears_of_a_wrong_value_without_consents()
    {
        var r = new Region();
        r.Consent("ann");
        r.Consent("bea", "centre", purpose: "TREAT");
        r.Register("hospital", "record");
        byte[] taken = Taken(r, "institute", "ann"),
            nothing = r.Agree("institute", ["hospital"], days: 100),
            of = r.Agree("institute", ["centre"]);
        byte[] treated = r.Ask("centre", null, ["bea"], "TREAT");
        r.Serve("hospital", treated);
        r.Take("centre", treated);
        r.Convict("centre", "hospital", "QUALITY", Region.Digest("record"), Severity.Minor);
        Assert.Equal(["centre", "institute"], r.All(Records.Recall).Select(x => x.Code("user")).Order());
        Assert.NotNull(r.State.Find(Records.Recall, RecallRules.ReplacementId(taken, r.Time)));
        Assert.Null(r.State.Find(Records.Recall, RecallRules.ReplacementId(nothing, r.Time)));
        Assert.Null(r.State.Find(Records.Recall, RecallRules.ReplacementId(of, r.Time)));
    }

    // who was acquitted had to erase everything all the same
    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "institute RECALL_LATE")]
    public void A_recall_for_a_breach_is_taken_back_with_it(bool isRevoked, string breaches)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = Taken(r, "institute", "ann"),
            breach = r.Convict("centre", "institute", "ONWARD", agreement, Severity.Grave);
        if (isRevoked)
        {
            r.Revoke("ann");
        }

        Row recall = r.All(Records.Recall).Single();
        Assert.False(recall.Flag("done"));
        Annul(r, breach);
        Assert.Equal(!isRevoked, r.All(Records.Recall).Single().Flag("done"));
        Assert.Equal(0, PeriodReport.Of(r.Steps, Region.Start, r.Time + 1).Recalls["attested in time"]);
        r.Wait(30 * Durations.Day);
        Assert.Equal(breaches, string.Join(", ", r.Breaches));
    }

    [Fact]
    public void Silence_about_a_recall_that_is_taken_back_was_none()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = Taken(r, "institute", "ann"),
            breach = r.Convict("centre", "institute", "ONWARD", agreement, Severity.Grave);
        r.Do("appeal", "institute", Bodies.AppealMade.Row(breach));
        r.Wait(31 * Durations.Day);
        Assert.Contains("institute RECALL_LATE", r.Breaches);
        r.Approve(r.Propose("commission-b", "annul", about: breach), "commission-b", "auditor-b");
        Assert.Empty(r.Breaches);
        Assert.False(r.State.Find(Records.Agreement, agreement)!.Flag("frozen"));
        Assert.Equal(100_000, r.State.Find(Records.Agreement, agreement)!.Whole("locked"));
    }

    // judges said that it had been permitted, and what was taken had to be erased all the same
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void A_recall_of_what_was_taken_goes_with_the_breach(bool byAgreement, bool isPublished)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] denied = r.Ask("institute", byAgreement ? r.Agree("institute", ["hospital"], "TREAT") : null, ["ann"]);
        if (isPublished)
        {
            Row result = Bodies.ResultPublished.Row(
                Region.Digest("paper"),
                "paper",
                denied,
                Array.Empty<byte[]>(),
                Region.Digest("citation")
            );
            Assert.Equal("Breach: TAKEN", r.Do("result published", "institute", result).ToString());
        }
        else
        {
            Assert.Equal("Breach: TAKEN", r.Take("institute", denied).ToString());
        }

        Assert.False(r.All(Records.Recall).Single().Flag("done"));
        Annul(r, r.State.Find(Records.Member, "institute")!.List<Row>("breaches").Single().Bytes("id"));
        Assert.Empty(r.Breaches);
        Assert.True(r.All(Records.Recall).Single().Flag("done"));
    }

    // a second result of the request, on another day, is the same breach: nobody demands two recalls for it
    [Fact]
    public void Results_of_several_days_are_one_breach_that_can_be_annulled()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = Taken(r, "institute", "ann"),
            denied = r.Ask("institute", agreement, ["ann"], "TREAT");
        r.Revoke("ann");
        Publish("first");
        r.Wait(5 * Durations.Day);
        Publish("second");
        byte[] breach = r.State.Find(Records.Member, "institute")!.List<Row>("breaches").Single().Bytes("id");
        Annul(r, breach);
        Assert.Empty(r.Breaches);
        Assert.Equal([false, false], r.All(Records.Recall).Select(x => x.Flag("done")));

        void Publish(string name) =>
            Assert.Equal(
                "Breach: TAKEN",
                r.Do(
                        "result published",
                        "institute",
                        Bodies.ResultPublished.Row(
                            Region.Digest(name),
                            "paper",
                            denied,
                            Array.Empty<byte[]>(),
                            Region.Digest("citation")
                        )
                    )
                    .ToString()
            );
    }

    // the silence about it was final, and cost credit for a year
    [Fact]
    public void A_final_silence_about_a_recall_that_is_taken_back_costs_no_credit()
    {
        var r = new Region((Parameter.RecallDue, 10 * Durations.Day));
        r.Consent("ann");
        byte[] agreement = Taken(r, "institute", "ann"),
            breach = r.Convict("centre", "institute", "ONWARD", agreement, Severity.Grave);
        r.Do("appeal", "institute", Bodies.AppealMade.Row(breach));
        r.Wait(25 * Durations.Day);
        Row late = r.All(Records.Breach).Single(b => b.Code("rule") == "RECALL_LATE");
        Assert.Equal("final", late.Code("status"));
        r.Approve(r.Propose("commission-b", "annul", about: breach), "commission-b", "auditor-b");
        Assert.Empty(r.Breaches);
        Assert.Empty(r.State.Find(Records.Member, "institute")!.List<Row>("breaches"));
        Assert.False(r.State.Find(Records.Agreement, agreement)!.Flag("frozen"));
        Assert.Equal(0, (long)r.MoneyMissing());
    }

    [Fact]
    public void Points_that_were_doubled_for_a_void_breach_are_taken_back()
    {
        var r = new Region();
        byte[] first = r.Convict("centre", "institute", "ONWARD", Region.Digest("a"), Severity.Serious),
            second = r.Convict("centre", "institute", "ONWARD", Region.Digest("b"), Severity.Serious),
            third = r.Convict("centre", "institute", "ONWARD", Region.Digest("c"), Severity.Serious);
        Assert.Equal([15L, 30, 30], Points());
        Annul(r, first);
        Assert.Equal([15L, 15, 30], Points());
        Assert.Equal(80 - 45, r.Credit("institute"));

        long[] Points() => [.. ((byte[][])[first, second, third]).Select(b => r.State.Find(Records.Breach, b)!.Whole("points"))];
    }

    // one value reported a day late froze an agreement for ever
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void An_agreement_thaws_when_its_breach_is_final_and_what_was_late_is_done(int days)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"], ppm: 10_000);
        r.Wait(120 * Durations.Day);
        Assert.Contains("institute VALUE_NOT_REPORTED", r.Breaches);
        r.Wait(days * Durations.Day);
        Assert.True(IsFrozen());
        r.Report("institute", agreement, 0, 0);
        Assert.Equal(days < 14, IsFrozen());
        r.Wait(14 * Durations.Day);
        Assert.False(IsFrozen());
        r.Ask("institute", agreement, ["ann"]);
        Assert.Equal("Denied: NO_DEPOSIT", r.Last.ToString());
        r.Do("deposit paid", "treasury", Bodies.DepositPaid.Row(agreement, 10_000));
        r.Ask("institute", agreement, ["ann"]);
        Assert.Equal("Permitted", r.Last.ToString());

        bool IsFrozen() => r.State.Find(Records.Agreement, agreement)!.Flag("frozen");
    }

    // an auditor and a provider said what a use was worth, and the user's own word was lower than it and refused
    [Theory]
    [InlineData(-1, "Accepted", 400)]
    [InlineData(0, "Refused: FALLING", 1_000_000)]
    public void The_word_of_the_user_replaces_an_estimate(long offset, string outcome, long reported)
    {
        var r = new Region();
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000);
        r.Wait(120 * Durations.Day);
        Assert.Equal("Accepted", Estimate(r, agreement, 0, 1_000_000));
        r.Wait(Parameter.Appeal.Default + offset);
        Assert.Equal(outcome, r.Report("maker", agreement, 0, 400).ToString());
        Row now = r.State.Find(Records.Agreement, agreement)!;
        Assert.Equal((reported, reported / 100), (now.Whole("reported"), now.Whole("booked")));
        Assert.Equal("Refused: FALLING", r.Report("maker", agreement, 0, 399).ToString());
        Assert.Equal(0, (long)r.MoneyMissing());
    }

    [Fact]
    public void No_estimate_is_built_on_one_that_can_still_be_replaced()
    {
        var r = new Region();
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000);
        r.Wait(210 * Durations.Day);
        Assert.Equal("Accepted", Estimate(r, agreement, 0, 1_000_000));
        Assert.Equal("Refused: NOT_SILENT", Estimate(r, agreement, 1, 2_000_000));
        r.Wait(Parameter.Appeal.Default);
        Assert.Equal("Accepted", Estimate(r, agreement, 1, 2_000_000));
        Assert.Equal("Refused: FALLING", r.Report("maker", agreement, 1, 999_999).ToString());
        Assert.Equal("Accepted", r.Report("maker", agreement, 1, 1_000_000).ToString());
        Assert.Equal(10_000, r.State.Find(Records.Agreement, agreement)!.Whole("booked"));
    }

    private static byte[] Taken(Region r, string user, string patient)
    {
        byte[] agreement = r.Agree(user, ["hospital"]),
            request = r.Ask(user, agreement, [patient]);
        r.Serve("hospital", request);
        r.Take(user, request);
        return agreement;
    }

    private static void Annul(Region r, byte[] breach)
    {
        r.Do("appeal", "institute", Bodies.AppealMade.Row(breach));
        r.Approve(r.Propose("commission-b", "annul", about: breach), "commission-b", "auditor-b");
    }

    private static string Estimate(Region r, byte[] agreement, long period, long value) =>
        r.Do("use value estimated", "auditor-a", Bodies.ValueReported.Row(agreement, period, value), "hospital").ToString();
}
