namespace ZkHealth.Statistics;

/// <summary>
/// The gamma and beta distributions and their quantiles. Tails are power series and continued fractions (Press et al., Numerical
/// Recipes, 6.2 and 6.4; DLMF 8.11 and 8.17) times a density that is computed as Loader does ("Fast and accurate computation of
/// binomial probabilities", 2000), without the cancellation that differences of log-gammas have for large counts.
/// </summary>
internal static class SpecialFunctions
{
    private const double Tiny = 1e-300,
        Precision = 1e-16;
    private const int MaxTerms = 20_000_000;
    private static readonly double HalfLogTwoPi = Math.Log(2 * Math.PI) / 2;

    /// <summary>P(X ≤ x) for a gamma distribution of shape a &gt; 0 and scale 1.</summary>
    public static double LowerGamma(double a, double x) =>
        x <= 0 ? 0
        : x < a + 1 ? GammaSeries(a, x)
        : 1 - GammaFraction(a, x);

    /// <summary>P(X &gt; x), with its own relative precision where it is small.</summary>
    public static double UpperGamma(double a, double x) =>
        x <= 0 ? 1
        : x < a + 1 ? 1 - GammaSeries(a, x)
        : GammaFraction(a, x);

    /// <summary>P(X ≤ x) for a beta distribution of a, b &gt; 0.</summary>
    public static double LowerBeta(double a, double b, double x)
    {
        if (x is <= 0 or >= 1)
        {
            return x <= 0 ? 0 : 1;
        }

        return x < (a + 1) / (a + b + 2) ? BetaFraction(a, b, x, 1 - x) : 1 - BetaFraction(b, a, 1 - x, x);
    }

    /// <summary>
    /// The ends of the middle 95 % of a gamma distribution of shape a ≥ 1 and scale 1: the x with P(X ≤ x) = 0.025, or 0.975 for
    /// the upper end. From a = 10^5 on the expansion of Cornish and Fisher (Goldberg and Levine 1946), whose first term left out
    /// is below 10^−15 of the value: series take √a terms, which a hostile file would have us add up.
    /// </summary>
    public static double GammaEnd(bool upper, double a)
    {
        double p = upper ? 0.975 : 0.025,
            z = upper ? ConfidenceInterval.Z : -ConfidenceInterval.Z,
            root = Math.Sqrt(a),
            square = z * z;
        return a < 100_000
            ? GammaQuantile(p, a)
            : a
                + z * root
                + (square - 1) / 3
                + z * (square - 7) / (36 * root)
                - (3 * square * square + 7 * square - 16) / (810 * a)
                + z * (9 * square * square + 256 * square - 433) / (38_880 * a * root);
    }

    /// <summary>The x with P(X ≤ x) = p for a gamma distribution of shape a ≥ 1 and scale 1.</summary>
    private static double GammaQuantile(double p, double a) =>
        Invert(x => LowerGamma(a, x) - p, x => PoissonDensity(a, x) * a / x, a, double.PositiveInfinity);

    /// <summary>The x with P(X ≤ x) = p for a beta distribution of a, b ≥ 1.</summary>
    public static double BetaQuantile(double p, double a, double b) =>
        Invert(
            x => LowerBeta(a, b, x) - p,
            x => BinomialDensity(a, a + b, x, 1 - x) * (a / x) * (b / (1 - x)) / (a + b),
            a / (a + b),
            1
        );

    /// <summary>λ^x·e^−λ/Γ(x + 1), x ≥ 0.</summary>
    public static double PoissonDensity(double x, double lambda) =>
        x == 0 ? Math.Exp(-lambda) : Math.Exp(-StirlingError(x) - Deviance(x, lambda)) / Math.Sqrt(2 * Math.PI * x);

    /// <summary>Γ(n + 1)/(Γ(x + 1)·Γ(n − x + 1))·p^x·q^(n − x), 0 ≤ x ≤ n, q = 1 − p.</summary>
    public static double BinomialDensity(double x, double n, double p, double q) => Math.Exp(LogBinomialDensity(x, n, p, q));

