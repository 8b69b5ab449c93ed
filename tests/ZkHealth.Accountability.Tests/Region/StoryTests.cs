using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Every story: who answers, and money and credit by hand; each is played twice on ledgers of its own and replayed from
/// its entries.</summary>
public sealed class StoryTests : TemporaryFolder
{
    /// <summary>
    /// Credit by hand: 80 at the founding and one more for each 30 days since; less 3, 15 or 40 for a breach, less one for each
    /// 30 days since that. A deposit is 100,000, a cut 10 % of it, held for 14 days and then the patients'.
    /// </summary>
    private static readonly Dictionary<string, Ending> Endings = new(StringComparer.Ordinal)
    {
        ["CT image altered"] = new(80, "hospital 65"),
        ["genomes without authorisation"] = new(80, "hospital 65, institute 40", Locked: 90_000, Held: 10_000),
        ["genomes taken and not served"] = new(80, "institute 40", Locked: 90_000, Held: 10_000),
        ["deletion in time"] = new(81, "", Locked: 100_000),
        ["deletion late"] = new(81, "institute 66", Locked: 90_000, Held: 10_000),

        // 1 % of 10,000,000: operator 2 %, patients 10 %; of the other 88,000 the hospital has weight 3 and the centre 1.5
        ["one per cent reported"] = new(84, "", 100_000, Dust: 1, Pools: 10_000)
        {
            Accounts = "centre 29333, hospital 58666, maker 0, operator 2000",
        },
        // the contract owes what is theirs to those who chose it; the centre's part went through the treasury
        ["one per cent on a chain"] = new(84, "", 100_000, Dust: 1, Pools: 8_000)
        {
            Accounts = "centre 0, hospital 0, maker 0, operator 0, treasury 0",
            Drawable = "ann 2000, hospital 58666, operator 2000, treasury 29333",
            PaidOut = 2_000 + 58_666 + 2_000 + 29_333,
        },
        ["one per cent unreported"] = new(84, "maker 69", Locked: 90_000, Held: 10_000),
        ["12/8 corrected in time"] = new(80, ""),
        ["12/8 corrected late"] = new(80, "centre 65"),
        ["12/8 not corrected yet"] = new(80, ""),

        // the cut of 10,000 is final after 14 days, and 8,000 of it are the patient's
        ["insurer"] = new(81, "insurer 42", Locked: 90_000, Patients: 2_000) { Accounts = "ann 8000" },
        ["exporting doctor"] = new(80, "hospital 65", Locked: 100_000),
        ["untold allergy"] = new(80, ""),
        ["diabetes figure"] = new(80, ""),
        ["ten hospitals"] = new(80, "centre 65"),
        ["operator alone"] = new(83, ""),
        ["node dies for 9 minutes"] = new(80, ""),
        ["node dies for 11 minutes"] = new(80, "operator 77"),
        ["recognition in another city"] = new(80, ""),
        ["endless clause"] = new(80, "", Locked: 100_000),

        // of the pool of 10,000 the remote patient of the centre has two shares, she and two others one
        ["patient who looks, revokes and is paid"] = new(84, "", 100_000, Dust: 1, Pools: 8_000)
        {
            Accounts = "ann 2000, centre 29333, hospital 58666, maker 0, operator 2000",
        },
        ["report"] = new(83, "", Locked: 100_000),
    };

    /// <summary>Who is to answer and by which rule, as the issue tells each story; "nobody" where a duty was done, or a rule
    /// stopped it.</summary>
    private static readonly Dictionary<string, (string Responsible, string Rule)> Told = new(StringComparer.Ordinal)
    {
        ["CT image altered"] = ("hospital", "ALTERED"),
        ["genomes without authorisation"] = ("hospital, institute", "TAKEN"),
        ["genomes taken and not served"] = ("institute", "TAKEN"),
        ["deletion in time"] = ("nobody", "RECALL"),
        ["deletion late"] = ("institute", "RECALL_LATE"),
        ["one per cent reported"] = ("nobody", "FEE"),
        ["one per cent on a chain"] = ("nobody", "FEE"),
        ["one per cent unreported"] = ("maker", "VALUE_NOT_REPORTED"),
        ["12/8 corrected in time"] = ("nobody", "QUALITY"),
        ["12/8 corrected late"] = ("centre", "CORRECTION_LATE"),
        ["12/8 not corrected yet"] = ("centre", "QUALITY"),
        ["insurer"] = ("insurer", "PROHIBITED_PURPOSE"),
        ["exporting doctor"] = ("hospital", "BEYOND_RIGHTS"),
        ["untold allergy"] = ("nobody", "EMERGENCY"),
        ["diabetes figure"] = ("nobody", "CONFORMITY"),
        ["ten hospitals"] = ("centre", "BAD_CONTRIBUTION"),
        ["operator alone"] = ("operator", "THRESHOLD"),
        ["node dies for 9 minutes"] = ("nobody", "OPERATOR_SILENT"),
        ["node dies for 11 minutes"] = ("operator", "OPERATOR_SILENT"),
        ["recognition in another city"] = ("nobody", "RECOGNITION"),
        ["endless clause"] = ("nobody", "LONGEST_TERM"),
        ["patient who looks, revokes and is paid"] = ("nobody", "CONSENT"),
        ["report"] = ("nobody", "REPORT"),
    };

