using System.Diagnostics;
using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Performance.Tests;

/// <summary>What `--explain` says that a plan takes is of the order of what it takes, of many rows, of long lists and of
/// links, as ratios in one run: seconds were those of rows alone, and a list of 60,000 tuples was said to take a twentieth of its
/// time.</summary>
public class PlanCostTests
{
    private const double Between = 8;

    private static TableOpening Commit(int rows, params ColumnSchema[] columns)
    {
        using var secret = TableSecret.Create();
        uint[][] codes =
        [
            .. columns.Select(c =>
                Enumerable.Range(0, rows).Select(i => (uint)(i * 7919L % Math.Min(c.Domain, 1 << 14))).ToArray()
            ),
        ];
        return TableOpening.Commit(new CodedTable(new TableSchema("table", columns), codes), new byte[32], secret);
    }

    private static CategoryColumn Categories(string name, int count) =>
        new(name, [.. Enumerable.Range(1, count).Select(i => new Category($"{i}", $"{i}"))]);

    /// <summary>What each plan is told to take, and the least of several rounds, in turn: what disturbs one disturbs
    /// all.</summary>
    private static (double Told, double Taken)[] Measure((Plan Plan, Dictionary<string, TableOpening> Tables)[] plans)
    {
        double[] taken = [.. plans.Select(_ => double.MaxValue)];
        for (int round = 0; round < 8; round++)
        {
            foreach ((int i, (Plan plan, Dictionary<string, TableOpening> tables)) in plans.Index())
            {
                var watch = Stopwatch.StartNew();
                PlanProof.Prove(plan, tables, new StatisticContext("p", "r", "o"), new DisclosureGuard(0));
                taken[i] = Math.Min(taken[i], watch.Elapsed.TotalSeconds);
            }
        }

        return
        [
            .. plans.Select(
                (p, i) => (PlanCost.Of(p.Plan, [p.Tables.ToDictionary(t => t.Key, t => t.Value.Commitment)]).Seconds, taken[i])
            ),
        ];
    }

    [PerformanceFact]
    public void Seconds_that_are_told_are_of_the_right_order()
    {
        using TableOpening people = Commit(1 << 14, Categories("sex", 2));
        using TableOpening visits = Commit(
            1 << 17,
            Categories("ward", 5),
            new KeyColumn("person", Convert.ToHexStringLower(people.Commitment.Root.Span))
        );
        using TableOpening few = Commit(1 << 10, new NumberColumn("cost", 0, 12_000));
        var both = new Dictionary<string, TableOpening> { ["people"] = people, ["visits"] = visits };
        (double Told, double Taken)[] measured = Measure([
            (
                new PlanBuilder()
                    .AddTable("visits", visits.Commitment, "v")
                    .Ask("visits", ["ward"], c => c[0] == 1 ? 1 : 0)
                    .Build(),
                new Dictionary<string, TableOpening> { ["visits"] = visits }
            ),
            (
                new PlanBuilder()
                    .AddTable("few", few.Commitment, "f")
                    .MapToCategories(
                        "few",
                        "high",
                        ["no", "yes"],
                        ["cost"],
                        c =>
                            c[0] == 0 ? 0u
                            : c[0] > 6000 ? 2u
                            : 1u
                    )
                    .Ask("few", ["high"], c => c[0] == 2 ? 1 : 0)
                    .Build(),
                new Dictionary<string, TableOpening> { ["few"] = few }
            ),
            (
                new PlanBuilder()
                    .AddTable("people", people.Commitment, "p")
                    .AddTable("visits", visits.Commitment, "v")
                    .Total("people", "n", 63, "visits", "person")
                    .Ask("people", ["sex", "n"], c => c[0] == 1 ? c[1] : 0)
                    .Build(),
                both
            ),
        ]);
        foreach ((double told, double taken) in measured)
        {
            double ratio = taken / measured[0].Taken / (told / measured[0].Told);
            Assert.True(
                ratio is > 1 / Between and < Between,
                $"{ratio:F2}: {string.Join("; ", measured.Select(m => $"told {m.Told:F3} s, taken {m.Taken:F3} s"))}"
            );
        }
    }

    /// <summary>Of queries over many rows the first one tells what the machine takes for a second of those that are told; the
    /// others take what is told within a factor of 3.</summary>
    [PerformanceFact]
    public void Seconds_of_queries_are_those_that_are_told()
    {
        using TableOpening people = Commit(1 << 16, Categories("sex", 2), new NumberColumn("age", 0, 100));
        using TableOpening visits = Commit(
            1 << 18,
            Categories("ward", 50),
            new NumberColumn("days", 0, 30),
            new NumberColumn("cost", 0, 4000),
            new KeyColumn("person_id", Convert.ToHexStringLower(people.Commitment.Root.Span))
        );
        var tables = new Dictionary<string, TableOpening> { ["people"] = people, ["visits"] = visits };
        SqlTable[] named = [.. tables.Select(t => new SqlTable(t.Key, t.Value.Commitment, t.Key))];
        string[] queries =
        [
            "SELECT ward, count(*) FROM visits GROUP BY ward",
            "SELECT count(*) FROM visits WHERE days > 3 AND cost > 1000",
            "SELECT p.sex, count(*), avg(v.days) FROM visits v JOIN people p ON v.person_id = p.person_id WHERE v.ward < '3' GROUP BY p.sex",
            "SELECT p.sex, count(*) FILTER (WHERE t.n >= 2) FROM people p LEFT JOIN (SELECT person_id, count(*) AS n FROM visits "
                + "WHERE days > 20 GROUP BY person_id) t ON t.person_id = p.person_id GROUP BY p.sex",
        ];
        (double Told, double Taken)[] measured = Measure([
            .. queries
                .Select(sql => SqlQuestion.Compile(sql, named))
                .Select(q => (q.Plan, tables.Where(t => q.Uses(t.Key)).ToDictionary())),
        ]);
        double scale = measured[0].Taken / measured[0].Told;
        Assert.All(measured, m => Assert.InRange(m.Taken / (m.Told * scale), 1 / 3.0, 3));
    }
}
