using System.Text;
using Xunit;
using ZkHealth.Tables;

namespace ZkHealth.Data.Tests;

/// <summary>Columns of a schema, and the codes that texts become by it.</summary>
public class SchemaTests
{
    internal const string Good = """
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

    internal static ImportSchema Parse(string json) => ImportSchema.Parse(Encoding.UTF8.GetBytes(json));

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
}
