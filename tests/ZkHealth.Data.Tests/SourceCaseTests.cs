using System.Text;
using Xunit;

namespace ZkHealth.Data.Tests;

/// <summary>Cases after public reports (../shared/cases) that the reader decides: what each file holds, or how it is
/// refused.</summary>
public class SourceCaseTests
{
    private static string Folder(string start)
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "ZkHealth.sln")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        string cases = Path.Combine(root, "..", "shared", "cases");
        Skip.IfNot(Directory.Exists(cases), "../shared/cases is not here");
        return Directory.GetDirectories(cases, start + "-*").Single();
    }

    private static ImportResult Import(string start, string csv, ImportOptions? options = null, string schema = "schema.json")
    {
        string folder = Folder(start);
        using FileStream stream = File.OpenRead(Path.Combine(folder, csv));
        return CsvImporter.Import(stream, csv, ImportSchema.Parse(File.ReadAllBytes(Path.Combine(folder, schema))), options);
    }

    private static string Fault(string start, string csv, ImportOptions? options = null, string schema = "schema.json")
    {
        _ = Folder(start);
        return Assert.Throws<ImportException>(() => Import(start, csv, options, schema)).Message;
    }

    private static Dictionary<string, int> Labels(ImportResult imported, string column)
    {
        int j = imported.Table.Schema.IndexOf(column);
        return imported
            .Table.Codes(j)
            .ToArray()
            .GroupBy(imported.Table.Schema.Columns[j].Label)
            .ToDictionary(g => g.Key, g => g.Count());
    }

    /// <summary>The first file that a Chinese hospital has: Excel writes GB18030. Nothing is guessed; the way out is
    /// named.</summary>
    [SkippableFact]
    public void Case_05_gb18030_is_named_and_read_when_asked_for()
    {
        string fault = Fault("05", "in.csv");
        Assert.Contains("in.csv, line 1: the bytes ", fault, StringComparison.Ordinal);
        Assert.Contains("the header is '性别,年龄,糖尿病' as GB18030 (--encoding gb18030)", fault, StringComparison.Ordinal);
        ImportResult imported = Import("05", "in.csv", new ImportOptions { Encoding = "gb18030" });
        Assert.Equal((0L, imported.Report.Records), (imported.Report.Refused, imported.Report.Rows));
        Assert.Equal((15, 15), (Labels(imported, "性别")["女"], Labels(imported, "糖尿病")["yes"]));
    }

    /// <summary>By chance its bytes are valid UTF-8: read as that, the message says what they are in GB18030, which the schema
    /// knows.</summary>
    [SkippableFact]
    public void Case_05_text_that_is_utf8_by_chance_has_a_hint()
    {
        string fault = Fault("05", "all-female.csv", schema: "female.schema.json");
        Assert.Contains(
            "line 2, column 'sex': expected one of '男', '女', got 'Ů'; read as GB18030 it is '女'",
            fault,
            StringComparison.Ordinal
        );
        Assert.Contains("add --encoding gb18030", fault, StringComparison.Ordinal);

        ImportResult missing = Import(
            "05",
            "all-female.csv",
            new ImportOptions { Unknown = UnknownValues.Missing },
            "female.schema.json"
        );
        Assert.Equal(15, missing.Report.Columns[0].Unknown);
        Assert.Contains("add --encoding gb18030", missing.Report.Hints[0], StringComparison.Ordinal);

        ImportResult imported = Import("05", "all-female.csv", new ImportOptions { Encoding = "gb18030" }, "female.schema.json");
        Assert.Equal(15, Labels(imported, "sex")["女"]);
    }

    [SkippableFact]
    public void Case_06_invisible_characters_are_written_out()
    {
        Assert.Contains("got '４５'", Fault("06", "in.csv"), StringComparison.Ordinal);
        byte[] schema = File.ReadAllBytes(Path.Combine(Folder("06"), "schema.json"));
        string Message(string csv) =>
            Assert
                .Throws<ImportException>(() =>
                    CsvImporter.Import(new MemoryStream(Encoding.UTF8.GetBytes(csv)), "x", ImportSchema.Parse(schema))
                )
                .Message;
        Assert.Contains(
            @"there is no column 'sex'; the header has 'a', '\ufeffsex', '\u200bage', 'x\u00a0y'",
            Message("a,\uFEFFsex,\u200Bage,x\u00A0y\n1,2,3,4\n"),
            StringComparison.Ordinal
        );
        Assert.Contains(@"two byte order marks (\ufeff)", Message("\uFEFF\uFEFFsex,age\n女,4\n"), StringComparison.Ordinal);
        Assert.Contains(@"got '4\u200b5'", Message("sex,age\n女,4\u200B5\n"), StringComparison.Ordinal);
        Assert.Contains(
            @"got '女\u202e\u0007\U000e0001'",
            Message("sex,age\n女\u202E\u0007\U000E0001,4\n"),
            StringComparison.Ordinal
        );
    }

    [SkippableFact]
    public void Case_10_ndjson_is_called_json()
    {
        string fault = Fault("10", "Patient.ndjson");
        Assert.Contains("Patient.ndjson, line 1: this looks like JSON, not CSV", fault, StringComparison.Ordinal);
        Assert.Contains("jq", fault, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Case_11_gzip_is_read() =>
        Assert.Equal((20, 20L), (Import("11", "in.csv.gz").Table.Rows, Import("11", "in.csv.gz").Report.Records));

    [SkippableFact]
    public void Case_12_utf16_with_tabs_is_read()
    {
        ImportResult imported = Import("12", "in.txt");
        Assert.Equal(("UTF-16", '\t', 0L), (imported.Report.Encoding, imported.Report.Delimiter, imported.Report.Refused));
        Assert.Equal(imported.Table.Rows, Labels(imported, "diabetes")["yes"]);
    }

    [SkippableTheory]
    [InlineData("blank-comma-rows.csv", 120, 100)]
    [InlineData("mixed-eol.csv", 4, 0)]
    [InlineData("trailing-comma-both.csv", 20, 0)]
    [InlineData("index-col.csv", 20, 0)]
    [InlineData("sep-line.csv", 20, 0)]
    [InlineData("whitespace-last-line.csv", 20, 0)]
    public void Case_13_forms_that_are_read(string csv, int records, int empty)
    {
        ImportReport report = Import("13", csv).Report;
        Assert.Equal((records, records, 0, empty), (report.Records, report.Rows, report.Refused, report.Empty));
    }

    [SkippableTheory]
    [InlineData("double-bom.csv", "two byte order marks (\\ufeff)")]
    [InlineData(
        "sqlcmd.csv",
        "sqlcmd.csv, line 23: expected 2 fields, as the header has, got 1: '(20 rows affected)', the last line of a database client"
    )]
    [InlineData(
        "dos-eof.csv",
        "line 22: expected 2 fields, as the header has, got 1: '\\u001a', the sign Ctrl-Z that ended files under DOS; take this line away"
    )]
    [InlineData(
        "nul-padding.csv",
        "line 22: expected 2 fields, as the header has, got 1: '\\u0000\\u0000\\u0000\\u0000', zero bytes"
    )]
    [InlineData(
        "trailing-comma.csv",
        "line 2: expected 2 fields, as the header has, got 3: 'yes,30,', with a delimiter at the end that the header has not"
    )]
    [InlineData(
        "space-quote.csv",
        "line 2: a quote stands where none may stand, inside a field: ' \"30\"'; take away the white space before it"
    )]
    [InlineData("backslash-escape.csv", "line 2: a quote stands where none may stand")]
    public void Case_13_forms_that_are_refused(string csv, string message) =>
        Assert.Contains(message, Fault("13", csv), StringComparison.Ordinal);

    /// <summary>A lone quote in a column that the schema does not name swallowed 20 of 60 records, with exit code 0.</summary>
    [SkippableFact]
    public void Case_16_quotes_lose_no_record()
    {
        string fault = Fault("16", "open-quote-twice.csv");
        Assert.Contains("open-quote-twice.csv, line 7: a quote stands where none may stand", fault, StringComparison.Ordinal);
        Assert.Contains("lines further down before 'see letter", fault, StringComparison.Ordinal);
        Assert.Contains("in.csv, line 5: a quote stands where none may stand", Fault("16", "in.csv"), StringComparison.Ordinal);
        Assert.Contains("a quote inside quotes is doubled, not written with \\", Fault("16", "in.csv"), StringComparison.Ordinal);
        Assert.Contains("note-last.csv, line 5: ", Fault("16", "note-last.csv"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Case_21_a_large_code_list_is_committed()
    {
        ImportReport report = Import("21", "icd26000.csv", schema: "icd26000.schema.json").Report;
        Assert.Equal((report.Records, 0L, 0L), (report.Rows, report.Refused, report.Columns.Sum(c => c.Unknown)));
    }

    [SkippableTheory]
    [InlineData("dup-unused.csv", "schema.json")]
    [InlineData("cr-only.csv", "schema.json")]
    [InlineData("nbsp.csv", "schema.json")]
    [InlineData("cr-only.csv", "schema-crlf-bom.json")]
    public void Case_24_headers_that_are_read(string csv, string schema)
    {
        ImportReport report = Import("24", csv, schema: schema).Report;
        Assert.True(report.Rows > 0 && report.Rows == report.Records && report.Columns.All(c => c.Unknown + c.Missing == 0));
    }

    [SkippableTheory]
    [InlineData(
        "case.csv",
        "schema.json",
        "there is no column 'diabetes'; the header has 'Diabetes', 'AGE'; 'Diabetes' is the same but for upper and lower case"
    )]
    [InlineData("nfd.csv", "nfc.schema.json", "is the same but for Unicode form")]
    [InlineData("newline.csv", "schema.json", @"there is no column 'diabetes'; the header has 'diabetes\u000a(ICD)', 'age'")]
    [InlineData("age-decimals.csv", "schema.json", "got '0.5'")]
    [InlineData("neg.csv", "schema.json", "got '-1'")]
    public void Case_24_headers_and_values_that_are_refused(string csv, string schema, string message) =>
        Assert.Contains(message, Fault("24", csv, schema: schema), StringComparison.Ordinal);

    [Theory]
    [InlineData("áge", "a\u0301ge", true)]
    [InlineData("a\u0301ge", "áge", true)]
    [InlineData("Größe é", "Gro\u0308ße e\u0301", true)]
    [InlineData("áge", "áge", false)]
    [InlineData("áge", "age", false)]
    [InlineData("a\u0301ge", "age", false)]
    [InlineData("áge", "a\u0301g", false)]
    [InlineData("", "", false)]
    public void Texts_in_two_Unicode_forms_are_noticed(string a, string b, bool differ) =>
        Assert.Equal(differ, Visible.DifferInForm(a, b));
}
