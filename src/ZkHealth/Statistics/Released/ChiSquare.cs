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
