using Xunit;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using static ZkHealth.Tests.Hostile.HostileFile;

namespace ZkHealth.Tests.Hostile;

/// <summary>
/// The costliest answers to plans that limits admit (attack F3), as <see cref="HostileStatisticTests"/> has them for statistics:
/// proofs of the right lengths that are refused at the end alone.
/// </summary>
public class HostilePlanTests
{
    private static PlanColumn Number(string name, long domain) => new(name, PlanColumnKind.Number, domain);

    /// <summary>A table with points for its base column and those that are derived.</summary>
    private static (PlanTable Plan, PlanTableParts Parts) Table(long rows, params PlanColumn[] derived) =>
        Table(rows, CategoryColumn.YesNo("e"), derived);

    private static (PlanTable Plan, PlanTableParts Parts) Table(long rows, ColumnSchema column, params PlanColumn[] derived)
    {
        var layout = new TableLayout(rows);
        ColumnCommitment Points() => ColumnCommitment.FromPoints(Fill(32L * layout.Height));
        TableCommitment table = TableCommitment.Of(
            new byte[32],
            new TableSchema("hostile", [column]).Encode(),
            rows,
            [column is KeyColumn ? Points() : ColumnCommitment.FromDigest(new byte[32])]
        );
        PlanTable plan = PlanTables.Of(table, "d", derived);
        TableCommitment own =
            derived.Length == 0
                ? table
                : TableCommitment.Derive(table, PlanJson.DerivedSchema(plan), [.. derived.Select(_ => Points())]);
        return (plan, new PlanTableParts(table, own));
    }

    private static MapStep Map(string table, int target) =>
        new(
            table,
            [0],
            target,
            [
                [0, 0],
                [1, 1],
            ]
        );

    private static byte[] File(
        IReadOnlyList<(PlanTable Plan, PlanTableParts Parts)> tables,
        IReadOnlyList<PlanStep> steps,
        IReadOnlyList<PlanCube> cubes,
        IReadOnlyList<PlanQuestion> asked,
        bool withheld = false
    )
    {
        static string Role(int i) => $"{(char)('a' + (i / 26))}{(char)('a' + (i % 26))}";
        var plan = new Plan
        {
            Tables = tables.Index().ToDictionary(t => Role(t.Index), t => t.Item.Plan),
            Steps = steps,
            Cubes = cubes,
            Asked = asked,
        };
        Dictionary<string, PlanTableParts> parts = tables.Index().ToDictionary(t => Role(t.Index), t => t.Item.Parts);
        var proven = new Dictionary<string, PlanCubesProof>();
        foreach (string role in plan.Tables.Keys)
        {
            Assert.True(PlanTables.TryCells(plan, role, out ICubeCells[]? own, out string? reason), reason);
            if (own.Length > 0)
            {
                proven[role] = new PlanCubesProof(
                    [.. own.Select(_ => new CompressedPoint(Both))],
                    Fill(ContingencyTableStatement.ProofSize(parts[role].Own.Layout, own))
                );
            }
        }

        PlanLinkProof Link(LinkStep step)
        {
            Assert.True(PlanTables.TryLink(step, out Link? link, out string? reason), reason);
            TableLayout entities = parts[step.Entities].Own.Layout;
            return new PlanLinkProof(
                Fill(link.Total is null ? 32L * entities.Height : 0),
                Fill(LinkStatement.ProofSize(parts[step.Events].Own.Layout, entities, link))
            );
        }

        PlanAnswer Answer(PlanQuestion question)
        {
            int cells = question.Weights[0].Count;
            if (!withheld)
            {
                return new PlanAnswer(
                    new long[question.Weights.Count],
                    Fill(LinearStatistics.ProofSize(TableAxes.Create([0], [(uint)cells])))
                );
            }

            int[] all = [.. Enumerable.Range(0, question.Weights.Count)];
            int rows = parts[plan.Cubes[question.Cube].Table].Own.Layout.PaddedRows;
            return new PlanAnswer([], ReadOnlyMemory<byte>.Empty)
            {
                Withheld = all,
                Bounds = Fill(InequalityProof.Measure([PlanProof.AreSmall(question, all)], rows).ProofSize(cells)),
            };
        }

        return new PlanProof(
            Context,
            [new PlanSegmentProof(plan, parts, proven, [.. steps.OfType<LinkStep>().Select(Link)])],
            [.. asked.Select(Answer)]
        ).Encode();
    }

    private static PlanQuestion Rows(int cube, int numbers = 1, PlanGroups? groups = null) =>
        new(cube, [.. Enumerable.Repeat((IReadOnlyList<long>)[0, 1], numbers)]) { Groups = groups };

    private static byte[] File(string kind, int times) =>
        kind switch
        {
            // nothing is said of most of the tables, but for their roots
            "tables" => File(
                [.. Enumerable.Range(0, times).Select(i => Table((1 << 22) - i)), Table(2)],
                [],
                [new PlanCube($"{(char)('a' + (times / 26))}{(char)('a' + (times % 26))}", [0])],
                [Rows(0)]
            ),
            "cubes" => File([Table(1 << 14)], [], [.. Enumerable.Repeat(new PlanCube("aa", [0]), times)], [Rows(0)]),
            "maps" => File(
                [Table(1 << 8, [.. Enumerable.Range(0, times).Select(i => Number($"n{i}", 2))])],
                [.. Enumerable.Range(0, times).Select(i => Map("aa", 2 + i))],
                [new PlanCube("aa", [0])],
                [Rows(0)]
            ),
            "cells" => File(
                [Table(2, Number("n", 1 << 7), Number("m", times))],
                [Map("aa", 2), Map("aa", 3)],
                [new PlanCube("aa", [0]), new PlanCube("aa", [0, 2, 3])],
                [Rows(0)]
            ),
            "numbers" => File([Table(2)], [], [new PlanCube("aa", [0])], [Rows(0, times)]),
            "questions" => File([Table(2)], [], [new PlanCube("aa", [0])], [.. Enumerable.Repeat(Rows(0), times)]),
            "withheld groups" => File(
                [Table(1 << 30)],
                [],
                [new PlanCube("aa", [0])],
                [Rows(0, times, new PlanGroups(1, int.MaxValue))],
                withheld: true
            ),
            _ => Links(times),
        };

