using System.Numerics;

namespace ZkHealth.Aggregation.Learning;

/// <summary>The answer of an account: the inner product lies in Low..High (it is shown where both are the same), and the
/// norm, or nothing of it.</summary>
public sealed class AccountAnswer
{
    /// <summary>Inner products are below this in magnitude.</summary>
    internal const long MaxInnerProduct = 1L << 61;

    /// <summary>An answer.</summary>
    /// <param name="low">The lower end, from −2^61.</param>
    /// <param name="high">The upper end, included, to 2^61.</param>
    /// <param name="squaredNorm">Σ (d − offset)², or null where it is not shown.</param>
    /// <exception cref="ArgumentException">An end is out of range, or the interval is empty.</exception>
    internal AccountAnswer(long low, long high, ulong? squaredNorm)
    {
        if (low < -MaxInnerProduct || high > MaxInnerProduct || low > high || squaredNorm >= RoundTerms.MaxSquaredNorm)
        {
            throw new ArgumentException("expected an interval within -2^61 to 2^61, and a squared norm below 2^62", nameof(low));
        }

        (Low, High, SquaredNorm) = (low, high, squaredNorm);
    }

    /// <summary>The lower end of the inner product, in steps of the update times whole numbers of the direction.</summary>
    public long Low { get; }

    /// <summary>The upper end, included.</summary>
    public long High { get; }

    /// <summary>Σ (d − offset)² in steps, or null where it is not shown.</summary>
    public ulong? SquaredNorm { get; }

    /// <summary>The inner product where it is shown.</summary>
    public long? InnerProduct => Low == High ? Low : null;

    /// <summary>Bits that hold High − Low; 0 where the inner product is shown.</summary>
    internal int Bits => 64 - BitOperations.LeadingZeroCount((ulong)(High - Low));

    /// <summary>The cosine between update and direction, where all is shown; NaN where the update is 0.</summary>
    public double? Cosine(UpdateDirection direction)
    {
        ArgumentNullException.ThrowIfNull(direction);
        return InnerProduct is long product && SquaredNorm is ulong square
            ? product / (Math.Sqrt(square) * direction.Norm)
            : null;
    }
}
