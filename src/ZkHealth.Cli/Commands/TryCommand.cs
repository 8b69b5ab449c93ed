using System.CommandLine;
using System.Globalization;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Reports;
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
        Option<string?> encoding = SourceFile.EncodingOption();
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
            encoding,
        };
        return command.Action(
            (parsed, report, token) =>
            {
                report.Verifies = true;
                string from = parsed.GetValue(folder)!;
                if (!Directory.Exists(from))
                {
                    throw new UsageException(
                        File.Exists(from)
                            ? $"{from} is a file; expected the folder in which it lies"
                            : $"there is no folder {from}"
                    );
                }

                ImportOptions reading = SourceFile.Options(null, parsed.GetValue(encoding));
                var options = new SqlOptions
                {
                    MinCount = parsed.GetValue(minCount),
                    ReadFile = (file, column) => SqlFile.ReadList(Path.Combine(from, file), column, reading),
                };
                return Run(
                    from,
                    parsed.GetValue(sql)!,
                    [.. parsed.GetValue(keys)!.Select(TrialKey.Parse)],
                    options,
                    reading,
                    (uint)parsed.GetValue(atMost),
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
        ImportOptions reading,
        uint atMost,
        Report report,
        CancellationToken token
    )
    {
        var files = new TrialTables(folder, SqlQuestion.TablesIn(sql), keys, SqlQuestion.CountedIn(sql), reading);
        string scratch = Directory.CreateTempSubdirectory("zkhealth-try").FullName;
        IReadOnlyDictionary<string, TableOpeningFile> tables = new Dictionary<string, TableOpeningFile>();
        try
        {
            using SigningKey owner = SigningKey.Create(),
                ledgerKey = SigningKey.Create();
            using SqliteLedger ledger = SqliteLedger.Create(Path.Combine(scratch, "ledger.db"), Origin, ledgerKey);
            tables = files.Commit(owner.Public.OwnerId.Span, atMost, Environment.ProcessorCount, token);
            foreach ((string name, TableOpeningFile table) in tables)
            {
                PublishedTables.Publish(ledger, table.Committed.Commitment, owner, name);
            }

            foreach (string note in files.Notes)
            {
                report.Notice(note);
            }

            var question = SqlQuestion.Compile(
                sql,
                [
                    .. tables.Select(t => new SqlTable(t.Key, t.Value.Committed.Commitment, t.Key)
                    {
                        Identifier = files.Identifiers.GetValueOrDefault(t.Key),
                    }),
                ],
                options
            );
            var context = new StatisticContext("trial", "whoever tries", ledger.Key.Name);
            byte[] file = question
                .Prove(
                    tables.ToDictionary(t => t.Key, t => t.Value.Committed),
                    context,
                    new DisclosureGuard(0),
                    Environment.ProcessorCount
                )
                .Encode();
            token.ThrowIfCancellationRequested();
            return Verify(file, ledger, report);
        }
        finally
        {
            foreach (TableOpeningFile table in tables.Values)
            {
                table.Dispose();
            }

            Directory.Delete(scratch, true);
        }
    }

    /// <summary>Verifies as a stranger: from the bytes, which hold the query, and the ledger.</summary>
    private static int Verify(byte[] file, SqliteLedger ledger, Report report)
    {
        var expected = new VerificationContext
        {
            Publications = new LedgerPublications(ledger),
            Limits = VerificationLimits.ForCells(TableAxes.MaxCells),
        };
        PlanProof? proof = ProofFile.TryDecode(file, out PlanProof? read, out string? reason) ? read : null;
        VerificationResult result = proof is null
            ? VerificationResult.Rejected(reason!, VerdictReason.NotAProofFile)
            : proof.Verify(expected).Result;
        if (!result.IsAccepted || proof?.Answer is not SqlAnswer answer)
        {
            report.Add("reason", result.Reason, $"rejected: {result.Reason}");
            return ExitCode.Rejected;
        }

        SqlReport.Remarks(proof.SqlRemarks, report);
        SqlReport.Write(answer, report);
        report.Line(string.Create(CultureInfo.InvariantCulture, $"proven and verified: {file.Length} bytes"));
        return ExitCode.Accepted;
    }
}
