using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth commit`: a CSV becomes a committed table, whose root can go on a ledger.</summary>
internal static class CommitCommand
{
    public static Command Create()
    {
        var csv = new Argument<string[]>("CSV")
        {
            Description =
                "The patients: CSV with a header line, perhaps compressed with gzip; '-' for the standard input. "
                + "Several, such as visits and patients, where keys of one name rows of another.",
            Arity = ArgumentArity.OneOrMore,
        };
        var schema = new Option<string[]>("--schema")
        {
            Description =
                "The schema file (docs/schema.md), one for each CSV in their order; NAME.schema.json beside each if left out.",
        };
        var key = new Option<string>("--key")
        {
            Description = "The owner's key, secret or public: who answers for the data.",
            Required = true,
        };
        var registrar = new Option<string[]>("--registrar")
        {
            Description =
                "A table that a registrar made for you: the file NAME.registrar.json that came with it, the list of persons beside it.",
        };
        var output = new Option<string?>("--out")
        {
            Description = "What the owner keeps, of one CSV; the CSV's name with .zkt if left out.",
        };
        var unknown = new Option<UnknownValues>("--unknown")
        {
            Description = "Values that the schema does not know: refuse, or take as missing.",
        };
        Option<string?> delimiter = SourceFile.DelimiterOption(),
            encoding = SourceFile.EncodingOption();
        var threads = new Option<int>("--threads")
        {
            Description = "Cores to use.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        }.Within(1, 1024);
        var force = new Option<bool>("--force")
        {
            Description = "Replace an existing table: what was proven about it can no longer be added to.",
        };
        var command = new Command("commit", "Import a CSV and commit to it. The file written is for the owner alone.")
        {
            csv,
            schema,
            key,
            registrar,
            output,
            unknown,
            delimiter,
            encoding,
            threads,
            force,
        };
        return command.Action(
            (parsed, report, token) =>
            {
                string who = parsed.GetValue(key)!;
                if (who.Contains('=', StringComparison.Ordinal) && !File.Exists(who))
                {
                    throw new UsageException(
                        $"--key: expected a file, the owner's key, got {who}; of keys between tables the schema tells, "
                            + "{ \"name\": \"person_id\", \"kind\": \"key\", \"of\": \"patients\" }, and 'zkhealth try' alone takes them by --key"
                    );
                }

                ImportOptions options = SourceFile.Options(
                    parsed.GetValue(delimiter),
                    parsed.GetValue(encoding),
                    parsed.GetValue(unknown)
                );
                (RegistrarHandover Handover, IReadOnlyList<string> Persons)[] registrars =
                [
                    .. (parsed.GetValue(registrar) ?? []).Select(Registrar),
                ];
                RelatedSource[] sources = Sources(
                    registrars.Select(r => r.Handover.Table).ToHashSet(StringComparer.Ordinal),
                    parsed.GetValue(csv)!,
                    parsed.GetValue(schema) ?? [],
                    parsed.GetValue(output),
                    parsed.GetValue(force)
                );
                return Run(
                    sources,
                    registrars,
                    Inputs.PublicKey(who),
                    options,
                    parsed.GetValue(threads),
                    parsed.GetValue(force),
                    report,
                    token
                );
            }
        );
    }

    /// <summary>A CSV, what its texts mean, and where its table goes.</summary>
    private sealed record RelatedSource(string Csv, ImportSchema Schema, string Target);

    /// <summary>The sources in the order in which they can be committed; refuses before any work what could not be written after
    /// it.</summary>
    private static RelatedSource[] Sources(
        IReadOnlySet<string> registrars,
        string[] csvs,
        string[] schemas,
        string? output,
        bool force
    )
    {
        if (schemas.Length != 0 && schemas.Length != csvs.Length)
        {
            throw new UsageException(
                $"--schema: expected one for each CSV, in their order, or none; got {schemas.Length} for {csvs.Length}"
            );
        }

        if (output is not null && csvs.Length > 1)
        {
            throw new UsageException("--out: expected one CSV; of several, each table is written beside its CSV");
        }

        RelatedSource[] sources =
        [
            .. csvs.Select(
                (csv, i) =>
                {
                    string target = Target(output, csv);
                    SourceFile.Require(csv);
                    CommittedFile.RefuseTarget(target, force);
                    return new RelatedSource(
                        csv,
                        Inputs.Schema(schemas.Length > 0 ? schemas[i] : CommittedFile.SchemaBeside(csv)),
                        target
                    );
                }
            ),
        ];
        if (sources.GroupBy(s => Path.GetFullPath(s.Target)).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new UsageException($"{twice.First().Csv} and {twice.Last().Csv}: both tables would be {twice.First().Target}");
        }

        return UsageException.Of<RelatedSource[]>(() =>
            [.. RelatedImport.Order([.. sources.Select(s => s.Schema)], registrars).Select(i => sources[i])]
        );
    }

    private static (RegistrarHandover Handover, IReadOnlyList<string> Persons) Registrar(string path)
    {
        RegistrarHandover handover =
            RegistrarHandover.Decode(Inputs.Text(path))
            ?? throw new UsageException($"--registrar: {path} is not what `zkhealth registrar` writes beside a table");
        string list = Path.Combine(Path.GetDirectoryName(path) ?? "", handover.Persons);
        if (!File.Exists(list))
        {
            throw new UsageException($"--registrar: expected the list of persons, {list}, that the table was made of");
        }

        return handover.RowsOf(RegistrarTable.ReadPersons(list, handover.Identifier)) is IReadOnlyList<string> persons
            ? (handover, persons)
            : throw new UsageException(
                $"--registrar: {list} does not begin with the {handover.Rows} persons of which the table was made, in their order: keys would name others"
            );
    }

    private static int Run(
        RelatedSource[] sources,
        IReadOnlyList<(RegistrarHandover Handover, IReadOnlyList<string> Persons)> registrars,
        VerifyingKey owner,
        ImportOptions options,
        int threads,
        bool force,
        Report report,
        CancellationToken token
    )
    {
        var related = new RelatedImport();
        foreach ((RegistrarHandover handover, IReadOnlyList<string> persons) in registrars)
        {
            related.AddRegistrar(handover, persons);
        }

        var tables = new List<TableOpeningFile>();
        var reports = new List<Report>();
        try
        {
            foreach (RelatedSource source in sources)
            {
                reports.Add(new Report());
                tables.Add(Commit(related, source, owner, options, threads, reports[^1], token));
            }

            // all or none: a table whose events were refused would be published in vain
            foreach ((RelatedSource source, TableOpeningFile table) in sources.Zip(tables))
            {
                token.ThrowIfCancellationRequested();
                CommittedFile.Write(source.Target, table, force);
            }
        }
        finally
        {
            tables.ForEach(t => t.Dispose());
        }

        if (reports.Count == 1)
        {
            report.Add(reports[0]);
            return ExitCode.Accepted;
        }

        var each = new JsonArray();
        foreach (Report one in reports)
        {
            each.Add(one.Json.DeepClone());
            report.Add(one);
            report.Json.Clear();
        }

        report.Add("tables", each);
        return ExitCode.Accepted;
    }

    private static TableOpeningFile Commit(
        RelatedImport related,
        RelatedSource source,
        VerifyingKey owner,
        ImportOptions options,
        int threads,
        Report report,
        CancellationToken token
    )
    {
        using Stream stream = SourceFile.Open(source.Csv);
        string name = SourceFile.Name(source.Csv);
        var watch = Stopwatch.StartNew();
        ImportResult imported = SourceFile.Read(
            "importing",
            stream,
            p => related.Import(stream, name, source.Schema, options, p, token),
            token
        );
        TimeSpan import = watch.Elapsed;
        watch.Restart();
        int rows = imported.Table.Rows;
        TableOpeningFile table = ProgressBar.Run(
            "committing",
            (double)rows * imported.Report.Columns.Count,
            "values",
            p => related.Commit(imported, owner.OwnerId.Span, threads, p, token),
            token
        );
        TimeSpan commit = watch.Elapsed;
        string root = Report.Hex(table.Committed.Commitment.Root);
        report.Add("table", source.Target, $"table:   {source.Target} (for its owner alone: whoever has it has the rows)");
        report.Add("root", root, $"root:    {root}");
        report.Add("owner", Report.Hex(owner.OwnerId), $"owner:   {Report.Hex(owner.OwnerId)}");
        ImportDescription.Write(imported, source.Schema, report);
        report.Add("importSeconds", import.TotalSeconds);
        report.Add(
            "commitSeconds",
            commit.TotalSeconds,
            $"time:    imported in {Report.Seconds(import)}, committed in {Report.Seconds(commit)}"
        );
        return table;
    }

    private static string Target(string? output, string source)
    {
        if (output is not null)
        {
            return output;
        }

        if (source == "-" || source.StartsWith("/dev/", StringComparison.Ordinal))
        {
            throw new UsageException("--out: expected the file to write, as the source is a pipe");
        }

        return Path.ChangeExtension(CommittedFile.Uncompressed(source), ".zkt");
    }
}
