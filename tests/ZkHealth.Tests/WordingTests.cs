using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace ZkHealth.Tests;

/// <summary>The mechanical part of how we write.</summary>
public partial class WordingTests
{
    private static readonly SyntaxTree[] Trees =
    [
        .. Files("src")
            .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(Repository.Root, path)), path: path)),
    ];

    private static List<string> Files(params IEnumerable<string> folders) =>
        [
            .. from folder in folders
            from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
            let path = Path.GetRelativePath(Repository.Root, file).Replace(Path.DirectorySeparatorChar, '/')
            where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)
            select path,
        ];

    /// <summary>A summary begins with a verb or a noun; "Describes what" says as little as "What".</summary>
    [Fact]
    public void Summaries_begin_with_a_verb_or_a_noun()
    {
        List<string> found =
        [
            .. Files("src")
                .SelectMany(path =>
                    Summary()
                        .Matches(File.ReadAllText(Path.Combine(Repository.Root, path)))
                        .Select(match => $"{path}: {match.Groups[1].Value}")
                ),
        ];
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    /// <summary>
    /// Lines have at most 130 columns, but those whose text in quotes is long, quoted JSON, and arithmetic in lanes, which is
    /// read in columns (.csharpierignore).
    /// </summary>
    [Fact]
    public void Lines_have_at_most_130_columns()
    {
        List<string> found =
        [
            .. Files("src", "tests", "bench", "samples")
                .SelectMany(path =>
                    File.ReadLines(Path.Combine(Repository.Root, path))
                        .Select((line, i) => (Line: line, Number: i + 1))
                        .Where(l => l.Line.Length > 130 && !Quoted().IsMatch(l.Line) && !Columnar().IsMatch(path))
                        .Select(l => $"{path}({l.Number}): {l.Line.Length} columns")
                ),
        ];
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    /// <summary>Three conditions in one expression are guards, or a switch (code.md, 3.5). The formatter begins the line of each
    /// but the first with a colon.</summary>
    [Fact]
    public void No_expression_chains_three_conditions()
    {
        List<string> found =
        [
            .. Files("src")
                .SelectMany(path =>
                    Chain()
                        .Matches(File.ReadAllText(Path.Combine(Repository.Root, path)))
                        .Select(match => $"{path}: {match.Value.Trim()}")
                ),
        ];
        Assert.True(found.Count == 0, string.Join('\n', found));
        Assert.Matches(Chain(), "x =\n    a ? 1\n    : b ? 2\n    : c ? 3\n    : 4;\n");
        Assert.DoesNotMatch(Chain(), "x =\n    a ? 1\n    : b ? 2\n    : 3;\n");
    }

    /// <summary>
    /// A throw inside an expression is read over: 97 of 407 stood first in conditions, in chains of them, and in arguments. It
    /// ends a whole value, `x ?? throw` or `c ? x : throw`, or an arm of a switch; else a guard stands before it (code.md,
    /// 3.5).
    /// </summary>
    [Fact]
    public void A_throw_ends_a_whole_value_or_is_a_guard()
    {
        string[] wrong =
        [
            .. Trees
                .SelectMany(tree => tree.GetRoot().DescendantNodes().OfType<ThrowExpressionSyntax>())
                .Where(thrown => !EndsValue(thrown))
                .Select(thrown => thrown.GetLocation().GetLineSpan())
                .Select(place => $"{place.Path}({place.StartLinePosition.Line + 1})"),
        ];
        Assert.Empty(wrong);
    }

    /// <summary>22 private fields had the names of locals (code.md, 2a). What is set once for all, a constant or a static value,
    /// is named like a property.</summary>
    [Fact]
    public void Private_fields_begin_with_an_underscore()
    {
        string[] wrong =
        [
            .. Trees
                .SelectMany(tree => tree.GetRoot().DescendantNodes().OfType<FieldDeclarationSyntax>())
                .Where(field =>
                    !field.Modifiers.Any(m =>
                        m.Kind() is SyntaxKind.ConstKeyword or SyntaxKind.PublicKeyword or SyntaxKind.InternalKeyword
                    )
                )
                .SelectMany(field => field.Declaration.Variables.Select(v => (field.Modifiers, v.Identifier.Text)))
                .Where(f => !f.Text.StartsWith('_') && !(IsSet(f.Modifiers) && char.IsUpper(f.Text[0])))
                .Select(f => f.Text),
        ];
        Assert.Empty(wrong);

        static bool IsSet(SyntaxTokenList modifiers) =>
            modifiers.Any(SyntaxKind.StaticKeyword) && modifiers.Any(SyntaxKind.ReadOnlyKeyword);
    }

    private static bool EndsValue(ThrowExpressionSyntax thrown)
    {
        SyntaxNode value = thrown;
        if (thrown.Parent is ConditionalExpressionSyntax choice)
        {
            if (choice.WhenFalse != thrown)
            {
                return false;
            }

            value = choice;
        }

        while (thrown.Parent is not ConditionalExpressionSyntax && value.Parent is BinaryExpressionSyntax either)
        {
            value = either;
        }

        return value.Parent switch
        {
            EqualsValueClauseSyntax or ReturnStatementSyntax or YieldStatementSyntax or ArrowExpressionClauseSyntax => true,
            LambdaExpressionSyntax or SwitchExpressionArmSyntax or SelectClauseSyntax or FromClauseSyntax => true,
            AssignmentExpressionSyntax set => set.Parent is ExpressionStatementSyntax or ArrowExpressionClauseSyntax,
            _ => false,
        };
    }

    /// <summary>
    /// A label that stood in two places had two preimages once: the digest of a data set with its owner's key and without
    /// (review, 3.4). Labels of transcripts and hashes, formats and kinds of entries carry a version, and each is written out in
    /// one place.
    /// </summary>
    [Fact]
    public void Each_label_is_written_in_one_place()
    {
        List<string> labels =
        [
            .. Files("src")
                .SelectMany(path => File.ReadLines(Path.Combine(Repository.Root, path)))
                .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
                .SelectMany(line => Label().Matches(line))
                .Select(match => match.Groups[1].Value),
        ];
        Assert.True(labels.Count > 100, $"only {labels.Count} labels were found");
        Assert.Empty(labels.GroupBy(label => label).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    /// <summary>
    /// Labels of transcripts, hashes and keys stood in 65 files (code.md, 3.4). They stand in one file of each package, each for
    /// the one place that begins a preimage with it; elsewhere only file formats and kinds of entries have labels, as constants.
    /// </summary>
    [Fact]
    public void Labels_of_preimages_stand_in_one_file_of_each_package_and_have_one_use()
    {
        (string Path, string[] Lines)[] files =
        [
            .. Files("src")
                .Select(path =>
                    (
                        path,
                        File.ReadLines(Path.Combine(Repository.Root, path))
                            .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
                            .ToArray()
                    )
                ),
        ];
        ILookup<bool, (string Path, string[] Lines)> labels = files.ToLookup(f =>
            f.Path.EndsWith("/Labels.cs", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            labels[false].SelectMany(f => f.Lines.Select(line => $"{f.Path}: {line}")),
            line => Label().IsMatch(line) && !line.Contains("const string ", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            labels[false],
            f => f.Lines.Any(line => line.Contains("\"dom-sep\"u8, \"", StringComparison.Ordinal))
        );
        foreach ((string path, string[] lines) in labels[true])
        {
            string package = path[..(path.IndexOf('/', "src/".Length) + 1)];
            string code = string.Join(
                '\n',
                labels[false].Where(f => f.Path.StartsWith(package, StringComparison.Ordinal)).SelectMany(f => f.Lines)
            );
            string[] names = [.. lines.SelectMany(line => LabelName().Matches(line)).Select(match => match.Groups[1].Value)];
            Assert.NotEmpty(names);
            Assert.DoesNotContain(names, name => Regex.Count(code, $@"\bLabels\.{name}\b") != 1);
        }

        Assert.Equal(5, labels[true].Count());
    }

    [GeneratedRegex(@"\n +: .+ \? .*\n +: .+ \? .*")]
    private static partial Regex Chain();

    [GeneratedRegex("\"((?:ZkHealth|zkhealth) (?:[^\"]+ )?v[0-9]+(?:\\\\[0n]| [a-z]* ?)?)\"")]
    private static partial Regex Label();

    [GeneratedRegex(@"(?:const string|ReadOnlySpan<byte>) (\w+) =")]
    private static partial Regex LabelName();

    [GeneratedRegex(
        @"<summary>\s*(?:///\s*)?((?:What|Whom|Whose|Whoever|Who|Whether|How|Why|When|Where|Which|The same|That|Describes (?:what|how|that|which|who|against))\b[^\n]*)"
    )]
    private static partial Regex Summary();

    [GeneratedRegex(@"Lanes/|Lanes8\.cs$|Fields/FieldElement\.cs$")]
    private static partial Regex Columnar();

    [GeneratedRegex("\"[^\"]{30,}\"|\"\"\"|^\\s*[{] \"")]
    private static partial Regex Quoted();
}
