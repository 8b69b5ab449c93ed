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
        var omop = new Option<string?>("--omop")
        {
            Description =
                "Write into this folder the tables of the OMOP Common Data Model with so many persons, and the schemas that import them.",
        };
        var force = new Option<bool>("--force") { Description = "Replace existing files." };
        var command = new Command("synth", "Write synthetic patients as CSV, and the schema file that imports them.")
        {
            rows,
            seed,
            output,
            omop,
            force,
        };
        return command.Action(
            (parsed, report, token) =>
            {
                if (parsed.GetValue(omop) is string folder)
                {
                    Omop(folder, parsed.GetValue(rows), parsed.GetValue(seed), parsed.GetValue(force), report, token);
                    return ExitCode.Accepted;
                }

                (string csv, string schema) = NewFiles.Patients(
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

    private static void Omop(string folder, long persons, ulong seed, bool force, Report report, CancellationToken token)
    {
        IReadOnlyDictionary<string, string> schemas = SyntheticOmop.Schemas("omop");
        string[] files =
        [
            .. SyntheticOmop.Tables.Select(t => Path.Combine(folder, t + ".csv")),
            .. schemas.Keys.Select(name => Path.Combine(folder, name)),
        ];
        if (!force && files.FirstOrDefault(File.Exists) is string there)
        {
            throw new UsageException($"{there} exists; --force replaces it");
        }

        Directory.CreateDirectory(folder);
        var outputs = new List<TextWriter>();
        try
        {
            outputs.AddRange(
                SyntheticOmop.Tables.Select((_, t) => new StreamWriter(files[t], false, new UTF8Encoding(false), 1 << 16))
            );
            new SyntheticOmop(seed).Write(outputs, persons, token);
        }
        finally
        {
            outputs.ForEach(o => o.Dispose());
        }

        foreach ((string name, string text) in schemas)
        {
            AtomicFile.Write(Path.Combine(folder, name), Encoding.UTF8.GetBytes(text), overwrite: force);
        }

        report.Add("rows", persons);
        report.Add("files", new System.Text.Json.Nodes.JsonArray([.. files.Select(f => (System.Text.Json.Nodes.JsonNode)f)]));
        foreach (string file in files)
        {
            report.Line($"written: {file}");
        }
    }
}
