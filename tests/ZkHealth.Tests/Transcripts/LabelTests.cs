using System.Text.RegularExpressions;
using Xunit;

namespace ZkHealth.Tests.Transcripts;

/// <summary>code.md, 3.4: 87 labels lay in 65 files, and two preimages began with the same one.</summary>
public sealed partial class LabelTests
{
    [Fact]
    public void Each_package_lists_its_labels_in_one_file_and_none_serves_twice()
    {
        (string File, string Label)[] all =
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
                .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
                .SelectMany(f =>
                    File.ReadLines(f)
                        .Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal))
                        .SelectMany(l => Found(f, l))
                ),
        ];
        Assert.True(all.Length > 60);
        Assert.Equal([], all.GroupBy(l => l.Label).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.Equal([], all.Where(l => l.File is not "Labels.cs").Select(l => $"{l.File}: {l.Label}"));
    }

    /// <summary>The labels of a line, but for the kinds of entries, which are public and stand with the entries.</summary>
    private static IEnumerable<(string, string)> Found(string file, string line) =>
        file.EndsWith("Kinds.cs", StringComparison.Ordinal) || line.Contains(" string Kind = ", StringComparison.Ordinal)
            ? []
            : Label().Matches(line).Select(m => (Path.GetFileName(file), m.Groups[1].Value));

    [GeneratedRegex("\"(zkhealth [^\"]* v[0-9]+[^\"]*)\"")]
    private static partial Regex Label();
}
