using System.Security.Cryptography;
using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Section 9: what a proposal says, and what it can do alone.</summary>
public sealed class ProposalTests
{
    // a proposer named whoever should not vote: the subject of any proposal was left out of its rosters
    [Theory]
    [InlineData("param", "fee.operator", 0)]
    [InlineData("standard", "DICOM", 0)]
    [InlineData("table", "ethics", 0)]
    public void A_proposal_that_is_about_nobody_leaves_nobody_out(string what, string code, long number)
    {
        var r = new Region();
        byte[]? about = what == "table" ? Region.Digest("ethics") : null;
        r.Propose("commission-a", what, "commission-b", code, number: number, about: about);
        Assert.Equal("Refused: TERMS", r.Last.ToString());
        byte[] proposal = r.Propose("commission-a", what, code: code, number: number, about: about);
        Row authorities = r
            .State.Find(Records.Proposal, proposal)!
            .List<Row>("rosters")
            .Single(x => x.Code("class") == "authority");
        Assert.Equal((2, 2), (authorities.Codes("subjects").Count, (int)authorities.Whole("needed")));
    }

    [Fact]
    public void A_verdict_is_given_by_all_who_are_no_party_to_it()
    {
        var r = new Region();
        r.Do("report", "hospital", Bodies.ReportMade.Row("maker", "LEAK", Region.Digest("a")));
        byte[] report = r.LastId;
        r.Propose("commission-a", "verdict", "auditor-b", number: 3, about: report);
        Assert.Equal("Refused: TERMS", r.Last.ToString());
        r.Propose("commission-a", "dismiss", about: report, key: Region.Key("a"));
        Assert.Equal("Refused: TERMS", r.Last.ToString());
        r.Propose("commission-a", "suspend", "hospital", until: 1);
        Assert.Equal("Refused: TERMS", r.Last.ToString());
    }

    // a digest that nobody could fill stopped the region, revocations included
    [Fact]
    public void A_table_that_nobody_can_adopt_stops_nothing()
    {
        var r = new Region();
        r.Consent("ann");
        Pass(r, r.Propose("commission-a", "table", code: TableRules.Grounds, about: Region.Digest("lost")));
        Assert.Equal("Accepted", r.Register("hospital", "scan").ToString());
        Assert.Equal("Accepted", r.Revoke("ann").ToString());
        Row table = Bodies.TableAdopted.Row(
            TableRules.Grounds,
            new[] { Bodies.TableRow.Row("law", Array.Empty<string>(), Array.Empty<string>(), 0, Array.Empty<byte[]>()) }
        );
        Assert.Equal("Refused: DIGEST", r.Do("table adopted", "commission-a", table).ToString());
        Pass(r, r.Propose("commission-a", "table", code: TableRules.Grounds, about: SHA256.HashData(table.Encode())));
        Assert.Equal("Accepted", r.Register("hospital", "other scan").ToString());
        Assert.Equal("Accepted", r.Do("table adopted", "commission-a", table).ToString());
        Assert.Equal("Refused: NO_GROUND", r.Register("hospital", "third scan").ToString());
    }

    // one approval of two revoked the key of a hospital at once, and could go on with the next one
    [Fact]
    public void A_key_is_revoked_by_governance_after_the_delay_and_counts_as_a_suspension()
    {
        var r = new Region();
        byte[] first = r.Propose("commission-a", "compromise", key: Region.Key("hospital")),
            second = r.Propose("commission-a", "compromise", key: Region.Key("centre"));
        r.Approve(first, "commission-a", "auditor-a");
        r.Wait(1);
        r.Approve(second, "commission-a", "auditor-a");
        r.Wait((14 * Durations.Day) - 2);
        Assert.Equal("Accepted", r.Register("hospital", "scan").ToString());
        r.Wait(2);
        Assert.Equal("Refused: KEY_REVOKED", r.Register("hospital", "late scan").ToString());
        Assert.Equal("Accepted", r.Register("centre", "scan of the centre").ToString());
        Assert.Equal("capped", r.State.Find(Records.Proposal, second)!.Code("status"));

        // a certificate that ends at once does the same
        byte[] end = r.Propose("commission-a", "renew", "centre", until: r.Time + (15 * Durations.Day));
        r.Approve(end, "commission-a", "commission-b");
        r.Wait(15 * Durations.Day);
        Assert.Equal("Accepted", r.Register("centre", "later scan").ToString());

        // what is revoked already is disputed from an earlier time without counting again
        r.Approve(r.Propose("commission-a", "compromise", key: Region.Key("hospital"), number: 7), "commission-a", "auditor-a");
        r.Wait(14 * Durations.Day);
        Assert.Equal(7, r.State.Find(Records.Key, Region.Key("hospital"))!.List<long>("disputedFrom").Single());
    }

    private static void Pass(Region r, byte[] proposal)
    {
        r.Approve(proposal, "commission-a", "commission-b", "hospital", "centre", "patients");
        r.Wait(14 * Durations.Day);
    }
}
