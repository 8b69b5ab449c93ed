using System.Numerics.Tensors;

namespace ZkHealth.Aggregation.Learning;

/// <summary>The mean update of a round from the opened sums of codes.</summary>
public static class RoundResult
{
    /// <summary>
    /// Decodes Σ w_i·d_i, entry by entry, to (Σ w_i·d_i − offset·Σ w_i)·scale / Σ w_i. It is within
    /// <see cref="Quantiser.ErrorBound"/> of the weighted mean of the clipped entries.
    /// </summary>
    /// <param name="quantiser">What the codes mean.</param>
    /// <param name="sums">The opened sums, without the padding.</param>
    /// <param name="totalWeight">Σ w_i over those in the sum, 1 to 2^42.</param>
    /// <exception cref="ArgumentException">A sum is none of so many codes: it lies outside 0..2·offset·Σ w_i.</exception>
    public static double[] Decode(Quantiser quantiser, ReadOnlySpan<long> sums, long totalWeight)
    {
        ArgumentNullException.ThrowIfNull(quantiser);
        if (totalWeight is < 1 or > 1L << 42)
        {
            throw new ArgumentOutOfRangeException(nameof(totalWeight), totalWeight, "expected 1 to 2^42");
        }

        long zero = quantiser.Offset * totalWeight;
        if (sums.ContainsAnyExceptInRange(0, 2 * zero))
        {
            throw new ArgumentException("a sum lies outside the codes of so much weight", nameof(sums));
        }

        var steps = new long[sums.Length];
        var mean = new double[sums.Length];
        TensorPrimitives.Subtract(sums, zero, steps);
        TensorPrimitives.ConvertTruncating<long, double>(steps, mean);
        TensorPrimitives.Multiply(mean, quantiser.Scale, mean);
        TensorPrimitives.Divide(mean, totalWeight, mean);
        return mean;
    }
}
