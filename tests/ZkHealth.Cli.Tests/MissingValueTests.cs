using System.Text.Json.Nodes;
using Xunit;

namespace ZkHealth.Cli.Tests;

/// <summary>Rows without a value are counted where they are asked for by name; the padding of the table never is.</summary>
public sealed class MissingValueTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private string At(string name) => Path.Combine(_folder, name);

    [Fact]
    public void Rows_without_a_value_are_counted_and_padding_is_not()
    {
        // 600 rows, padded to 1,024; 150 without bmi, 200 without sex, 50 with neither
        File.WriteAllLines(
            At("in.csv"),
            Enumerable
                .Range(0, 600)
                .Select(i => $"{(i % 4 == 0 ? "" : 20 + i % 10)},{(i % 3 == 0 ? "" : i % 2 == 0 ? "f" : "m")}")
                .Prepend("bmi,sex")
        );
        File.WriteAllText(
            At("s.json"),
            """
            { "name": "t", "columns": [
              { "name": "bmi", "kind": "integer", "min": 10, "max": 60, "missing": [""] },
              { "name": "sex", "kind": "category", "missing": [""], "values": [ { "code": "f" }, { "code": "m" } ] } ] }
            """
        );
        Run.Json("keygen", "--out", At("h.key"));
        Run.Json("commit", At("in.csv"), "--schema", At("s.json"), "--key", At("h.key"), "--out", At("t.zkt"));
        Assert.Equal(150, Count("bmi is not known"));
        Assert.Equal(150, Count("not (bmi is known)"));
        Assert.Equal(50, Count("bmi is null and sex is null"));
        Assert.Equal(300, Count("not (bmi is known and sex is known)"));
        Assert.Equal(450, Count("bmi is not null"));
        Assert.Equal(600, Count("bmi is known or bmi is not known"));

        // the share of rows without a value is one of all rows, unless the asker says otherwise
        JsonNode rate = Prove("prevalence", "--numerator", "bmi is not known")["statistics"]![0]!;
        Assert.Equal((150, 600, "row is known"), ((int)rate["numerator"]!, (int)rate["denominator"]!, (string)rate["among"]!));
        Assert.Equal(0, Run.Command("verify", At("p.zkp")).Code);
        Assert.Contains("counted: bmi is not known", Run.Command("inspect", At("p.zkp")).Output, StringComparison.Ordinal);

        // no denominator was asked for: it was "sex is known", so that nobody saw how many had no value
        rate = Prove("prevalence", "--numerator", "sex = f")["statistics"]![0]!;
        Assert.Equal((200, 400), ((int)rate["numerator"]!, (int)rate["denominator"]!));
        Assert.Contains(", 200 more without a value", Run.Command("verify", At("p.zkp")).Output, StringComparison.Ordinal);
    }

    private int Count(string condition) => (int)Prove("count", "--where", condition)["statistics"]![0]!["released"]![0]!;

    private JsonObject Prove(string kind, string option, string condition) =>
        Run.Json(
            "prove",
            kind,
            At("t.zkt"),
            option,
            condition,
            "--purpose",
            "p",
            "--requester",
            "r",
            "--origin",
            "ledger.example",
            "--out",
            At("p.zkp"),
            "--force"
        );
}
