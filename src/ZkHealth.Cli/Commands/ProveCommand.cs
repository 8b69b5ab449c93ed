using System.CommandLine;
using System.Diagnostics;
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
        var table = new Argument<string>("TABLE") { Description = "A committed table (.zkt)." };
        var numerator = new Option<string>("--numerator") { Description = "What is counted, such as: diabetes = \"yes\"", Required = true };
        var denominator = new Option<string?>("--denominator") { Description = "Among which rows; those with a value in every column that the numerator compares if left out." };
        var by = new Option<string?>("--by") { Description = "One rate for each value of this column." };
        Option<bool> includeUnknown = IncludeUnknown();
        var leaveOut = new Option<bool>("--leave-out-small") { Description = "With --by: leave out rates that would show few people, rather than refuse all." };
        var shared = new ProveOptions();
        var prevalence = new Command("prevalence", "Prove a rate: numerator and denominator, exactly.")
        {
            table, numerator, denominator, by, includeUnknown, leaveOut,
        };
        foreach (Option option in shared.All)
        {
            prevalence.Add(option);
        }

        prevalence.Action((parsed, report, token) =>
        {
            string path = parsed.GetValue(table)!;
            StatisticContext context = shared.Context(parsed);
            using OwnedTable owned = Inputs.Table(path);
            shared.CheckPublished(parsed, owned.Committed.Commitment, report);
            TableSchema schema = owned.Coded.Schema;
            IReadOnlyList<Prevalence> asked = Prevalences(parsed.GetValue(numerator)!, parsed.GetValue(denominator), parsed.GetValue(by), parsed.GetValue(includeUnknown), schema);
            return Run(owned, path, asked, context, shared.Guard(parsed, owned, path, report), parsed.GetValue(leaveOut), shared.Output(parsed, path), report, token);
        });
        var prove = new Command("prove", "Prove a statistic of a committed table.") { prevalence };
        foreach (Command command in ProveStatisticCommand.Create().Concat(ProveRecordCommand.Create()).Append(KeysCommand.Prove()))
        {
            prove.Add(command);
        }

        return prove;
    }

    private static int Run(
        OwnedTable owned, string path, IReadOnlyList<Prevalence> asked, StatisticContext context, DisclosureGuard guard, bool leaveOut,
        string target, Report report, CancellationToken token)
    {
        CubeAxes axes = Axes(owned.Coded.Schema, ColumnsOf(asked));
        WarnOfLimit(axes, report);
        var watch = Stopwatch.StartNew();
        bool reused = false;
        using ProvenCubes cubes = ProgressBar.Run(
            $"proving a cube of {axes.CellCount:N0} cells", 0, "", _ => CubeStore.Beside(path).FindOrProve(owned.Committed, axes, out reused, token), token);
        TimeSpan cube = watch.Elapsed;
        watch.Restart();
        var left = new List<string>();
        if (leaveOut)
        {
            asked = LeaveOut(cubes, owned.Coded.Schema, asked, guard, left);
            if (asked.Count == 0)
            {
                throw new UsageException("no rate is left: " + string.Join("; ", left));
            }
        }

        PrevalenceProof proof = PrevalenceProof.Prove(cubes, asked, context, guard);
        TimeSpan statistic = watch.Elapsed;
        byte[] file = proof.Encode();
        token.ThrowIfCancellationRequested();
        AtomicFile.Write(target, file);
        report.Add("proof", target, $"proof: {target}, {file.Length} bytes");
        report.Add("bytes", file.Length);
        ProofReport.Describe(proof, report);
        foreach (string reason in left)
        {
            report.Line($"left out: {reason}");
        }

        report.Add("leftOut", new System.Text.Json.Nodes.JsonArray([.. left.Select(l => (System.Text.Json.Nodes.JsonNode)l)]));
        report.Add("cells", axes.CellCount);
        report.Add("cubeReused", reused);
        report.Add("cubeSeconds", cube.TotalSeconds, $"cube of {axes.CellCount} cells {(reused ? "reused, read" : "proven")} in {Report.Seconds(cube)}");
        report.Add("proveSeconds", statistic.TotalSeconds, $"statistic proven in {Report.Seconds(statistic)}");
        return ExitCode.Accepted;
    }

    internal static Option<bool> IncludeUnknown() => new("--include-unknown")
    {
        Description = "Leave rows without a value for the numerator in the denominator; left out, and their number shown, if this is not given.",
    };

    /// <summary>
    /// A rate, or one for each value of a column. Without a denominator it is among the rows with a value in every column that the numerator
    /// compares, or among all rows where it compares none.
    /// </summary>
    internal static IReadOnlyList<Prevalence> Prevalences(string numerator, string? denominator, string? by, bool includeUnknown, TableSchema schema)
    {
        Predicate counted = Condition("--numerator", numerator, schema);
        Predicate among = denominator is string text ? Condition("--denominator", text, schema)
            : Predicate.All([.. counted.ComparedColumns.DefaultIfEmpty(schema.Columns[0].Name).Select(c => Predicate.Known(schema, c))]);
        if (by is not string column)
        {
            return [new Prevalence(counted, among) { IncludesUnknown = includeUnknown }];
        }

        try
        {
            return [.. Prevalence.ByColumns(schema, counted, among, column).Select(p => p with { IncludesUnknown = includeUnknown })];
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--by: {UsageException.Problem(e)}");
        }
    }

    internal static IEnumerable<string> ColumnsOf(IEnumerable<Prevalence> asked) =>
        asked.SelectMany(p => p.Numerator.Columns.Concat(p.Denominator.Columns));

    /// <summary>The cube of these columns, each of which the schema has.</summary>
    internal static CubeAxes Axes(TableSchema schema, IEnumerable<string> names)
    {
        uint[] columns = [.. names.Distinct().Select(c => (uint)schema.IndexOf(c)).Order()];
        try
        {
            return CubeAxes.Create(columns, [.. columns.Select(j => schema.Columns[(int)j].Domain)]);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"the cube of the columns asked for is too large: {e.Message}");
        }
    }

    /// <summary>Says that verifiers will need a larger limit, where a cube is above the default one.</summary>
    internal static void WarnOfLimit(CubeAxes axes, Report report)
    {
        bool above = axes.CellCount > VerificationLimits.DefaultCells;
        report.Add("needsMaxCells", above ? axes.CellCount : null, above
            ? $"a cube of {axes.CellCount} cells is above the default limit of verifiers, {VerificationLimits.DefaultCells}: they need --max-cells {axes.CellCount}" : null);
    }

    /// <summary>The rates that may stand in one file: each is kept that the guard does not refuse beside those kept before it.</summary>
    internal static IReadOnlyList<Prevalence> LeaveOut(
        ProvenCubes cubes, TableSchema schema, IReadOnlyList<Prevalence> asked, DisclosureGuard guard, List<string> left)
    {
        if (PrevalenceProof.Refusal(cubes, asked, guard) is null)
        {
            return asked;
        }

        var kept = new List<Prevalence>();
        IReadOnlyList<string> strata = new Strata(schema, asked).Own;
        for (int k = 0; k < asked.Count; k++)
        {
            Prevalence rate = asked[k];
            if (PrevalenceProof.Refusal(cubes, [.. kept, rate], guard) is string reason)
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
