namespace ZkHealth.Statistics;

/// <summary>
/// Values that follow from a 2×2 table: a exposed with the outcome, b exposed without, c with the outcome and not exposed, d
/// neither.
/// </summary>
/// <remarks>
/// Odds ratio ad/(bc) with the interval of Woolf (1955); where a cell is 0 and no margin is, the ratio of the counts with 1/2
/// added to each as well, with Woolf's interval (Haldane 1956, Anscombe 1956). Relative risk with the interval of Katz and others
/// (1978). Pearson's chi-square without a continuity correction; Fisher's exact test, two-sided.
/// </remarks>
internal readonly record struct TwoByTwoTable(double A, double B, double C, double D)
{
    public double N => A + B + C + D;

    public double Exposed => A + B;

    public double Unexposed => C + D;

    public double Cases => A + C;

    public double Controls => B + D;

    /// <summary>Tells whether no margin is 0.</summary>
    public bool HasMargins => Exposed > 0 && Unexposed > 0 && Cases > 0 && Controls > 0;

    public IEnumerable<ReleasedValue> Values()
    {
        yield return OddsRatio("odds ratio");
        if (HasMargins && (A == 0 || B == 0 || C == 0 || D == 0))
        {
            yield return new TwoByTwoTable(A + 0.5, B + 0.5, C + 0.5, D + 0.5).OddsRatio(
                "odds ratio, 1/2 added to each count (Haldane-Anscombe)"
            );
        }

        yield return RelativeRisk();
        if (HasMargins)
        {
            double cross = A * D - B * C,
                chi = cross / Exposed * (cross / Unexposed) * (N / Cases / Controls);
            yield return new ReleasedValue("chi-square", chi);
            yield return new ReleasedValue("p-value", ChiSquare.UpperTail(chi, 1));
        }
        else
        {
            yield return ReleasedValue.NotDefined("chi-square", "a margin of the table is 0");
            yield return ReleasedValue.NotDefined("p-value", "a margin of the table is 0");
        }

        yield return N > 0
            ? new ReleasedValue("Fisher's exact p-value", ExactInference.FisherTest(A, B, C, D))
            : ReleasedValue.NotDefined("Fisher's exact p-value", "no rows");
    }

    public ReleasedValue OddsRatio(string name) =>
        ReleasedValue.Ratio(
            name,
            A * D,
            B * C,
            ConfidenceInterval.OfRatio("Woolf", A * D / (B * C), Math.Sqrt(1 / A + 1 / B + 1 / C + 1 / D))
        );

    private ReleasedValue RelativeRisk() =>
        Exposed == 0 || Unexposed == 0
            ? ReleasedValue.NotDefined(
                "relative risk",
                Exposed > 0 ? "no rows without the exposure"
                    : Unexposed > 0 ? "no rows with the exposure"
                    : "no rows"
            )
            : ReleasedValue.Ratio(
                "relative risk",
                A * Unexposed,
                C * Exposed,
                ConfidenceInterval.OfRatio(
                    "Katz",
                    A * Unexposed / (C * Exposed),
                    Math.Sqrt(1 / A - 1 / Exposed + 1 / C - 1 / Unexposed)
                )
            );
}
