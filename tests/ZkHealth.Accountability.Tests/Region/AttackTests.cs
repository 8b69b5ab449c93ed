using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Attacks of the review by their numbers, beside those in the other tests of this folder.</summary>
public sealed class AttackTests
{
    /// <summary>Attack 13: a value reported in parts of 99 gave no fee at all; the fee is of the cumulative value.</summary>
    [Fact]
    public void Attack_13_a_value_reported_in_parts_has_the_fee_of_the_whole()
    {
        var r = new Region();
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000);
        r.Sleep(90 * Durations.Day);
        for (int i = 1; i <= 20; i++)
        {
            r.Report("maker", agreement, 0, 99 * i);
        }

        Assert.Equal("Refused: FALLING", r.Report("maker", agreement, 0, 99).ToString());
        r.Wait(30 * Durations.Day);
        Assert.Equal(19, r.State.Find(Records.Agreement, agreement)!.Whole("booked"));
    }

    /// <summary>Attack 23: a consent ends at its millisecond, and an attestation at the deadline is late.</summary>
    [Theory]
    [InlineData(-1, "Permitted")]
    [InlineData(0, "Denied: NO_CONSENT")]
    [InlineData(1, "Denied: NO_CONSENT")]
    public void Attack_23_intervals_are_half_open(int offset, string outcome)
    {
        var r = new Region();
        r.Consent("ann", days: 10);
        byte[] agreement = r.Agree("institute", ["hospital"]);
        r.Sleep((10 * Durations.Day) + offset);
        r.Ask("institute", agreement, ["ann"]);
        Assert.Equal(outcome, r.Last.ToString());
    }

    /// <summary>Attack 11: a deposit is locked to one agreement; a second one has none of it.</summary>
    [Fact]
    public void Attack_11_one_deposit_serves_one_agreement()
    {
        var r = new Region();
        r.Consent("ann");
        r.Agree("institute", ["hospital"]);
        byte[] second = r.Agree("institute", ["centre"], deposit: 0);
        byte[] third = r.Agree("institute", ["hospital"], days: 100);
        r.Ask("institute", third, ["ann"]);
        Assert.Equal("Permitted", r.Last.ToString());
        Assert.Equal(0, r.State.Find(Records.Agreement, second)!.Whole("locked"));

        // a fourth one that asks for a deposit has none of the others'
        Row terms = r.State.Find(Records.Agreement, third)!.Inner("terms").With("until", r.Time + (50 * Durations.Day));
        r.Do("agreement made", "institute", Bodies.AgreementMade.Row(new[] { "hospital" }, "institute", terms), "hospital");
        r.Ask("institute", r.LastId, ["ann"]);
        Assert.Equal("Denied: NO_DEPOSIT", r.Last.ToString());
    }

    /// <summary>Attack 34: whoever ends an agreement keeps its duties: the recall is due, the deposit stays. And attack 12: a
    /// late recall froze the agreement, which demanded the recall again, late again every month.</summary>
    [Fact]
    public void Attack_34_an_end_does_not_escape_recall_and_deposit()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] request = r.Ask("institute", agreement, ["ann"]);
        r.Serve("hospital", request);
        r.Take("institute", request);
        r.Do("agreement ended", "institute", Bodies.AgreementEnded.Row(agreement));
        r.Wait(120 * Durations.Day);
        Assert.Equal(["institute RECALL_LATE"], r.Breaches);
        Assert.Equal(90_000, r.State.Find(Records.Agreement, agreement)!.Whole("locked"));
    }

    /// <summary>Attack 2 and section 5 of the rules: a grant replayed after its revocation is refused.</summary>
    [Fact]
    public void Attack_2_a_user_receives_under_a_frozen_agreement_and_a_grant_is_not_replayed()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] request = r.Ask("institute", agreement, ["ann"]);
        r.Convict("hospital", "institute", "REIDENTIFICATION", agreement, Severity.Grave);
        Assert.Equal("Breach: TAKEN", r.Take("institute", request).ToString());
        r.Revoke("ann");
        Assert.Equal("Refused: HANDLE_USED", r.Consent("ann").ToString());
    }

    /// <summary>Section 6: `used` says which columns were delivered. One that the request does not name was served without
    /// permission, however right the rest is.</summary>
    [Fact]
    public void A_column_that_was_not_asked_for_is_served_without_permission()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] request = r.Ask("institute", agreement, ["ann"], columns: ["age"]);
        Assert.DoesNotContain("SERVED", r.Serve("hospital", request, columns: ["age"]).ToString(), StringComparison.Ordinal);
        Assert.Contains(
            "SERVED",
            r.Serve("hospital", request, columns: ["age", "diagnosis"], root: "more").ToString(),
            StringComparison.Ordinal
        );
    }
}
