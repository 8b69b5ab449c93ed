using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using ZkHealth.Accountability;

namespace ZkHealth.Fhir.Tests;

/// <summary>Grants for tests: an ordinary one, and any that a ledger takes as to form.</summary>
public static class Grants
{
    public const long From = 1_798_761_600_000,
        Day = 86_400_000;

    internal static string Ordinary =>
        Json(Bodies.Consent("user/research", ["GENERAL"], ["HRESCH"], ["age", "diagnosis"], From, From + (365 * Day), Digest(7)));

    internal static JsonNode Resource(string body) => JsonNode.Parse(FhirConsents.Write(body).ToJson())!;

    internal static string Json(Row row) => row.Shape.ToJson(row).ToJsonString();

    /// <summary>Any grant: every list from empty to several, restrictions without the code that needs them too.</summary>
    public static Arbitrary<string> Any()
    {
        Gen<string> code = Gen.Elements(
            "A",
            "age",
            "DUO:0000007",
            "MONDO:0005015",
            "CN-91110000",
            "x/y",
            "a.b_c-d:e",
            new string('z', 64)
        );
        Gen<byte[]> digest = Gen.Choose(0, 255).Select(n => Digest((byte)n));
        Gen<string> purpose = Gen.Elements("HRESCH", "CLINTRCH", "BIORCH", "TREAT", "COC", "PUBHLTH", "HOPERAT");
        Gen<string> modifier = Gen.Elements(
            "DUO:0000046",
            "DUO:0000045",
            "DUO:0000021",
            "DUO:0000027",
            "DUO:0000022",
            "DUO:0009999"
        );
        Gen<string> permission = Gen.Elements("DUO:0000042", "DUO:0000006", "DUO:0000007", "DUO:0000011");
        Gen<string> recipient = Gen.Elements("CN-91110000", "user/research", "provider/hospital", "institute");
        Gen<string> grants =
            from r in recipient
            from classes in Some(code, 1, 4)
            from purposes in Some(purpose, 1, 3)
            from columns in Some(code, 1, 5)
            from start in Gen.Choose(0, int.MaxValue)
            from length in Gen.Choose(1, int.MaxValue)
            from text in digest
            from granted in Some(permission, 0, 1)
            from diseases in Some(code, 0, 3)
            from modifiers in Some(modifier, 0, 3)
            from projects in Many(digest, 3)
            from institutions in Some(code, 0, 2)
            from persons in Many(digest, 3)
            from regions in Some(code, 0, 2)
            select Json(
                Bodies.ConsentGranted.Row(
                    r,
                    classes,
                    purposes,
                    columns,
                    From + start,
                    From + start + length,
                    text,
                    granted,
                    diseases,
                    modifiers,
                    projects,
                    institutions,
                    persons,
                    regions
                )
            );
        return grants.ToArbitrary();
    }

    internal static byte[] Digest(byte n) => [.. Enumerable.Repeat(n, 32)];

    private static Gen<string[]> Some(Gen<string> item, int least, int most) =>
        from count in Gen.Choose(least, most)
        from items in item.ArrayOf(count)
        select items.Distinct().ToArray();

    private static Gen<byte[][]> Many(Gen<byte[]> item, int most) =>
        from count in Gen.Choose(0, most)
        from items in item.ArrayOf(count)
        select items.DistinctBy(i => i[0]).ToArray();
}
