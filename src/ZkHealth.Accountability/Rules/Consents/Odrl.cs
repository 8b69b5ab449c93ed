using System.Globalization;
using System.Text.Json.Nodes;

namespace ZkHealth.Accountability;

/// <summary>Writes an agreement as a policy of the Open Digital Rights Language (ODRL 2.2, W3C), in JSON-LD: what its parties may
/// do with which data, until when, and all that they owe. Codes stand as they are in the agreement, as URNs; what the language
/// has no word for is an operand or action of the profile.</summary>
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
        // what a consent or the agreement permitted is recalled when it ends
        var duties = new JsonArray(Duty("delete", Constraint("event", "gt", Urn("event", "recall"))));
        foreach (string duty in terms.Codes("duties"))
        {
            duties.Add((JsonNode)new JsonObject { ["action"] = Urn("duo", duty) });
        }

        foreach (
            JsonObject duty in new[]
            {
                Numbers("compensate", terms, "ppm", "perThousand", "flat", "flatDays"),
                Numbers(Urn("action", "deposit"), terms, "deposit", "penalty"),
                Numbers(Urn("action", "reportValue"), terms, "period", "tail"),
            }.OfType<JsonObject>()
        )
        {
            duties.Add((JsonNode)duty);
        }

        var targets = new JsonArray([
            .. terms
                .Codes("classes")
                .Select(c => (JsonNode)new JsonObject { ["@type"] = "AssetCollection", ["source"] = Urn("class", c) }),
        ]);
        foreach (JsonNode? target in targets)
        {
            target!["refinement"] = new JsonArray(
                Constraint(
                    Urn("operand", "column"),
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

    /// <summary>A duty with numbers of the terms, those that are zero left out; null where all are.</summary>
    private static JsonObject? Numbers(string action, Row terms, params string[] names)
    {
        JsonObject[] numbers =
        [
            .. names
                .Where(n => terms.Whole(n) > 0)
                .Select(n =>
                    Constraint(
                        Urn("operand", n),
                        "eq",
                        new JsonObject
                        {
                            ["@value"] = terms.Whole(n).ToString(CultureInfo.InvariantCulture),
                            ["@type"] = "xsd:integer",
                        }
                    )
                ),
        ];
        return numbers.Length == 0 ? null : Duty(action, numbers);
    }

    private static JsonObject Duty(string action, params JsonObject[] constraints) =>
        new() { ["action"] = action, ["constraint"] = new JsonArray([.. constraints]) };

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
