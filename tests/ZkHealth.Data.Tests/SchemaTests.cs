using System.Text;
using NJsonSchema;
using Xunit;

namespace ZkHealth.Data.Tests;

public class SchemaTests
{
    private const string Good = """
        { "name": "t", "missing": ["", "?"], "columns": [
          { "name": "diabetes", "source": "DM", "kind": "yes-no", "yes": ["1"], "no": ["0"] },
          { "name": "sex", "kind": "category", "values": [ { "code": "f", "label": "female", "source": ["F", "W"] }, { "code": "m" } ] },
          { "kind": "integer", "name": "bmi", "min": 10, "max": 99, "round": "nearest", "unit": "kg/m2" },
          { "name": "stay", "kind": "bands", "missing": ["n/a"], "bands": [ { "label": "short", "to": 2, "source": ["brief"] }, { "label": "long", "from": 3 } ] } ] }
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
        Assert.Equal(["DM", "sex", "bmi", "stay"], schema.Sources);
        Assert.Equal([2u, 3u, 3u, 91u, 3u], schema.Table.Columns.Select(c => c.Domain));
        Assert.Equal("female", schema.Table.Columns[1].Label(1));
        Assert.Equal("m", schema.Table.Columns[1].Label(2));
        Assert.Equal("10 kg/m2", schema.Table.Columns[2].Label(1));
        Assert.Equal(schema.Table.Encode(), ImportSchema.Parse([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Good)]).Table.Encode());
    }

    [Theory]
    [InlineData(0, "1", 2)]
    [InlineData(0, " 0 ", 1)]
    [InlineData(0, "", 0)]
    [InlineData(0, "?", 0)]
    [InlineData(0, "yes", -1)]
    [InlineData(1, "W", 1)]
    [InlineData(1, "m", 2)]
    [InlineData(1, "f", -1)]
    [InlineData(1, "M", -1)]
    [InlineData(2, "10", 1)]
    [InlineData(2, "99", 90)]
    [InlineData(2, "98.6", 90)]
    [InlineData(2, "10.5", 2)]
    [InlineData(2, "9.9", -1)]
    [InlineData(2, "1e2", -1)]
    [InlineData(2, "1,000", -1)]
    [InlineData(2, "NaN", -1)]
    [InlineData(2, "99999999999999999999999999999999", -1)]
    [InlineData(3, "n/a", 0)]
    [InlineData(3, "?", -1)]
    [InlineData(3, "", -1)]
    [InlineData(3, "2.99", 1)]
    [InlineData(3, "-7", 1)]
    [InlineData(3, "3", 2)]
    [InlineData(3, "brief", 1)]
    public void Texts_become_codes(int column, string text, int code)
    {
        ColumnCoder coder = Parse(Good).Coders[column];
        Assert.Equal(code < 0 ? null : (uint?)code, coder.Code(text)?.Code);
        Assert.Equal(code < 0 ? null : (uint?)code, coder.Code(text)?.Code);
    }

    [Theory]
    [InlineData("{", "line 1")]
    [InlineData("null", "null")]
    [InlineData("""{ "name": "t" }""", "columns")]
    [InlineData("""{ "name": "t", "columns": [] }""", "columns")]
    [InlineData("""{ "name": "t", "columns": [null] }""", "no name")]
    [InlineData("""{ "name": "", "columns": [ { "name": "a", "kind": "yes-no" } ] }""", "name")]
    [InlineData("""{ "name": "t", "colums": [], "columns": [ { "name": "a", "kind": "yes-no" } ] }""", "colums")]
    [InlineData("""{ "name": "t", "columns": [ { "name": "a", "kind": "yes-no", "min": 3 } ] }""", "min")]
    [InlineData("""{ "name": "t", "columns": [ { "name": "a", "kind": "number" } ] }""", "number")]
    [InlineData("""{ "name": "t", "columns": [ { "name": "a", "kind": "yes-no" }, { "name": "a", "kind": "yes-no" } ] }""", "distinct")]
    [InlineData("""{ "name": "t", "columns": [ { "name": "a", "kind": "yes-no", "yes": ["1"], "no": ["1"] } ] }""", "column 'a': the text '1' has two meanings")]
    [InlineData("""{ "name": "t", "columns": [ { "name": "a", "kind": "yes-no", "missing": ["no"] } ] }""", "two meanings")]
    [InlineData("""{ "name": "t", "columns": [ { "name": "a", "kind": "category", "values": [] } ] }""", "categories")]
    [InlineData("""{ "name": "t", "columns": [ { "name": "a", "kind": "integer", "min": 5, "max": 1 } ] }""", "min")]
    [InlineData("""{ "name": "t", "columns": [ { "name": "a", "kind": "integer", "min": 0, "max": 99999999 } ] }""", "2^20")]
    [InlineData("""{ "name": "t", "columns": [ { "name": "a", "kind": "bands", "bands": [ { "label": "x" } ] } ] }""", "neither numbers nor texts")]
    [InlineData("""{ "name": "t", "columns": [ { "name": "a", "kind": "bands", "bands": [ { "label": "x", "from": 0, "to": 5 }, { "label": "y", "from": 5 } ] } ] }""", "overlap")]
    [InlineData("""{ "name": "t", "name": "u", "columns": [ { "name": "a", "kind": "yes-no" } ] }""", "uplicate")]
    public void What_is_no_schema_is_refused_saying_why(string json, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task The_json_schema_accepts_what_is_read_and_the_examples_of_the_docs()
    {
        JsonSchema schema = await JsonSchema.FromFileAsync(Path.Combine(Root, "docs", "table.schema.json"));
        string docs = File.ReadAllText(Path.Combine(Root, "docs", "schema.md"));
        string example = docs.Split("```json")[1].Split("```")[0];
        foreach (string json in (string[])[Good, example, SyntheticPatients.SchemaJson])
        {
            Assert.Empty(schema.Validate(json));
            Parse(json);
        }

        foreach (string json in (string[])[
            Good.Replace("\"DM\"", "3", StringComparison.Ordinal), Good.Replace("\"round\"", "\"rounds\"", StringComparison.Ordinal),
            Good.Replace("yes-no", "maybe", StringComparison.Ordinal), "{}"])
        {
            Assert.NotEmpty(schema.Validate(json));
            Assert.Throws<FormatException>(() => Parse(json));
        }
    }
}
