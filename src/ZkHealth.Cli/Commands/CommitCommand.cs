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
        var csv = new Argument<string>("CSV") { Description = "The patients, UTF-8 with a header line." };
        var schema = new Option<string>("--schema") { Description = "The schema file (docs/schema.md).", Required = true };
        var key = new Option<string>("--key") { Description = "The owner's key, secret or public: who answers for the data.", Required = true };
        var output = new Option<string?>("--out") { Description = "What the owner keeps; the CSV's name with .zkt if left out." };
        var unknown = new Option<UnknownValues>("--unknown") { Description = "Values that the schema does not know: refuse, or take as missing." };
        var delimiter = new Option<string>("--delimiter") { Description = "What stands between fields, or 'tab'.", DefaultValueFactory = _ => "," };
        var threads = new Option<int>("--threads") { Description = "Cores to use.", DefaultValueFactory = _ => Environment.ProcessorCount }.Within(1, 1024);
        var force = new Option<bool>("--force") { Description = "Replace an existing table: what was proven about it can no longer be added to." };
        var command = new Command("commit", "Import a CSV and commit to it. The file written is for the owner alone.")
        {
            csv, schema, key, output, unknown, delimiter, threads, force,
        };
        return command.Action((parsed, report, token) =>
        {
            string source = parsed.GetValue(csv)!, separator = parsed.GetValue(delimiter)!;
            char character = separator == "tab" ? '\t' : separator.Length == 1 && separator[0] is not ('"' or '\r' or '\n')
                ? separator[0] : throw new UsageException("--delimiter: expected one character, or tab");
            string target = parsed.GetValue(output) ?? Path.ChangeExtension(source, ".zkt");
            return Run(
                source, parsed.GetValue(schema)!, Inputs.PublicKey(parsed.GetValue(key)!), target, parsed.GetValue(unknown), character,
                parsed.GetValue(threads), parsed.GetValue(force), report, token);
        });
    }

    internal static int Run(
        string csv, string schemaFile, VerifyingKey owner, string target, UnknownValues unknown, char delimiter, int threads, bool force,
        Report report, CancellationToken token)
    {
        if (!force && File.Exists(target))
        {
            throw new UsageException($"{target} exists; --force replaces it");
        }

        ImportSchema schema = Inputs.Schema(schemaFile);
        if (!File.Exists(csv))
        {
            throw new UsageException(Directory.Exists(csv) ? $"{csv} is a folder" : $"there is no file {csv}");
        }

        var watch = Stopwatch.StartNew();
        using FileStream source = File.OpenRead(csv);
        ImportResult imported = ProgressBar.Run("importing", source.CanSeek ? source.Length : 0, "bytes", p => CsvImporter.Import(
            source, csv, schema, new ImportOptions { Unknown = unknown, Delimiter = delimiter }, new Fraction(p), token), token);
        TimeSpan import = watch.Elapsed;
        watch.Restart();
        int rows = imported.Table.Rows, columns = imported.Report.Columns.Count;
        using OwnedTable table = ProgressBar.Run("committing", (double)rows * columns, "values", p =>
            OwnedTable.Commit(imported.Table, owner.OwnerId.Span, imported.Persons.Span, threads, p, token), token);
        TimeSpan commit = watch.Elapsed;
        token.ThrowIfCancellationRequested();
        byte[] bytes = table.EncodeSecret();
        AtomicFile.Write(target, bytes, ownerOnly: true, overwrite: force);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(bytes);

        report.Add("table", target, $"table:   {target} (for its owner alone: whoever has it has the rows)");
        report.Add("root", Report.Hex(table.Committed.Commitment.Root), $"root:    {Report.Hex(table.Committed.Commitment.Root)}");
        report.Add("owner", Report.Hex(owner.OwnerId), $"owner:   {Report.Hex(owner.OwnerId)}");
        report.Add("rows", rows, $"rows:    {rows}");
        report.Add("columns", new JsonArray([.. imported.Report.Columns.Select(c => new JsonObject
        {
            ["name"] = c.Name, ["missing"] = c.Missing, ["unknown"] = c.Unknown, ["rounded"] = c.Rounded, ["clamped"] = c.Clamped,
            ["examples"] = new JsonArray([.. c.Examples.Select(e => (JsonNode)e.Text)]),
        })]));
        foreach (ImportedColumn column in imported.Report.Columns)
        {
            string strange = column.Unknown == 0 ? "" : $", {column.Unknown} unknown values taken as missing (such as '{column.Examples[0].Text}')";
            report.Line($"  {column.Name}: {rows - column.Missing - column.Unknown} values, {column.Missing} missing{strange}");
        }

        report.Add("importSeconds", import.TotalSeconds);
        report.Add("commitSeconds", commit.TotalSeconds, $"time:    imported in {Report.Seconds(import)}, committed in {Report.Seconds(commit)}");
        return ExitCode.Accepted;
    }

    private sealed class Fraction(IProgress<double> inner) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => inner.Report(value.Fraction ?? 0);
    }
}
