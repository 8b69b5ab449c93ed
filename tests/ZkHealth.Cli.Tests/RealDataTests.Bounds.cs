using System.Text.Json.Nodes;
using Xunit;

namespace ZkHealth.Cli.Tests;

/// <summary>Hidden numbers of real data within bounds, and what the import says of values that are missing.</summary>
public sealed partial class RealDataTests
{
    /// <summary>The case that the whole started from: a tenth of the region fits its demography, a skewed tenth cannot be proven
    /// to.</summary>
    [SkippableFact]
    public void A_hospital_shows_that_it_fits_the_region_and_no_count_of_its_own()
    {
        Skip.If(Run.Data is null, "../shared/data is not here");
        const int Sex = 18,
            Age = 19;
        string file = Path.Combine(Run.Data, "brfss2015.csv"),
            schema = Path.Combine(Run.Root, "tests", "schemas", "brfss2015.schema.json");
        string[] lines = File.ReadAllLines(file);
        string[][] rows = Read("brfss2015.csv");
        string[] bands =
        [
            "18-24",
            "25-29",
            "30-34",
            "35-39",
            "40-44",
            "45-49",
            "50-54",
            "55-59",
            "60-64",
            "65-69",
            "70-74",
            "75-79",
            "80+",
        ];
        File.WriteAllLines(
            At("profile.csv"),
            [
                "age,sex,weight",
                .. bands.SelectMany(
                    (b, k) =>
                        ((string[])["f", "male"]).Select(
                            (sex, j) => $"{b},{sex},{rows.Count(r => r[Age] == $"{k + 1}.0" && r[Sex] == $"{j}.0")}"
                        )
                ),
            ]
        );

        // every tenth respondent; of these without every third man and woman of 60 and over
        string[] tenth = [lines[0], .. lines.Skip(1).Where((_, i) => i % 10 == 0)];
        File.WriteAllLines(At("fits.csv"), tenth);
        File.WriteAllLines(At("skewed.csv"), tenth.Where((l, i) => i == 0 || i % 3 != 0 || double.Parse(l.Split(',')[Age]) < 9));
        Run.Json("keygen", "--out", Key);
        Run.Json("ledger", "init", Ledger, "--origin", "test");
        string[] Asked(string table, params string[] more) =>
            [
                "prove",
                "conformity",
                At(table + ".zkt"),
                "--strata",
                "sex,age",
                "--profile",
                At("profile.csv"),
                .. more,
                "--purpose",
                "demography",
                "--requester",
                "authority",
                "--ledger",
                Ledger,
                "--out",
                At(table + ".zkp"),
                "--force",
            ];
        foreach (string table in (string[])["fits", "skewed"])
        {
            Run.Json("commit", At(table + ".csv"), "--schema", schema, "--key", Key, "--out", At(table + ".zkt"));
            Run.Json("publish", At(table + ".zkt"), "--ledger", Ledger, "--key", Key);
        }

        // Pearson's statistic is 23.688891648648912, p = 0.537 (scipy.stats.chisquare of every tenth line against the whole file)
        foreach (
            string[] bound in (string[][])
                [
                    ["--level", "0.05"],
                    ["--critical", "23.688892"],
                    ["--tolerance", "0.02", "--show-rows"],
                ]
        )
        {
            Run.Json(Asked("fits", bound));
            JsonObject verified = Run.Json("verify", At("fits.zkp"), "--ledger", Ledger, "--purpose", "demography");
            Assert.True((bool)verified["accepted"]! && (bool)verified["ledgerChecked"]!);
            JsonNode statistic = verified["statistics"]![0]!;
            Assert.Equal(bound.Length == 3 ? [tenth.Length - 1, 0] : [0], statistic["released"]!.AsArray().Select(n => (int)n!));
            Assert.Contains(
                "over 26 strata by sex × age, of at least 549 rows in all, agrees with a profile",
                (string)statistic["statement"]!,
                StringComparison.Ordinal
            );
            Assert.Contains("female, 18-24: 130; ", (string)statistic["statement"]!, StringComparison.Ordinal);
        }

        Assert.Contains(
            "every share lies within 1/50 (0.02) of its share of the profile",
            Run.Command("inspect", At("fits.zkp")).Output,
            StringComparison.Ordinal
        );
        foreach ((string table, string bound) in (ReadOnlySpan<(string, string)>)[("fits", "23.688891"), ("skewed", "37.652484")])
        {
            File.Delete(At(table + ".zkp"));
            (int code, string output) = Run.Command(Asked(table, "--critical", bound));
            Assert.Equal(2, code);
            Assert.Contains("it is not true that the distribution over 26 strata", output, StringComparison.Ordinal);
            Assert.False(File.Exists(At(table + ".zkp")));
        }
    }

