using System.Text.Json.Nodes;
using ZkHealth.Accountability;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth act --explain`: the kinds of entries and what each of them needs, in words and as JSON.</summary>
internal static class ActExplanation
{
    /// <summary>Lists the kinds, each with its effect and who signs it.</summary>
    public static int List(Report report)
    {
        var kinds = new JsonArray();
        foreach (ActKind kind in ActKind.All.Values)
        {
            string effect = ActHelp.All[kind.Name].Effect;
            kinds.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["kind"] = kind.Name,
                        ["signedBy"] = SignerOf(kind),
                        ["effect"] = effect,
                    }
            );
            report.Line($"{ActCommand.Word(kind.Name)}: {effect}; signed by {SignerOf(kind)}");
        }

        report.Add("kinds", kinds);
        report.Line("'zkhealth act KIND --explain' says what one of them needs");
        return ExitCode.Accepted;
    }

    /// <summary>Explains a kind: who signs, its fields with an example, its refusals, its effect.</summary>
    public static int Of(ActKind kind, Report report)
    {
        ActHelp help = ActHelp.All[kind.Name];
        string who = SignerOf(kind);
        string? along = ActHelp.SignedAlongBy(kind.Name);
        report.Add("kind", kind.Name, $"{kind.Name}: {help.Effect}");
        string? daily = DailyActs.Of(kind);
        report.Add("command", daily, daily is null ? null : $"with options in place of a body: {daily} --help");
        report.Add("signedBy", who, $"signed by: {who}");
        report.Add("signedAlongBy", along, along is null ? null : $"signed along (--cosign) by: {along}");
        report.Add("restricting", kind.IsRestricting, kind.IsRestricting ? "restricting: no number, no end, taken once" : null);
        report.Add(
            "confession",
            kind.IsConfession,
            kind.IsConfession ? "a confession: never refused for its signer's standing" : null
        );
        IReadOnlyList<string> refusals = [.. help.Refusals.Concat(ActExample.SignerRefusals(kind)).Distinct()];
        report.Add("refusals", Codes(refusals), $"refused as: {string.Join(", ", refusals)}");
        report.Add(
            "denials",
            Codes(help.Denials),
            help.Denials.Count == 0 ? null : $"denied as: {string.Join(", ", help.Denials)}"
        );
        DescribeCodes([.. refusals, .. help.Denials], kind, report);
        JsonObject schema = kind.Body.Schema();
        report.Add("schema", schema);
        report.Line("fields (keys are those that keygen prints; bytes are hexadecimal; a list that is left out is empty):");
        DescribeFields(kind.Body, "  ", report);
        JsonObject example = ActExample.Of(kind);
        report.Add("example", example, "a body to begin with (--file), its values to be replaced:");
        foreach (string line in ActExample.Text(example).Split('\n'))
        {
            report.Line(line);
        }

        return ExitCode.Accepted;
    }

    /// <summary>Says what codes mean, so that nobody has to look them up.</summary>
    public static void DescribeCodes(IEnumerable<string> codes, ActKind kind, Report report)
    {
        foreach (string code in codes.Distinct())
        {
            if (ActCodes.Of(code) is string words)
            {
                string along = code == "COUNTERSIGNATURE" ? $"; here {ActHelp.SignedAlongBy(kind.Name) ?? "nobody"}" : "";
                report.Line($"  {code}: {words}{along}");
            }
        }
    }

    private static string SignerOf(ActKind kind) =>
        kind.SignedBy switch
        {
            SignedBy.Member => $"a member's key with scope '{kind.Scope}'",
            SignedBy.Handle => "the key of a consent (handle)",
            SignedBy.MemberOrHandle => $"a member's key with scope '{kind.Scope}', or the key of a consent (handle)",
            _ => "every first member",
        };

    private static void DescribeFields(Shape shape, string indent, Report report)
    {
        foreach (Field field in shape.Fields)
        {
            Shape? inner = field.Type.Inner;
            string type = inner is null ? field.Type.ToString()! : $"{(field.Type.IsList ? "list of objects" : "object")}";
            report.Line($"{indent}{field.Name} ({type}): {FieldHelp.Of(shape, field)}");
            if (inner is not null)
            {
                DescribeFields(inner, indent + "  ", report);
            }
        }
    }

    private static JsonArray Codes(IEnumerable<string> codes) => new([.. codes.Select(c => (JsonNode)c)]);
}
