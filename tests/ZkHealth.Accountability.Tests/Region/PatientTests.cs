using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Section 10: the keys of patients, their guardians, emergencies.</summary>
public sealed class PatientTests
{
    /// <summary>Attack 9: a provider invents patients. A handle that no registrar backs is assisted: for treatment
    /// only.</summary>
    [Fact]
    public void Attack_9_a_handle_without_registrar_counts_for_treatment_only()
    {
        var r = new Region();
        r.Do("consent granted", "invented", PatientRows.Grant(r), "hospital");
        r.Ask("institute", r.Agree("institute", ["hospital"]), ["invented"]);
        Assert.Equal("Denied: NO_CONSENT", r.Last.ToString());
        r.Do(
            "consent granted",
            "assisted",
            PatientRows.Grant(r).With("recipient", "centre").With("purposes", new[] { "TREAT" }),
            "hospital"
        );
        r.Ask("centre", null, ["assisted"], "TREAT");
        Assert.Equal("Permitted", r.Last.ToString());
    }

    /// <summary>Attack 9: a provider recovers a patient's key for itself. It needs a registrar and 14 days in which the old key
    /// may object; the consents of a lost key then end and are recalled.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Attack_9_a_lost_key_is_replaced_by_two_unless_it_objects(bool objects)
    {
        var r = new Region();
        r.Consent("ann");
        Row body = Bodies.HandlesReplaced.Row((object)new[] { Region.Key("ann") });
        Assert.Equal("Refused: COUNTERSIGNATURE", r.Do("handles replaced", "hospital", body).ToString());
        Assert.Equal("Refused: HANDLE", r.Do("handles replaced", "centre", body, "registry").ToString());
        Assert.Equal("Accepted", r.Do("handles replaced", "hospital", body, "registry").ToString());
        byte[] replacement = r.LastId;
        Assert.Equal("Refused: DUPLICATE", r.Do("handles replaced", "hospital", body, "registry").ToString());
        r.Wait((14 * Durations.Day) - 1);
        if (objects)
        {
            Row objection = Bodies.HandleObjected.Row(Region.Key("ann"), replacement);
            Assert.Equal("Refused: HANDLE", r.Do("handle objected", "bea", objection).ToString());
            Assert.Equal("Accepted", r.Do("handle objected", "ann", objection).ToString());

            // replaced again, the objection was known already and the key could not object any more
            Assert.Equal("Accepted", r.Do("handles replaced", "hospital", body, "registry").ToString());
            byte[] second = r.LastId;
            Assert.Equal("Refused: DUPLICATE, NOT_REPLACED", r.Do("handle objected", "ann", objection).ToString());
            Row again = Bodies.HandleObjected.Row(Region.Key("ann"), second);
            Assert.Equal("Accepted", r.Do("handle objected", "ann", again).ToString());
        }

        r.Wait(1);
        Assert.Equal(objects, ConsentRules.IsInForce(r.State.Find(Records.Consent, Region.Key("ann"))!, r.Time));
    }

    /// <summary>Attack 9: a guardian is named by the patient, or by a registrar and a provider that is no party; until a date,
    /// and never a member.</summary>
    [Fact]
    public void Attack_9_a_guardian_revokes_until_its_date()
    {
        var r = new Region();
        r.Consent("ann");
        r.Consent("bea");
        long until = r.Time + (10 * Durations.Day);
        Row body = Bodies.GuardianNamed.Row(Region.Key("ann"), Region.Key("mother"), until);
        Assert.Equal("Refused: COUNTERSIGNATURE", r.Do("guardian named", "hospital", body).ToString());
        Assert.Equal("Accepted", r.Do("guardian named", "hospital", body, "registry").ToString());
        Row member = Bodies.GuardianNamed.Row(Region.Key("bea"), Region.Key("centre"), until);
        Assert.Equal("Refused: GUARDIAN", r.Do("guardian named", "bea", member).ToString());
        r.Do("guardian named", "bea", Bodies.GuardianNamed.Row(Region.Key("bea"), Region.Key("son"), until));
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] request = r.Ask("institute", agreement, ["ann"]);
        r.Take("institute", request);
        Assert.Equal("Refused: PARTY", r.Do("guardian named", "hospital", body, "registry").ToString());
        Row revoke = Bodies.ConsentRevoked.Row(Region.Key("ann"));
        Assert.Equal("Refused: HANDLE", r.Do("consent revoked", "son", revoke).ToString());
        Assert.Equal("Accepted", r.Do("consent revoked", "mother", revoke).ToString());
        r.Wait(10 * Durations.Day);
        Assert.Equal("Refused: HANDLE", r.Do("consent revoked", "son", Bodies.ConsentRevoked.Row(Region.Key("bea"))).ToString());
    }

    /// <summary>Attack 21: above a daily quota of a person an emergency is flagged, never denied; a patient objects, and the
    /// review decides.</summary>
    [Fact]
    public void Attack_21_emergencies_are_flagged_objected_to_and_reviewed()
    {
        var r = new Region();
        r.Consent("ann");
        for (int i = 0; i < 11; i++)
        {
            Row body = Bodies.EmergencyAccess.Row(Region.Digest("doctor"), "ETREAT", Region.Digest($"contact {i}"));
            Assert.Equal("Accepted", r.Do("emergency", "hospital", body).ToString());
        }

        Assert.Single(r.All(Records.Emergency), e => e.Flag("flagged"));
        byte[] last = r.LastId;
        Row objection = Bodies.HandleObjected.Row(Region.Key("ann"), last);
        Assert.Equal("Accepted", r.Do("handle objected", "ann", objection).ToString());
        Assert.Single(r.All(Records.Emergency), e => e.Flag("objected"));
        r.Do("emergency reviewed", "commission-a", Bodies.EmergencyReviewed.Row(last, true));
        Assert.Equal(["hospital NO_EMERGENCY"], r.Breaches);
        r.Wait(14 * Durations.Day);
        Assert.Single(r.Breaches, b => b == "commission-b REVIEW_LATE");
        Assert.Single(r.Breaches, b => b.StartsWith("hospital", StringComparison.Ordinal));
    }
}
