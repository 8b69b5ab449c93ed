using System.Text.Json.Nodes;
using Xunit;

namespace ZkHealth.Cli.Tests;

/// <summary>Real data through the command line: every released number is a direct count of the file.</summary>
public sealed partial class RealDataTests : HospitalFolder
{
    // columns of the survey
    private const int Diabetes = 0,
        Pressure = 1,
        Bmi = 4,
        Sex = 18,
        Age = 19;

    /// <summary>The folder that is read: the real data beside the repository, or the extract in tests/data.</summary>
    private string? _data = Run.Data;

    private string[][] Read(string file) => [.. File.ReadLines(Path.Combine(_data!, file)).Skip(1).Select(l => l.Split(','))];

    /// <summary>The rows of the survey, of its extract or of the whole file.</summary>
    private string[][] Survey(string which)
    {
        _data = which == "extract" ? Path.Combine(Run.Root, "tests", "data") : Run.Data;
        Skip.If(_data is null, "../shared/data is not here");
        return Read("brfss2015.csv");
    }

    private JsonObject Prepare(string file, params string[] more)
    {
        MakeLedger();
        JsonObject committed = Commit(
            Path.Combine(_data!, file + ".csv"),
            Path.Combine(Run.Root, "tests", "schemas", file + ".schema.json"),
            more
        );
        Publish();
        return committed;
    }

    private JsonArray Rates(string numerator, string? denominator, params string[] more)
    {
        Run.Json([
            "prove",
            "prevalence",
            Table,
            "--numerator",
            numerator,
            .. denominator is null ? (string[])[] : ["--denominator", denominator],
            "--purpose",
            "test",
            "--requester",
            "test",
            "--ledger",
            Ledger,
            "--out",
            At("p.zkp"),
            "--force",
            .. more,
        ]);
        JsonObject verified = Run.Json("verify", At("p.zkp"), "--ledger", Ledger);
        Assert.True((bool)verified["accepted"]! && (bool)verified["ledgerChecked"]!);
        return verified["statistics"]!.AsArray();
    }

    private static void Equal(JsonNode? rate, IEnumerable<string[]> among, Func<string[], bool> counted)
    {
        string[][] rows = [.. among];
        Assert.Equal((rows.Count(counted), rows.Length), ((int)rate!["numerator"]!, (int)rate["denominator"]!));
    }

    [SkippableTheory]
    [InlineData("extract")]
    [InlineData("whole")]
    public void Diabetes_by_age_band_and_sex(string which)
    {
        string[][] rows = Survey(which);
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

        Equal(
            Rates("diabetes = \"diabetes\"", "age between 45 and 64")[0],
            rows.Where(r => double.Parse(r[Age]) is >= 6 and <= 9),
            r => r[Diabetes] == "2.0"
        );
        Equal(
            Rates("`high blood pressure` = yes and bmi >= 30", "not sex = m")[0],
            rows.Where(r => r[Sex] == "0.0"),
            r => r[Pressure] == "1.0" && double.Parse(r[Bmi]) >= 30
        );
        Equal(
            Rates("diabetes in (pre, diabetes)", null, "--by", "sex")[1],
            rows.Where(r => r[Sex] == "1.0"),
            r => r[Diabetes] != "0.0"
        );
    }

    [SkippableTheory]
    [InlineData("extract")]
    [InlineData("whole")]
    public void Other_statistics_are_those_of_the_file(string which)
    {
        string[][] rows = Survey(which);
        Prepare("brfss2015");
        JsonObject Prove(string kind, params string[] more)
        {
            Run.Json([
                "prove",
                kind,
                Table,
                .. more,
                "--purpose",
                "test",
                "--requester",
                "test",
                "--ledger",
                Ledger,
                "--out",
                At("s.zkp"),
                "--force",
                "--min-count",
                "0",
            ]);
            Assert.Equal(0, Run.Command("inspect", At("s.zkp")).Code);
            JsonObject verified = Run.Json("verify", At("s.zkp"), "--ledger", Ledger);
            Assert.True((bool)verified["accepted"]! && (bool)verified["ledgerChecked"]!);
            return verified["statistics"]![0]!.AsObject();
        }

        static double Value(JsonObject statistic, string name) =>
            (double)statistic["values"]!.AsArray().Single(v => (string)v!["name"]! == name)!["value"]!;
        static bool Ill(string[] r) => r[Diabetes] == "2.0";
        static bool High(string[] r) => r[Pressure] == "1.0";
        Assert.Equal(
            rows.Count(r => Ill(r) && High(r)),
            Value(Prove("count", "--where", "diabetes = diabetes and `high blood pressure` = yes"), "count")
        );

        double[] bmi = [.. rows.Where(Ill).Select(r => double.Parse(r[Bmi])).Order()];
        JsonObject mean = Prove("mean", "--column", "bmi", "--among", "diabetes = diabetes");
        Assert.Equal(bmi.Average(), Value(mean, "mean"), 1e-9);
        Assert.Equal(
            Math.Sqrt(bmi.Sum(v => (v - bmi.Average()) * (v - bmi.Average())) / (bmi.Length - 1)),
            Value(mean, "standard deviation"),
            1e-9
        );
        Assert.Equal(
            bmi[(bmi.Length + 1) / 2 - 1],
            Value(Prove("quantile", "--column", "bmi", "--among", "diabetes = diabetes"), "quantile")
        );
        JsonObject ages = Prove("histogram", "--column", "age");
        Assert.Equal(
            Enumerable.Range(1, 13).Select(band => (double)rows.Count(r => r[Age] == $"{band}.0")),
            ages["values"]!.AsArray().SkipLast(1).Select(v => (double)v!["value"]!)
        );

        double a = rows.Count(r => High(r) && Ill(r)),
            b = rows.Count(r => High(r) && !Ill(r)),
            c = rows.Count(r => !High(r) && Ill(r)),
            d = rows.Count(r => !High(r) && !Ill(r));
        JsonObject table = Prove("table", "--exposure", "`high blood pressure` = yes", "--outcome", "diabetes = diabetes");
        Assert.Equal(a * d / (b * c), Value(table, "odds ratio"), 1e-9);
        JsonObject standardised = Prove(
            "standardised",
            "--outcome",
            "diabetes = diabetes",
            "--strata",
            "sex",
            "--weights",
            "51,49"
        );
        double Rate(string sex) => (double)rows.Count(r => r[Sex] == sex && Ill(r)) / rows.Count(r => r[Sex] == sex);
        Assert.Equal(0.51 * Rate("0.0") + 0.49 * Rate("1.0"), Value(standardised, "standardised rate"), 1e-12);

        int percent = 100 * rows.Count(Ill) / rows.Length;
        JsonObject hidden = Prove(
            "threshold",
            "--numerator",
            "diabetes = diabetes",
            "--denominator",
            "diabetes is known",
            "--at-least",
            $"{percent}/100",
            "--at-most",
            $"{percent + 1}/100"
        );
        Assert.Equal([0L], hidden["released"]!.AsArray().Select(n => (long)n!)); // rows without a value
        (int code, string output) = Run.Command(
            "prove",
            "threshold",
            Table,
            "--numerator",
            "diabetes = diabetes",
            "--denominator",
            "diabetes is known",
            "--at-least",
            $"{percent + 1}/100",
            "--purpose",
            "p",
            "--requester",
            "r",
            "--origin",
            "o",
            "--out",
            At("x.zkp")
        );
        Assert.Equal(2, code);
        Assert.Contains("it is not true that the rate of", output, StringComparison.Ordinal);
        Assert.False(File.Exists(At("x.zkp")));
    }
}
