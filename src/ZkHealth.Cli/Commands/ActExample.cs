using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;

namespace ZkHealth.Cli.Commands;

/// <summary>An entry of a kind to begin with: a body that its schema accepts, and the refusals that no body avoids.</summary>
internal static class ActExample
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A body with every member, each list with one item.</summary>
    public static JsonObject Of(ActKind kind) => Of(kind.Body);

    /// <summary>The body as a file holds it.</summary>
    public static string Text(JsonObject body) => body.ToJsonString(Indented);

    /// <summary>The codes by which an entry of a kind is refused for its signer, number and end, whatever its body
    /// says.</summary>
    public static IEnumerable<string> SignerRefusals(ActKind kind)
    {
        bool always = kind.IsRestricting || kind.IsConfession;
        (string Code, bool Applies)[] codes =
        [
            ("SIGNER", kind.SignedBy is SignedBy.Member or SignedBy.Handle),
            ("SCOPE", IsMembers(kind)),
            ("KEY_REVOKED", IsMembers(kind)),
            ("KEY_EXPIRED", IsMembers(kind) && !kind.IsConfession),
            ("SUSPENDED", IsMembers(kind) && !always),
            ("TABLES_MISSING", kind.Name is not ("charter" or "table adopted")),
            ("NUMBERED", kind.IsRestricting),
            ("DUPLICATE", kind.IsRestricting),
            ("NUMBER", !kind.IsRestricting),
            ("EXPIRED", !kind.IsRestricting),
        ];
        return codes.Where(c => c.Applies).Select(c => c.Code);
    }

    private static bool IsMembers(ActKind kind) => kind.SignedBy is SignedBy.Member or SignedBy.MemberOrHandle;

    private static JsonObject Of(Shape shape) =>
        new(shape.Fields.Select(f => KeyValuePair.Create(f.Name, f.Type.Inner is null ? Of(f.Type.Schema()) : OfRows(f.Type))));

    private static JsonNode OfRows(FieldType type) => type.IsList ? new JsonArray(Of(type.Inner!)) : Of(type.Inner!);

    /// <summary>A value of a schema that is no object: of the least length, and never a real key or digest.</summary>
    private static JsonNode? Of(JsonObject schema) =>
        (string?)schema["type"] switch
        {
            "array" => new JsonArray(Of(schema["items"]!.AsObject())),
            "boolean" => false,
            "string" when Bytes((string)schema["pattern"]!) is int bytes => new string('0', 2 * bytes),
            "string" => "CODE",
            _ => 1L,
        };

    /// <summary>The least number of bytes of a pattern of bytes; null for another pattern.</summary>
    private static int? Bytes(string pattern)
    {
        const string start = "^([0-9a-fA-F]{2}){";
        return pattern.StartsWith(start, StringComparison.Ordinal)
            ? int.Parse(pattern.AsSpan(start.Length, pattern.IndexOf(',', start.Length) - start.Length), provider: null)
            : null;
    }
}
