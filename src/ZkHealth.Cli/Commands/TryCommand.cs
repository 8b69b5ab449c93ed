using System.CommandLine;
using System.Globalization;
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
                "A column of identifiers of another file's rows: visits.person_id=patients.person_id. If left out, columns that the query joins, and those of one name, are keys.",
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
                IReadOnlyList<TrialKey> given = [.. parsed.GetValue(keys)!.Select(TrialKey.Parse)];
                return Run(
                    new Trial(from, parsed.GetValue(sql)!, given, options, reading, (uint)parsed.GetValue(atMost)),
                    report,
                    token
                );
            }
        );
    }

    private static int Run(Trial trial, Report report, CancellationToken token)
    {
        using SigningKey owner = SigningKey.Create(),
            ledgerKey = SigningKey.Create();
        (IReadOnlyDictionary<string, TableOpeningFile> tables, SqlQuestion question, List<string> notes) = Commit(
            trial,
            owner,
            token
        );
        string scratch = Directory.CreateTempSubdirectory("zkhealth-try").FullName;
        try
        {
            using SqliteLedger ledger = SqliteLedger.Create(Path.Combine(scratch, "ledger.db"), Origin, ledgerKey);
            foreach ((string name, TableOpeningFile table) in tables)
            {
                PublishedTables.Publish(ledger, table.Committed.Commitment, owner, name);
            }

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
            return Verify(file, ledger, notes, report);
        }
        finally
        {
            Dispose(tables);
            Directory.Delete(scratch, true);
        }
    }

    /// <summary>Commits the files under the first arrangement of keys that answers the question; of none, the error of the
    /// first is told. A later one whose keys go round in a circle, or do not fit the files, does not answer it.</summary>
    private static (IReadOnlyDictionary<string, TableOpeningFile> Tables, SqlQuestion Question, List<string> Notes) Commit(
        Trial trial,
        SigningKey owner,
        CancellationToken token
    )
    {
        TrialTables files = Arranged(trial, 0);
        List<string> notes = files.Notes;
        Exception? first = null;
        for (int arrangement = 1; ; arrangement++)
        {
            try
            {
                (IReadOnlyDictionary<string, TableOpeningFile> tables, SqlQuestion question) = Commit(trial, files, owner, token);
                return (tables, question, files.Notes);
            }
            catch (Exception e) when (e is SqlException or ArgumentException or ImportException)
            {
                first ??= e;
                if (arrangement >= files.Arrangements)
                {
                    throw new UsageException(string.Join("\n  note: ", (string[])[UsageException.Problem(first), .. notes]));
                }
            }

            files = Arranged(trial, arrangement);
        }
    }

    private static TrialTables Arranged(Trial trial, int arrangement) =>
        new(
            trial.Folder,
            SqlQuestion.TablesIn(trial.Sql),
            trial.Keys,
            SqlQuestion.CountedIn(trial.Sql),
            trial.Reading,
            arrangement,
            SqlQuestion.JoinsIn(trial.Sql)
        );

    private static (IReadOnlyDictionary<string, TableOpeningFile> Tables, SqlQuestion Question) Commit(
        Trial trial,
        TrialTables files,
        SigningKey owner,
        CancellationToken token
    )
    {
        IReadOnlyDictionary<string, TableOpeningFile> tables = files.Commit(
            owner.Public.OwnerId.Span,
            trial.AtMost,
            Environment.ProcessorCount,
            token
        );
        try
        {
            SqlTable[] named =
            [
                .. tables.Select(t => new SqlTable(t.Key, t.Value.Committed.Commitment, t.Key)
                {
                    Identifier = files.Identifiers.GetValueOrDefault(t.Key),
                }),
            ];
            var question = SqlQuestion.Compile(trial.Sql, named, trial.Options);
            SqlTimes.Refuse(trial.Sql, files.HasTimes);
            return (tables, question);
        }
        catch
        {
            Dispose(tables);
            throw;
        }
    }

    private static void Dispose(IReadOnlyDictionary<string, TableOpeningFile> tables)
    {
        foreach (TableOpeningFile table in tables.Values)
        {
            table.Dispose();
        }
    }

    /// <summary>Verifies as a stranger: from the bytes, which hold the query, and the ledger.</summary>
    private static int Verify(byte[] file, SqliteLedger ledger, List<string> notes, Report report)
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

        SqlReport.Remarks([.. notes, .. proof.SqlRemarks], report);
        SqlReport.Write(answer, report);
        report.Line(string.Create(CultureInfo.InvariantCulture, $"proven and verified: {file.Length} bytes"));
        return ExitCode.Accepted;
    }

    private sealed record Trial(
        string Folder,
        string Sql,
        IReadOnlyList<TrialKey> Keys,
        SqlOptions Options,
        ImportOptions Reading,
        uint AtMost
    );
}
