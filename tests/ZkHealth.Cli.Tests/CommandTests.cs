using System.Diagnostics;
using Xunit;

namespace ZkHealth.Cli.Tests;

/// <summary>The command as a user runs it: a new process, real files.</summary>
public class CommandTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void Reference_check_says_ok_or_why_not()
    {
        string good = Path.Combine(Root, "tests", "vectors", "reference", "statistics-7-2x3.json");
        string bad = Path.Combine(Root, "tests", "vectors", "reference", "statistics-7-2x3-bad-revealed.json");
        (int code, string output) = Run("reference", "check", good);
        Assert.Equal((0, $"{good}: ok"), (code, output.Trim()));
        (code, output) = Run("reference", "check", good, bad);
        Assert.Equal(1, code);
        Assert.Contains($"{bad}: rejected: a revealed value is not that of its point", output, StringComparison.Ordinal);
        (code, output) = Run("reference", "check", "--json", bad);
        Assert.Equal(1, code);
        Assert.Contains("\"accepted\":false", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_hold_no_proof_are_rejected_and_missing_ones_are_input_errors()
    {
        string file = Path.GetTempFileName();
        try
        {
            foreach (string content in (string[])["", "{", "[]", "{\"kind\":3}", "{\"kind\":\"cubes\"}", "null"])
            {
                File.WriteAllText(file, content);
                Assert.Equal(1, Run("reference", "check", file).Code);
            }
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Equal(2, Run("reference", "check", file).Code);
        Assert.Equal(2, Run("reference", "check").Code);
        Assert.Equal(2, Run("nonsense").Code);
        Assert.Equal(2, Run("demo", "--rows", "x").Code);
        Assert.Equal(2, Run("demo", "--rows", "0").Code);
    }

    [Fact]
    public void The_demo_accepts_three_hospitals_and_rejects_two_frauds()
    {
        string folder = Directory.CreateTempSubdirectory("zkhealth").FullName;
        (int code, string output) = Run("demo", "--rows", "2000", "--out", folder);
        Assert.Equal(0, code);
        Assert.Equal(3, output.Split("accepted").Length - 1);
        Assert.Equal(2, output.Split("rejected:").Length - 1);
        Assert.Contains("the statistics are not those of the cube", output, StringComparison.Ordinal);

        string file = Path.Combine(folder, "North.zkp");
        (code, output) = Run("verify", file);
        Assert.Equal(0, code);
        Assert.Contains($"{file}: accepted", output, StringComparison.Ordinal);
        Assert.Contains("rows, by the owner's word: 2000", output, StringComparison.Ordinal);
        (code, output) = Run("inspect", file);
        Assert.Equal(0, code);
        Assert.Contains("not verified", output, StringComparison.Ordinal);

        byte[] bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..^32]);
        Assert.Equal(1, Run("verify", file).Code);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Equal(1, Run("verify", file).Code);
        Directory.Delete(folder, true);
        Assert.Equal(2, Run("verify", file).Code);
    }

    private static (int Code, string Output) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "ZkHealth.Cli.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "ZkHealth.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException("No folder above the tests holds ZkHealth.sln.");
    }
}
