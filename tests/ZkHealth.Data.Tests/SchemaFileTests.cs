using System.Text;
using NJsonSchema;
using Xunit;
using ZkHealth.Tables;

namespace ZkHealth.Data.Tests;

/// <summary>Schema files: what is none is refused saying where and why, and the JSON schema of them takes what is read.</summary>
public class SchemaFileTests
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
        string message = Assert.Throws<FormatException>(() => SchemaTests.Parse(json)).Message;
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
        foreach (string json in (string[])[SchemaTests.Good, example, SyntheticPatients.SchemaJson])
        {
            Assert.Empty(schema.Validate(WithoutComments(json)));
            ImportSchema.Parse(Encoding.UTF8.GetBytes(json), folder);
        }

        Directory.Delete(folder, true);

        foreach (
            string json in (string[])
                [
                    SchemaTests.Good.Replace("\"DM\"", "3", StringComparison.Ordinal),
                    SchemaTests.Good.Replace("\"round\"", "\"rounds\"", StringComparison.Ordinal),
                    SchemaTests.Good.Replace("yes-no", "maybe", StringComparison.Ordinal),
                    SchemaTests.Good.Replace("\"year\"", "\"week\"", StringComparison.Ordinal),
                    SchemaTests.Good.Replace("\"2020-06-30\"", "\"June\"", StringComparison.Ordinal),
                    SchemaTests.Good.Replace("\"decimal\": \",\"", "\"decimal\": \",,\"", StringComparison.Ordinal),
                    SchemaTests.Good.Replace("3.0,", "\"3.0\",", StringComparison.Ordinal),
                    SchemaTests.Good.Replace("\"ordered\": true", "\"ordered\": 1", StringComparison.Ordinal),
                    "{}",
                ]
        )
        {
            Assert.NotEmpty(schema.Validate(WithoutComments(json)));
            Assert.Throws<FormatException>(() => SchemaTests.Parse(json));
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
