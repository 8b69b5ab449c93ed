namespace ZkHealth.Statistics;

/// <summary>Exact intervals of counts, and Fisher's exact test.</summary>
internal static class ExactInference
{
    /// <summary>
    /// Clopper and Pearson (1934) for x of n, n ≥ 1: the quantile 0.025 of Beta(x, n − x + 1), exactly 0 at x = 0, and the
    /// quantile 0.975 of Beta(x + 1, n − x), exactly 1 at x = n.
    /// </summary>
    public static ConfidenceInterval Proportion(double x, double n)
    {
        static double Low(double x, double n) => x == 0 ? 0 : SpecialFunctions.BetaQuantile(0.025, x, n - x + 1);
        return new ConfidenceInterval("exact", Low(x, n), 1 - Low(n - x, n));
    }

    /// <summary>Garwood (1936) for a count of events: half the quantiles of chi-square with 2x (0 at x = 0) and 2x + 2 degrees of
    /// freedom.</summary>
    public static (double Low, double High) Poisson(double x) =>
        (x == 0 ? 0 : SpecialFunctions.GammaEnd(false, x), SpecialFunctions.GammaEnd(true, x + 1));

    /// <summary>
    /// Fisher's exact test of a 2×2 table, two-sided as R defines it: the probability, given the margins, of all tables that are
    /// at most
    /// 1 + 10^−7 times as probable as this one.
    /// </summary>
    public static double FisherTest(double a, double b, double c, double d)
    {
        (double r1, double r2, double k) = (a + b, c + d, a + c);
        (double low, double high) = (Math.Max(0, k - r2), Math.Min(r1, k));
        double mode = Math.Clamp(Math.Floor((r1 + 1) * (k + 1) / (r1 + r2 + 2)), low, high);
        double LogProbability(double x)
        {
            double p = k / (r1 + r2),
                q = (r1 + r2 - k) / (r1 + r2);
            return SpecialFunctions.LogBinomialDensity(x, r1, p, q)
                + SpecialFunctions.LogBinomialDensity(k - x, r2, p, q)
                - SpecialFunctions.LogBinomialDensity(k, r1 + r2, p, q);
        }

        double observed = LogProbability(a),
            limit = observed + 1e-7;
        if (k == 0 || k == r1 + r2 || LogProbability(mode) <= limit)
        {
            return 1;
        }

        // the sum of probabilities from x outward, in units of that of the table; they fall faster and faster
        double Tail(double x, int step)
        {
            double term = Math.Exp(LogProbability(x) - observed),
                sum = 0;
            while (x >= low && x <= high && term > sum * 1e-17)
            {
                sum += term;
                term *=
                    step > 0
                        ? (r1 - x) * (k - x) / ((x + 1) * (r2 - k + x + 1))
                        : x * (r2 - k + x) / ((r1 - x + 1) * (k - x + 1));
                x += step;
            }

            return sum;
        }

        // on the other side of the mode the first table that is as improbable, where there is one
        int side = a > mode ? 1 : -1;
        (double near, double far) = (mode, side > 0 ? low - 1 : high + 1);
        while (Math.Abs(far - near) > 1)
        {
            double middle = Math.Floor((near + far) / 2);
            (near, far) = LogProbability(middle) > limit ? (middle, far) : (near, middle);
        }

        double other = far < low || far > high ? 0 : Tail(far, -side);
        return Math.Min(1, Math.Exp(observed) * (Tail(a, side) + other));
    }
}
