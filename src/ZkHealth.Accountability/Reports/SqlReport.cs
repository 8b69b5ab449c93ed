using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ZkHealth.Statistics;

namespace ZkHealth.Accountability.Reports;

/// <summary>Shows the answer to a query: as a table for people, and under --json as columns and rows.</summary>
internal static class SqlReport
{
    private const int MostNamed = 12;

    /// <summary>Shows which comparisons of a query no value meets.</summary>
    public static void Remarks(IReadOnlyList<string> remarks, Report report)
    {
        report.Add("notes", new JsonArray([.. remarks.Select(r => (JsonNode)r)]));
        foreach (string remark in remarks)
        {
            report.Line($"note: {remark}");
        }
    }

    public static void Write(SqlAnswer answer, Report report)
    {
        report.Add("columns", new JsonArray([.. answer.Columns.Select(c => (JsonNode)c)]));
        report.Add("rows", new JsonArray([.. answer.Rows.Select(row => new JsonArray([.. row.Select(Json)]))]));
        string[][] texts =
        [
            [.. answer.Columns],
            .. answer.Rows.Select(row => row.Select(Text).ToArray()),
        ];
        int[] widths = [.. Enumerable.Range(0, answer.Columns.Count).Select(j => texts.Max(row => Cells(row[j])))];
        foreach (string[] row in texts)
        {
            report.Line(
                string.Join(
                        "  ",
                        row.Select(
                            (text, j) =>
                                new string(' ', widths[j] - Cells(text)) is var room && IsNumber(answer, j)
                                    ? room + text
                                    : text + room
                        )
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

    /// <summary>The answer as CSV (RFC 4180): a header, then a line for each row; NULL is an empty field, a text that a
    /// spreadsheet would take for a formula has an apostrophe before it.</summary>
    public static string Csv(SqlAnswer answer)
    {
        string Field(object? value) =>
            value switch
            {
                null => "",
                string text => CsvText.Label(text),
                _ => Text(value),
            };
        var lines = new List<string> { string.Join(',', answer.Columns.Select(CsvText.Label)) };
        lines.AddRange(answer.Rows.Select(row => string.Join(',', row.Select(Field))));
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>The columns of a terminal that a text takes: two for a character of East Asia (Unicode, UAX 11: wide and full
    /// width), none for a mark.</summary>
    private static int Cells(string text) =>
        text.EnumerateRunes()
            .Sum(r =>
                Rune.GetUnicodeCategory(r) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? 0
                : r.Value
                    is (>= 0x1100 and <= 0x115F)
                        or (>= 0x2E80 and <= 0xA4CF)
                        or (>= 0xAC00 and <= 0xD7A3)
                        or (>= 0xF900 and <= 0xFAFF)
                        or (>= 0xFE30 and <= 0xFE6F)
                        or (>= 0xFF00 and <= 0xFF60)
                        or (>= 0xFFE0 and <= 0xFFE6)
                        or (>= 0x1F300 and <= 0x1FAFF)
                        or (>= 0x20000 and <= 0x3FFFD)
                    ? 2
                : 1
            );

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
