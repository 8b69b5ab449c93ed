using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Reasons against assets, consents, agreements, requests and uses that no other test meets: the entry is refused, and
/// nothing has changed.</summary>
public sealed class RefusalTests
{
    private static readonly byte[] Nothing = Region.Digest("nothing");

    /// <summary>Posts an entry that is to be refused for a reason.</summary>
    internal static void Refused(Region r, string code, string kind, string signer, Row body, params string[] along)
    {
        byte[] before = r.State.Root.ToArray();
        Outcome outcome = r.Do(kind, signer, body, along);
        Assert.Equal(OutcomeKind.Refused, outcome.Kind);
        Assert.Contains(code, outcome.Codes);
        Assert.Equal(before, r.State.Root.ToArray());
    }

    [Fact]
    public void Assets_and_tables()
    {
        var r = new Region();
        Row asset = Bodies.Registration(Region.Digest("scan"), ["age"], r.Time);
        Refused(r, "COLLECTED_LATER", "asset registered", "hospital", asset.With("collected", r.Time + 1));
        Refused(r, "COUNTERSIGNATURE", "asset registered", "hospital", asset.With("standard", "statement"));
        Refused(r, "ROLE", "asset registered", "maker", asset);
        Row first = Bodies.AssetCorrected.Row(Region.Digest("scan"), Region.Digest("first"));
        Refused(r, "UNKNOWN_ASSET", "asset corrected", "hospital", first);
        r.Do("asset registered", "hospital", asset);
        r.Do("asset corrected", "hospital", first);
        Refused(r, "DUPLICATE", "asset corrected", "hospital", first.With("corrected", Region.Digest("second")));
        Row row = PatientRows.Row("X", []);
        Assert.Equal("Refused: ROWS", r.Adopt(TableRules.Codes, row, row).ToString());
    }

    [Fact]
    public void Handles_and_patients()
    {
        var r = new Region((Parameter.PatientReports, 1));
        byte[] ann = Region.Key("ann");
        Row guardian = Bodies.GuardianNamed.Row(ann, Region.Key("guardian"), r.Time + Durations.Day);
        Refused(r, "HANDLE", "guardian named", "ann", guardian);
        Refused(r, "HANDLE", "payout claimed", "ann", Bodies.PayoutClaimed.Row(1));
        r.Consent("ann");
        r.Consent("bea");
        Refused(r, "TERM", "guardian named", "ann", guardian.With("until", r.Time));
        Row none = Bodies.HandlesReplaced.Row((object)Array.Empty<byte[]>());
        Refused(r, "NOTHING_NAMED", "handles replaced", "hospital", none, "registry");
        r.Do("emergency", "hospital", Bodies.EmergencyAccess.Row(Region.Digest("doctor"), "ETREAT", Region.Digest("contact")));
        byte[] access = r.LastId;
        r.Do("emergency reviewed", "commission-a", Bodies.EmergencyReviewed.Row(access, false));
        Refused(r, "UNKNOWN_ACCESS", "handle objected", "ann", Bodies.HandleObjected.Row(ann, access));
        Row report = Bodies.ReportMade.Row("hospital", "LEAK", Nothing);
        Refused(r, "ACCUSED", "patient reported", "ann", report.With("accused", "nobody"));
        r.Do("patient reported", "ann", report);
        Refused(r, "REPORTS_DAILY", "patient reported", "bea", report);
        r.Do("handles replaced", "hospital", Bodies.HandlesReplaced.Row((object)new[] { ann }), "registry");
        Refused(r, "REPLACED", "share claimed", "ann", Bodies.ShareClaimed.Row(Nothing, 0));
        Refused(r, "REPLACED", "rail chosen", "ann", Bodies.RailChosen.Row((object)Array.Empty<Row>()));
        Refused(r, "REPLACED", "payout claimed", "ann", Bodies.PayoutClaimed.Row(1));
    }

