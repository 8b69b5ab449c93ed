using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Consents, keys and guardians count only where they belong: whoever has them elsewhere gains nothing by
/// them.</summary>
public sealed class PlaceTests
{
    // data without a consent were registered under a stranger's handle, whose other takers owed a recall for their correction
    [Theory]
    [InlineData("hospital", "ann", "GENERAL", false, "Accepted")]
    [InlineData("hospital", "ann", "OTHER", false, "Refused: NO_GROUND")]
    [InlineData("hospital", "bea", "GENERAL", false, "Refused: NO_GROUND")]
    [InlineData("hospital", "bea", "GENERAL", true, "Accepted")]
    public void An_asset_names_consents_to_its_own_collection(string who, string patient, string @class, bool source, string said)
    {
        var r = new Region();
        r.Consent("ann");
        r.Consent("bea", "hospital", purpose: "TREAT", provider: "centre");
        r.Register("centre", "record of bea", consents: "bea");
        byte[] request = r.Ask("hospital", null, ["bea"], "TREAT");
        r.Serve("centre", request);
        Assert.Equal("Accepted", r.Take("hospital", request, "centre").ToString());
        Row asset = Bodies.AssetRegistered.Row(
            Region.Digest("scan"),
            "FHIR-R4",
            @class,
            new[] { "age" },
            r.Time,
            source ? new[] { Region.Digest("record of bea") } : Array.Empty<byte[]>(),
            new[] { Region.Key(patient) },
            Array.Empty<string>(),
            Array.Empty<Row>()
        );
        Assert.Equal(said, r.Do("asset registered", who, asset).ToString());
    }

    // the key of a server that serves, which lies where anybody may break in, made agreements and backed consents
    [Theory]
    [InlineData("serve", "consent granted")]
    [InlineData("serve", "agreement made")]
    [InlineData("attest", "agreement made")]
    [InlineData("request", "use value estimated")]
    [InlineData("serve", "handles replaced")]
    public void A_key_signs_along_only_in_its_scope(string scope, string kind)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = r.Agree("maker", ["hospital"], ppm: 1);
        string member = kind == "handles replaced" ? "registry" : "hospital";
        r.Do(
            "key added",
            member,
            Bodies.KeyAdded.Row(Region.Key("desk"), new[] { scope }, r.Time + (200 * Durations.Day)),
            "desk"
        );
        r.Wait(121 * Durations.Day);
        (string signer, Row body, string? also) = kind switch
        {
            "consent granted" => ("bea", Grant(r), "registry"),
            "agreement made" => ("maker", Agreement(r, agreement), null),
            "handles replaced" => ("hospital", Bodies.HandlesReplaced.Row((object)new[] { Region.Key("ann") }), (string?)null),
            _ => ("auditor-a", Bodies.ValueReported.Row(agreement, 0, 1), null),
        };
        Assert.Equal("Refused: COUNTERSIGNATURE", Try("desk"));
        Assert.Equal("Accepted", Try(member));

        string Try(string along) => r.Do(kind, signer, body, also is null ? [along] : [along, also]).ToString();
    }

    private static Row Agreement(Region r, byte[] like)
    {
        Row terms = r.State.Find(Records.Agreement, like)!.Inner("terms");
        return Bodies.AgreementMade.Row(new[] { "hospital" }, "maker", terms);
    }

    private static Row Grant(Region r) =>
        Bodies.Consent(
            "user/research",
            ["GENERAL"],
            ["HRESCH"],
            ["age"],
            r.Time,
            r.Time + Durations.Day,
            Region.Digest("explanation")
        );

    // the consent of a lost key that had not begun yet when its handle ended began all the same
    [Fact]
    public void A_replaced_handle_ends_also_where_its_consent_begins_later()
    {
        var r = new Region();
        Row later = PatientRows.Grant(r).With("from", r.Time + (30 * Durations.Day));
        r.Do("consent granted", "ann", later, "hospital", "registry");
        r.Do("handles replaced", "hospital", Bodies.HandlesReplaced.Row((object)new[] { Region.Key("ann") }), "registry");
        r.Wait(31 * Durations.Day);
        r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        Assert.Equal("Denied: NO_CONSENT", r.Last.ToString());
    }

    // who was no provider of the agreement but its user named a guardian for a patient whose data it took, also over her own
    // choice
    [Fact]
    public void A_guardian_is_named_by_no_party_and_over_no_choice_of_the_patient()
    {
        var r = new Region();
        r.Admit("maker", "provider", "hospital", ["attest"], "desk of maker");
        r.Consent("ann", "user/company");
        byte[] request = r.Ask("maker", r.Agree("maker", ["hospital"]), ["ann"]);
        r.Take("maker", request);
        Assert.Equal("Refused: PARTY", Name("desk of maker", "mother", "registry"));
        Assert.Equal("Accepted", Name("centre", "mother", "registry"));
        Assert.Equal("Accepted", Name("ann", "aunt"));
        Assert.Equal("Refused: CHOSEN", Name("centre", "mother", "registry"));
        r.Sleep(Durations.Day);
        Assert.Equal("Accepted", Name("centre", "mother", "registry"));

        string Name(string who, string guardian, params string[] along)
        {
            Row body = Bodies.GuardianNamed.Row(Region.Key("ann"), Region.Key(guardian), r.Time + Durations.Day);
            return r.Do("guardian named", who, body, along).ToString();
        }
    }
}