    /// <summary>Totals of one table on another, each in a cube as the rules demand.</summary>
    private static byte[] Links(int times)
    {
        (PlanTable Plan, PlanTableParts Parts) entities = Table(
            1 << 8,
            [.. Enumerable.Range(0, times).Select(i => Number($"n{i}", 2))]
        );
        var key = new KeyColumn("k", entities.Plan.Root, 1);
        return File(
            [Table(1 << 8, key), entities],
            [.. Enumerable.Range(0, times).Select(i => new TotalStep("aa", "ab", 1, null, 2 + i))],
            [new PlanCube("ab", [0]), .. Enumerable.Range(0, times).Select(i => new PlanCube("ab", [2 + i]))],
            [Rows(0)]
        );
    }

    [Theory]
    [InlineData("tables", 1, 40)]
    [InlineData("cubes", 1, 250)]
    [InlineData("maps", 1, 16)]
    [InlineData("cells", 8, 4096)]
    [InlineData("numbers", 100, 8000)]
    [InlineData("questions", 1, 250)]
    [InlineData("withheld groups", 4, 2000)]
    [InlineData("links", 1, 16)]
    public void The_costliest_of_a_kind_is_within_the_limits(string kind, int least, int most)
    {
        bool exceeded = false;
        for (int times = least; times <= most && !exceeded; times *= 2)
        {
            byte[] file = File(kind, times);
            Assert.True(ProofFile.TryDecode(file, out ProofFile? proof, out string? reason), reason);
            long before = GC.GetAllocatedBytesForCurrentThread();
            VerificationResult result = proof.Verify(new VerificationContext { Limits = Limits }).Result;
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            exceeded = result.Verdict == VerificationVerdict.LimitExceeded;
            Assert.True(
                exceeded || result.Reason?.EndsWith("does not hold", StringComparison.Ordinal) == true,
                $"{kind}: {result}"
            );
            Assert.True(allocated < 3 * Limits.MaxMemory, $"{kind}: {times} take {allocated >> 20} MiB ({result})");
        }
    }

    /// <summary>A proof of two rows that holds, about a query of which its maker made no plan.</summary>
    private static byte[] Sql(string query, int values)
    {
        Category[] labels = [.. Enumerable.Range(0, values).Select(i => new Category($"v{i}", $"v{i}"))];
        var schema = new TableSchema(
            "t",
            [
                new CategoryColumn("a", labels),
                new CategoryColumn("b", labels),
                new NumberColumn("n", 0, values),
                new NumberColumn("m", 0, values),
            ]
        );
        using var secret = TableSecret.Create();
        var rows = new CodedTable(schema, [.. schema.Columns.Skip(1).Select(_ => new uint[2])]);
        using TableOpening table = TableOpening.Commit(rows, new byte[32], secret);
        Plan plan = new PlanBuilder().AddTable("t", table.Commitment, "t").Ask("t", ["row"], [c => c[0]]).Build();
        var tables = new Dictionary<string, TableOpening> { ["t"] = table };
        var evaluator = new PlanEvaluator(plan, tables);
        evaluator.Run();
        var asked = new SqlStatement(query, 0, []);
        return PlanProof.Prove([evaluator], Context, false, 1, asked).Encode();
    }

    /// <summary>
    /// A verifier makes the plan of a query anew. Of a file of 64 KiB about two rows it took more than a minute: a thousand
    /// comparisons with a sum of two numbers, a million groups.
    /// </summary>
    [Theory]
    [InlineData("conditions", VerificationVerdict.LimitExceeded)]
    [InlineData("groups", VerificationVerdict.LimitExceeded)]
    [InlineData("aggregates", VerificationVerdict.LimitExceeded)]
    [InlineData("little", VerificationVerdict.Rejected)]
    public void Making_a_plan_of_a_query_is_within_the_limits(string kind, VerificationVerdict verdict)
    {
        string query = kind switch
        {
            "conditions" =>
                $"SELECT count(*) FROM t WHERE {string.Join(" AND ", Enumerable.Range(0, 500).Select(i => $"n+m<>{i}"))}",
            "groups" => "SELECT a, b, count(*) FROM t GROUP BY a, b",
            "aggregates" => $"SELECT {string.Join(", ", Enumerable.Range(0, 200).Select(i => $"sum(n+m+{i})"))} FROM t",
            _ => "SELECT count(*) FROM t WHERE a = 'v1' OR n > 7",
        };
        Assert.True(ProofFile.TryDecode(Sql(query, 800), out ProofFile? proof, out string? reason), reason);
        VerificationResult result = proof.Verify(new VerificationContext { Limits = Limits }).Result;
        Assert.True(verdict == result.Verdict, result.ToString());
    }
}
