using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth try`: from a folder of CSV files to a proven answer, on a ledger that is thrown away.</summary>
internal static class TryCommand
{
    private const string Origin = "trial.zkhealth.example";

    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "A folder of CSV files; each is a table of its name." };
        var sql = new Argument<string>("SQL")
        {
            Description = "The question (docs/sql.md), such as \"SELECT sex, count(*) FROM patients GROUP BY sex\".",
        };
        var keys = new Option<string[]>("--key")
        {
            Description =
                "A column of identifiers of another file's rows: visits.person_id=patients.person_id. If left out, columns of one name are keys.",
            DefaultValueFactory = _ => [],
        };
        var minCount = new Option<int>("--min-count") { Description = "Withhold groups of fewer rows." }.Within(0, int.MaxValue);
        var atMost = new Option<int>("--at-most")
        {
            Description = "The largest number of events of one person that totals allow for.",
            DefaultValueFactory = _ => 64,
        }.Within(1, 1 << 16);
        var command = new Command(
            "try",
            "Commit, publish on a throw-away ledger, prove, verify: the proven answer to a question about the CSV files of a folder."
        )
        {
            folder,
            sql,
            keys,
            minCount,
            atMost,
        };
        return command.Action(
            (parsed, report, token) =>
            {
                report.Verifies = true;
                string from = parsed.GetValue(folder)!;
                if (!Directory.Exists(from))
                {
                    throw new UsageException($"there is no folder {from}");
                }

                var options = new SqlOptions
                {
                    MaxEvents = parsed.GetValue(atMost),
                    MinCount = parsed.GetValue(minCount),
                    ReadFile = (file, column) => SqlFile.Read(Path.Combine(from, file), column),
                };
                return Run(
                    from,
                    parsed.GetValue(sql)!,
                    [.. parsed.GetValue(keys)!.Select(TrialKey.Parse)],
                    options,
                    report,
                    token
                );
            }
        );
    }

    private static int Run(
        string folder,
        string sql,
        IReadOnlyList<TrialKey> keys,
        SqlOptions options,
        Report report,
        CancellationToken token
    )
    {
        var files = new TrialTables(folder, SqlQuestion.NamesIn(sql), keys);
        string scratch = Directory.CreateTempSubdirectory("zkhealth-try").FullName;
        var openings = new Dictionary<string, TableOpening>(StringComparer.Ordinal);
        try
        {
            using SigningKey owner = SigningKey.Create(),
                ledgerKey = SigningKey.Create();
            using SqliteLedger ledger = SqliteLedger.Create(Path.Combine(scratch, "ledger.db"), Origin, ledgerKey);
            files.Commit(
                (name, table) =>
                {
                    token.ThrowIfCancellationRequested();
                    using var secret = TableSecret.Create();
                    openings[name] = TableOpening.Commit(
                        table,
                        owner.Public.OwnerId.Span,
                        secret,
                        Environment.ProcessorCount,
                        null,
                        token
                    );
                    PublishedTables.Publish(ledger, openings[name].Commitment, owner, name);
                    return openings[name].Commitment;
                }
            );
            foreach (string note in files.Notes)
            {
                report.Notice(note);
            }

            SqlTable[] tables = [.. openings.Select(t => new SqlTable(t.Key, t.Value.Commitment, t.Key))];
            var question = SqlQuestion.Compile(sql, tables, options);
            var context = new StatisticContext("trial", "whoever tries", ledger.Key.Name);
            byte[] file = PlanProof
                .Prove(
                    question.Plan,
                    openings.Where(t => question.Uses(t.Key)).ToDictionary(),
                    context,
                    Environment.ProcessorCount
                )
                .Encode();
            token.ThrowIfCancellationRequested();
            return Verify(file, sql, tables, options, ledger, report);
        }
        finally
        {
            foreach (TableOpening table in openings.Values)
            {
                table.Dispose();
            }

            Directory.Delete(scratch, true);
        }
    }

    /// <summary>Verifies as a stranger: from the bytes, the ledger and the query, of which the plan is made anew.</summary>
    private static int Verify(
        byte[] file,
        string sql,
        IReadOnlyList<SqlTable> tables,
        SqlOptions options,
        SqliteLedger ledger,
        Report report
    )
    {
        var expected = new VerificationContext
        {
            Publications = new LedgerPublications(ledger),
            Limits = VerificationLimits.ForCells(TableAxes.MaxCells),
        };
        VerificationResult result = ProofFile.TryDecode(file, out ProofFile? read, out string? reason)
            ? read.Verify(expected).Result
            : VerificationResult.Rejected(reason);
        var question = SqlQuestion.Compile(sql, tables, options);
        if (
            !result.IsAccepted
            || read is not PlanProof proof
            || !question.Plan.Digest().AsSpan().SequenceEqual(proof.Plan.Digest())
        )
        {
            report.Add("reason", result.Reason ?? "the plan is not that of the query", $"rejected: {result.Reason}");
            return ExitCode.Rejected;
        }

        SqlReport.Write(question.Answer(proof.Numbers), report);
        report.Line(string.Create(CultureInfo.InvariantCulture, $"proven and verified: {file.Length} bytes"));
        return ExitCode.Accepted;
    }
}
