using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Benchmarks;

/// <summary>Integers mod 2^255 − 19, in lanes as wide as the job says: time for an element.</summary>
public class FieldBenchmarks
{
    private const int N = 8 * 1024;
    private FieldElement _x,
        _y;

    [GlobalSetup]
    public void Setup() =>
        (_x, _y) = (
            FieldElement.FromBytes(RandomNumberGenerator.GetBytes(32)),
            FieldElement.FromBytes(RandomNumberGenerator.GetBytes(32))
        );

    [Benchmark(OperationsPerInvoke = N)]
    public ulong Multiply() =>
        LaneWidth.Count switch
        {
            8 => Multiply8(),
            4 => Multiply4(),
            2 => Multiply2(),
            _ => Multiply1(),
        };

    [Benchmark(OperationsPerInvoke = N)]
    public ulong Square() =>
        LaneWidth.Count switch
        {
            8 => Square8(),
            4 => Square4(),
            2 => Square2(),
            _ => _x.Square(N).ZeroMask(),
        };

    private ulong Multiply1()
    {
        FieldElement z = _x;
        for (int i = 0; i < N; i++)
        {
            z *= _y;
        }

        return z.ZeroMask();
    }

    private ulong Multiply8()
    {
        FieldLanes8 z = FieldLanes8.Broadcast(_x),
            y = FieldLanes8.Broadcast(_y);
        for (int i = 0; i < N; i += FieldLanes8.Count)
        {
            FieldLanes8.Multiply(z, y, out z);
        }

        return z.ZeroMask()[0];
    }

    private ulong Multiply4()
    {
        FieldLanes4 z = FieldLanes4.Broadcast(_x),
            y = FieldLanes4.Broadcast(_y);
        for (int i = 0; i < N; i += FieldLanes4.Count)
        {
            FieldLanes4.Multiply(z, y, out z);
        }

        return z.ZeroMask()[0];
    }

    private ulong Multiply2()
    {
        FieldLanes2 z = FieldLanes2.Broadcast(_x),
            y = FieldLanes2.Broadcast(_y);
        for (int i = 0; i < N; i += FieldLanes2.Count)
        {
            FieldLanes2.Multiply(z, y, out z);
        }

        return z.ZeroMask()[0];
    }

    private ulong Square8()
    {
        FieldLanes8.Square(FieldLanes8.Broadcast(_x), N / FieldLanes8.Count, out FieldLanes8 z);
        return z.ZeroMask()[0];
    }

    private ulong Square4()
    {
        FieldLanes4.Square(FieldLanes4.Broadcast(_x), N / FieldLanes4.Count, out FieldLanes4 z);
        return z.ZeroMask()[0];
    }

    private ulong Square2()
    {
        FieldLanes2.Square(FieldLanes2.Broadcast(_x), N / FieldLanes2.Count, out FieldLanes2 z);
        return z.ZeroMask()[0];
    }
}

/// <summary>Integers mod l, vectors of 4096.</summary>
public class ScalarBenchmarks
{
    private const int N = 4096;
    private readonly Scalar[] _x = Randoms(N),
        _y = Randoms(N),
        _z = new Scalar[N];

    internal static Scalar[] Randoms(int n) =>
        [.. Enumerable.Range(0, n).Select(_ => Scalar.FromUniformBytes(RandomNumberGenerator.GetBytes(64)))];

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
    private readonly RistrettoPoint[] _points = new RistrettoPoint[N],
        _decoded = new RistrettoPoint[N];
    private readonly byte[] _uniform = RandomNumberGenerator.GetBytes(64 * N),
        _encodings = new byte[32 * N];
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

    [Params(8, 64, 1024, 65536)]
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
