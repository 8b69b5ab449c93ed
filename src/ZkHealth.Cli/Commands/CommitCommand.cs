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
        Argument<string> csv = SourceFile.Argument();
        var schema = new Option<string>("--schema") { Description = "The schema file (docs/schema.md).", Required = true };
        var key = new Option<string>("--key")
        {
            Description = "The owner's key, secret or public: who answers for the data.",
            Required = true,
        };
        var output = new Option<string?>("--out") { Description = "What the owner keeps; the CSV's name with .zkt if left out." };
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
                string source = parsed.GetValue(csv)!;
                ImportOptions options = SourceFile.Options(
                    parsed.GetValue(delimiter),
                    parsed.GetValue(encoding),
                    parsed.GetValue(unknown)
                );
                return Run(
                    source,
                    parsed.GetValue(schema)!,
                    Inputs.PublicKey(parsed.GetValue(key)!),
                    Target(parsed.GetValue(output), source),
                    options,
                    parsed.GetValue(threads),
                    parsed.GetValue(force),
                    report,
                    token
                );
            }
        );
    }

    internal static int Run(
        string csv,
        string schemaFile,
        VerifyingKey owner,
        string target,
        ImportOptions options,
        int threads,
        bool force,
        Report report,
        CancellationToken token
    )
    {
        RefuseTarget(target, force);
        ImportSchema schema = Inputs.Schema(schemaFile);
        using Stream source = SourceFile.Open(csv);
        var watch = Stopwatch.StartNew();
        ImportResult imported = ProgressBar.Run(
            "importing",
            source.CanSeek ? source.Length : 0,
            "bytes",
            p => CsvImporter.Import(source, SourceFile.Name(csv), schema, options, new SourceFile.Fraction(p), token),
            token
        );
        TimeSpan import = watch.Elapsed;
        watch.Restart();
        int rows = imported.Table.Rows,
            columns = imported.Report.Columns.Count;
        using TableOpeningFile table = ProgressBar.Run(
            "committing",
            (double)rows * columns,
            "values",
            p => TableOpeningFile.Commit(imported.Table, owner.OwnerId.Span, imported.Persons.Span, threads, p, token),
            token
        );
        TimeSpan commit = watch.Elapsed;
        token.ThrowIfCancellationRequested();
        Write(target, table, force);

        report.Add("table", target, $"table:   {target} (for its owner alone: whoever has it has the rows)");
        report.Add(
            "root",
            Report.Hex(table.Committed.Commitment.Root),
            $"root:    {Report.Hex(table.Committed.Commitment.Root)}"
        );
        report.Add("owner", Report.Hex(owner.OwnerId), $"owner:   {Report.Hex(owner.OwnerId)}");
        Describe(imported.Report, rows, report);
        NoteLargeCubes(imported.Table.Schema, report);
        report.Add("importSeconds", import.TotalSeconds);
        report.Add(
            "commitSeconds",
            commit.TotalSeconds,
            $"time:    imported in {Report.Seconds(import)}, committed in {Report.Seconds(commit)}"
        );
        return ExitCode.Accepted;
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

        return Path.ChangeExtension(source.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? source[..^3] : source, ".zkt");
    }

    /// <summary>Refuses before any work what could not be written after it.</summary>
    private static void RefuseTarget(string target, bool force)
    {
        if (Directory.Exists(target))
        {
            throw new UsageException($"--out: {target} is a folder; expected a file to write");
        }

        if (!force && File.Exists(target))
        {
            throw new UsageException($"{target} exists; --force replaces it");
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(target)) ?? "/";
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"--out: there is no folder {folder} to write {Path.GetFileName(target)} to");
        }
    }

    private static void Write(string target, TableOpeningFile table, bool force)
    {
        byte[] bytes = table.EncodeSecret();
        try
        {
            AtomicFile.Write(target, bytes, ownerOnly: true, overwrite: force);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--out: {target} cannot be written: {e.Message}");
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static void Describe(ImportReport imported, int committed, Report report)
    {
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
            report.Line(
                $"  {column.Name}: {committed - column.Missing - column.Unknown} values, {column.Missing} missing{rounded}{clamped}{strange}"
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
        ColumnSchema[] largest = [.. schema.Columns.OrderByDescending(c => c.Domain).Take(2)];
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
