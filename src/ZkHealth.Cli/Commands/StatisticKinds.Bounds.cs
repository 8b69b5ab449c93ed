using System.CommandLine;
using System.Globalization;
using ZkHealth.Cli.Terminal;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth prove mean|quantile|chi-square|conformity`: released, or hidden numbers within public bounds.</summary>
internal static partial class StatisticKinds
{
    private static IEnumerable<StatisticKind> BoundedKinds(
        BoundOptions bounds,
        Option<string> column,
        Option<string?> among,
        Option<string?> exposure,
        Option<string?> outcome
    )
    {
        yield return Mean(bounds, column, among);
        yield return Quantile(bounds, column, among);
        yield return ChiSquareTest(bounds, among, exposure, outcome);
        yield return Conformity(among);
    }

    private static StatisticKind Mean(BoundOptions bounds, Option<string> column, Option<string?> among)
    {
        var (varianceLow, varianceHigh) = (
            new Option<string?>("--variance-at-least") { Description = "The lower bound of the variance." },
            new Option<string?>("--variance-at-most") { Description = "The upper bound." }
        );
        var (sdLow, sdHigh) = (
            new Option<string?>("--sd-at-least") { Description = "The lower bound of the standard deviation." },
            new Option<string?>("--sd-at-most") { Description = "The upper bound." }
        );
        var population = new Option<bool>("--population")
        {
            Description = "Bounds of the variance over n; over n - 1, as of a sample, if left out.",
        };
        var weight = new Option<string?>("--weight")
        {
            Description = "A column of weights, such as those of a survey: the weighted mean with its standard error.",
        };
        return StatisticKind.One(
            "mean",
            "Prove number, mean, variance and standard deviation of a column of numbers; or that they lie within bounds, without showing them.",
            [
                column,
                among,
                weight,
                bounds.AtLeast,
                bounds.AtMost,
                varianceLow,
                varianceHigh,
                sdLow,
                sdHigh,
                population,
                bounds.MinRows,
                bounds.ShowRows,
            ],
            (p, s) =>
            {
                (Fraction? Low, Fraction? High) mean = (Bound(p, bounds.AtLeast), Bound(p, bounds.AtMost));
                (Fraction? Low, Fraction? High) variance = (Variance(p, varianceLow, sdLow), Variance(p, varianceHigh, sdHigh));
                (string name, Predicate? rows) = (Column(p, column, s), Condition(p, among, s));
                if ((mean.Low ?? mean.High ?? variance.Low ?? variance.High) is not null)
                {
                    if (p.GetValue(weight) is not null)
                    {
                        throw new UsageException("--weight: a weighted mean is shown, and has no bounds");
                    }

                    return Statistic.MomentBounds(
                        name,
                        rows,
                        mean.Low,
                        mean.High,
                        variance.Low,
                        variance.High,
                        p.GetValue(population),
                        p.GetValue(bounds.MinRows),
                        p.GetValue(bounds.ShowRows)
                    );
                }

                NoneOf(p, population, bounds.MinRows, bounds.ShowRows);
                return p.GetValue(weight) is null
                    ? Statistic.Mean(name, rows)
                    : Statistic.WeightedMean(name, Column(p, weight, s), rows);
            }
        );
    }

    private static StatisticKind Quantile(BoundOptions bounds, Option<string> column, Option<string?> among)
    {
        var share = new Option<string>("--share")
        {
            Description = "Which quantile, a fraction such as 1/2 or 9/10.",
            DefaultValueFactory = _ => "1/2",
        };
        var (low, high) = (
            new Option<string?>("--at-least")
            {
                Description = "The least value that it may be: a number or label of the column; the quantile stays hidden.",
            },
            new Option<string?>("--at-most") { Description = "The largest." }
        );
        return StatisticKind.One(
            "quantile",
            "Prove the median or another quantile of a column; or that it lies within bounds, without showing it.",
            [column, share, among, low, high, bounds.MinRows, bounds.ShowRows],
            (p, s) =>
            {
                (long n, long d) = Numbers.Fraction(p.GetValue(share)!, "--share");
                if (n < 1 || n >= d || d > 10_000)
                {
                    throw new UsageException("--share: expected a fraction between 0 and 1 of a denominator up to 10000");
                }

                (string name, Predicate? rows) = (Column(p, column, s), Condition(p, among, s));
                if (p.GetValue(low) is not null || p.GetValue(high) is not null)
                {
                    return Statistic.QuantileBounds(
                        s,
                        name,
                        (int)n,
                        (int)d,
                        p.GetValue(low),
                        p.GetValue(high),
                        rows,
                        p.GetValue(bounds.MinRows) ?? 1,
                        p.GetValue(bounds.ShowRows)
                    );
                }

                NoneOf(p, bounds.MinRows, bounds.ShowRows);
                return Statistic.Quantile(name, (int)n, (int)d, rows);
            }
        );
    }

    private static StatisticKind ChiSquareTest(
        BoundOptions bounds,
        Option<string?> among,
        Option<string?> exposure,
        Option<string?> outcome
    )
    {
        var (first, second) = (
            new Option<string?>("--first")
            {
                Description = "A column: the test of independence of its values and those of --second, with the whole table.",
            },
            new Option<string?>("--second") { Description = "Another column." }
        );
        (Option<string?> exposed, Option<string?> ill) = (Optional(exposure), Optional(outcome));
        var independent = new Option<double?>("--independent-at")
        {
            Description = "Hidden: chi-square is at most the critical value of this level, such as 0.05.",
        };
        var dependent = new Option<double?>("--dependent-at")
        {
            Description = "Hidden: chi-square is at least the critical value of this level.",
        };
        var margin = new Option<long?>("--min-margin")
        {
            Description = "Hidden: each margin of the table has at least so many rows; 10 if left out.",
        }.Within(0);
        return StatisticKind.One(
            "chi-square",
            "Prove a table of two columns with chi-square, p-value and Cramér's V; or that chi-square of a hidden 2×2 table lies within bounds.",
            [first, second, exposed, ill, among, bounds.AtLeast, bounds.AtMost, independent, dependent, margin],
            (p, s) =>
            {
                Predicate? rows = Condition(p, among, s);
                if (p.GetValue(first) is not null && p.GetValue(second) is not null)
                {
                    NoneOf(p, exposed, ill, bounds.AtLeast, bounds.AtMost, independent, dependent, margin);
                    return Statistic.Independence(Column(p, first, s), Column(p, second, s), rows);
                }

                Fraction? low = p.GetValue(dependent) is double a ? ChiSquare.CriticalValue(a, 1) : Bound(p, bounds.AtLeast);
                Fraction? high = p.GetValue(independent) is double b ? ChiSquare.CriticalValue(b, 1) : Bound(p, bounds.AtMost);
                return Condition(p, exposed, s) is Predicate x && Condition(p, ill, s) is Predicate y && (low ?? high) is not null
                    ? Statistic.IndependenceBounds(x, y, rows, low, high, p.GetValue(margin) ?? 10)
                    : throw new UsageException(
                        "expected --first and --second, or else --exposure and --outcome with a bound (for a 2×2 table that is shown: prove table)"
                    );
            }
        );
    }

    private static Fraction? Bound(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is string text ? Numbers.Fraction(text, option.Name) : null;

    private static Fraction? Variance(ParseResult parsed, Option<string?> variance, Option<string?> deviation) =>
        (Bound(parsed, variance), Bound(parsed, deviation)) switch
        {
            ({ } v, null) => v,
            (null, { } bound) => MomentBoundsStatistic.SquareOf(bound),
            (null, null) => null,
            _ => throw new UsageException($"expected {variance.Name} or {deviation.Name}, not both"),
        };

    /// <summary>The options that kinds with bounds have in common.</summary>
    private sealed class BoundOptions
    {
        public Option<string?> AtLeast { get; } =
            new("--at-least")
            {
                Description = "The lower bound, a fraction such as 1/20 or a number; what it bounds stays hidden.",
            };

        public Option<string?> AtMost { get; } = new("--at-most") { Description = "The upper bound, likewise." };

        public Option<long?> MinRows { get; } =
            new Option<long?>("--min-rows")
            {
                Description = "Prove that there are at least so many rows; no rows satisfy any bound.",
            }.Within(0);

        public Option<bool> ShowRows { get; } = new("--show-rows") { Description = "With bounds: release the number of rows." };
    }

    private static Option<string?> Optional(Option<string?> option) => new(option.Name) { Description = option.Description };

    private static void NoneOf(ParseResult parsed, params Option[] options)
    {
        foreach (Option option in options)
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new UsageException(
                    string.Create(CultureInfo.InvariantCulture, $"{option.Name} belongs to bounds (see --help)")
                );
            }
        }
    }
}
