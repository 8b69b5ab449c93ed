using System.CommandLine;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Queries;

/// <summary>Rates as they are typed: by hospitals that prove them and by terms that ask a region for them.</summary>
internal static class AskedRates
{
    public static Option<string[]> By() =>
        new("--by")
        {
            Description =
                "One rate for each value of this column, or for each combination of the values of several: --by age,sex. "
                + "A column with a comma in its name is given by itself, and --by again for the next.",
        };

    public static Option<bool> IncludeUnknown() =>
        new("--include-unknown")
        {
            Description =
                "Leave rows without a value for the numerator in the denominator; left out, and their number shown, if this is not given.",
        };

    /// <summary>
    /// A rate, or one for each combination of the values of columns. Without a denominator it is among all rows: those without a
    /// value for the numerator are left out of it as they are of any other, and their number is shown.
    /// </summary>
    public static IReadOnlyList<RateStatistic> Rates(
        string numerator,
        string? denominator,
        string[] by,
        bool includeUnknown,
        TableSchema schema
    )
    {
        Predicate counted = AskedColumns.Condition("--numerator", numerator, schema);
        Predicate among = denominator is string text
            ? AskedColumns.Condition("--denominator", text, schema)
            : Predicate.Known(schema, schema.Columns[0].Name);
        string[] columns = AskedColumns.ColumnsOf("--by", by, schema);
        if (columns.Length == 0)
        {
            return [new RateStatistic(counted, among, includeUnknown)];
        }

        CheckCombinations(columns, schema, StatisticsProof.MaxStatistics, "--denominator");
        return
        [
            .. RateStatistic.ByColumns(schema, counted, among, columns).Select(p => p with { IncludeUnknown = includeUnknown }),
        ];
    }

    /// <summary>Refuses --by where it makes more rates than one file holds.</summary>
    public static void CheckCombinations(string[] columns, TableSchema schema, int most, string otherOption)
    {
        long[] values = [.. columns.Select(c => schema.Columns[schema.IndexOf(c)].Domain - 1L)];
        if (values.Aggregate((Int128)1, (n, v) => n * v) is Int128 rates && rates > most)
        {
            string which = string.Join(" × ", columns.Select((c, j) => $"'{c}' ({values[j]:N0} values)"));
            throw new UsageException(
                $"--by: {which} makes {rates:N0} rates, and one file holds at most {most:N0}: "
                    + $"group the values of a column in the schema (bands), or ask for some of them by {otherOption} without --by"
            );
        }
    }

    /// <summary>The rates that may stand in one file: each is kept that the guard does not refuse beside those kept before
    /// it.</summary>
    public static IReadOnlyList<RateStatistic> LeaveOut(
        CubeCounts cube,
        IReadOnlyList<RateStatistic> asked,
        DisclosureGuard guard,
        List<string> left
    )
    {
        if (StatisticsProof.Refusal(cube, asked, guard) is null)
        {
            return asked;
        }

        var kept = new List<RateStatistic>();
        IReadOnlyList<string> strata = new Strata(cube.Schema, asked).Own;
        for (int k = 0; k < asked.Count; k++)
        {
            RateStatistic rate = asked[k];
            if (StatisticsProof.Refusal(cube, [.. kept, rate], guard) is string reason)
            {
                left.Add($"{strata[k]}: {reason}");
            }
            else
            {
                kept.Add(rate);
            }
        }

        return kept;
    }
}
