using Xunit;
using static ZkHealth.Accountability.Tests.Region.RefusalTests;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Reasons against statistics, money, sanctions, proposals and keys that no other test meets.</summary>
public sealed class ConductRefusalTests
{
    private static readonly byte[] Nothing = Region.Digest("nothing");

    [Fact]
    public void Requests_for_statistics()
    {
        var r = new Region((Parameter.Denials, 1));
        byte[] agreement = r.Agree("maker", ["hospital"]);
        Row asked = Bodies.StatisticsRequested.Row(agreement, Nothing, "HRESCH", new[] { "age" }, r.Time + Durations.Day);
        Refused(r, "NOTHING_NAMED", "statistics requested", "maker", asked.With("columns", Array.Empty<string>()));
        Refused(r, "PURPOSE_UNKNOWN", "statistics requested", "maker", asked.With("purpose", "ETREAT"));
        Refused(r, "TERM", "statistics requested", "maker", asked.With("until", r.Time));
        Refused(r, "UNKNOWN_AGREEMENT", "statistics requested", "institute", asked);
        r.Do("statistics requested", "maker", asked.With("purpose", "HMARKT"));
        Assert.Equal(OutcomeKind.Denied, r.Last.Kind);
        Refused(r, "DENIALS_DAILY", "statistics requested", "maker", asked.With("purpose", "HMARKT"));
    }

    [Fact]
    public void Denials_of_statistics()
    {
        var r = new Region();
        byte[] agreement = r.Agree("maker", ["hospital"], days: 200, ppm: 10_000);
        r.Convict("centre", "maker", "ONWARD", agreement, Severity.Minor);
        Denied(r, agreement, "NO_DEPOSIT");
        r.Convict("centre", "maker", "LEAK", agreement, Severity.Serious);
        Denied(r, agreement, "FROZEN");
        PatientRows.Table(r, TableRules.Purposes, PatientRows.Row("HRESCH", ["age"]));
        r.AskStatistics("maker", agreement, "diagnosis");
        Assert.Contains("NOT_NECESSARY", r.Last.Codes);
        r.Sleep(90 * Durations.Day);
        r.Report("maker", agreement, 0, 1_000_000);
        r.Wait(30 * Durations.Day);
        Denied(r, agreement, "DEBT");
        r.Wait(80 * Durations.Day);
        Denied(r, agreement, "NO_AGREEMENT");
    }

    /// <summary>Who is admitted later signs the charter's documents before it asks for statistics, too.</summary>
    [Fact]
    public void Statistics_for_a_member_that_has_not_signed_the_documents()
    {
        var r = new Region();
        byte[] proposal = r.Propose("commission-a", "table", code: "ethics", about: Region.Digest("ethics"));
        r.Approve(proposal, "commission-a", "commission-b", "hospital", "centre", "patients");
        r.Admit("lab", "user", "research", ["request"]);
        r.AskStatistics("lab", r.Agree("lab", ["hospital"]), "age");
        Assert.Equal("Denied: CONVENTION", r.Last.ToString());
    }

    [Fact]
    public void Deposits_money_and_rails()
    {
        var r = new Region();
        byte[] agreement = r.Agree("maker", ["hospital"]);
        Row paid = Bodies.DepositPaid.Row(agreement, 5);
        Refused(r, "AMOUNT", "deposit paid", "treasury", paid.With("amount", 0));
        Refused(r, "ROLE", "deposit paid", "maker", paid);
        Refused(r, "UNKNOWN_AGREEMENT", "deposit paid", "treasury", paid.With("agreement", Nothing));
        r.Do("agreement ended", "maker", Bodies.AgreementEnded.Row(agreement));
        Refused(r, "ENDED", "deposit paid", "treasury", paid);
        Refused(r, "UNKNOWN_MEMBER", "money received", "treasury", Bodies.MoneyReceived.Row("nobody", 5));
        Row contract = r.AdoptRails("one")[0];
        Refused(r, "ROLE", "rail drawn", "maker", Bodies.RailDrawn.Row(contract, 5));
        r.Choose("maker", contract);
        r.AdoptRails("other");
        Refused(r, "UNKNOWN_RAIL", "payout claimed", "maker", Bodies.PayoutClaimed.Row(1));
    }

    [Fact]
    public void Appeals_and_sanctions()
    {
        var r = new Region();
        byte[] breach = r.Convict("centre", "maker", "LEAK", Nothing, Severity.Minor);
        Row appeal = Bodies.AppealMade.Row(breach);
        Refused(r, "UNKNOWN_BREACH", "appeal", "institute", appeal);
        r.Wait(14 * Durations.Day);
        Refused(r, "FINAL", "appeal", "maker", appeal);
        Row sanction = Bodies.SanctionOrdered.Row("maker", "LEAK", 5, r.Time + Durations.Day);
        Refused(r, "ROLE", "sanction", "hospital", sanction);
        Refused(r, "TERM", "sanction", "commission-a", sanction.With("rectifyBy", r.Time));
        Refused(r, "UNKNOWN_MEMBER", "sanction", "commission-a", sanction.With("subject", "nobody"));
        r.Do("sanction", "commission-a", sanction);
        Row rectified = Bodies.SanctionRectified.Row(r.LastId);
        Refused(r, "UNKNOWN_SANCTION", "rectified", "institute", rectified);
        r.Do("rectified", "maker", rectified);
        Refused(r, "DUPLICATE", "rectified", "maker", rectified);
    }

    [Fact]
    public void Proposals_and_keys()
    {
        var r = new Region();
        r.Propose("commission-a", "wonder", code: "x");
        Assert.Contains("UNKNOWN_PROPOSAL", r.Last.Codes);
        r.Do("report", "auditor-a", Bodies.ReportMade.Row("auditor-b", "LEAK", Nothing));
        r.Propose("commission-a", "verdict", number: (long)Severity.Minor, about: r.LastId);
        Assert.Equal("Refused: EMPTY_CLASS", r.Last.ToString());
        Refused(r, "UNKNOWN_PROPOSAL", "withdrawn", "maker", Bodies.ProposalApproved.Row(Nothing));
        Refused(r, "UNKNOWN_PROPOSAL", "objected", "maker", Bodies.ProposalApproved.Row(Nothing));
        Row added = Bodies.KeyAdded.Row(Region.Key("maker 1"), new[] { "serve" }, r.Time + Durations.Day);
        Refused(r, "SCOPES", "key added", "maker", added.With("scopes", new[] { "rule" }), "maker 1");
        for (int i = 2; i <= KeyRules.MaxKeys; i++)
        {
            Assert.Equal(
                "Accepted",
                r.Do("key added", "maker", added.With("key", Region.Key($"maker {i}")), $"maker {i}").ToString()
            );
        }

        Refused(r, "KEYS", "key added", "maker", added, "maker 1");
    }

    private static void Denied(Region r, byte[] agreement, string code)
    {
        r.AskStatistics("maker", agreement, "age");
        Assert.Equal(OutcomeKind.Denied, r.Last.Kind);
        Assert.Contains(code, r.Last.Codes);
    }
}
