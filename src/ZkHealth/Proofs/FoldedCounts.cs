using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Proofs;

/// <summary>
/// The hidden vector of an argument that halves it, a_j = a_j + u^-1·a_{n/2 + j} in every round, kept as small numbers times
/// factors and a rest, for as long as its generators wait for their fold (<see cref="FoldedPoints"/>).
/// </summary>
/// <remarks>
/// With a = sum over blocks i of f_i·s_i + rest, for small s_i, and G = sum over blocks b of g_b·G_b, a sum over the generators
/// is ⟨a, G⟩ = sum over i and b of f_i·g_b·⟨s_i, G_b⟩ + ⟨rest, G⟩. Variable time in the numbers (docs/security.md).
/// </remarks>
internal sealed class FoldedCounts : IDisposable
{
    private readonly ScaledCounts[] _parts;
    private readonly SecretArray<Scalar> _rest;

    /// <summary>a_j = sum over blocks i of factors_i·z[i·count + j], for the count of entries that are left.</summary>
    private Scalar[] _factors = [Scalar.One];

    private FoldedCounts(ReadOnlySpan<Scalar> z, int length, ScaledCounts[] parts)
    {
        (_parts, Length) = (parts, length);
        _rest = new SecretArray<Scalar>(length);
        z.CopyTo(_rest.Span);
        foreach (ScaledCounts part in parts)
        {
            Span<Scalar> rest = _rest.Span.Slice(part.Start, part.Counts.Length);
            for (int i = 0; i < rest.Length; i++)
            {
                rest[i] -= part.Factor * Scalar.FromUInt64(part.Counts.Span[i]);
            }
        }
    }

    /// <summary>The vector, filled up with zeros to its length, if enough of it are multiples of small numbers.</summary>
    public static FoldedCounts? TryCreate(ReadOnlySpan<Scalar> z, int length, IEnumerable<ScaledCounts> parts)
    {
        ScaledCounts[] kept = [.. parts.Where(p => p.Pays)];
        return kept.Length == 0 ? null : new FoldedCounts(z, length, kept);
    }

    /// <summary>The number of entries that are left.</summary>
    public int Length { get; private set; }

    /// <summary>A round with the inverse of its challenge.</summary>
    public void Fold(in Scalar inverse)
    {
        var factors = new Scalar[2 * _factors.Length];
        for (int i = 0; i < _factors.Length; i++)
        {
            (factors[2 * i], factors[2 * i + 1]) = (_factors[i], inverse * _factors[i]);
        }

        _factors = factors;
        Length /= 2;
        Span<Scalar> low = _rest.Span[..Length];
        ScalarVector.AddScaled(low, inverse, _rest.Span.Slice(Length, Length), low);
    }

    /// <summary>The terms of ⟨a, G⟩ for one half of the entries and the other half of the generators.</summary>
    /// <param name="points">G_j = sum over blocks b of generatorFactors_b·points[b·count + j].</param>
    /// <param name="generatorFactors">The factors of the blocks.</param>
    /// <param name="right">Tells whether the right half of the generators is meant, and with it the left half of the
    /// entries.</param>
    /// <param name="scalars">Takes the scalars.</param>
    /// <param name="terms">Takes the points.</param>
    public void Terms(
        RistrettoPoint[] points,
        Scalar[] generatorFactors,
        bool right,
        SecretList<Scalar> scalars,
        List<RistrettoPoint> terms
    )
    {
        int half = Length / 2,
            entries = right ? 0 : half,
            generators = right ? half : 0;
        for (int b = 0; b < generatorFactors.Length; b++)
        {
            ReadOnlySpan<RistrettoPoint> block = points.AsSpan(b * Length + generators, half);
            for (int j = 0; j < half; j++)
            {
                if (!_rest[entries + j].IsZero)
                {
                    scalars.Add([generatorFactors[b] * _rest[entries + j]]);
                    terms.Add(block[j]);
                }
            }

            for (int i = 0; i < _factors.Length; i++)
            {
                for (int p = 0; p < _parts.Length; p++)
                {
                    if (Sum(p, i * Length + entries, block) is RistrettoPoint sum)
                    {
                        scalars.Add([_parts[p].Factor * _factors[i] * generatorFactors[b]]);
                        terms.Add(sum);
                    }
                }
            }
        }
    }

    /// <summary>Clears the rest.</summary>
    public void Dispose() => _rest.Dispose();

    /// <summary>⟨counts, G⟩ over those of a part that stand from an index of the whole vector on; null where all are
    /// zero.</summary>
    private RistrettoPoint? Sum(int part, int from, ReadOnlySpan<RistrettoPoint> generators)
    {
        int start = _parts[part].Start,
            first = Math.Max(from, start),
            end = Math.Min(from + generators.Length, start + _parts[part].Counts.Length);
        if (first >= end)
        {
            return null;
        }

        ReadOnlySpan<ulong> counts = _parts[part].Counts.Span[(first - start)..(end - start)];
        if (!counts.ContainsAnyExcept(0UL))
        {
            return null;
        }

        return MultiScalar.VarTime(counts, generators.Slice(first - from, counts.Length));
    }
}
