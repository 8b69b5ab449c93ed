using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ZkHealth.Cli.Tests;

/// <summary>
/// The command as a user runs it: in this process, but where a test needs one of its own (to kill it, or to starve it). Where
/// ZKHEALTH_COMMAND names a native build, every command is a process of that one.
/// </summary>
internal static class Run
{
    /// <summary>The words that start the command in a shell.</summary>
    public static string[] Program { get; } =
        Environment.GetEnvironmentVariable("ZKHEALTH_COMMAND") is { Length: > 0 } native
            ? [Path.GetFullPath(native)]
            : ["dotnet", Path.Combine(AppContext.BaseDirectory, "ZkHealth.Cli.dll")];

    public static string Root { get; } = FindRoot();

    /// <summary>The real data beside the repository; null where there is none.</summary>
    public static string? Data { get; } =
        Directory.Exists(Path.Combine(Root, "..", "shared", "data"))
            ? Path.GetFullPath(Path.Combine(Root, "..", "shared", "data"))
            : null;

    public static (int Code, string Output) Command(params string[] arguments)
    {
        (int code, string output, string error) = Streams(arguments);
        return (code, output + error);
    }

    /// <summary>Exit code, standard output and standard error.</summary>
    public static (int Code, string Output, string Error) Streams(params string[] arguments)
    {
        if (Program.Length == 1)
        {
            using Process process = Start(arguments);
            process.StandardInput.Close();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, text, errors.Result);
        }

        using StringWriter output = new(),
            error = new();
        int code = CommandLine.RunAsync(arguments, output, error).GetAwaiter().GetResult();
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command that must succeed, and gives its JSON.</summary>
    public static JsonObject Json(params string[] arguments)
    {
        (int code, JsonObject json) = JsonAndCode(arguments);
        return code == 0 ? json : throw new InvalidOperationException($"{string.Join(' ', arguments)}: exit code {code}: {json}");
    }

    /// <summary>Runs a command and gives its exit code and JSON, which must be as docs/output.schema.json says.</summary>
    public static (int Code, JsonObject Json) JsonAndCode(params string[] arguments)
    {
        (int code, string output, string _) = Streams([.. arguments, "--json"]);
        JsonObject json = JsonNode.Parse(output)!.AsObject();
        IReadOnlyList<string> faults = OutputSchema.Faults(arguments, json, code);
        return faults.Count == 0
            ? (code, json)
            : throw new InvalidOperationException(
                $"{string.Join(' ', arguments)}: not as docs/output.schema.json says:\n{string.Join('\n', faults)}\n{json}"
            );
    }

    /// <summary>A command that must reject something, for this reason.</summary>
    public static void Rejected(string reason, params string[] arguments)
    {
        (int code, string output) = Command(arguments);
        Xunit.Assert.Equal(1, code);
        Xunit.Assert.Contains("rejected", output, StringComparison.Ordinal);
        Xunit.Assert.Contains(reason, output, StringComparison.Ordinal);
    }

    /// <summary>A command that cannot be run, for this reason.</summary>
    public static void Usage(string reason, params string[] arguments)
    {
        (int code, string output) = Command(arguments);
        Xunit.Assert.Equal(2, code);
        Xunit.Assert.Contains(reason, output, StringComparison.Ordinal);
    }

    /// <summary>The command, not yet started.</summary>
    public static ProcessStartInfo Prepare(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program[0]);
        foreach (string argument in (string[])[.. Program[1..], .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        return Quick(start);
    }

    /// <summary>The command compiles every method once and fully, which pays after a second; hundreds of short processes are
    /// faster with a first, quick compilation.</summary>
    public static ProcessStartInfo Quick(ProcessStartInfo start)
    {
        start.Environment["DOTNET_TieredCompilation"] = "1";
        start.Environment["DOTNET_TieredPGO"] = "0";
        return start;
    }

    public static Process Start(params string[] arguments)
    {
        ProcessStartInfo start = Prepare(arguments);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        return Process.Start(start)!;
    }

    /// <summary>Runs the command under a shell's limit of file sizes, in blocks of 1 KiB: the disk is full.</summary>
    public static (int Code, string Output) WithFileLimit(int blocks, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        foreach (
            string argument in (string[])
                ["-c", $"trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"", "bash", .. Program, .. arguments]
        )
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(Quick(start))!;
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
