using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Requests with their codes, and the words of both sides about a delivery.</summary>
public sealed partial class UseTests
{
    [Fact]
    public void A_request_is_denied_with_its_codes()
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"], deposit: 0);
        r.Consent("ann");
        r.Ask("institute", null, ["ann"]);
        Assert.Equal("Denied: NO_AGREEMENT", r.Last.ToString());
        r.Ask("institute", agreement, ["ann"], "HMARKT", "GENETIC", ["name"]);
        Assert.Equal(["CLASS", "COLUMNS", "NO_CONSENT", "PROHIBITED_PURPOSE", "PURPOSE"], r.Last.Codes);
        r.Ask("institute", agreement, ["ann"], "BIORCH");
        Assert.Equal("Permitted", r.Last.ToString());
        r.Ask("insurer", null, ["ann"], columns: ["region"]);
        Assert.Contains("DISCRIMINATION", r.Last.Codes);
    }

    /// <summary>Section 8: from 60 on everything, from 40 on statistics alone, below that nothing; treatment is never restricted.
    /// By hand: 80 at the founding, less 15 for each of the breaches.</summary>
    [Theory]
    [InlineData(1, 65, "Permitted", "Permitted")]
    [InlineData(2, 50, "Denied: CREDIT", "Permitted")]
    [InlineData(3, 35, "Denied: CREDIT", "Denied: CREDIT")]
    public void Credit_restricts_access_then_statistics_and_never_treatment(
        int breaches,
        long credit,
        string access,
        string statistics
    )
    {
        var r = new Region();
        r.Consent("ann");
        r.Consent("bea", "centre", purpose: "TREAT");
        byte[] agreement = r.Agree("institute", ["hospital"]);
        foreach (string rule in ((string[])["ONWARD", "LEAKED", "REIDENTIFICATION"]).Take(breaches))
        {
            r.Convict("hospital", "institute", rule, Region.Digest(rule), Severity.Serious);
            r.Convict("hospital", "centre", rule, Region.Digest(rule), Severity.Serious);
        }

        Assert.Equal((credit, credit), (r.Credit("institute"), r.Credit("centre")));
        r.Ask("institute", agreement, ["ann"]);
        Assert.Equal(access, r.Last.ToString());
        r.AskStatistics("institute", agreement, "age");
        Assert.Equal(statistics, r.Last.ToString());
        r.Ask("centre", null, ["bea"], "TREAT");
        Assert.Equal("Permitted", r.Last.ToString());
    }

    /// <summary>Attack 6: a missing, expired, revoked and other consent look alike.</summary>
    [Fact]
    public void About_a_patient_there_is_one_reason()
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"]);
        r.Consent("revoked");
        r.Revoke("revoked");
        r.Consent("other", @class: "GENETIC");
        r.Consent("short", days: 1);
        r.Wait(Durations.Day);
        foreach (string handle in (string[])["unknown", "revoked", "other", "short"])
        {
            r.Ask("institute", agreement, [handle]);
            Assert.Equal("Denied: NO_CONSENT", r.Last.ToString());
        }
    }

    /// <summary>Section 5: what is permitted is permitted for a handle. One that was taken back voided a request for
    /// thousands.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_consent_that_was_taken_back_does_not_close_the_others(bool serverFirst)
    {
        var r = new Region();
        r.Consent("ann", "user/company");
        r.Consent("bea", "user/company");
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000),
            request = r.Ask("maker", agreement, ["ann", "bea"]);
        r.Revoke("ann");
        Func<Outcome>[] words =
        [
            () => r.Serve("hospital", request, handles: ["bea"]),
            () => r.Take("maker", request, handles: ["bea"]),
        ];
        foreach (Func<Outcome> word in serverFirst ? words : words.Reverse())
        {
            Assert.Equal("Accepted", word().ToString());
        }

        Assert.Equal([1_000_000], r.All(Records.Weight).Select(w => w.Whole("value")));
        Assert.Equal(1, r.All(Records.Pool).Sum(p => p.Whole("handles")));
        Assert.Empty(r.All(Records.Recall));
        r.Revoke("bea");
        Assert.Single(r.All(Records.Recall));
        Assert.Equal("Breach: TAKEN", r.Take("maker", request, root: "all").ToString());
    }

    /// <summary>Section 6: the server's word names handles and operation; beyond the request they were not permitted.</summary>
    [Theory]
    [InlineData(new[] { "ann" }, "download", "Accepted", "Accepted")]
    [InlineData(new[] { "ann", "dan" }, "download", "Breach: SERVED", "Breach: TAKEN")]
    [InlineData(new[] { "revoked" }, "download", "Breach: SERVED", "Breach: TAKEN")]
    [InlineData(new string[0], "download", "Breach: SERVED", "Breach: TAKEN")]
    [InlineData(new[] { "ann" }, "training", "Breach: SERVED", "Accepted")]
    public void What_is_served_lies_within_the_request(string[] handles, string operation, string served, string taken)
    {
        var r = new Region();
        foreach (string patient in (string[])["ann", "dan", "revoked"])
        {
            r.Consent(patient);
        }

        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann", "revoked"]);
        r.Revoke("revoked");
        Assert.Equal(served, r.Serve("hospital", request, handles: handles, operation: operation).ToString());
        Assert.Equal(taken, r.Take("institute", request).ToString());
    }

    /// <summary>Section 8, overview: a freeze recalls what was delivered, also that which it is for. What was taken without a
    /// permission stayed with its taker until the agreement ended.</summary>
    [Fact]
    public void What_was_taken_without_permission_is_recalled()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"], @class: "GENETIC");
        byte[] request = r.Ask("institute", agreement, ["ann"], @class: "GENETIC");
        r.Take("institute", request);
        r.Wait(30 * Durations.Day);
        Assert.Equal(["institute RECALL_LATE", "institute TAKEN"], r.Breaches);
        Row late = Bodies.ErasureAttested.Row(RecallRules.Id(agreement, Region.Start), Array.Empty<string>());
        r.Do("erasure attested", "institute", late);
        Assert.Equal("Breach: RECALL_LATE", r.Last.ToString());
    }

    /// <summary>Section 7: proven rows of statistics weigh, the most of one use in a period; what no auditor has verified does
    /// not, or a user could give the fee to whom it likes.</summary>
    [Fact]
    public void Proven_rows_of_statistics_weigh_in_fees()
    {
        var r = new Region();
        byte[] agreement = r.Agree("maker", ["centre", "hospital"], ppm: 10_000),
            request = r.AskStatistics("maker", agreement, "age");
        Refused("commission-a");
        Refused("maker");
        Refused("hospital");
        Deliver("hospital", 1_000, "auditor-a");
        Deliver("hospital", 600, "auditor-a");
        Deliver("centre", 2_000, "auditor-b");
        Deliver("centre", 1_000_000);
        Deliver("centre", 3_000_000);
        r.Do("money received", "treasury", Bodies.MoneyReceived.Row("maker", 10_000));
        r.Sleep(90 * Durations.Day);
        r.Report("maker", agreement, 0, 1_000_000);
        r.Wait(30 * Durations.Day);

        // the centre's factor is 1.5: of 8,800 it has 3 of 4 parts, and the patients of statistics have a fund
        Assert.Equal((2_200, 6_600), (r.Balance("hospital"), r.Balance("centre")));
        Assert.Equal((1_000, 0), (r.Fund(Funds.Patients), (long)r.MoneyMissing()));

        void Refused(string auditor)
        {
            Outcome word = r.Serve("hospital", request, operation: "statistics", auditor: auditor);
            Assert.Equal("Refused: COUNTERSIGNATURE", word.ToString());
            Assert.Equal("Refused: COUNTERSIGNATURE", r.Take("maker", request, auditor: auditor).ToString());
        }

        void Deliver(string provider, long rows, string? auditor = null)
        {
            string root = $"statistics of {provider} {rows}";
            r.Serve(provider, request, rows, root: root, operation: "statistics", auditor: auditor);
            Assert.Equal("Accepted", r.Take("maker", request, provider, rows, root).ToString());
        }
    }
}
