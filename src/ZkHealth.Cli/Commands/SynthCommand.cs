using System.CommandLine;
using System.Text;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth synth`: patients that do not exist.</summary>
internal static class SynthCommand
{
    public static Command Create()
    {
        var rows = new Option<long>("--rows") { Description = "Patients, 1 to 2^30.", DefaultValueFactory = _ => 100_000 }.Within(
            1,
            1L << 30
        );
        var seed = new Option<ulong>("--seed")
        {
            Description = "The same seed gives the same file.",
            DefaultValueFactory = _ => 1,
        };
        var output = new Option<string>("--out")
        {
            Description = "The CSV file; its schema goes beside it.",
            DefaultValueFactory = _ => "patients.csv",
        };
        var force = new Option<bool>("--force") { Description = "Replace existing files." };
        var command = new Command("synth", "Write synthetic patients as CSV, and the schema file that imports them.")
        {
            rows,
            seed,
            output,
            force,
        };
        return command.Action(
            (parsed, report, token) =>
            {
                (string csv, string schema) = Run(
                    parsed.GetValue(output)!,
                    parsed.GetValue(rows),
                    parsed.GetValue(seed),
                    parsed.GetValue(force),
                    token
                );
                report.Add("rows", parsed.GetValue(rows));
                report.Add("csv", csv, $"patients: {csv}");
                report.Add("schema", schema, $"schema:   {schema}");
                return ExitCode.Accepted;
            }
        );
    }

    internal static (string Csv, string Schema) Run(string csv, long rows, ulong seed, bool force, CancellationToken token)
    {
        string schema = Path.ChangeExtension(csv, ".schema.json");
        if (!force && File.Exists(schema))
        {
            throw new UsageException($"{schema} exists; --force replaces it");
        }

        AtomicFile.WriteStream(
            csv,
            stream =>
            {
                using var text = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
                new SyntheticPatients(seed).WriteCsv(text, rows, token);
            },
            overwrite: force
        );
        AtomicFile.Write(schema, Encoding.UTF8.GetBytes(SyntheticPatients.SchemaJson));
        return (csv, schema);
    }
}
