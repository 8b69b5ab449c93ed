using System.Text;
using Xunit;
using ZkHealth.Tables;

namespace ZkHealth.Data.Tests;

/// <summary>Columns that cannot be told, are mistyped in places, or hold nothing.</summary>
public partial class SchemaDraftTests
{
    [Fact]
    public void What_cannot_be_told_is_left_out_and_said()
    {
        string draft = Draft(
            Csv(
                "seen,id,note,n,m",
                Repeat(60, "01/05/2026", "02/03/2026"),
                [.. Enumerable.Range(0, 60).Select(i => $"{i + 7000}")],
                [.. Enumerable.Range(0, 60).Select(i => $"text {i}")],
                Repeat(60, "1.234", "2.500"),
                Repeat(60, "\"1,234\"", "\"2,500\"")
            )
        );
        Assert.Contains("// seen: dates that could be day-first or month-first: left out", draft, StringComparison.Ordinal);
        Assert.Contains("// id: whole numbers that hardly repeat", draft, StringComparison.Ordinal);
        Assert.Contains("// note: 60 texts that differ: left out", draft, StringComparison.Ordinal);
        Assert.Contains("// n: every point stands before three digits", draft, StringComparison.Ordinal);
        Assert.Contains("// m: every comma stands before three digits", draft, StringComparison.Ordinal);
        Assert.Contains(
            "no column can be proposed",
            Assert.Throws<ImportException>(() => Draft(Csv("id", [.. Enumerable.Range(0, 60).Select(i => $"a{i}")]))).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "no rows",
            Assert.Throws<ImportException>(() => Draft("a,b\n"u8.ToArray())).Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>One mistyped number or date made a column one of texts that differ, left out or a category of all its numbers:
    /// the draft was of no use for a file with faults, which are what check is to list after it. A code that many rows have is no
    /// mistake.</summary>
    [Fact]
    public void A_few_mistakes_do_not_hide_what_a_column_is()
    {
        static string[] With(string mistake, Func<int, string> text) =>
            [.. Enumerable.Range(0, 600).Select(i => i == 7 ? mistake : text(i))];
        byte[] csv = Csv(
            "n,hba1c,born,top,ward,many",
            With("12o", i => $"{20 + i % 60}"),
            With("6.5", i => $"\"{i % 90 / 10},{i % 10}\""),
            With("2020-01-01", i => $"{1 + i % 28}.{1 + i % 12}.{1950 + i % 40}"),
            With("eighty", i => i % 90 == 89 ? "90+" : $"{i % 89}"),
            [.. Enumerable.Range(0, 600).Select(i => i % 4 == 0 ? "ICU" : $"{i % 40}")],
            [
                .. Enumerable
                    .Range(0, 600)
                    .Select(i =>
                        i == 9 ? "-"
                        : i == 8 ? "high"
                        : $"{i}.25"
                    ),
            ]
        );
        string draft = Draft(csv);
        (ImportSchema schema, ImportReport report) = Round(csv);
        Assert.Equal((20m, 79m), ((NumberColumn)Column(schema, "n")) is var n ? (n.Min, n.Max) : default);
        Assert.Equal(1, ((NumberColumn)Column(schema, "hba1c")).Scale);
        Assert.Equal(1950, ((DateColumn)Column(schema, "born")).First.Year);
        Assert.Equal("90+", ((NumberColumn)Column(schema, "top")).TopCode);
        Assert.IsType<CategoryColumn>(Column(schema, "ward"));
        Assert.IsType<BandColumn>(Column(schema, "many"));
        Assert.Equal(
            ["12o", "6.5", "2020-01-01", "eighty", "", "high"],
            report.Columns.Select(c => c.Examples.Select(e => e.Text).SingleOrDefault(""))
        );
        Assert.Equal(2, report.Refused);
        foreach (
            string note in (string[])
                [
                    "// n: 1 of its texts is no number, such as '12o': zkhealth check lists them",
                    "// hba1c: 1 of its texts is no number with a decimal comma, such as '6.5'",
                    "// born: 1 of its texts is no date, such as '2020-01-01'",
                ]
        )
        {
            Assert.Contains(note, draft, StringComparison.Ordinal);
        }
    }

    /// <summary>Days as Excel counts them are numbers to a reader of texts; of a top-coded column the missing code was its least
    /// number as well.</summary>
    [Fact]
    public void Days_of_Excel_and_missing_codes_of_top_coded_numbers_are_said()
    {
        byte[] csv = Csv(
            "admitted,age",
            [.. Enumerable.Range(0, 60).Select(i => $"{45300 + i % 30}")],
            Repeat(60, "12", "90+", "-9", "40")
        );
        Assert.Contains("// admitted: days as Excel counts them?", Draft(csv), StringComparison.Ordinal);
        (ImportSchema schema, ImportReport report) = Round(csv);
        Assert.Equal((12m, 15L), (((NumberColumn)Column(schema, "age")).Min, report.Columns[^1].Missing));
    }

    /// <summary>A column without any value was left out without a word on how to keep it: other months have values.</summary>
    [Fact]
    public void A_column_without_a_value_is_left_out_with_the_line_that_keeps_it()
    {
        byte[] csv = Csv("sex,\"re \"\"ad\"\" mitted\"", Repeat(60, "f", "m"), Repeat(60, "", "NA"));
        string draft = Draft(csv);
        string line = draft.Split('\n').Single(l => l.Contains("no row has a value: left out", StringComparison.Ordinal));
        string member = line[line.IndexOf('{', StringComparison.Ordinal)..];
        ImportSchema schema = ImportSchema.Parse(
            Encoding.UTF8.GetBytes($"{{ \"name\": \"t\", \"missing\": [\"\", \"NA\"], \"columns\": [ {member} ] }}")
        );
        ImportResult imported = CsvImporter.Import(new MemoryStream(csv), "x", schema);
        Assert.Equal((60, 60L), (imported.Table.Rows, imported.Report.Columns.Single().Missing));
    }
}
