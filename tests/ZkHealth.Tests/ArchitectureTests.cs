using System.Text.RegularExpressions;
using Xunit;
using ZkHealth.Transcripts;

namespace ZkHealth.Tests;

/// <summary>
/// The folders of the library stand in an order, and each uses only those above it. A file uses a folder by a name that
/// begins with ZkHealth, or, since its own namespace lies in ZkHealth, by the folder's name and one of its types.
/// </summary>
public sealed partial class ArchitectureTests
{
    private static readonly string[] Order = ["Fields", "Groups", "Transcripts", "Commitments", "Proofs", "Tables", "Statistics"];

    private static readonly ILookup<string, string> TypesOfFolders = typeof(Transcript)
        .Assembly.GetTypes()
        .Where(type => type.Namespace?.StartsWith("ZkHealth.", StringComparison.Ordinal) == true)
        .ToLookup(type => type.Namespace!.Split('.')[1], type => type.Name.Split('`')[0]);

    [Fact]
    public void Each_folder_uses_only_those_above_it()
    {
        var files = SourceFiles();
        Assert.Contains(files, file => file.Path == "Transcripts/Transcript.cs");
        Assert.Empty(files.SelectMany(file => Violations(file.Path, file.Text)));
    }

    [Fact]
    public void The_project_adds_no_usings_of_its_own() =>
        Assert.DoesNotContain("<Using ", File.ReadAllText(Path.Combine(Root, "ZkHealth.csproj")), StringComparison.Ordinal);

    [Fact]
    public void No_code_is_unsafe() => Assert.DoesNotContain(SourceFiles(), file => UnsafeWord().IsMatch(file.Text));

    [Theory]
    [InlineData("Fields/A.cs", "using ZkHealth.Groups;\nnamespace ZkHealth.Fields;")]
    [InlineData("Fields/A.cs", "using static ZkHealth.Transcripts.Sha3;\nnamespace ZkHealth.Fields;")]
    [InlineData("Groups/A.cs", "using T = ZkHealth.Transcripts.Transcript;\nnamespace ZkHealth.Groups;")]
    [InlineData("Groups/A.cs", "global using ZkHealth.Transcripts;\nnamespace ZkHealth.Groups;")]
    [InlineData("Groups/A.cs", "namespace ZkHealth.Groups;\nclass A { object a = new global::ZkHealth.Transcripts.Shake256(); }")]
    [InlineData("Groups/A.cs", "namespace ZkHealth.Groups;\nclass A { object a = new Transcripts.Shake256(); }")]
    [InlineData("Proofs/Linear/A.cs", "using ZkHealth.Tables;\nnamespace ZkHealth.Proofs.Linear;")]
    [InlineData("Tables/A.cs", "using ZkHealth.Unknown;\nnamespace ZkHealth.Tables;")]
    [InlineData("A.cs", "global using ZkHealth.Fields;")]
    [InlineData("Unknown/A.cs", "namespace ZkHealth.Unknown;")]
    [InlineData("Fields/A.cs", "namespace ZkHealth.Tables;")]
    [InlineData("Proofs/Linear/A.cs", "namespace ZkHealth.Proofs.Ranges;")]
    [InlineData("Proofs/Linear/A.cs", "namespace ZkHealth;")]
    [InlineData("Fields/A.cs", "class A;")]
    public void A_violation_is_found(string path, string text) => Assert.Single(Violations(path, text));

