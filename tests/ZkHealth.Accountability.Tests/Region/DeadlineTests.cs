using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>
/// The clock at every deadline, a millisecond before it, at it, and behind it (issue 18, attack 23): intervals are half-open, an
/// act is in time iff t is before what is due. Deadlines by hand, from the numbers of the rules.
/// </summary>
public sealed class DeadlineTests
{
    private const long Day = Durations.Day;

    /// <summary>A deadline: what happens before it, and from its millisecond on.</summary>
    private static readonly Dictionary<string, (Func<Region, long, string> Act, string Before, string From)> All = new(
        StringComparer.Ordinal
    )
    {
        ["a consent ends"] = (Consent, "Permitted", "Denied: NO_CONSENT"),
        ["an agreement ends"] = (Agreement, "Permitted", "Denied: NO_AGREEMENT"),
        ["a permission ends"] = (Permission, "Accepted", "Breach: SERVED"),
        ["a key ends"] = (KeyEnd, "Accepted", "Refused: KEY_EXPIRED"),
        ["an entry is void"] = (NotAfter, "Accepted", "Refused: EXPIRED"),
        ["a recall is late"] = (Recall, "", "institute RECALL_LATE"),
        ["a receipt is late"] = (Receipt, "", "institute NO_RECEIPT"),
        ["a server's word is late"] = (Served, "", "hospital NOT_LOGGED"),
        ["a value is late"] = (Value, "", "maker VALUE_NOT_REPORTED"),
        ["a correction is late"] = (Correction, "", "centre CORRECTION_LATE"),
        ["a contradiction is open"] = (Contradiction, "", "centre CONTRADICTION_OPEN, hospital CONTRADICTION_OPEN"),
        ["a sanction is not rectified"] = (Sanction, "", "insurer NOT_RECTIFIED"),
        ["a review is late"] = (Review, "", "commission-a REVIEW_LATE, commission-b REVIEW_LATE"),
        ["the time of appeal is over"] = (Appeal, "Accepted", "Refused: FINAL"),
        ["a deposit returns"] = (Deposit, "0", "100000"),
        ["a proposal takes effect"] = (Effect, "approved", "effective"),
        ["a proposal expires"] = (Expiry, "Accepted", "Refused: UNKNOWN_PROPOSAL"),
        ["a replaced handle ends"] = (Replaced, "Accepted", "Refused: NOT_REPLACED"),
    };

    public static TheoryData<string, int> Moments()
    {
        var data = new TheoryData<string, int>();
        foreach (string name in All.Keys)
        {
            data.Add(name, -1);
            data.Add(name, 0);
            data.Add(name, 1);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public void The_clock_at_a_deadline(string deadline, int offset)
    {
        (Func<Region, long, string> act, string before, string from) = All[deadline];
        Assert.Equal(offset < 0 ? before : from, act(new Region(), offset));
    }

    private static string Consent(Region r, long offset)
    {
        r.Consent("ann", days: 10);
        byte[] agreement = r.Agree("institute", ["hospital"]);
        r.Sleep((10 * Day) + offset);
        r.Ask("institute", agreement, ["ann"]);
        return r.Last.ToString();
    }

    private static string Agreement(Region r, long offset)
    {
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"], days: 10);
        r.Sleep((10 * Day) + offset);
        r.Ask("institute", agreement, ["ann"]);
        return r.Last.ToString();
    }

    private static string Permission(Region r, long offset)
    {
        byte[] request = Permitted(r);
        r.Sleep((30 * Day) + offset);
        return r.Serve("hospital", request).ToString();
    }

    private static string KeyEnd(Region r, long offset)
    {
        Row key = Bodies.KeyAdded.Row(Region.Key("second"), new[] { "govern" }, r.Time + (90 * Day));
        r.Do("key added", "institute", key, "second");
        r.Sleep((90 * Day) + offset);
        return r.Do("report", "second", Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest("a"))).ToString();
    }

    private static string NotAfter(Region r, long offset)
    {
        Act act = r.Act("report", "centre", Bodies.ReportMade.Row("maker", "TAKEN", Region.Digest("a")));
        return r.State.Check(act, r.Time + Durations.Hour + offset).ToString();
    }

    private static string Recall(Region r, long offset)
    {
        byte[] request = Permitted(r);
        r.Serve("hospital", request);
        r.Take("institute", request);
        r.Revoke("ann");
        byte[] agreement = r.State.Find(Records.Request, request)!.Optional<byte[]>("agreement")!;
        Row attested = Bodies.ErasureAttested.Row(RecallRules.Id(agreement, r.Time), Array.Empty<string>());
        r.Sleep((30 * Day) + offset);
        r.Do("erasure attested", "institute", attested);
        return Breaches(r);
    }

    private static string Receipt(Region r, long offset)
    {
        byte[] request = Permitted(r);
        r.Serve("hospital", request);
        r.Sleep(Day + offset);
        r.Take("institute", request);
        return Breaches(r);
    }

    private static string Served(Region r, long offset)
    {
        byte[] request = Permitted(r);
        r.Take("institute", request);
        r.Sleep(Day + offset);
        r.Serve("hospital", request);
        return Breaches(r);
    }

    private static string Value(Region r, long offset)
    {
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 10_000);
        r.Sleep((90 * Day) + (30 * Day) + offset);
        r.Report("maker", agreement, 0, 0);
        return Breaches(r);
    }

