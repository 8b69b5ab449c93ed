using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Cli.Queries;
using ZkHealth.Data;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>Columns of more values than one column of codes should have, from the CSV to answers: conditions, means and SQL know
/// them by their name.</summary>
public sealed class WideColumnCommandTests : TemporaryFolder
{
    private const int Rows = 60;

    /// <summary>The years of birth that are asked about, and what a cost is below: a proof has a cell for each value. Conditions
    /// alone, of which nothing is proven, have more.</summary>
    private const string Schema = """
        { "name": "people", "columns": [
          { "name": "cost", "kind": "integer", "min": 0, "max": MOST },
          { "name": "birth", "kind": "date", "first": "FIRST-01-01", "last": "LAST-12-31" },
          { "name": "seen", "kind": "date", "first": "2026-01-01", "last": "2026-12-31" } ] }
        """;

    private readonly int?[] _cost = new int?[Rows];
    private readonly DateOnly[] _birth = new DateOnly[Rows];

    public WideColumnCommandTests()
    {
        var random = new Random(3);
        using var csv = new StreamWriter(At("people.csv"));
        csv.WriteLine("cost,birth,seen");
        for (int i = 0; i < Rows; i++)
        {
            _cost[i] = i % 9 == 0 ? null : random.Next(5_000);
            _birth[i] = new DateOnly(1930, 1, 1).AddDays(random.Next(39 * 365));
            csv.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_cost[i]},{_birth[i]:yyyy-MM-dd},2026-0{1 + i % 9}-15"));
        }

