using System.Text.Json.Nodes;
using ZkHealth.Data;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>Words for an import of `zkhealth commit`: records and values, and what their owner should know.</summary>
internal static class ImportDescription
{
    private const int LargeCube = 1 << 16;

    public static void Write(ImportResult result, ImportSchema schema, Report report)
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

        NoteLargeCubes(result.Table.Schema, report);
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
