using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Aggregation;

/// <summary>
/// Whole vectors against their commitments, all chunks in one multi-scalar multiplication with the verifier's own random weights:
/// a member's share against P_{a,c} = sum over k of a^k·A_{c,k}, the result against A_{c,0}.
/// </summary>
internal sealed class VectorCheck
{
    private readonly DealLayout _layout;
    private readonly RistrettoPoint[] _sums;
    private readonly int _t,
        _length,
        _chunks;
    private readonly BigInteger _bound;

    /// <param name="terms">Terms that ask for whole vectors.</param>
    /// <param name="sums">The summed commitments, t for each chunk.</param>
    public VectorCheck(AggregationTerms terms, RistrettoPoint[] sums)
    {
        _layout = DealLayout.Of(terms, DealRole.Contribution);
        (_sums, _t, _length, _chunks, _bound) = (sums, terms.Threshold, _layout.MaxLength, _layout.Chunks, terms.Bounds()[0]);
    }

    public long ShareSize => _layout.ShareSize;

    /// <summary>A result: 8 bytes an entry, then 32 bytes for the blinding of each chunk.</summary>
    public long ResultSize => 8L * _chunks * _length + (long)Scalar.Size * _chunks;

    public bool IsShare(int member, byte[] bytes)
    {
        if (bytes.Length != ShareSize)
        {
            return false;
        }

        return Holds((chunk, buffer) => TryReadChunk(bytes, chunk, buffer), Lagrange.Powers(member, _t));
    }

    /// <summary>X = sum of weights·shares, lifted; null where an entry is outside the bound. Encoded as a result.</summary>
    public byte[]? Interpolate(byte[][] shares, Scalar[] weights, out long[] vector)
    {
        vector = new long[_chunks * _length];
        var encoded = new byte[ResultSize];
        var (sum, read) = (new Scalar[_length + 1], new Scalar[_length + 1]);
        for (int c = 0; c < _chunks; c++)
        {
            Array.Clear(sum);
            for (int k = 0; k < shares.Length; k++)
            {
                TryReadChunk(shares[k], c, read);
                ScalarVector.AddScaled(sum, weights[k], read, sum);
            }

            for (int j = 0; j < _length; j++)
            {
                if (!TryLift(sum[j], out long value))
                {
                    return null;
                }

                vector[c * _length + j] = value;
                BinaryPrimitives.WriteInt64LittleEndian(encoded.AsSpan(8 * (c * _length + j)), value);
            }

            sum[_length].Encode(encoded.AsSpan(8 * _chunks * _length + Scalar.Size * c));
        }

        return encoded;
    }

    /// <summary>⟨X_c, G⟩ + R_c·H = A_{c,0} for every chunk, and every entry within the bound.</summary>
    public bool TryReadResult(byte[] bytes, [NotNullWhen(true)] out long[]? vector)
    {
        vector = null;
        if (bytes.Length != ResultSize)
        {
            return false;
        }

        var read = new long[_chunks * _length];
        for (int j = 0; j < read.Length; j++)
        {
            read[j] = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8 * j));
            if (read[j] == long.MinValue || Math.Abs(read[j]) > _bound)
            {
                return false;
            }
        }

        Scalar[] atZero = new Scalar[_t];
        atZero[0] = Scalar.One;
        bool holds = Holds(
            (chunk, buffer) =>
            {
                for (int j = 0; j < _length; j++)
                {
                    buffer[j] = Scalar.FromInt64(read[chunk * _length + j]);
                }

                return Scalar.TryDecode(
                    bytes.AsSpan(8 * _chunks * _length + Scalar.Size * chunk, Scalar.Size),
                    out buffer[_length]
                );
            },
            atZero
        );
        vector = holds ? read : null;
        return holds;
    }

    /// <summary>sum of ρ_c·(⟨x_c, G⟩ + r_c·H − sum over k of powers_k·A_{c,k}) = 0.</summary>
    private bool Holds(Func<int, Scalar[], bool> read, Scalar[] powers)
    {
        var rho = new Scalar[_chunks];
        ShareCheck.RandomWeights(rho);
        var (sum, buffer) = (new Scalar[_length + 1], new Scalar[_length + 1]);
        var scalars = new Scalar[_chunks * _t + _length + 1];
        for (int c = 0; c < _chunks; c++)
        {
            if (!read(c, buffer))
            {
                return false;
            }

            ScalarVector.AddScaled(sum, rho[c], buffer, sum);
            for (int k = 0; k < _t; k++)
            {
                scalars[c * _t + k] = -(rho[c] * powers[k]);
            }
        }

        sum.CopyTo(scalars, _chunks * _t);
        RistrettoPoint[] points = [.. _sums, .. GeneratorFamily.Column.First(_length), PedersenGenerators.H];
        return MultiScalar.VarTime(scalars, points).IsIdentity;
    }

    private bool TryReadChunk(byte[] bytes, int chunk, Scalar[] buffer)
    {
        bool good = true;
        long at = (long)Scalar.Size * chunk * (_length + 1);
        for (int j = 0; j <= _length; j++)
        {
            good &= Scalar.TryDecode(bytes.AsSpan((int)at + Scalar.Size * j, Scalar.Size), out buffer[j]);
        }

        return good;
    }

    /// <summary>The integer of least magnitude, where it is within the bound, which is below 2^62.</summary>
    private bool TryLift(in Scalar scalar, out long value)
    {
        Span<ulong> limbs = stackalloc ulong[4];
        scalar.ToCanonical(limbs);
        bool positive = (limbs[1] | limbs[2] | limbs[3]) == 0 && limbs[0] <= long.MaxValue;
        if (!positive)
        {
            (-scalar).ToCanonical(limbs);
        }

        value = positive ? (long)limbs[0] : -(long)limbs[0];
        return (limbs[1] | limbs[2] | limbs[3]) == 0 && limbs[0] <= (ulong)_bound;
    }
}
