namespace ZkHealth.Statistics;

/// <summary>The chi-square distribution.</summary>
public static class ChiSquare
{
    /// <summary>
    /// The probability of more than x with k degrees of freedom: Q(k/2, x/2) of the incomplete gamma function, by its series below
    /// k/2 + 1 and by Lentz' continued fraction above (Press et al., Numerical Recipes, 6.2). NaN for NaN.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No degrees of freedom.</exception>
    public static double UpperTail(double x, int degrees)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        if (double.IsNaN(x) || x <= 0)
        {
            return double.IsNaN(x) ? double.NaN : 1;
        }

        double a = degrees / 2.0, t = x / 2, front = Math.Exp(-t + a * Math.Log(t) - LogGamma(a));
        if (t < a + 1)
        {
            double term = 1 / a, sum = term;
            for (int i = 1; i < 10_000 && term > sum * 1e-16; i++)
            {
                term *= t / (a + i);
                sum += term;
            }

            return 1 - sum * front;
        }

        const double Tiny = 1e-300;
        double b = t + 1 - a, c = 1 / Tiny, d = 1 / b, h = d;
        for (int i = 1; i < 10_000; i++)
        {
            double an = -i * (i - a);
            b += 2;
            d = 1 / Guard(an * d + b);
            c = Guard(b + an / c);
            h *= d * c;
            if (Math.Abs(d * c - 1) < 1e-16)
            {
                break;
            }
        }

        return front * h;

        static double Guard(double v) => Math.Abs(v) < Tiny ? Tiny : v;
    }

    /// <summary>
    /// The x that is exceeded with this probability: bisection of <see cref="UpperTail"/> until the ends are neighbouring numbers. Off by at
    /// most 10^-8 for levels from 10^-6 to 1/2 and up to 1,023 degrees (tested against an independent package).
    /// </summary>
    /// <exception cref="ArgumentException">A level outside 10^-6..1/2, or degrees outside 1..1023.</exception>
    public static double Quantile(double level, int degrees)
    {
        if (!(level is >= 1e-6 and <= 0.5) || degrees is < 1 or > 1023)
        {
            throw new ArgumentException("expected a level from 0.000001 to 0.5 and 1 to 1023 degrees of freedom", nameof(level));
        }

        double low = 0, high = 4096;
        while (low + (high - low) / 2 is double middle && middle > low && middle < high)
        {
            (low, high) = UpperTail(middle, degrees) > level ? (middle, high) : (low, middle);
        }

        return low;
    }

    /// <summary><see cref="Quantile"/> as a fraction, rounded down to six decimals, so that a test by it is not laxer than its level.</summary>
    /// <exception cref="ArgumentException">A level outside 10^-6..1/2, or degrees outside 1..1023.</exception>
    public static (long P, long Q) CriticalValue(double level, int degrees)
    {
        const long Million = 1_000_000;
        long p = (long)Math.Floor(Quantile(level, degrees) * Million), divisor = (long)System.Numerics.BigInteger.GreatestCommonDivisor(p, Million);
        return (p / divisor, Million / divisor);
    }

    /// <summary>ln Γ(a) for a half or whole number, by its recurrence from Γ(1/2) = √π or Γ(1) = 1.</summary>
    private static double LogGamma(double a)
    {
        bool whole = Math.Floor(a) == a;
        double sum = whole ? 0 : Math.Log(Math.PI) / 2;
        for (double v = whole ? 1 : 0.5; v < a; v++)
        {
            sum += Math.Log(v);
        }

        return sum;
    }
}
