using Hl7.Fhir.Model;
using ZkHealth.Accountability;

namespace ZkHealth.Fhir;

/// <summary>Reads one Consent: collects every fault with its path, and the values of the grant.</summary>
internal sealed class ConsentReader(Consent consent)
{
    private static readonly string[] Permissions = ["DUO:0000042", "DUO:0000006", "DUO:0000007", "DUO:0000011", "DUO:0000004"];

    private readonly List<string> _refused = [],
        _withheld = [];

    /// <summary>Reads the consent.</summary>
    public GrantReading Read()
    {
        bool isNested = consent.Provision?.Provision.Count > 0;
        string path = isNested ? "Consent.provision.provision[0]" : "Consent.provision";
        ConsentElements.Sort(consent, isNested ? "Consent.provision.provision" : "Consent.provision", _refused, _withheld);
        Require(
            consent.Status == Consent.ConsentState.Active,
            "Consent.status",
            consent.Status is Consent.ConsentState.Inactive or Consent.ConsentState.EnteredInError
                ? "expected 'active': it was withdrawn, and its grant is taken back by 'zkhealth act consent-revoked', with the key of its handle"
                : "expected 'active'"
        );
        byte[] explanation = Explanation();
        if (consent.Provision is not Consent.provisionComponent root)
        {
            Refuse("Consent.provision", "expected what is permitted; without a provision nothing is");
            return new GrantReading(null, _refused, _withheld);
        }

        if (isNested)
        {
            Require(
                root.Type is null or Consent.ConsentProvisionType.Deny,
                "Consent.provision.type",
                "expected 'deny' or nothing"
            );
            Require(
                root.Provision.Count == 1,
                "Consent.provision.provision[1]",
                "a grant is one permission: sign one grant for each"
            );
        }

        Consent.provisionComponent permit = isNested ? root.Provision[0] : root;
        Require(permit.Type == Consent.ConsentProvisionType.Permit, $"{path}.type", "expected 'permit'");
        (long from, long until) = Term(root, isNested ? permit : null, path);
        string recipient = Recipient(permit, path);
        var purposes = new List<string>();
        var duo = new List<string>();
        foreach ((int i, Coding coding) in permit.Purpose.Index())
        {
            (coding.System == Codes.Duo ? duo : purposes).AddRange(
                Code(coding, $"{path}.purpose[{i}]", Codes.ActReason, Codes.Duo)
            );
        }

        string[] permission = [.. duo.Where(Permissions.Contains).Distinct()];
        Require(
            permission.Length <= 1,
            $"{path}.purpose",
            $"expected at most one permission of DUO, got {string.Join(", ", permission)}"
        );
        Require(
            purposes.Count > 0,
            $"{path}.purpose",
            $"expected a code of {Codes.ActReason}; without one every purpose would be permitted"
        );
        string[] classes = [.. permit.Class.Index().SelectMany(c => Code(c.Item, $"{path}.class[{c.Index}]", Codes.Classes))];
        Require(
            classes.Length > 0,
            $"{path}.class",
            $"expected a code of {Codes.Classes}; without one every class would be permitted"
        );
        string[] columns = [.. permit.Code.Index().SelectMany(c => Concept(c.Item, $"{path}.code[{c.Index}]", Codes.Columns))];
        Require(
            columns.Length > 0,
            $"{path}.code",
            $"expected a code of {Codes.Columns}; without one every column would be permitted"
        );
        CheckScope(purposes);
        Dictionary<string, List<string>> restrictions = Restrictions(permit, path);
        Row? body =
            _refused.Count > 0
                ? null
                : Bodies.ConsentGranted.Row(
                    recipient,
                    classes.Distinct(),
                    purposes.Distinct(),
                    columns.Distinct(),
                    from,
                    until,
                    explanation,
                    permission,
                    restrictions["disease"].Distinct(),
                    duo.Except(permission).Distinct(),
                    restrictions["project"].Distinct().Select(Convert.FromHexString),
                    restrictions["institution"].Distinct(),
                    restrictions["person"].Distinct().Select(Convert.FromHexString),
                    restrictions["region"].Distinct()
                );
        return new GrantReading(body is null ? null : Encoded(body, path), _refused, _withheld);
    }

    /// <summary>The body in JSON, or null where a list is longer than a grant holds.</summary>
    private string? Encoded(Row body, string path)
    {
        try
        {
            if (body.Encode().Length > ActKind.All["consent granted"].MaxSize)
            {
                throw new ArgumentException(
                    $"the grant is larger than {ActKind.All["consent granted"].MaxSize} bytes",
                    nameof(body)
                );
            }

            return body.Shape.ToJson(body).ToJsonString();
        }
        catch (ArgumentException e)
        {
            Refuse(path, e.Message);
            return null;
        }
    }

    private byte[] Explanation()
    {
        string[] uris = [.. consent.Policy.Select(p => p.Uri).OfType<string>()];
        bool right = uris.Length == 1 && consent.Policy.Count == 1 && IsDigest(uris[0], Codes.Text);
        Require(right, "Consent.policy", $"expected one, whose uri is {Codes.Text} and the SHA-256 of the text that was shown");
        return right ? Convert.FromHexString(uris[0][Codes.Text.Length..]) : [];
    }

