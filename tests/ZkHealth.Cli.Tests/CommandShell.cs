using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ZkHealth.Cli.Tests;

/// <summary>A process in a folder that runs one command after the other, as their code would in a process each: the assembly of
/// the tests, started as a program.</summary>
internal sealed class CommandShell : IDisposable
{
    private readonly Process _process;

    public CommandShell(string folder)
    {
        var start = new ProcessStartInfo("dotnet", Path.Combine(AppContext.BaseDirectory, "ZkHealth.Cli.Tests.dll"))
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
    }

    /// <summary>Reads commands from the standard input, and writes what becomes of each, until there are no more.</summary>
    public static async Task Main()
    {
        while (await Console.In.ReadLineAsync() is string line)
        {
            string[] words = [.. JsonNode.Parse(line)!.AsArray().Select(w => (string)w!)];
            using StringWriter output = new(),
                error = new();
            int code = await CommandLine.RunAsync(words, output, error);
            Console.Out.WriteLine(new JsonArray(code, $"{output}{error}").ToJsonString());
        }
    }

    /// <summary>Runs a command, given by its words.</summary>
    public async Task<(int Code, string Output)> Run(string[] words)
    {
        await _process.StandardInput.WriteLineAsync(new JsonArray([.. words.Select(w => (JsonNode)w)]).ToJsonString());
        await _process.StandardInput.FlushAsync();
        string line =
            await _process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException($"{string.Join(' ', words)}: the process has ended");
        JsonArray answer = JsonNode.Parse(line)!.AsArray();
        return ((int)answer[0]!, (string)answer[1]!);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
