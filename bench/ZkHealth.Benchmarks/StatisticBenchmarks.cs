using System.Globalization;
using BenchmarkDotNet.Attributes;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Benchmarks;

/// <summary>
/// Statistics of proven cubes of 126 and 273 cells of 2^16 rows, one core, to compare with the cube alone and a count. Also
/// without BenchmarkDotNet, for a machine that is not quiet:
/// `dotnet run -c Release --project bench/ZkHealth.Benchmarks -- statistics`.
/// </summary>
[MemoryDiagnoser]
public class StatisticBenchmarks
{
    private const int Rows = 1 << 16;

    private static readonly TableSchema Schema = new(
        "bench",
        [
            CategoryColumn.YesNo("diabetes"),
            new CategoryColumn("sex", [new Category("f", "f"), new Category("m", "m")]),
            new NumberColumn("age", 1, 13),
            new NumberColumn("bmi", 10, 99),
        ]
    );

    private static readonly StatisticContext Context = new("bench", "bench", "bench");
    private readonly Dictionary<
        string,
        (ContingencyTableOpening Cubes, Statistic Statistic, StatisticsProof Proof, byte[] Alone)
    > _cases = [];

    /// <summary>Which statistic.</summary>
    [Params(
        "cube alone",
        "conformity, chi-square, 26 strata",
        "conformity, shares, 26 strata",
        "threshold, one bound",
        "threshold, two bounds",
        "mean, hidden",
        "variance, hidden",
        "quantile, hidden",
        "chi-square of 2×2, hidden"
    )]
    public string Case { get; set; } = "";

    /// <summary>Proves the cubes.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        uint[][] codes =
        [
            .. Schema
                .Columns.Skip(1)
                .Select(c => Enumerable.Range(0, Rows).Select(_ => 1 + (uint)random.Next((int)c.Domain - 1)).ToArray()),
        ];
        var table = TableOpening.Commit(new CodedTable(Schema, codes), new byte[32], TableSecret.Create());
        ContingencyTableOpening strata = ContingencyTableProof.Prove(table, TableAxes.Create([1, 2, 3], [3, 3, 14])),
            values = ContingencyTableProof.Prove(table, TableAxes.Create([1, 4], [3, 91]));
        Predicate yes = Predicate.In(Schema, "diabetes", "yes"),
            known = Predicate.Known(Schema, "diabetes");
        long[] profile = [.. Enumerable.Range(0, 26).Select(_ => 1_000_000L + random.Next(1000))];
        foreach (
            (string name, ContingencyTableOpening cubes, Statistic statistic) in ((string, ContingencyTableOpening, Statistic)[])
                [
                    ("cube alone", strata, new CountStatistic(yes)),
                    (
                        "conformity, chi-square, 26 strata",
                        strata,
                        Statistic.Conformity(["sex", "age"], profile, ConformityBound.ChiSquareAtLevel(1e-6, 26), yes)
                    ),
                    (
                        "conformity, shares, 26 strata",
                        strata,
                        Statistic.Conformity(["sex", "age"], profile, ConformityBound.SharesWithin(1, 100), yes)
                    ),
                    ("threshold, one bound", strata, Statistic.RateBounds(yes, known, new(1, 20), null)),
                    ("threshold, two bounds", strata, Statistic.RateBounds(yes, known, new(1, 20), new(19, 20))),
                    ("mean, hidden", values, new MomentBoundsStatistic("bmi", yes, new(20, 1), new(80, 1))),
                    ("variance, hidden", values, new MomentBoundsStatistic("bmi", yes, null, null, new(1, 1), new(10_000, 1))),
                    ("quantile, hidden", values, Statistic.QuantileBounds(Schema, "bmi", 1, 2, "40", "70", yes)),
                    (
                        "chi-square of 2×2, hidden",
                        strata,
                        new IndependenceBoundsStatistic(Predicate.In(Schema, "sex", "f"), yes, null, null, new(30, 1))
                    ),
                ]
        )
        {
            ProvenTableFile file = ProvenTableFile.Of(cubes, Context);
            byte[] alone =
                statistic.ConstraintCount == 0
                    ? []
                    : InequalityProof.Prove(
                        Context.Start([]),
                        file.Subject,
                        file.Table.Layout.PaddedRows,
                        file.Cube,
                        cubes.Counts(0),
                        cubes.Blinding(0),
                        [statistic],
                        file.Schema
                    );
            _cases[name] = (cubes, statistic, StatisticsProof.Prove(cubes, [statistic], Context), alone);
        }
    }

    /// <summary>Proves the statistic from the cube.</summary>
    [Benchmark]
    public object Prove() => StatisticsProof.Prove(_cases[Case].Cubes, [_cases[Case].Statistic], Context);

    /// <summary>Verifies it together with the cube; "cube alone" is what to take off.</summary>
    [Benchmark]
    public bool Verify() => _cases[Case].Proof.Verify().IsAccepted;

    /// <summary>Verifies it beside a cube that is known to be proven.</summary>
    [Benchmark]
    public bool VerifyAlone()
    {
        (ContingencyTableOpening cubes, Statistic statistic, _, byte[] alone) = _cases[Case];
        ProvenTableFile file = ProvenTableFile.Of(cubes, Context);
        var batch = new VerificationBatch();
        return alone.Length == 0
            || (
                InequalityProof.Collect(
                    Context.Start([]),
                    file.Subject,
                    file.Table.Layout.PaddedRows,
                    file.Cube,
                    [statistic],
                    file.Schema,
                    alone,
                    batch
                )
                    is null
                && batch.Verify().IsAccepted
            );
    }

    /// <summary>User CPU time of one core: median and least of 9 batches of 10 runs after one of warm-up.</summary>
    internal static int Run()
    {
        var bench = new StatisticBenchmarks();
        bench.Setup();
        foreach (string name in bench._cases.Keys)
        {
            bench.Case = name;
            if (!bench.Verify() || !bench.VerifyAlone())
            {
                return 1;
            }

            ((double Median, double Least) prove, (double Median, double Least) verify, (double Median, double Least) alone) = (
                Times(() => bench.Prove()),
                Times(() => bench.Verify()),
                Times(() => bench.VerifyAlone())
            );
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name, -35} prove {prove.Median, 6:F1} ({prove.Least:F1}) ms  verify {alone.Median, 5:F1} ({alone.Least:F1}) ms, with the cube {verify.Median, 5:F1} ({verify.Least:F1}) ms  {bench._cases[name].Proof.Encode().Length} bytes"
                )
            );
        }

        return 0;
    }

    internal static (double Median, double Least) Times(Action work)
    {
        var times = new List<double>();
        for (int batch = 0; batch < 10; batch++)
        {
            TimeSpan start = Environment.CpuUsage.UserTime;
            for (int i = 0; i < 10; i++)
            {
                work();
            }

            times.Add((Environment.CpuUsage.UserTime - start).TotalMilliseconds / 10);
        }

        return (times[1..].Order().ElementAt(4), times[1..].Min());
    }
}
