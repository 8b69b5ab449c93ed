namespace ZkHealth.Statistics;

/// <summary>The association in 2×2 tables of several strata together.</summary>
/// <remarks>
/// With P = (a + d)/n, Q = (b + c)/n, R = ad/n, S = bc/n of each stratum: the common odds ratio ΣR/ΣS (Mantel and Haenszel 1959),
/// its logarithm of variance ΣPR/(2(ΣR)²) + Σ(PS + QR)/(2ΣR·ΣS) + ΣQS/(2(ΣS)²) (Robins, Breslow and Greenland 1986). With r₁, r₀
/// rows with and without the exposure and m₁, m₀ with and without the outcome: the common risk ratio Σ(a·r₀/n)/Σ(c·r₁/n), its
/// logarithm of variance Σ((m₁r₁r₀ − acn)/n²)/(Σ(a·r₀/n)·Σ(c·r₁/n)) (Greenland and Robins 1985). Cochran, Mantel and Haenszel's
/// chi-square of no association in any stratum, without a continuity correction:
/// (Σ(a − r₁m₁/n))²/Σ(r₁r₀m₁m₀/(n²(n − 1))). Breslow and Day's (1980) of one odds ratio in all strata, without Tarone's
/// correction: Σ(a − e)²/v, e being the a that has the common odds ratio under the margins of its stratum and 1/v = 1/e + 1/(r₁ −
/// e) + 1/(m₁ − e) + 1/(r₀ − m₁ + e). A stratum with a margin of 0 says nothing about the odds ratio and is not among its degrees
/// of freedom.
/// </remarks>
internal static class MantelHaenszel
{
    private static readonly string[] TestNames = ["chi-square", "degrees of freedom", "p-value"];

    public static IEnumerable<ReleasedValue> Values(IReadOnlyList<TwoByTwoTable> strata)
    {
        ReleasedValue odds = OddsRatio(strata);
        yield return odds;
        yield return RiskRatio(strata);
        TwoByTwoTable[] informative = [.. strata.Where(t => t.HasMargins)];
        foreach (ReleasedValue value in NoAssociation(informative).Concat(Homogeneity(informative, odds.Value)))
        {
            yield return value;
        }
    }

    private static ReleasedValue OddsRatio(IReadOnlyList<TwoByTwoTable> strata)
    {
        double r = 0,
            s = 0,
            pr = 0,
            mixed = 0,
            qs = 0;
        foreach (TwoByTwoTable t in strata.Where(t => t.N > 0))
        {
            (double p, double q, double ad, double bc) = (
                (t.A + t.D) / t.N,
                (t.B + t.C) / t.N,
                t.A * (t.D / t.N),
                t.B * (t.C / t.N)
            );
            (r, s, pr, mixed, qs) = (r + ad, s + bc, pr + p * ad, mixed + p * bc + q * ad, qs + q * bc);
        }

        double variance = pr / (2 * r * r) + mixed / (2 * r * s) + qs / (2 * s * s);
        return ReleasedValue.Ratio(
            "common odds ratio",
            r,
            s,
            ConfidenceInterval.OfRatio("Robins-Breslow-Greenland", r / s, Math.Sqrt(variance))
        );
    }

    private static ReleasedValue RiskRatio(IReadOnlyList<TwoByTwoTable> strata)
    {
        double exposed = 0,
            unexposed = 0,
            spread = 0;
        foreach (TwoByTwoTable t in strata.Where(t => t.N > 0))
        {
            exposed += t.A * (t.Unexposed / t.N);
            unexposed += t.C * (t.Exposed / t.N);
            spread += t.Cases * (t.Exposed / t.N) * (t.Unexposed / t.N) - t.A * (t.C / t.N);
        }

        return ReleasedValue.Ratio(
            "common risk ratio",
            exposed,
            unexposed,
            ConfidenceInterval.OfRatio(
                "Greenland-Robins",
                exposed / unexposed,
                Math.Sqrt(Math.Max(0, spread) / (exposed * unexposed))
            )
        );
    }

    private static IEnumerable<ReleasedValue> NoAssociation(TwoByTwoTable[] strata)
    {
        double difference = 0,
            variance = 0;
        foreach (TwoByTwoTable t in strata)
        {
            difference += t.A - t.Exposed * (t.Cases / t.N);
            variance += t.Exposed / t.N * (t.Unexposed / t.N) * t.Cases * (t.Controls / (t.N - 1));
        }

        return Test(
            "Cochran-Mantel-Haenszel",
            difference * difference / variance,
            1,
            strata.Length == 0 ? "a margin of every stratum is 0" : null
        );
    }

    private static IEnumerable<ReleasedValue> Homogeneity(TwoByTwoTable[] strata, double? odds)
    {
        string? reason =
            strata.Length < 2 ? "fewer than 2 strata have counts in every margin"
            : odds is null or 0 ? "the common odds ratio is 0, infinite or undefined"
            : null;
        double chi = 0;
        foreach (TwoByTwoTable t in reason is null ? strata : [])
        {
            double e = Expected(t, odds!.Value);
            chi += (t.A - e) * (t.A - e) * (1 / e + 1 / (t.Exposed - e) + 1 / (t.Cases - e) + 1 / (t.Unexposed - t.Cases + e));
        }

        return Test("Breslow-Day", chi, strata.Length - 1, reason);
    }

    /// <summary>
    /// The root e of (1 − ψ)e² + (ψ(r₁ + m₁) + n − r₁ − m₁)e − ψr₁m₁ = 0 between the bounds that the margins give, ψ being the
    /// odds ratio; in the form that does not cancel.
    /// </summary>
    private static double Expected(TwoByTwoTable t, double odds)
    {
        double a = 1 - odds,
            b = odds * (t.Exposed + t.Cases) + t.Unexposed - t.Cases,
            c = -odds * t.Exposed * t.Cases;
        double root = Math.Sqrt(b * b - 4 * a * c);
        return b > 0 ? -2 * c / (b + root) : (root - b) / (2 * a);
    }

    private static IEnumerable<ReleasedValue> Test(string name, double chi, int degrees, string? undefined) =>
        undefined is not null
            ? TestNames.Select(what => ReleasedValue.NotDefined($"{name} {what}", undefined))
            :
            [
                new ReleasedValue($"{name} chi-square", chi),
                new ReleasedValue($"{name} degrees of freedom", degrees),
                new ReleasedValue($"{name} p-value", ChiSquare.UpperTail(chi, degrees)),
            ];
}
