using Firely.Fhir.Validation;
using FsCheck.Xunit;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Specification.Source;
using Hl7.Fhir.Specification.Terminology;
using Xunit;
using ZkHealth.Accountability;

namespace ZkHealth.Fhir.Tests;

using Region = ZkHealth.Accountability.Region;

/// <summary>Everything that is written is valid by the definitions of FHIR R4, as Firely's validator reads them.</summary>
public sealed class ValidationTests
{
    private static readonly Lazy<Validator> Validator = new(() =>
    {
        var source = new CachedResolver(ZipSource.CreateValidationSource());
        return new Validator(source, new LocalTerminologyService(source));
    });

    [Property(Arbitrary = [typeof(Grants)], MaxTest = 6)]
    public void Consents_are_valid(string body) => AssertValid(FhirConsents.Write(body));

    [Fact]
    public void The_resources_of_a_request_are_valid_and_say_what_the_ledger_says()
    {
        using var r = new Region();
        r.Consent("ann", provider: "hospital");
        r.Consent("bea", provider: "hospital");
        byte[] agreement = r.Agree("institute", ["hospital"]);
        byte[] request = r.Ask("institute", agreement, ["ann", "bea"]);
        r.Serve("hospital", request);
        r.Take("institute", request, "hospital");
        r.Revoke("bea");
        var ledger = new LedgerResources(r.Steps, r.Origin);
        Bundle bundle = ledger.FindRequest(Codes.Hex(request))!;
        AssertValid(bundle);
        foreach (Bundle.EntryComponent entry in bundle.Entry)
        {
            AssertValid(entry.Resource!);
        }

        Assert.Equal(
            ["Consent", "Consent", "AuditEvent", "AuditEvent", "Provenance"],
            bundle.Entry.Select(e => e.Resource!.TypeName)
        );

        // as it was decided: what was revoked afterwards, or granted, is another reading
        Assert.All(
            bundle.Entry.Select(e => e.Resource).OfType<Consent>(),
            c => Assert.Equal(Consent.ConsentState.Active, c.Status)
        );
        byte[] early = r.Ask("institute", agreement, ["bea", "cid"]);
        r.Consent("cid");
        Bundle before = new LedgerResources(r.Steps, r.Origin).FindRequest(Codes.Hex(early))!;
        Assert.Equal(Consent.ConsentState.Inactive, Assert.IsType<Consent>(Assert.Single(before.Entry).Resource).Status);
        Assert.Equal(bundle.Entry.Count, bundle.Entry.Select(e => e.FullUrl).Distinct().Count());
        Consent ann = ledger.FindConsent(Codes.Hex(Region.Key("ann")))!,
            bea = ledger.FindConsent(Codes.Hex(Region.Key("bea")))!;
        Assert.Equal((Consent.ConsentState.Active, Consent.ConsentState.Inactive), (ann.Status, bea.Status));
        Assert.Equal("hospital", ann.Organization.Single().Identifier!.Value);
        GrantReading again = FhirConsents.Parse(ann.ToJson());
        Assert.Empty(again.Refused);
        Assert.Equal(
            ["Consent.dateTime", "Consent.meta.lastUpdated", "Consent.organization[0]", "Consent.patient"],
            again.Withheld.Select(w => w.Split(':')[0]).Order(StringComparer.Ordinal)
        );
        Assert.Contains(
            FhirConsents.Read(bea).Refused,
            r => r.StartsWith("Consent.status: expected 'active': it was withdrawn", StringComparison.Ordinal)
        );

        var events = ledger.FindUses(Codes.Hex(request));
        Assert.Equal(["disclose", "receive"], events.Select(e => e.Type!.Code));
        AuditEvent served = events[0];
        Assert.Equal(["hospital", "institute"], served.Agent.Select(a => a.Who!.Identifier!.Value));
        Assert.Equal("HRESCH", served.PurposeOfEvent.Single().Coding.Single().Code);
        Assert.Equal(3, served.Entity.Count);
        Assert.Contains(served.Entity[0].Detail, d => d.Type == "rows" && ((FhirString)d.Value!).Value == "10");
        Assert.Equal(r.Origin, served.Source!.Observer!.Identifier!.Value);
        Assert.Null(ledger.FindRequest(new string('0', 64)));
        Assert.Null(ledger.FindConsent("x"));
    }

    /// <summary>A confession is an event with its breach, not a failure that is left out.</summary>
    [Fact]
    public void A_use_without_permission_is_an_event_with_its_breach()
    {
        using var r = new Region();
        byte[] request = r.Ask("institute", null, ["nobody"]);
        r.Serve("hospital", request);
        AuditEvent served = new LedgerResources(r.Steps, r.Origin).FindUses(Codes.Hex(request)).Single();
        AssertValid(served);
        Assert.Contains("SERVED", served.OutcomeDesc, StringComparison.Ordinal);
    }

    [Fact]
    public void The_provenance_of_an_asset_names_what_it_was_made_of()
    {
        using var r = new Region();
        byte[] raw = Region.Digest("device"),
            clean = Region.Digest("clean");
        Register(r, raw);
        Register(r, clean, raw);
        var ledger = new LedgerResources(r.Steps, r.Origin);
        Provenance first = ledger.FindAsset(Codes.Hex(raw))!,
            second = ledger.FindAsset(Codes.Hex(clean).ToUpperInvariant())!;
        AssertValid(first);
        AssertValid(second);
        Assert.Empty(first.Entity);
        Assert.Equal(Codes.Hex(raw), second.Entity.Single().What!.Identifier!.Value);
        Assert.Equal("transform", second.Activity!.Coding.Single().Code);
        Assert.Null(ledger.FindAsset("00"));
    }

    /// <summary>The validator itself: a consent without policy breaks the constraint ppc-1.</summary>
    [Fact]
    public void The_validator_finds_what_is_wrong()
    {
        Consent consent = FhirConsents.Write(Grants.Ordinary);
        consent.Policy.Clear();
        Assert.Contains(
            Validator.Value.Validate(consent).Issue,
            i => i.Details?.Text?.Contains("ppc-1", StringComparison.Ordinal) == true
        );
    }

    private static void Register(Region r, byte[] fingerprint, params byte[][] sources) =>
        r.Do("asset registered", "hospital", Bodies.Registration(fingerprint, ["age"], r.Time, sources));

    private static void AssertValid(Resource resource)
    {
        // by its text, as others will read it
        Resource read = new FhirJsonDeserializer().Deserialize<Resource>(resource.ToJson());
        OperationOutcome outcome = Validator.Value.Validate(read);
        Assert.True(outcome.Success, outcome.ToString());
    }
}
