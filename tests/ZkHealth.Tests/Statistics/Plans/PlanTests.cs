using System.Text;
using System.Text.Json;
using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Tests.Statistics.Plans;

public class PlanTests
{
    private static Plan[] Vector(string name)
    {
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(Repository.Vectors, "reference", name + ".json"))
        );
        return [.. document.RootElement.GetProperty("plans").EnumerateArray().Select(PlanReader.Read)];
    }

    /// <summary>
    /// The digest by Python: SHA-256 of json.dumps(plan, sort_keys=True, separators=(',', ':'), ensure_ascii=False), which is RFC
    /// 8785 for whole numbers and names in the basic plane.
    /// </summary>
    [Fact]
    public void The_digest_is_that_of_the_canonical_json()
    {
        Plan plan = Vector("plan-example")[0];
        Assert.Equal("a1c4e1f80be05cd7e9216f3e6cad2c2b01bfc9a4cbcb7c3bd0c738b6f20ff967", Convert.ToHexStringLower(plan.Digest()));
        Assert.Equal(
            "4a46bab9980df9d392af4f41f61098119bfc4ecce4ea958a4cc834d3fae47128",
            Convert.ToHexStringLower(Vector("plan-segments")[2].Digest())
        );
        Assert.True(PlanReader.TryDecode(plan.Encode(), out Plan? again, out _));
        Assert.Equal(plan.Encode().ToArray(), again.Encode().ToArray());
    }

    [Fact]
    public void Texts_are_escaped_as_short_as_can_be_and_names_sorted_by_code_units()
    {
        // RFC 8785, 3.2.3: the order of UTF-16 code units, so that U+1F600 stands before U+FB33
        var json = new System.Text.Json.Nodes.JsonObject
        {
            ["\ufb33"] = 1,
            ["\ud83d\ude00"] = 2L,
            ["\u00f6"] = null,
            ["\r"] = "\u000f\n\"\\/\u20ac\b\u007f",
            ["1"] = -3,
        };
        Assert.Equal(
            "{\"\\r\":\"\\u000f\\n\\\"\\\\/€\\b\u007f\",\"1\":-3,\"ö\":null,\"😀\":2,\"\ufb33\":1}",
            Encoding.UTF8.GetString(CanonicalJson.Encode(json))
        );
        Assert.Throws<EncoderFallbackException>(() => CanonicalJson.Encode("\ud83d"));
    }

    [Theory]
    [InlineData("{ }", "not in canonical form")]
    [InlineData("\"steps\":", "not")]
    public void Another_form_is_no_encoding(string part, string reason)
    {
        string text = Encoding.UTF8.GetString(Vector("plan-example")[0].Encode().Span);
        string other =
            part == "{ }"
                ? text.Replace("{\"asked\"", "{ \"asked\"", StringComparison.Ordinal)
                : text.Replace(part, "\"stepz\":", StringComparison.Ordinal);
        Assert.False(PlanReader.TryDecode(Encoding.UTF8.GetBytes(other), out _, out string? why));
        Assert.Contains(reason, why, StringComparison.Ordinal);
    }

    /// <summary>A field that nobody knows would change the digest and mean nothing; a name that stands twice would mean two
    /// things.</summary>
    [Theory]
    [InlineData("{\"asked\"", "{\"aside\":1,\"asked\"")]
    [InlineData("\"rows\":9", "\"rows\":9,\"rows\":9")]
    [InlineData("\"rows\":9", "\"rows\":9.5")]
    [InlineData("\"rows\":9", "\"rows\":9007199254740993")]
    [InlineData("\"key\":1", "\"key\":4294967297")]
    public void Plans_of_another_form_are_refused(string from, string to)
    {
        string text = Encoding.UTF8.GetString(Vector("plan-example")[0].Encode().Span);
        Assert.Contains(from, text, StringComparison.Ordinal);
        byte[] bytes = Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
        Assert.False(PlanReader.TryDecode(bytes, out _, out _));
        Assert.False(
            ReferenceFile
                .Check(Encoding.UTF8.GetBytes($"{{\"kind\":\"plan\",\"plans\":[{Encoding.UTF8.GetString(bytes)}]}}"))
                .IsAccepted
        );
    }

    [Fact]
    public void Plans_are_exported_as_reference_files()
    {
        Assert.True(ReferenceFile.Check(Export("plan-example")).IsAccepted);
        Assert.True(ReferenceFile.Check(Export("plan-sum-of-segments")).IsAccepted);
        Assert.StartsWith("rule 5: ", ReferenceFile.Check(Export("plan-bad-consent-shared")).Reason, StringComparison.Ordinal);
    }

    [SkippableFact]
    [Trait("Category", "EndToEnd")]
    public void Plans_are_exported_as_the_reference_reads_them()
    {
        Skip.If(Repository.Shared is null, "the folder shared, with the reference, is not beside the repository");
        Assert.True(PythonReference.Accepts(Export("plan-example"), Export("plan-sum-of-segments")));
        Assert.False(PythonReference.Accepts(Export("plan-bad-consent-shared")));
    }

    private static byte[] Export(string vector) => ReferenceExport.Plans(Vector(vector));

    /// <summary>Columns that follow from each other in a circle would be proven of each other, and of nothing.</summary>
    [Fact]
    public void Circles_are_refused_whatever_their_length()
    {
        string text = Encoding.UTF8.GetString(Vector("plan-example")[0].Encode().Span);

        // patients: case from (row, visits) becomes case from (row, research), and research is made from case
        string circle = text.Replace(
                "\"sources\":[0,3],\"table\":\"patients\",\"target\":4,\"tuples\":[[0,0,0],[0,1,0],[0,2,0],[0,3,0],[1,0,1],[1,1,1],[1,2,2],[1,3,2]]",
                "\"sources\":[0,5],\"table\":\"patients\",\"target\":4,\"tuples\":[[0,0,0],[0,1,0],[0,2,0],[1,0,1],[1,1,1],[1,2,2]]",
                StringComparison.Ordinal
            )
            .Replace("\"cubes\":[", "\"cubes\":[{\"columns\":[3],\"table\":\"patients\"},", StringComparison.Ordinal);
        Assert.NotEqual(text, circle);
        Assert.True(PlanReader.TryDecode(Encoding.UTF8.GetBytes(circle), out Plan? plan, out _));
        Assert.Equal("rule 2: a source is a base column or the target of an earlier step", PlanRules.Broken(plan));
    }
}
