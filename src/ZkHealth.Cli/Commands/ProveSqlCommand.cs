using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth prove sql`: the answer to a query over committed tables, with the query in the proof file.</summary>
internal static class ProveSqlCommand
{
    public static Command Create()
    {
        var sql = new Argument<string>("SQL")
        {
            Description = "The question (docs/sql.md), such as \"SELECT sex, count(*) FROM patients GROUP BY sex\".",
        };
        var tables = new Option<string[]>("--table")
        {
            Description =
                "A committed table (.zkt) or the segments of a data set (.zks), called in FROM as the file is without ending, or NAME=FILE; once for each table.",
            Required = true,
        };
        var explain = new Option<bool>("--explain")
        {
            Description = "Say what would be proven, what it costs and what would be shown, and prove nothing.",
        };
        var shared = new ProveOptions(isContextRequired: false);
        var command = new Command("sql", "Prove the answer to a query in SQL, which the proof file holds.")
        {
            sql,
            tables,
            explain,
        };
        foreach (Option option in shared.All)
        {
            command.Add(option);
        }

        return command.Action(
            (parsed, report, token) =>
            {
                NamedTable[] named = [.. parsed.GetValue(tables)!.Select(NamedTable.Parse)];
                if (named.GroupBy(t => t.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
                {
                    throw new UsageException(
                        $"--table: {string.Join(" and ", twice.Select(t => t.Path))} are both called '{twice.Key}': give one another name, --table NAME=FILE"
                    );
                }

                bool explains = parsed.GetValue(explain);
                ProofOutput? output = explains ? null : shared.Output(parsed, named[0].Path);
                StatisticContext? context = explains ? null : shared.Context(parsed);
                try
                {
                    foreach (NamedTable table in named)
                    {
                        table.Owned = OwnedVersion.Read([table.Path]);
                    }

                    CheckDistinct(named);
                    SqlQuestion question = Compile(parsed.GetValue(sql)!, named, 0, shared, parsed, report);
                    NamedTable[] used = [.. named.Where(t => question.Uses(t.Name))];
                    long least = Least(question, used, shared, parsed);
                    if (least > question.Least)
                    {
                        question = Compile(parsed.GetValue(sql)!, named, least, shared, parsed, report);
                    }

                    if (output is null || context is null)
                    {
                        Explain(question, used, report);
                        return ExitCode.Accepted;
                    }

                    IReadOnlyList<IReadOnlyDictionary<string, TableOpening>> segments = Segments(used);
                    shared.Ledger(parsed).CheckNewest(used);
                    shared.Ledger(parsed).CheckRules(used, question.Plan);
                    return Prove(
                        question,
                        segments,
                        context,
                        shared.Guard(parsed, used, named, output, report),
                        output,
                        report,
                        token
                    );
                }
                finally
                {
                    foreach (NamedTable table in named)
                    {
                        table.Owned?.Dispose();
                    }
                }
            }
        );
    }

    /// <summary>The least rows of a group by the owners' rules for the columns that a query uses; a rule that no groups keep
    /// refuses.</summary>
    private static long Least(SqlQuestion question, NamedTable[] used, ProveOptions shared, ParseResult parsed)
    {
        var plan = new PlanUse(question.Plan);
        long least = 0;
        foreach (NamedTable table in used)
        {
            DataSetVersion version = table.Owned!.Version;
            if (shared.Ledger(parsed).RulesOf(version) is ColumnRules rules)
            {
                ColumnUse use = plan.Of(Report.Hex(version.Segments[0].Root), []);
                shared.Ledger(parsed).CheckRules(version, () => use);
                least = Math.Max(least, rules.LeastOf(use.Columns));
            }
        }

        return least;
    }

    /// <summary>One table by two names would be two roles of a plan, which have distinct tables.</summary>
    private static void CheckDistinct(NamedTable[] named)
    {
        if (named.GroupBy(t => Report.Hex(t.Owned!.Version.Root)).FirstOrDefault(g => g.Count() > 1) is { } same)
        {
            throw new UsageException(
                $"--table: {string.Join(" and ", same.Select(t => $"'{t.Name}'"))} are one table: give it once; a query may name it twice, FROM {same.First().Name} a"
            );
        }
    }

    private static SqlQuestion Compile(
        string sql,
        NamedTable[] named,
        long least,
        ProveOptions shared,
        ParseResult parsed,
        Report report
    )
    {
        var options = new SqlOptions
        {
            MinCount = Math.Max(least, (long)Math.Min(shared.MinCount(parsed), int.MaxValue)),
            ReadFile = (file, column) => SqlFile.ReadList(file, column),
        };
        try
        {
            return SqlQuestion.Compile(
                sql,
                [.. named.Select(t => new SqlTable(t.Name, t.Commitment, shared.Ledger(parsed).DataSet(t, report)))],
                options
            );
        }
        catch (SqlException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static IReadOnlyList<IReadOnlyDictionary<string, TableOpening>> Segments(NamedTable[] used) =>
        OwnedVersion.Segments(used.ToDictionary(t => t.Name, t => t.Owned!));

    private static int Prove(
        SqlQuestion question,
        IReadOnlyList<IReadOnlyDictionary<string, TableOpening>> segments,
        StatisticContext context,
        DisclosureGuard guard,
        ProofOutput output,
        Report report,
        CancellationToken token
    )
    {
        var watch = Stopwatch.StartNew();
        PlanProof proof = UsageException.Of(() => question.Prove(segments, context, guard, Environment.ProcessorCount));

        RefuseUnreadable(question, proof);

        TimeSpan elapsed = watch.Elapsed;
        byte[] file = proof.Encode();
        token.ThrowIfCancellationRequested();
        output.Write(file, report);
        ProofReport.Describe(proof, report);
        if (proof.Verify().Result is { Verdict: VerificationVerdict.LimitExceeded } limit)
        {
            report.Line($"warning: {limit.Reason}: who verifies it must allow for more, by --max-cells");
        }

        report.Add("proveSeconds", elapsed.TotalSeconds, $"proven in {Report.Seconds(elapsed)}");
        return ExitCode.Accepted;
    }

    private static void Explain(SqlQuestion question, NamedTable[] used, Report report)
    {
        foreach (string line in PlanWords.Steps(question.Plan))
        {
            report.Line(line);
        }

        IReadOnlyList<IReadOnlyDictionary<string, TableOpening>> segments = Segments(used);
        Plan plan = question.Plan.OfFirst(segments.Count);
        PlanWords.Cost(PlanCost.Of(plan, [.. segments.Select(s => s.ToDictionary(t => t.Key, t => t.Value.Commitment))]), report);
        SqlReport.Remarks(question.Remarks, report);
        report.Add("sql", question.Sql);
        report.Add("planDigest", Report.Hex(plan.Digest()));
        report.Add("plan", JsonNode.Parse(plan.Encode().Span));
        string few = question.Least > 0 ? $", of each group of {question.Least} rows or more" : "";
        IReadOnlyList<string> groups = question.GroupNames;
        report.Line($"shown: {string.Join(", ", question.Columns)}{few}");
        report.Line($"groups that may occur: {groups.Count}, such as {string.Join("; ", groups.Take(6))}");
        report.Line($"charged to the data sets of: {string.Join(", ", used.Select(t => t.Name))}; the rows of each are shown");
        report.Add(
            "shown",
            new JsonObject
            {
                ["columns"] = new JsonArray([.. question.Columns.Select(c => (JsonNode)c)]),
                ["groups"] = groups.Count,
                ["least"] = question.Least,
                ["tables"] = new JsonArray([.. used.Select(t => (JsonNode)t.Name)]),
            }
        );
    }

    /// <summary>Refuses an answer that cannot be computed before its file is written: no verifier accepts it.</summary>
    private static void RefuseUnreadable(SqlQuestion question, PlanProof proof)
    {
        try
        {
            question.Read(proof.Answers);
        }
        catch (InvalidOperationException e)
        {
            throw new UsageException($"{e.Message}: nothing is written; ask otherwise");
        }
    }
}

/// <summary>A table that a query names.</summary>
/// <param name="name">Its name in FROM.</param>
/// <param name="path">Its file.</param>
internal sealed class NamedTable(string name, string path)
{
    public string Name => name;

    public string Path => path;

    /// <summary>The table with all its segments, once it is read.</summary>
    public OwnedVersion? Owned { get; set; }

    /// <summary>The table; of several segments the first, whose schema is that of all.</summary>
    public TableCommitment Commitment => Owned!.Version.Segments[0];

    /// <summary>Reads NAME=FILE, or a file whose name without ending is the table's.</summary>
    public static NamedTable Parse(string text)
    {
        int at = File.Exists(text) ? -1 : text.IndexOf('=', StringComparison.Ordinal);
        return at > 0
            ? new NamedTable(text[..at], text[(at + 1)..])
            : new NamedTable(System.IO.Path.GetFileNameWithoutExtension(text), text);
    }
}