    [SkippableFact]
    public void Hidden_numbers_within_bounds()
    {
        Skip.If(Run.Data is null, "../shared/data is not here");
        Prepare("brfss2015");
        void Holds(string statement, params string[] asked)
        {
            Run.Json([
                "prove",
                asked[0],
                Table,
                .. asked[1..],
                "--purpose",
                "test",
                "--requester",
                "test",
                "--ledger",
                Ledger,
                "--out",
                At("h.zkp"),
                "--force",
            ]);
            JsonObject verified = Run.Json("verify", At("h.zkp"), "--ledger", Ledger);
            Assert.True((bool)verified["accepted"]! && (bool)verified["ledgerChecked"]!);
            Assert.StartsWith(statement, (string)verified["statistics"]![0]!["statement"]!, StringComparison.Ordinal);
        }

        void Fails(int code, string message, params string[] asked)
        {
            (int exit, string output) = Run.Command([
                "prove",
                asked[0],
                Table,
                .. asked[1..],
                "--purpose",
                "p",
                "--requester",
                "r",
                "--origin",
                "o",
                "--out",
                At("x.zkp"),
            ]);
            Assert.Equal(code, exit);
            Assert.Contains(message, output, StringComparison.Ordinal);
            Assert.False(File.Exists(At("x.zkp")));
        }

        // the figures are those of an independent package (AgreementTests of the library): mean 32.0495, standard deviation
        // 7.20636, median 31, 90 % 42
        string[] ill = ["--among", "diabetes = diabetes"],
            bmi = ["--column", "bmi", .. ill];
        Holds(
            "the mean of bmi is at least 32 and at most 641/20",
            ["mean", .. bmi, "--at-least", "32", "--at-most", "32.05", "--min-rows", "2322"]
        );
        Holds(
            "the variance of bmi (over n - 1) is at least 1296/25 and",
            ["mean", .. bmi, "--sd-at-least", "7.2", "--sd-at-most", "7.21", "--show-rows"]
        );
        Fails(2, "it is not true that the mean", ["mean", .. bmi, "--at-least", "32.05"]);
        Holds(
            "the 9/10 quantile of bmi is at least \"42 kg/m2\" and at most \"42 kg/m2\"",
            ["quantile", .. bmi, "--share", "0.9", "--at-least", "42", "--at-most", "42"]
        );
        Fails(2, "it is not true that the 1/2 quantile", ["quantile", .. bmi, "--at-most", "30"]);
        Holds(
            "the number of rows where diabetes = \"diabetes\" is at least 2322 and at most 2322",
            "threshold",
            "--numerator",
            "diabetes = diabetes",
            "--at-least",
            "2322",
            "--at-most",
            "2322"
        );
        Fails(2, "a rate needs --denominator", "threshold", "--numerator", "diabetes = diabetes", "--at-least", "0.1");
        Holds("the table of sex and diabetes", "chi-square", "--first", "sex", "--second", "diabetes");
        Holds(
            "Pearson's chi-square of exposure",
            "chi-square",
            "--exposure",
            "sex = m",
            "--outcome",
            "diabetes = diabetes",
            "--independent-at",
            "0.05"
        );
        Fails(
            2,
            "it is not true that Pearson's chi-square",
            "chi-square",
            "--exposure",
            "sex = m",
            "--outcome",
            "diabetes = diabetes",
            "--dependent-at",
            "0.05"
        );
        Fails(2, "expected 13 weights, got 2", "conformity", "--strata", "age", "--weights", "1,2", "--level", "0.05");
        File.WriteAllText(At("bad.csv"), "age,weight\n18-24,5\n25-29,x\n");
        Fails(
            2,
            "bad.csv, line 3, column 'weight': expected a whole number from 1 to 1000000000000, got 'x'",
            "conformity",
            "--strata",
            "age",
            "--profile",
            At("bad.csv"),
            "--level",
            "0.05"
        );
        File.WriteAllText(At("bad.csv"), "age,weight\n18-24,5\n");
        Fails(2, "there is no weight for 25-29", "conformity", "--strata", "age", "--profile", At("bad.csv"), "--level", "0.05");
    }

