using System.Globalization;
using System.Text.Json.Nodes;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;

namespace ZkHealth.Cli.Commands;

/// <summary>Shows the answer to a query: as a table for people, and under --json as columns and rows.</summary>
internal static class SqlReport
{
    public static void Write(SqlAnswer answer, Report report)
    {
        report.Add("columns", new JsonArray([.. answer.Columns.Select(c => (JsonNode)c)]));
        report.Add("rows", new JsonArray([.. answer.Rows.Select(row => new JsonArray([.. row.Select(Json)]))]));
        string[][] texts =
        [
            [.. answer.Columns],
            .. answer.Rows.Select(row => row.Select(Text).ToArray()),
        ];
        int[] widths = [.. Enumerable.Range(0, answer.Columns.Count).Select(j => texts.Max(row => row[j].Length))];
        foreach (string[] row in texts)
        {
            report.Line(
                string.Join(
                        "  ",
                        row.Select((text, j) => IsNumber(answer, j) ? text.PadLeft(widths[j]) : text.PadRight(widths[j]))
                    )
                    .TrimEnd()
            );
        }

        if (answer.Withheld > 0)
        {
            report.Line(
                $"{answer.Withheld} group{(answer.Withheld == 1 ? "" : "s")} of fewer rows withheld, empty ones among them"
            );
        }
    }

    private static bool IsNumber(SqlAnswer answer, int column) => answer.Rows.Any(row => row[column] is decimal or double);

    private static JsonNode? Json(object? value) =>
        value switch
        {
            null => null,
            bool truth => truth,
            decimal number => decimal.Truncate(number) == number && Math.Abs(number) < long.MaxValue ? (long)number : number,
            double number => double.IsFinite(number) ? number : null,
            _ => Text(value),
        };

    private static string Text(object? value) =>
        value switch
        {
            null => "NULL",
            bool truth => truth ? "true" : "false",
            decimal number => (number / 1.000000000000000000000000000m).ToString(CultureInfo.InvariantCulture),
            DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
}
