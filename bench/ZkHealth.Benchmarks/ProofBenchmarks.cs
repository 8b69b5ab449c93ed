using BenchmarkDotNet.Attributes;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Linear;
using ZkHealth.Proofs.Ranges;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Benchmarks;

/// <summary>Commitments to columns of codes below 256, one core.</summary>
[MemoryDiagnoser]
public class CommitBenchmarks
{
    private ReadOnlyMemory<uint>[] _codes = [];

    [Params(1 << 16, 1 << 18, 1 << 20)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _codes = [Enumerable.Range(0, Rows).Select(_ => (uint)random.Next(256)).ToArray()];
    }

    [Benchmark]
    public void CommitColumn()
    {
        using var secret = TableSecret.Create();
        using TableOpening table = TableOpening.Commit(_codes, Rows, new byte[32], "bench"u8, secret);
    }
}

/// <summary>The cube of 162 cells over three columns, and a statistic of it, one core.</summary>
[MemoryDiagnoser]
public class CubeBenchmarks
{
    private static readonly uint[] Domains = [3, 18, 3];
    private static readonly TableAxes Axes = TableAxes.Create([0, 1, 2], Domains);
    private readonly Scalar[][] _weights = [ScalarBenchmarks.Randoms(162), ScalarBenchmarks.Randoms(162)];
    private TableOpening? _table;
    private ContingencyTableOpening? _cubes;

    [Params(1 << 16, 1 << 18, 1 << 20)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        ReadOnlyMemory<uint>[] codes =
        [
            .. Domains.Select(d =>
                (ReadOnlyMemory<uint>)Enumerable.Range(0, Rows).Select(_ => (uint)random.Next((int)d)).ToArray()
            ),
        ];
        _table = TableOpening.Commit(codes, Rows, new byte[32], "bench"u8, TableSecret.Create());
        _cubes = ContingencyTableProof.Prove(_table, Axes);
    }

    [Benchmark]
    public object Prove() => ContingencyTableProof.Prove(_table!, Axes);

    [Benchmark]
    public VerificationResult Verify() =>
        ContingencyTableProof.Verify(_table!.Commitment, _cubes!.Axes, _cubes.Points, _cubes.Proof);

    [Benchmark]
    public object ProveStatistic() =>
        LinearStatistics.Prove(
            new Transcript("bench"u8),
            new ContingencyTableSubject([_table!.Commitment.Root], Axes),
            _cubes!.Counts(0),
            _cubes.Blinding(0),
            _weights,
            new Scalar[2]
        );
}

/// <summary>The linear proof alone.</summary>
public class LinearProofBenchmarks
{
    private Scalar[] _z = [],
        _w = [];

    [Params(256, 4096)]
    public int Generators { get; set; }

    [GlobalSetup]
    public void Setup() => (_z, _w) = (ScalarBenchmarks.Randoms(Generators), ScalarBenchmarks.Randoms(Generators));

    [Benchmark]
    public object Prove()
    {
        var t = new Transcript("bench"u8);
        var proof = new ProofWriter();
        LinearProof.Prove(
            t,
            t.BuildRng().Complete(),
            new LinearStatement(new GeneratorBasis(GeneratorFamily.Message, Generators), _w, null),
            _z,
            Scalar.One,
            Scalar.Zero,
            proof
        );
        return proof;
    }
}

/// <summary>Range proofs of 64 bits, one core.</summary>
[MemoryDiagnoser]
public class RangeBenchmarks
{
    private ulong[] _values = [];
    private Scalar[] _blindings = [];
    private RangeProof? _proof;
    private CompressedPoint[] _commitments = [];

    [Params(1, 32)]
    public int Values { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _values = [.. Enumerable.Range(1, Values).Select(i => ulong.MaxValue / (ulong)i)];
        _blindings = ScalarBenchmarks.Randoms(Values);
        _proof = RangeProof.Prove(new Transcript("bench"u8), _values, _blindings, 64, out _commitments);
    }

    [Benchmark]
    public object Prove() => RangeProof.Prove(new Transcript("bench"u8), _values, _blindings, 64, out _);

    [Benchmark]
    public VerificationResult Verify() => _proof!.Verify(new Transcript("bench"u8), _commitments, 64);
}
