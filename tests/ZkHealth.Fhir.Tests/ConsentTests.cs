using System.Text.Json.Nodes;
using FsCheck.Xunit;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Xunit;
using ZkHealth.Accountability;

namespace ZkHealth.Fhir.Tests;

/// <summary>Consents of FHIR as grants: what is read, what stays off the ledger, and what is refused by its path.</summary>
public sealed class ConsentTests
{
    private const string Permission = "Consent.provision.provision[0]";

    [Property(Arbitrary = [typeof(Grants)], MaxTest = 200)]
    public void A_grant_written_and_read_again_is_the_same(string body)
    {
        GrantReading reading = FhirConsents.Parse(FhirConsents.Write(body).ToJson());
        Assert.Empty(reading.Refused);
        Assert.Equal(Encoded(body), Encoded(reading.Body!));
    }

    /// <summary>A restriction that is left out permits more than the patient did.</summary>
    [Theory]
    [InlineData("", "implicitRules", "\"http://rules.example.org\"", "Consent.implicitRules")]
    [InlineData("", "language", "\"zh\"", "Consent.language")]
    [InlineData("", "contained", """[{"resourceType": "Patient", "active": true}]""", "Consent.contained[0]")]
    [InlineData(
        "",
        "_status",
        """{"extension": [{"url": "http://x.org", "valueBoolean": true}]}""",
        "Consent.status.extension[0]"
    )]
    [InlineData("", "modifierExtension", """[{"url": "http://x.org", "valueBoolean": true}]""", "Consent.modifierExtension[0]")]
    [InlineData("", "ward", "3", "Consent.ward: Found unknown element 'ward'")]
    [InlineData("", "scope", "null", "Consent.scope: Element")]
    [InlineData("", "verification", """[{"verified": false}]""", "Consent.verification[0]")]
    [InlineData("", "policyRule", """{"text": "OPTIN"}""", "Consent.policyRule")]
    [InlineData("", "status", "\"inactive\"", "Consent.status: expected 'active': it was withdrawn")]
    [InlineData("", "status", "\"entered-in-error\"", "Consent.status: expected 'active'")]
    [InlineData("", "category", """[{"coding": [{"system": "http://loinc.org", "code": "57016-8"}]}]""", "Consent.category")]
    [InlineData("scope/coding/0", "code", "\"treatment\"", "Consent.scope: expected 'research'")]
    [InlineData("", "policy", """[{"authority": "https://x.org", "uri": "urn:x"}]""", "Consent.policy[0].authority")]
    [InlineData("", "policy", """[{"uri": "urn:x"}]""", "Consent.policy: expected one")]
    [InlineData("meta", "security", """[{"system": "http://x.org", "code": "R"}]""", "Consent.meta.security[0]")]
    [InlineData("provision", "type", "\"permit\"", "Consent.provision.type: expected 'deny'")]
    [InlineData("provision", "action", """[{"text": "access"}]""", "Consent.provision.action[0]")]
    [InlineData("provision", "purpose", """[{"system": "http://x.org", "code": "X"}]""", "Consent.provision.purpose[0]")]
    [InlineData("provision/period", "end", "\"2027-12-31\"", "Consent.provision.period.end: expected a time to the second")]
    [InlineData("provision/period", "end", "null", "Consent.provision.period: expected start and end")]
    [InlineData("provision/period", "end", "\"2020-12-31T00:00:00Z\"", "Consent.provision.period: expected an end after")]
    [InlineData("provision/provision/0", "type", "\"deny\"", $"{Permission}.type: expected 'permit'")]
    [InlineData(
        "provision/provision/0",
        "period",
        """{"start": "2027-01-01T00:00:00Z"}""",
        $"{Permission}.period: expected one period"
    )]
    [InlineData(
        "provision/provision/0",
        "data",
        """[{"meaning": "instance", "reference": {"display": "x"}}]""",
        $"{Permission}.data[0]"
    )]
    [InlineData("provision/provision/0", "dataPeriod", """{"start": "2020"}""", $"{Permission}.dataPeriod")]
    [InlineData("provision/provision/0", "securityLabel", """[{"code": "R"}]""", $"{Permission}.securityLabel[0]")]
    [InlineData("provision/provision/0", "action", """[{"text": "access"}]""", $"{Permission}.action[0]")]
    [InlineData("provision/provision/0", "provision", """[{"type": "deny"}]""", $"{Permission}.provision[0]")]
    [InlineData(
        "provision/provision/0",
        "extension",
        """[{"url": "http://x.org", "valueString": "x"}]""",
        $"{Permission}.extension[0]: this extension"
    )]
    [InlineData(
        "provision/provision/0",
        "extension",
        """[{"url": "urn:zkhealth:fhir:project", "valueString": "x"}]""",
        $"{Permission}.extension[0].value"
    )]
    [InlineData(
        "provision/provision/0",
        "extension",
        """[{"url": "urn:zkhealth:fhir:region", "valuePeriod": {"start": "2020"}}]""",
        $"{Permission}.extension[0].value"
    )]
    [InlineData("provision/provision/0", "actor", "[]", $"{Permission}.actor: expected one")]
    [InlineData(
        "provision/provision/0/actor/0/reference",
        "reference",
        "\"Organization/1\"",
        $"{Permission}.actor[0].reference.reference"
    )]
    [InlineData(
        "provision/provision/0/actor/0/reference/identifier",
        "value",
        "\"institute\"",
        $"{Permission}.actor[0].reference.identifier"
    )]
    [InlineData("provision/provision/0/purpose/0", "system", "\"http://x.org\"", $"{Permission}.purpose[0].system")]
    [InlineData("provision/provision/0/purpose/0", "version", "\"2\"", $"{Permission}.purpose[0].version")]
    [InlineData("provision/provision/0", "purpose", "null", $"{Permission}.purpose: expected a code")]
    [InlineData("provision/provision/0", "class", "null", $"{Permission}.class: expected a code")]
    [InlineData("provision/provision/0", "code", "null", $"{Permission}.code: expected a code")]
    [InlineData("provision/provision/0/code/0", "text", "\"age\"", $"{Permission}.code[0].text")]
    public void What_a_grant_cannot_say_is_refused_by_its_path(string where, string member, string value, string fault)
    {
        JsonNode consent = Grants.Resource(Grants.Ordinary);
        Set(consent, where, member, value);
        GrantReading reading = FhirConsents.Parse(consent.ToJsonString());
        Assert.Null(reading.Body);
        Assert.Contains(reading.Refused, r => r.StartsWith(fault, StringComparison.Ordinal));
    }

