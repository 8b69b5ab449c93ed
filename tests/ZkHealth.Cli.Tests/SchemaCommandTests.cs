using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>`schema draft` and `check`: from a file that nobody has described to a committed table.</summary>
public sealed class SchemaCommandTests : TemporaryFolder
{
    [SkippableTheory]
    [InlineData("brfss2015.csv")]
    [InlineData("encounters.csv")]
    public void Real_data_are_committed_under_their_draft(string file)
    {
        Skip.If(Run.Data is null, "../shared/data is not here");
        string csv = Path.Combine(Run.Data, file);
        Run.Json("keygen", "--out", At("key"));
        Assert.Equal(At("s.json"), (string)Run.Json("schema", "draft", csv, "--out", At("s.json"))["schema"]!);
        JsonObject check = Run.Json("check", csv, "--schema", At("s.json"));
        Assert.Equal((0, 0), ((int)check["refused"]!, (int)check["faultCount"]!));
        JsonObject committed = Run.Json("commit", csv, "--schema", At("s.json"), "--key", At("key"), "--out", At("t.zkt"));
        Assert.Equal((int)check["records"]!, (int)committed["rows"]!);
    }

    [Fact]
    public void Drafts_lie_beside_the_file_and_are_not_replaced_unasked()
    {
        File.WriteAllText(At("a.csv"), "sex;hba1c\nf;6,5\nm;7,0\n");
        Run.Json("schema", "draft", At("a.csv"), "--name", "klinik");
        string draft = File.ReadAllText(At("a.schema.json"));
        Assert.Contains("\"name\": \"klinik\"", draft, StringComparison.Ordinal);
        Assert.Contains("fields between ;", draft, StringComparison.Ordinal);
        Run.Usage("a.schema.json exists; --force replaces it", "schema", "draft", At("a.csv"));
        Run.Json("schema", "draft", At("a.csv"), "--force");
        Assert.Equal(0, Run.Command("check", At("a.csv"), "--schema", At("a.schema.json")).Code);
    }

    /// <summary>Newcomers, finding 3: the first fault ended the import; after mending it came the next.</summary>
    [Fact]
    public void All_faults_are_listed_by_column_at_once()
    {
        File.WriteAllText(
            At("s.json"),
            """{ "name": "t", "columns": [ { "name": "age", "source": "Alter", "kind": "number", "min": 0, "max": 90, "topCode": "90+" }, { "name": "ill", "kind": "yes-no" } ] }"""
        );
        File.WriteAllText(At("a.csv"), "Alter,ill\n12,yes\nold,no\n95,nein\nold,\n1,yes,no\n26.5,ja\n");
        (int code, string output) = Run.Command("check", At("a.csv"), "--schema", At("s.json"));
        Assert.Equal(2, code);
        foreach (
            string line in (string[])
                [
                    "6 records; 5 of them cannot be committed",
                    "1 fault of lines:",
                    "line 6: ",
                    "age (source 'Alter'): 0 missing, 1 taken into the last value (top code), 3 unknown",
                    "expected a whole number from 0 to 90, or '90+', got",
                    "'old' in 2 rows, first on line 3",
                    "'26.5' in 1 row on line 7",
                    "ill: 1 missing, 2 unknown",
                    "'nein' in 1 row on line 4",
                    "'ja' in 1 row on line 7",
                ]
        )
        {
            Assert.Contains(line, output, StringComparison.Ordinal);
        }

        (code, JsonObject json) = Run.JsonAndCode("check", At("a.csv"), "--schema", At("s.json"));
        Assert.Equal((2, 6, 5, 1), (code, (int)json["records"]!, (int)json["refused"]!, (int)json["faultCount"]!));
        Assert.Equal(
            ("old", 2, 3),
            json["columns"]![0]!["examples"]![0] is JsonNode e ? ((string)e["text"]!, (int)e["rows"]!, (int)e["line"]!) : default
        );
        Assert.False(File.Exists(At("a.zkt")));
    }

    [Fact]
    public void Errors_of_a_schema_file_name_file_line_and_what_is_allowed()
    {
        File.WriteAllText(At("a.csv"), "a\nyes\n");
        File.WriteAllText(At("s.json"), "{ \"name\": \"t\",\n  \"columns\": [ { \"name\": \"a\", \"kind\": \"decimal\" } ] }");
        Run.Usage(
            "s.json: line 2, character 39: unknown kind 'decimal' of a column: expected category, yes-no, number",
            "check",
            At("a.csv"),
            "--schema",
            At("s.json")
        );
        Run.Usage("a.csv: not a schema file (JSON); is it the CSV?", "check", At("s.json"), "--schema", At("a.csv"));
        Run.Usage("--out: expected the file to write", "schema", "draft", "-");
    }
}
