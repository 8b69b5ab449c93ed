using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Every kind of statistic, by the method that makes it.</summary>
public abstract partial record Statistic
{
    /// <summary>Counts the rows that satisfy a condition.</summary>
    /// <param name="condition">The condition.</param>
    public static Statistic Count(Predicate condition) => new CountStatistic(condition);

    /// <summary>Counts the rows of each value of a column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="among">The rows that are counted; null for all.</param>
    public static Statistic Histogram(string column, Predicate? among = null) => new HistogramStatistic(column, among);

    /// <summary>A quantile of a column whose values stand in order.</summary>
    /// <param name="column">The column.</param>
    /// <param name="numerator">Of the share, 1 to denominator − 1; 1 of 2 for the median.</param>
    /// <param name="denominator">Of the share, 2 to 10,000.</param>
    /// <param name="among">The rows that are counted; null for all.</param>
    public static Statistic Quantile(string column, int numerator = 1, int denominator = 2, Predicate? among = null) =>
        new QuantileStatistic(column, numerator, denominator, among);

    /// <summary>Mean, variance of a sample and standard deviation of the numbers of a column.</summary>
    /// <param name="column">A column of numbers.</param>
    /// <param name="among">The rows that are counted; null for all.</param>
    public static Statistic Mean(string column, Predicate? among = null) => new MeanStatistic(column, among);

    /// <summary>The mean of a column with a weight for each row, and its standard error.</summary>
    /// <param name="column">A column of numbers.</param>
    /// <param name="weight">Another column of numbers, none below 0.</param>
    /// <param name="among">The rows that are counted; null for all.</param>
    public static Statistic WeightedMean(string column, string weight, Predicate? among = null) =>
        new WeightedMeanStatistic(column, weight, among);

    /// <summary>The rate of the rows of a denominator that satisfy a numerator, with intervals.</summary>
    /// <param name="numerator">The rows that are counted.</param>
    /// <param name="denominator">The rows among which they are.</param>
    /// <param name="includeUnknown">Whether rows for which the numerator is not known are in the denominator.</param>
    public static Statistic Rate(Predicate numerator, Predicate denominator, bool includeUnknown = false) =>
        new RateStatistic(numerator, denominator, includeUnknown);

    /// <summary>A rate for each combination of values of columns.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="numerator">The rows that are counted.</param>
    /// <param name="denominator">The rows among which they are.</param>
    /// <param name="columns">The columns.</param>
    /// <exception cref="ArgumentException">The schema has no such column, or there are too many combinations.</exception>
    public static IReadOnlyList<Statistic> Rates(
        TableSchema schema,
        Predicate numerator,
        Predicate denominator,
        params IReadOnlyList<string> columns
    ) => RateStatistic.ByColumns(schema, numerator, denominator, columns);

    /// <summary>The 2×2 table of an exposure and an outcome: odds ratio, relative risk, chi-square, Fisher's exact
    /// test.</summary>
    /// <param name="exposure">The exposure.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="among">The rows that are counted; null for all.</param>
    public static Statistic TwoByTwo(Predicate exposure, Predicate outcome, Predicate? among = null) =>
        new TwoByTwoStatistic(exposure, outcome, among);

    /// <summary>The 2×2 tables of an exposure and an outcome for each value of a column, and the common odds ratio and risk ratio
    /// of Mantel and Haenszel.</summary>
    /// <param name="exposure">The exposure.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="strata">The column of the strata, such as age bands.</param>
    /// <param name="among">The rows that are counted; null for all.</param>
    public static Statistic StratifiedTable(Predicate exposure, Predicate outcome, string strata, Predicate? among = null) =>
        new StratifiedTableStatistic(exposure, outcome, strata, among);

    /// <summary>Rates by the values of a column and the directly standardised rate.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="strata">The column of the strata, such as age bands.</param>
    /// <param name="weights">The standard population: a weight from 0 to 10^9 for each value of the column, in the order of
    /// codes.</param>
    public static Statistic StandardisedRate(Predicate outcome, string strata, IReadOnlyList<long> weights) =>
        new StandardisedRateStatistic(outcome, strata, weights);

    /// <summary>A rate of events in person-time, each row that satisfies a condition being one event.</summary>
    /// <param name="events">The condition.</param>
    /// <param name="time">A column of numbers, none below 0.</param>
    /// <param name="among">The rows that are counted; null for all.</param>
    /// <param name="per">The rate is that in so many units of time, 1 to 10^9.</param>
    /// <exception cref="ArgumentException">No name of a column, or a number of units out of range.</exception>
    public static Statistic PersonTimeRate(Predicate events, string time, Predicate? among = null, long per = 1) =>
        PersonTimeRateStatistic.OfRows(events, time, among, per);

    /// <summary>A rate of events in person-time, a column counting the events of each row.</summary>
    /// <param name="events">A column of whole numbers, none below 0.</param>
    /// <param name="time">Another column of numbers, none below 0.</param>
    /// <param name="among">The rows that are counted; null for all.</param>
    /// <param name="per">The rate is that in so many units of time, 1 to 10^9.</param>
    /// <exception cref="ArgumentException">No name of a column, or a number of units out of range.</exception>
    public static Statistic PersonTimeRateOfCounts(string events, string time, Predicate? among = null, long per = 1) =>
        PersonTimeRateStatistic.OfCounts(events, time, among, per);

    /// <summary>The table of two columns with Pearson's chi-square of independence and Cramér's V.</summary>
    /// <param name="first">The column whose values are the rows of the table.</param>
    /// <param name="second">The column whose values are its columns.</param>
    /// <param name="among">The rows that are counted; null for all.</param>
    public static Statistic Independence(string first, string second, Predicate? among = null) =>
        new IndependenceStatistic(first, second, among);

    /// <summary>A table of one column or two with totals, in which small cells are suppressed.</summary>
    /// <param name="columns">One column, or two.</param>
    /// <param name="threshold">k: counts from 1 to k − 1 are suppressed. 3, 5, 10 and 11 are usual; 2 to 1000.</param>
    /// <param name="zerosShown">Whether cells of zero are shown; if not, they are suppressed like small ones.</param>
    /// <param name="among">The rows that are counted; null for all.</param>
    /// <exception cref="ArgumentException">Not one or two distinct columns, or no such threshold.</exception>
    public static Statistic SuppressedTable(
        IReadOnlyList<string> columns,
        int threshold,
        bool zerosShown = true,
        Predicate? among = null
    ) => new SuppressedTableStatistic(columns, threshold, zerosShown, among);
}
