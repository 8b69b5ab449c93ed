using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ZkHealth.Cli.Tests;

/// <summary>Bodies of the entries of a journey, from its charter to what was received.</summary>
internal static class JourneyBodies
{
    public static JsonObject Threshold(string proposal, string role, int denominator) =>
        new()
        {
            ["proposal"] = proposal,
            ["classes"] = new JsonArray(
                new JsonObject
                {
                    ["class"] = role,
                    ["numerator"] = 1,
                    ["denominator"] = denominator,
                }
            ),
        };

    public static JsonObject Number(string name) => new() { ["name"] = name, ["value"] = 0 };

    public static JsonObject Terms(string what, string field, string value) =>
        new()
        {
            ["what"] = what,
            [field] = new JsonArray(value),
            ["number"] = 0,
            ["until"] = 0,
            ["notBefore"] = 0,
        };

    public static JsonObject Renewal(string subject, string digest, int days)
    {
        JsonObject terms = Terms("renew", "subject", subject);
        (terms["about"], terms["until"]) = (new JsonArray(digest), Time(days - 1));
        return terms;
    }

    public static JsonObject Grant(string recipient) =>
        new()
        {
            ["recipient"] = recipient,
            ["classes"] = new JsonArray("GENERAL"),
            ["purposes"] = new JsonArray("HRESCH"),
            ["columns"] = new JsonArray("age"),
            ["from"] = Time(0),
            ["until"] = Time(90),
            ["explanation"] = Digest("text"),
        };

    public static JsonObject Agreement(string provider, string user)
    {
        JsonObject terms = JsonNode
            .Parse(
                """
                {"classes": ["GENERAL"], "purposes": ["HRESCH"], "columns": ["age"], "ppm": 0, "period": 7776000000, "tail": 0,
                 "deposit": 0, "penalty": 0, "perThousand": 0, "flat": 0, "flatDays": 0}
                """
            )!
            .AsObject();
        (terms["from"], terms["until"]) = (Time(0), Time(90));
        return new JsonObject
        {
            ["providers"] = new JsonArray(provider),
            ["user"] = user,
            ["terms"] = terms,
        };
    }

    public static JsonObject Received(string request, string server) =>
        new()
        {
            ["request"] = request,
            ["server"] = server,
            ["person"] = Digest("person"),
            ["rows"] = 1,
            ["root"] = Digest("root"),
        };

    public static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public static string Time(int days) =>
        DateTimeOffset.UtcNow.AddDays(days).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
