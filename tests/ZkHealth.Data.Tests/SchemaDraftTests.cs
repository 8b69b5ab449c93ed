using System.Globalization;
using System.Text;
using FsCheck.Xunit;
using NJsonSchema;
using Xunit;
using ZkHealth.Tables;

namespace ZkHealth.Data.Tests;

/// <summary>A schema that is proposed for a file is a schema file, and imports that file without an edit.</summary>
public partial class SchemaDraftTests
{
    private static string Root
    {
        get
        {
            string folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "ZkHealth.sln")))
            {
                folder = Path.GetDirectoryName(folder)!;
            }

            return folder;
        }
    }

    private static string? Shared(string path) =>
        Path.Combine(Root, "..", "shared", path) is string full && Path.Exists(full) ? full : null;

    private static string Draft(byte[] csv, char delimiter = ',') =>
        SchemaDraft.Propose(new MemoryStream(csv), "x.csv", "drafted \"table\"", new ImportOptions { Delimiter = delimiter });

    /// <summary>Drafts, reads the draft, and imports the file with it: nothing may be unknown.</summary>
    private static (ImportSchema Schema, ImportReport Report) Round(byte[] csv, char delimiter = ',')
    {
        string draft = Draft(csv, delimiter);
        ImportSchema schema = ImportSchema.Parse(Encoding.UTF8.GetBytes(draft));
        ImportReport report = CsvImporter.Check(
            new MemoryStream(csv),
            "x.csv",
            schema,
            new ImportOptions { Delimiter = delimiter }
        );
        Assert.True(
            report.Refused == 0 || draft.Contains(": zkhealth check lists them", StringComparison.Ordinal),
            string.Join(
                "\n",
                report
                    .Columns.Where(c => c.Unknown > 0)
                    .Select(c => $"{c.Name}: expected {c.Expected}, got '{c.Examples[0].Text}'")
            )
                + "\n"
                + draft
        );
        return (schema, report);
    }

    private static ColumnSchema Column(ImportSchema schema, string name) => schema.Table.Columns[schema.Table.IndexOf(name)];

    private static byte[] Csv(string header, params string[][] columns) =>
        Encoding.UTF8.GetBytes(
            header
                + "\n"
                + string.Concat(
                    Enumerable.Range(0, columns[0].Length).Select(i => string.Join(',', columns.Select(c => c[i])) + "\n")
                )
        );

    private static string[] Repeat(int rows, params string[] texts) =>
        [.. Enumerable.Range(0, rows).Select(i => texts[i % texts.Length])];

    [SkippableTheory]
    [InlineData("brfss2015.csv", "BMI", "Diabetes_012", null)]
    [InlineData("encounters.csv", "time_in_hospital", "race", "patient_nbr")]
    public async Task Real_files_are_imported_under_their_drafts(string file, string number, string other, string? person)
    {
        string? path = Shared(Path.Combine("data", file));
        Skip.If(path is null, "../shared/data is not here");
        byte[] csv = await File.ReadAllBytesAsync(path);
        (ImportSchema schema, ImportReport report) = Round(csv);
        Assert.IsType<NumberColumn>(Column(schema, number));
        Assert.True(schema.Table.IndexOf(other) >= 0);
        Assert.Equal(person, schema.PersonColumn);
        Assert.Equal(report.Records, report.Rows);
        JsonSchema json = await JsonSchema.FromFileAsync(Path.Combine(Root, "docs", "table.schema.json"));
        Assert.Empty(
            json.Validate(
                System
                    .Text.Json.Nodes.JsonNode.Parse(
                        Draft(csv),
                        documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip }
                    )!
                    .ToJsonString()
            )
        );
    }

    /// <summary>The names of 194 patients became values of a category, which stand in every proof.</summary>
    [Theory]
    [InlineData("姓名")]
    [InlineData("name")]
    [InlineData("Patient_Name")]
    [InlineData("联系电话")]
    [InlineData("home address")]
    public void What_may_name_people_is_left_out_and_the_draft_says_what_is_public(string header)
    {
        string draft = Draft(Csv($"{header},sex", Repeat(600, "Li", "Wang", "Zhang"), Repeat(600, "f", "m")));
        Assert.Contains($"// {header}: its values may name people", draft, StringComparison.Ordinal);
        Assert.DoesNotContain("Wang", draft, StringComparison.Ordinal);
        Assert.Contains("are public, they stand in every proof", draft, StringComparison.Ordinal);
        Assert.Contains("\"name\": \"drug name\"", Draft(Csv("drug name", Repeat(60, "a", "b"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Kinds_are_those_of_the_texts()
    {
        byte[] csv = Csv(
            "yes,flag,code,bmi,whole,born,seen,day,top,clinic,drinks,status,comma,wide,gone,patient_id",
            Repeat(60, "TRUE", "false", ""),
            Repeat(60, "0", "1"),
            Repeat(60, "042", "0042", "42"),
            Repeat(60, "18.5", "40", "22.50", "NA"),
            Repeat(60, "40.0", "41.0", "55.0"),
            Repeat(60, "1950-03-07", "2001-12-31"),
            Repeat(60, "2023-03-07", "2026-12-31"),
            Repeat(60, "31.12.2025", "01.05.2025"),
            Repeat(60, "18", "89", "90+"),
            Repeat(60, "b", "a", "東"),
            Repeat(60, "1", "2", "0", "99"),
            Repeat(60, "1", "2", "-9"),
            Repeat(60, "\"6,5\"", "\"7,25\""),
            [.. Enumerable.Range(0, 60).Select(i => $"{i * 977 % 20011}.5")],
            Repeat(60, ""),
            [.. Enumerable.Range(0, 60).Select(i => $"p{i % 30}")]
        );
        (ImportSchema schema, ImportReport report) = Round(csv);
        Assert.Equal(["no", "yes"], ((CategoryColumn)Column(schema, "yes")).Categories.Select(c => c.Code));
        Assert.Equal(["no", "yes"], ((CategoryColumn)Column(schema, "flag")).Categories.Select(c => c.Code));
        Assert.Equal(
            ["0042", "042", "42"],
            ((CategoryColumn)Column(schema, "code")).Categories.Select(c => c.Code).Order(StringComparer.Ordinal)
        );
        Assert.Equal((18.5m, 40m, 1), ((NumberColumn)Column(schema, "bmi")) is var bmi ? (bmi.Min, bmi.Max, bmi.Scale) : default);
        Assert.Equal(
            (40m, 55m, 0),
            ((NumberColumn)Column(schema, "whole")) is var whole ? (whole.Min, whole.Max, whole.Scale) : default
        );
        Assert.Equal(
            (DateUnit.Year, DateUnit.Month, DateUnit.Day),
            (
                ((DateColumn)Column(schema, "born")).Unit,
                ((DateColumn)Column(schema, "seen")).Unit,
                ((DateColumn)Column(schema, "day")).Unit
            )
        );
        Assert.Equal("90+", ((NumberColumn)Column(schema, "top")).TopCode);
        Assert.Equal(2m, ((NumberColumn)Column(schema, "drinks")).Max);
        Assert.Equal(1m, ((NumberColumn)Column(schema, "status")).Min);
        Assert.Equal(15, report.Columns.Single(c => c.Name == "drinks").Missing);
        Assert.Equal("7.25", Column(schema, "comma").Label(Column(schema, "comma").Domain - 1));
        Assert.True(Column(schema, "wide") is BandColumn { Domain: < 30 });
        Assert.Equal((-1, "patient_id"), (schema.Table.IndexOf("gone"), schema.PersonColumn));
    }

    /// <summary>Age groups as registries and pandas write them were a category in the order of their frequency: no comparison, no
    /// quantile.</summary>
    [Theory]
    [InlineData("[70-80)|[0-10)|[10-20)", "[0-10) 0 9|[10-20) 10 19|[70-80) 70 79")]
    [InlineData("70-79|80+|0-69", "0-69 0 69|70-79 70 79|80+ 80 ")]
    [InlineData("5–9 years|<5|10 and over|Unknown", "<5  4|5–9 years 5 9|10 and over 10 ")]
    [InlineData("[18.5, 25)|[25, 30)|≥30|<18.5", "<18.5  18.4|[18.5, 25) 18.5 24.9|[25, 30) 25 29.9|≥30 30 ")]
    [InlineData("0|1-4|5 to 9", "0 0 0|1-4 1 4|5 to 9 5 9")]
    [InlineData("0-4岁|5-9岁|>9岁", "0-4岁 0 4|5-9岁 5 9|>9岁 10 ")]
    public void Texts_of_bands_are_bands_in_their_order(string texts, string bands)
    {
        (ImportSchema schema, ImportReport report) = Round(Csv("age", Repeat(60, [.. texts.Split('|').Select(t => $"\"{t}\"")])));
        var column = Assert.IsType<BandColumn>(Column(schema, "age"));
        Assert.Equal(
            bands.Split('|'),
            column.Bands.Select(b => string.Create(CultureInfo.InvariantCulture, $"{b.Label} {b.From} {b.To}"))
        );
        Assert.True(column.HasOrder);
        Assert.Equal(texts.Contains("Unknown", StringComparison.Ordinal) ? 15 : 0, report.Columns[0].Missing);
    }

    /// <summary>Where limits overlap, or a number just above one could belong to two bands, nothing is made up: the texts, in
    /// order.</summary>
    [Theory]
    [InlineData("75+|65-75|0-64", "'65-75' and '75+' overlap", "0-64|65-75|75+")]
    [InlineData("(20, 30]|(0, 20]", "'(0, 20]' leaves it open", "(0, 20]|(20, 30]")]
    public void Texts_of_bands_that_are_not_clear_are_ordered_values(string texts, string note, string values)
    {
        byte[] csv = Csv("age", Repeat(60, [.. texts.Split('|').Select(t => $"\"{t}\"")]));
        var column = Assert.IsType<CategoryColumn>(Column(Round(csv).Schema, "age"));
        Assert.Equal(values.Split('|'), column.Categories.Select(c => c.Code));
        Assert.True(column.HasOrder);
        Assert.Contains(note, Draft(csv), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("E10-E14|A00-B99")]
    [InlineData("2020-02|2020-01")]
    [InlineData("70-79|old")]
    [InlineData("555-1234|555-0000")]
    public void Other_texts_are_no_bands(string texts) =>
        Assert.IsNotType<BandColumn>(Column(Round(Csv("a", Repeat(60, texts.Split('|')))).Schema, "a"));

    [Fact]
    public void Drafts_say_what_else_somebody_may_want()
    {
        byte[] csv = Csv(
            "sex,ill,admitted,discharged,note",
            Repeat(60, "1", "2", "9"),
            Repeat(60, "yes", ""),
            Repeat(60, "2026-01-01", "2026-01-05"),
            Repeat(60, "2026-01-11", ""),
            Repeat(60, "Ů", "")
        );
        (ImportSchema schema, ImportReport report) = Round(csv);
        Assert.Equal(["1", "2"], ((CategoryColumn)Column(schema, "sex")).Categories.Select(c => c.Code));
        Assert.Equal(20, report.Columns[0].Missing);
        Assert.Equal("yes", Column(schema, "ill").Label(2));
        string draft = Draft(csv);
        Assert.Contains(
            "read as GB18030 its texts are '女': if that reads right, draft again with --encoding gb18030",
            draft,
            StringComparison.Ordinal
        );

        // the proposed column of days is one that is read
        string line = draft.Split('\n').Single(l => l.Contains("// discharged: days: ", StringComparison.Ordinal));
        string member = line[line.IndexOf('{', StringComparison.Ordinal)..(line.LastIndexOf('}') + 1)];
        ImportSchema days = ImportSchema.Parse(Encoding.UTF8.GetBytes($"{{ \"name\": \"t\", \"columns\": [ {member} ] }}"));
        ImportResult imported = CsvImporter.Import(new MemoryStream(csv), "x", days);
        Assert.Equal("10 days", Column(days, "days").Label(imported.Table.Codes(1).Span[0]));
    }

    /// <summary>Cases after public reports: what a person would have to write by hand is proposed.</summary>
    [SkippableFact]
    public void Cases_are_imported_under_their_drafts()
    {
        string? cases = Shared("cases");
        Skip.If(cases is null, "../shared/cases is not here");
        ImportSchema Of(string start, char delimiter = ',') =>
            Round(
                File.ReadAllBytes(Path.Combine(Directory.GetDirectories(cases, start + "-*").Single(), "in.csv")),
                delimiter
            ).Schema;
        Assert.Equal(2m, ((NumberColumn)Column(Of("02"), "drinks")).Max);
        Assert.Equal("6.5", Column(Of("04", ';'), "hba1c").Label(1));
        Assert.Equal("90+", ((NumberColumn)Column(Of("07"), "age")).TopCode);
        Assert.IsType<CategoryColumn>(Column(Of("08"), "icd"));
        Assert.IsType<DateColumn>(Column(Of("09"), "BIRTHDATE"));
        Assert.Equal("patient", Of("22").PersonColumn);
        Assert.Equal("yes", Column(Of("23"), "c").Label(2));
    }

    /// <summary>Whatever stands in a file: its draft is a schema file, and everything in the file is known to it.</summary>
    [Property(MaxTest = 200)]
    public void Any_file_is_imported_under_its_draft(int seed, byte kinds)
    {
        var random = new Random(seed);
        string[] Texts(int kind) =>
            kind switch
            {
                0 => ["yes", "No", ""],
                1 =>
                [
                    .. Enumerable
                        .Range(0, random.Next(1, 40))
                        .Select(_ => random.Next(-50, 2000).ToString(CultureInfo.InvariantCulture)),
                ],
                2 =>
                [
                    .. Enumerable
                        .Range(0, random.Next(1, 40))
                        .Select(_ =>
                            (random.NextDouble() * Math.Pow(10, random.Next(-12, 12))).ToString("R", CultureInfo.InvariantCulture)
                        ),
                ],
                3 =>
                [
                    .. Enumerable
                        .Range(0, random.Next(1, 40))
                        .Select(_ =>
                            new DateOnly(1900, 1, 1)
                                .AddDays(random.Next(60_000))
                                .ToString(random.Next(2) == 0 ? "yyyy-MM-dd" : "d.M.yyyy", CultureInfo.InvariantCulture)
                        ),
                ],
                4 => ["0.5", "1e3", "007", "-0", "+5", ".5", "5.", "NaN"],
                5 => ["90+", "> 89", "12", "95", "0"],
                6 => ["a\\b", "// c", "*/", "{", "é", "\u2028", "<b>", "'"],
                _ => ["99", "999", "-9", "1", "2", "3", "NA", "?"],
            };
        int rows = random.Next(1, 80),
            columns = kinds % 6 + 1;
        string[][] cells =
        [
            .. Enumerable
                .Range(0, columns)
                .Select(_ => Texts(random.Next(8)))
                .Select(texts => Enumerable.Range(0, rows).Select(_ => texts[random.Next(texts.Length)]).ToArray()),
        ];
        try
        {
            Round(Csv(string.Join(',', Enumerable.Range(0, columns).Select(j => $"c{j}")), cells));
        }
        catch (ImportException e) when (e.Problem.Contains("no column can be proposed", StringComparison.Ordinal))
        {
            // a file of texts that hardly repeat
        }
    }
}
