using System.Text.RegularExpressions;
using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>The questions of docs/sql.md are run as they stand there: proven, verified, and held to DuckDB. What a plan is said
/// to cost before it is proven is what its proof has.</summary>
public sealed partial class SqlGuideTests(SqlCase tables) : IClassFixture<SqlCase>
{
    public static TheoryData<string> Questions()
    {
        string text = File.ReadAllText(Path.Combine(Root(), "docs", "sql.md")).Split("## Questions of epidemiologists")[1];
        var data = new TheoryData<string>();
        foreach (Match match in Question().Matches(text))
        {
            data.Add(Spaces().Replace(match.Groups[1].Value, " ").Trim());
        }

        return data;
    }

    [Fact]
    public void There_are_ten_questions_or_more() => Assert.InRange(Questions().Count, 10, 20);

    [Theory]
    [MemberData(nameof(Questions))]
    public void A_question_of_the_guide_is_answered_as_DuckDB_answers_it(string sql)
    {
        string[] mine = tables.Ask(sql),
            theirs = tables.Duck(sql);
        Assert.Equal(theirs[0], mine[0]);
        Assert.NotEmpty(theirs.Skip(1));
        Assert.Equal(theirs.Order(StringComparer.Ordinal), mine.Order(StringComparer.Ordinal));
    }

    /// <summary>A map beside a cube, totals, joins, and cubes of two tables: trees, cells and bytes were estimates that nobody
    /// held to a proof.</summary>
    [Theory]
    [InlineData("SELECT sex, count(*) FROM patients GROUP BY sex")]
    [InlineData(
        "SELECT p.sex, count(*) FROM visits v JOIN patients p ON v.person_id = p.person_id WHERE v.code LIKE 'E11%' GROUP BY p.sex"
    )]
    [InlineData(
        "SELECT p.sex, avg(t.days) FROM patients p JOIN (SELECT person_id, sum(days) AS days FROM visits GROUP BY person_id) t ON t.person_id = p.person_id GROUP BY p.sex"
    )]
    [InlineData("SELECT count(*) FROM patients p WHERE p.person_id IN (SELECT person_id FROM consents WHERE research = 'yes')")]
    public void What_a_plan_is_said_to_cost_is_what_its_proof_has(string sql)
    {
        SqlQuestion question = tables.Compile(sql);
        PlanProof proof = tables.ProofOf(question);
        PlanSegmentProof own = Assert.Single(proof.Segments);
        PlanCost cost = PlanCost.Of(question.Plan, [own.Parts.ToDictionary(t => t.Key, t => t.Value.Base)]);
        int bytes =
            own.Cubes.Values.Sum(c => c.Proof.Length + (32 * c.Points.Count))
            + own.Links.Sum(l => l.Proof.Length + l.HiddenSums.Length)
            + proof.Answers.Sum(a => a.Proof.Length + a.Bounds.Length);
        Assert.Equal(bytes, cost.Bytes);
        Assert.Equal(own.Cubes.Values.Sum(c => c.Points.Count) + (2 * own.Links.Count), cost.Trees);

        // a cell or tuple has a place in the sum of its proof, padded to the largest there
        long cells = 0;
        foreach (string role in own.Cubes.Keys)
        {
            Assert.True(PlanTables.TryCells(question.Plan, role, out ICubeCells[]? counted, out _));
            int size = 1;
            while (size < counted.Max(c => c.CellCount))
            {
                size *= 2;
            }

            cells += (long)size * counted.Length;
        }

        Assert.Equal(cells, cost.Cells);
    }

    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "ZkHealth.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    [GeneratedRegex("^    -- [0-9]+ [^\n]*\n([^;]*);", RegexOptions.Multiline)]
    private static partial Regex Question();

    [GeneratedRegex("\\s+")]
    private static partial Regex Spaces();
}
