using System.Globalization;
using System.Text.Json.Nodes;

namespace ZkHealth.Accountability;

/// <summary>Writes an agreement as a policy of the Open Digital Rights Language (ODRL 2.2, W3C), in JSON-LD: what its parties may
/// do with which data, until when, and what they owe. Codes stand as they are in the agreement, as URNs.</summary>
internal static class Odrl
{
    private const string Context = "http://www.w3.org/ns/odrl.jsonld";

    /// <summary>The policy of an agreement.</summary>
    /// <param name="id">The id of the agreement.</param>
    /// <param name="agreement">Its record.</param>
    public static JsonObject Of(byte[] id, Row agreement)
    {
        Row terms = agreement.Inner("terms");
        var constraints = new JsonArray(
            Constraint(
                "purpose",
                "isAnyOf",
                new JsonArray([.. terms.Codes("purposes").Select(p => (JsonNode)Urn("purpose", p))])
            ),
            Constraint("dateTime", "gteq", Date(terms.Whole("from"))),
            Constraint("dateTime", "lt", Date(agreement.Whole("until")))
        );
        var duties = new JsonArray(
            Duty("delete", "a consent that ends or the end of the agreement: erase or restrict what was received")
        );
        foreach (string duty in terms.Codes("duties"))
        {
            duties.Add((JsonNode)new JsonObject { ["action"] = Urn("duo", duty) });
        }

        if (terms.Whole("ppm") > 0 || terms.Whole("perThousand") > 0 || terms.Whole("flat") > 0)
        {
            duties.Add((JsonNode)Compensation(terms));
        }

        var targets = new JsonArray([
            .. terms
                .Codes("classes")
                .Select(c => (JsonNode)new JsonObject { ["uid"] = Urn("class", c), ["@type"] = "AssetCollection" }),
        ]);
        foreach (JsonNode? target in targets)
        {
            target!["refinement"] = new JsonArray(
                Constraint(
                    "column",
                    "isAnyOf",
                    new JsonArray([.. terms.Codes("columns").Select(k => (JsonNode)Urn("column", k))])
                )
            );
        }

        return new JsonObject
        {
            ["@context"] = Context,
            ["@type"] = "Agreement",
            ["uid"] = Urn("agreement", Convert.ToHexStringLower(id)),
            ["profile"] = Urn("profile", "agreement-v1"),
            ["assigner"] = new JsonArray([.. agreement.Codes("providers").Select(p => (JsonNode)Urn("member", p))]),
            ["assignee"] = Urn("member", agreement.Code("user")),
            ["permission"] = new JsonArray(
                new JsonObject
                {
                    ["target"] = targets,
                    ["action"] = "use",
                    ["constraint"] = constraints,
                    ["duty"] = duties,
                }
            ),
            ["prohibition"] = new JsonArray(
                new JsonObject { ["target"] = targets.DeepClone(), ["action"] = Urn("action", "reidentify") }
            ),
        };
    }

    private static JsonObject Compensation(Row terms)
    {
        var parts = new JsonArray();
        foreach (string part in (string[])["ppm", "perThousand", "flat"])
        {
            if (terms.Whole(part) > 0)
            {
                parts.Add(
                    (JsonNode)Constraint("payAmount", "eq", Urn(part, terms.Whole(part).ToString(CultureInfo.InvariantCulture)))
                );
            }
        }

        return new JsonObject { ["action"] = "compensate", ["constraint"] = parts };
    }

    private static JsonObject Duty(string action, string description) =>
        new() { ["action"] = action, ["description"] = description };

    private static JsonObject Constraint(string left, string comparison, JsonNode right) =>
        new()
        {
            ["leftOperand"] = left,
            ["operator"] = comparison,
            ["rightOperand"] = right,
        };

    private static JsonObject Date(long time) =>
        new()
        {
            ["@value"] = DateTimeOffset
                .FromUnixTimeMilliseconds(Math.Min(time, 253402300799999))
                .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["@type"] = "xsd:dateTime",
        };

    private static string Urn(string kind, string code) => $"urn:zkhealth:{kind}:{code}";
}
