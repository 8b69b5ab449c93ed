using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Every story: who answers, and money and credit by hand; each is played twice and replayed from its
/// entries.</summary>
public sealed class StoryTests
{
    public static TheoryData<string> Names() => [.. RegionStories.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_story_ends_as_told_each_time_and_from_its_entries_alone(string name)
    {
        Story story = RegionStories.All.Single(s => s.Name == name);
        StoryEnd first = story.Play(),
            second = story.Play();
        Assert.True(first.AsTold, string.Join("; ", first.Region.Breaches.Append(first.Region.Last.ToString())));
        Assert.Equal((story.Responsible, story.Rule), (first.Responsible, first.Rule));
        Assert.Equal(0, first.Region.MoneyMissing());
        Assert.Equal(Convert.ToHexString(first.Region.State.Root.Span), Convert.ToHexString(second.Region.State.Root.Span));
        ContractState replayed = ContractState.Empty;
        foreach ((Act? act, long time) in first.Region.History)
        {
            Step step = act is null ? replayed.Advance(time) : replayed.Apply(act, time);
            Assert.NotEqual(OutcomeKind.Refused, step.Outcome.Kind);
            replayed = step.State;
        }

        Assert.Equal(Convert.ToHexString(first.Region.State.Root.Span), Convert.ToHexString(replayed.Root.Span));
        ContractState? restored = ContractState.FromSnapshot(replayed.Snapshot(), replayed.Time, replayed.Root.Span);
        long later = replayed.Time + (400 * Durations.Day);
        Assert.Equal(
            Convert.ToHexString(replayed.Advance(later).State.Root.Span),
            Convert.ToHexString(restored!.Advance(later).State.Root.Span)
        );
    }

    /// <summary>
    /// 1 % of 10,000,000 is 100,000: operator 2 % = 2,000, patients 10 % = 10,000; of the other 88,000 the hospital has
    /// weight 3
    /// and the centre 1.5, by its factor: 58,666 and 29,333, and 1 stays as dust.
    /// </summary>
    [Fact]
    public void One_per_cent_is_split_to_the_unit()
    {
        Region r = RegionStories.OnePerCent(new Stage(), out byte[] agreement).Region;
        Assert.Equal(
            (2_000, 58_666, 29_333, 0),
            (r.Balance("operator"), r.Balance("hospital"), r.Balance("centre"), r.Balance("maker"))
        );
        Assert.Equal(
            (10_000, 1),
            (r.State.Find(Records.Pool, FeeRules.PeriodId(agreement, 0))!.Whole("amount"), r.Fund(Funds.Dust))
        );
        Assert.Equal(100_000, r.State.Find(Records.Agreement, agreement)!.Whole("locked"));
    }

    /// <summary>Newcomers have 80; 110 days later 3 more. Genomes: the taker 40, the server 15. Deletion late: 15 of 81, and
    /// 10 %
    /// of the deposit held.</summary>
    [Fact]
    public void Credit_and_deposits_at_the_end_of_the_stories()
    {
        Region genomes = Play("genomes without authorisation");
        Assert.Equal((40, 65, 80), (genomes.Credit("institute"), genomes.Credit("hospital"), genomes.Credit("centre")));
        Assert.Equal((90_000, 10_000), Deposit(genomes));
        Region late = Play("deletion late");
        Assert.Equal((66, 81), (late.Credit("institute"), late.Credit("hospital")));
        Assert.Equal((90_000, 10_000), Deposit(late));
        Region unreported = Play("one per cent unreported");
        Assert.Equal((69, 84), (unreported.Credit("maker"), unreported.Credit("hospital")));
        Region altered = Play("CT image altered");
        Assert.Equal((65, 80), (altered.Credit("hospital"), altered.Credit("centre")));
        Region insurer = Play("insurer");
        Assert.Equal(42, insurer.Credit("insurer"));
        Assert.Equal(10_000, insurer.Fund(Funds.Patients));
        Assert.Equal(77, Play("node dies for 11 minutes").Credit("operator"));
        Region paid = Play("patient who looks, revokes and is paid");
        Assert.Equal((2_500, 0), (paid.Balance("ann"), paid.Balance("bea")));
    }

    private static Region Play(string name) => RegionStories.All.Single(s => s.Name == name).Play().Region;

    private static (long Locked, long Held) Deposit(Region r) =>
        (r.All(Records.Agreement).Sum(a => a.Whole("locked")), r.All(Records.Breach).Sum(b => b.Whole("held")));
}
