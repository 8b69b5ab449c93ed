using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>Rates by several columns, and questions that are too large: refused before any work, with the columns, the limit and
/// a way out.</summary>
public sealed class LimitTests : TemporaryFolder
{
    private void Commit(string csv, string schema)
    {
        Run.Json("keygen", "--out", At("h.key"));
        Run.Json("commit", csv, "--schema", schema, "--key", At("h.key"), "--out", At("t.zkt"));
    }

    private void Commit(IEnumerable<string> lines, string columns)
    {
        File.WriteAllLines(At("p.csv"), lines);
        File.WriteAllText(At("s.json"), $$"""{"name": "p", "columns": [{{columns}}]}""");
        Commit(At("p.csv"), At("s.json"));
    }

    private string[] Prove(params string[] what) =>
        [
            "prove",
            what[0],
            At("t.zkt"),
            .. what[1..],
            "--purpose",
            "p",
            "--requester",
            "r",
            "--origin",
            "o",
            "--out",
            At("x.zkp"),
            "--min-count",
            "0",
            "--force",
        ];

    /// <summary>Case 21: 26,000 codes took six minutes before they were refused.</summary>
    [SkippableFact]
    public void A_rate_for_each_of_26000_codes_is_refused_before_work()
    {
        string folder = Path.Combine(Run.Root, "..", "shared", "cases", "21-large-code-list");
        Skip.IfNot(Directory.Exists(folder), "../shared/cases is not here");
        Commit(Path.Combine(folder, "icd26000.csv"), Path.Combine(folder, "icd26000.schema.json"));
        Run.Usage(
            "--by: 'dx' (26,000 values) makes 26,000 rates, and one file holds at most 1,024: group the values",
            Prove("prevalence", "--numerator", "dx is known", "--by", "dx")
        );
        Run.Usage(
            "26001 numbers over a cube of 52002 cells are too many: at most 16777216 weights",
            Prove("histogram", "--column", "dx")
        );
        Assert.False(Directory.Exists(At("t.zkt.cubes")));
    }

