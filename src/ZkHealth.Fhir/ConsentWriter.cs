using Hl7.Fhir.Model;
using ZkHealth.Accountability;

namespace ZkHealth.Fhir;

/// <summary>Writes grants as Consents.</summary>
internal static class ConsentWriter
{
    /// <summary>The consent of a body, or of a record, which has the same fields and more.</summary>
    public static Consent Of(Row grant)
    {
        IReadOnlyList<string> purposes = grant.Codes("purposes");
        return new Consent
        {
            Status = Consent.ConsentState.Active,
            Scope = Codes.Concept(Codes.Scope, ScopeOf(purposes)),
            Category = [Codes.Concept(Codes.Loinc, "59284-0")],
            Policy = [new Consent.PolicyComponent { Uri = Codes.Text + Codes.Hex(grant.Bytes("explanation")) }],
            Provision = new Consent.provisionComponent
            {
                Period = new Period { Start = Times.Write(grant.Whole("from")), End = Times.Write(grant.Whole("until") - 1) },
                Provision =
                [
                    new Consent.provisionComponent
                    {
                        Type = Consent.ConsentProvisionType.Permit,
                        Actor = [Recipient(grant.Code("recipient"))],
                        Purpose =
                        [
                            .. purposes.Select(p => new Coding(Codes.ActReason, p)),
                            .. grant.Codes("permission").Concat(grant.Codes("modifiers")).Select(d => new Coding(Codes.Duo, d)),
                        ],
                        Class = [.. grant.Codes("classes").Select(c => new Coding(Codes.Classes, c))],
                        Code = [.. grant.Codes("columns").Select(c => Codes.Concept(Codes.Columns, c))],
                        Extension =
                        [
                            .. grant.Codes("diseases").Select(d => Restriction("disease", new Coding(Codes.Mondo, d))),
                            .. grant.List<byte[]>("projects").Select(p => Restriction("project", new FhirString(Codes.Hex(p)))),
                            .. grant.Codes("institutions").Select(i => Restriction("institution", new FhirString(i))),
                            .. grant.List<byte[]>("persons").Select(p => Restriction("person", new FhirString(Codes.Hex(p)))),
                            .. grant.Codes("regions").Select(r => Restriction("region", new FhirString(r))),
                        ],
                    },
                ],
            },
        };
    }

    /// <summary>The scope that all purposes have; privacy where they have none in common.</summary>
    public static string ScopeOf(IEnumerable<string> purposes)
    {
        string[] roots = [.. purposes.Select(Root).Distinct()];
        return roots is [string root] ? root : "patient-privacy";
    }

    private static string Root(string purpose) =>
        Purposes.IsBelow("HRESCH", purpose) ? "research"
        : Purposes.IsBelow("TREAT", purpose) ? "treatment"
        : "patient-privacy";

    private static Consent.provisionActorComponent Recipient(string recipient)
    {
        bool isClass = recipient.Contains('/', StringComparison.Ordinal);
        return new()
        {
            Role = Codes.Concept(Codes.Participation, "IRCP"),
            Reference = Codes.Named(
                isClass ? Codes.RecipientClasses : Codes.Members,
                recipient,
                isClass ? "Group" : "Organization"
            ),
        };
    }

    private static Extension Restriction(string name, DataType value) => new(Codes.Extension + name, value);
}
