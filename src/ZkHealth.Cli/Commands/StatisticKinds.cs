using System.CommandLine;
using ZkHealth.Cli.Queries;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>The kinds of statistics beside prevalences, as they are typed: by hospitals that prove them, released or as hidden
/// numbers within bounds, and by terms that ask a region for them.</summary>
internal static partial class StatisticKinds
{
    /// <summary>Every kind of statistic with its options. Those that a region opens are asked for in the same words.</summary>
    public static IEnumerable<StatisticKind> All()
    {
        var bounds = new BoundOptions();
        var where = new Option<string?>("--where")
        {
            Description = "Which rows: a condition such as age >= 40 and diabetes = yes (docs/statistics.md).",
            Required = true,
        };
        var among = new Option<string?>("--among") { Description = "Among which rows; all if left out." };
        var column = new Option<string>("--column") { Description = "The column.", Required = true };
        var exposure = new Option<string?>("--exposure") { Description = "The exposure, a condition.", Required = true };
        var outcome = new Option<string?>("--outcome") { Description = "The outcome, a condition.", Required = true };
        var strata = new Option<string>("--strata") { Description = "The column of the strata.", Required = true };
        var weights = new Option<string>("--weights")
        {
            Description = "The standard population: a whole number for each value of the column, with commas between them.",
            Required = true,
        };
        var numerator = new Option<string?>("--numerator") { Description = "What is counted.", Required = true };
        var denominator = new Option<string?>("--denominator")
        {
            Description = "Among which rows; without it the count itself is bounded.",
        };
        var showNumerator = new Option<bool>("--show-numerator") { Description = "Release the numerator, or the count." };
        Option<bool> includeUnknown = AskedRates.IncludeUnknown();
        var showDenominator = new Option<bool>("--show-denominator") { Description = "Release the denominator." };

        yield return StatisticKind.One(
            "count",
            "Prove how many rows satisfy a condition.",
            [where],
            (p, s) => Statistic.Count(Condition(p, where, s)!)
        );
        yield return Histogram(column, among);
        yield return Table(exposure, outcome, among);
        yield return Rate(among);
        yield return StatisticKind.One(
            "standardised",
            "Prove rates by stratum and the directly standardised rate.",
            [outcome, strata, weights],
            (p, s) => Statistic.StandardisedRate(Condition(p, outcome, s)!, Column(p, strata, s), Weights(p.GetValue(weights)!))
        );
        yield return StatisticKind.One(
            "threshold",
            "Prove that a rate or count lies within bounds, showing it or not.",
            [
                numerator,
                denominator,
                bounds.AtLeast,
                bounds.AtMost,
                bounds.MinRows,
                showNumerator,
                showDenominator,
                includeUnknown,
            ],
            (p, s) =>
            {
                Predicate counted = Condition(p, numerator, s)!;
                (Fraction? low, Fraction? high) = (Bound(p, bounds.AtLeast), Bound(p, bounds.AtMost));
                if (Condition(p, denominator, s) is Predicate rows)
                {
                    return Statistic.RateBounds(
                        counted,
                        rows,
                        low,
                        high,
                        p.GetValue(showNumerator),
                        p.GetValue(showDenominator),
                        p.GetValue(bounds.MinRows) ?? 1,
                        p.GetValue(includeUnknown)
                    );
                }

                return
                    low is not { Denominator: > 1 }
                    && high is not { Denominator: > 1 }
                    && !p.GetValue(showDenominator)
                    && !p.GetValue(includeUnknown)
                    && p.GetValue(bounds.MinRows) is null
                    ? Statistic.CountBounds(counted, low?.Numerator, high?.Numerator, p.GetValue(showNumerator))
                    : throw new UsageException(
                        "a count takes whole numbers as bounds, and none of --show-denominator, --include-unknown and --min-rows; a rate needs --denominator"
                    );
            }
        );
        foreach (StatisticKind kind in BoundedKinds(bounds, column, among, exposure, outcome))
        {
            yield return kind;
        }
    }

    /// <summary>Reads what a user typed as statistics of a schema; what does not fit is a
    /// <see cref="UsageException"/>.</summary>
    public static IReadOnlyList<Statistic> Build(StatisticKind kind, ParseResult parsed, TableSchema schema) =>
        UsageException.Of(() => kind.Build(parsed, schema));

    private static Predicate? Condition(ParseResult parsed, Option<string?> option, TableSchema schema) =>
        parsed.GetValue(option) is string text ? AskedColumns.Condition(option.Name, text, schema) : null;

    private static string Column(ParseResult parsed, Option option, TableSchema schema)
    {
        string name = parsed.GetValue<string>(option.Name)!;
        return schema.IndexOf(name) >= 0 || WideColumn.Find(schema, name) is not null
            ? name
            : throw new UsageException($"{option.Name}: the table has no column '{name}'; it has {AskedColumns.Names(schema)}");
    }
}

/// <summary>A kind of statistic as it is asked for on the command line.</summary>
/// <param name="Name">The name of the command.</param>
/// <param name="Description">What it says, beginning with "Prove".</param>
/// <param name="Options">Its options.</param>
/// <param name="Build">From what was typed, and the schema, to the statistics of one file.</param>
internal sealed record StatisticKind(
    string Name,
    string Description,
    Option[] Options,
    Func<ParseResult, TableSchema, IReadOnlyList<Statistic>> Build
)
{
    /// <summary>A kind of which a file holds one.</summary>
    public static StatisticKind One(
        string name,
        string description,
        Option[] options,
        Func<ParseResult, TableSchema, Statistic> build
    ) => new(name, description, options, (p, s) => [build(p, s)]);
}
