using System.Text;
using NJsonSchema;
using Xunit;
using ZkHealth.Tables;

namespace ZkHealth.Data.Tests;

public class SchemaTests
{
    private const string Good = """
        { // what is left out keeps its default
          "name": "t", "missing": ["", "?"], "columns": [
          { "name": "diabetes", "source": "DM", "kind": "yes-no", "yes": ["1"], "no": ["0"] },
          { "name": "sex", "kind": "category", "values": [ { "code": "f", "label": "female", "source": ["F", "W"] }, { "code": "m" } ] },
          { "kind": "integer", "name": "bmi", "min": 10, "max": 99, "round": "nearest", "unit": "kg/m2" },
          { "name": "stay", "kind": "bands", "missing": ["n/a"], "bands": [ { "label": "short", "to": 2, "source": ["brief"] }, { "label": "long", "from": 3 } ] },
          { "name": "hba1c", "kind": "number", "min": 3.0, "max": 18.0, "unit": "%", "guardMissing": true },
          { "name": "age", "kind": "number", "min": 0, "max": 90, "topCode": "90+", "topSource": ["very old"], "missing": ["", "999"] },
          { "name": "platelets", "kind": "number", "min": 0, "max": 2000, "decimal": ",", "thousands": "." },
          { "name": "weight", "kind": "bands", "bands": [ { "label": "under", "to": 18.4 }, { "label": "normal", "from": 18.5, "to": 24.9 }, { "label": "over", "from": 25 } ] },
          { "name": "born", "kind": "date", "first": "1900-01-01", "last": "2026-12-31", "unit": "year", "format": "day-first" },
          { "name": "age band", "source": "born", "kind": "bands", "ageAt": "2026-01-01", "format": "day-first", "bands": [ { "label": "0-64", "from": 0, "to": 64 }, { "label": "65+", "from": 65 } ] },
          { "name": "wave", "kind": "bands", "bands": [ { "label": "first", "to": "2020-06-30" }, { "label": "second", "from": "2020-07-01", "to": "2021-03-01" } ] },
          { "name": "ill", "kind": "yes-no" },
          { "name": "stage", "kind": "category", "ordered": true, "values": [ { "code": "I" }, { "code": "II" } ] },
          { "name": "patient", "source": "pid", "kind": "person" },
          { "name": "admitted", "kind": "date", "first": "2026-01-01", "last": "2026-12-31" } ] }
        """;

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

    private static ImportSchema Parse(string json) => ImportSchema.Parse(Encoding.UTF8.GetBytes(json));