    [Fact]
    public void A_cube_that_is_too_large_is_named_by_its_columns()
    {
        Commit(
            ["a,b", "1,1"],
            """{"name": "a", "kind": "integer", "min": 0, "max": 1999}, {"name": "b", "kind": "integer", "min": 0, "max": 999}"""
        );
        (int code, string output) = Run.Command(Prove("count", "--where", "a = 1 and b = 1"));
        Assert.Equal(2, code);
        Assert.Contains(
            "would have 2,001 (a) × 1,001 (b) = 2,003,001 cells, and at most 1,048,576 can be proven: ask for fewer columns",
            output,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("Parameter", output, StringComparison.Ordinal);

        Run.Usage(
            "--by: 'a' (2,000 values) × 'b' (1,000 values) makes 2,000,000 rates",
            Prove("prevalence", "--numerator", "b = 1", "--by", "a,b")
        );
        Assert.False(Directory.Exists(At("t.zkt.cubes")));
    }

    [Fact]
    public void Rates_and_cells_that_are_too_many_together_are_refused_before_work()
    {
        Commit(
            ["a,b", "1,1"],
            """{"name": "a", "kind": "integer", "min": 0, "max": 999}, {"name": "b", "kind": "integer", "min": 0, "max": 9}"""
        );
        Run.Usage(
            "1,000 rates over a cube of 2 (row) × 1,001 (a) × 11 (b) = 22,022 cells are too much for one file",
            Prove("prevalence", "--numerator", "b = 1", "--by", "a")
        );
        Assert.False(Directory.Exists(At("t.zkt.cubes")));
    }

    /// <summary>What the guard refuses, what is not true and what does not fit was told after the cube had been proven, of large
    /// tables after minutes.</summary>
    [Fact]
    public void What_the_guard_refuses_is_refused_before_a_cube_is_proven()
    {
        Commit(
            ["a,b,dx", .. Enumerable.Range(0, 60).Select(i => $"{i % 4},{i % 3},{(i < 3 ? "yes" : "no")}")],
            """
            {"name": "a", "kind": "integer", "min": 0, "max": 9}, {"name": "b", "kind": "integer", "min": 0, "max": 9},
            {"name": "dx", "kind": "yes-no"}
            """
        );
        string[] Guarded(params string[] what) => [.. Prove(what).TakeWhile(w => w != "--min-count"), "--force"];
        foreach (
            string[] small in (string[][])
                [
                    ["count", "--where", "dx = yes"],
                    ["quantile", "--column", "a", "--share", "1/30", "--among", "b = 1"],
                    ["prevalence", "--numerator", "dx = yes"],
                    ["prevalence", "--numerator", "dx = yes", "--by", "a"],
                ]
        )
        {
            (int code, string output) = Run.Command(Guarded(small));
            Assert.Equal(1, code);
            Assert.Contains("not released: a count of 1 to 9 rows", output, StringComparison.Ordinal);
        }

        Run.Usage("no rate is left", Guarded("prevalence", "--numerator", "dx = yes", "--leave-out-small"));
        Run.Usage(
            "it is not true that",
            Guarded("threshold", "--numerator", "dx = yes", "--denominator", "b is known", "--at-least", "1/2")
        );
        Run.Usage("no row satisfies the condition", Guarded("quantile", "--column", "a", "--among", "b = 9"));
        Assert.False(Directory.Exists(At("t.zkt.cubes")));
        Run.Json(Guarded("count", "--where", "b = 1"));
        Assert.True(Directory.Exists(At("t.zkt.cubes")));
    }

    [Fact]
    public void Rates_by_several_columns_are_those_of_the_combinations()
    {
        string[] rows =
        [
            .. Enumerable.Range(0, 120).Select(i => $"{(i % 3 == 0 ? "yes" : "no")},{"fm"[i % 2]},{i % 4 / 2},{i % 5 % 2}"),
        ];
        Commit(
            [.. rows.Prepend("ill,sex,\"a,b\",c")],
            """
            {"name": "ill", "kind": "yes-no"}, {"name": "sex", "kind": "category", "values": [{"code": "f"}, {"code": "m"}]},
            {"name": "a,b", "kind": "integer", "min": 0, "max": 1}, {"name": "c", "kind": "integer", "min": 0, "max": 1}
            """
        );
        JsonArray Rates(params string[] by) =>
            Run.Json(Prove(["prevalence", "--numerator", "ill = yes", .. by]))["statistics"]!.AsArray();
        JsonArray two = Rates("--by", "sex,c");
        Assert.True(JsonNode.DeepEquals(two, Rates("--by", "sex", "--by", " c ".Trim())));
        Assert.Equal(4, two.Count);
        int k = 0;
        foreach (string sex in (string[])["f", "m"])
        {
            foreach (string c in (string[])["0", "1"])
            {
                string[][] among = [.. rows.Select(r => r.Split(',')).Where(r => r[1] == sex && r[3] == c)];
                Assert.Equal(
                    (among.Count(r => r[0] == "yes"), among.Length),
                    ((int)two[k]!["numerator"]!, (int)two[k]!["denominator"]!)
                );
                k++;
            }
        }

        // a name with a comma in it is a column by itself
        Assert.Equal(4, Rates("--by", "a,b", "--by", "sex").Count);
        Assert.Equal(8, Rates("--by", "a,b", "--by", "sex,c").Count);
        Run.Usage("--by: the table has no column 'x'; it has ", Prove("prevalence", "--numerator", "ill = yes", "--by", "sex,x"));
        Run.Usage("--by: 'sex' is named twice", Prove("prevalence", "--numerator", "ill = yes", "--by", "sex,c", "--by", "sex"));
    }

    /// <summary>Between two collections as much memory piles up as the cache of the processor holds, unless it is bounded: of a
    /// ledger of 10^6 entries a third on a server with a cache of 260 MiB.</summary>
    [Fact]
    public void Memory_does_not_follow_the_cache_of_the_processor()
    {
        string settings = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ZkHealth.Cli.runtimeconfig.json"));
        JsonNode bound = JsonNode.Parse(settings)!["runtimeOptions"]!["configProperties"]!["System.GC.Gen0MaxBudget"]!;
        Assert.InRange(bound.GetValue<long>(), 1, 64 << 20);
    }
}
