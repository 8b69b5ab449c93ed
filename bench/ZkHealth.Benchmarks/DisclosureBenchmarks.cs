using System.Globalization;
using BenchmarkDotNet.Attributes;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Benchmarks;

/// <summary>
/// Noise of 136 coins (ε = 1, δ = 1e-9) and a table with suppressed cells, one core. Also without BenchmarkDotNet, for a machine
/// that is not quiet:
/// `dotnet run -c Release --project bench/ZkHealth.Benchmarks -- disclosure`.
/// </summary>
[MemoryDiagnoser]
public class DisclosureBenchmarks
{
    private static readonly TableSchema Schema = new("bench", [CategoryColumn.YesNo("ill"), new NumberColumn("age", 1, 12)]);
    private static readonly StatisticContext Context = new("bench", "bench", "bench");
    private static readonly byte[] Beacon = new byte[32];

    private ContingencyTableOpening _ill = null!,
        _both = null!;
    private NoiseQuery _query = null!;
    private OwnedNoise _noise = null!;
    private TableOpening _committed = null!;
    private NoisyRelease _release = null!;
    private StatisticsProof _table = null!;

    /// <summary>Proves the cubes and one of each.</summary>
    [GlobalSetup]
    public void Setup()
    {
        // ten of the 24 cells hold five rows each
        var rows = Enumerable
            .Range(0, 4000)
            .Select(i => new[] { 1 + (uint)(i % 2), 6 + (uint)(i / 2 % 7) })
            .Concat(Enumerable.Range(0, 50).Select(i => new[] { 1 + (uint)(i % 2), 1 + (uint)(i / 2 % 5) }))
            .ToArray();
        uint[][] codes = [.. Enumerable.Range(0, 2).Select(j => rows.Select(r => r[j]).ToArray())];
        TableOpening table = _committed = TableOpening.Commit(new CodedTable(Schema, codes), new byte[32], TableSecret.Create());
        (_ill, _both) = (
            ContingencyTableProof.Prove(table, TableAxes.Create([1], [3])),
            ContingencyTableProof.Prove(table, TableAxes.Create([1, 2], [3, 13]))
        );
        _query = NoiseQuery.Create(
            table.Commitment,
            Schema,
            new CountStatistic(Predicate.In(Schema, "ill", "yes")),
            Context,
            "",
            new PrivacyLoss(1, 1e-9m),
            1,
            "bench"
        );
        _noise = CommitNoise();
        _release = ReleaseNoise();
        _table = ProveSuppressed();
    }

    /// <summary>Draws 136 bits, commits to them and proves that they are bits.</summary>
    [Benchmark]
    public OwnedNoise CommitNoise() => OwnedNoise.Commit(_query, _committed);

    /// <summary>Opens the count under noise.</summary>
    [Benchmark]
    public NoisyRelease ReleaseNoise() => NoisyRelease.Prove(_ill, _noise, Beacon);

    /// <summary>Verifies the bits and that they are enough.</summary>
    [Benchmark]
    public bool VerifyNoise() => _noise.Commitment.Verify(Schema).IsAccepted;

    /// <summary>Verifies cube, bits and count, all that is in a file.</summary>
    [Benchmark]
    public bool VerifyRelease() => _release.Verify().IsAccepted;

    /// <summary>A table of two ways, 24 cells, ten of them suppressed, with k = 10.</summary>
    [Benchmark]
    public StatisticsProof ProveSuppressed() =>
        StatisticsProof.Prove(_both, [new SuppressedTableStatistic(["age", "ill"], 10)], Context);

    /// <summary>Verifies it, with its cube.</summary>
    [Benchmark]
    public bool VerifySuppressed() => _table.Verify().IsAccepted;

    /// <summary>User CPU time: medians of 9 batches of 5 runs after one of warm-up.</summary>
    internal static int Run()
    {
        var bench = new DisclosureBenchmarks();
        bench.Setup();
        bool good = true;
        foreach (
            (string name, Action work) in (ReadOnlySpan<(string, Action)>)
                [
                    ("commit to 136 bits, prove", () => bench.CommitNoise().Dispose()),
                    ("open the count under noise", () => bench.ReleaseNoise()),
                    ("verify the bits", () => good &= bench.VerifyNoise()),
                    ("verify the release with bits and cube", () => good &= bench.VerifyRelease()),
                    ("prove a table, 10 of 24 suppressed", () => bench.ProveSuppressed()),
                    ("verify it with its cube", () => good &= bench.VerifySuppressed()),
                ]
        )
        {
            (double median, double least) = StatisticBenchmarks.Times(work);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name, -40} {median, 6:F1} ({least:F1}) ms"));
        }

        Console.WriteLine(
            $"bytes: commitment {bench._noise.Commitment.Encode().Length}, release {bench._release.Encode().Length}, table {bench._table.Encode().Length}"
        );
        return good ? 0 : 1;
    }
}
