using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>CSV that the command writes with texts of others in it.</summary>
public sealed class CsvOutputTests : TemporaryFolder
{
    /// <summary>A hospital's label that begins with = + - @ was a formula in the requester's spreadsheet (CSV injection), and so
    /// was the name of a column; an empty text could not be told from NULL. JSON has the texts as they are.</summary>
    [Fact]
    public void No_label_of_an_answer_is_a_formula()
    {
        string[] labels = ["=1+1", "+2", "-3", "@A1", "a,=b", "plain"];
        File.WriteAllText(
            At("p.schema.json"),
            $$"""
            { "name": "p", "columns": [ { "name": "kind", "kind": "category", "values": [
              {{string.Join(", ", labels.Select(l => $$"""{ "code": "{{l}}" }"""))}} ] } ] }
            """
        );
        File.WriteAllLines(At("p.csv"), ["kind", .. Enumerable.Range(0, 180).Select(i => $"\"{labels[i % labels.Length]}\"")]);
        Run.Json("keygen", "--out", At("key"));
        Run.Json("commit", At("p.csv"), "--key", At("key"));
        Run.Json(
            "prove",
            "sql",
            "SELECT kind AS \"=kind\", count(*) AS n, -count(*) AS less FROM p GROUP BY kind ORDER BY kind",
            "--table",
            At("p.zkt"),
            "--purpose",
            "p",
            "--requester",
            "r",
            "--origin",
            "o",
            "--out",
            At("a.zkp")
        );
        (int code, string csv, string error) = Run.Streams("verify", At("a.zkp"), "--csv");
        Assert.True(code == 0, error);
        Assert.Equal(
            ["'=kind,n,less", "'+2,30,-30", "'-3,30,-30", "'=1+1,30,-30", "'@A1,30,-30", "\"a,'=b\",30,-30", "plain,30,-30"],
            csv.TrimEnd().Split('\n')
        );
        Assert.Contains("=1+1", Run.Json("verify", At("a.zkp"))["rows"]!.ToJsonString().Replace("\\u002B", "+"));
    }
}
