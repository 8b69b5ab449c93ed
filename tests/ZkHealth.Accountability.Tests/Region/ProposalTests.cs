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

    // a member was stopped outside the cap by admitting it once more, for a day
    [Theory]
    [InlineData(100, "capped")]
    [InlineData(3000, "effective")]
    public void A_member_is_not_stopped_by_another_admission(int days, string status)
    {
        var r = new Region();
        r.Wait(2000 * Durations.Day);
        r.Approve(r.Propose("commission-a", "suspend", "hospital"), "commission-a", "commission-b", "auditor-a");
        r.Wait(1);
        byte[] again = r.Propose(
            "commission-a",
            "admit",
            "centre",
            "provider",
            "primary-care",
            1,
            null,
            Region.Key("centre again"),
            ["serve"],
            r.Time + (days * Durations.Day)
        );
        r.Approve(again, "commission-a", "hospital");
        r.Wait(14 * Durations.Day);
        Assert.Equal(status, r.State.Find(Records.Proposal, again)!.Code("status"));
    }

    // a stolen key of a witness, a node or a foreign log counted for ever
    [Fact]
    public void Witnesses_and_keys_of_logs_are_taken_out_again()
    {
        var r = new Region();
        byte[] one = Region.Key("w1"),
            two = Region.Key("w2");
        r.Propose("commission-a", "witness", key: one, number: 1);
        Assert.Equal("Refused: TERMS", r.Last.ToString());
        foreach (string what in (string[])["witness", "node"])
        {
            r.Approve(r.Propose("commission-a", what, key: one), "commission-a", "commission-b");
            r.Approve(r.Propose("commission-a", what, key: two), "commission-a", "commission-b");
        }

        r.Approve(Recognise(r, one, Region.Digest("rules")), "commission-a", "commission-b", "hospital");
        r.Wait(14 * Durations.Day);
        Assert.Equal(2, r.State.Find(Records.Counter, "witnesses")!.Whole("count"));
        r.Propose("commission-a", "witness", key: Region.Key("w3"), number: 1);
        Assert.Equal("Refused: TERMS", r.Last.ToString());
        byte[] last = r.Propose("commission-a", "witness", key: two, number: 1);
        r.Approve(r.Propose("commission-a", "witness", key: one, number: 1), "commission-a", "commission-b");
        r.Wait(1);
        r.Approve(last, "commission-a", "commission-b");
        r.Approve(r.Propose("commission-a", "node", key: one, number: 1), "commission-a", "commission-b");
        r.Approve(Recognise(r, one, null), "commission-a", "commission-b", "hospital");
        r.Wait(14 * Durations.Day);
        Assert.Null(r.State.Find(Records.Witness, one));
        Assert.NotNull(r.State.Find(Records.Witness, two));
        Assert.Equal("capped", r.State.Find(Records.Proposal, last)!.Code("status"));
        Assert.Equal(1, r.State.Find(Records.Counter, "witnesses")!.Whole("count"));
        Assert.Equal([two], r.State.Find(Records.LogKeys, "current")!.List<byte[]>("keys"));
        Assert.Empty(r.State.Find(Records.Foreign, RecognitionRules.ForeignId("other/log", 1))!.List<byte[]>("keys"));
    }

    // a member took a role and decided in its class on the same day, since it had been a member for long
    [Fact]
    public void A_member_votes_in_a_class_30_days_after_it_has_come_to_it()
    {
        var r = new Region();
        r.Admit("maker", "provider", "company", ["serve", "govern"], "maker as provider");
        Assert.Equal(["centre", "hospital"], Providers());
        r.Wait((30 * Durations.Day) - 1);
        Assert.Equal(["centre", "hospital"], Providers());
        r.Wait(1);
        Assert.Equal(["centre", "hospital", "maker"], Providers());

        IEnumerable<string> Providers()
        {
            byte[] proposal = r.Propose("commission-a", "standard", code: "DICOM");
            return r
                .State.Find(Records.Proposal, proposal)!
                .List<Row>("rosters")
                .Single(x => x.Code("class") == "provider")
                .Codes("subjects")
                .Order(StringComparer.Ordinal);
        }
    }

    [Fact]
    public void Who_was_admitted_a_moment_ago_does_not_recover_a_class()
    {
        var r = new Region();
        r.Wait(46 * Durations.Day);
        r.Admit("lab", "developer", "company", ["govern"]);
        byte[] proposal = GovernanceTests.Recover(r);
        Row others = r.State.Find(Records.Proposal, proposal)!.List<Row>("rosters").Single(x => x.Code("class") == "others");
        Assert.Contains("maker", others.Codes("subjects"));
        Assert.DoesNotContain("lab", others.Codes("subjects"));
    }

    private static byte[] Recognise(Region r, byte[] key, byte[]? manifest) =>
        r.Propose("commission-a", "recognise", code: "other/log", number: 1, about: manifest, key: key);

    private static void Pass(Region r, byte[] proposal)
    {
        r.Approve(proposal, "commission-a", "commission-b", "hospital", "centre", "patients");
        r.Wait(14 * Durations.Day);
    }
}
