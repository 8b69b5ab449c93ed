using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Statistics of which only bounds are shown: the numbers stay hidden.</summary>
public abstract partial record Statistic
{
    /// <summary>The number of rows that satisfy a condition lies within the bounds that are given.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="atLeast">The lower bound, 0 to 2^31 − 1; or null.</param>
    /// <param name="atMost">The upper bound; or null.</param>
    /// <param name="show">Whether the number is released.</param>
    /// <exception cref="ArgumentException">No bound, or one that is negative or above 2^31 − 1.</exception>
    public static Statistic CountBounds(Predicate condition, long? atLeast, long? atMost, bool show = false)
    {
        static Fraction? Whole(long? k) => k is long value ? new(value, 1) : null;
        return new ThresholdStatistic(condition, null, Whole(atLeast), Whole(atMost), show, false, 0, false);
    }

    /// <summary>The rate of numerator and denominator among the denominator lies within the bounds that are given.</summary>
    /// <param name="numerator">The rows that are counted.</param>
    /// <param name="denominator">The rows among which they are.</param>
    /// <param name="atLeast">The lower bound; or null.</param>
    /// <param name="atMost">The upper bound; or null.</param>
    /// <param name="showNumerator">Whether the numerator is released.</param>
    /// <param name="showDenominator">Whether the denominator is released.</param>
    /// <param name="minimumRows">The denominator has at least so many rows, 1 or more.</param>
    /// <param name="includeUnknown">Whether rows for which the numerator is not known are in the denominator.</param>
    /// <exception cref="ArgumentException">No bound, one that is no fraction of whole numbers below 2^31, or a minimum below
    /// 1.</exception>
    public static Statistic RateBounds(
        Predicate numerator,
        Predicate denominator,
        Fraction? atLeast,
        Fraction? atMost,
        bool showNumerator = false,
        bool showDenominator = false,
        long minimumRows = 1,
        bool includeUnknown = false
    )
    {
        ArgumentNullException.ThrowIfNull(denominator);
        if (minimumRows < 1)
        {
            // a rate of no rows would have every bound
            throw new ArgumentException("expected a minimum of at least 1 row", nameof(minimumRows));
        }

        return new ThresholdStatistic(
            numerator,
            denominator,
            atLeast,
            atMost,
            showNumerator,
            showDenominator,
            minimumRows,
            includeUnknown
        );
    }

    /// <summary>Mean and variance of the numbers of a column lie within public fractions.</summary>
    /// <param name="column">A column of numbers.</param>
    /// <param name="among">The rows that are counted; null for all.</param>
    /// <param name="meanAtLeast">The lower bound p/q of the mean, |p| below 2^31, 1 ≤ q &lt; 2^31; or null.</param>
    /// <param name="meanAtMost">The upper bound; or null.</param>
    /// <param name="varianceAtLeast">The lower bound of the variance, 0 ≤ p &lt; 2^62, 1 ≤ q &lt; 2^62; or null. That of a
    /// standard deviation is its square.</param>
    /// <param name="varianceAtMost">The upper bound; or null.</param>
    /// <param name="ofPopulation">Whether the variance is divided by n; by n − 1 otherwise.</param>
    /// <param name="minimumRows">The values known are at least so many: 1 or more, 2 for the variance of a sample; null for the
    /// least.</param>
    /// <param name="showRows">Whether their number is released.</param>
    /// <exception cref="ArgumentException">No bound, or not as described.</exception>
    public static Statistic MomentBounds(
        string column,
        Predicate? among,
        Fraction? meanAtLeast,
        Fraction? meanAtMost,
        Fraction? varianceAtLeast = null,
        Fraction? varianceAtMost = null,
        bool ofPopulation = false,
        long? minimumRows = null,
        bool showRows = false
    ) =>
        new MomentBoundsStatistic(
            column,
            among,
            meanAtLeast,
            meanAtMost,
            varianceAtLeast,
            varianceAtMost,
            ofPopulation,
            minimumRows,
            showRows
        );

