using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;
using Xunit.Abstractions;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>Ten hospitals as ten processes: the sample, run as it stands.</summary>
public sealed class AggregateSampleTests(ITestOutputHelper output) : TemporaryFolder
{
    /// <summary>Two are killed at random moments: those who dealt before count, and all numbers are those of their rows, to the
    /// last one.</summary>
    [SkippableFact]
    public void Two_of_ten_are_killed_and_the_region_has_its_verified_numbers()
    {
        Skip.If(OperatingSystem.IsWindows(), "the sample needs bash");
        Skip.If(Run.Data is null, "../shared/data is not here");
        int seed = Environment.TickCount & 0xfffffff;
        Sample(
            "--seed",
            seed.ToString(CultureInfo.InvariantCulture),
            "--csv",
            Path.Combine(Run.Data!, "brfss2015.csv"),
            "--schema",
            Path.Combine(Run.Root, "tests", "schemas", "brfss2015.schema.json"),
            "--numerator",
            "diabetes = diabetes",
            "--denominator",
            "age between 45 and 64",
            "--also",
            "histogram --column age --among diabetes=diabetes",
            "--also",
            "quantile --column age --among diabetes=diabetes",
            "--also",
            "table --exposure sex=m --outcome diabetes=diabetes",
            "--also",
            "standardised --outcome diabetes=diabetes --strata sex --weights 51,49"
        );
        JsonObject verified = Run.Json("aggregate", "verify", "--ledger", Path.Combine(Folder, "ledger.db"));
        int[] contributors = Contributors(verified);
        Assert.InRange(contributors.Length, 8, 10);
        string[][] rows = [.. contributors.SelectMany(i => Rows($"hospital{i}.csv"))];
        const int Diabetes = 0,
            Sex = 18,
            Age = 19;
        static int Band(string[] r) => (int)double.Parse(r[Age], CultureInfo.InvariantCulture);
        static bool Ill(string[] r) => r[Diabetes] == "2.0";
        int?[] Opened(int k) => [.. verified["statistics"]![k]!["opened"]!.AsArray().Select(n => (int?)n)];
        Assert.Equal(
            [rows.Count(r => Band(r) is >= 6 and <= 9 && Ill(r)), rows.Count(r => Band(r) is >= 6 and <= 9), 0],
            Opened(0)
        );
        int[] bands = [.. Enumerable.Range(1, 13).Select(band => rows.Count(r => Band(r) == band && Ill(r)))];
        // small counts are left out of the report; the last number is that of rows without an age
        Assert.Equal([.. bands.Select(n => n is >= 1 and < 10 ? null : (int?)n), 0], Opened(1));

        // the first band, by its name, up to which half of them lie
        int median = Enumerable.Range(1, 13).First(band => 2 * bands[..band].Sum() >= bands.Sum());
        JsonNode quantile = verified["statistics"]![2]!["values"]!.AsArray().Single(v => (string)v!["name"]! == "quantile")!;
        string band =
            median == 13 ? "80+"
            : median == 1 ? "18-24"
            : $"{15 + (5 * median)}-{19 + (5 * median)}";
        Assert.Equal((null, band), (quantile["value"], (string?)quantile["label"]));
        bool Male(string[] r) => r[Sex] == "1.0";
        double a = rows.Count(r => Male(r) && Ill(r)),
            b = rows.Count(r => Male(r) && !Ill(r)),
            c = rows.Count(r => !Male(r) && Ill(r)),
            d = rows.Count(r => !Male(r) && !Ill(r));
        Assert.Equal(a * d / (b * c), Value(verified["statistics"]![3]!, "odds ratio"), 1e-9);
        Assert.Equal(0.51 * c / (c + d) + 0.49 * a / (a + b), Value(verified["statistics"]![4]!, "standardised rate"), 1e-12);
    }

    private static double Value(JsonNode statistic, string name) =>
        (double)statistic["values"]!.AsArray().Single(v => (string)v!["name"]! == name)!["value"]!;

    private string[][] Rows(string file) => [.. File.ReadLines(Path.Combine(Folder, file)).Skip(1).Select(l => l.Split(','))];

    private static int[] Contributors(JsonObject verified) =>
        [
            .. verified["contributors"]!
                .AsArray()
                .Select(c => int.Parse(((string)c!["name"]!)["Hospital ".Length..], CultureInfo.InvariantCulture)),
        ];

    private void Sample(params string[] arguments)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ZKHEALTH"] = string.Join(' ', Run.Program);
        foreach (string argument in (string[])[Path.Combine(Run.Root, "samples", "ten-hospitals.sh"), .. arguments, Folder])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(Run.Quick(start))!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        output.WriteLine(text + errors.Result);
        string logs =
            process.ExitCode == 0
                ? ""
                : string.Concat(Directory.EnumerateFiles(Folder, "hospital*.log").Select(f => $"{f}:\n{File.ReadAllText(f)}\n"));
        Assert.True(process.ExitCode == 0, text + errors.Result + logs);
    }
}
