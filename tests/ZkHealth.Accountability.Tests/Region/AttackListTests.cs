using System.Text.RegularExpressions;
using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

/// <summary>The review of a draft numbers 37 attacks: each is a test, or the threat model says why no rule stops it.</summary>
public sealed partial class AttackListTests
{
    [Fact]
    public void Every_attack_of_the_review_is_a_test_or_is_said_to_be_out_of_reach()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "ZkHealth.sln")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        IEnumerable<string> tests = Directory.EnumerateFiles(
            Path.Combine(root, "tests", "ZkHealth.Accountability.Tests", "Region"),
            "*.cs"
        );
        HashSet<string> found =
        [
            .. tests.Where(f => !f.EndsWith("AttackListTests.cs", StringComparison.Ordinal)).SelectMany(Numbers),
        ];
        string[] all = [.. Enumerable.Range(1, 35).Select(n => $"{n}"), "11a", "11b"];
        Assert.Equal(["33"], all.Where(n => !found.Contains(n)));
        Assert.Contains("33", Numbers(Path.Combine(root, "docs", "threat-model.md")));
    }

    /// <summary>The numbers of a text: "Attack 9", "attacks 1 and 3", and of the names of tests.</summary>
    private static IEnumerable<string> Numbers(string file) =>
        Named()
            .Matches(File.ReadAllText(file))
            .SelectMany(m => m.Groups[1].Captures.Concat(m.Groups[2].Captures))
            .Select(c => c.Value);

    [GeneratedRegex("[Aa]ttacks?[ _]([0-9]+[ab]?)(?: and ([0-9]+[ab]?))?")]
    private static partial Regex Named();
}