    /// <summary>The published examples of R4 (hl7.org/fhir/R4, Consent), each by the provision that it is about: they permit
    /// or deny what a grant cannot say, and each is refused by the paths of that, never read as less.</summary>
    [Theory]
    [InlineData("basic", """{"period": {"start": "1964-01-01", "end": "2016-01-01"}}""", "type: expected 'permit'", "period.end")]
    [InlineData(
        "notAuthor",
        """{"type": "deny", "actor": [{"role": {"coding": [{"code": "CST"}]}, "reference": {"reference": "Organization/f001"}}]}""",
        "type: expected 'permit'",
        "actor[0].role"
    )]
    [InlineData("notOrg", """{"type": "deny", "action": [{"coding": [{"code": "disclose"}]}]}""", "action[0]", "actor")]
    [InlineData(
        "notThem",
        """{"type": "deny", "action": [{"coding": [{"code": "access"}]}], "actor": [{"role": {"coding": [{"code": "PRCP"}]}, "reference": {"reference": "Practitioner/xcda-author"}}]}""",
        "action[0]",
        "actor[0].reference.reference"
    )]
    [InlineData(
        "notThis",
        """{"type": "deny", "data": [{"meaning": "related", "reference": {"reference": "Task/example3"}}]}""",
        "data[0]",
        "purpose: expected a code"
    )]
    [InlineData(
        "notTime",
        """{"type": "deny", "period": {"start": "2015-01-01", "end": "2015-02-01"}}""",
        "type: expected 'permit'",
        "period.start"
    )]
    [InlineData(
        "pkb",
        """{"type": "permit", "securityLabel": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N"}]}""",
        "securityLabel[0]",
        "class: expected a code"
    )]
    public void Published_examples_say_what_a_grant_cannot(string id, string provision, params string[] paths)
    {
        string json = $$"""
            {"resourceType": "Consent", "id": "consent-example-{{id}}", "status": "active",
             "patient": {"reference": "Patient/f001"},
             "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
             "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
             "policyRule": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "OPTIN"}]},
             "provision": {{provision}}}
            """;
        GrantReading reading = FhirConsents.Parse(json);
        Assert.Null(reading.Body);
        Assert.Contains(reading.Refused, r => r.StartsWith("Consent.policyRule", StringComparison.Ordinal));
        Assert.Contains(reading.Refused, r => r.StartsWith("Consent.policy:", StringComparison.Ordinal));
        Assert.All(
            paths,
            p => Assert.Contains(reading.Refused, r => r.StartsWith($"Consent.provision.{p}", StringComparison.Ordinal))
        );
        Assert.Contains(reading.Withheld, w => w.StartsWith("Consent.patient", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_permissions_are_two_grants()
    {
        JsonNode consent = Grants.Resource(Grants.Ordinary);
        JsonArray permissions = consent["provision"]!["provision"]!.AsArray();
        permissions.Add(permissions[0]!.DeepClone());
        Assert.Contains(
            "Consent.provision.provision[1]: a grant is one permission: sign one grant for each",
            FhirConsents.Parse(consent.ToJsonString()).Refused
        );
    }

    [Fact]
    public void Names_stay_off_the_ledger_and_are_listed()
    {
        JsonNode consent = Grants.Resource(Grants.Ordinary);
        consent["id"] = "c1";
        consent["patient"] = JsonNode.Parse("""{"reference": "Patient/li", "display": "Li"}""");
        consent["dateTime"] = "2027-01-01";
        consent["text"] = JsonNode.Parse(
            """{"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">Li permits</div>"}"""
        );
        GrantReading reading = FhirConsents.Parse(consent.ToJsonString());
        Assert.Empty(reading.Refused);
        Assert.Equal(Encoded(Grants.Ordinary), Encoded(reading.Body!));
        Assert.Equal(
            ["Consent.dateTime", "Consent.id", "Consent.patient", "Consent.text"],
            reading.Withheld.Select(w => w.Split(':')[0]).Order(StringComparer.Ordinal)
        );
    }

    /// <summary>Many systems write one provision that permits, others a denial with a permission below it.</summary>
    [Fact]
    public void A_permission_at_the_root_or_below_a_denial_is_the_same()
    {
        Consent below = FhirConsents.Write(Grants.Ordinary);
        below.Provision!.Type = Consent.ConsentProvisionType.Deny;
        Consent root = FhirConsents.Write(Grants.Ordinary);
        Consent.provisionComponent permit = root.Provision!.Provision[0];
        permit.Period = root.Provision!.Period;
        root.Provision = permit;
        Assert.Equal(Encoded(Grants.Ordinary), Encoded(FhirConsents.Read(below).Body!));
        Assert.Equal(Encoded(Grants.Ordinary), Encoded(FhirConsents.Read(root).Body!));
    }

    /// <summary>A period of FHIR includes its end to the precision that is written; a term of the ledger ends
    /// before it.</summary>
    [Theory]
    [InlineData("2027-12-31T23:59:59Z", 1_830_297_600_000)]
    [InlineData("2027-12-31T23:59:59.999Z", 1_830_297_600_000)]
    [InlineData("2027-12-31T23:59:59.9Z", 1_830_297_600_000)]
    [InlineData("2028-01-01T07:59:59+08:00", 1_830_297_600_000)]
    [InlineData("2027-12-31T23:59:59.500Z", 1_830_297_599_501)]
    public void A_term_ends_behind_the_end_of_the_period(string end, long until)
    {
        Consent consent = FhirConsents.Write(Grants.Ordinary);
        consent.Provision!.Period!.End = end;
        Assert.Equal(until, (long)JsonNode.Parse(FhirConsents.Read(consent).Body!)!["until"]!);
    }

    [Theory]
    [InlineData("2027-12-31T23:59:59.9999Z")]
    [InlineData("2027-02-30T00:00:00Z")]
    [InlineData("2027-12-31T23:59:59")]
    public void A_time_without_one_meaning_is_refused(string end)
    {
        Consent consent = FhirConsents.Write(Grants.Ordinary);
        consent.Provision!.Period!.End = end;
        Assert.Contains(
            FhirConsents.Read(consent).Refused,
            r => r.StartsWith("Consent.provision.period.end:", StringComparison.Ordinal)
        );
    }

    /// <summary>Texts of others are refused with a reason, wherever they are cut or changed; nothing is thrown. The library
    /// throws a code that FHIR does not know where it is asked for.</summary>
    [Property(MaxTest = 300)]
    public void Damaged_texts_are_refused_or_read(ushort at, byte value)
    {
        string json = Grants.Resource(Grants.Ordinary).ToJsonString();
        int cut = at % json.Length;
        Assert.NotEmpty(FhirConsents.Parse(json[..cut]).Refused);
        GrantReading changed = FhirConsents.Parse(json[..cut] + (char)value + json[(cut + 1)..]);
        Assert.Equal(changed.Body is null, changed.Refused.Count > 0);
    }

    [Theory]
    [InlineData("", "Consent: not a resource")]
    [InlineData("[]", "Consent: not a resource")]
    [InlineData("""{"resourceType": "Patient"}""", "Consent: expected a resource of this type")]
    [InlineData("""{"resourceType": "Consent", "ward": 3}""", "Consent.ward: a grant cannot")]
    [InlineData("""{"resourceType": "Consent", "status": "ctive"}""", "Consent: Value 'ctive'")]
    [InlineData("""{"resourceType": "Consent", "status": "rejected"}""", "Consent.status: expected 'active'")]
    public void What_is_no_consent_is_refused(string json, string fault) =>
        Assert.StartsWith(fault, FhirConsents.Parse(json).Refused[0], StringComparison.Ordinal);

    /// <summary>Each element is small enough; a body on the ledger is at most 4 KiB.</summary>
    [Fact]
    public void More_than_a_grant_holds_is_refused()
    {
        Consent consent = FhirConsents.Write(Grants.Ordinary);
        consent.Provision!.Provision[0].Code =
        [
            .. Enumerable.Range(0, 65).Select(i => new CodeableConcept(Codes.Columns, $"c{i}")),
        ];
        Assert.Contains("at most 64 items", FhirConsents.Read(consent).Refused.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_grant_is_not_written()
    {
        Assert.Throws<ArgumentException>("body", () => FhirConsents.Write("{}"));
        Assert.Throws<ArgumentException>("body", () => FhirConsents.Write("x"));
    }

    private static void Set(JsonNode root, string where, string member, string value)
    {
        foreach (string step in where.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            JsonNode? next = int.TryParse(step, out int index) ? root[index] : root[step];
            if (next is null)
            {
                root[step] = next = new JsonObject();
            }

            root = next;
        }

        if (value == "null")
        {
            root.AsObject().Remove(member);
        }
        else
        {
            root[member] = JsonNode.Parse(value);
        }
    }

    private static byte[] Encoded(string body) => Bodies.ConsentGranted.FromJson(JsonNode.Parse(body), "body").Encode();
}
