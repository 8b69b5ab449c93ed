using Hl7.Fhir.Model;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Traces;

namespace ZkHealth.Fhir;

/// <summary>Writes assets and deliveries as Provenance.</summary>
internal static class Provenances
{
    private const string ParticipantType = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";

    /// <summary>The provenance of an asset.</summary>
    /// <param name="registered">The leaf of the entry `asset registered`.</param>
    public static Provenance OfAsset(HistoryLeaf registered)
    {
        Row body = registered.Body!;
        IReadOnlyList<byte[]> sources = body.List<byte[]>("sources");
        return new Provenance
        {
            Target = [Codes.Named(Codes.Assets, Codes.Hex(body.Bytes("fingerprint")))],
            Occurred = new FhirDateTime(Times.Write(body.Whole("collected"))),
            Recorded = DateTimeOffset.FromUnixTimeMilliseconds(registered.Time),
            Activity = Codes.Concept(Codes.Lifecycle, sources.Count == 0 ? "originate" : "transform"),
            Policy = [.. body.List<byte[]>("consents").Select(h => Codes.ConsentOf + Codes.Hex(h))],
            Agent = [Agent(ParticipantType, "custodian", registered.Who)],
            Entity = [.. sources.Select(s => Source(Codes.Assets, Codes.Hex(s)))],
        };
    }

    /// <summary>The provenance of a delivery.</summary>
    /// <param name="use">The leaf of the entry `used`.</param>
    /// <param name="asked">The leaf of its request.</param>
    public static Provenance OfDelivery(HistoryLeaf use, HistoryLeaf asked) =>
        new()
        {
            Target = [Codes.Named(Codes.Deliveries, Codes.Hex(use.Body!.Bytes("root")))],
            Occurred = new FhirDateTime(Times.Write(use.Time)),
            Recorded = DateTimeOffset.FromUnixTimeMilliseconds(use.Time),
            Reason = [Codes.Concept(Codes.ActReason, asked.Body!.Code("purpose"))],
            Activity = Codes.Concept(Codes.Lifecycle, "disclose"),
            Policy = [.. asked.Body.List<byte[]>("handles").Select(h => Codes.ConsentOf + Codes.Hex(h))],
            Agent = [Agent(ParticipantType, "custodian", use.Who), Agent(Codes.Participation, "IRCP", asked.Who)],
            Entity = [Source(Codes.Requests, asked.ActId)],
        };

    private static Provenance.AgentComponent Agent(string system, string type, string subject) =>
        new() { Type = Codes.Concept(system, type), Who = Codes.Named(Codes.Members, subject, "Organization") };

    private static Provenance.EntityComponent Source(string system, string value) =>
        new() { Role = Provenance.ProvenanceEntityRole.Source, What = Codes.Named(system, value) };
}