    [Fact]
    public void Columns_are_what_the_file_says()
    {
        ImportSchema schema = Parse(Good);
        Assert.Equal(
            [
                "DM",
                "sex",
                "bmi",
                "stay",
                "hba1c",
                "age",
                "platelets",
                "weight",
                "born",
                "born",
                "wave",
                "ill",
                "stage",
                "admitted",
                "pid",
            ],
            schema.Sources
        );
        Assert.Equal("pid", schema.PersonColumn);
        ColumnSchema Column(string name) => schema.Table.Columns[schema.Table.IndexOf(name)];
        Assert.Equal(-1, schema.Table.IndexOf("patient"));
        Assert.Equal(
            (3u, 3u, 91u, 3u, 152u),
            (Column("diabetes").Domain, Column("sex").Domain, Column("bmi").Domain, Column("stay").Domain, Column("hba1c").Domain)
        );
        Assert.Equal(("female", "m"), (Column("sex").Label(1), Column("sex").Label(2)));
        Assert.Equal(
            ("10 kg/m2", "6.5 %", "90+", "2001"),
            (Column("bmi").Label(1), Column("hba1c").Label(36), Column("age").Label(91), Column("born").Label(102))
        );
        Assert.Equal((true, false), (Column("hba1c").GuardMissing, Column("bmi").GuardMissing));
        Assert.Equal((true, false, true), (Column("stage").HasOrder, Column("sex").HasOrder, Column("wave").HasOrder));
        Assert.Equal(
            schema.Table.Encode(),
            ImportSchema.Parse([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Good)]).Table.Encode()
        );
    }

    [Theory]
    [InlineData("DM", "1", 2)]
    [InlineData("DM", " 0 ", 1)]
    [InlineData("DM", "", 0)]
    [InlineData("DM", "?", 0)]
    [InlineData("DM", "yes", -1)]
    [InlineData("sex", "W", 1)]
    [InlineData("sex", "m", 2)]
    [InlineData("sex", "f", -1)]
    [InlineData("sex", "M", -1)]
    [InlineData("bmi", "10", 1)]
    [InlineData("bmi", "99", 90)]
    [InlineData("bmi", "98.6", 90)]
    [InlineData("bmi", "10.5", 2)]
    [InlineData("bmi", "9.5", 1)]
    [InlineData("bmi", "9.4999999999999999999999999999999999", -1)]
    [InlineData("bmi", "99.5", -1)]
    [InlineData("bmi", "1e2", -1)]
    [InlineData("bmi", "2.5e+01", 16)]
    [InlineData("bmi", "1,000", -1)]
    [InlineData("bmi", "NaN", -1)]
    [InlineData("bmi", "99999999999999999999999999999999", -1)]
    [InlineData("stay", "n/a", 0)]
    [InlineData("stay", "?", -1)]
    [InlineData("stay", "", -1)]
    [InlineData("stay", "2.99", 1)]
    [InlineData("stay", "-7", 1)]
    [InlineData("stay", "3", 2)]
    [InlineData("stay", "brief", 1)]
    [InlineData("hba1c", "6.5", 36)]
    [InlineData("hba1c", "6.50", 36)]
    [InlineData("hba1c", "7", 41)]
    [InlineData("hba1c", "6.55", -1)]
    [InlineData("age", "89", 90)]
    [InlineData("age", "90", 91)]
    [InlineData("age", "90+", 91)]
    [InlineData("age", "90 +", 91)]
    [InlineData("age", ">89", 91)]
    [InlineData("age", "> 89", 91)]
    [InlineData("age", ">=90", 91)]
    [InlineData("age", "≥ 90", 91)]
    [InlineData("age", "very old", 91)]
    [InlineData("age", "104", 91)]
    [InlineData("age", "85+", -1)]
    [InlineData("age", ">90", -1)]
    [InlineData("age", "999", 0)]
    [InlineData("age", "999.0", 0)]
    [InlineData("platelets", "1.234", 1235)]
    [InlineData("platelets", "1234", 1235)]
    [InlineData("platelets", "1.234,0", 1235)]
    [InlineData("platelets", "1.234,5", -1)]
    [InlineData("platelets", "12.34", -1)]
    [InlineData("weight", "18.4", 1)]
    [InlineData("weight", "18.49", 1)]
    [InlineData("weight", "24.95", 2)]
    [InlineData("weight", "24.99999999999999999999999999999999999", 2)]
    [InlineData("weight", "25", 3)]
    [InlineData("born", "07/03/2001", 102)]
    [InlineData("born", "2001-03-07", -1)]
    [InlineData("born", "2001", -1)]
    [InlineData("age band", "01/01/1961", 2)]
    [InlineData("age band", "02/01/1961", 1)]
    [InlineData("age band", "02/01/2026", -1)]
    [InlineData("wave", "2020-06-30", 1)]
    [InlineData("wave", "2020-07-01T00:00:00", 2)]
    [InlineData("wave", "2021-03-02", -1)]
    [InlineData("ill", "TRUE", 2)]
    [InlineData("ill", "n", 1)]
    [InlineData("ill", "0.0", 1)]
    [InlineData("ill", "是", 2)]
    [InlineData("ill", "ja", -1)]
    [InlineData("pid", "a-17", 1)]
    [InlineData("pid", "", -1)]
    [InlineData("admitted", "2026-12-31", 365)]
    public void Texts_become_codes(string source, string text, int code)
    {
        ColumnCoder coder = Parse(Good).CodersOf([]).Last(c => c.Source == source || c.Name == source);
        coder = source == "born" ? Parse(Good).CodersOf([]).First(c => c.Name == "born") : coder;
        Assert.Equal(code < 0 ? null : (uint?)code, coder.Code(text)?.Code);
        Assert.Equal(code < 0 ? null : (uint?)code, coder.Code(text)?.Code);
    }

    [Theory]
    [InlineData("bmi", "98.6", CodeNote.Rounded)]
    [InlineData("bmi", "98", CodeNote.None)]
    [InlineData("bmi", "?", CodeNote.Missing)]
    [InlineData("age", "104", CodeNote.Clamped)]
    [InlineData("age", "90.5", CodeNote.Clamped)]
    [InlineData("age", "90", CodeNote.None)]
    [InlineData("age", "90+", CodeNote.None)]
    [InlineData("age", "999.00", CodeNote.Missing)]
    public void What_happened_to_a_value_is_said(string source, string text, object note) =>
        Assert.Equal(note, Parse(Good).CodersOf([]).First(c => c.Name == source).Code(text)!.Value.Note);

    /// <summary>Persons are numbered as they are met, one number each however long the source is.</summary>
    [Fact]
    public void Persons_are_numbered()
    {
        ColumnCoder coder = Parse(Good).CodersOf([])[^1];
        Assert.Equal([1u, 2u, 1u, 3u, 2u], ((string[])["b", "a", "b ", "A", "a"]).Select(t => coder.Code(t)!.Value.Code));
        Assert.Equal(100_003u, Enumerable.Range(0, 100_000).Select(i => coder.Code($"p{i}")!.Value.Code).Max());
        Assert.Equal(4u, coder.Code("p0")!.Value.Code);

        // short identifiers are held as they are, long ones and others by their digest: all that differ are told apart
        string[] others =
        [
            "\0",
            "\0\0",
            "é",
            "\u00E9\0",
            "123456789012345",
            "1234567890123456",
            "12345678901234\0",
            "12345678901234567890",
            "女",
            "😀",
            new string('x', 1000),
        ];
        Assert.Equal(
            Enumerable.Range(100_004, others.Length).Select(i => (uint)i),
            others.Select(t => coder.Code(t)!.Value.Code)
        );
        Assert.Equal(
            Enumerable.Range(100_004, others.Length).Select(i => (uint)i),
            others.Select(t => coder.Code(t)!.Value.Code)
        );
    }

    private const string A = """{ "name": "t", "columns": [ { "name": "a", """;

    [Theory]
    [InlineData("{", "line 1, character 2: not JSON")]
    [InlineData("null", "expected the schema")]
    [InlineData("a,b\n1,2\n", "not a schema file (JSON); is it the CSV?")]
    [InlineData("{ \"name\": \"t\",\n  \"columns\": [ }", "line 2, character 16: not JSON: '}' is")]
    [InlineData("""{ "name": "t" }""", "the schema needs the member \"columns\"")]
    [InlineData("""{ "name": "t", "columns": [] }""", "'columns' of the schema is a list of one or more")]
    [InlineData("""{ "name": "t", "columns": [null] }""", "line 1, character 28: expected a column: an object")]
    [InlineData("""{ "name": "", "columns": [ { "name": "a", "kind": "yes-no" } ] }""", "character 11: the table has no name")]
    [InlineData(
        """{ "name": "t", "colums": [], "columns": [ { "name": "a", "kind": "yes-no" } ] }""",
        "line 1, character 16: unknown member 'colums': the schema has $schema, name, missing"
    )]
    [InlineData(A + """ "kind": "yes-no", "min": 3 } ] }""", "unknown member 'min': a column has name, kind, source")]
    [InlineData(
        A + """ "kind": "decimal" } ] }""",
        "unknown kind 'decimal' of a column: expected category, yes-no, number, integer, bands, date, person"
    )]
    [InlineData(A + """ "values": [] } ] }""", "column 'a' needs the member \"kind\": one of category")]
    [InlineData(
        """{ "name": "t", "columns": [ { "name": "a", "kind": "yes-no" }, { "name": "a", "kind": "yes-no" } ] }""",
        "two columns have the name 'a'; give one another name"
    )]
    [InlineData(
        A + """ "kind": "yes-no", "yes": ["1"], "no": ["1"] } ] }""",
        "line 1, character 29: column 'a': the text '1' has two meanings"
    )]
    [InlineData(A + """ "kind": "yes-no", "missing": ["no"] } ] }""", "two meanings")]
    [InlineData(A + """ "kind": "category", "values": [] } ] }""", "'values' of a column is a list of one or more")]
    [InlineData(
        A + """ "kind": "person" } ] }""",
        "no column is committed, as those of the kinds person and identifier are read alone"
    )]
    [InlineData(A + """ "kind": "integer", "min": 5, "max": 1 } ] }""", "column 'a': 'max', 1, is below 'min', 5")]
    [InlineData(
        A + """ "kind": "number", "min": 0, "max": 200000.0 } ] }""",
        "column 'a': from 0 to 200000.0 in steps of 0.1 there are more than 1048576 values; give a larger \"step\""
    )]
    [InlineData(
        A + """ "kind": "integer", "min": -900000000000000000000000000, "max": 900000000000000000000000000 } ] }""",
        "more than 1048576 values"
    )]
    [InlineData(
        A + """ "kind": "category", "values": [ { "code": 1 } ] } ] }""",
        "'code' of a value of column 'a' is a text in quotes"
    )]
    [InlineData(
        A + """ "kind": "category", "values": [ { "code": "1", "label": "x" }, { "code": "2", "label": "x" } ] } ] }""",
        "the label 'x' of the category '2' also stands for the category '1'"
    )]
    [InlineData(A + """ "kind": "category", "valuesFile": "../x.csv" } ] }""", "a file that lies beside the schema file")]
    [InlineData(
        A + """ "kind": "integer", "min": 0, "max": 99999999 } ] }""",
        "there are more than 1048576 values; give a larger \"step\""
    )]
    [InlineData(A + """ "kind": "integer", "min": 0.5, "max": 9 } ] }""", "at most 0 digits after the point")]
    [InlineData(
        A + """ "kind": "number", "min": "0", "max": 9 } ] }""",
        "'min' of a column is a number of at most 28 digits, without quotes"
    )]
    [InlineData(
        A + """ "kind": "number", "min": 0, "max": 9, "round": "up" } ] }""",
        "unknown round 'up' of a column: expected down, nearest"
    )]
    [InlineData(
        A + """ "kind": "number", "min": 0, "max": 9, "topCode": "9" } ] }""",
        "a top code that is not a number, such as \"9+\""
    )]
    [InlineData(A + """ "kind": "number", "min": 0, "max": 9, "topSource": ["9+"] } ] }""", "\"topSource\" needs \"topCode\"")]
    [InlineData(A + """ "kind": "number", "min": 0, "max": 9, "decimal": ",", "thousands": "," } ] }""", "are both ','")]
    [InlineData(A + """ "kind": "number", "min": 0, "max": 9, "decimal": "comma" } ] }""", "one character")]
    [InlineData(A + """ "kind": "number", "min": 0, "max": 9, "format": "iso" } ] }""", "give \"ageAt\" as well")]
    [InlineData(
        A + """ "kind": "date", "first": "2026", "last": "2026-01-01" } ] }""",
        "'first' of a column is a day such as \"2026-05-31\", got '2026'"
    )]
    [InlineData(
        A + """ "kind": "date", "first": "2026-01-01", "last": "2026-01-01", "format": "dd/mm/yyyy" } ] }""",
        "expected iso, year-first, day-first, month-first, compact, excel-serial"
    )]
    [InlineData(A + """ "kind": "bands", "bands": [ { "label": "x" } ] } ] }""", "neither numbers nor texts")]
    [InlineData(A + """ "kind": "bands", "scale": 0, "bands": [ { "label": "x", "to": 18.4 } ] } ] }""", "state a larger scale")]
    [InlineData(
        A + """ "kind": "bands", "bands": [ { "label": "x", "from": 0, "to": 5 }, { "label": "y", "from": 5 } ] } ] }""",
        "the bands 'x' and 'y' overlap"
    )]
    [InlineData(A + """ "kind": "person", "min": 3 } ] }""", "unknown member 'min'")]
    [InlineData(
        """{ "name": "t", "name": "u", "columns": [ { "name": "a", "kind": "yes-no" } ] }""",
        "line 1, character 16: the schema has the member 'name' twice"
    )]
    public void What_is_no_schema_is_refused_saying_where_and_why(string json, string reason)
    {
        string message = Assert.Throws<FormatException>(() => Parse(json)).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", message, StringComparison.Ordinal);
        Assert.DoesNotContain("ZkHealth.Data", message, StringComparison.Ordinal);
    }

    /// <summary>A code list of its own, as terminologies come: 100,000 values, committed with their labels.</summary>
    [Fact]
    public void Values_may_lie_in_a_file_beside_the_schema()
    {
        string folder = Directory.CreateTempSubdirectory("zkhealth").FullName;
        try
        {
            string json = A + """ "kind": "category", "valuesFile": "icd10.csv" } ] }""";
            Assert.Contains(
                "there is no file",
                Assert.Throws<FormatException>(() => ImportSchema.Parse(Encoding.UTF8.GetBytes(json), folder)).Message,
                StringComparison.Ordinal
            );
            File.WriteAllLines(
                Path.Combine(folder, "icd10.csv"),
                ["code,label", "E11.9,\"diabetes, type 2\"", .. Enumerable.Range(0, 100_000).Select(i => $"X{i},label {i}")]
            );
            ImportSchema schema = ImportSchema.Parse(Encoding.UTF8.GetBytes(json), folder);
            ColumnSchema column = schema.Table.Columns[schema.Table.IndexOf("a")];
            Assert.Equal((100_002u, "diabetes, type 2", "label 99999"), (column.Domain, column.Label(1), column.Label(100_001)));
            Assert.Equal(100_001u, schema.CodersOf([])[0].Code("X99999")!.Value.Code);
            File.WriteAllLines(Path.Combine(folder, "icd10.csv"), ["code,label", "E11.9,"]);
            Assert.Contains(
                "line 2, column 'label'",
                Assert.Throws<ImportException>(() => ImportSchema.Parse(Encoding.UTF8.GetBytes(json), folder)).Message,
                StringComparison.Ordinal
            );
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public async Task The_json_schema_accepts_what_is_read_and_the_examples_of_the_docs()
    {
        JsonSchema schema = await JsonSchema.FromFileAsync(Path.Combine(Root, "docs", "table.schema.json"));
        string docs = File.ReadAllText(Path.Combine(Root, "docs", "schema.md"));
        string example = docs.Split("```json")[1].Split("```")[0];
        string folder = Directory.CreateTempSubdirectory("zkhealth").FullName;
        File.WriteAllLines(Path.Combine(folder, "icd10.csv"), ["code,label", "E11.9,diabetes"]);
        foreach (string json in (string[])[Good, example, SyntheticPatients.SchemaJson])
        {
            Assert.Empty(schema.Validate(WithoutComments(json)));
            ImportSchema.Parse(Encoding.UTF8.GetBytes(json), folder);
        }

        Directory.Delete(folder, true);

        foreach (
            string json in (string[])
                [
                    Good.Replace("\"DM\"", "3", StringComparison.Ordinal),
                    Good.Replace("\"round\"", "\"rounds\"", StringComparison.Ordinal),
                    Good.Replace("yes-no", "maybe", StringComparison.Ordinal),
                    Good.Replace("\"year\"", "\"week\"", StringComparison.Ordinal),
                    Good.Replace("\"2020-06-30\"", "\"June\"", StringComparison.Ordinal),
                    Good.Replace("\"decimal\": \",\"", "\"decimal\": \",,\"", StringComparison.Ordinal),
                    Good.Replace("3.0,", "\"3.0\",", StringComparison.Ordinal),
                    Good.Replace("\"ordered\": true", "\"ordered\": 1", StringComparison.Ordinal),
                    "{}",
                ]
        )
        {
            Assert.NotEmpty(schema.Validate(WithoutComments(json)));
            Assert.Throws<FormatException>(() => Parse(json));
        }
    }

    private static string WithoutComments(string json) =>
        System
            .Text.Json.Nodes.JsonNode.Parse(
                json,
                documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip }
            )!
            .ToJsonString();
}
