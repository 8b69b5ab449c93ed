using System.CommandLine;
using System.Text.Json.Nodes;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth check`: all faults of a source by column, in one pass; writes nothing.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        Argument<string> csv = SourceFile.Argument();
        var schema = new Option<string>("--schema") { Description = "The schema file (docs/schema.md).", Required = true };
        Option<string?> delimiter = SourceFile.DelimiterOption(),
            encoding = SourceFile.EncodingOption();
        var command = new Command(
            "check",
            "List everything in a CSV that a schema does not know, by column, with examples and lines; writes nothing."
        )
        {
            csv,
            schema,
            delimiter,
            encoding,
        };
        return command.Action(
            (parsed, report, token) =>
            {
                report.Verifies = true;
                string source = parsed.GetValue(csv)!;
                ImportSchema read = Inputs.Schema(parsed.GetValue(schema)!);
                ImportOptions options = SourceFile.Options(parsed.GetValue(delimiter), parsed.GetValue(encoding));
                using Stream stream = SourceFile.Open(source);
                ImportReport found = SourceFile.Read(
                    "checking",
                    stream,
                    p => CsvImporter.Check(stream, SourceFile.Name(source), read, options, p, token),
                    token
                );
                Describe(found, SourceFile.Name(source), report);
                return found.Refused == 0 && found.FaultCount == 0 && found.Records > 0 ? ExitCode.Accepted : ExitCode.Usage;
            }
        );
    }

    private static void Describe(ImportReport found, string file, Report report)
    {
        report.Add("records", found.Records);
        report.Add("refused", found.Refused);
        report.Add("faultCount", found.FaultCount);
        report.Add(
            "faults",
            new JsonArray([.. found.Faults.Select(f => new JsonObject { ["line"] = f.Line, ["problem"] = f.Problem })])
        );
        report.Add("columns", new JsonArray([.. found.Columns.Select(Json)]));
        string verdict =
            found.Records == 0 ? "the file has a header and no rows"
            : found.Refused + found.FaultCount == 0 ? "everything in it is known to the schema"
            : $"{found.Refused} of them cannot be committed";
        report.Line($"{file}: {found.Records} records; {verdict}");
        report.Json["reason"] = verdict;
        if (found.FaultCount > 0)
        {
            report.Line(
                $"  {found.FaultCount} fault{(found.FaultCount == 1 ? "" : "s")} of lines{(found.FaultCount > found.Faults.Count ? $", the first {found.Faults.Count}" : "")}:"
            );
        }

        foreach (ImportFault fault in found.Faults)
        {
            report.Line($"    line {fault.Line}: {fault.Problem}");
        }

        foreach (ImportedColumn column in found.Columns)
        {
            string source = column.Source == column.Name ? "" : $" (source '{column.Source}')";
            string rounded = column.Rounded == 0 ? "" : $", {column.Rounded} rounded";
            string clamped = column.Clamped == 0 ? "" : $", {column.Clamped} taken into the last value (top code)";
            report.Line($"  {column.Name}{source}: {column.Missing} missing{rounded}{clamped}, {column.Unknown} unknown");
            if (column.Unknown == 0)
            {
                continue;
            }

            report.Line($"    expected {column.Expected}, got");
            foreach (UnknownValue value in column.Examples)
            {
                report.Line(
                    $"    '{value.Text}' in {value.Rows} {(value.Rows == 1 ? "row" : "rows, first")} on line {value.Line}"
                );
            }

            long others = column.Unknown - column.Examples.Sum(e => e.Rows);
            if (others > 0)
            {
                report.Line($"    and other texts in {others} {(others == 1 ? "row" : "rows")}");
            }
        }

        report.Add("hints", new JsonArray([.. found.Hints.Select(h => (JsonNode)h)]));
        foreach (string hint in found.Hints)
        {
            report.Line($"hint: {hint}");
        }
    }

    private static JsonObject Json(ImportedColumn column) =>
        new()
        {
            ["name"] = column.Name,
            ["source"] = column.Source,
            ["missing"] = column.Missing,
            ["rounded"] = column.Rounded,
            ["clamped"] = column.Clamped,
            ["unknown"] = column.Unknown,
            ["expected"] = column.Expected,
            ["examples"] = new JsonArray([
                .. column.Examples.Select(e => new JsonObject
                {
                    ["text"] = e.Text,
                    ["rows"] = e.Rows,
                    ["line"] = e.Line,
                }),
            ]),
        };
}
