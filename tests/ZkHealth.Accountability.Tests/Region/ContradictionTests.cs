using Xunit;

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
