using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace ZkHealth.Tests;

/// <summary>The first C# example of a document.</summary>
internal static class DocumentExample
{
    /// <summary>What is read of them for one example is there for the next.</summary>
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>Compiles and runs it against the assemblies of the test, and compares what it prints with its last
    /// comment.</summary>
    public static void AssertRuns(string document)
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, document));
        string example = readme.Split("```csharp")[1].Split("```")[0];
        (object? _, string output) = Run("using System;\nusing System.IO;\nusing System.Linq;\n" + example);
        Assert.Equal(example.Split("// ")[^1].Trim(), output.Trim());
    }

    /// <summary>Compiles and runs a sample of one file (`dotnet run FILE`) with arguments; gives its exit code and what it
    /// prints.</summary>
    public static (int Code, string Output) RunSample(string file, params string[] arguments)
    {
        IEnumerable<string> lines = File.ReadLines(Path.Combine(Repository.Root, file)).Where(l => !l.StartsWith('#'));
        (object? code, string output) = Run(
            "using System;\nusing System.IO;\nusing System.Linq;\n" + string.Join('\n', lines),
            arguments
        );
        return (code as int? ?? 0, output);
    }

    private static (object? Code, string Output) Run(string code, params string[] arguments)
    {
        var compilation = CSharpCompilation.Create(
            "readme",
            [CSharpSyntaxTree.ParseText(code)],
            References,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication)
        );
        using var assembly = new MemoryStream();
        var emitted = compilation.Emit(assembly);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));

        TextWriter console = Console.Out;
        using var output = new StringWriter();
        try
        {
            Console.SetOut(output);
            object? result = Assembly.Load(assembly.ToArray()).EntryPoint!.Invoke(null, [arguments]);
            return (result, output.ToString());
        }
        finally
        {
            Console.SetOut(console);
        }
    }
}