    /// <summary>Properties alone met these, by chance.</summary>
    [Fact]
    public void What_was_said_or_ended_before()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"]),
            request = r.Ask("institute", agreement, ["ann"]);
        r.Serve("hospital", request);
        Assert.Equal("Refused: DUPLICATE", r.Serve("hospital", request).ToString());
        Row end = Bodies.AgreementEnded.Row(agreement);
        Refused(r, "UNKNOWN_AGREEMENT", "agreement ended", "centre", end);
        r.Do("agreement ended", "hospital", end);
        Refused(r, "ENDED", "agreement ended", "institute", end);
        Refused(r, "ROLE", "payout recorded", "hospital", Bodies.PayoutRecorded.Row(Ids.Text("hospital"), 1));
        Refused(r, "ACCUSED", "report", "hospital", Bodies.ReportMade.Row("hospital", "LEAK", agreement));
        byte[] proposal = r.Propose("commission-a", "standard", code: "FHIR-R5");
        r.Approve(proposal, "commission-a");
        Refused(r, "DUPLICATE", "approved", "commission-a", Bodies.ProposalApproved.Row(proposal));
    }

    [Fact]
    public void Emergencies()
    {
        var r = new Region();
        Row access = Bodies.EmergencyAccess.Row(Region.Digest("doctor"), "BTG", Region.Digest("contact"));
        Refused(r, "PURPOSE", "emergency", "hospital", access.With("purpose", "TREAT"));
        Refused(r, "ROLE", "emergency", "maker", access);
        r.Do("emergency", "hospital", access);
        Row review = Bodies.EmergencyReviewed.Row(r.LastId, false);
        Refused(r, "ROLE", "emergency reviewed", "maker", review);
        Refused(r, "UNKNOWN_ACCESS", "emergency reviewed", "commission-a", review.With("access", Nothing));
        Refused(r, "NOT_OBJECTED", "emergency reviewed", "commission-a", review.With("upheld", true));
        r.Do("emergency reviewed", "commission-a", review);
        Refused(r, "DUPLICATE", "emergency reviewed", "commission-b", review);
    }

    [Theory]
    [InlineData("ppm", Fees.Million + 1, "PARTS")]
    [InlineData("penalty", Fees.Million + 1, "PARTS")]
    [InlineData("period", Durations.Day - 1, "PERIOD")]
    [InlineData("flat", 1, "PERIOD")]
    [InlineData("tail", 20 * 366 * Durations.Day + 1, "TERM")]
    public void Terms_of_agreements(string field, long value, string code)
    {
        var r = new Region();
        Row body = Agreement(r);
        Row terms = body.Inner("terms").With(field, value);
        Refused(r, code, "agreement made", "maker", body.With("terms", terms), "hospital");
    }

    [Fact]
    public void Parties_of_agreements()
    {
        var r = new Region();
        Row body = Agreement(r);
        Row wonder = body.Inner("terms").With("purposes", new[] { "WONDER" });
        Refused(r, "PURPOSE", "agreement made", "maker", body.With("terms", wonder), "hospital");
        Refused(r, "PROVIDERS", "agreement made", "maker", body.With("providers", new[] { "insurer" }), "insurer");
        Refused(r, "USER", "agreement made", "institute", body, "hospital");
        AdmitAs(r, "registry", "user");
        AdmitAs(r, "auditor-a", "provider");
        byte[] own = r.Agree("registry", ["hospital"]);
        Row check = Bodies.ConsentsChecked.Row(own, 1, Nothing, new[] { Region.Key("ann") }, Array.Empty<byte[]>());
        Refused(r, "PARTY", "consents checked", "registry", check);
        Refused(r, "UNKNOWN_AGREEMENT", "consents checked", "registry", check.With("agreement", Nothing));
        Row value = Bodies.ValueReported.Row(r.Agree("institute", ["auditor-a"], ppm: 1), 0, 1);
        Refused(r, "PARTY", "use value estimated", "auditor-a", value);
        Refused(r, "UNKNOWN_AGREEMENT", "use value estimated", "auditor-a", value.With("agreement", Nothing));
        Refused(r, "UNKNOWN_AGREEMENT", "use value reported", "maker", value);
        Refused(r, "PERIOD", "use value reported", "institute", value);
    }

    [Fact]
    public void Requests_for_access()
    {
        var r = new Region((Parameter.Denials, 1));
        byte[] agreement = r.Agree("institute", ["hospital"]);
        Row asked = PatientRows.Asked(r, agreement);
        Refused(r, "OPERATION", "access requested", "institute", asked.With("operation", "statistics"));
        Refused(r, "PURPOSE_UNKNOWN", "access requested", "institute", asked.With("purpose", "WONDER"));
        Refused(r, "TERM", "access requested", "institute", asked.With("until", r.Time));
        Refused(r, "UNKNOWN_AGREEMENT", "access requested", "maker", asked);
        r.Do("access requested", "institute", asked);
        Assert.Equal("Denied: NO_CONSENT", r.Last.ToString());
        Refused(r, "DENIALS_DAILY", "access requested", "institute", asked);
    }

    [Fact]
    public void Words_about_uses_and_results()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"]),
            request = r.Ask("institute", agreement, ["ann"]);
        byte[] before = r.State.Root.ToArray();
        Assert.Equal("Refused: ROLE", r.Serve("maker", request).ToString());
        Assert.Equal("Refused: UNKNOWN_SERVER", r.Take("institute", request, "maker").ToString());
        Assert.Equal(before, r.State.Root.ToArray());
        Row result = Bodies.ResultPublished.Row(Region.Digest("paper"), "paper", request, new[] { Nothing }, Nothing);
        Refused(r, "UNKNOWN_ASSET", "result published", "institute", result);
        r.Serve("hospital", request);
        r.Take("institute", request);
        r.Revoke("ann");
        Row erased = Bodies.ErasureAttested.Row(RecallRules.Id(agreement, r.Time), Array.Empty<string>());
        Assert.Equal("Accepted", r.Do("erasure attested", "institute", erased).ToString());
        Refused(r, "DUPLICATE", "erasure attested", "institute", erased.With("ground", new[] { "trial-data" }));
    }

    /// <summary>A member gets another role; its kind stays what governance says.</summary>
    internal static void AdmitAs(Region r, string subject, string role) =>
        r.Admit(subject, role, "research", ["request"], $"{subject} as {role}");

    private static Row Agreement(Region r)
    {
        byte[] model = r.Agree("maker", ["hospital"]);
        Row terms = r.State.Find(Records.Agreement, model)!.Inner("terms");
        return Bodies.AgreementMade.Row(new[] { "hospital" }, "maker", terms);
    }
}
