using Hl7.Fhir.Model;

namespace ZkHealth.Fhir;

/// <summary>
/// The elements of a Consent by what becomes of them: read into the grant; kept off the ledger, where they name the patient or
/// describe the paper; or refused, as all others are, since a grant that leaves out a restriction permits more than the patient
/// did.
/// </summary>
internal static class ConsentElements
{
    private static readonly Dictionary<string, string> Withheld = new(StringComparer.Ordinal)
    {
        ["Consent.id"] = "the handle takes its place",
        ["Consent.meta.versionId"] = "the ledger has one version",
        ["Consent.meta.lastUpdated"] = "the leaf has its time",
        ["Consent.meta.source"] = "the provider of record signs along",
        ["Consent.meta.profile"] = "the grant has one form",
        ["Consent.text"] = "it says in words what the elements say",
        ["Consent.identifier"] = "the handle takes its place",
        ["Consent.patient"] = "the ledger names a handle, never a patient",
        ["Consent.dateTime"] = "the leaf has its time",
        ["Consent.performer"] = "the key of the handle signs",
        ["Consent.organization"] = "the provider of record signs along",
        ["Consent.source"] = "the signed paper stays with the provider",
    };

    private static readonly string[] Read =
    [
        "Consent.status",
        .. Concept("Consent.scope"),
        .. Concept("Consent.category"),
        "Consent.policy.uri",
        "Consent.provision.type",
        "Consent.provision.period.start",
        "Consent.provision.period.end",
    ];

    private static readonly string[] ReadOfPermission =
    [
        ".type",
        ".period.start",
        ".period.end",
        .. Concept(".actor.role"),
        ".actor.reference.type",
        ".actor.reference.display",
        ".actor.reference.identifier.system",
        ".actor.reference.identifier.value",
        .. Coding(".purpose"),
        .. Coding(".class"),
        .. Concept(".code"),
        ".extension.url",
        ".extension.value",
        .. Coding(".extension.value"),
    ];

    /// <summary>Sorts the elements that are not read.</summary>
    /// <param name="consent">The consent.</param>
    /// <param name="permission">The path of the provision that permits, without numbers.</param>
    /// <param name="refused">Receives those that nothing can represent, with their paths.</param>
    /// <param name="withheld">Receives those that stay off the ledger, with their paths.</param>
    public static void Sort(Consent consent, string permission, List<string> refused, List<string> withheld)
    {
        string[] read = [.. Read, .. ReadOfPermission.Select(p => permission + p)];
        string[] known = [.. read, .. Withheld.Keys];
        Walk(consent, "Consent", "Consent");

        void Walk(Base node, string plain, string path)
        {
            foreach ((string name, object value) in node.EnumerateElements())
            {
                switch (value)
                {
                    case Base single:
                        Place(single, $"{plain}.{name}", $"{path}.{name}");
                        break;
                    case IEnumerable<Base> many:
                        foreach ((int i, Base item) in many.Index())
                        {
                            Place(item, $"{plain}.{name}", $"{path}.{name}[{i}]");
                        }

                        break;
                    case not null when node is not PrimitiveType:
                        Place(null, $"{plain}.{name}", $"{path}.{name}");
                        break;
                    default:
                        // the value of a primitive, which has been placed
                        break;
                }
            }
        }

        void Place(Base? element, string plain, string path)
        {
            if (Withheld.TryGetValue(plain, out string? reason))
            {
                withheld.Add($"{path}: stays off the ledger; {reason}");
            }
            else if (!known.Any(k => k == plain || k.StartsWith(plain + ".", StringComparison.Ordinal)))
            {
                refused.Add($"{path}: a grant cannot represent it, and leaving it out would change what is permitted");
            }
            else if (element is not null)
            {
                Walk(element, plain, path);
            }
        }
    }

    private static string[] Coding(string path) => [path + ".system", path + ".code", path + ".display"];

    private static string[] Concept(string path) => Coding(path + ".coding");
}
