using Xunit;
using ZkHealth.Accountability.Traces;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Row 10: blood groups of one patient differ between two hospitals: an entry names it, and both have to settle
/// it.</summary>
public sealed class ContradictionTests
{
    private static readonly byte[] Ours = Region.Digest("blood group A"),
        Theirs = Region.Digest("blood group B");

    /// <summary>Each provider admits, reports or is silent; at the deadline the silent ones answer, ±1 ms.</summary>
    [Theory]
    [InlineData("admits", "", -1, "")]
    [InlineData("reports", "", -1, "centre CONTRADICTION_OPEN")]
    [InlineData("reports", "reports", -1, "")]
    [InlineData("", "admits", -1, "")]
    [InlineData("", "", -1, "centre CONTRADICTION_OPEN, hospital CONTRADICTION_OPEN")]
    [InlineData("admits", "", 0, "centre CONTRADICTION_OPEN, hospital CONTRADICTION_OPEN")]
    public void Two_values_that_contradict_are_settled_in_time_or_whoever_is_silent_answers(
        string hospital,
        string centre,
        int offset,
        string breaches
    )
    {
        Region r = Contradict();
        r.Sleep((7 * Durations.Day) + offset);
        Say("hospital", hospital, Ours, Theirs);
        Say("centre", centre, Theirs, Ours);
        r.Wait(Durations.Day);
        Assert.Equal(breaches, string.Join(", ", r.Breaches));

        void Say(string who, string word, byte[] own, byte[] other)
        {
            if (word.Length > 0)
            {
                Assert.Equal("Accepted", Settle(r, who, word == "admits" ? own : other).ToString());
            }
        }
    }

    /// <summary>What is admitted is to be corrected in 7 days, and the other value is no longer doubted; what is reported waits
    /// for a verdict.</summary>
    [Fact]
    public void The_wrong_value_is_corrected_and_the_right_one_stands()
    {
        Region r = Contradict();
        Assert.True(Flag(r, Ours, "challenged") && Flag(r, Theirs, "challenged"));
        Assert.Equal("Accepted", Settle(r, "hospital", Theirs).ToString());
        Assert.Equal(
            "QUALITY centre",
            string.Join(' ', r.All(Records.Report).Select(x => $"{x.Code("rule")} {x.Code("accused")}"))
        );
        Assert.Equal("Accepted", Settle(r, "centre", Theirs).ToString());
        Assert.Equal((false, true), (Flag(r, Ours, "challenged"), Flag(r, Theirs, "challenged")));
        Assert.Equal("Refused: DUPLICATE", Settle(r, "hospital", Ours).ToString());
        r.Wait(7 * Durations.Day);
        Assert.Equal(["centre CORRECTION_LATE"], r.Breaches);
    }

    [Fact]
    public void Only_who_has_to_do_with_one_of_them_names_a_contradiction_and_once()
    {
        var r = new Region();
        r.Consent("ann");
        r.Register("hospital", "blood group A", consents: "ann");
        Row body = Bodies.AssetsContradict.Row(Ours, Theirs, "blood-group");
        Assert.Equal("Refused: UNKNOWN_ASSET", r.Do("assets contradict", "hospital", body).ToString());
        r.Register("centre", "blood group B");
        Assert.Equal("Refused: UNKNOWN_ASSET", r.Do("assets contradict", "institute", body).ToString());
        Assert.Equal("Refused: HANDLE", r.Do("assets contradict", "bea", body).ToString());
        Assert.Equal("Accepted", r.Do("assets contradict", "ann", body).ToString());
        Row turned = Bodies.AssetsContradict.Row(Theirs, Ours, "blood-group");
        Assert.Equal("Refused: DUPLICATE", r.Do("assets contradict", "centre", turned).ToString());
        Assert.Equal("Refused: UNKNOWN_CONTRADICTION", Settle(r, "institute", Ours).ToString());
        Assert.Equal("Refused: UNKNOWN_ASSET", Settle(r, "centre", Region.Digest("other")).ToString());
        Settle(r, "centre", Theirs);
        r.Register("hospital", "blood group 0");
        Row third = Bodies.AssetsContradict.Row(Region.Digest("blood group 0"), Theirs, "blood-group");
        Assert.Equal("Refused: CORRECTED", r.Do("assets contradict", "hospital", third).ToString());
    }

