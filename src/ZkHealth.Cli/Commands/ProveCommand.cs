using System.CommandLine;
using ZkHealth.Cli.Queries;
using ZkHealth.Cli.Terminal;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth prove prevalence`: a proof file from a committed table.</summary>
internal static class ProveCommand
{
    public static Command Create()
    {
        Argument<string[]> table = OwnedVersion.Argument();
        var numerator = new Option<string>("--numerator")
        {
            Description = "What is counted, such as: diabetes = \"yes\"",
            Required = true,
        };
        var denominator = new Option<string?>("--denominator") { Description = "Among which rows; all if left out." };
        Option<string[]> by = AskedRates.By();
        Option<bool> includeUnknown = AskedRates.IncludeUnknown();
        var leaveOut = new Option<bool>("--leave-out-small")
        {
            Description = "With --by: leave out rates that would show few people, rather than refuse all.",
        };
        var shared = new ProveOptions();
        var prevalence = new Command("prevalence", "Prove a rate: numerator and denominator, exactly.")
        {
            table,
            numerator,
            denominator,
            by,
            includeUnknown,
            leaveOut,
        };
        foreach (Option option in shared.OfOneTable)
        {
            prevalence.Add(option);
        }

        prevalence.Action(
            (parsed, report, token) =>
            {
                string[] paths = parsed.GetValue(table)!;
                ProofOutput output = shared.Output(parsed, paths[0]);
                StatisticContext context = shared.Context(parsed);
                using OwnedVersion owned = OwnedVersion.Read(paths);
                shared.Ledger(parsed).CheckPublished(owned.Version, report);
                TableSchema schema = owned.Schema;
                IReadOnlyList<RateStatistic> asked = AskedRates.Rates(
                    parsed.GetValue(numerator)!,
                    parsed.GetValue(denominator),
                    parsed.GetValue(by) ?? [],
                    parsed.GetValue(includeUnknown),
                    schema
                );
                shared
                    .Ledger(parsed)
                    .CheckRules(
                        owned.Version,
                        () => StatisticsProof.UseOf(asked, owned.Coded, AskedColumns.Axes(schema, AskedColumns.ColumnsOf(asked)))
                    );
                return Run(
                    owned,
                    asked,
                    context,
                    shared.Guard(parsed, owned, output, report),
                    parsed.GetValue(leaveOut),
                    output,
                    report,
                    token
                );
            }
        );
        var prove = new Command("prove", "Prove a statistic of a committed table.") { prevalence };
        foreach (
            Command command in ProveStatisticCommand
                .Create()
                .Concat(ProveRecordCommand.Create())
                .Append(ProveSqlCommand.Create())
                .Append(KeysCommand.CreateProve())
                .Append(ProveCohortCommand.Create())
        )
        {
            prove.Add(command);
        }

        return prove;
    }

    private static int Run(
        OwnedVersion owned,
        IReadOnlyList<RateStatistic> asked,
        StatisticContext context,
        DisclosureGuard guard,
        bool leaveOut,
        ProofOutput output,
        Report report,
        CancellationToken token
    )
    {
        TableAxes axes = AskedColumns.Axes(owned.Schema, AskedColumns.ColumnsOf(asked));
        AskedColumns.WarnOfLimit(axes, report);
        if (3L * asked.Count * axes.CellCount > StatisticsProof.MaxWeights)
        {
            throw new UsageException(
                $"{asked.Count:N0} rates over a cube of {AskedColumns.Sizes(owned.Schema, axes.Columns)} cells are too much for one file: three times their product may be "
                    + $"{StatisticsProof.MaxWeights:N0}; ask for fewer values of --by, or group the values of a column in the schema (bands)"
            );
        }

        // what is refused is refused before the work of the cube
        using CubeCounts counts = CubeCounts.Of(owned.Openings, axes, Environment.ProcessorCount);
        var left = new List<string>();
        if (leaveOut)
        {
            asked = AskedRates.LeaveOut(counts, asked, guard, left);
            if (asked.Count == 0)
            {
                throw new UsageException("no rate is left: " + string.Join("; ", left));
            }
        }

        FilledStatistics filled = StatisticsProof.Fill(counts, asked, guard);
        using ContingencyTableRun run = ContingencyTableRun.Start(owned, axes, token);
        StatisticsProof proof = filled.Prove(run.Cubes, context);
        run.Stop();
        byte[] file = proof.Encode();
        token.ThrowIfCancellationRequested();
        output.Write(file, report);
        ProofReport.Describe(proof, report);
        foreach (string reason in left)
        {
            report.Line($"left out: {reason}");
        }

        report.Add("leftOut", new System.Text.Json.Nodes.JsonArray([.. left.Select(l => (System.Text.Json.Nodes.JsonNode)l)]));
        run.Describe(report);
        return ExitCode.Accepted;
    }
}