    public static TheoryData<string> Names() => [.. RegionStories.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_story_ends_as_told_each_time_and_from_its_entries_alone(string name)
    {
        Story story = RegionStories.All.Single(s => s.Name == name);
        using Stage one = new(At("one")),
            two = new(At("two"));
        StoryEnd first = story.Play(one),
            second = story.Play(two);
        Assert.True(first.AsTold, string.Join("; ", first.Region.Breaches.Append(first.Region.Last.ToString())));
        Assert.Equal(Told[name], (first.Responsible, first.Rule));
        Assert.Equal(Told[name], (story.Responsible, story.Rule));
        Assert.Equal(Roots(one), Roots(two));
        foreach (Region region in one.Regions)
        {
            Assert.Equal((0, 0), ((long)region.MoneyMissing(), (long)region.RailsMissing()));
            ContractState replayed = ContractState.Empty;
            foreach (Func<ContractState, Step> next in region.History)
            {
                Step step = next(replayed);
                Assert.NotEqual(OutcomeKind.Refused, step.Outcome.Kind);
                replayed = step.State;
            }

            Assert.Equal(Hex(region.State), Hex(replayed));
        }
    }

    /// <summary>Every story has its credit and its money, counted by hand above.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Credit_and_money_at_the_end_of_a_story(string name)
    {
        Ending expected = Endings[name];
        using Stage stage = new(At("story"));
        Region r = RegionStories.All.Single(s => s.Name == name).Play(stage).Region;
        IEnumerable<string> other = r.State.Members.Where(m => r.Credit(m) != expected.Credit).Select(m => $"{m} {r.Credit(m)}");
        Assert.Equal(expected.Others, string.Join(", ", other));
        Assert.Equal(
            (expected.Locked, expected.Held, expected.Patients, expected.Dust, expected.Pools),
            (
                r.All(Records.Agreement).Sum(a => a.Whole("locked")),
                r.All(Records.Breach).Sum(b => b.Whole("held")),
                r.Fund(Funds.Patients),
                r.Fund(Funds.Dust),
                r.All(Records.Pool).Sum(p => p.Whole("amount") - p.Whole("claimed"))
            )
        );
        string[] owners = [.. r.State.Members, "ann", "bea", "cas", "dan"];
        var accounts = owners
            .Where(o => r.Accounts.ContainsKey(Convert.ToHexStringLower(Ids.Text(o))) || r.Balance(o) > 0)
            .Order(StringComparer.Ordinal)
            .Select(o => $"{o} {r.Balance(o)}");
        Assert.Equal(expected.Accounts, string.Join(", ", accounts));
        var drawable = owners.Where(o => r.Drawable(o) > 0).Order(StringComparer.Ordinal).Select(o => $"{o} {r.Drawable(o)}");
        Assert.Equal(expected.Drawable, string.Join(", ", drawable));
        Assert.Equal(expected.PaidOut, r.Fund(Funds.PaidOut));
    }

    private static IEnumerable<string> Roots(Stage stage) => stage.Regions.Select(r => Hex(r.State));

    private static string Hex(ContractState state) => Convert.ToHexString(state.Root.Span);

    /// <summary>What is left at the end: the credit of everybody but those named, and where money lies.</summary>
    private sealed record Ending(
        long Credit,
        string Others,
        long Locked = 0,
        long Held = 0,
        long Patients = 0,
        long Dust = 0,
        long Pools = 0
    )
    {
        public string Accounts { get; init; } = "";

        public string Drawable { get; init; } = "";

        public long PaidOut { get; init; }
    }
}
