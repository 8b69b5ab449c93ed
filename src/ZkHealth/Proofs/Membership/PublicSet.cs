using System.Security.Cryptography;
using ZkHealth.Fields;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Membership;

/// <summary>
/// A public set of 1 to 65,536 values, prepared once and used for many proofs: the values in order and without repetitions, their
/// digest, which every proof absorbs, and (when first asked for) the polynomial that vanishes on them.
/// </summary>
/// <remarks>May be used by several threads at once.</remarks>
internal sealed class PublicSet
{
    /// <summary>The most values.</summary>
    public const int MaxCount = 1 << 16;

    private readonly byte[] _digest;
    private readonly Lazy<VanishingPolynomial> _polynomial;

    /// <summary>The set of these values; order and repetitions do not matter.</summary>
    /// <exception cref="ArgumentException">No value, or more than <see cref="MaxCount"/> different ones.</exception>
    public PublicSet(IEnumerable<Scalar> values)
    {
        var distinct = new Dictionary<UInt256, Scalar>();
        foreach (Scalar value in values)
        {
            distinct.TryAdd(new UInt256(value), value);
            if (distinct.Count > MaxCount)
            {
                break;
            }
        }

        if (distinct.Count is < 1 or > MaxCount)
        {
            throw new ArgumentException($"expected 1 to {MaxCount} different values", nameof(values));
        }

        UInt256[] order = [.. distinct.Keys.Order()];
        Values = Array.ConvertAll(order, key => distinct[key]);
        var encodings = new byte[Scalar.Size * Values.Length];
        for (int i = 0; i < Values.Length; i++)
        {
            Values[i].Encode(encodings.AsSpan(Scalar.Size * i));
        }

        _digest = SHA256.HashData([.. Labels.Set, .. encodings]);
        _polynomial = new Lazy<VanishingPolynomial>(() => new VanishingPolynomial(Values));
    }

    /// <summary>The number of different values.</summary>
    public int Count => Values.Length;

    /// <summary>SHA-256 of "zkhealth set v1" and the values' encodings in ascending order, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Digest => _digest;

    /// <summary>In ascending order.</summary>
    internal Scalar[] Values { get; }

    /// <summary>Π (X − s) over the values.</summary>
    internal VanishingPolynomial Polynomial => _polynomial.Value;

    /// <summary>The set of these numbers; order and repetitions do not matter.</summary>
    /// <exception cref="ArgumentException">No number, or more than <see cref="MaxCount"/> different ones.</exception>
    public static PublicSet Of(params IEnumerable<ulong> numbers) => new PublicSet(numbers.Select(Scalar.FromUInt64));

    /// <summary>Determines whether the set holds the value. Not constant time in the value.</summary>
    public bool Contains(in Scalar value) => IndexOf(value) >= 0;

    /// <summary>The place of a value in ascending order; negative where it is not there. Not constant time in the
    /// value.</summary>
    internal int IndexOf(in Scalar value)
    {
        var key = new UInt256(value);
        (int low, int high) = (0, Values.Length - 1);
        while (low <= high)
        {
            int middle = (low + high) / 2,
                order = new UInt256(Values[middle]).CompareTo(key);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    /// <summary>A scalar as a number, for its order.</summary>
    private readonly record struct UInt256 : IComparable<UInt256>
    {
        private readonly UInt128 _high,
            _low;

        public UInt256(in Scalar value)
        {
            Span<byte> bytes = stackalloc byte[Scalar.Size];
            value.Encode(bytes);
            _low = System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(bytes);
            _high = System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(bytes[16..]);
        }

        public int CompareTo(UInt256 other) => _high == other._high ? _low.CompareTo(other._low) : _high.CompareTo(other._high);
    }
}
