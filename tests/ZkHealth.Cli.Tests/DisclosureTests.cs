using System.Text.Json.Nodes;
using Xunit;

namespace ZkHealth.Cli.Tests;

/// <summary>Suppression, noise and budgets on real data through the command line, beside direct counts of the file.</summary>
public sealed class DisclosureTests : HospitalFolder
{
    private const int Diabetes = 0,
        Bmi = 4,
        Sex = 18,
        Age = 19;

    private string[][] Prepare()
    {
        MakeLedger();
        Commit(Path.Combine(Run.Data!, "brfss2015.csv"), Path.Combine(Run.Root, "tests", "schemas", "brfss2015.schema.json"));
        Publish("--data-set", "survey");
        return [.. File.ReadLines(Path.Combine(Run.Data!, "brfss2015.csv")).Skip(1).Select(l => l.Split(','))];
    }

    [SkippableFact]
    public void Shown_cells_are_those_of_the_file_and_small_ones_are_not_shown()
    {
        Skip.If(Run.Data is null, "../shared/data is not here");
        string[][] rows = [.. Prepare().Where(r => double.Parse(r[Bmi]) >= 45)];
        Run.Json(
            "prove",
            "histogram",
            Table,
            "--column",
            "age",
            "--by",
            "diabetes",
            "--among",
            "bmi >= 45",
            "--suppress",
            "10",
            "--purpose",
            "p",
            "--requester",
            "r",
            "--ledger",
            Ledger,
            "--out",
            At("s.zkp")
        );
        (int code, string words) = Run.Command("inspect", At("s.zkp"));
        Assert.Equal(0, code);
        Assert.Contains("suppressed, each of them proven to be 1 to 9: ", words, StringComparison.Ordinal);
        JsonObject statistic = Run.Json("verify", At("s.zkp"), "--ledger", Ledger)["statistics"]![0]!.AsObject();
        JsonObject[] values = [.. statistic["values"]!.AsArray().Select(v => v!.AsObject())];
        var expected = new List<int>();
        for (int age = 1; age <= 13; age++)
        {
            expected.AddRange(
                Enumerable.Range(0, 3).Select(d => rows.Count(r => r[Age] == $"{age}.0" && r[Diabetes] == $"{d}.0"))
            );
        }

        expected.AddRange(Enumerable.Range(1, 13).Select(age => rows.Count(r => r[Age] == $"{age}.0")));
        expected.AddRange(Enumerable.Range(0, 3).Select(d => rows.Count(r => r[Diabetes] == $"{d}.0")));
        expected.Add(rows.Length);
        Assert.Equal(expected.Count + 1, values.Length);
        Assert.Equal("rows without a value", (string)values[^1]["name"]!);
        int small = 0,
            withheld = 0;
        for (int e = 0; e < expected.Count; e++)
        {
            if (values[e]["value"] is JsonNode value)
            {
                Assert.Equal(expected[e], (int)value);
                Assert.False(expected[e] is >= 1 and < 10);
            }
            else
            {
                bool isSmall = (string)values[e]["undefined"]! == "suppressed: 1 to 9";
                Assert.Equal(isSmall, expected[e] is >= 1 and < 10 && e < 39);
                Assert.True(isSmall || (string)values[e]["undefined"]! == "withheld");
                (small, withheld) = (small + (isSmall ? 1 : 0), withheld + (isSmall ? 0 : 1));
            }
        }

        Assert.True(small > 5 && withheld > 0);
        Assert.Equal(
            2,
            Run.Command(
                "prove",
                "histogram",
                Table,
                "--column",
                "age",
                "--by",
                "diabetes",
                "--purpose",
                "p",
                "--requester",
                "r",
                "--origin",
                "o"
            ).Code
        );
    }

