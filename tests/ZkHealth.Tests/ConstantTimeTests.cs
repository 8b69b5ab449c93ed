using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Xunit;
using ZkHealth.Fields;

namespace ZkHealth.Tests;

/// <summary>
/// Reads the machine code of the methods marked as constant time, as the compiler of the runtime prints it: no conditional jump
/// but those of loops over counters, to the check of a public bound, and over the check of the stack's cookie.
/// </summary>
public partial class ConstantTimeTests
{
    private static readonly string[] Marked =
    [
        .. typeof(Scalar)
            .Assembly.GetTypes()
            .SelectMany(t =>
                t.GetMethods(
                    BindingFlags.Public
                        | BindingFlags.NonPublic
                        | BindingFlags.Static
                        | BindingFlags.Instance
                        | BindingFlags.DeclaredOnly
                )
            )
            .Where(m => m.GetCustomAttributes().Any(a => a.GetType().Name == "ConstantTimeAttribute"))
            .Select(m => $"{m.DeclaringType!.FullName}:{m.Name}")
            .Distinct(),
    ];

    [SkippableTheory]
    [Trait("Category", "EndToEnd")]
    [InlineData("1", 8)]
    [InlineData("8", 8)]
    public void The_code_of_marked_methods_has_no_jumps_on_secrets(string lanes, int least)
    {
        Skip.If(RuntimeInformation.ProcessArchitecture != Architecture.X64, "the test reads x64 code");
        string listing = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "ZkHealth.Aot.dll"));
            start.ArgumentList.Add("3000");
            start.Environment["ZKHEALTH_LANES"] = lanes;
            start.Environment["DOTNET_TieredCompilation"] = "0";
            start.Environment["DOTNET_JitStdOutFile"] = listing;
            start.Environment["DOTNET_JitDisasm"] = string.Join(' ', Marked.Select(m => m.Split(':')[1]).Distinct());
            using Process process = Process.Start(start)!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);

            var found = new HashSet<string>();
            foreach (string method in File.ReadAllText(listing).Split("; Assembly listing for method ").Skip(1))
            {
                string name = Name().Match(method).Groups[1].Value.Replace('+', '.');
                if (Marked.Contains(name))
                {
                    found.Add(name);
                    Assert.Empty(Jumps(method).Select(j => $"{name}: {j}"));
                }
            }

            Assert.True(found.Count >= least, $"only {string.Join(", ", found)} of {string.Join(", ", Marked)}");
        }
        finally
        {
            File.Delete(listing);
        }
    }

    [Fact]
    public void A_jump_forward_is_found()
    {
        Assert.Equal(
            ["jne      SHORT G_M000_IG03"],
            Jumps(
                "G_M000_IG02:\n       test     eax, eax\n       jne      SHORT G_M000_IG03\n       inc      eax\nG_M000_IG03:\n       ret\n"
            )
        );
        Assert.Empty(Jumps("G_M000_IG02:\n       dec      eax\n       jne      SHORT G_M000_IG02\n       ret\n"));
        Assert.Empty(
            Jumps(
                "G_M000_IG02:\n       cmp      eax, 3\n       jae      SHORT G_M000_IG03\n       ret\nG_M000_IG03:\n       call     CORINFO_HELP_RNGCHKFAIL\n"
            )
        );
    }

    private static List<string> Jumps(string code)
    {
        string[] lines = code.Split('\n');
        var labels = new Dictionary<string, int>();
        for (int i = 0; i < lines.Length; i++)
        {
            if (Label().Match(lines[i]) is { Success: true } label)
            {
                labels[label.Groups[1].Value] = i;
            }
        }

        var found = new List<string>();
        for (int i = 0; i < lines.Length; i++)
        {
            Match jump = Jump().Match(lines[i]);
            if (!jump.Success || jump.Groups[1].Value == "jmp")
            {
                continue;
            }

            int target = labels[jump.Groups[2].Value];
            bool loop = target <= i,
                check = Block(lines, target)
                    .Any(l =>
                        l.Contains("RNGCHKFAIL", StringComparison.Ordinal) || l.Contains("Throw", StringComparison.Ordinal)
                    );
            bool cookie = lines
                .Skip(i + 1)
                .Take(Math.Max(0, target - i - 1))
                .Any(l => l.Contains("FAIL_FAST", StringComparison.Ordinal));

            // over a loop or out of one: some jump between here and the target goes back, and the comparison is one of a counter
            bool leaves =
                jump.Groups[1].Value is "jge" or "jl" or "jg" or "jle"
                && Enumerable
                    .Range(i + 1, Math.Max(0, target - i - 1))
                    .Any(k => Jump().Match(lines[k]) is { Success: true } back && labels[back.Groups[2].Value] <= k);
            if (!loop && !check && !cookie && !leaves)
            {
                found.Add(lines[i].Trim());
            }
        }

        return found;
    }

    private static IEnumerable<string> Block(string[] lines, int label) =>
        lines.Skip(label + 1).TakeWhile(l => !Label().IsMatch(l));

    [GeneratedRegex(@"^([\w.+]+:\w+)[\(\[]")]
    private static partial Regex Name();

    [GeneratedRegex(@"^(G_M\w+):")]
    private static partial Regex Label();

    [GeneratedRegex(@"^\s+(j\w+)\s+(?:SHORT |NEAR )?(G_M\w+)")]
    private static partial Regex Jump();
}
