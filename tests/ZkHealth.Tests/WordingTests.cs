using System.Text.RegularExpressions;
using Xunit;

namespace ZkHealth.Tests;

/// <summary>The mechanical part of how we write.</summary>
public partial class WordingTests
{
    private static List<string> Files() =>
        [
            .. from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            let path = Path.GetRelativePath(Repository.Root, file).Replace(Path.DirectorySeparatorChar, '/')
            where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)
            select path,
        ];

    /// <summary>A summary begins with a verb or a noun.</summary>
    [Fact]
    public void Summaries_begin_with_a_verb_or_a_noun()
    {
        List<string> found =
        [
            .. Files()
                .SelectMany(path =>
                    Summary()
                        .Matches(File.ReadAllText(Path.Combine(Repository.Root, path)))
                        .Select(match => $"{path}: {match.Groups[1].Value}")
                ),
        ];
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    /// <summary>
    /// Lines have at most 130 columns, but those whose text in quotes is long, and arithmetic in lanes, which is read in columns
    /// (.csharpierignore).
    /// </summary>
    [Fact]
    public void Lines_have_at_most_130_columns()
    {
        List<string> found =
        [
            .. Files()
                .SelectMany(path =>
                    File.ReadLines(Path.Combine(Repository.Root, path))
                        .Select((line, i) => (Line: line, Number: i + 1))
                        .Where(l => l.Line.Length > 130 && !Quoted().IsMatch(l.Line) && !Columnar().IsMatch(path))
                        .Select(l => $"{path}({l.Number}): {l.Line.Length} columns")
                ),
        ];
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [GeneratedRegex(
        @"<summary>\s*(?:///\s*)?((?:What|Whom|Whose|Whoever|Who|Whether|How|Why|When|Where|Which|The same|That)\b[^\n]*)"
    )]
    private static partial Regex Summary();

    [GeneratedRegex(@"Lanes/|Lanes8\.cs$|Fields/FieldElement\.cs$")]
    private static partial Regex Columnar();

    [GeneratedRegex("\"[^\"]{30,}\"|\"\"\"")]
    private static partial Regex Quoted();
}
