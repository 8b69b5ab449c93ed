using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Section 2: deadlines judge by effective time, also afterwards. What an operator holds back until it is too late
/// counts where witnesses had seen it in time.</summary>
public sealed class HeldBackTests
{
    // the operator kept the appeal for fifteen days, and the leaf was refused: nobody judged it
    [Theory]
    [InlineData(-1, "Accepted")]
    [InlineData(0, "Refused: FINAL")]
    public void An_appeal_that_was_held_back_is_heard(long seen, string said)
    {
        Region r = Watched();
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] breach = r.Convict("hospital", "institute", "ONWARD", agreement, Severity.Serious);
        Act appeal = r.Act("appeal", "institute", Bodies.AppealMade.Row((object)breach));
        long sent = r.Time + Parameter.Appeal.Default + seen;
        r.Wait(Parameter.Appeal.Default + Durations.Day);
        Assert.Equal("Refused: FINAL", Appeal());
        Assert.Equal("Accepted", Show(r, appeal, sent));
        Assert.Equal("Refused: DUPLICATE", Show(r, appeal, sent));
        Assert.Equal(said, Appeal());
        Assert.Equal(0, (long)r.MoneyMissing());
        Assert.Equal(0, (long)r.RailsMissing());
        if (said == "Accepted")
        {
            Assert.Equal("Accepted", Show(r, appeal, sent));
            Assert.Equal(["institute ONWARD", "operator OPERATOR_DELAY"], r.Breaches.Distinct().Where(b => b != Silent));
            Assert.True(r.State.Find(Records.Agreement, agreement)!.Flag("frozen"));
            byte[] annulled = r.Propose("commission-b", "annul", about: breach);
            r.Approve(annulled, "commission-b", "auditor-b");
            Assert.Equal(80, r.Credit("institute"));
            Assert.DoesNotContain("institute ONWARD", r.Breaches);
            Assert.False(r.State.Find(Records.Agreement, agreement)!.Flag("frozen"));
            Assert.Equal(0, (long)r.MoneyMissing());
        }

        string Appeal() => r.Do("appeal", "institute", Bodies.AppealMade.Row((object)breach)).ToString();
    }

    // the patient still had her key, and could claim nothing with it any more
    [Theory]
    [InlineData(-1, "Accepted", "Accepted")]
    [InlineData(0, "Refused: NOT_REPLACED", "Refused: REPLACED")]
    public void An_objection_that_was_held_back_is_heard(long seen, string said, string later)
    {
        Region r = Watched();
        r.Consent("ann");
        r.Do("handles replaced", "hospital", Bodies.HandlesReplaced.Row((object)new[] { Region.Key("ann") }), "registry");
        Row body = Bodies.HandleObjected.Row(Region.Key("ann"), r.LastId);
        Act objection = r.Act("handle objected", "ann", body);
        long sent = r.Time + Parameter.HandleWait.Default + seen;
        r.Wait(Parameter.HandleWait.Default + Durations.Day);
        Assert.Equal("Refused: NOT_REPLACED", r.Do("handle objected", "ann", body).ToString());
        Assert.Equal("Accepted", Show(r, objection, sent));
        Assert.Equal(said, r.Do("handle objected", "ann", body).ToString());
        Row report = Bodies.ReportMade.Row("hospital", "ONWARD", Region.Digest("x"));
        Assert.Equal(later, r.Do("patient reported", "ann", report).ToString());
    }

    // the key ended, the guardian's time too, and thirty days were over, while the operator kept what they had sent before
    [Theory]
    [InlineData("key", -1, "Accepted")]
    [InlineData("key", 0, "Refused: KEY_EXPIRED")]
    [InlineData("guardian", -1, "Accepted")]
    [InlineData("guardian", 0, "Refused: HANDLE")]
    [InlineData("compromised", 0, "Accepted")]
    [InlineData("compromised", 1, "Refused: TOO_EARLY")]
    public void A_restriction_counts_from_when_it_was_sent(string what, long seen, string said)
    {
        Region r = Watched();
        r.Consent("ann");
        long from = r.Time,
            end = r.Time + (10 * Durations.Day);
        r.Do("guardian named", "ann", Bodies.GuardianNamed.Row(Region.Key("ann"), Region.Key("eve"), end));
        Row added = Bodies.KeyAdded.Row(Region.Key("new"), new[] { "govern" }, end);
        r.Do("key added", "institute", added, "new");
        long over = end + Parameter.KeyGrace.Default;
        (string kind, string signer, Row body, long due) = what switch
        {
            "key" => ("compromised", "new", Bodies.KeyCompromised.Row(Region.Key("institute"), over - Durations.Day), over),
            "guardian" => ("consent revoked", "eve", Bodies.ConsentRevoked.Row(Region.Key("ann")), end),
            _ => ("compromised", "institute", Bodies.KeyCompromised.Row(Region.Key("new"), from), from + (30 * Durations.Day)),
        };
        Act act = r.Act(kind, signer, body);
        r.Wait(due + Durations.Day - r.Time);
        Assert.Equal(OutcomeKind.Refused, r.Do(kind, signer, body).Kind);
        Assert.Equal("Accepted", Show(r, act, due + seen));
        Assert.Equal(said, r.Do(kind, signer, body).ToString());
    }

    // who had sent it late was late, and the operator that kept it for days after that answered for nothing
    [Fact]
    public void A_delay_is_the_operators_also_of_what_was_late()
    {
        Region r = Watched();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"]),
            request = r.Ask("institute", agreement, ["ann"]);
        r.Serve("hospital", request);
        r.Take("institute", request);
        r.Revoke("ann");
        Row attested = Bodies.ErasureAttested.Row(RecallRules.Id(agreement, r.Time), Array.Empty<string>());
        Act act = r.Act("erasure attested", "institute", attested);
        r.Wait(31 * Durations.Day);
        long sent = r.Time;
        r.Wait(Durations.Day);
        r.Do("erasure attested", "institute", attested);
        Assert.Equal("Accepted", Show(r, act, sent));
        Assert.Equal(["institute RECALL_LATE", "operator OPERATOR_DELAY"], r.Breaches.Distinct().Where(b => b != Silent));
        Assert.Equal("Refused: LATE", Show(r, act, sent));
    }

    private const string Silent = "operator OPERATOR_SILENT";

    private static Region Watched()
    {
        var r = new Region();
        foreach (string name in (string[])["w1", "w2", "w3", "w4"])
        {
            r.Approve(r.Propose("commission-a", "witness", key: Region.Key(name)), "commission-a", "commission-b");
        }

        r.Wait(14 * Durations.Day);
        return r;
    }

    private static string Show(Region r, Act act, long time)
    {
        byte[] entry = Signatures.RestrictingId(act);
        IEnumerable<Row> receipts = ((string[])["w1", "w2"]).Select(w =>
            SubmissionReceipt.Sign(r.Origin, entry, time, Region.Secret(w)).ToRow()
        );
        return r.Do("submission shown", "centre", Bodies.SubmissionShown.Row(entry, receipts)).ToString();
    }
}
