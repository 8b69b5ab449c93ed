using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>The sample of federated learning as a user runs it, and `zkhealth learning trace` of the ledger that it
/// leaves.</summary>
public sealed class LearningCommandTests : TemporaryFolder
{
    [SkippableFact]
    public void Ten_hospitals_train_and_the_one_that_poisons_is_kept_out_traced_and_opened()
    {
        Skip.If(Run.Data is null, "the real data are not beside the repository");
        string outFolder = Path.Combine(Folder, "out"),
            ledger = Path.Combine(outFolder, "ledger");
        (int code, string output) = Sample("federated-diabetes.cs", Path.Combine(Run.Data!, "brfss2015.csv"), outFolder);
        Assert.True(code == 0, output);
        Assert.Contains(
            "hospital 10 cannot prove its update: the norm of the update is above the bound of the terms",
            output,
            StringComparison.Ordinal
        );
        Assert.Contains("hospital 10 is not in the sum: ", output, StringComparison.Ordinal);
        Assert.Contains("hospital 10 stands out. Its update, opened to the auditor by 3 of 5", output, StringComparison.Ordinal);
        Assert.True(new FileInfo(Path.Combine(outFolder, "accuracy.png")).Length > 1000);

        // one round as a person reads it
        (code, output) = Run.Command("learning", "trace", ledger, "--round", "12");
        Assert.Equal(0, code);
        Assert.Contains("round 12", output, StringComparison.Ordinal);
        Assert.Contains("full opening of hospital 10 asked", output, StringComparison.Ordinal);
        Assert.Equal(10, output.Split("% of the step").Length - 1);

        JsonNode round = Run.Json("learning", "trace", ledger, "--round", "12")["rounds"]![0]!;
        JsonArray contributors = round["contributors"]!.AsArray();
        Assert.Equal(10, contributors.Count);
        Assert.Equal(1, contributors.Sum(c => (double)c!["account"]!["share"]!), 1e-6);
        double total = contributors.Sum(c => (double)c!["weight"]!);
        double Leverage(JsonNode c) => (double)c["account"]!["share"]! / ((double)c["weight"]! / total);
        double[] sorted = [.. contributors.Select(c => Leverage(c!)).Order()];
        Assert.Equal("hospital 10", (string?)contributors.MaxBy(c => Math.Abs(Leverage(c!) - sorted[5]))!["name"]);

        // the round in which it could not prove its update, and what is no ledger of rounds
        round = Run.Json("learning", "trace", ledger, "--round", "8")["rounds"]![0]!;
        Assert.Equal(9, round["contributors"]!.AsArray().Count);
        Assert.Equal("UnprovenContribution", (string?)round["findings"]![0]!["kind"]);
        Assert.Equal(2, Run.Command("learning", "trace", ledger, "--round", "99").Code);
        Assert.Equal(2, Run.Command("learning", "trace", ledger, "--model", "xyz").Code);
        Assert.Equal(2, Run.Command("learning", "trace", ledger, "--model", new string('0', 64)).Code);
        Assert.Equal(2, Run.Command("learning", "trace", Path.Combine(Folder, "none")).Code);
        Run.Json("ledger", "init", Path.Combine(Folder, "empty"), "--origin", "empty.example.org");
        (code, output) = Run.Command("learning", "trace", Path.Combine(Folder, "empty"));
        Assert.Equal(2, code);
        Assert.Contains("no rounds of learning", output, StringComparison.Ordinal);
    }

    private static (int Code, string Output) Sample(string name, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Run.Root,
        };
        start.Environment["RunAnalyzers"] = "false"; // the libraries are built anew where anything about them has changed
        foreach (string argument in (string[])["run", "-c", "Release", Path.Combine("samples", name), "--", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
