namespace ZkHealth.Statistics;

/// <summary>A proven rate: an exact fraction and what follows from it.</summary>
/// <param name="Numerator">The rows counted.</param>
/// <param name="Denominator">Among these.</param>
/// <param name="Unknown">The rows for which the numerator is not known; null where their number is not shown.</param>
internal readonly record struct Rate(ulong Numerator, ulong Denominator, ulong? Unknown = null)
{
    /// <summary>Numerator / denominator, 0..1; null where the denominator is 0.</summary>
    public double? Value => Denominator == 0 ? null : (double)Numerator / Denominator;

    /// <summary>
    /// The 95 % confidence interval of Wilson (1927): (p + z²/2n ± z·sqrt(p(1−p)/n + z²/4n²)) / (1 + z²/n), z = 1.959964; from
    /// exactly 0 where the numerator is 0, to exactly 1 where it is the denominator. Null where the denominator is 0.
    /// </summary>
    public ConfidenceInterval? Wilson95
    {
        get
        {
            if (Denominator == 0 || Numerator > Denominator)
            {
                return null;
            }

            double n = Denominator,
                p = (double)Numerator / Denominator,
                square = ConfidenceInterval.Z * ConfidenceInterval.Z / n;
            double centre = p + square / 2,
                spread = ConfidenceInterval.Z * Math.Sqrt(p * (1 - p) / n + square / (4 * n));
            return new ConfidenceInterval(
                "Wilson",
                Numerator == 0 ? 0 : (centre - spread) / (1 + square),
                Numerator == Denominator ? 1 : (centre + spread) / (1 + square)
            );
        }
    }

    /// <summary>
    /// The exact 95 % confidence interval of Clopper and Pearson (1934), from quantiles of beta distributions; from exactly 0
    /// where the numerator is 0, to exactly 1 where it is the denominator. Null where the denominator is 0.
    /// </summary>
    public ConfidenceInterval? Exact95 =>
        Denominator == 0 || Numerator > Denominator ? null : ExactInference.Proportion(Numerator, Denominator);

    internal ReleasedValue ToValue(string name) =>
        Denominator == 0
            ? ReleasedValue.NotDefined(name, "no rows")
            : new ReleasedValue(name, (double)Numerator / Denominator, Wilson95, Exact95);

    /// <summary>The exact fraction.</summary>
    public override string ToString() => $"{Numerator}/{Denominator}";
}
