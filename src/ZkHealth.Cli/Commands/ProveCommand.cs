using System.CommandLine;
using ZkHealth.Cli.Queries;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Proofs;
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
        var denominator = new Option<string?>("--denominator")
        {
            Description = "Among which rows; those with a value in every column that the numerator compares if left out.",
        };
        Option<string[]> by = By();
        Option<bool> includeUnknown = IncludeUnknown();
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
        foreach (Option option in shared.All)
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
                shared.CheckPublished(parsed, owned.Version, report);
                TableSchema schema = owned.Schema;
                IReadOnlyList<RateStatistic> asked = Rates(
                    parsed.GetValue(numerator)!,
                    parsed.GetValue(denominator),
                    parsed.GetValue(by) ?? [],
                    parsed.GetValue(includeUnknown),
                    schema
                );
                return Run(
                    owned,
                    asked,
                    context,
                    shared.Guard(parsed, owned, report),
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
                .Append(KeysCommand.Prove())
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
        TableAxes axes = Axes(owned.Schema, ColumnsOf(asked));
        WarnOfLimit(axes, report);
        if (3L * asked.Count * axes.CellCount > StatisticsProof.MaxWeights)
        {
            throw new UsageException(
                $"{asked.Count:N0} rates over a cube of {Sizes(owned.Schema, axes.Columns)} cells are too much for one file: three times their product may be "
                    + $"{StatisticsProof.MaxWeights:N0}; ask for fewer values of --by, or group the values of a column in the schema (bands)"
            );
        }

        using ContingencyTableRun run = ContingencyTableRun.Start(owned, axes, token);
        ContingencyTableOpening cubes = run.Cubes;
        var left = new List<string>();
        if (leaveOut)
        {
            asked = LeaveOut(cubes, owned.Schema, asked, guard, left);
            if (asked.Count == 0)
            {
                throw new UsageException("no rate is left: " + string.Join("; ", left));
            }
        }

        StatisticsProof proof = StatisticsProof.Prove(cubes, asked, context, guard);
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

    internal static Option<bool> IncludeUnknown() =>
        new("--include-unknown")
        {
            Description =
                "Leave rows without a value for the numerator in the denominator; left out, and their number shown, if this is not given.",
        };

    internal static Option<string[]> By() =>
        new("--by")
        {
            Description =
                "One rate for each value of this column, or for each combination of the values of several: --by age,sex. "
                + "A column with a comma in its name is given by itself, and --by again for the next.",
        };

    /// <summary>
    /// A rate, or one for each combination of the values of columns. Without a denominator it is among the rows with a value in
    /// every column that the numerator compares, or among all rows where it compares none.
    /// </summary>
    internal static IReadOnlyList<RateStatistic> Rates(
        string numerator,
        string? denominator,
        string[] by,
        bool includeUnknown,
        TableSchema schema
    )
    {
        Predicate counted = Condition("--numerator", numerator, schema);
        Predicate among = denominator is string text
            ? Condition("--denominator", text, schema)
            : Predicate.All([
                .. counted.ComparedColumns.DefaultIfEmpty(schema.Columns[0].Name).Select(c => Predicate.Known(schema, c)),
            ]);
        string[] columns = ColumnsOf("--by", by, schema);
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
    internal static void CheckCombinations(string[] columns, TableSchema schema, int most, string otherOption)
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

    /// <summary>Names of columns with commas between them; a text that is itself the name of a column is that column.</summary>
    internal static string[] ColumnsOf(string option, IEnumerable<string> texts, TableSchema schema)
    {
        string[] names = [.. texts.SelectMany(t => schema.IndexOf(t) >= 0 ? [t] : t.Split(',', StringSplitOptions.TrimEntries))];
        return names.FirstOrDefault(n => schema.IndexOf(n) < 0) is string unknown
                ? throw new UsageException($"{option}: the table has no column '{unknown}'; it has {Names(schema)}")
            : names.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1)?.Key is string twice
                ? throw new UsageException($"{option}: '{twice}' is named twice")
            : names;
    }

    /// <summary>The columns of the data; before them every table has one of which nobody asks by mistake.</summary>
    internal static string Names(TableSchema schema) => string.Join(", ", schema.Columns.Skip(1).Select(c => c.Name));

    internal static IEnumerable<string> ColumnsOf(IEnumerable<RateStatistic> asked) => asked.SelectMany(s => s.Columns);

    /// <summary>The cube of these columns, each of which the schema has.</summary>
    internal static TableAxes Axes(TableSchema schema, IEnumerable<string> names)
    {
        uint[] columns = [.. names.SelectMany(c => Committed(schema, c)).Distinct().Select(c => (uint)schema.IndexOf(c)).Order()];
        return TableAxes.TryCreate(
            columns,
            [.. columns.Select(j => schema.Columns[(int)j].Domain)],
            out TableAxes? axes,
            out string? reason
        )
            ? axes
            : throw new UsageException(
                columns.Length is 0 or > TableAxes.MaxAxes
                    ? reason
                    : $"the cube of the columns asked for would have {Sizes(schema, columns)} cells, and at most {TableAxes.MaxCells:N0} can be proven: "
                        + "ask for fewer columns at once, or group the values of one in the schema (bands)"
            );
    }

    /// <summary>The column, or the two in which a wide one is committed.</summary>
    private static IEnumerable<string> Committed(TableSchema schema, string name) =>
        schema.IndexOf(name) < 0 && WideColumn.Find(schema, name) is WideColumn wide ? [wide.High.Name, wide.Low.Name] : [name];

    /// <summary>The columns of a cube with their domains ("no value" is one more than the values), and the product.</summary>
    internal static string Sizes(TableSchema schema, IReadOnlyList<uint> columns)
    {
        ColumnSchema[] list = [.. columns.Select(j => schema.Columns[(int)j])];
        Int128 cells = list.Aggregate((Int128)1, (n, c) => n * c.Domain);
        return $"{string.Join(" × ", list.Select(c => $"{c.Domain:N0} ({c.Name})"))} = {cells:N0}";
    }

    /// <summary>Says, before the work begins and in the report, that verifiers will need a larger limit, where a cube is above
    /// the default one.</summary>
    internal static void WarnOfLimit(TableAxes axes, Report report)
    {
        bool above = axes.CellCount > VerificationLimits.DefaultCells;
        string notice =
            $"a cube of {axes.CellCount} cells is above the default limit of verifiers, {VerificationLimits.DefaultCells}: they need --max-cells {axes.CellCount}";
        report.Add("needsMaxCells", above ? axes.CellCount : null, above ? notice : null);
        if (above)
        {
            report.Notice(notice);
        }
    }

    /// <summary>The rates that may stand in one file: each is kept that the guard does not refuse beside those kept before
    /// it.</summary>
    internal static IReadOnlyList<RateStatistic> LeaveOut(
        ContingencyTableOpening cubes,
        TableSchema schema,
        IReadOnlyList<RateStatistic> asked,
        DisclosureGuard guard,
        List<string> left
    )
    {
        if (StatisticsProof.Refusal(cubes, asked, guard) is null)
        {
            return asked;
        }

        var kept = new List<RateStatistic>();
        IReadOnlyList<string> strata = new Strata(schema, asked).Own;
        for (int k = 0; k < asked.Count; k++)
        {
            RateStatistic rate = asked[k];
            if (StatisticsProof.Refusal(cubes, [.. kept, rate], guard) is string reason)
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

    internal static Predicate Condition(string option, string text, TableSchema schema)
    {
        try
        {
            return QueryParser.Parse(text, schema);
        }
        catch (QueryException e)
        {
            throw new UsageException($"{option}: {e.Message}\n{e.Show(text)}");
        }
    }
}
