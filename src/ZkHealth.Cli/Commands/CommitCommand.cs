using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth commit`: a CSV becomes a committed table, whose root can go on a ledger.</summary>
internal static class CommitCommand
{
    private const int LargeCube = 1 << 16;

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
                    Inputs.PublicKey(parsed.GetValue(key)!),
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

        try
        {
            return [.. RelatedImport.Order([.. sources.Select(s => s.Schema)], registrars).Select(i => sources[i])];
        }
        catch (ArgumentException e)
        {
            throw new UsageException(UsageException.Problem(e));
        }
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
        ImportResult imported = ProgressBar.Run(
            "importing",
            stream.CanSeek ? stream.Length : 0,
            "bytes",
            p => related.Import(stream, name, source.Schema, options, new SourceFile.Fraction(p), token),
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
        Describe(imported, source.Schema, report);
        NoteLargeCubes(imported.Table.Schema, report);
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

    private static void Describe(ImportResult result, ImportSchema schema, Report report)
    {
        (ImportReport imported, int committed) = (result.Report, result.Table.Rows);
        report.Add("encoding", imported.Encoding);
        report.Add("delimiter", imported.Delimiter.ToString());
        report.Add("records", imported.Records);
        report.Add("refused", imported.Refused);
        string blank =
            imported.BlankLines == 0 ? "" : $"; {imported.BlankLines} blank line{(imported.BlankLines == 1 ? "" : "s")} left out";
        report.Add(
            "rows",
            committed,
            $"rows:    {committed} committed of {imported.Records} records read, {imported.Refused} refused{blank}"
        );
        report.Add("blankLines", imported.BlankLines);
        report.Add("emptyRows", imported.Empty);
        if (imported.Empty > 0)
        {
            report.Line(
                $"warning: {imported.Empty} rows have no value in any column; take them out of the source if they are no patients"
            );
        }

        report.Add(
            "columns",
            new JsonArray([
                .. imported.Columns.Select(c => new JsonObject
                {
                    ["name"] = c.Name,
                    ["missing"] = c.Missing,
                    ["rounded"] = c.Rounded,
                    ["clamped"] = c.Clamped,
                    ["nobody"] = c.Nobody,
                    ["unknown"] = c.Unknown,
                    ["examples"] = new JsonArray([.. c.Examples.Select(e => (JsonNode)e.Text)]),
                }),
            ])
        );
        foreach (ImportedColumn column in imported.Columns)
        {
            string rounded = column.Rounded == 0 ? "" : $", {column.Rounded} rounded";
            string clamped = column.Clamped == 0 ? "" : $", {column.Clamped} taken into the last value (top code)";
            string strange =
                column.Unknown == 0
                    ? ""
                    : $", {column.Unknown} unknown values taken as missing (such as '{column.Examples[0].Text}')";
            string key = result.Table.Schema.Columns.Any(c => c is KeyColumn && c.Name == column.Name)
                ? $", {column.Nobody} name nobody"
                : "";
            string forgotten =
                column.Source == schema.IdentifierColumn ? "; the identifiers are forgotten"
                : column.Source == schema.PersonColumn ? "; for the guard alone, not committed"
                : "";
            report.Line(
                $"  {column.Name}: {committed - column.Missing - column.Unknown - column.Nobody} values, {column.Missing} missing{key}{rounded}{clamped}{strange}{forgotten}"
            );
        }

        report.Add("warnings", new JsonArray([.. imported.Hints.Select(h => (JsonNode)h)]));
        foreach (string hint in imported.Hints)
        {
            report.Line($"warning: {hint}");
        }
    }

    /// <summary>Says now what a question would meet later: the two largest columns together make more cells than a verifier takes
    /// unasked.</summary>
    private static void NoteLargeCubes(TableSchema schema, Report report)
    {
        ColumnSchema[] largest = [.. schema.Columns.Where(c => c is not KeyColumn).OrderByDescending(c => c.Domain).Take(2)];
        ulong cells = largest.Aggregate(1UL, (product, c) => product * c.Domain);
        if (largest.Length == 2 && cells > LargeCube)
        {
            report.Line(
                $"note:    {largest[0].Name} has {largest[0].Domain} values and {largest[1].Name} {largest[1].Domain}: a question about both needs "
                    + $"a cube of {cells} cells; bands make it smaller"
            );
        }
    }
}
