namespace ZkHealth.Statistics;

/// <summary>The chi-square distribution.</summary>
internal static class ChiSquare
{
    /// <summary>The probability of more than x with k degrees of freedom: the upper tail of a gamma distribution of shape k/2 at
    /// x/2. NaN for NaN.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No degrees of freedom.</exception>
    public static double UpperTail(double x, int degrees)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        return double.IsNaN(x) ? double.NaN : SpecialFunctions.UpperGamma(degrees / 2.0, x / 2);
    }

    /// <summary>
    /// The x that is exceeded with this probability: bisection of <see cref="UpperTail"/> until the ends are neighbouring
    /// numbers. Off by at most 10^-8 for levels from 10^-6 to 1/2 and up to 1,023 degrees (tested against an independent
    /// package).
    /// </summary>
    /// <exception cref="ArgumentException">A level outside 10^-6..1/2, or degrees outside 1..1023.</exception>
    public static double Quantile(double level, int degrees)
    {
        if (!(level is >= 1e-6 and <= 0.5) || degrees is < 1 or > 1023)
        {
            throw new ArgumentException("expected a level from 0.000001 to 0.5 and 1 to 1023 degrees of freedom", nameof(level));
        }

        double low = 0,
            high = 4096;
        while (low + (high - low) / 2 is double middle && middle > low && middle < high)
        {
            (low, high) = UpperTail(middle, degrees) > level ? (middle, high) : (low, middle);
        }

        return low;
    }

    /// <summary><see cref="Quantile"/> as a fraction, rounded down to six decimals, so that a test by it is not laxer than its
    /// level.</summary>
    /// <exception cref="ArgumentException">A level outside 10^-6..1/2, or degrees outside 1..1023.</exception>
    public static Fraction CriticalValue(double level, int degrees)
    {
        const long Million = 1_000_000;
        long p = (long)Math.Floor(Quantile(level, degrees) * Million),
            divisor = (long)System.Numerics.BigInteger.GreatestCommonDivisor(p, Million);
        return new Fraction(p / divisor, Million / divisor);
    }
}