    /// <summary>A patient, or a member, named one contradiction after the other, and the provider of the other side had to admit
    /// what was right once it had five reports open (3 points each, then 6): a patient has one open, a member five, and settling
    /// by a report is possible however many reports are open, or may be.</summary>
    [Theory]
    [InlineData("ann", 1, 5)]
    [InlineData("centre", 5, 5)]
    [InlineData("ann", 1, 1)]
    public void Nobody_takes_the_credit_of_an_honest_provider_by_contradictions(string who, int most, int reports)
    {
        var r = new Region((Parameter.OpenReports, reports));
        r.Consent("ann", provider: "centre");
        r.Register("centre", "thrown away", consents: "ann");
        byte[] thrown = Region.Digest("thrown away");
        for (int i = 0; i < reports; i++)
        {
            r.Do("report", "hospital", Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest($"{i}")));
        }

        byte[][] right = [.. Enumerable.Range(0, most + 1).Select(i => Region.Digest($"right {i}"))];
        for (int i = 0; i <= most; i++)
        {
            r.Register("hospital", $"right {i}");
            Outcome opened = r.Do("assets contradict", who, Bodies.AssetsContradict.Row(thrown, right[i], "blood-group"));
            Assert.Equal(i < most ? "Accepted" : "Refused: CONTRADICTIONS_OPEN", opened.ToString());
        }

        foreach (byte[] side in right[..most])
        {
            Row report = Bodies.ContradictionSettled.Row(ContradictionRules.Id(thrown, side), thrown);
            Assert.Equal("Accepted", r.Do("contradiction settled", "hospital", report).ToString());
        }

