using System.CommandLine;
using System.Diagnostics;
using ZkHealth.Cli.Queries;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;
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
        var denominator = new Option<string?>("--denominator") { Description = "Among which rows; those where the columns of the numerator are known if left out." };
        var by = new Option<string?>("--by") { Description = "One rate for each value of this column." };
        var leaveOut = new Option<bool>("--leave-out-small") { Description = "With --by: leave out rates that would show few people, rather than refuse all." };
        var purpose = new Option<string>("--purpose") { Description = "What the number is for; bound into the proof.", Required = true };
        var requester = new Option<string>("--requester") { Description = "Who asked; bound into the proof.", Required = true };
        var ledger = new Option<string?>("--ledger") { Description = "The ledger file that holds the root." };
        var origin = new Option<string?>("--origin") { Description = "The ledger's name, where its file is not at hand." };
        var output = new Option<string?>("--out") { Description = "The proof file; TABLE with .zkp if left out." };
        var minimum = new Option<ulong>("--min-count")
        {
            Description = "Refuse to release counts from 1 up to but not including this.", DefaultValueFactory = _ => DisclosureGuard.Default.Threshold,
        };
        var prevalence = new Command("prevalence", "Prove a rate: numerator and denominator, exactly.")
        {
            table, numerator, denominator, by, leaveOut, purpose, requester, ledger, origin, output, minimum,
        };
        prevalence.Action((parsed, report, token) =>
        {
            string path = parsed.GetValue(table)!;
            string name = Origin(parsed.GetValue(ledger), parsed.GetValue(origin));
            var context = new StatisticContext(parsed.GetValue(purpose)!, parsed.GetValue(requester)!, name);
            using OwnedTable owned = Inputs.Table(path);
            CheckPublished(parsed.GetValue(ledger), owned.Committed.Commitment, report);
            TableSchema schema = owned.Coded.Schema;
            Predicate counted = Condition("--numerator", parsed.GetValue(numerator)!, schema);
            Predicate among = parsed.GetValue(denominator) is string text ? Condition("--denominator", text, schema)
                : counted.Columns.Select(c => Predicate.Known(schema, c)).Aggregate((a, b) => a & b);
            IReadOnlyList<Prevalence> asked = parsed.GetValue(by) is not string column ? [new Prevalence(counted, among)]
                : schema.IndexOf(column) < 0 ? throw new UsageException($"--by: the table has no column '{column}'")
                : Prevalence.ByColumn(schema, counted, among, column);
            var guard = new DisclosureGuard(parsed.GetValue(minimum));
            return Run(owned, path, asked, context, guard, parsed.GetValue(leaveOut), parsed.GetValue(output) ?? Path.ChangeExtension(path, ".zkp"), report, token);
        });
        return new Command("prove", "Prove a statistic of a committed table.") { prevalence };
    }

    private static int Run(
        OwnedTable owned, string path, IReadOnlyList<Prevalence> asked, StatisticContext context, DisclosureGuard guard, bool leaveOut,
        string target, Report report, CancellationToken token)
    {
        CubeAxes axes = Axes(owned.Coded.Schema, asked);
        var watch = Stopwatch.StartNew();
        bool reused = false;
        using ProvenCubes cubes = ProgressBar.Run(
            "proving the cube", 0, "", _ => CubeStore.Beside(path).FindOrProve(owned.Committed, axes, out reused, token));
        TimeSpan cube = watch.Elapsed;
        watch.Restart();
        var left = new List<string>();
        if (leaveOut)
        {
            asked = [.. asked.Where(p => PrevalenceProof.Refusal(cubes, p, guard) is not string reason || !Note(left, $"{p.Label}: {reason}"))];
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

    /// <summary>The cube of the columns that the prevalences look at.</summary>
    internal static CubeAxes Axes(TableSchema schema, IReadOnlyList<Prevalence> asked)
    {
        uint[] columns = [.. asked.SelectMany(p => p.Numerator.Columns.Concat(p.Denominator.Columns)).Distinct()
            .Select(c => (uint)schema.IndexOf(c)).Order()];
        try
        {
            return CubeAxes.Create(columns, [.. columns.Select(j => schema.Columns[(int)j].Domain)]);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"the cube of the columns asked for is too large: {e.Message}");
        }
    }

    private static bool Note(List<string> list, string text)
    {
        list.Add(text);
        return true;
    }

    private static Predicate Condition(string option, string text, TableSchema schema)
    {
        try
        {
            return QueryParser.Parse(text, schema);
        }
        catch (QueryException e)
        {
            throw new UsageException($"{option}: {e.Message}\n  {text}\n  {new string(' ', Math.Max(0, e.Position - 1))}^");
        }
    }

    private static string Origin(string? ledger, string? origin)
    {
        if (ledger is null == origin is null)
        {
            throw new UsageException("expected --ledger FILE, or else --origin NAME");
        }

        if (ledger is null)
        {
            return NoteKey.IsName(origin) ? origin : throw new UsageException("--origin: expected a name without spaces or +");
        }

        using SqliteLedger log = Inputs.Ledger(ledger);
        return log.Key.Name;
    }

    private static void CheckPublished(string? ledger, TableCommitment table, Report report)
    {
        if (ledger is null)
        {
            return;
        }

        using SqliteLedger log = Inputs.Ledger(ledger);
        if (PublishedTables.Find(log, table) is null)
        {
            report.Line("warning: the table is not on this ledger yet; nobody will accept the proof before it is published");
        }
    }
}
