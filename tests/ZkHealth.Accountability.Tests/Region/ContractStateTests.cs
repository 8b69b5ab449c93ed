using FsCheck.Xunit;
using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>What holds after any row of entries; parameters, thresholds and keys.</summary>
public sealed class ContractStateTests
{
    private static readonly string[] People =
    [
        "ann",
        "bea",
        "institute",
        "maker",
        "hospital",
        "centre",
        "insurer",
        "treasury",
        "commission-a",
        "auditor-a",
        "operator",
    ];

    [Property(MaxTest = 60)]
    public void After_any_entries_money_is_whole_and_credit_within_bounds_and_a_refusal_changes_nothing(ushort seed)
    {
        var random = new Random(seed);
        var r = new Region();
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000),
            request = [],
            proposal = [],
            report = [];
        for (int i = 0; i < 40; i++)
        {
            byte[] before = r.State.Root.ToArray();
            string who = People[random.Next(People.Length)];
            long Told() => Math.Max(0, r.State.Find(Records.Agreement, agreement)!.Whole("told") - random.Next(2));
            switch (random.Next(16))
            {
                case 0:
                    r.Consent(who, "user/company");
                    break;
                case 1:
                    r.Revoke(who);
                    break;
                case 2:
                    request = r.Ask("maker", agreement, ["ann"]);
                    break;
                case 3:
                    r.Serve("hospital", request.Length == 32 ? request : new byte[32]);
                    break;
                case 4:
                    r.Take("maker", request.Length == 32 ? request : new byte[32]);
                    break;
                case 5:
                    r.Report("maker", agreement, Told(), random.NextInt64(1L << 50));
                    break;
                case 6:
                    r.Do("money received", who, Bodies.MoneyReceived.Row("maker", random.NextInt64(1L << 40)));
                    break;
                case 7:
                    r.Do("share claimed", who, Bodies.ShareClaimed.Row(agreement, random.Next(3)));
                    break;
                case 8:
                    r.Do("payout recorded", "treasury", Bodies.PayoutRecorded.Row(Ids.Text(who), random.Next(1 << 20)));
                    break;
                case 9:
                    r.Do("report", "centre", Bodies.ReportMade.Row(who, "TAKEN", agreement));
                    report = r.LastId;
                    break;
                case 10:
                    proposal = r.Propose(
                        "commission-a",
                        "verdict",
                        number: (long)Severity.Serious,
                        about: report.Length == 32 ? report : null
                    );
                    break;
                case 11:
                    r.Approve(proposal.Length == 32 ? proposal : new byte[32], who, "commission-a", "auditor-a");
                    continue;
                case 12:
                    r.Wait(random.NextInt64(60 * Durations.Day));
                    continue;
                case 13:
                    r.Do("agreement ended", who, Bodies.AgreementEnded.Row(agreement));
                    break;
                case 14:
                    // without an agreement, be it permitted or not
                    byte[] treated = r.Ask("centre", null, [who], "TREAT");
                    before = r.State.Root.ToArray();
                    r.Take("centre", treated);
                    break;
                default:
                    Row guardian = Bodies.GuardianNamed.Row(Region.Key(who), Region.Key("mother"), r.Time + Durations.Day);
                    r.Do("guardian named", "hospital", guardian, "registry");
                    break;
            }

            if (r.Last.Kind == OutcomeKind.Refused)
            {
                Assert.NotEmpty(r.Last.Codes);
                Assert.Equal(before, r.State.Root.ToArray());
            }

            if (r.Last.Kind == OutcomeKind.Permitted)
            {
                Assert.True(ConsentRules.IsInForce(r.State.Find(Records.Consent, Region.Key("ann"))!, r.Time));
            }

            Assert.Equal(0, r.MoneyMissing());
            Assert.All(r.State.Members, m => Assert.InRange(r.Credit(m), 0, 100));
            Assert.True(r.State.NextDue is null || r.State.NextDue > r.State.Time);
        }

        // many small steps or one: the same
        ContractState steps = r.State;
        for (long t = r.Time; t < r.Time + (50 * Durations.Day); t += 10 * Durations.Day)
        {
            steps = steps.Advance(t + (10 * Durations.Day)).State;
        }

        Assert.Equal(
            Convert.ToHexString(r.State.Advance(r.Time + (50 * Durations.Day)).State.Root.Span),
            Convert.ToHexString(steps.Root.Span)
        );
    }

    [Fact]
    public void A_parameter_changes_by_its_threshold_after_its_delay_and_not_before()
    {
        var r = new Region();
        byte[] proposal = r.Propose("commission-a", "param", code: Parameter.OpenReports.Name, number: 1);
        r.Approve(proposal, "commission-a", "hospital", "centre", "patients");
        r.Wait(15 * Durations.Day);
        Assert.Null(r.State.Find(Records.Param, Parameter.OpenReports.Name));
        r.Approve(proposal, "commission-b");
        r.Wait((14 * Durations.Day) - 1);
        Assert.Null(r.State.Find(Records.Param, Parameter.OpenReports.Name));
        r.Wait(1);
        Assert.Equal(1, r.State.Find(Records.Param, Parameter.OpenReports.Name)!.Whole("value"));
        r.Do("report", "centre", Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest("a")));
        Assert.Equal(
            "Refused: REPORTS_OPEN",
            r.Do("report", "centre", Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest("b"))).ToString()
        );
    }

    [Fact]
    public void A_key_that_is_compromised_signs_nothing_more()
    {
        var r = new Region();
        Assert.Equal(
            "Refused: UNKNOWN_KEY",
            r.Do("compromised", "hospital", Bodies.KeyCompromised.Row(Region.Key("centre"), r.Time)).ToString()
        );
        r.Do("compromised", "hospital", Bodies.KeyCompromised.Row(Region.Key("hospital"), r.Time));
        Assert.Equal("Refused: KEY_REVOKED", r.Register("hospital", "late").ToString());
    }

    /// <summary>An admitted key had every scope, for five years, whatever was approved.</summary>
    [Fact]
    public void An_admitted_key_has_the_scopes_and_the_end_that_were_approved()
    {
        var r = new Region();
        long until = r.Time + (100 * Durations.Day);
        byte[] proposal = r.Propose(
            "commission-a",
            "admit",
            "clinic",
            "provider",
            "hospital",
            1,
            null,
            Region.Key("clinic"),
            ["serve"],
            until
        );
        r.Approve(proposal, "commission-a", "hospital");
        r.Wait(14 * Durations.Day);
        Assert.Equal("Accepted", r.Register("clinic", "scan").ToString());
        Assert.Equal(
            "Refused: SCOPE",
            r.Do("report", "clinic", Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest("a"))).ToString()
        );
        r.Wait(86 * Durations.Day);
        Assert.Equal("Refused: KEY_EXPIRED", r.Register("clinic", "later").ToString());
        r.Propose("commission-a", "admit", "other", "provider", "hospital", 1, null, Region.Key("other"), ["rule"], until * 2);
        Assert.Equal("Refused: TERMS", r.Last.ToString());
    }

    /// <summary>Section 9: max(1, ⌈numerator × n ∕ denominator⌉), also of nobody.</summary>
    [Theory]
    [InlineData(2, 3, 0, 1)]
    [InlineData(2, 3, 1, 1)]
    [InlineData(2, 3, 3, 2)]
    [InlineData(2, 3, 4, 3)]
    [InlineData(1, 1, 5, 5)]
    public void Thresholds_round_up(long numerator, long denominator, int n, long needed) =>
        Assert.Equal(needed, GovernanceRules.Threshold(numerator, denominator, n));
}
