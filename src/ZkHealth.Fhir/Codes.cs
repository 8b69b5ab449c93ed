using Hl7.Fhir.Model;

namespace ZkHealth.Fhir;

/// <summary>The systems of codes and identifiers that resources use, and how they are written.</summary>
internal static class Codes
{
    public const string ActReason = "http://terminology.hl7.org/CodeSystem/v3-ActReason",
        Duo = "http://purl.obolibrary.org/obo/duo.owl",
        Mondo = "http://purl.obolibrary.org/obo/mondo.owl",
        Scope = "http://terminology.hl7.org/CodeSystem/consentscope",
        Loinc = "http://loinc.org",
        Participation = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
        Lifecycle = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle";

    public const string Columns = "urn:zkhealth:column",
        Classes = "urn:zkhealth:class",
        Members = "urn:zkhealth:member",
        RecipientClasses = "urn:zkhealth:recipient-class",
        Handles = "urn:zkhealth:handle",
        Requests = "urn:zkhealth:request",
        Deliveries = "urn:zkhealth:delivery",
        Assets = "urn:zkhealth:asset",
        Logs = "urn:zkhealth:log",
        Operations = "urn:zkhealth:operation";

    /// <summary>The address of a text that was shown to a patient: its SHA-256 in hexadecimal stands behind it.</summary>
    public const string Text = "urn:zkhealth:text:";

    /// <summary>The address of a consent, by its handle in hexadecimal.</summary>
    public const string ConsentOf = "urn:zkhealth:consent:";

    /// <summary>The addresses of what restricts a permission: diseases, projects, institutions, persons, regions.</summary>
    public const string Extension = "urn:zkhealth:fhir:";

    /// <summary>A concept of one coding.</summary>
    public static CodeableConcept Concept(string system, string code) => new() { Coding = [new Coding(system, code)] };

    /// <summary>A reference by an identifier: nothing that it names has an address.</summary>
    public static ResourceReference Named(string system, string value, string? type = null) =>
        new() { Identifier = new Identifier(system, value), Type = type };

    /// <summary>Bytes in hexadecimal.</summary>
    public static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
