using System.Text;
using Xunit;
using ZkHealth.Tables;

namespace ZkHealth.Data.Tests;

/// <summary>Cases after public reports (../shared/cases) that the schema decides: what each file means, with its right
/// values.</summary>
public class SchemaCaseTests
{
    private static string? Folder(string start)
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "ZkHealth.sln")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        string cases = Path.Combine(root, "..", "shared", "cases");
        return Directory.Exists(cases) ? Directory.GetDirectories(cases, start + "-*").Single() : null;
    }

    private static ImportResult Import(
        string start,
        string csv = "in.csv",
        string schema = "schema.json",
        Func<string, string>? change = null,
        char delimiter = ','
    )
    {
        string? folder = Folder(start);
        Skip.If(folder is null, "../shared/cases is not here");
        string json = File.ReadAllText(Path.Combine(folder, schema));
        using FileStream stream = File.OpenRead(Path.Combine(folder, csv));
        return CsvImporter.Import(
            stream,
            csv,
            ImportSchema.Parse(Encoding.UTF8.GetBytes(change?.Invoke(json) ?? json), folder),
            new ImportOptions { Delimiter = delimiter }
        );
    }

    /// <summary>How many rows have each label, the first column's if no other is named.</summary>
    private static Dictionary<string, int> Labels(ImportResult imported, string column)
    {
        int j = imported.Table.Schema.IndexOf(column);
        return imported
            .Table.Codes(j)
            .ToArray()
            .GroupBy(c => imported.Table.Schema.Columns[j].Label(c))
            .ToDictionary(g => g.Key, g => g.Count());
    }

    private static double Mean(ImportResult imported, string column)
    {
        int j = imported.Table.Schema.IndexOf(column);
        return imported
            .Table.Codes(j)
            .ToArray()
            .Where(c => c != 0)
            .Average(c => (double)((NumberColumn)imported.Table.Schema.Columns[j]).Value(c));
    }

    [SkippableFact]
    public void Case_02_missing_codes_compare_as_numbers()
    {
        ImportResult imported = Import("02");
        Assert.Equal((20, 1.5), ((int)imported.Report.Columns[0].Missing, Mean(imported, "drinks")));
        Assert.Equal(60, imported.Table.Rows);
    }

    [SkippableFact]
    public void Case_03_thousands_are_stated()
    {
        ImportResult imported = Import(
            "03",
            change: json =>
                json.Replace("\"columns\"", "\"decimal\": \",\", \"thousands\": \".\", \"columns\"", StringComparison.Ordinal),
            delimiter: ';'
        );
        Assert.Equal((742.0, 0L), (Mean(imported, "platelets"), imported.Report.Columns[0].Rounded));
        Assert.Equal(20, Import("03", delimiter: ';').Report.Columns[0].Rounded);
    }

    [SkippableFact]
    public void Case_04_the_decimal_sign_is_stated()
    {
        ImportResult imported = Import(
            "04",
            change: json =>
                json.Replace("\"columns\"", "\"decimal\": \",\", \"columns\"", StringComparison.Ordinal)
                    .Replace("\"max\": 20,", "\"max\": 20, \"scale\": 1,", StringComparison.Ordinal)
                    .Replace("integer", "number", StringComparison.Ordinal),
            delimiter: ';'
        );
        Assert.Contains("6.5", Labels(imported, "hba1c").Keys);
        ImportException fault = Assert.Throws<ImportException>(() => Import("04", delimiter: ';'));
        Assert.Equal((2L, "6,5"), (fault.Line!.Value, fault.Value));
    }

    /// <summary>1.234 of a German file became 1, and nothing was said: now the numbers are counted, and the message shows what to
    /// add.</summary>
    [SkippableFact]
    public void Case_03_a_point_that_may_stand_between_thousands_is_said()
    {
        ImportReport report = Import("03", delimiter: ';').Report;
        Assert.Equal(20, report.Columns[0].Rounded);
        Assert.Equal(
            "column 'platelets': the sign '.' stands before three digits in 20 numbers, such as '1.234', and nowhere else; "
                + "if it stands between thousands, add \"thousands\": \".\", \"decimal\": \",\" to the column",
            Assert.Single(report.Hints)
        );
        ImportResult german = Import(
            "03",
            change: json =>
                json.Replace("\"max\"", "\"thousands\": \".\", \"decimal\": \",\", \"max\"", StringComparison.Ordinal),
            delimiter: ';'
        );
        Assert.Equal((742, 0), (Mean(german, "platelets"), german.Report.Hints.Count));
    }

    [SkippableFact]
    public void Case_07_top_codes_are_read_and_said()
    {
        ImportResult imported = Import(
            "07",
            change: json => json.Replace("120", "90, \"topCode\": \"90+\"", StringComparison.Ordinal)
        );
        Assert.Equal(new Dictionary<string, int> { ["45"] = 20, ["90+"] = 24 }, Labels(imported, "age"));
        Assert.True(((NumberColumn)imported.Table.Schema.Columns[imported.Table.Schema.IndexOf("age")]).IsTopCoded(91));
        Assert.Equal(24, Labels(Import("07", schema: "bands.schema.json"), "age")["90+"]);
    }

    [SkippableFact]
    public void Case_08_codes_with_leading_zeros_are_told_apart()
    {
        Dictionary<string, int> labels = Labels(Import("08"), "icd");
        Assert.Equal((15, 12, 11, 20), (labels["042"], labels["0042"], labels["42"], labels["E11.9"]));
    }

    [SkippableFact]
    public void Case_09_dates_are_read()
    {
        Assert.Equal("1940-01-10", Assert.Throws<ImportException>(() => Import("09")).Value);
        const string Number = "\"kind\": \"integer\",\n   \"min\": 1900,\n   \"max\": 2026";
        ImportResult years = Import(
            "09",
            change: json =>
                json.Replace(
                    Number,
                    "\"kind\": \"date\", \"unit\": \"year\", \"first\": \"1900-01-01\", \"last\": \"2026-12-31\"",
                    StringComparison.Ordinal
                )
        );
        Assert.Equal(
            1940,
            ((DateColumn)years.Table.Schema.Columns[years.Table.Schema.IndexOf("BIRTHDATE")])
                .Value(years.Table.Codes(years.Table.Schema.IndexOf("BIRTHDATE")).Span[0])
                .Year
        );
        ImportResult ages = Import(
            "09",
            change: json =>
                json.Replace(
                    Number,
                    "\"kind\": \"number\", \"ageAt\": \"2026-01-01\", \"min\": 0, \"max\": 120",
                    StringComparison.Ordinal
                )
        );
        Assert.Contains("85", Labels(ages, "BIRTHDATE").Keys);
    }

    [SkippableFact]
    public void Case_14_numbers_are_rounded_before_their_range_is_looked_at()
    {
        Assert.Equal(["10"], Labels(Import("14"), "bmi").Keys.Distinct());
        Assert.Equal(["99"], Labels(Import("14", "hi.csv"), "bmi").Keys.Distinct());
        Assert.Equal(["25"], Labels(Import("14", "exp.csv"), "bmi").Keys.Distinct());
    }

    [SkippableFact]
    public void Case_15_bands_have_decimal_limits()
    {
        string[] values = File.ReadAllLines(Path.Combine(Folder("15") ?? ".", "in.csv"))[1..];
        Dictionary<string, int> labels = Labels(Import("15"), "bmi");
        decimal Cut(string v) => Math.Floor(decimal.Parse(v, System.Globalization.CultureInfo.InvariantCulture) * 10) / 10;
        Assert.Equal(
            (
                values.Count(v => Cut(v) <= 18.4m),
                values.Count(v => Cut(v) is >= 18.5m and <= 24.9m),
                values.Count(v => Cut(v) >= 25)
            ),
            (labels["under"], labels["normal"], labels["over"])
        );
    }

    [SkippableFact]
    public void Case_22_persons_are_read_for_the_guard_and_never_committed()
    {
        ImportResult imported = Import(
            "22",
            change: json => json.Replace("[{", "[{\"name\": \"patient\", \"kind\": \"person\"}, {", StringComparison.Ordinal)
        );
        uint[] ill =
        [
            .. imported.Persons.ToArray().Where((_, i) => imported.Table.Codes(imported.Table.Schema.IndexOf("dx")).Span[i] == 2),
        ];
        Assert.Equal((100, 40, 8), (imported.Persons.Length, ill.Length, ill.Distinct().Count()));
        Assert.Equal(-1, imported.Table.Schema.IndexOf("patient"));
        Assert.True(Import("22").Persons.IsEmpty);
    }

    [SkippableFact]
    public void Case_23_yes_and_no_have_their_usual_spellings()
    {
        ImportResult imported = Import("23");
        foreach (string column in (string[])["a", "b", "c"])
        {
            Assert.Equal(
                new Dictionary<string, int>
                {
                    ["yes"] = 12,
                    ["no"] = 12,
                    ["no value"] = 3,
                },
                Labels(imported, column)
            );
        }

        Assert.Equal(
            new Dictionary<string, int>
            {
                ["m"] = 12,
                ["f"] = 12,
                ["no value"] = 3,
            },
            Labels(imported, "d")
        );
    }

    [SkippableFact]
    public void Case_25_no_digit_is_lost()
    {
        Assert.Equal(["0-64"], Labels(Import("25", "bands.csv", "bands.schema.json"), "v").Keys.Distinct());
        Assert.Equal(".5", Assert.Throws<ImportException>(() => Import("25")).Value);
        Assert.Equal(
            new Dictionary<string, int>
            {
                ["7"] = 1,
                ["5"] = 3,
                ["1"] = 1,
                ["0"] = 1,
            },
            Labels(
                Import(
                    "25",
                    change: json => json.Replace("\"max\"", "\"round\": \"nearest\", \"max\"", StringComparison.Ordinal)
                ),
                "v"
            )
        );
    }

    [SkippableFact]
    public void Case_26_bands_that_overlap_or_leave_a_gap()
    {
        string message = Assert.Throws<FormatException>(() => Import("26", schema: "overlap.schema.json")).Message;
        Assert.EndsWith("column 'v': the bands '0-18' and '18-64' overlap", message, StringComparison.Ordinal);
        ImportException fault = Assert.Throws<ImportException>(() => Import("26", schema: "gap.schema.json"));
        Assert.Equal("18", fault.Value);
    }
}
