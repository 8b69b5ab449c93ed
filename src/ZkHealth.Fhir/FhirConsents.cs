using System.Text.Json;
using System.Text.Json.Nodes;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Utility;
using ZkHealth.Accountability;

namespace ZkHealth.Fhir;

/// <summary>
/// Consents of HL7 FHIR R4 and grants of the ledger, one as the other. A grant is one provision that permits: its period, who
/// receives (actor), for what (purpose, ActReason of HL7 and DUO), which classes and columns (code) of data; restrictions to
/// diseases, projects, institutions, persons and regions are extensions of the provision. The text that was shown is the policy.
/// </summary>
public static class FhirConsents
{
    private const int MaxSize = 1 << 20;

    /// <summary>Reads the JSON of a Consent as the body of a grant.</summary>
    /// <param name="json">The resource, at most 1 MiB.</param>
    /// <returns>The body, or every element that is refused, by its path.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="json"/> is null.</exception>
    public static GrantReading Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json.Length > MaxSize)
        {
            return new GrantReading(null, [$"Consent: expected at most {MaxSize} characters, got {json.Length}"], []);
        }

        Base? resource;
        string[] faults = [];
        try
        {
            resource = new FhirJsonDeserializer().Deserialize<Resource>(json);
        }
        catch (DeserializationFailedException e)
        {
            (resource, faults) = (e.PartialResult, [.. e.Exceptions.Select(Fault)]);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return new GrantReading(null, [$"Consent: not a resource of FHIR R4 in JSON: {e.Message}"], []);
        }

        if (resource is not Consent consent)
        {
            return new GrantReading(null, ["Consent: expected a resource of this type, got another", .. faults], []);
        }

        GrantReading reading = Read(consent);
        return faults.Length == 0 ? reading : new GrantReading(null, [.. reading.Refused, .. faults], reading.Withheld);
    }

    /// <summary>Reads a Consent as the body of a grant.</summary>
    /// <param name="consent">The consent: active, with one provision that permits.</param>
    /// <returns>The body, or every element that is refused, by its path.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="consent"/> is null.</exception>
    public static GrantReading Read(Consent consent)
    {
        ArgumentNullException.ThrowIfNull(consent);
        try
        {
            return new ConsentReader(consent).Read();
        }
        catch (CodedException e)
        {
            // a code that FHIR does not know is thrown where it is asked for
            return new GrantReading(null, [Fault(e)], []);
        }
    }

    /// <summary>Writes the body of a grant as a Consent.</summary>
    /// <param name="body">The body of the entry `consent granted` in JSON.</param>
    /// <returns>The active consent, without patient and time of signing, which the body does not know.</returns>
    /// <exception cref="ArgumentException">The body is none of a grant; the message names the member.</exception>
    public static Consent Write(string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        try
        {
            Row grant = Bodies.ConsentGranted.FromJson(JsonNode.Parse(body), "body");
            _ = grant.Encode();
            return ConsentWriter.Of(grant);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new ArgumentException($"expected the body of a grant in JSON: {e.Message}", nameof(body), e);
        }
    }

    /// <summary>A fault that the reader of FHIR has found, behind its path.</summary>
    private static string Fault(Exception e) =>
        e is ExtendedCodedException { InstancePath: string path } coded
            ? $"{path.Replace("$this", "Consent", StringComparison.Ordinal)}: {coded.BaseErrorMessage}"
            : $"Consent: {e.Message}";
}
