using System.Text;
using Xunit;
using ZkHealth.Tables;

namespace ZkHealth.Data.Tests;

/// <summary>A column that the importer makes of two: the days from one date to another.</summary>
public class DaysTests
{
    private const string Stay =
        """{ "name": "stay", "kind": "integer", "from": { "days": ["in", "out"] }, "min": 0, "max": 30, "topCode": "30+" }""";

    private static ImportSchema Schema(params string[] columns) =>
        ImportSchema.Parse(
            Encoding.UTF8.GetBytes($$"""{ "name": "t", "missing": ["", "?"], "columns": [ {{string.Join(", ", columns)}} ] }""")
        );

    private static ImportResult Import(ImportSchema schema, string csv) =>
        CsvImporter.Import(new MemoryStream(Encoding.UTF8.GetBytes(csv)), "x.csv", schema);

    private static string[] Labels(ImportResult imported, string column)
    {
        int j = imported.Table.Schema.IndexOf(column);
        return [.. imported.Table.Codes(j).ToArray().Select(imported.Table.Schema.Columns[j].Label)];
    }

    [Fact]
    public void Days_are_counted_across_months_and_leap_years()
    {
        ImportSchema schema = Schema(
            Stay,
            """{ "name": "band", "kind": "bands", "from": { "days": ["in", "out"] }, "bands": [ { "label": "short", "from": 0, "to": 3 }, { "label": "long", "from": 4 } ] }""",
            """{ "name": "wait", "kind": "number", "unit": "d", "from": { "days": ["out", "in"] }, "min": -500, "max": 0 }""",
            """{ "name": "in", "kind": "date", "first": "2024-01-01", "last": "2026-12-31", "unit": "year" }"""
        );
        Assert.Equal(["in", "out", "in", "out", "out", "in", "in"], schema.Sources);
        ImportResult imported = Import(
            schema,
            "out,x,\"in\"\n2024-03-01,1,2024-02-28\n\"2025-03-01\",2,\" 2025-02-28T23:59 \"\n2024-02-28,3,2024-02-28\n2025-02-28,4,2024-02-28\n,5,2024-02-28\n?,6,?\n"
        );
        Assert.Equal(["2 days", "1 days", "0 days", "30+ days", "no value", "no value"], Labels(imported, "stay"));
        Assert.Equal(["short", "short", "short", "long", "no value", "no value"], Labels(imported, "band"));
        Assert.Equal(["-2 d", "-1 d", "0 d", "-366 d", "no value", "no value"], Labels(imported, "wait"));
        Assert.Equal((2, 1), (imported.Report.Columns[0].Missing, imported.Report.Columns[0].Clamped));
        Assert.Equal(2, imported.Report.Columns[1].Missing);
    }

    [Theory]
    [InlineData(
        "2026-01-05,2026-01-01\n",
        "x.csv, line 2, column 'in': expected a date such as 2026-05-31 (iso) in 'in' and in 'out', and from the first to the second, in days, a whole number from 0 to 30, or '30+', got '2026-01-05' and '2026-01-01'"
    )]
    [InlineData("2026-01-05,5.1.2026\n", "got '2026-01-05' and '5.1.2026'")]
    [InlineData("x,\n", "got 'x' and ''")]
    [InlineData("2026-01-01\u001F2026-01-05,\n", "got '2026-01-01")]
    [InlineData("30+,30+\n", "got '30+' and '30+'")]
    public void What_are_no_such_dates_is_refused(string row, string message) =>
        Assert.Contains(
            message,
            Assert.Throws<ImportException>(() => Import(Schema(Stay), "in,out\n" + row)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Dates_are_read_in_the_stated_form()
    {
        ImportSchema schema = Schema(Stay.Replace("\"min\"", "\"format\": \"day-first\", \"min\"", StringComparison.Ordinal));
        Assert.Equal(["29 days"], Labels(Import(schema, "in,out\n1.4.2026,30.4.2026\n"), "stay"));
        Assert.Contains(
            "there is no column 'out'",
            Assert.Throws<ImportException>(() => Import(schema, "in,Out\n1.4.2026,3.4.2026\n")).Message,
            StringComparison.Ordinal
        );
        Assert.Equal("days", ((NumberColumn)schema.Table.Columns[1]).Unit);
    }

    [Theory]
    [InlineData("\"days\": [\"in\"]", "", "names two columns of dates, such as { \"days\"")]
    [InlineData("\"days\": [\"in\", \"in\"]", "", "names two columns of dates")]
    [InlineData("\"years\": [\"in\", \"out\"]", "", "unknown member 'years': what a column is made of has days")]
    [InlineData("\"days\": [\"in\", \"out\"]", "\"source\": \"a\",", "have no \"source\"")]
    [InlineData("\"days\": [\"in\", \"out\"]", "\"ageAt\": \"2026-01-01\",", "have no \"ageAt\"")]
    public void What_is_no_such_column_is_refused(string from, string more, string message)
    {
        string json = $$"""{ "name": "a", "kind": "integer", {{more}} "from": { {{from}} }, "min": 0, "max": 9 }""";
        Assert.Contains(message, Assert.Throws<FormatException>(() => Schema(json)).Message, StringComparison.Ordinal);
    }
}
