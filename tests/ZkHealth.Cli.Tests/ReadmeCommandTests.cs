using System.Diagnostics;
using Xunit;

namespace ZkHealth.Cli.Tests;

/// <summary>The commands of the README and of the guide, run as they stand there.</summary>
public class ReadmeCommandTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/statistics.md")]
    [InlineData("docs/disclosure.md")]
    [InlineData("docs/aggregation-cli.md")]
    [InlineData("docs/membership.md")]
    [InlineData("docs/learning-cli.md")]
    public async Task They_all_succeed_one_after_the_other(string file)
    {
        string[] lines = File.ReadAllText(Path.Combine(Run.Root, file)).Split("<!-- commands: run by a test -->")[1].Split("```")[1].Trim().Split('\n');
        Assert.True(lines.Length >= 8);
        string folder = Directory.CreateTempSubdirectory("zkhealth").FullName;
        try
        {
            // the lists that the guide to membership speaks of
            File.WriteAllLines(Path.Combine(folder, "regions.txt"), ["north", "east", "south", "west"]);
            File.WriteAllLines(Path.Combine(folder, "ill.txt"), ["yes"]);

            // the updates of the guide to learning
            File.WriteAllLines(Path.Combine(folder, "north.csv"), ["0.5, -0.25, 0.75"]);
            File.WriteAllLines(Path.Combine(folder, "south.csv"), ["0.1", "0.2", "-0.3"]);
            File.WriteAllLines(Path.Combine(folder, "west.csv"), ["1, 1, 1"]);
            foreach (string line in lines)
            {
                Assert.StartsWith("zkhealth ", line, StringComparison.Ordinal);
                var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
                start.Environment["DOTNET_TieredCompilation"] = "1";         // as in Run.Start
                foreach (string argument in (string[])[Path.Combine(AppContext.BaseDirectory, "ZkHealth.Cli.dll"), .. Words(line)[1..]])
                {
                    start.ArgumentList.Add(argument);
                }

                using Process process = Process.Start(start)!;
                Task<string> errors = process.StandardError.ReadToEndAsync(), printed = process.StandardOutput.ReadToEndAsync();
                await process.WaitForExitAsync();
                Assert.True(process.ExitCode == 0, line + "\n" + await printed + await errors);
            }
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    /// <summary>Words of a command line; single quotes hold words together.</summary>
    private static string[] Words(string line) =>
        [.. line.Split('\'').SelectMany((part, i) => i % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
}
