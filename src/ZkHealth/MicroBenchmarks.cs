using System.Security.Cryptography;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth;

/// <summary>Parts of the library alone, for measuring on a user's machine; each call checks its result.</summary>
internal static class MicroBenchmarks
{
    private static Scalar[] _scalars = [];
    private static byte[] _encodings = [];

    /// <summary>One multi-scalar multiplication with 252-bit scalars, checked by linearity in one of them.</summary>
    /// <param name="points">The number of points, 2 to 2^20.</param>
    public static bool MultiScalar(int points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(points, 1 << 20);
        ReadOnlySpan<RistrettoPoint> generators = GeneratorFamily.Column.First(points);
        if (_scalars.Length != points)
        {
            _scalars = [.. Enumerable.Range(0, points).Select(_ => Scalar.FromUniformBytes(RandomNumberGenerator.GetBytes(64)))];
            Sum = Groups.MultiScalar.VarTime(_scalars, generators[..points]);
        }

        // the first scalar is one more in every call, and so is the sum by the first generator
        _scalars[0] += Scalar.One;
        RistrettoPoint sum = Groups.MultiScalar.VarTime(_scalars, generators[..points]);
        bool good = sum == Sum + generators[0];
        Sum = sum;
        return good;
    }

    /// <summary>Decodes points and compares the last one.</summary>
    /// <param name="points">The number of points, 1 to 2^20.</param>
    public static bool Decode(int points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(points, 1 << 20);
        ReadOnlySpan<RistrettoPoint> generators = GeneratorFamily.Column.First(points);
        if (_encodings.Length != RistrettoPoint.Size * points)
        {
            _encodings = new byte[RistrettoPoint.Size * points];
            RistrettoBatch.Encode(generators[..points], _encodings);
        }

        var decoded = new RistrettoPoint[points];
        return RistrettoBatch.TryDecode(_encodings, decoded, out _) && decoded[^1] == generators[points - 1];
    }

    private static RistrettoPoint Sum { get; set; }
}
