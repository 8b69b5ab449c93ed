using System.CommandLine;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth prove count|mean|histogram|…`: proof files with other statistics than prevalences, released or as hidden
/// numbers within bounds.</summary>
internal static partial class ProveStatisticCommand
{
    public static IEnumerable<Command> Create() => Kinds().Select(Make);

    /// <summary>Every kind of statistic with its options. Those that a region opens are asked for in the same words.</summary>
    internal static IEnumerable<StatisticKind> Kinds()
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
        Option<bool> includeUnknown = ProveCommand.IncludeUnknown();
        var showDenominator = new Option<bool>("--show-denominator") { Description = "Release the denominator." };

        yield return StatisticKind.One(
            "count",
            "Prove how many rows satisfy a condition.",
            [where],
            (p, s) => new CountStatistic(Condition(p, where, s)!)
        );
        yield return Histogram(column, among);
        yield return Table(exposure, outcome, among);
        yield return Rate(among);
        yield return StatisticKind.One(
            "standardised",
            "Prove rates by stratum and the directly standardised rate.",
            [outcome, strata, weights],
            (p, s) =>
                new StandardisedRateStatistic(Condition(p, outcome, s)!, Column(p, strata, s), Weights(p.GetValue(weights)!))
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
                    return ThresholdStatistic.Rate(
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
                    ? ThresholdStatistic.Count(counted, low?.Numerator, high?.Numerator, p.GetValue(showNumerator))
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

    /// <summary>Describes what a user typed as statistics of a schema; what does not fit is a
    /// <see cref="UsageException"/>.</summary>
    internal static IReadOnlyList<Statistic> Build(StatisticKind kind, ParseResult parsed, TableSchema schema)
    {
        try
        {
            return kind.Build(parsed, schema);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(Text(e));
        }
    }

    private static Command Make(StatisticKind kind)
    {
        Argument<string[]> table = OwnedVersion.Argument();
        var shared = new ProveOptions();
        var command = new Command(kind.Name, kind.Description) { table };
        foreach (Option option in (Option[])[.. kind.Options, .. shared.All])
        {
            command.Add(option);
        }

        return command.Action(
            (parsed, report, token) =>
            {
                string[] paths = parsed.GetValue(table)!;
                ProofOutput output = shared.Output(parsed, paths[0]);
                StatisticContext context = shared.Context(parsed);
                using OwnedVersion owned = OwnedVersion.Read(paths);
                shared.CheckPublished(parsed, owned.Version, report);
                IReadOnlyList<Statistic> statistics = Build(kind, parsed, owned.Schema);
                TableAxes axes = ProveCommand.Axes(owned.Schema, statistics.SelectMany(s => s.Columns));
                ProveCommand.WarnOfLimit(axes, report);
                if (
                    statistics.Select(s => StatisticsProof.Misfit(s, owned.Schema, axes)).FirstOrDefault(f => f is not null)
                    is string fault
                )
                {
                    throw new UsageException($"{fault} (the cube: {ProveCommand.Sizes(owned.Schema, axes.Columns)} cells)");
                }

                using ContingencyTableRun run = ContingencyTableRun.Start(owned, axes, token);
                StatisticsProof proof;
                try
                {
                    proof = StatisticsProof.Prove(
                        run.Cubes,
                        statistics,
                        context,
                        shared.Guard(
                            parsed,
                            owned,
                            report,
                            statistics.OfType<SuppressedTableStatistic>().FirstOrDefault()?.Threshold
                        )
                    );
                }
                catch (ArgumentException e)
                {
                    throw new UsageException(Text(e));
                }

                run.Stop();
                byte[] file = proof.Encode();
                token.ThrowIfCancellationRequested();
                output.Write(file, report);
                ProofReport.Describe(proof, report);
                run.Describe(report);
                return ExitCode.Accepted;
            }
        );
    }

    private static Predicate? Condition(ParseResult parsed, Option<string?> option, TableSchema schema) =>
        parsed.GetValue(option) is string text ? ProveCommand.Condition(option.Name, text, schema) : null;

    private static string Column(ParseResult parsed, Option option, TableSchema schema)
    {
        string name = parsed.GetValue<string>(option.Name)!;
        return schema.IndexOf(name) >= 0 || WideColumn.Find(schema, name) is not null
            ? name
            : throw new UsageException($"{option.Name}: the table has no column '{name}'; it has {ProveCommand.Names(schema)}");
    }

    /// <summary>Describes what was wrong, without the name of a parameter, which users do not know.</summary>
    internal static string Text(ArgumentException e) => UsageException.Problem(e);
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