    private static string Correction(Region r, long offset)
    {
        r.Register("centre", "12/8");
        r.Convict("hospital", "centre", "QUALITY", Region.Digest("12/8"), Severity.Minor);
        r.Sleep((7 * Day) + offset);
        r.Do("asset corrected", "centre", Bodies.AssetCorrected.Row(Region.Digest("12/8"), Region.Digest("120/80")));
        return Breaches(r);
    }

    private static string Contradiction(Region r, long offset)
    {
        (byte[] ours, byte[] theirs) = (Region.Digest("blood group A"), Region.Digest("blood group B"));
        r.Register("hospital", "blood group A");
        r.Register("centre", "blood group B");
        r.Do("assets contradict", "centre", Bodies.AssetsContradict.Row(ours, theirs, "blood-group"));
        r.Sleep((7 * Day) + offset);
        foreach (string member in (string[])["centre", "hospital"])
        {
            r.Do("contradiction settled", member, Bodies.ContradictionSettled.Row(ContradictionRules.Id(ours, theirs), ours));
        }

        return Breaches(r);
    }

    private static string Sanction(Region r, long offset)
    {
        Row ordered = Bodies.SanctionOrdered.Row("insurer", "PREMIUMS", 500_000, r.Time + (30 * Day));
        r.Do("sanction", "commission-a", ordered);
        byte[] sanction = r.LastId;
        r.Sleep((30 * Day) + offset);
        r.Do("rectified", "insurer", Bodies.SanctionRectified.Row(sanction));
        return Breaches(r);
    }

    private static string Review(Region r, long offset)
    {
        r.Do("emergency", "hospital", Bodies.EmergencyAccess.Row(Region.Digest("doctor"), "ETREAT", Region.Digest("contact")));
        byte[] access = r.LastId;
        r.Sleep((14 * Day) + offset);
        r.Do("emergency reviewed", "commission-a", Bodies.EmergencyReviewed.Row(access, false));
        return Breaches(r);
    }

    private static string Appeal(Region r, long offset)
    {
        byte[] about = r.Agree("institute", ["hospital"]);
        byte[] breach = r.Convict("hospital", "institute", "ONWARD", about, Severity.Serious);
        r.Sleep((14 * Day) + offset);
        return r.Do("appeal", "institute", Bodies.AppealMade.Row(breach)).ToString();
    }

    private static string Deposit(Region r, long offset)
    {
        r.Agree("institute", ["hospital"], days: 10);
        r.Wait((10 * Day) + (90 * Day) + offset);
        return $"{r.Balance("institute")}";
    }

    private static string Effect(Region r, long offset)
    {
        byte[] proposal = r.Propose("commission-a", "standard", code: "DICOM");
        r.Approve(proposal, "commission-a", "commission-b", "hospital", "centre", "patients");
        r.Wait((14 * Day) + offset);
        return r.State.Find(Records.Proposal, proposal)!.Code("status");
    }

    private static string Expiry(Region r, long offset)
    {
        byte[] proposal = r.Propose("commission-a", "standard", code: "DICOM");
        r.Sleep((90 * Day) + offset);
        r.Approve(proposal, "commission-b");
        return r.Last.ToString();
    }

    private static string Replaced(Region r, long offset)
    {
        r.Consent("ann");
        r.Do("handles replaced", "hospital", Bodies.HandlesReplaced.Row((object)new[] { Region.Key("ann") }), "registry");
        byte[] replacement = r.LastId;
        r.Sleep((14 * Day) + offset);
        Row objection = Bodies.HandleObjected.Row(Region.Key("ann"), replacement);
        return r.Do("handle objected", "ann", objection).ToString();
    }

    private static byte[] Permitted(Region r)
    {
        r.Consent("ann");
        return r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
    }

    /// <summary>Breaches now, after what is due at this millisecond.</summary>
    private static string Breaches(Region r) => string.Join(", ", r.Breaches);
}