    /// <summary>The logarithm of <see cref="BinomialDensity"/>.</summary>
    public static double LogBinomialDensity(double x, double n, double p, double q)
    {
        double y = n - x;
        if (x == 0 || y == 0)
        {
            // n·ln q, or n·ln p, without the rounding of a q or p near 1
            (double r, double other) = x == 0 ? (q, p) : (p, q);
            return n == 0 ? 0
                : other < 0.1 ? -Deviance(n, n * r) - n * other
                : n * Math.Log(r);
        }

        return StirlingError(n)
            - StirlingError(x)
            - StirlingError(y)
            - Deviance(x, n * p)
            - Deviance(y, n * q)
            - HalfLogTwoPi
            - Math.Log(x) / 2
            - Math.Log(y / n) / 2;
    }

    /// <summary>x·ln(x/m) + m − x, without cancellation for x near m (Loader's bd0).</summary>
    private static double Deviance(double x, double m)
    {
        if (Math.Abs(x - m) >= 0.1 * (x + m))
        {
            return x * Math.Log(x / m) + m - x;
        }

        double v = (x - m) / (x + m),
            sum = (x - m) * v,
            term = 2 * x * v;
        for (int j = 1; j < 1000; j++)
        {
            term *= v * v;
            double next = sum + term / (2 * j + 1);
            if (next == sum)
            {
                break;
            }

            sum = next;
        }

        return sum;
    }

    /// <summary>ln Γ(x + 1) − (x + 1/2)·ln x + x − ln(2π)/2: Stirling's series from 15 on, the recurrence of Γ below.</summary>
    private static double StirlingError(double x)
    {
        double shift = 0;
        double y = x;
        while (y < 15)
        {
            // δ(y) = δ(y + 1) + (y + 1/2)·ln((y + 1)/y) − 1
            shift += (y + 0.5) * Math.Log((y + 1) / y) - 1;
            y++;
        }

        double s = 1 / (y * y);
        return shift
            + (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * (1.0 / 1680 - s * (1.0 / 1188 - s * 691.0 / 360360))))) / y;
    }

    /// <summary>x^a·e^−x/Γ(a + 1)·(1 + x/(a + 1) + x²/((a + 1)(a + 2)) + …).</summary>
    private static double GammaSeries(double a, double x)
    {
        double term = 1,
            sum = 1;
        for (int i = 1; i < MaxTerms && term > sum * Precision; i++)
        {
            term *= x / (a + i);
            sum += term;
        }

        return sum * PoissonDensity(a, x);
    }

    /// <summary>The continued fraction of the upper tail, by Lentz' method.</summary>
    private static double GammaFraction(double a, double x)
    {
        double b = x + 1 - a,
            c = 1 / Tiny,
            d = 1 / Guard(b),
            h = d;
        for (int i = 1; i < MaxTerms; i++)
        {
            double an = -i * (i - a);
            b += 2;
            d = 1 / Guard(an * d + b);
            c = Guard(b + an / c);
            h *= d * c;
            if (Math.Abs(d * c - 1) < Precision)
            {
                break;
            }
        }

        return PoissonDensity(a, x) * a * h;
    }

    /// <summary>The continued fraction of the lower tail of a beta distribution, y = 1 − x, by Lentz' method.</summary>
    private static double BetaFraction(double a, double b, double x, double y)
    {
        double c = 1,
            d = 1 / Guard(1 - (a + b) * x / (a + 1)),
            h = d;
        for (int m = 1; m < MaxTerms; m++)
        {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / Guard(1 + even * d);
            c = Guard(1 + even / c);
            h *= d * c;
            d = 1 / Guard(1 + odd * d);
            c = Guard(1 + odd / c);
            h *= d * c;
            if (Math.Abs(d * c - 1) < Precision)
            {
                break;
            }
        }

        return BinomialDensity(a, a + b, x, y) * (b / (a + b)) * h;
    }

    private static double Guard(double v) => Math.Abs(v) < Tiny ? Tiny : v;

    /// <summary>The zero of an increasing function with a known derivative in 0..high: Newton's steps, halved intervals where
    /// they leave it.</summary>
    private static double Invert(Func<double, double> excess, Func<double, double> density, double start, double high)
    {
        double low = 0,
            x = start;
        for (int i = 0; i < 200; i++)
        {
            double e = excess(x);
            (low, high) = e > 0 ? (low, x) : (x, high);
            double next = x - e / density(x);
            if (!(next > low && next < high))
            {
                next = double.IsFinite(high) ? (low + high) / 2 : 2 * x;
            }

            if (Math.Abs(next - x) <= 1e-15 * x)
            {
                return next;
            }

            x = next;
        }

        return x;
    }
}
