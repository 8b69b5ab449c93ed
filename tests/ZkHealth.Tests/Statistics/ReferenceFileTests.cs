using System.Text.Json;
using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;

namespace ZkHealth.Tests.Statistics;

public class ReferenceFileTests
{
    public static TheoryData<string> Files()
    {
        var data = new TheoryData<string>();
        foreach (
            string path in Directory
                .GetFiles(Path.Combine(Repository.Vectors, "reference"), "*.json")
                .Order(StringComparer.Ordinal)
        )
        {
            if (Path.GetFileName(path) != "generators.json")
            {
                data.Add(Path.GetFileName(path));
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_vector_is_accepted_or_rejected_as_it_says(string name)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(Repository.Vectors, "reference", name));
        using JsonDocument document = JsonDocument.Parse(bytes);
        VerificationResult result = ReferenceFile.Check(bytes);
        bool supported = name.Split('-')[0] is "linear" or "cubes" or "statistics" or "map" or "link" or "plan";
        Assert.Equal(
            !supported ? VerificationVerdict.Unsupported
                : document.RootElement.GetProperty("accept").GetBoolean() ? VerificationVerdict.Accepted
                : VerificationVerdict.Rejected,
            result.Verdict
        );
        if (document.RootElement.TryGetProperty("rule", out JsonElement rule))
        {
            Assert.StartsWith($"rule {rule.GetInt32()}: ", result.Reason, StringComparison.Ordinal);
            Assert.Equal(document.RootElement.GetProperty("reason").GetString(), result.Reason);
        }
    }

    // a field that is not known may change what is stated: judged by the known fields alone it would be another statement
    [Theory]
    [InlineData("{\"kind\":\"merlin\"}", "the kind 'merlin'")]
    [InlineData("{\"kind\":\"cubes\",\"links\":[]}", "the field 'links' of the kind cubes")]
    [InlineData("{\"kind\":\"cubes\",\"axes\":[{\"which\":[0],\"bands\":[]}]}", "the field 'bands' of the kind cubes")]
    [InlineData("{\"kind\":\"statistics\",\"axes\":{\"which\":[0],\"bands\":[]}}", "the field 'bands' of the kind statistics")]
    [InlineData("[{\"kind\":\"x\"}]", "proof 0: the kind 'x'")]
    public void Kinds_and_fields_of_another_version_are_neither_accepted_nor_rejected(string text, string reason)
    {
        VerificationResult result = Check(text);
        Assert.Equal(VerificationVerdict.Unsupported, result.Verdict);
        Assert.StartsWith(reason, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Generators_are_compared_point_by_point()
    {
        string text = File.ReadAllText(Path.Combine(Repository.Vectors, "reference", "generators.json"));
        Assert.True(Check(text).IsAccepted);
        using JsonDocument document = JsonDocument.Parse(text);
        string b = document.RootElement.GetProperty("B").GetString()!,
            fifth = document.RootElement.GetProperty("cube")[5].GetString()!;
        Assert.Equal(
            "generator 5 of the family cube is another point here",
            Check(text.Replace(fifth, b, StringComparison.Ordinal)).Reason
        );
        Assert.Equal("B is another point here", Check(text.Replace(b, fifth, StringComparison.Ordinal)).Reason);
    }

    [Theory]
    [InlineData("hi", "not JSON; ")]
    [InlineData("", "not JSON; ")]
    [InlineData("7", "no proof; ")]
    [InlineData("{}", "neither \"kind\" nor \"bits\"; ")]
    [InlineData("{\"kind\":5}", "neither \"kind\" nor \"bits\"; ")]
    [InlineData("{\"kind\":\"cubes\"}", "a field of its kind is missing; ")]
    [InlineData("{\"kind\":\"linear\",\"family\":1}", "a field is of another type than its kind has; ")]
    [InlineData("{\"vectors\":3}", "a field is of another type than its kind has; ")]
    public void Another_file_is_told_what_was_expected(string text, string reason) =>
        Assert.StartsWith(
            reason + "expected a JSON object whose \"kind\" is linear, cubes, link, plan, statistics or generators",
            Check(text).Reason,
            StringComparison.Ordinal
        );

    private static VerificationResult Check(string text) => ReferenceFile.Check(System.Text.Encoding.UTF8.GetBytes(text));

    [Fact]
    public void There_are_vectors() => Assert.True(Files().Count > 100);
}
