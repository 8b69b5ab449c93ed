using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Recalls of what was taken without an agreement: the letter's recall is by revocation, end, freeze and correction, of
/// whatever was delivered, and every recipient of a wrong value is told.</summary>
public sealed class RecallTests
{
    /// <summary>What was delivered for treatment was recalled by nothing: a ground, such as the duty to keep records, restricts
    /// it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_taken_for_treatment_is_recalled(bool isRevoked)
    {
        Region r = Treated(out _);
        Assert.Empty(r.All(Records.Recall));
        if (isRevoked)
        {
            r.Revoke("ann");
        }
        else
        {
            r.Wait(100 * Durations.Day);
        }

        Row recall = r.All(Records.Recall).Single();
        Assert.Equal(("centre", false), (recall.Code("user"), recall.Flag("done")));
        byte[] id = RecallRules.Id(RecallRules.WithoutAgreement("centre"), r.Time);
        Row kept = Bodies.ErasureAttested.Row(id, new[] { "duty-to-document" });
        Assert.Equal("Accepted", r.Do("erasure attested", "centre", kept).ToString());
        r.Wait(31 * Durations.Day);
        Assert.Empty(r.Breaches);
    }

    /// <summary>Silence about it is late as any other, and cuts no deposit, since there is none.</summary>
    [Theory]
    [InlineData(-1, "")]
    [InlineData(0, "centre RECALL_LATE")]
    public void A_recall_without_agreement_is_late_after_its_days(int offset, string breaches)
    {
        Region r = Treated(out _);
        r.Revoke("ann");
        r.Wait(Parameter.RecallDue.Default + offset);
        Assert.Equal(breaches, string.Join(", ", r.Breaches));
        Assert.Equal(0, (long)r.MoneyMissing());
    }

    /// <summary>A provider that treats by a wrong value was not told that it is wrong: only agreements were.</summary>
    [Fact]
    public void Who_treats_by_a_wrong_value_is_told_to_replace_it()
    {
        Region r = Treated(out byte[] asset);
        r.Convict("centre", "hospital", "QUALITY", asset, Severity.Minor);
        Row recall = r.All(Records.Recall).Single();
        Assert.Equal("centre", recall.Code("user"));
        Assert.Equal(asset, recall.List<byte[]>("replace").Single());
    }

    /// <summary>Who takes what was denied for want of an agreement keeps nothing of it.</summary>
    [Fact]
    public void What_was_taken_without_agreement_and_permission_is_recalled()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] denied = r.Ask("institute", null, ["ann"]);
        Assert.Equal("Denied: NO_AGREEMENT", r.Last.ToString());
        Assert.Equal("Breach: TAKEN", r.Take("institute", denied).ToString());
        Assert.Equal("institute", r.All(Records.Recall).Single().Code("user"));
    }

    /// <summary>A taker that attests each recall at once had the next revocation of the day search all of them.</summary>
    [Fact]
    public void Each_recall_of_a_day_is_found_at_once()
    {
        var r = new Region();
        string[] patients = [.. Enumerable.Range(0, 40).Select(i => $"patient {i}")];
        foreach (string patient in patients)
        {
            r.Consent(patient);
        }

        byte[] agreement = r.Agree("institute", ["hospital"]),
            request = r.Ask("institute", agreement, patients);
        r.Serve("hospital", request);
        r.Take("institute", request);
        for (int i = 0; i < patients.Length; i++)
        {
            r.Revoke(patients[i]);
            Row attested = Bodies.ErasureAttested.Row(RecallRules.Id(agreement, r.Time, i), Array.Empty<string>());
            Assert.Equal("Accepted", r.Do("erasure attested", "institute", attested).ToString());
        }

        Assert.Equal(40, r.All(Records.Recall).Count());
    }

    /// <summary>Who posted no receipt was in breach for three points, and no revocation, end or wrong value reached what it had:
    /// others who took the same had to erase it.</summary>
    [Theory]
    [InlineData("before the receipt is due", "institute NO_RECEIPT, institute RECALL_LATE")]
    [InlineData("after it", "institute NO_RECEIPT, institute RECALL_LATE")]
    [InlineData("the end", "institute NO_RECEIPT, institute RECALL_LATE")]
    [InlineData("nothing", "institute NO_RECEIPT")]
    public void What_a_silent_taker_has_is_recalled(string what, string breaches)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"], days: 50),
            request = r.Ask("institute", agreement, ["ann"]);
        r.Serve("hospital", request);
        if (what == "before the receipt is due")
        {
            r.Revoke("ann");
        }

        r.Wait(Durations.Day);
        if (what == "after it")
        {
            r.Revoke("ann");
        }

        r.Wait((what == "the end" ? 80 : 31) * Durations.Day);
        Assert.Equal(breaches, string.Join(", ", r.Breaches));
    }

    /// <summary>Nobody told who treats and was silent about it that a value is wrong which stands by a ground, nor whoever had
    /// said so where its provider was silent.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_treats_is_told_of_a_wrong_value_by_one_word_that_was_not_answered(bool byServer)
    {
        var r = new Region();
        r.Consent("ann", "centre", purpose: "TREAT", days: 100);
        r.Register("hospital", "record");
        byte[] request = r.Ask("centre", null, ["ann"], "TREAT");
        _ = byServer ? r.Serve("hospital", request) : r.Take("centre", request);
        r.Wait(Durations.Day);
        r.Convict("commission-b", "hospital", "QUALITY", Region.Digest("record"), Severity.Minor);
        Row recall = r.All(Records.Recall).Single();
        Assert.Equal("centre", recall.Code("user"));
        Assert.Equal(Region.Digest("record"), recall.List<byte[]>("replace").Single());
    }

    private static Region Treated(out byte[] asset)
    {
        var r = new Region();
        r.Consent("ann", "centre", purpose: "TREAT", days: 100);
        r.Sleep(Durations.Hour);
        r.Register("hospital", "record", consents: "ann");
        asset = Region.Digest("record");
        byte[] request = r.Ask("centre", null, ["ann"], "TREAT");
        Assert.Equal("Permitted", r.Last.ToString());
        r.Serve("hospital", request);
        Assert.Equal("Accepted", r.Take("centre", request).ToString());
        return r;
    }
}
