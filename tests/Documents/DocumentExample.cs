using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace ZkHealth.Tests;

/// <summary>The first C# example of a document.</summary>
internal static class DocumentExample
{
    /// <summary>Compiles and runs it against the assemblies of the test, and compares what it prints with its last
    /// comment.</summary>
    public static void AssertRuns(string document)
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, document));
        string example = readme.Split("```csharp")[1].Split("```")[0];
        string expected = example.Split("// ")[^1].Trim();

        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "readme",
            [CSharpSyntaxTree.ParseText("using System;\nusing System.IO;\nusing System.Linq;\n" + example)],
            references,
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
            Assembly.Load(assembly.ToArray()).EntryPoint!.Invoke(null, [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.Equal(expected, output.ToString().Trim());
    }
}
