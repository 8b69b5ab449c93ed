using System.Globalization;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Benchmarks;

/// <summary>
/// A data set in segments: the cube of 162 cells of each, added up, and one verification of all (time of the processor):
/// `dotnet run -c Release --project bench/ZkHealth.Benchmarks -- segments [SEGMENTS [LOG2_ROWS]]`.
/// </summary>
internal static class SegmentRun
{
    public static int Run(int segments, int log)
    {
        var schema = new TableSchema(
            "patients",
            [new NumberColumn("a", 0, 1), new NumberColumn("b", 0, 16), new NumberColumn("c", 0, 1)]
        );
        TableAxes axes = TableAxes.Create([1, 2, 3], [3, 18, 3]);
        var random = new Random(1);
        var cubes = new List<ContingencyTableOpening>();
        double commit = 0,
            prove = 0;
        for (int i = 0; i < segments; i++)
        {
            uint[][] codes =
            [
                .. axes.Domains.Select(d => Enumerable.Range(0, 1 << log).Select(_ => (uint)random.Next((int)d)).ToArray()),
            ];
            using var secret = TableSecret.Create();
            TableOpening? table = null;
            commit += Time(() => table = TableOpening.Commit(new CodedTable(schema, codes), new byte[32], secret));
            prove += Time(() => cubes.Add(ContingencyTableProof.Prove(table!, axes)));
            table!.Dispose();
        }

        StatisticsProof? file = null;
        double sum = Time(() =>
            file = StatisticsProof.Prove(
                ContingencyTableOpening.Sum(cubes),
                [new CountStatistic(Predicate.Between(schema, "b", "3", "9"))],
                new StatisticContext("bench", "bench", "bench")
            )
        );
        byte[] bytes = file!.Encode();
        double verify = double.PositiveInfinity;
        for (int i = 0; i < 5; i++)
        {
            ProofFile proof = ProofFile.Decode(bytes);
            verify = Math.Min(
                verify,
                Time(() =>
                {
                    VerificationReport report = proof.Verify();
                    if (!report.IsAccepted)
                    {
                        throw new InvalidOperationException(report.ToString());
                    }
                })
            );
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{segments} segments of {1 << log} rows: commit {commit:F2} s, prove cubes {prove:F2} s, sum and statistic {sum:F3} s, verify all {1000 * verify:F0} ms, file {bytes.Length} bytes"
            )
        );
        return 0;
    }

    private static double Time(Action work)
    {
        GC.Collect();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }
}
