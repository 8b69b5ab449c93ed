using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>A prevalence: the share of the rows of a denominator that satisfy a numerator as well.</summary>
public sealed record Prevalence
{
    /// <summary>A prevalence.</summary>
    /// <param name="numerator">What is counted; a row must satisfy the denominator too.</param>
    /// <param name="denominator">Among which rows.</param>
    public Prevalence(Predicate numerator, Predicate denominator)
    {
        ArgumentNullException.ThrowIfNull(numerator);
        ArgumentNullException.ThrowIfNull(denominator);
        (Numerator, Denominator) = (numerator, denominator);
    }

    /// <summary>Describes what is counted.</summary>
    public Predicate Numerator { get; }

    /// <summary>Among which rows; of these, unless <see cref="IncludesUnknown"/>, those for which the numerator is
    /// known.</summary>
    public Predicate Denominator { get; }

    /// <summary>Tells whether rows for which the numerator is not known are in the denominator; they are not if it is not asked
    /// for.</summary>
    public bool IncludesUnknown { get; init; }

    /// <summary>
    /// The number of rows for which the numerator is not known is proven to be below this, and not shown; 0, until the owner has
    /// filled it in, where it is shown.
    /// </summary>
    public int UnknownBelow { get; internal init; }

    /// <summary>
    /// A prevalence for each combination of the values of columns, the first column most significant: one numerator, and the
    /// denominator narrowed to rows with those values.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// No column, one that the schema has not, or more than <see cref="Predicate.MaxCombinations"/> combinations.
    /// </exception>
    public static IReadOnlyList<Prevalence> ByColumns(
        TableSchema schema,
        Predicate numerator,
        Predicate denominator,
        params IReadOnlyList<string> columns
    )
    {
        return [.. Predicate.Combinations(schema, columns).Select(stratum => new Prevalence(numerator, denominator & stratum))];
    }

    /// <summary>In words, with the labels of the schema.</summary>
    /// <exception cref="ArgumentException">The predicates do not fit the schema.</exception>
    public string Describe(TableSchema schema) =>
        $"{Numerator.Describe(schema)}, among {Denominator.Describe(schema)}{UnknownRows.Describe(IncludesUnknown, UnknownBelow)}";

    /// <summary>It as a statistic beside others, whose weights, words and forms it has.</summary>
    internal RateStatistic ToStatistic() => new(Numerator, Denominator, IncludesUnknown) { UnknownBelow = UnknownBelow };
}

/// <summary>A proven rate: an exact fraction and what follows from it.</summary>
/// <param name="Numerator">The rows counted.</param>
/// <param name="Denominator">Among these.</param>
/// <param name="Unknown">The rows for which the numerator is not known; null where their number is not shown.</param>
public readonly record struct Rate(ulong Numerator, ulong Denominator, ulong? Unknown = null)
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
