using System.CommandLine;
using ZkHealth.Cli.Queries;
using ZkHealth.Cli.Terminal;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth prove table|rate`: 2×2 tables, of strata too, and rates of events in person-time.</summary>
internal static partial class StatisticKinds
{
    private static StatisticKind Table(Option<string?> exposure, Option<string?> outcome, Option<string?> among)
    {
        var strata = new Option<string?>("--strata")
        {
            Description =
                "A column: a table for each of its values, and their common odds ratio and risk ratio (Mantel-Haenszel) with tests.",
        };
        return StatisticKind.One(
            "table",
            "Prove a 2×2 table with odds ratio, relative risk and chi-square; or one for each stratum.",
            [exposure, outcome, strata, among],
            (p, s) =>
            {
                (Predicate exposed, Predicate ill, Predicate? rows) = (
                    Condition(p, exposure, s)!,
                    Condition(p, outcome, s)!,
                    Condition(p, among, s)
                );
                return p.GetValue(strata) is null
                    ? Statistic.TwoByTwo(exposed, ill, rows)
                    : Statistic.StratifiedTable(exposed, ill, Column(p, strata, s), rows);
            }
        );
    }

    private static StatisticKind Rate(Option<string?> among)
    {
        var events = new Option<string>("--events")
        {
            Description = "What is counted: a condition, or a column with the number of events of each row.",
            Required = true,
        };
        var time = new Option<string>("--time")
        {
            Description = "The column with the time of each row, such as years of follow-up.",
            Required = true,
        };
        Option<string[]> by = AskedRates.By();
        var per = new Option<long>("--per")
        {
            Description = "The rate is that in so many units of time, such as 100000.",
            DefaultValueFactory = _ => 1,
        }.Within(1, PersonTimeRateStatistic.MaxPer);
        return new StatisticKind(
            "rate",
            "Prove a rate of events in person-time, with its exact interval; or one for each value of a column.",
            [events, time, among, by, per],
            (p, s) =>
            {
                (string counted, string column, Predicate? rows) = (
                    p.GetValue(events)!,
                    Column(p, time, s),
                    Condition(p, among, s)
                );
                string[] columns = AskedColumns.ColumnsOf("--by", p.GetValue(by) ?? [], s);
                AskedRates.CheckCombinations(columns, s, StatisticsProof.MaxStatistics, "--among");
                IEnumerable<Predicate?> strata =
                    columns.Length == 0
                        ? (IEnumerable<Predicate?>)[rows]
                        : Predicate.Combinations(s, columns).Select(c => rows is null ? c : rows & c);
                Func<Predicate?, Statistic> build = stratum =>
                    Statistic.PersonTimeRateOfCounts(counted, column, stratum, p.GetValue(per));
                if (s.IndexOf(counted) < 0)
                {
                    Predicate condition = AskedColumns.Condition("--events", counted, s);
                    build = stratum => Statistic.PersonTimeRate(condition, column, stratum, p.GetValue(per));
                }

                return [.. strata.Select(build)];
            }
        );
    }
}
