using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Security.Cryptography;
using ZkHealth.Fields;

namespace ZkHealth.Aggregation.Learning;

/// <summary>A public direction in the space of updates, in whole numbers: what the updates of a round are compared
/// with.</summary>
public sealed class UpdateDirection
{
    /// <summary>The largest magnitude of an entry: inner products with 2^24 entries of 2^19 steps stay below 2^61.</summary>
    internal const int MaxMagnitude = 1 << 18;

    private readonly int[] _entries;
    private readonly byte[] _digest;

    /// <summary>A direction.</summary>
    /// <param name="entries">1 to 2^24 entries of a magnitude of at most 2^18.</param>
    /// <exception cref="ArgumentException">Not as described.</exception>
    internal UpdateDirection(ReadOnlySpan<int> entries)
    {
        if (entries.Length is < 1 or > RoundTerms.MaxEntries || entries.ContainsAnyExceptInRange(-MaxMagnitude, MaxMagnitude))
        {
            throw new ArgumentException(
                $"expected 1 to {RoundTerms.MaxEntries} entries from -{MaxMagnitude} to {MaxMagnitude}",
                nameof(entries)
            );
        }

        _entries = entries.ToArray();
        _digest = ComputeDigest(_entries);
    }

    /// <summary>The direction of a vector: scaled so that its largest entry has this magnitude, and rounded to whole
    /// numbers.</summary>
    /// <param name="vector">Finite numbers, not all 0.</param>
    /// <param name="largest">1 to 2^18.</param>
    /// <exception cref="ArgumentException">Not as described.</exception>
    public static UpdateDirection Of(ReadOnlySpan<double> vector, int largest = 1 << 15)
    {
        if (largest is < 1 or > MaxMagnitude)
        {
            throw new ArgumentOutOfRangeException(nameof(largest), largest, $"expected 1 to {MaxMagnitude}");
        }

        double most =
            vector.IsEmpty || !TensorPrimitives.IsFiniteAll(vector) ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude(vector));
        if (most == 0)
        {
            throw new ArgumentException("expected finite numbers, not all 0", nameof(vector));
        }

        var steps = new double[vector.Length];
        var entries = new int[vector.Length];
        TensorPrimitives.Divide(vector, most, steps);
        TensorPrimitives.Multiply(steps, largest, steps);
        TensorPrimitives.Round(steps, steps);
        TensorPrimitives.ConvertTruncating<double, int>(steps, entries);
        return new UpdateDirection(entries);
    }

    internal ReadOnlyMemory<int> Entries => _entries;

    /// <summary>SHA-256("zkhealth direction v1" ‖ entries, 4 bytes each, little-endian), 32 bytes.</summary>
    internal ReadOnlyMemory<byte> Digest => _digest;

    /// <summary>The Euclidean norm.</summary>
    public double Norm
    {
        get
        {
            double sum = 0;
            foreach (int q in _entries)
            {
                sum += (double)q * q;
            }

            return Math.Sqrt(sum);
        }
    }

    /// <summary>Σ q, exact.</summary>
    internal long Sum
    {
        get
        {
            long sum = 0;
            foreach (int q in _entries)
            {
                sum += q;
            }

            return sum;
        }
    }

    /// <summary>The entries, padded with zeros.</summary>
    internal Scalar[] ToScalars(int size)
    {
        var scalars = new Scalar[size];
        for (int i = 0; i < _entries.Length; i++)
        {
            scalars[i] = Scalar.FromInt64(_entries[i]);
        }

        return scalars;
    }

    private static byte[] ComputeDigest(ReadOnlySpan<int> entries)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Labels.Direction);
        Span<byte> block = stackalloc byte[4 * 256];
        for (int at = 0; at < entries.Length; at += 256)
        {
            ReadOnlySpan<int> part = entries.Slice(at, Math.Min(256, entries.Length - at));
            for (int i = 0; i < part.Length; i++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(block[(4 * i)..], part[i]);
            }

            hash.AppendData(block[..(4 * part.Length)]);
        }

        return hash.GetHashAndReset();
    }
}