    [Theory]
    [InlineData("Groups/A.cs", "using ZkHealth.Fields;\nnamespace ZkHealth.Groups;")]
    [InlineData("Tables/A.cs", "using System.Text;\nusing ZkHealth.Proofs.Linear;\nnamespace ZkHealth.Tables;")]
    [InlineData("Proofs/Linear/A.cs", "using ZkHealth.Proofs.Ranges;\nnamespace ZkHealth.Proofs.Linear;")]
    [InlineData(
        "Groups/A.cs",
        "namespace ZkHealth.Groups;\n/// <see cref=\"ZkHealth.Tables.Row\"/>\nclass A { int a = Tables.Length; }"
    )]
    [InlineData("Groups/A.cs", "namespace ZkHealth.Groups;\nclass A { int a = other.Transcripts.Transcript; }")]
    [InlineData("Tables/Schema/A.cs", "namespace ZkHealth.Tables;")]
    [InlineData("A.cs", "namespace ZkHealth;")]
    public void No_violation_is_made_up(string path, string text) => Assert.Empty(Violations(path, text));

    private static string Root => Path.Combine(Repository.Root, "src", "ZkHealth");

    /// <summary>Paths as from src/ZkHealth, with '/'.</summary>
    private static List<(string Path, string Text)> SourceFiles() =>
        [
            .. from file in Directory.EnumerateFiles(Root, "*.cs", SearchOption.AllDirectories)
            let path = Path.GetRelativePath(Root, file).Replace(Path.DirectorySeparatorChar, '/')
            where !path.StartsWith("bin/", StringComparison.Ordinal) && !path.StartsWith("obj/", StringComparison.Ordinal)
            select (path, File.ReadAllText(file)),
        ];

    /// <summary>What is wrong in the file; a file beside the folders may use all of them, and none of them may use it.</summary>
    private static List<string> Violations(string path, string text)
    {
        var folders = path.Split('/')[..^1];
        var rank = folders.Length == 0 ? Order.Length : Array.IndexOf(Order, folders[0]);
        if (folders.Length > 0 && rank < 0)
        {
            return [$"{path}: the folder has no place in the order"];
        }

        // Comments on lines of their own may speak of anything.
        var code = string.Join(
            '\n',
            text.Split('\n').Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
        );
        // A folder within one of the order may keep the namespace of the outer one.
        string[] expected =
        [
            .. Enumerable
                .Range(1, Math.Max(1, folders.Length))
                .Select(n => string.Join('.', folders.Take(n).Prepend("ZkHealth"))),
        ];
        var declared = Namespace().Matches(code).Select(match => match.Groups[1].Value).ToList();
        List<string> found = [];
        if (declared.Exists(name => !expected.Contains(name)) || (declared.Count == 0 && folders.Length > 0))
        {
            found.Add($"{path}: the namespace is not {string.Join(" or ", expected)}");
        }

        code = Namespace().Replace(code, "");
        if (folders.Length == 0 && code.Contains("global using ZkHealth", StringComparison.Ordinal))
        {
            found.Add($"{path}: a global using reaches into every folder");
        }

        if (
            folders.Length > 0
            && (
                code.Contains("ZkHealthRuntime", StringComparison.Ordinal)
                || code.Contains("MicroBenchmarks", StringComparison.Ordinal)
            )
        )
        {
            found.Add($"{path}: uses what stands beside the folders");
        }

        var qualified = Qualified().Matches(code).Select(match => match.Groups[1].Value);
        var relative = Relative()
            .Matches(code)
            .Where(match => TypesOfFolders[match.Groups[1].Value].Contains(match.Groups[2].Value))
            .Select(match => match.Groups[1].Value);
        found.AddRange(
            from name in qualified.Concat(relative).Distinct()
            let used = Array.IndexOf(Order, name)
            where used < 0 || used > rank
            select $"{path}: uses {name}"
        );
        return found;
    }

    [GeneratedRegex(@"^\s*namespace\s+([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"(?<![\w.""])ZkHealth\.(\w+)")]
    private static partial Regex Qualified();

    [GeneratedRegex(@"(?<![\w.])(\w+)\.(\w+)")]
    private static partial Regex Relative();

    [GeneratedRegex(@"\bunsafe\b(?!\.)|\bfixed \(|\bUnsafe\.")]
    private static partial Regex UnsafeWord();
}
