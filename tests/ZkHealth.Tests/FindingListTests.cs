using System.Text.RegularExpressions;
using Xunit;

namespace ZkHealth.Tests;

/// <summary>
/// The review of proofs, statements and files numbers 14 findings, F1 to F14; that of aggregation and the ledger A0 to A7, B1
/// to B8, and D, what a session costs: each is named by a test that answers it.
/// </summary>
public sealed partial class FindingListTests
{
    [Fact]
    public void Every_finding_of_the_reviews_is_named_by_a_test()
    {
        IEnumerable<string> tests = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests*.cs", SearchOption.AllDirectories)
            .Where(f => !f.EndsWith("FindingListTests.cs", StringComparison.Ordinal));
        HashSet<string> found =
        [
            .. tests
                .SelectMany(f => Named().Matches(File.ReadAllText(f)))
                .SelectMany(m => m.Groups["n"].Captures)
                .Select(c => c.Value),
        ];
        string[] all = [.. Numbers("F", 1, 14), .. Numbers("A", 0, 7), .. Numbers("B", 1, 8), "D"];
        Assert.Equal([], all.Where(n => !found.Contains(n)));
    }

    private static IEnumerable<string> Numbers(string letter, int first, int last) =>
        Enumerable.Range(first, last - first + 1).Select(n => $"{letter}{n}");

    [GeneratedRegex(@"[Aa]ttacks?,? (?<n>[ABF][0-9]+|D)\b(?: and (?<n>F[0-9]+))?")]
    private static partial Regex Named();
}
