using System.Text.Json.Nodes;
using Xunit;

namespace ZkHealth.Cli.Tests;

/// <summary>Real data through the command line: every released number is a direct count of the file.</summary>
public sealed class RealDataTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zkhealth").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private string At(string name) => Path.Combine(_folder, name);

    private static string[][] Read(string file) => [.. File.ReadLines(Path.Combine(Run.Data!, file)).Skip(1).Select(l => l.Split(','))];

    private JsonObject Prepare(string file, params string[] more)
    {
        Run.Json("keygen", "--out", At("key"));
        Run.Json("ledger", "init", At("ledger.db"), "--origin", "test");
        JsonObject committed = Run.Json(["commit", Path.Combine(Run.Data!, file + ".csv"), "--schema", Path.Combine(Run.Root, "tests", "schemas", file + ".schema.json"),
            "--key", At("key"), "--out", At("table.zkt"), .. more]);
        Run.Json("publish", At("table.zkt"), "--ledger", At("ledger.db"), "--key", At("key"));
        return committed;
    }

    private JsonArray Rates(string numerator, string? denominator, params string[] more)
    {
        Run.Json(["prove", "prevalence", At("table.zkt"), "--numerator", numerator, .. denominator is null ? (string[])[] : ["--denominator", denominator],
            "--purpose", "test", "--requester", "test", "--ledger", At("ledger.db"), "--out", At("p.zkp"), .. more]);
        JsonObject verified = Run.Json("verify", At("p.zkp"), "--ledger", At("ledger.db"));
        Assert.True((bool)verified["accepted"]! && (bool)verified["ledgerChecked"]!);
        return verified["prevalences"]!.AsArray();
    }

    private static void Equal(JsonNode? rate, IEnumerable<string[]> among, Func<string[], bool> counted)
    {
        string[][] rows = [.. among];
        Assert.Equal((rows.Count(counted), rows.Length), ((int)rate!["numerator"]!, (int)rate["denominator"]!));
    }

    [SkippableFact]
    public void Diabetes_by_age_band_and_sex()
    {
        Skip.If(Run.Data is null, "../shared/data is not here");
        string[][] rows = Read("brfss2015.csv");
        const int Diabetes = 0, Pressure = 1, Bmi = 4, Sex = 18, Age = 19;
        JsonObject committed = Prepare("brfss2015");
        Assert.Equal(rows.Length, (int)committed["rows"]!);

        foreach ((string code, string text) in (ReadOnlySpan<(string, string)>)[("f", "0.0"), ("m", "1.0")])
        {
            JsonArray bands = Rates("diabetes = diabetes", $"sex = {code}", "--by", "age", "--min-count", "0");
            Assert.Equal(13, bands.Count);
            for (int band = 1; band <= 13; band++)
            {
                Equal(bands[band - 1], rows.Where(r => r[Sex] == text && r[Age] == $"{band}.0"), r => r[Diabetes] == "2.0");
            }
        }

        Equal(Rates("diabetes = \"diabetes\"", "age between 45 and 64")[0], rows.Where(r => double.Parse(r[Age]) is >= 6 and <= 9), r => r[Diabetes] == "2.0");
        Equal(Rates("`high blood pressure` = yes and bmi >= 30", "not sex = m")[0], rows.Where(r => r[Sex] == "0.0"),
            r => r[Pressure] == "1.0" && double.Parse(r[Bmi]) >= 30);
        Equal(Rates("diabetes in (pre, diabetes)", null, "--by", "sex")[1], rows.Where(r => r[Sex] == "1.0"), r => r[Diabetes] != "0.0");
    }

    [SkippableFact]
    public void Text_categories_and_missing_values()
    {
        Skip.If(Run.Data is null, "../shared/data is not here");
        string[][] rows = Read("encounters.csv");
        const int Race = 2, Sex = 3, Age = 4, Days = 8, A1C = 17, Readmitted = 43;
        string header = File.ReadLines(Path.Combine(Run.Data!, "encounters.csv")).First();
        Assert.Equal(["race", "gender", "age", "time_in_hospital", "A1Cresult", "readmitted"], new[] { Race, Sex, Age, Days, A1C, Readmitted }.Select(i => header.Split(',')[i]));
        JsonObject committed = Prepare("encounters");
        Assert.Equal(rows.Count(r => r[Race] == "?"), (int)committed["columns"]![0]!["missing"]!);
        Assert.Equal(rows.Count(r => r[A1C] == "None"), (int)committed["columns"]![3]!["missing"]!);

        // no value is in neither the comparison nor its negation
        Equal(Rates("A1C = '>8'", null)[0], rows.Where(r => r[A1C] != "None"), r => r[A1C] == ">8");
        Equal(Rates("not A1C = '>8'", "sex is known")[0], rows, r => r[A1C] is not ("None" or ">8"));
        Equal(Rates("readmitted = early", "not race in (Caucasian, Other)")[0], rows.Where(r => r[Race] is not ("?" or "Caucasian" or "Other")), r => r[Readmitted] == "<30");
        Equal(Rates("days > 7", "age between 70 and 89 or race = AfricanAmerican")[0],
            rows.Where(r => r[Age] is "[70-80)" or "[80-90)" || r[Race] == "AfricanAmerican"), r => int.Parse(r[Days]) > 7);
        JsonArray bands = Rates("readmitted != no", null, "--by", "age", "--min-count", "0");
        for (int band = 0; band < 10; band++)
        {
            Equal(bands[band], rows.Where(r => r[Age] == $"[{10 * band}-{10 * band + 10})"), r => r[Readmitted] != "NO");
        }
    }

    [SkippableFact]
    public void Unknown_values_stop_the_import_or_are_reported()
    {
        Skip.If(Run.Data is null, "../shared/data is not here");
        string schema = At("narrow.json");
        File.WriteAllText(schema, """{ "name": "n", "columns": [ { "name": "sex", "source": "gender", "kind": "category", "values": [ { "code": "Female" } ] } ] }""");
        string csv = Path.Combine(Run.Data!, "encounters.csv");
        Run.Json("keygen", "--out", At("key"));
        (int code, string output) = Run.Command("commit", csv, "--schema", schema, "--key", At("key"), "--out", At("t.zkt"));
        Assert.Equal(2, code);
        int line = 2 + File.ReadLines(csv).Skip(1).TakeWhile(l => l.Split(',')[3] == "Female").Count();
        Assert.Contains($"encounters.csv, line {line}, column 'gender': expected one of 'Female', got 'Male'", output, StringComparison.Ordinal);
        Assert.False(File.Exists(At("t.zkt")));
        JsonObject json = Run.Json("commit", csv, "--schema", schema, "--key", At("key"), "--out", At("t.zkt"), "--unknown", "missing");
        Assert.Equal((2491, "Male"), ((int)json["columns"]![0]!["unknown"]!, (string)json["columns"]![0]!["example"]!));
    }
}
