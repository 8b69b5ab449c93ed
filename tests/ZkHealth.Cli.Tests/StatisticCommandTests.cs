using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace ZkHealth.Cli.Tests;

/// <summary>Tables of strata, rates in person-time and weighted means from the command line: proven, inspected and verified, and
/// what is refused.</summary>
public sealed class StatisticCommandTests : IDisposable
{
    private const int Rows = 1200;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public StatisticCommandTests()
    {
        File.WriteAllLines(
            At("in.csv"),
            Enumerable.Range(0, Rows).Select(Row).Prepend("smoker,ill,area,years,visits,weight,change")
        );
        File.WriteAllText(
            At("s.json"),
            """
            { "name": "patients", "columns": [
              { "name": "smoker", "kind": "category", "missing": [""], "values": [ { "code": "no" }, { "code": "yes" } ] },
              { "name": "ill", "kind": "category", "missing": [""], "values": [ { "code": "no" }, { "code": "yes" } ] },
              { "name": "area", "kind": "category", "missing": [""], "values": [ { "code": "north" }, { "code": "south" } ] },
              { "name": "years", "kind": "number", "scale": 1, "min": 0.5, "max": 3, "step": 0.5, "unit": "years", "missing": [""] },
              { "name": "visits", "kind": "integer", "min": 0, "max": 4, "missing": [""] },
              { "name": "weight", "kind": "integer", "min": 1, "max": 9, "missing": [""] },
              { "name": "change", "kind": "integer", "min": -3, "max": 3, "missing": [""] } ] }
            """
        );
        Run.Json("keygen", "--out", At("h.key"));
        Run.Json("commit", At("in.csv"), "--schema", At("s.json"), "--key", At("h.key"), "--out", At("t.zkt"));
    }

    public void Dispose() => Directory.Delete(_folder, true);

    private string At(string name) => Path.Combine(_folder, name);

    private static bool Smoker(int i) => i % 3 == 0;

    private static bool Ill(int i) => i % 5 == 0 || (Smoker(i) && i % 4 == 0);

    private static bool North(int i) => i % 7 < 3;

    private static double Years(int i) => 0.5 + 0.5 * (i % 6);

    /// <summary>Every 40th row has no area, every 60th no time, and five rows of the north no weight.</summary>
    private static string Row(int i) =>
        string.Join(
            ',',
            Smoker(i) ? "yes" : "no",
            Ill(i) ? "yes" : "no",
            i % 40 == 0 ? ""
                : North(i) ? "north"
                : "south",
            i % 60 == 0 ? "" : Years(i).ToString("F1", CultureInfo.InvariantCulture),
            i % 5,
            i is 1 or 2 or 8 or 9 or 15 ? "" : 1 + i % 9,
            i % 7 - 3
        );

    private string[] Arguments(params string[] own) =>
        [
            "prove",
            own[0],
            At("t.zkt"),
            .. own[1..],
            "--purpose",
            "p",
            "--requester",
            "r",
            "--origin",
            "ledger.example",
            "--out",
            At("p.zkp"),
            "--force",
        ];

    private JsonObject[] Prove(params string[] own)
    {
        JsonArray proven = Run.Json(Arguments(own))["statistics"]!.AsArray();
        JsonArray verified = Run.Json("verify", At("p.zkp"))["statistics"]!.AsArray();
        Assert.Equal(proven.ToJsonString(), verified.ToJsonString());
        return [.. verified.Select(s => s!.AsObject())];
    }

    private static JsonNode? Value(JsonObject statistic, string name) =>
        statistic["values"]!.AsArray().Single(v => (string)v!["name"]! == name);

    private static double Number(JsonObject statistic, string name) => (double)Value(statistic, name)!["value"]!;

    private static int Count(Func<int, bool> condition) => Enumerable.Range(0, Rows).Count(condition);

