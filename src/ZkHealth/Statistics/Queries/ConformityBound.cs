using System.Globalization;

namespace ZkHealth.Statistics;

/// <summary>
/// Tells how near a distribution is to its profile: Pearson's chi-square statistic is at most a critical value, or every share
/// lies within a tolerance of its profile share. Made by its methods.
/// </summary>
public sealed class ConformityBound
{
    private ConformityBound(bool isTolerance, long p, long q) => (IsTolerance, P, Q) = (isTolerance, p, q);

    /// <summary>Tells whether P/Q is a tolerance of shares; otherwise it is a critical value.</summary>
    internal bool IsTolerance { get; }

    /// <summary>The numerator, 0 to 2^31 − 1.</summary>
    internal long P { get; }

    /// <summary>The denominator, 1 to 2^31 − 1.</summary>
    internal long Q { get; }

    /// <summary>X² = Σ (O_k − n·p_k)²/(n·p_k) is at most p/q (Pearson 1900).</summary>
    /// <exception cref="ArgumentException">No fraction of whole numbers below 2^31.</exception>
    public static ConformityBound ChiSquareAtMost(long p, long q) => Make(false, p, q);

    /// <summary>
    /// X² is at most the critical value of a test at this level with strata − 1 degrees of freedom (the profile is not estimated
    /// from the data), rounded down to six decimals (see <see cref="ChiSquare.CriticalValue"/>).
    /// </summary>
    /// <exception cref="ArgumentException">A level outside 10^-6..1/2, or strata outside 2..1024.</exception>
    public static ConformityBound ChiSquareAtLevel(double level, int strata)
    {
        if (strata is < 2 or > ConformityStatistic.MaxStrata)
        {
            throw new ArgumentException($"expected 2 to {ConformityStatistic.MaxStrata} strata", nameof(strata));
        }

        (long p, long q) = ChiSquare.CriticalValue(level, strata - 1);
        return Make(false, p, q);
    }

    /// <summary>|O_k/n − p_k| is at most p/q for every stratum.</summary>
    /// <exception cref="ArgumentException">No fraction of whole numbers below 2^31, or one above 1.</exception>
    public static ConformityBound SharesWithin(long p, long q) => Make(true, p, q);

    internal static ConformityBound Make(bool isTolerance, long p, long q) =>
        p is >= 0 and <= int.MaxValue && q is >= 1 and <= int.MaxValue && (!isTolerance || p <= q)
            ? new ConformityBound(isTolerance, p, q)
            : throw new ArgumentException("expected a fraction of whole numbers below 2^31, and no tolerance above 1", nameof(p));

    /// <summary>Compares kind, numerator and denominator.</summary>
    public override bool Equals(object? obj) =>
        obj is ConformityBound other && (IsTolerance, P, Q) == (other.IsTolerance, other.P, other.Q);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IsTolerance, P, Q);

    internal string Describe(int strata)
    {
        string number = string.Create(CultureInfo.InvariantCulture, $"{P}/{Q} ({(double)P / Q:0.######})");
        return IsTolerance
            ? $"every share lies within {number} of its share of the profile"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Pearson's chi-square is at most {number}, which a random sample of the profile exceeds with probability {ChiSquare.UpperTail((double)P / Q, strata - 1):0.######} ({strata - 1} degrees of freedom)"
            );
    }
}
