using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth benchmark`: what this machine does, every result checked.</summary>
internal static class BenchmarkCommand
{
    private static readonly uint[] Domains = [3, 18, 3];

    public static Command Create()
    {
        var rows = new Option<int>("--rows") { Description = "Rows, 1 to 4194304.", DefaultValueFactory = _ => 1 << 20 }.Within(
            1,
            1 << 22
        );
        var threads = new Option<int>("--threads") { Description = "Cores to use.", DefaultValueFactory = _ => 1 }.Within(
            1,
            1024
        );
        var inner = new Option<bool>("--this-backend-only")
        {
            Description = "Leave out the comparison with the one-element back end.",
        };
        Option<int> runs = Timing.Option();
        var command = new Command(
            "benchmark",
            "Commit, prove and verify on this machine: medians, and the ratio to one-element code."
        )
        {
            rows,
            threads,
            inner,
            runs,
            BenchmarkLedgerCommand.Create(),
            BenchmarkRulesCommand.Create(),
        };
        foreach (Command derived in BenchmarkDerivedCommand.Create())
        {
            command.Add(derived);
        }

        return command.Action(
            (parsed, report, token) =>
                Run(
                    parsed.GetValue(rows),
                    parsed.GetValue(threads),
                    parsed.GetValue(inner),
                    new Timing(parsed.GetValue(runs), token),
                    report
                )
        );
    }

    private static int Run(int rows, int threads, bool inner, Timing timing, Report report)
    {
        var random = new SyntheticRandom(1);
        var schema = new TableSchema("benchmark", [.. Domains.Select((d, j) => new NumberColumn($"c{j}", 0, d - 2))]);
        uint[][] codes = [.. Domains.Select(d => random.Codes(rows, (int)d))];
        var wide = new CodedTable(new TableSchema("benchmark", [new NumberColumn("c", 0, 254)]), [random.Codes(rows, 256)]);
        TableAxes axes = TableAxes.Create([1, 2, 3], Domains);

        double commit = timing.Median(() => Commit(wide, threads).Dispose());
        using TableOpening table = Commit(new CodedTable(schema, codes), threads);
        double prove = timing.Median(() => ContingencyTableProof.Prove(table, [axes], threads).Dispose());
        using ContingencyTableOpening cubes = ContingencyTableProof.Prove(table, [axes], threads, null, timing.Token);
        bool good = true;
        double verify = timing.Median(() =>
            good &= ContingencyTableProof.Verify(table.Commitment, cubes.Axes, cubes.Points, cubes.Proof).IsAccepted
        );
        good &= Enumerable
            .Range(0, axes.CellCount)
            .All(i => cubes.Counts(0)[i] == Expected(codes, axes, i, table.Commitment.Layout.PaddedRows));
        byte[] changed = cubes.Proof.ToArray();
        changed[^1] ^= 1;
        good &= !ContingencyTableProof.Verify(table.Commitment, cubes.Axes, cubes.Points, changed).IsAccepted;
        double msm = timing.Median(() => good &= MicroBenchmarks.MultiScalar(1 << 16));
        double decode = timing.Median(() => good &= MicroBenchmarks.Decode(1 << 10));
        using Process process = Process.GetCurrentProcess();

        report.Line(ZkHealthRuntime.Describe());
        report.Add("backend", ZkHealthRuntime.Backend);
        report.Add("rows", rows, $"{rows} rows, {threads} threads, medians of {timing.Runs} runs");
        report.Add("threads", threads);
        report.Add("columns", Domains.Length);
        report.Add("cells", axes.CellCount);
        report.Add("commitSecondsPerColumn", commit, Line("commit a column of codes below 256", commit));
        report.Add("proveSeconds", prove, Line($"prove the cube of {axes.CellCount} cells over {Domains.Length} columns", prove));
        report.Add("verifySeconds", verify, Line("verify it", verify));
        report.Add("proofBytes", cubes.Proof.Length, $"  proof: {cubes.Proof.Length} bytes");
        report.Add("peakBytes", process.PeakWorkingSet64, $"  peak memory of the process: {process.PeakWorkingSet64 >> 20} MiB");
        report.Add("msm65536Seconds", msm, Line("multi-scalar multiplication of 65536 points", msm));
        report.Add("decode1024Seconds", decode, Line("decode 1024 points", decode));
        double? speedup =
            inner ? null
            : OneElement(rows, threads, timing.Token) is double one ? one / prove
            : null;
        report.Add(
            "speedupOverOneElement",
            speedup,
            speedup is null
                ? null
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"  the proof is {speedup:F1} times as fast as with one-element code"
                )
        );
        report.Add("resultsChecked", good, good ? null : "  A RESULT IS WRONG");
        return good ? ExitCode.Accepted : ExitCode.Rejected;
    }

    private static string Line(string what, double seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"  {what}: {1000 * seconds:F2} ms");

    private static TableOpening Commit(CodedTable table, int threads)
    {
        using var secret = TableSecret.Create();
        return TableOpening.Commit(table, new byte[32], secret, threads);
    }

    private static ulong Expected(uint[][] codes, TableAxes axes, int cell, int padded)
    {
        var coordinates = new uint[Domains.Length];
        axes.Cell(cell, coordinates);
        ulong count = cell == 0 ? (ulong)(padded - codes[0].Length) : 0;
        for (int i = 0; i < codes[0].Length; i++)
        {
            count += codes[0][i] == coordinates[0] && codes[1][i] == coordinates[1] && codes[2][i] == coordinates[2] ? 1u : 0;
        }

        return count;
    }

    /// <summary>The seconds of the same proof in a process of its own with the one-element back end, which is chosen at
    /// start.</summary>
    private static double? OneElement(int rows, int threads, CancellationToken token)
    {
        if (ZkHealthRuntime.Lanes == 1 || Environment.ProcessPath is not string program)
        {
            return null;
        }

        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        start.Environment["ZKHEALTH_LANES"] = "1";
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "ZkHealth.Cli.dll"));
        }

        foreach (
            string argument in (string[])
                ["benchmark", "--json", "--this-backend-only", "--rows", $"{rows}", "--threads", $"{threads}"]
        )
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        using CancellationTokenRegistration stop = token.Register(() => process.Kill());
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        token.ThrowIfCancellationRequested();
        return process.ExitCode == 0 ? (double?)JsonNode.Parse(output)?["proveSeconds"] : null;
    }
}