    private (long From, long Until) Term(Consent.provisionComponent root, Consent.provisionComponent? nested, string path)
    {
        Require(root.Period is null || nested?.Period is null, $"{path}.period", "expected one period, here or above, not both");
        string at = nested?.Period is null ? "Consent.provision.period" : $"{path}.period";
        if ((nested?.Period ?? root.Period) is not Period { Start: string start, End: string end })
        {
            Refuse(at, "expected start and end: no consent is endless");
            return (0, 0);
        }

        string? fault = Times.Read(start, out long from, out _);
        Require(fault is null, $"{at}.start", fault);
        fault = Times.Read(end, out _, out long until);
        Require(fault is null, $"{at}.end", fault);
        Require(from < until, at, "expected an end after the start");
        return (from, until);
    }

    private string Recipient(Consent.provisionComponent permit, string path)
    {
        if (permit.Actor is not [Consent.provisionActorComponent actor])
        {
            Refuse($"{path}.actor", $"expected one, got {permit.Actor.Count}: sign one grant for each recipient");
            return "";
        }

        Require(
            actor.Role?.Coding is [{ System: Codes.Participation, Code: "IRCP" }],
            $"{path}.actor[0].role",
            "expected IRCP (information recipient)"
        );
        string value = actor.Reference?.Identifier?.Value ?? "";
        bool isClass = actor.Reference?.Identifier?.System == Codes.RecipientClasses;
        Require(
            (isClass || actor.Reference?.Identifier?.System == Codes.Members)
                && isClass == value.Contains('/', StringComparison.Ordinal)
                && FieldType.IsCode(value),
            $"{path}.actor[0].reference.identifier",
            $"expected a member ({Codes.Members}, its registered number) or a class ({Codes.RecipientClasses}, role/kind)"
        );
        Require(
            actor.Reference?.Type is null || actor.Reference.Type == (isClass ? "Group" : "Organization"),
            $"{path}.actor[0].reference.type",
            "expected Organization for a member, Group for a class"
        );
        return value;
    }

    /// <summary>The scope and category say no more, and no less, than the purposes.</summary>
    private void CheckScope(List<string> purposes)
    {
        string expected = ConsentWriter.ScopeOf(purposes);
        Require(
            consent.Scope?.Coding is [{ System: Codes.Scope, Code: string code }]
                && (code == expected || code == "patient-privacy"),
            "Consent.scope",
            $"expected '{expected}', the scope of these purposes, or 'patient-privacy'"
        );
        Require(
            consent.Category is [{ Coding: [{ System: Codes.Loinc, Code: "59284-0" }] }],
            "Consent.category",
            $"expected one, 59284-0 of {Codes.Loinc} (a patient's consent)"
        );
    }

    private Dictionary<string, List<string>> Restrictions(Consent.provisionComponent permit, string path)
    {
        Dictionary<string, List<string>> found = (
            (string[])["disease", "project", "institution", "person", "region"]
        ).ToDictionary(n => n, _ => new List<string>(), StringComparer.Ordinal);
        foreach ((int i, Extension extension) in permit.Extension.Index())
        {
            string at = $"{path}.extension[{i}]",
                name = extension.Url?.StartsWith(Codes.Extension, StringComparison.Ordinal) == true
                    ? extension.Url[Codes.Extension.Length..]
                    : "";
            if (!found.TryGetValue(name, out List<string>? values))
            {
                Refuse(at, $"this extension is not known: '{extension.Url}'");
            }
            else if (name == "disease")
            {
                values.AddRange(
                    extension.Value is Coding coding ? Code(coding, $"{at}.value", Codes.Mondo) : Wrong(at, "a coding")
                );
            }
            else
            {
                bool isDigest = name is "project" or "person";
                string? value = (extension.Value as FhirString)?.Value;
                values.AddRange(
                    value is not null && (isDigest ? IsDigest(value, "") : FieldType.IsCode(value))
                        ? [value]
                        : Wrong(at, isDigest ? "a text of 64 hexadecimal digits" : "a code as text")
                );
            }
        }

        return found;
    }

    private string[] Wrong(string path, string expected)
    {
        Refuse($"{path}.value", $"expected {expected}");
        return [];
    }

    private string[] Concept(CodeableConcept concept, string path, string system)
    {
        if (concept.Coding is [Coding coding])
        {
            return Code(coding, $"{path}.coding[0]", system);
        }

        Refuse(path, $"expected one coding of {system}");
        return [];
    }

    private string[] Code(Coding coding, string path, params string[] systems)
    {
        if (!systems.Contains(coding.System))
        {
            Refuse($"{path}.system", $"expected {string.Join(" or ", systems)}, got '{coding.System}'");
            return [];
        }

        if (!FieldType.IsCode(coding.Code ?? ""))
        {
            Refuse($"{path}.code", $"expected 1 to 64 letters, digits and . : _ / -, got '{coding.Code}'");
            return [];
        }

        return [coding.Code!];
    }

    private static bool IsDigest(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.Ordinal)
        && text.Length == prefix.Length + 64
        && text.AsSpan(prefix.Length).IndexOfAnyExcept(System.Buffers.SearchValues.Create("0123456789abcdef")) < 0;

    private void Require(bool holds, string path, string? otherwise)
    {
        if (!holds)
        {
            Refuse(path, otherwise!);
        }
    }

    private void Refuse(string path, string reason) => _refused.Add($"{path}: {reason}");
}
