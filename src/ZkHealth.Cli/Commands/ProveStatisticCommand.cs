using System.CommandLine;
using ZkHealth.Cli.Queries;
using ZkHealth.Cli.Terminal;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth prove count|mean|histogram|…`: proof files with other statistics than prevalences.</summary>
internal static class ProveStatisticCommand
{
    public static IEnumerable<Command> Create() => StatisticKinds.All().Select(Make);

    public static Command Make(StatisticKind kind)
    {
        Argument<string[]> table = OwnedVersion.Argument();
        var shared = new ProveOptions();
        var command = new Command(kind.Name, kind.Description) { table };
        foreach (Option option in (Option[])[.. kind.Options, .. shared.OfOneTable])
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
                shared.Ledger(parsed).CheckPublished(owned.Version, report);
                IReadOnlyList<Statistic> statistics = StatisticKinds.Build(kind, parsed, owned.Schema);
                TableAxes axes = AskedColumns.Axes(owned.Schema, statistics.SelectMany(s => s.Columns));
                AskedColumns.WarnOfLimit(axes, report);
                if (
                    statistics.Select(s => StatisticsProof.Misfit(s, owned.Schema, axes)).FirstOrDefault(f => f is not null)
                    is string fault
                )
                {
                    throw new UsageException(fault);
                }

                shared.Ledger(parsed).CheckRules(owned.Version, () => StatisticsProof.UseOf(statistics, owned.Coded, axes));
                // what is refused is refused before the work of the cube
                using CubeCounts counts = CubeCounts.Of(owned.Openings, axes, Environment.ProcessorCount);
                DisclosureGuard guard = shared.Guard(
                    parsed,
                    owned,
                    output,
                    report,
                    statistics.OfType<SuppressedTableStatistic>().FirstOrDefault()?.Threshold
                );
                FilledStatistics filled = UsageException.Of(() => StatisticsProof.Fill(counts, statistics, guard));
                using ContingencyTableRun run = ContingencyTableRun.Start(owned, axes, token);
                StatisticsProof proof = filled.Prove(run.Cubes, context);
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
}
