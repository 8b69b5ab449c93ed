using System.Numerics;
using System.Text;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Commitments;

/// <summary>
/// A family of vector generators: SHAKE256("ZkHealth v1 generators " ‖ name), 64 bytes a generator through the one-way
/// map of RFC 9496. Nobody knows a relation between any of them, B and H.
/// </summary>
public sealed class GeneratorFamily
{
    private readonly Lock _lock = new();
    private readonly Shake256 _stream = new();
    private RistrettoPoint[] _points = [];

    private GeneratorFamily(string name)
    {
        Name = name;
        _stream.Absorb("ZkHealth v1 generators "u8);
        _stream.Absorb(Encoding.ASCII.GetBytes(name));
    }

    /// <summary>Generators of the matrix rows of columns.</summary>
    public static GeneratorFamily Column { get; } = new("column");

    /// <summary>Generators of the cells of cubes.</summary>
    public static GeneratorFamily Cube { get; } = new("cube");

    /// <summary>Generators of the messages of the constraint system.</summary>
    public static GeneratorFamily Message { get; } = new("message");

    /// <summary>The name, part of what the generators are hashed from.</summary>
    public string Name { get; }

    /// <summary>The first n generators; made once and kept.</summary>
    internal ReadOnlySpan<RistrettoPoint> First(int n)
    {
        RistrettoPoint[] known = Volatile.Read(ref _points);
        if (known.Length >= n)
        {
            return known.AsSpan(0, n);
        }

        lock (_lock)
        {
            known = _points;
            if (known.Length < n)
            {
                var grown = new RistrettoPoint[(int)BitOperations.RoundUpToPowerOf2((uint)n)];
                known.CopyTo(grown, 0);
                var bytes = new byte[64 * (grown.Length - known.Length)];
                _stream.Squeeze(bytes);
                RistrettoBatch.FromUniformBytes(bytes, grown.AsSpan(known.Length));
                known = grown;
                Volatile.Write(ref _points, grown);
            }
        }

        return known.AsSpan(0, n);
    }
}
