using System.CommandLine;
using System.Text;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth schema draft`: proposes a schema file for a source.</summary>
internal static class SchemaCommand
{
    public static Command Create() =>
        new("schema", "Schema files, which say how the texts of a source become values of a table (docs/schema.md).")
        {
            Draft(),
            Ready(),
        };

    /// <summary>Schemas that are there already, for data models that many use.</summary>
    private static Command Ready()
    {
        var model = new Argument<string>("MODEL") { Description = "The data model: omop (CDM 5.4) or synthea (its CSV files)." };
        model.AcceptOnlyFromAmong("omop", "synthea");
        var output = new Option<string>("--out") { Description = "The folder of the CSV files.", Required = true };
        var force = new Option<bool>("--force") { Description = "Replace existing files." };
        return new Command("ready", "Write schema files for a data model that many use, beside its CSV files.")
        {
            model,
            output,
            force,
        }.Action(
            (parsed, report, _) =>
            {
                string folder = parsed.GetValue(output)!;
                var files = new System.Text.Json.Nodes.JsonArray();
                IReadOnlyDictionary<string, string> schemas = SyntheticOmop.Schemas(parsed.GetValue(model)!);
                if (
                    !parsed.GetValue(force)
                    && schemas.Keys.FirstOrDefault(n => File.Exists(Path.Combine(folder, n))) is string there
                )
                {
                    throw new UsageException($"{Path.Combine(folder, there)} exists; --force replaces it");
                }

                foreach ((string name, string text) in schemas)
                {
                    string path = Path.Combine(folder, name);
                    AtomicFile.Write(path, Encoding.UTF8.GetBytes(text), overwrite: true);
                    files.Add((System.Text.Json.Nodes.JsonNode)path);
                    report.Line($"written: {path}");
                }

                report.Add("files", files);
                return ExitCode.Accepted;
            }
        );
    }

    private static Command Draft()
    {
        Argument<string> csv = SourceFile.Argument();
        var output = new Option<string?>("--out")
        {
            Description = "The schema file to write; the CSV's name with .schema.json if left out.",
        };
        var name = new Option<string?>("--name") { Description = "The table's name; that of the CSV if left out." };
        Option<string?> delimiter = SourceFile.DelimiterOption(),
            encoding = SourceFile.EncodingOption();
        var force = new Option<bool>("--force") { Description = "Replace an existing schema file." };
        var command = new Command(
            "draft",
            "Read a CSV and propose a schema for it, with comments on what somebody who knows the data has to decide."
        )
        {
            csv,
            output,
            name,
            delimiter,
            encoding,
            force,
        };
        return command.Action(
            (parsed, report, token) =>
            {
                string source = parsed.GetValue(csv)!;
                string file = Path.GetFileName(
                    source.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? source[..^3] : source
                );
                bool pipe = source == "-" || source.StartsWith("/dev/", StringComparison.Ordinal);
                string? named = parsed.GetValue(output);
                if (named is null && pipe)
                {
                    throw new UsageException("--out: expected the file to write, as the source is a pipe");
                }

                string target = named ?? Beside(source, file);
                if (!parsed.GetValue(force) && File.Exists(target))
                {
                    throw new UsageException($"{target} exists; --force replaces it");
                }

                string table = parsed.GetValue(name) ?? (pipe ? "table" : Path.GetFileNameWithoutExtension(file));
                ImportOptions options = SourceFile.Options(parsed.GetValue(delimiter), parsed.GetValue(encoding));
                using Stream stream = SourceFile.Open(source);
                string draft = SourceFile.Read(
                    "reading",
                    stream,
                    p => SchemaDraft.Propose(stream, SourceFile.Name(source), table, options, p, token),
                    token
                );
                AtomicFile.Write(target, Encoding.UTF8.GetBytes(draft), overwrite: parsed.GetValue(force));
                report.Add("schema", target, $"schema:  {target} (a draft: read its comments, look at every column)");
                report.Line($"next:    zkhealth check {source} --schema {target}");
                return ExitCode.Accepted;
            }
        );
    }

    private static string Beside(string source, string file) =>
        Path.Combine(Path.GetDirectoryName(source) ?? "", Path.ChangeExtension(file, ".schema.json"));
}