    /// <summary>A quantile lies between two values of a column.</summary>
    /// <param name="schema">The schema, for the codes of the values.</param>
    /// <param name="column">A column whose values stand in order.</param>
    /// <param name="numerator">Of the share, 1 to denominator − 1; 1 of 2 for the median.</param>
    /// <param name="denominator">Of the share, 2 to 10,000.</param>
    /// <param name="atLeast">The lower bound: a label, a code of a category, or a number of the column; or null.</param>
    /// <param name="atMost">The upper bound; or null.</param>
    /// <param name="among">The rows that are counted; null for all.</param>
    /// <param name="minimumRows">The values known are at least so many, 1 or more.</param>
    /// <param name="showRows">Whether their number is released.</param>
    /// <exception cref="ArgumentException">No such column or value, no bound, bounds out of order, or not as
    /// described.</exception>
    public static Statistic QuantileBounds(
        TableSchema schema,
        string column,
        int numerator,
        int denominator,
        string? atLeast,
        string? atMost,
        Predicate? among = null,
        long minimumRows = 1,
        bool showRows = false
    )
    {
        uint? Code(string? value) => value is null ? null : NamedColumns.CodeOf(NamedColumns.Find(schema, column), value);
        return new QuantileBoundsStatistic(
            column,
            numerator,
            denominator,
            Code(atLeast),
            Code(atMost),
            among,
            minimumRows,
            showRows
        );
    }

    /// <summary>Pearson's chi-square of a 2×2 table, without a correction, lies within bounds.</summary>
    /// <param name="exposure">The exposure.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="among">The rows that are counted, where exposure and outcome are known; null for all.</param>
    /// <param name="atLeast">The lower bound p/q, whole numbers below 2^31; or null.</param>
    /// <param name="atMost">The upper bound; or null.</param>
    /// <param name="minimumMargin">Rows with and without the exposure, and with and without the outcome, are at least so many
    /// each, 1 or more.</param>
    /// <exception cref="ArgumentException">No bound, or not as described.</exception>
    public static Statistic IndependenceBounds(
        Predicate exposure,
        Predicate outcome,
        Predicate? among,
        Fraction? atLeast,
        Fraction? atMost,
        long minimumMargin = 10
    ) => new IndependenceBoundsStatistic(exposure, outcome, among, atLeast, atMost, minimumMargin);

    /// <summary>The distribution of rows over the values of columns agrees with a public profile.</summary>
    /// <param name="columns">One to three columns, the first most significant.</param>
    /// <param name="profile">A weight from 1 to 10^12 for each stratum, 2 to 1,024 of them.</param>
    /// <param name="bound">The distance allowed.</param>
    /// <param name="among">The rows that are counted; null for all.</param>
    /// <param name="minimumRows">At least 1; without it the least n for which every expected count is at least 5.</param>
    /// <param name="showRows">Whether the number of rows is released.</param>
    /// <exception cref="ArgumentException">Not as described.</exception>
    public static Statistic Conformity(
        IReadOnlyList<string> columns,
        IReadOnlyList<long> profile,
        ConformityBound bound,
        Predicate? among = null,
        long? minimumRows = null,
        bool showRows = false
    )
    {
        ArgumentNullException.ThrowIfNull(columns);
        return columns.Count is >= 1 and <= 3 && columns.Distinct().Count() == columns.Count
            ? new ConformityStatistic(columns, [], profile, bound, among, minimumRows, showRows)
            : throw new ArgumentException("expected one to three distinct columns", nameof(columns));
    }

    /// <summary>The distribution of rows over conditions that exclude each other agrees with a public profile.</summary>
    /// <param name="strata">The conditions; a cube in which two hold for a cell is refused.</param>
    /// <param name="profile">A weight from 1 to 10^12 for each, 2 to 1,024 of them.</param>
    /// <param name="bound">The distance allowed.</param>
    /// <param name="among">The rows that are counted; null for all.</param>
    /// <param name="minimumRows">At least 1; without it the least n for which every expected count is at least 5.</param>
    /// <param name="showRows">Whether the number of rows is released.</param>
    /// <exception cref="ArgumentException">Not as described.</exception>
    public static Statistic ConformityOfGroups(
        IReadOnlyList<Predicate> strata,
        IReadOnlyList<long> profile,
        ConformityBound bound,
        Predicate? among = null,
        long? minimumRows = null,
        bool showRows = false
    )
    {
        ArgumentNullException.ThrowIfNull(strata);
        ArgumentNullException.ThrowIfNull(profile);
        return strata.Count == profile.Count && strata.Count > 0
            ? new ConformityStatistic([], strata, profile, bound, among, minimumRows, showRows)
            : throw new ArgumentException("expected one weight for each stratum", nameof(profile));
    }
}
