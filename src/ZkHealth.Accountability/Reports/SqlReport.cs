using System.Globalization;
using System.Text.Json.Nodes;
using ZkHealth.Statistics;

namespace ZkHealth.Accountability.Reports;

/// <summary>Shows the answer to a query: as a table for people, and under --json as columns and rows.</summary>
internal static class SqlReport
{
    private const int MostNamed = 12;

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

        report.Add("withheld", new JsonArray([.. answer.Withheld.Select(g => (JsonNode)g)]));
        if (answer.Withheld.Count > 0)
        {
            string more = answer.Withheld.Count > MostNamed ? ", …" : "";
            report.Line(
                $"withheld, each proven to have fewer than {answer.Least} rows, perhaps none: {string.Join("; ", answer.Withheld.Take(MostNamed))}{more}"
            );
        }
    }

    /// <summary>The answer as CSV (RFC 4180): a header, then a line for each row; NULL is an empty field.</summary>
    public static string Csv(SqlAnswer answer)
    {
        string Field(string text) =>
            text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
        var lines = new List<string> { string.Join(',', answer.Columns.Select(Field)) };
        lines.AddRange(answer.Rows.Select(row => string.Join(',', row.Select(x => x is null ? "" : Field(Text(x))))));
        return string.Join('\n', lines) + "\n";
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