        WriteSchema("5000", "1930", "1969");
    }

    private void WriteSchema(string most, string first, string last) =>
        File.WriteAllText(
            At("people.schema.json"),
            Schema
                .Replace("MOST", most, StringComparison.Ordinal)
                .Replace("FIRST", first, StringComparison.Ordinal)
                .Replace("LAST", last, StringComparison.Ordinal)
        );

    [Fact]
    public void Conditions_and_means_know_them()
    {
        Run.Json("keygen", "--out", At("key"));
        JsonObject committed = Run.Json("commit", At("people.csv"), "--key", At("key"));
        Assert.Equal(
            ["cost/1024", "cost%1024", "birth year", "birth day", "seen"],
            committed["columns"]!.AsArray().Select(c => (string)c!["name"]!)
        );
        Assert.Equal([7, 7, 0, 0, 0], committed["columns"]!.AsArray().Select(c => (int)c!["missing"]!));
        string[] context =
        [
            "--purpose",
            "p",
            "--requester",
            "r",
            "--origin",
            "o",
            "--min-count",
            "0",
            "--out",
            At("p.zkp"),
            "--force",
        ];
        JsonObject count = Run.Json(["prove", "count", At("people.zkt"), "--where", "cost >= 1500 and cost < 4321", .. context]);
        Assert.Equal(_cost.Count(c => c is >= 1500 and < 4321), (int)count["statistics"]![0]!["released"]![0]!);
        Run.Json("verify", At("p.zkp"));
        count = Run.Json(["prove", "count", At("people.zkt"), "--where", "birth between 1940 and 1959-06", .. context]);
        Assert.Equal(
            _birth.Count(b => b >= new DateOnly(1940, 1, 1) && b < new DateOnly(1959, 7, 1)),
            (int)count["statistics"]![0]!["released"]![0]!
        );
        JsonObject row = Run.Json([
            "prove",
            "row",
            At("people.zkt"),
            "--row",
            "1",
            "--columns",
            "cost,seen",
            .. context.Where(c => c is not ("--min-count" or "0")),
        ]);
        Assert.Equal(["cost/1024", "cost%1024", "seen"], row["entries"]!.AsArray().Select(e => (string)e!["column"]!));
        // one cell for each of 5,001 values would be too many lines, and what to do is said
        foreach (
            string[] asked in (string[][])
                [
                    ["histogram", At("people.zkt"), "--column", "cost"],
                    ["prevalence", At("people.zkt"), "--numerator", "seen = 2026-03-15", "--by", "cost"],
                ]
        )
        {
            Run.Usage("the column 'cost' is committed as 'cost/1024' and 'cost%1024'", ["prove", .. asked, .. context]);
        }

        JsonObject mean = Run.Json(["prove", "mean", At("people.zkt"), "--column", "cost", .. context]);
        Assert.Equal(_cost.Sum(c => c ?? 0), (int)mean["statistics"]![0]!["released"]![1]!);
        Run.Json("verify", At("p.zkp"));
    }

    /// <summary>The median of what a wide column holds was refused after the cube had been proven. The value is that of the CSV,
    /// and where it lies is proven without showing it.</summary>
    [Fact]
    public void Quantiles_know_them()
    {
        Run.Json("keygen", "--out", At("key"));
        Run.Json("commit", At("people.csv"), "--key", At("key"));
        string[] context = ["--purpose", "p", "--requester", "r", "--origin", "o", "--min-count", "0", "--force"];
        int[] known = [.. _cost.OfType<int>().Order()];
        int median = known[(known.Length - 1) / 2];
        string proof = At("q.zkp");
        JsonNode Prove(params string[] asked) => Run.Json(["prove", .. asked, .. context, "--out", proof])["statistics"]![0]!;
        JsonNode cost = Prove("quantile", At("people.zkt"), "--column", "cost");
        Assert.Equal(median, (double)cost["values"]![0]!["value"]!);
        Assert.Equal(
            [known.Count(c => c < median), known.Count(c => c <= median), known.Length],
            cost["released"]!.AsArray().Take(3).Select(n => (int)n!)
        );
        Run.Json("verify", proof);
        DateOnly[] births = [.. _birth.Order()];
        JsonNode birth = Prove("quantile", At("people.zkt"), "--column", "birth", "--share", "1/4");
        Assert.Equal($"{births[Rows / 4 - 1]:yyyy-MM-dd}", (string)birth["values"]![0]!["label"]!);
        Run.Json("verify", proof, "--max-cells", "100000");
        string[] between = ["quantile", At("people.zkt"), "--column", "cost", "--at-least"];
        Prove([.. between, $"{median}", "--at-most", $"{median}"]);
        Run.Json("verify", proof);
        Run.Usage("it is not true that", ["prove", .. between, $"{median + 1}", .. context, "--out", proof]);
    }

    /// <summary>A condition was echoed as one about quotients and remainders, which nobody had asked; both have the same rows. A
    /// column that is committed under the name is another one. A limit at a whole quotient needs no remainder, and read
    /// `cost/1024`.</summary>
    [Theory]
    [InlineData("cost >= 5000")]
    [InlineData("cost <= 4999")]
    [InlineData("cost between 5000 and 5004")]
    [InlineData("cost = 0")]
    [InlineData("cost != 7")]
    [InlineData("not cost between 3000 and 9000")]
    [InlineData("cost >= 1 and birth <= 1990-05-07")]
    [InlineData("cost between 5000 and 5004 or (birth >= 1950-02-01 and seen = 2026-03-15)")]
    [InlineData("cost >= 2048")]
    [InlineData("cost <= 1023 or seen = 2026-03-15")]
    [InlineData("birth >= 1950-01-01")]
    [InlineData("not birth between 1950-01-01 and 1959-12-31")]
    [InlineData("cost is known")]
    [InlineData("cost is not known and birth is known")]
    [InlineData("`cost%1024` = 7")]
    [InlineData("not (cost >= 1)", "cost = 0")]
    [InlineData("cost >= 5000 and cost < 12345", "cost between 5000 and 12344")]
    [InlineData("birth = 1950-02", "birth between 1950-02-01 and 1950-02-28")]
    public void A_condition_is_echoed_as_it_was_asked(string asked, string? echoed = null)
    {
        WriteSchema("20000", "1900", "2029");
        TableSchema schema = ImportSchema.Parse(File.ReadAllBytes(At("people.schema.json")), Folder).Table;
        Predicate condition = QueryParser.Parse(asked, schema);
        Assert.Equal(echoed ?? asked, condition.Describe(schema));
        Assert.Equal(condition.Describe(schema), QueryParser.Parse(condition.Describe(schema), schema).Describe(schema));
        var shadowed = new TableSchema(
            "t",
            [.. schema.Columns.Skip(1), new NumberColumn("cost", 0, 9), new NumberColumn("birth", 0, 9)]
        );
        Assert.DoesNotContain("cost >= 5000", condition.Describe(shadowed), StringComparison.Ordinal);
        Assert.DoesNotContain("cost = 0", condition.Describe(shadowed), StringComparison.Ordinal);
        Assert.DoesNotContain("cost is", condition.Describe(shadowed), StringComparison.Ordinal);
    }

    [Fact]
    public void Sql_knows_them_and_ages_at_a_day()
    {
        JsonArray Ask(string sql) => Run.Json("try", At(""), sql)["rows"]![0]!.AsArray();
        JsonArray sums = Ask("SELECT sum(cost), count(*) FILTER (WHERE cost > 2999), count(cost) FROM people");
        Assert.Equal(_cost.Sum(c => c ?? 0), (int)sums[0]!);
        Assert.Equal((_cost.Count(c => c > 2999), _cost.Count(c => c is not null)), ((int)sums[1]!, (int)sums[2]!));

        // in whole years at a day
        int old = Enumerable.Range(0, Rows).Count(i => _birth[i].AddYears(65) <= new DateOnly(2026, 7, 1));
        Assert.Equal(old, (int)Ask("SELECT count(*) FROM people WHERE date_sub('year', birth, DATE '2026-07-01') >= 65")[0]!);
        Assert.InRange(old, 1, Rows - 1);
    }
}
