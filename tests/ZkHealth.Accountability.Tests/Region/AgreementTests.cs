using Xunit;
using ZkHealth.Accountability.Reports;
using ZkHealth.Accountability.Traces;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>What an agreement keeps while rules change around it, and what its parties owe after its end.</summary>
public sealed class AgreementTests
{
    /// <summary>Sections 5 and 9: a longest term that became shorter cuts what runs, from its effect on; what has run longer
    /// ends then. The agreement stands otherwise.</summary>
    [Theory]
    [InlineData(100, 100)]
    [InlineData(5, 14)]
    public void A_longest_term_that_became_shorter_cuts_running_agreements(int longest, int ends)
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"]);
        Change(r, Parameter.LongestTerm, longest * Durations.Day);
        Assert.Equal(Region.Start + (ends * Durations.Day), r.State.Find(Records.Agreement, agreement)!.Whole("until"));
        r.Sleep((ends * Durations.Day) - (r.Time - Region.Start));
        r.Wait(0);
        Assert.True(r.State.Find(Records.Agreement, agreement)!.Flag("ended"));
        Assert.DoesNotContain(r.State.Due.Events, e => e.Id[0] == (byte)DueKind.Agreement && e.Id[1] == 1);
    }

    /// <summary>Section 9: nothing reaches back. An agreement keeps the numbers of its acceptance; a later one has the new
    /// ones.</summary>
    [Fact]
    public void An_agreement_keeps_the_numbers_of_its_acceptance()
    {
        var r = new Region();
        byte[] before = r.Agree("institute", ["hospital"]);
        Change(r, Parameter.RecallDue, Durations.Day);
        byte[] after = r.Agree("maker", ["hospital"]);
        foreach (
            (string user, byte[] agreement, string recipient) in ((string, byte[], string)[])
                [("institute", before, "user/research"), ("maker", after, "user/company")]
        )
        {
            r.Consent("patient of " + user, recipient);
            byte[] request = r.Ask(user, agreement, ["patient of " + user]);
            r.Serve("hospital", request);
            r.Take(user, request);
            r.Revoke("patient of " + user);
            Row recall = r.State.Find(Records.Recall, RecallRules.Id(agreement, r.Time))!;
            Assert.Equal(user == "institute" ? 30 : 1, (recall.Whole("due") - r.Time) / Durations.Day);
        }
    }

    /// <summary>Section 7: a deposit stays while a report about its agreement is open, also one that names a request under it;
    /// and section 9: a party of that agreement has no vote about it.</summary>
    [Fact]
    public void A_deposit_waits_for_a_report_about_a_request_under_it()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"], days: 10);
        byte[] request = r.Ask("institute", agreement, ["ann"]);
        r.Do("report", "centre", Bodies.ReportMade.Row("institute", "REIDENTIFICATION", request));
        byte[] report = r.LastId;
        r.Wait(101 * Durations.Day);
        Assert.Equal(100_000, r.State.Find(Records.Agreement, agreement)!.Whole("locked"));
        byte[] proposal = r.Propose("commission-a", "dismiss", about: report);
        r.Approve(proposal, "commission-a");
        r.Wait(30 * Durations.Day);
        Assert.Equal(0, r.State.Find(Records.Agreement, agreement)!.Whole("locked"));
        Assert.Equal(100_000, r.Balance("institute"));
        byte[] breach = r.Convict("centre", "institute", "REIDENTIFICATION", request, Severity.Grave);
        Assert.Equal(agreement, r.State.Find(Records.Breach, breach)!.List<byte[]>("agreement").Single());
    }

    /// <summary>Section 8: every recipient of a wrong value is told to replace it, by a duty of its own with its own deadline;
    /// who received nothing of it is not told.</summary>
    [Theory]
    [InlineData(-1, "Accepted", "")]
    [InlineData(0, "Breach: RECALL_LATE", "institute RECALL_LATE")]
    public void Every_recipient_of_a_wrong_value_replaces_it(int offset, string outcome, string breaches)
    {
        var r = new Region();
        r.Consent("ann");
        r.Register("hospital", "blood pressure 12/8", consents: "ann");
        byte[] agreement = r.Agree("institute", ["hospital"]),
            other = r.Agree("institute", ["hospital"], days: 100);
        byte[] request = r.Ask("institute", agreement, ["ann"]);
        r.Serve("hospital", request);
        r.Take("institute", request);
        byte[] wrong = Region.Digest("blood pressure 12/8");
        r.Convict("centre", "hospital", "QUALITY", wrong, Severity.Minor);
        byte[] recall = RecallRules.ReplacementId(agreement, r.Time);
        Assert.Equal([wrong], r.State.Find(Records.Recall, recall)!.List<byte[]>("replace"));
        Assert.Null(r.State.Find(Records.Recall, RecallRules.ReplacementId(other, r.Time)));
        r.Do("asset corrected", "hospital", Bodies.AssetCorrected.Row(wrong, Region.Digest("blood pressure 120/80")));
        r.Sleep((30 * Durations.Day) + offset);
        Row attested = Bodies.ErasureAttested.Row(recall, Array.Empty<string>());
        Assert.Equal(outcome, r.Do("erasure attested", "institute", attested).ToString());
        Assert.Equal(breaches, string.Join(", ", r.Breaches));
        Trace trace = QualityTrace.Of(LogHistory.Of(r.Steps), wrong, new Dictionary<string, byte[]>())!;
        Assert.Contains(trace.Edges, e => e.To == "institute" && e.Label == "to be replaced by");
        Assert.Equal(breaches.Length == 0 ? "nobody" : "institute", trace.Responsible);
    }

    /// <summary>Section 7: a user's silence is a breach and lets an auditor estimate for the provider; what comes late is booked
    /// at once, by the weights of its own period: 1 % of 1,000,000 is 10,000, of which 2 % are the operator's, 10 % the
    /// patients' and the rest the hospital's.</summary>
    [Fact]
    public void An_auditor_estimates_what_a_silent_user_does_not_report()
    {
        var r = new Region();
        r.Consent("ann", "user/company");
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000, days: 89);
        byte[] request = r.Ask("maker", agreement, ["ann"]);
        r.Serve("hospital", request);
        r.Take("maker", request);
        Assert.Contains("NOT_SILENT", Estimate("auditor-a", 5, "hospital"));
        r.Wait(120 * Durations.Day);
        Assert.Contains("maker VALUE_NOT_REPORTED", r.Breaches);
        Assert.Equal("Refused: COUNTERSIGNATURE", Estimate("auditor-a", 1_000_000));
        Assert.Equal("Refused: ROLE", Estimate("commission-a", 1_000_000, "hospital"));
        Assert.Equal("Accepted", Estimate("auditor-a", 1_000_000, "hospital"));
        Assert.Equal("Refused: FALLING, NOT_SILENT", Estimate("auditor-b", 999_999, "hospital"));
        Assert.Equal(10_000, r.State.Find(Records.Agreement, agreement)!.Whole("booked"));
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", 10_000));
        Assert.Equal((200, 8800), (r.Balance("operator"), r.Balance("hospital")));
        Assert.Equal(0, (long)r.MoneyMissing());

        string Estimate(string who, long value, params string[] along) =>
            r.Do("use value estimated", who, Bodies.ValueReported.Row(agreement, 0, value), along).ToString();
    }

    /// <summary>An auditor and a provider charged a silent user any sum: an estimate adds at most what the period before added,
    /// or so much that its fee is the deposit.</summary>
    [Theory]
    [InlineData(0, 10_000_000)]
    [InlineData(4_000_000, 14_000_000)]
    [InlineData(40_000_000, 80_000_000)]
    public void An_estimate_is_bounded_by_the_deposit_or_by_what_was_told_before(long told, long most)
    {
        var r = new Region();
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000);
        r.Wait(120 * Durations.Day);
        if (told > 0)
        {
            Assert.Equal("Accepted", r.Report("maker", agreement, 0, told).ToString());
            r.Wait(90 * Durations.Day);
        }

        Assert.Equal("Refused: AMOUNT", Estimate(most + 1));
        Assert.Equal("Refused: AMOUNT", Estimate(long.MaxValue));
        Assert.Equal("Accepted", Estimate(most));

        string Estimate(long value)
        {
            Row body = Bodies.ValueReported.Row(agreement, told > 0 ? 1 : 0, value);
            return r.Do("use value estimated", "auditor-a", body, "hospital").ToString();
        }
    }

    /// <summary>Section 7: the report of the last period came late and was never booked, since no period closed after
    /// it.</summary>
    [Fact]
    public void A_late_report_of_the_last_period_is_booked()
    {
        var r = new Region();
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000, days: 89);
        r.Wait(120 * Durations.Day);
        r.Report("maker", agreement, 0, 1_000_000);
        Assert.Equal("Accepted", r.Last.ToString());
        Assert.Equal(10_000, r.State.Find(Records.Agreement, agreement)!.Whole("booked"));
    }

    /// <summary>A fee that a late word books at once stood on no report.</summary>
    [Fact]
    public void A_fee_that_is_booked_late_is_reported()
    {
        var r = new Region();
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000, days: 89);
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", 10_000));
        r.Wait(120 * Durations.Day);
        long late = r.Time;
        r.Report("maker", agreement, 0, 1_000_000);
        Assert.Equal(0, r.Balance("maker"));
        Tally fees = PeriodReport.Of(r.Steps, late, late + 1).Fees;
        Assert.Equal(r.Balance("operator"), fees["operator"]);
        Assert.True(fees["operator"] > 0);
    }

    private static void Change(Region r, Parameter parameter, long value)
    {
        byte[] proposal = r.Propose("commission-a", "param", code: parameter.Name, number: value);
        r.Approve(proposal, "commission-a", "commission-b", "hospital", "centre", "patients");
        r.Wait(14 * Durations.Day);
    }
}