    [SkippableFact]
    public void A_number_under_noise_and_the_budget_of_the_data_set()
    {
        Skip.If(Run.Data is null, "../shared/data is not here");
        string[][] rows = Prepare();
        Run.Json("keygen", "--out", At("authority"));
        Run.Json([
            "ledger",
            "policy",
            "--data-set",
            "survey",
            "--max-eps",
            "2.5",
            "--max-delta",
            "1e-8",
            "--max-exact",
            "1",
            .. Writer,
        ]);
        string[] commit =
        [
            "noise",
            "commit",
            Table,
            "--eps",
            "2",
            "--drawn-by",
            At("authority.pub"),
            "--purpose",
            "p",
            "--requester",
            "authority",
            .. Writer,
        ];
        JsonObject committed = Run.Json([.. commit, "--column", "sex", "--among", "diabetes = diabetes", "--out", At("n.zkn")]);
        Assert.Equal(142, (int)committed["coins"]!); // eps 1 and delta 5e-10 for each of the two numbers that a patient changes
        string entry = ((int)committed["entry"]!).ToString(System.Globalization.CultureInfo.InvariantCulture);

        // what is not there yet, what exceeds the policy, and who may draw
        string[] release = ["noise", "release", At("n.zkn"), Table, "--out", At("n.zkp"), .. Writer];
        (int code, string output) = Run.Command(release);
        Assert.Equal((1, true), (code, output.Contains("the coins are not drawn yet", StringComparison.Ordinal)));
        (code, output) = Run.Command([.. commit, "--where", "sex = f", "--out", At("m.zkn")]);
        Assert.Equal((1, true), (code, output.Contains("eps 2, delta 1e-9 is reserved", StringComparison.Ordinal)));
        Assert.False(File.Exists(At("m.zkn")));
        Assert.Contains(
            "was committed and not released",
            Run.Command("ledger", "audit", Ledger).Output,
            StringComparison.Ordinal
        );
        Assert.Equal(1, Run.Command(["ledger", "beacon", entry, .. Writer]).Code);
        Run.Json("ledger", "beacon", entry, "--ledger", Ledger, "--key", At("authority"));
        Run.Json(release);
        Run.Json(release); // the same file again

        JsonObject verified = Run.Json("verify", At("n.zkp"), "--ledger", Ledger, "--purpose", "p");
        JsonArray values = verified["statistics"]![0]!["values"]!.AsArray();
        foreach ((int k, string sex) in (ReadOnlySpan<(int, string)>)[(0, "0.0"), (1, "1.0")])
        {
            int count = rows.Count(r => r[Sex] == sex && r[Diabetes] == "2.0");
            Assert.InRange((double)values[k]!["value"]! - count, -71, 71); // that much at most, by the number of coins
            Assert.True(Math.Abs((double)values[k]!["value"]! - count) < 7 * Math.Sqrt(142) / 2);
        }

        Assert.Contains(
            "the noise was committed on the ledger before the coins",
            Run.Command("verify", At("n.zkp"), "--ledger", Ledger).Output,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "not checked: that the noise was committed",
            Run.Command("verify", At("n.zkp")).Output,
            StringComparison.Ordinal
        );
        Assert.Contains("under noise: eps 2, delta 1e-9", Run.Command("inspect", At("n.zkp")).Output, StringComparison.Ordinal);

        // exact releases are counted apart
        foreach ((string name, int expected) in (ReadOnlySpan<(string, int)>)[("female", 0), ("male", 1)])
        {
            Run.Json(
                "prove",
                "count",
                Table,
                "--where",
                $"sex = {name[..1]}",
                "--purpose",
                "p",
                "--requester",
                "r",
                "--ledger",
                Ledger,
                "--out",
                At($"{name}.zkp")
            );
            Assert.Equal(expected, Run.Command(["ledger", "release", At($"{name}.zkp"), .. Writer]).Code);
            Assert.Contains(
                expected == 0 ? "its release is recorded by entry" : "its release is not recorded",
                Run.Command("verify", At($"{name}.zkp"), "--ledger", Ledger).Output,
                StringComparison.Ordinal
            );
        }

        JsonObject budget = Run.Json("ledger", "budget", Ledger, "--data-set", "survey")["budgets"]![0]!.AsObject();
        Assert.Equal(
            (2m, 0m, 1, 1),
            (
                (decimal)budget["spentEpsilon"]!,
                (decimal)budget["reservedEpsilon"]!,
                (int)budget["exact"]!,
                (int)budget["maxExact"]!
            )
        );
        JsonObject audit = Run.Json("ledger", "audit", Ledger);
        Assert.Empty(audit["flags"]!.AsArray());
        Assert.Empty(audit["notes"]!.AsArray());

        // a looser policy is let in, and everybody sees it
        Run.Json([
            "ledger",
            "policy",
            "--data-set",
            "survey",
            "--max-eps",
            "2.5",
            "--max-delta",
            "1e-8",
            "--max-exact",
            "2",
            .. Writer,
        ]);
        (code, output) = Run.Command("ledger", "audit", Ledger);
        Assert.Equal(1, code);
        Assert.Contains("FLAGGED: entry", output, StringComparison.Ordinal);
        Assert.Contains("loosens the policy of the data set 'survey'", output, StringComparison.Ordinal);
        Assert.Contains(
            "now eps 2.5, delta 1e-8 and 2 exact releases",
            Run.Command("ledger", "budget", Ledger).Output,
            StringComparison.Ordinal
        );
    }
}