    [Fact]
    public void Tables_of_strata()
    {
        JsonObject strata = Assert.Single(
            Prove("table", "--exposure", "smoker = yes", "--outcome", "ill = yes", "--strata", "area")
        );
        double top = 0,
            bottom = 0;
        foreach (bool north in (bool[])[true, false])
        {
            bool In(int i) => i % 40 != 0 && North(i) == north;
            double a = Count(i => In(i) && Smoker(i) && Ill(i)),
                b = Count(i => In(i) && Smoker(i) && !Ill(i));
            double c = Count(i => In(i) && !Smoker(i) && Ill(i)),
                d = Count(i => In(i) && !Smoker(i) && !Ill(i)),
                n = a + b + c + d;
            Assert.Equal(a, Number(strata, $"{(north ? "north" : "south")}: exposed with outcome"));
            (top, bottom) = (top + a * d / n, bottom + b * c / n);
        }

        Assert.Equal(top / bottom, Number(strata, "common odds ratio"), 1e-12);
        Assert.Equal("Robins-Breslow-Greenland", (string)Value(strata, "common odds ratio")!["intervals"]![0]!["method"]!);
        Assert.Equal(30, Number(strata, "rows without a value"));
        Assert.Contains("Breslow-Day p-value: 0.", Run.Command("verify", At("p.zkp")).Output, StringComparison.Ordinal);

        // a verifier reads every condition and the column of the strata
        string output = Run.Command("inspect", At("p.zkp")).Output;
        Assert.Contains(
            "the tables of exposure (smoker = \"yes\") and outcome (ill = \"yes\") by area",
            output,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "by area, among years <= ",
            Prove("table", "--exposure", "smoker = yes", "--outcome", "ill = yes", "--strata", "area", "--among", "years <= 2")[
                0
            ]["statement"]!.ToString(),
            StringComparison.Ordinal
        );

        // by conditions of which one asks whether there is a value
        Assert.Equal(
            30,
            Number(
                Prove("table", "--exposure", "area is known", "--outcome", "ill = yes", "--among", "smoker is known")[0],
                "outcome without exposure"
            )
        );
    }

