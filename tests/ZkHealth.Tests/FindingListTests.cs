using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace ZkHealth.Tests;

/// <summary>The review of proofs, statements and files numbers 14 findings: each is named by a test that answers it.</summary>
public sealed partial class FindingListTests
{
    [Fact]
    public void Every_finding_of_the_review_is_named_by_a_test()
    {
        IEnumerable<string> tests = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests*.cs", SearchOption.AllDirectories)
            .Where(f => !f.EndsWith("FindingListTests.cs", StringComparison.Ordinal));
        HashSet<int> found =
        [
            .. tests
                .SelectMany(f => Named().Matches(File.ReadAllText(f)))
                .SelectMany(m => m.Groups["n"].Captures)
                .Select(c => int.Parse(c.Value, CultureInfo.InvariantCulture)),
        ];
        Assert.Equal([], Enumerable.Range(1, 14).Where(n => !found.Contains(n)));
    }

    [GeneratedRegex("[Aa]ttacks? F(?<n>[0-9]+)(?: and F(?<n>[0-9]+))?")]
    private static partial Regex Named();
}
