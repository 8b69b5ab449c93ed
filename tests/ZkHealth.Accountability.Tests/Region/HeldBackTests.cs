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
