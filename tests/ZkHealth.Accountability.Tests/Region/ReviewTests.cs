using Xunit;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>More attacks of the review, by their numbers.</summary>
public sealed class ReviewTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zkhealth").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Attack 3: who stamps the time decides. Times never fall, and who is silent for longer than the charter's bound
    /// shows it by two leaves; at the bound itself nobody is in breach.</summary>
    [Theory]
    [InlineData(-1, "")]
    [InlineData(0, "")]
    [InlineData(1, "operator OPERATOR_SILENT")]
    public void Attack_3_time_does_not_fall_and_silence_is_the_operators(int offset, string breach)
    {
        var r = new Region((Parameter.Heartbeat, 60_000));
        r.Wait(Parameter.Silence.Default + offset);
        Assert.Equal(breach, string.Join(", ", r.Breaches));
        Act act = r.Act("report", "centre", Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest("a")));
        Assert.Equal("Refused: TIME", r.State.Check(act, r.Time - 1).ToString());
        Assert.Equal("Refused: TIME", r.State.Check(act, Durations.End).ToString());
    }

    /// <summary>Attack 5: a provider frames its recipient with the package that it holds itself. What somebody says of a leak
    /// is a report, and nobody is in breach before a verdict.</summary>
    [Fact]
    public void Attack_5_a_leak_convicts_nobody_by_itself()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        r.Serve("hospital", request);
        r.Take("institute", request);
        r.Do("report", "hospital", Bodies.ReportMade.Row("institute", "LEAK", request));
        r.Wait(100 * Durations.Day);
        Assert.Empty(r.Breaches);
        Assert.Equal(100_000, r.All(Records.Agreement).Single().Whole("locked"));
    }

    /// <summary>Attack 7: checked at a leader, applied after a fail-over when the consent had ended: that is a decision on the
    /// log, and a refused entry is no leaf, so that no audit convicts an honest operator.</summary>
    [Fact]
    public void Attack_7_what_changed_between_check_and_leaf_convicts_nobody()
    {
        using var r = new Region(_folder, "region");
        r.Consent("ann", days: 1);
        byte[] agreement = r.Agree("institute", ["hospital"]);
        r.Sleep(Durations.Day - 1);
        Act late = r.Act("report", "centre", Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest("a")));
        Assert.Equal("Accepted", r.State.Check(late, r.Time).ToString());
        r.Sleep(1);
        r.Ask("institute", agreement, ["ann"]);
        Assert.Equal("Denied: NO_CONSENT", r.Last.ToString());
        r.Sleep(Durations.Hour);
        using SqliteLedger ledger = SqliteLedger.Open(r.LedgerFile!);
        long size = ledger.GetCheckpoint().Size;
        Assert.Equal("Refused: EXPIRED", r.State.Check(late, r.Time).ToString());
        Assert.Equal("Refused: ROLE", r.Do("money received", "maker", Bodies.MoneyReceived.Row("maker", 5)).ToString());
        Assert.Equal(size, ledger.GetCheckpoint().Size);
        Assert.True(LedgerAudit.Run(r.LedgerFile!, rules: AccountabilityRules.Instance).IsAccepted);
    }

    /// <summary>Attack 11a and 11b: a page that signs for the patient needs the provider at another machine; and a patient
    /// needs no certificate: her signature is enough to revoke.</summary>
    [Fact]
    public void Attack_11_the_page_alone_grants_nothing_and_a_patient_revokes_without_a_certificate()
    {
        var r = new Region();
        Act granted = r.Act("consent granted", "ann", Grant(r), "operator");
        Assert.Equal("Refused: COUNTERSIGNATURE", r.State.Check(granted, r.Time).ToString());
        Assert.Equal("Accepted", r.Consent("ann").ToString());
        Assert.Null(r.State.Find(Records.Key, Region.Key("ann")));
        Assert.Equal("Accepted", r.Revoke("ann").ToString());
    }

    /// <summary>Attack 20: what the law has to be kept is restricted with a legal ground, and the recall is done.</summary>
    [Fact]
    public void Attack_20_a_recall_is_met_by_restriction_with_a_ground()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] request = r.Ask("institute", agreement, ["ann"]);
        r.Serve("hospital", request);
        r.Take("institute", request);
        r.Revoke("ann");
        Row body = Bodies.ErasureAttested.Row(RecallRules.Id(agreement, r.Time), new[] { "trial-data" });
        Assert.Equal("Accepted", r.Do("erasure attested", "institute", body).ToString());
        r.Wait(100 * Durations.Day);
        Assert.Empty(r.Breaches);
    }

    /// <summary>Attack 23: what is due and what is done at one millisecond: an attestation at the deadline is late, one before
    /// it is in time.</summary>
    [Theory]
    [InlineData(-1, "")]
    [InlineData(0, "institute RECALL_LATE")]
    [InlineData(1, "institute RECALL_LATE")]
    public void Attack_23_the_clock_at_a_deadline(int offset, string breach)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] request = r.Ask("institute", agreement, ["ann"]);
        r.Serve("hospital", request);
        r.Take("institute", request);
        r.Revoke("ann");
        Row body = Bodies.ErasureAttested.Row(RecallRules.Id(agreement, r.Time), Array.Empty<string>());
        r.Sleep((30 * Durations.Day) + offset);
        r.Do("erasure attested", "institute", body);
        Assert.Equal(breach, string.Join(", ", r.Breaches));
    }

    /// <summary>Attack 27: a recipient registers the file that it received. The first registration is evidence of a date and no
    /// right: the second claim opens a challenge by itself.</summary>
    [Fact]
    public void Attack_27_two_claims_to_one_file_open_a_challenge()
    {
        var r = new Region();
        r.Register("centre", "scan");
        Assert.Equal("Refused: REGISTERED", r.Register("centre", "scan").ToString());
        Assert.Equal("Accepted", r.Register("hospital", "scan").ToString());
        Assert.Equal("Refused: REGISTERED", r.Register("hospital", "scan").ToString());
        Assert.True(r.State.Find(Records.Asset, Region.Digest("scan"))!.Flag("challenged"));
        Assert.Equal("hospital", r.All(Records.Claim).Single().Code("provider"));
    }

    /// <summary>Attack 35: A cites B's asset as the source of a falsified one. A source of another member has to have been
    /// delivered.</summary>
    [Fact]
    public void Attack_35_a_source_of_another_refers_to_a_delivery()
    {
        var r = new Region();
        r.Register("hospital", "scan");
        Row derived = Bodies.Registration(Region.Digest("derived"), ["age"], r.Time, [Region.Digest("scan")]);
        Assert.Equal("Refused: NO_DELIVERY", r.Do("asset registered", "centre", derived).ToString());
        Row unknown = derived.With("sources", new[] { Region.Digest("nothing") });
        Assert.Equal("Refused: UNKNOWN_SOURCE", r.Do("asset registered", "centre", unknown).ToString());
        r.Consent("ann", "centre", purpose: "TREAT");
        byte[] request = r.Ask("centre", null, ["ann"], "TREAT");
        r.Serve("hospital", request);
        r.Take("centre", request);
        Assert.Equal("Accepted", r.Do("asset registered", "centre", derived).ToString());
    }

    private static Row Grant(Region r)
    {
        r.Consent("model");
        Row c = r.State.Find(Records.Consent, Region.Key("model"))!;
        string[] fields = [.. Bodies.ConsentGranted.Fields.Select(f => f.Name)];
        return Bodies.ConsentGranted.Row([.. fields.Select(f => c[c.Shape.IndexOf(f)])]);
    }
}
