using System.CommandLine;
using ZkHealth.Cli.Terminal;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth prove histogram`: counts of the values of a column, or of two with small cells suppressed.</summary>
internal static partial class StatisticKinds
{
    private static StatisticKind Histogram(Option<string> column, Option<string?> among)
    {
        var by = new Option<string?>("--by") { Description = "With --suppress: a second column, for a table of two ways." };
        var suppress = new Option<int?>("--suppress")
        {
            Description =
                "Do not show counts from 1 up to but not including this (usual: 3, 5, 10, 11), prove that they are so, and show true totals.",
        }.Within(2, SuppressedTableStatistic.MaxThreshold);
        var zeros = new Option<string>("--zeros")
        {
            Description = "With --suppress: cells of zero are shown, or suppressed like small ones.",
            DefaultValueFactory = _ => "shown",
        };
        zeros.AcceptOnlyFromAmong("shown", "suppressed");
        return StatisticKind.One(
            "histogram",
            "Prove how many rows have each value of a column; with --suppress, small cells are proven to be small and not shown.",
            [column, by, among, suppress, zeros],
            (p, s) =>
            {
                string name = Column(p, column, s);
                if (p.GetValue(suppress) is not int threshold)
                {
                    return p.GetValue(by) is null && p.GetResult(zeros) is not { Implicit: false }
                        ? Statistic.Histogram(name, Condition(p, among, s))
                        : throw new UsageException("--by and --zeros need --suppress");
                }

                string[] columns = p.GetValue(by) is null ? [name] : [name, Column(p, by, s)];
                return Statistic.SuppressedTable(columns, threshold, p.GetValue(zeros) == "shown", Condition(p, among, s));
            }
        );
    }
}
