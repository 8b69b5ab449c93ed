using System.CommandLine;
using System.Text;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth schema draft`: proposes a schema file for a source.</summary>
internal static class SchemaCommand
{
    public static Command Create() =>
        new("schema", "Schema files, which say how the texts of a source become values of a table (docs/schema.md).") { Draft() };

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
                string target =
                    parsed.GetValue(output)
                    ?? (
                        pipe
                            ? throw new UsageException("--out: expected the file to write, as the source is a pipe")
                            : Beside(source, file)
                    );
                if (!parsed.GetValue(force) && File.Exists(target))
                {
                    throw new UsageException($"{target} exists; --force replaces it");
                }

                string table = parsed.GetValue(name) ?? (pipe ? "table" : Path.GetFileNameWithoutExtension(file));
                ImportOptions options = SourceFile.Options(parsed.GetValue(delimiter), parsed.GetValue(encoding));
                using Stream stream = SourceFile.Open(source);
                string draft = ProgressBar.Run(
                    "reading",
                    stream.CanSeek ? stream.Length : 0,
                    "bytes",
                    p => SchemaDraft.Propose(stream, SourceFile.Name(source), table, options, new SourceFile.Fraction(p), token),
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
