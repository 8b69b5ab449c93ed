using System.Text.Json.Nodes;
using NJsonSchema;

namespace ZkHealth.Cli.Tests;

/// <summary>docs/output.schema.json: what each command prints under --json.</summary>
internal static class OutputSchema
{
    private static readonly string[] Leading = ["accepted", "verdict", "reason", "exitCode"];

    private static readonly JsonObject Document = JsonNode
        .Parse(File.ReadAllText(Path.Combine(Run.Root, "docs", "output.schema.json")))!
        .AsObject();

    private static readonly Dictionary<string, JsonSchema> Schemas = [];

    /// <summary>The commands that have a definition; in camel case are those that commands share.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Document["$defs"]!.AsObject().Select(d => d.Key)];

    /// <summary>What is wrong with an output: nothing, if it begins with the leading members and is as its command's definition
    /// says.</summary>
    /// <param name="arguments">The words of the command line.</param>
    /// <param name="output">The object that was printed.</param>
    /// <param name="code">The exit code.</param>
    public static IReadOnlyList<string> Faults(string[] arguments, JsonObject output, int code)
    {
        string[] first = [.. output.Take(Leading.Length).Select(m => m.Key)];
        if (!first.SequenceEqual(Leading))
        {
            return [$"it begins with {string.Join(", ", first)}"];
        }

        var faults = new List<string>();
        if ((int)output["exitCode"]! != code || (output["reason"] is null) != (code == 0))
        {
            faults.Add($"exit code {code}, but it says {output["exitCode"]}, reason {output["reason"]}");
        }

        // longest first: `aggregate terms count` before `aggregate`
        string? name = Enumerable
            .Range(1, Math.Min(3, arguments.Length))
            .Reverse()
            .Select(n => string.Join('-', arguments[..n]))
            .FirstOrDefault(Names.Contains);
        return [.. faults, .. Of(name ?? "failure").Validate(output.ToJsonString()).Select(e => e.ToString())];
    }

    /// <summary>The schema of one definition. NJsonSchema knows $defs under its older name alone.</summary>
    private static JsonSchema Of(string name)
    {
        lock (Schemas)
        {
            if (!Schemas.TryGetValue(name, out JsonSchema? schema))
            {
                var root = new JsonObject
                {
                    ["$schema"] = "http://json-schema.org/draft-07/schema#",
                    ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = $"#/$defs/{name}" }),
                    ["$defs"] = Document["$defs"]!.DeepClone(),
                };
                string text = root.ToJsonString().Replace("$defs", "definitions", StringComparison.Ordinal);
                Schemas[name] = schema = JsonSchema.FromJsonAsync(text).GetAwaiter().GetResult();
            }

            return schema;
        }
    }
}
