using System.Diagnostics;
using ZkHealth.Proofs;
using ZkHealth.Tables;

namespace ZkHealth.Benchmarks;

/// <summary>
/// Commits three columns, proves their cube of 162 cells and verifies it, once for each number of rows, on one core:
/// `dotnet run -c Release --project bench/ZkHealth.Benchmarks -- scale [LOG2_ROWS]`.
/// </summary>
internal static class Scale
{
    private static readonly uint[] Domains = [3, 18, 3];

    public static int Run(int largest)
    {
        Measure(10); // warm up: code and generators
        Console.WriteLine("rows       commit s   prove s  verify s  proof bytes  peak MiB");
        for (int log = 16; log <= largest; log += 2)
        {
            Console.WriteLine(Measure(log));
        }

        return 0;
    }

    private static string Measure(int log)
    {
        int rows = 1 << log;
        var random = new Random(1);
        ReadOnlyMemory<uint>[] codes =
        [
            .. Domains.Select(d =>
                (ReadOnlyMemory<uint>)Enumerable.Range(0, rows).Select(_ => (uint)random.Next((int)d)).ToArray()
            ),
        ];
        TableAxes axes = TableAxes.Create([0, 1, 2], Domains);
        using var secret = TableSecret.Create();
        var watch = Stopwatch.StartNew();
        using var table = TableOpening.Commit(codes, rows, new byte[32], "bench"u8, secret);
        double commit = watch.Elapsed.TotalSeconds;
        watch.Restart();
        using ContingencyTableOpening cubes = ContingencyTableProof.Prove(table, axes);
        double prove = watch.Elapsed.TotalSeconds;
        watch.Restart();
        VerificationResult result = ContingencyTableProof.Verify(table.Commitment, cubes.Axes, cubes.Points, cubes.Proof);
        double verify = watch.Elapsed.TotalSeconds;
        using Process process = Process.GetCurrentProcess();
        return !result.IsAccepted
            ? result.ToString()
            : $"{rows, 9} {commit, 9:F3} {prove, 9:F3} {verify, 9:F3} {cubes.Proof.Length, 12} {process.PeakWorkingSet64 >> 20, 9}";
    }
}
