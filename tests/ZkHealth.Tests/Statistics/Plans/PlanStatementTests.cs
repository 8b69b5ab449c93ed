using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics.Plans;

/// <summary>Attack F5 for plans: whatever a reader is shown of a plan, a query or its segments is bound to the proofs.</summary>
public class PlanStatementTests
{
    private static readonly Lazy<Dictionary<string, byte[]>> Files = new(() =>
        new()
        {
            ["plan"] = PlanCase.Of("plan-example")[0].Prove().Encode(),
            ["segments"] = Segments(),
            ["query"] = Query("SELECT sex, count(*) AS n, count(*) FILTER (WHERE ill) AS \"ill ones\" FROM t GROUP BY sex", 0),
            ["query that withholds"] = Query("SELECT sex, count(*) FROM t GROUP BY sex ORDER BY sex", 10),
            ["query with a file"] = Query("SELECT count(*) FROM t WHERE sex IN (SELECT code FROM 'codes.csv')", 0),
        }
    );

    private static byte[] Segments()
    {
        PlanCase[] hospital =
        [
            .. PlanCase.Of("plan-sum-of-segments").GroupBy(c => c.Plan.Tables.Values.First(t => t.For is null).Owner).First(),
        ];
        return PlanProof
            .Prove(
                hospital[0].Plan,
                null,
                [.. hospital.Select(s => s.Tables)],
                PlanCase.Context,
                new DisclosureGuard(0),
                degreeOfParallelism: 1
            )
            .Encode();
    }

    private static byte[] Query(string sql, long least)
    {
        var schema = new TableSchema(
            "patients",
            [
                new CategoryColumn("sex", [new Category("f", "female"), new Category("m", "male")]),
                new CategoryColumn("ill", [new Category("no", "no"), new Category("yes", "yes")]),
            ]
        );
        uint[] sex = [.. Enumerable.Repeat(1u, 17), .. Enumerable.Repeat(2u, 5)];
        uint[] ill = [.. Enumerable.Range(0, sex.Length).Select(i => 1 + (uint)(i % 2))];
        using var secret = TableSecret.Create();
        using TableOpening table = TableOpening.Commit(new CodedTable(schema, [sex, ill]), new byte[32], secret);
        return SqlQuestion
            .Compile(
                sql.Replace("WHERE ill)", "WHERE ill = 'yes')", StringComparison.Ordinal),
                [new SqlTable("t", table.Commitment, "patients")],
                new SqlOptions { MinCount = least, ReadFile = (_, _) => ["f", "x"] }
            )
            .Prove(new Dictionary<string, TableOpening> { ["t"] = table }, PlanCase.Context, new DisclosureGuard(0))
            .Encode();
    }

    public static TheoryData<string> Names() => ["plan", "segments", "query", "query that withholds", "query with a file"];

    /// <summary>Every byte of words and plan, and a part of those of tables, points, proofs and numbers.</summary>
    [Theory]
    [Trait("Category", "EndToEnd")]
    [MemberData(nameof(Names))]
    public void An_answer_changed_in_any_byte_is_rejected(string name) => AssertRejected(name, 1);

    /// <summary>The same of every fifth of these bytes: each field is longer.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void An_answer_changed_in_a_byte_is_rejected(string name) => AssertRejected(name, 5);

    private static void AssertRejected(string name, int step)
    {
        byte[] file = Files.Value[name];
        Assert.True(PlanProof.TryDecode(file, out PlanProof? honest, out _));
        Assert.Equal(VerificationResult.Accepted, honest.Verify().Result);
        int statement = 200 + honest.Plan.Encode().Length + (honest.Sql?.Length ?? 0),
            rest = 1 + (honest.Segments.Count * file.Length / 200),
            read = 0;
        for (int at = 0; at < file.Length; at += step * (at < statement ? 1 : rest))
        {
            byte[] changed = [.. file];
            changed[at] ^= (byte)(at % 2 == 0 ? 1 : 2);
            if (PlanProof.TryDecode(changed, out PlanProof? proof, out _))
            {
                read++;
                Assert.False(proof.Verify().Result.IsAccepted, $"byte {at} of {file.Length}");
            }
        }

        Assert.True(read > 20, $"{read} bytes could be changed at all");
    }
}
