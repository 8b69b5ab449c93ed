using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>A label that is misspelt gave an empty answer and no word about it. The answer is still that of DuckDB; which
/// comparisons no value of their column meets is said, with the values that there are.</summary>
public sealed class SqlRemarkTests(SqlCase tables) : IClassFixture<SqlCase>
{
    [Theory]
    [InlineData("sex = 'f'", "SQL, character 41: 'f' is no value of 'sex', perhaps 'F', which has 'F', 'M'")]
    [InlineData("'female' <> sex", "SQL, character 46: 'female' is no value of 'sex', which has 'F', 'M'")]
    [InlineData(
        "sex IN ('F', 'X', NULL)",
        "SQL, character 41: 'X' is no value of 'sex' (1 of the 2 in the list), perhaps 'F', which has 'F', 'M'"
    )]
    [InlineData(
        "sex NOT IN ('W', 'X')",
        "SQL, character 45: 'W', 'X' are no values of 'sex' (2 of the 2 in the list), which has 'F', 'M'"
    )]
    [InlineData("sex LIKE 'f%'", "SQL, character 41: no value of 'sex' meets sex LIKE 'f%'; it has 'F', 'M'")]
    [InlineData("bmi > 1000", "SQL, character 41: no value of 'bmi' meets (bmi > 1000); it has ")]
    [InlineData("bmi BETWEEN 30 AND 20", "SQL, character 41: no value of 'bmi' meets (bmi BETWEEN 30 AND 20); it has ")]
    [InlineData(
        "CASE sex WHEN 'Q' THEN true ELSE smoker END",
        "SQL, character 51: 'Q' is no value of 'sex', perhaps 'F', which has"
    )]
    // an expression over a column is no column
    [InlineData("lower(sex) = 'F'", "SQL, character 48: 'F' is no value of lower(sex), where 'sex' has 'F', 'M'")]
    [InlineData(
        "upper(sex) NOT IN ('f', 'F', 'm')",
        "SQL, character 52: 'f', 'm' are no values of upper(sex) (2 of the 3 in the list), where 'sex' has 'F', 'M'"
    )]
    public void A_comparison_that_no_value_meets_is_named(string condition, string expected)
    {
        string sql = $"SELECT count(*) FROM patients WHERE {condition}";
        SqlQuestion question = tables.Compile(sql);
        Assert.StartsWith(expected, Assert.Single(question.Remarks), StringComparison.Ordinal);
        Assert.Equal(tables.Duck(sql), SqlCase.Texts(tables.Evaluate(question)));
    }

    /// <summary>Of totals of other tables and of columns that are joined; a reader of the file is told as well.</summary>
    [Fact]
    public void Readers_are_told_of_every_part_of_a_query()
    {
        const string Sql =
            "SELECT p.sex, count(*) FILTER (WHERE t.n > 0) AS n FROM patients p LEFT JOIN (SELECT person_id, count(*) AS n FROM visits "
            + "WHERE code = 'E11.1' OR code IN (SELECT code FROM 'diabetes.csv') GROUP BY person_id) t ON t.person_id = p.person_id "
            + "WHERE EXISTS (SELECT 1 FROM visits w WHERE w.person_id = p.person_id AND w.code LIKE 'i%') GROUP BY p.sex";
        PlanProof proof = tables.ProofOf(tables.Compile(Sql));
        Assert.Equal(
            ["'E11.1' is", "no value"],
            proof.SqlRemarks.Select(r => string.Join(' ', r.Split(": ")[1].Split(' ')[..2]))
        );
        Assert.Empty(proof.Answer!.Rows);
    }

    /// <summary>Whoever verifies makes the remarks of a stranger's query: of very many, the first.</summary>
    [Fact]
    public void Of_many_comparisons_the_first_are_named()
    {
        IEnumerable<string> wrong = Enumerable.Range(0, 100).Select(i => $"sex = '{new string('x', i)}'");
        SqlQuestion question = tables.Compile($"SELECT count(*) FROM patients WHERE {string.Join(" OR ", wrong)}");
        Assert.Equal(16, question.Remarks.Count);
        Assert.All(question.Remarks, r => Assert.Contains("is no value of 'sex'", r, StringComparison.Ordinal));
    }

    /// <summary>Long conditions over all values of their column took seconds beside no limit: what is found within the work that
    /// remarks may take is said. Evaluating and writing count.</summary>
    [Fact]
    public void Of_long_comparisons_those_found_within_the_work_are_named()
    {
        string sum = "bmi" + string.Concat(Enumerable.Repeat(" + 0", 200));
        IEnumerable<string> wrong = Enumerable.Range(0, 15).Select(i => $"{sum} > {1000 + i}");
        SqlQuestion question = tables.Compile($"SELECT count(*) FROM patients WHERE {string.Join(" OR ", wrong)}");
        Assert.InRange(question.Remarks.Count, 1, 14);
        Assert.Throws<SqlWorkException>(() =>
            SqlWork.Within(
                1000,
                () =>
                {
                    // the work of the caller is not that of the remarks
                    Assert.NotEmpty(question.Remarks);
                    SqlWork.Spend(1000);
                    SqlWork.Spend(1);
                    return 0;
                }
            )
        );
    }

    /// <summary>A comparison within CASE was computed for values of which the query does not ask it, and threw.</summary>
    [Fact]
    public void What_other_values_alone_cannot_be_computed_of_needs_no_remark() =>
        Assert.Empty(
            tables
                .Compile(
                    "SELECT count(*) FROM patients WHERE CASE WHEN bmi < 21 THEN "
                        + "make_date(2026, 1, CAST(floor(bmi) AS INTEGER)) = DATE '2026-01-02' ELSE bmi > 30 END"
                )
                .Remarks
        );

    [Fact]
    public void What_a_value_meets_needs_no_remark() =>
        Assert.Empty(
            tables
                .Compile(
                    "SELECT sex, count(*) FROM patients WHERE sex <> 'F' AND sex IN ('F', 'M') AND smoker = true AND year(birth) > 1800 "
                        + "AND birth >= DATE '1900-01-01' AND bmi BETWEEN 20 AND 30 "
                        + "AND coalesce(sex, 'none') <> 'none' GROUP BY sex"
                )
                .Remarks
        );
}
