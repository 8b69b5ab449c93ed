using Xunit;
using ZkHealth.Accountability.Reports;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>The report of a period, on the stories: fees, breaches, denials, each in the period of its own time.</summary>
public sealed class PeriodReportTests
{
    /// <summary>Two neighbouring leaves show a silence: a report named the operator for the time since the last leaf of a copy,
    /// at the end of its period, and again in the next one.</summary>
    [Fact]
    public void A_silence_is_reported_once_and_of_an_old_copy_never()
    {
        using var r = new Region((Parameter.Heartbeat, 1));
        Assert.Equal("", Told(PeriodReport.Of(r.Steps, Region.Start, Region.Start + (100 * Durations.Day))));
        r.Wait(Durations.Day);
        long within = Region.Start + Durations.Hour;
        Assert.Equal("", Told(PeriodReport.Of(r.Steps, Region.Start, within)));
        Assert.Equal("operator OPERATOR_SILENT", Told(PeriodReport.Of(r.Steps, within, within + (100 * Durations.Day))));
        PeriodReport late = PeriodReport.Of(r.Steps, r.Time - Durations.Second, r.Time + 1);
        Assert.Equal(r.Time, late.Breaches.Single().Row.Whole("time"));
    }

    /// <summary>1 % of 10,000,000 by receiver; nothing of it in the period before, and the two periods are the whole.</summary>
    [Fact]
    public void Fees_of_a_period_by_receiver()
    {
        Region r = StoryPlays.Play("one per cent reported");
        long closes = Region.Start + (120 * Durations.Day);
        PeriodReport before = PeriodReport.Of(r.Steps, Region.Start, closes),
            after = PeriodReport.Of(r.Steps, closes, closes + Durations.Day);
        Assert.Equal("", before.Fees.ToString());
        Assert.Equal("centre 29333, hospital 58666, operator 2000, patients 10000", after.Fees.ToString());
        Assert.Equal("deposits 100000, received 100000", before.Money.ToString());
        Assert.Equal("centre 10, hospital 10", before.Served.ToString());
        Assert.Equal("maker 20", before.Taken.ToString());
        Assert.Equal(Convert.ToHexString(r.State.Root.Span), Convert.ToHexString(after.StateRoot));
    }

    /// <summary>What is due happens at its own time: a silence that was over before the period belongs to the period before, also
    /// where the leaf that shows it comes later.</summary>
    [Fact]
    public void A_breach_belongs_to_the_period_of_its_own_time()
    {
        Region r = StoryPlays.Play("one per cent unreported");
        long due = Region.Start + (120 * Durations.Day);
        PeriodReport until = PeriodReport.Of(r.Steps, Region.Start, due + 1),
            from = PeriodReport.Of(r.Steps, due + 1, due + Durations.Day);
        Assert.Equal("maker VALUE_NOT_REPORTED", Told(until));
        Assert.Equal("cut 10000, deposits 100000", until.Money.ToString());
        Assert.Equal("", Told(from));
        Assert.Equal("", Told(PeriodReport.Of(r.Steps, Region.Start, due)));
        Assert.Throws<ArgumentOutOfRangeException>(() => PeriodReport.Of(r.Steps, due, due));
    }

    [Fact]
    public void Denials_sanctions_and_penalties_of_a_period()
    {
        PeriodReport insurer = All(StoryPlays.Play("insurer"));
        Assert.Equal("PROHIBITED_PURPOSE 1", insurer.Denials.ToString());
        Assert.True(insurer.Sanctions.Single().Row.Flag("rectified"));
        Assert.Equal("final", insurer.Breaches.Single().Row.Code("status"));
        Assert.Equal(42, insurer.Credit["insurer"]);
        PeriodReport late = All(StoryPlays.Play("deletion late"));
        Assert.Equal("demanded 1, late 1", late.Recalls.ToString());
        PeriodReport altered = All(StoryPlays.Play("CT image altered"));
        Assert.Equal("verdict 1", altered.Decisions.ToString());
        IReadOnlyList<Liability> liability = Liability.TableOf(ContractState.Empty);
        Assert.All(
            RegionStories.All.SelectMany(s => StoryPlays.Play(s.Name).All(Records.Breach)),
            b => Assert.Contains(liability, l => l.Rule == b.Code("rule"))
        );
    }

    private static PeriodReport All(Region r) => PeriodReport.Of(r.Steps, Region.Start, r.Time + 1);

    private static string Told(PeriodReport report) =>
        string.Join(", ", report.Breaches.Select(b => $"{b.Row.Code("subject")} {b.Row.Code("rule")}"));
}