    [Fact]
    public void Rates_in_person_time()
    {
        double time = Enumerable.Range(0, Rows).Where(i => i % 60 != 0).Sum(Years),
            events = Count(i => Ill(i) && i % 60 != 0);
        JsonObject rate = Assert.Single(Prove("rate", "--events", "ill = yes", "--time", "years", "--per", "100000"));
        Assert.Equal("the rate of ill = \"yes\" per 100000 of the sum of years", (string)rate["statement"]!);
        Assert.Equal((events, time, 20), (Number(rate, "events"), Number(rate, "time"), Number(rate, "rows without a value")));
        Assert.Equal(1e5 * events / time, Number(rate, "rate per 100000 years"), 1e-9 * 1e5);
        Assert.Equal("exact", (string)Value(rate, "rate per 100000 years")!["intervals"]![0]!["method"]!);

        JsonObject counted = Assert.Single(Prove("rate", "--events", "visits", "--time", "years"));
        Assert.Equal(Enumerable.Range(0, Rows).Where(i => i % 60 != 0).Sum(i => i % 5), Number(counted, "events"));

        // one rate for each combination, named by the condition that defines it
        JsonObject[] strata = Prove(
            "rate",
            "--events",
            "visits",
            "--time",
            "years",
            "--by",
            "area,smoker",
            "--among",
            "weight is known"
        );
        Assert.Equal(4, strata.Length);
        Assert.EndsWith(
            ", among weight is known and area = \"north\" and smoker = \"no\"",
            (string)strata[0]["statement"]!,
            StringComparison.Ordinal
        );
        bool In(int i) => i is not (1 or 2 or 8 or 9 or 15) && i % 40 != 0 && North(i) && !Smoker(i) && i % 60 != 0;
        Assert.Equal(Enumerable.Range(0, Rows).Where(In).Sum(Years), Number(strata[0], "time"));
        Assert.Contains("smoker = \"yes\"", Run.Command("verify", At("p.zkp")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Weighted_means_and_few_rows_without_a_value()
    {
        JsonObject mean = Assert.Single(Prove("mean", "--column", "years", "--weight", "weight", "--among", "years is known"));
        int[] rows = [.. Enumerable.Range(0, Rows).Where(i => i % 60 != 0 && i is not (1 or 2 or 8 or 9 or 15))];
        Assert.Equal(rows.Sum(i => (1 + i % 9) * Years(i)) / rows.Sum(i => 1 + i % 9), Number(mean, "mean"), 1e-12);
        Assert.Equal("normal", (string)Value(mean, "mean")!["intervals"]![0]!["method"]!);

        // five rows are fewer than 10, in JSON and in words
        Assert.Equal(
            (null, "fewer than 10"),
            (Value(mean, "rows without a value")!["value"], (string?)Value(mean, "rows without a value")!["undefined"])
        );
        (int code, string output) = Run.Command("verify", At("p.zkp"));
        Assert.Equal(0, code);
        Assert.Contains("rows without a value: fewer than 10", output, StringComparison.Ordinal);
        Assert.Contains("; fewer than 10 more rows have no value", output, StringComparison.Ordinal);

        JsonObject plain = Assert.Single(Prove("mean", "--column", "years"));
        Assert.Equal(20, Number(plain, "rows without a value"));
        Assert.Equal(
            30,
            Number(
                Prove("standardised", "--outcome", "ill = yes", "--strata", "area", "--weights", "1,1")[0],
                "rows without a value"
            )
        );
    }

    /// <summary>Case 34: of an empty group a quantile was said not to fit the schema. It has none; a mean and a rate say that
    /// there are no rows.</summary>
    [Fact]
    public void An_empty_group()
    {
        string[] nobody = ["--among", "visits > 1 and visits < 2"];
        Run.Usage("no row satisfies the condition", Arguments(["quantile", "--column", "visits", "--share", "1/2", .. nobody]));
        Run.Usage("holds no numbers", Arguments("quantile", "--column", "area", "--share", "1/2"));
        foreach (
            (string[] asked, string name) in ((string[], string)[])
                [
                    (["mean", "--column", "visits"], "mean"),
                    (["mean", "--column", "visits", "--weight", "weight"], "mean"),
                    (["rate", "--events", "ill = yes", "--time", "years"], "rate per 1 years"),
                ]
        )
        {
            JsonNode value = Value(Assert.Single(Prove([.. asked, .. nobody])), name)!;
            Assert.Equal((null, "no rows"), (value["value"], (string?)value["undefined"]));
            Assert.Empty(value["intervals"]!.AsArray());
            Assert.Contains($"{name}: undefined: no rows", Run.Command("verify", At("p.zkp")).Output, StringComparison.Ordinal);
        }

        JsonNode rate = Run.Json(Arguments("prevalence", "--numerator", "ill = yes", "--denominator", nobody[1]))["statistics"]![
            0
        ]!;
        Assert.Equal((null, "no rows"), (rate["values"]![2]!["value"], (string?)rate["values"]![2]!["undefined"]));
        Assert.Equal(
            "0/0",
            (string)
                Value(Prove(["table", "--exposure", "smoker = yes", "--outcome", "ill = yes", .. nobody])[0], "odds ratio")![
                    "undefined"
                ]!
        );
        Assert.Equal(
            "0/0",
            (string)
                Value(
                    Prove(["table", "--exposure", "smoker = yes", "--outcome", "ill = yes", "--strata", "area", .. nobody])[0],
                    "common odds ratio"
                )!["undefined"]!
        );
    }

    [Theory]
    [InlineData(
        "--strata: the table has no column 'age'; it has smoker, ill, area",
        "table",
        "--exposure",
        "smoker = yes",
        "--outcome",
        "ill = yes",
        "--strata",
        "age"
    )]
    [InlineData("--events: ", "rate", "--events", "nothing", "--time", "years")]
    [InlineData("--time: the table has no column 'age'", "rate", "--events", "ill = yes", "--time", "age")]
    [InlineData("the column 'area' holds no numbers", "rate", "--events", "ill = yes", "--time", "area")]
    [InlineData("the column 'ill' holds no numbers", "rate", "--events", "ill", "--time", "years")]
    [InlineData(
        "the column 'years' holds no whole numbers, as counts of events are",
        "rate",
        "--events",
        "years",
        "--time",
        "weight"
    )]
    [InlineData(
        "the column 'change' may hold numbers below 0, which are neither events nor times",
        "rate",
        "--events",
        "ill = yes",
        "--time",
        "change"
    )]
    [InlineData("expected two different columns of events and time", "rate", "--events", "visits", "--time", "visits")]
    [InlineData("--per: expected 1 to 1000000000, got '0'", "rate", "--events", "ill = yes", "--time", "years", "--per", "0")]
    [InlineData(
        "makes 1,260 rates, and one file holds at most 1,024",
        "rate",
        "--events",
        "ill = yes",
        "--time",
        "years",
        "--by",
        "weight,visits,change,area,smoker"
    )]
    [InlineData(
        "the column 'change' may hold numbers below 0, which are no weights",
        "mean",
        "--column",
        "years",
        "--weight",
        "change"
    )]
    [InlineData("expected a column of weights that is not that of the numbers", "mean", "--column", "years", "--weight", "years")]
    [InlineData(
        "--weight: a weighted mean is shown, and has no bounds",
        "mean",
        "--column",
        "years",
        "--weight",
        "weight",
        "--at-least",
        "1"
    )]
    public void What_does_not_fit_is_refused_with_its_reason(string reason, params string[] asked) =>
        Run.Usage(reason, Arguments(asked));

    /// <summary>The guard looks at each table of a stratum, at the events and at the rest.</summary>
    [Theory]
    [InlineData("table", "--exposure", "visits = 4 and change = 3", "--outcome", "ill = yes", "--strata", "area")]
    [InlineData("rate", "--events", "visits = 4 and change = 3 and weight = 1", "--time", "years")]
    [InlineData("rate", "--events", "ill = yes", "--time", "years", "--among", "visits = 4 and change = 3 and weight = 1")]
    [InlineData("mean", "--column", "years", "--weight", "weight", "--among", "visits = 4 and change = 3 and weight = 1")]
    public void Few_people_are_not_released(params string[] asked)
    {
        (int code, string output) = Run.Command(Arguments(asked));
        Assert.Equal(1, code);
        Assert.Contains("not released: ", output, StringComparison.Ordinal);
    }
}
