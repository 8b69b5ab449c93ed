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
        foreach (string path in Directory.GetFiles(Path.Combine(Repository.Vectors, "reference"), "*.json").Order(StringComparer.Ordinal))
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
        Assert.True(result.IsAccepted == document.RootElement.GetProperty("accept").GetBoolean(), result.ToString());
    }

    [Fact]
    public void There_are_vectors() => Assert.True(Files().Count > 100);
}