    [SkippableFact]
    public void Text_categories_and_missing_values()
    {
        Skip.If(Run.Data is null, "../shared/data is not here");
        string[][] rows = Read("encounters.csv");
        const int Race = 2,
            Sex = 3,
            Age = 4,
            Days = 8,
            A1C = 17,
            Readmitted = 43;
        string header = File.ReadLines(Path.Combine(Run.Data!, "encounters.csv")).First();
        Assert.Equal(
            ["race", "gender", "age", "time_in_hospital", "A1Cresult", "readmitted"],
            new[] { Race, Sex, Age, Days, A1C, Readmitted }.Select(i => header.Split(',')[i])
        );
        JsonObject committed = Prepare("encounters");
        Assert.Equal(rows.Count(r => r[Race] == "?"), (int)committed["columns"]![0]!["missing"]!);
        Assert.Equal(rows.Count(r => r[A1C] == "None"), (int)committed["columns"]![3]!["missing"]!);

        // no value is in neither the comparison nor its negation
        Equal(Rates("A1C = '>8'", null)[0], rows.Where(r => r[A1C] != "None"), r => r[A1C] == ">8");
        Equal(Rates("not A1C = '>8'", "sex is known")[0], rows.Where(r => r[A1C] != "None"), r => r[A1C] != ">8");
        Equal(Rates("not A1C = '>8'", "sex is known", "--include-unknown")[0], rows, r => r[A1C] is not ("None" or ">8"));
        Equal(
            Rates("readmitted = early", "not race in (Caucasian, Other)")[0],
            rows.Where(r => r[Race] is not ("?" or "Caucasian" or "Other")),
            r => r[Readmitted] == "<30"
        );
        Equal(
            Rates("days > 7", "age between 70 and 89 or race = AfricanAmerican")[0],
            rows.Where(r => r[Age] is "[70-80)" or "[80-90)" || r[Race] == "AfricanAmerican"),
            r => int.Parse(r[Days]) > 7
        );
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
        File.WriteAllText(
            schema,
            """{ "name": "n", "columns": [ { "name": "sex", "source": "gender", "kind": "category", "values": [ { "code": "Female" } ] } ] }"""
        );
        string csv = Path.Combine(Run.Data!, "encounters.csv");
        Run.Json("keygen", "--out", Key);
        (int code, string output) = Run.Command("commit", csv, "--schema", schema, "--key", Key, "--out", At("t.zkt"));
        Assert.Equal(2, code);
        int line = 2 + File.ReadLines(csv).Skip(1).TakeWhile(l => l.Split(',')[3] == "Female").Count();
        Assert.Contains(
            $"encounters.csv, line {line}, column 'gender': expected one of 'Female', got 'Male'",
            output,
            StringComparison.Ordinal
        );
        Assert.False(File.Exists(At("t.zkt")));
        JsonObject json = Run.Json("commit", csv, "--schema", schema, "--key", Key, "--out", At("t.zkt"), "--unknown", "missing");
        Assert.Equal((2491, "Male"), ((int)json["columns"]![0]!["unknown"]!, (string)json["columns"]![0]!["examples"]![0]!));
    }
}