        r.Wait(8 * Durations.Day);
        Assert.DoesNotContain(r.Breaches, b => b.StartsWith("hospital", StringComparison.Ordinal));
        Row again = Bodies.AssetsContradict.Row(thrown, right[most], "blood-group");
        Assert.Equal("Accepted", r.Do("assets contradict", who, again).ToString());
    }

    /// <summary>A report that was a duty neither takes nor gives back one of the five.</summary>
    [Fact]
    public void A_report_of_a_contradiction_does_not_count_among_the_open_ones()
    {
        Region r = Contradict();
        Settle(r, "hospital", Theirs);
        byte[] duty = r.LastId;
        for (int i = 0; i < 5; i++)
        {
            Row report = Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest($"{i}"));
            Assert.Equal("Accepted", r.Do("report", "hospital", report).ToString());
        }

        r.Approve(r.Propose("commission-a", "dismiss", about: duty), "commission-a");
        Assert.False(r.State.Find(Records.Report, duty)!.Flag("open"));
        Row sixth = Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest("6"));
        Assert.Equal("Refused: REPORTS_OPEN", r.Do("report", "hospital", sixth).ToString());
    }

    [Fact]
    public void A_replaced_handle_names_no_contradiction()
    {
        var r = new Region();
        r.Consent("ann");
        r.Register("hospital", "blood group A", consents: "ann");
        r.Register("centre", "blood group B");
        Row replaced = Bodies.HandlesReplaced.Row((object)new[] { Region.Key("ann") });
        Assert.Equal("Accepted", r.Do("handles replaced", "hospital", replaced, "registry").ToString());
        Row body = Bodies.AssetsContradict.Row(Ours, Theirs, "blood-group");
        Assert.Equal("Refused: REPLACED", r.Do("assets contradict", "ann", body).ToString());
    }

    /// <summary>A provider cleared its challenged asset by a second one of its own, or of a friend, that it said to be wrong; and
    /// the dismissal of one report cleared what another one challenges.</summary>
    [Fact]
    public void A_challenge_stays_while_another_report_or_contradiction_is_open()
    {
        var r = new Region();
        r.Register("hospital", "blood group A");
        r.Do("report", "maker", Bodies.ReportMade.Row("hospital", "QUALITY", Ours));
        byte[] first = r.LastId;
        r.Register("hospital", "thrown away");
        Row own = Bodies.AssetsContradict.Row(Region.Digest("thrown away"), Ours, "blood-group");
        Assert.Equal("Refused: ONE_PROVIDER", r.Do("assets contradict", "hospital", own).ToString());

        r.Register("centre", "blood group B");
        r.Do("assets contradict", "centre", Bodies.AssetsContradict.Row(Ours, Theirs, "blood-group"));
        Assert.Equal("Accepted", Settle(r, "centre", Theirs).ToString());
        Assert.True(Flag(r, Ours, "challenged"));

        r.Do("report", "institute", Bodies.ReportMade.Row("hospital", "QUALITY", Ours));
        byte[] second = r.LastId;
        r.Approve(r.Propose("commission-a", "dismiss", about: first), "commission-a");
        Assert.True(Flag(r, Ours, "challenged"));
        r.Approve(r.Propose("commission-a", "dismiss", about: second), "commission-a");
        Assert.False(Flag(r, Ours, "challenged"));
    }

    /// <summary>A second claim to a file is no less open when somebody settles a contradiction; judges end it. And a dismissal
    /// did not say that a value is right which was corrected.</summary>
    [Fact]
    public void A_claim_and_a_wrong_value_stay_flagged()
    {
        Region r = Contradict();
        r.Register("centre", "blood group A");
        Settle(r, "centre", Theirs);
        Assert.True(Flag(r, Ours, "challenged"));
        r.Do("report", "maker", Bodies.ReportMade.Row("hospital", "QUALITY", Ours));
        r.Approve(r.Propose("commission-a", "dismiss", about: r.LastId), "commission-a");
        Assert.False(Flag(r, Ours, "challenged"));

        r.Register("centre", "corrected");
        r.Do("report", "maker", Bodies.ReportMade.Row("centre", "QUALITY", Theirs));
        byte[] report = r.LastId;
        Row done = Bodies.AssetCorrected.Row(Theirs, Region.Digest("corrected"));
        Assert.Equal("Accepted", r.Do("asset corrected", "centre", done).ToString());
        r.Approve(r.Propose("commission-a", "dismiss", about: report), "commission-a");
        Assert.True(Flag(r, Theirs, "challenged"));
    }

    /// <summary>Nobody was shown that it has to settle, nor by which id: each provider is, until it has, or the time is
    /// over.</summary>
    [Fact]
    public void A_provider_is_told_what_contradicts_its_asset()
    {
        using Region r = Contradict();
        string id = LogHistory.Hex(ContradictionRules.Id(Ours, Theirs));
        Assert.Equal((id, "CONTRADICTION_OPEN"), Assert.Single(Waiting("hospital")));
        Assert.Equal((id, "CONTRADICTION_OPEN"), Assert.Single(Waiting("centre")));
        Assert.Empty(Waiting("institute"));
        Settle(r, "hospital", Theirs);
        Assert.Empty(Waiting("hospital"));
        Assert.Single(Waiting("centre"));
        Trace trace = UseTrace.Of(LogHistory.Of(r.Steps), ["centre"], out _)!;
        Assert.Equal(
            ["assets contradict", "contradiction settled"],
            trace.Timeline.Select(e => e.What).Where(w => w.Contains("contradict", StringComparison.Ordinal))
        );
        r.Wait(8 * Durations.Day);
        Assert.Empty(Waiting("centre"));

        IEnumerable<(string Id, string Rule)> Waiting(string who) =>
            UseTrace.Of(LogHistory.Of(r.Steps), [who], out _)!.Answers.Where(a => a.Status == "open").Select(a => (a.Id, a.Rule));
    }

    private static Region Contradict()
    {
        var r = new Region();
        r.Register("hospital", "blood group A");
        r.Register("centre", "blood group B");
        Row body = Bodies.AssetsContradict.Row(Ours, Theirs, "blood-group");
        Assert.Equal("Accepted", r.Do("assets contradict", "hospital", body).ToString());
        return r;
    }

    private static Outcome Settle(Region r, string who, byte[] wrong) =>
        r.Do("contradiction settled", who, Bodies.ContradictionSettled.Row(ContradictionRules.Id(Ours, Theirs), wrong));

    private static bool Flag(Region r, byte[] asset, string field) => r.State.Find(Records.Asset, asset)!.Flag(field);
}
