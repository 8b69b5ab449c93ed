using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Benchmarks;

/// <summary>Integers mod 2^255 − 19, one element.</summary>
public class FieldBenchmarks
{
    private FieldElement _x, _y;

    [GlobalSetup]
    public void Setup() => (_x, _y) = (FieldElement.FromBytes(RandomNumberGenerator.GetBytes(32)), FieldElement.FromBytes(RandomNumberGenerator.GetBytes(32)));

    [Benchmark(OperationsPerInvoke = 1000)]
    public ulong Multiply()
    {
        FieldElement z = _x;
        for (int i = 0; i < 1000; i++)
        {
            z *= _y;
        }

        return z.ZeroMask();
    }

    [Benchmark(OperationsPerInvoke = 1000)]
    public ulong Square() => _x.Square(1000).ZeroMask();

    [Benchmark]
    public ulong Invert() => _x.Invert().ZeroMask();
}

/// <summary>Integers mod l, vectors of 4096.</summary>
public class ScalarBenchmarks
{
    private const int N = 4096;
    private readonly Scalar[] _x = Randoms(N), _y = Randoms(N), _z = new Scalar[N];

    internal static Scalar[] Randoms(int n) => [.. Enumerable.Range(0, n).Select(_ => Scalar.FromUniformBytes(RandomNumberGenerator.GetBytes(64)))];

    [Benchmark(OperationsPerInvoke = N)]
    public void Add() => ScalarVector.Add(_x, _y, _z);

    [Benchmark(OperationsPerInvoke = N)]
    public void Multiply() => ScalarVector.Multiply(_x, _y, _z);

    [Benchmark(OperationsPerInvoke = N)]
    public object Dot() => ScalarVector.Dot(_x, _y);

    [Benchmark(OperationsPerInvoke = N / 2)]
    public void Fold()
    {
        _x.CopyTo(_z, 0);
        ScalarVector.Fold(_z, _y[0]);
    }
}

/// <summary>ristretto255: batches of 1024 points.</summary>
public class GroupBenchmarks
{
    private const int N = 1024;
    private readonly RistrettoPoint[] _points = new RistrettoPoint[N], _decoded = new RistrettoPoint[N];
    private readonly byte[] _uniform = RandomNumberGenerator.GetBytes(64 * N), _encodings = new byte[32 * N];
    private readonly Scalar _k = ScalarBenchmarks.Randoms(1)[0];

    [GlobalSetup]
    public void Setup()
    {
        RistrettoBatch.FromUniformBytes(_uniform, _points);
        RistrettoBatch.Encode(_points, _encodings);
    }

    [Benchmark]
    public bool Decode1024() => RistrettoBatch.TryDecode(_encodings, _decoded, out _);

    [Benchmark]
    public void Encode1024() => RistrettoBatch.Encode(_points, _encodings);

    [Benchmark]
    public void FromUniformBytes1024() => RistrettoBatch.FromUniformBytes(_uniform, _decoded);

    [Benchmark]
    public object Multiply() => _k * _points[0];
}

/// <summary>Multi-scalar multiplication with 252-bit scalars.</summary>
public class MultiScalarBenchmarks
{
    private RistrettoPoint[] _points = [];
    private Scalar[] _scalars = [];

    [Params(64, 1024, 65536)]
    public int Points { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _points = new RistrettoPoint[Points];
        RistrettoBatch.FromUniformBytes(RandomNumberGenerator.GetBytes(64 * Points), _points);
        _scalars = ScalarBenchmarks.Randoms(Points);
    }

    [Benchmark]
    public object VarTime() => MultiScalar.VarTime(_scalars, _points);
}
