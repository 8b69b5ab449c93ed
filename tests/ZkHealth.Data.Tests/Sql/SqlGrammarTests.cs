using System.Text.RegularExpressions;
using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>The grammar of docs/sql.md: its rules are those that are tried here, and each function that is taken is named
/// there.</summary>
public sealed partial class SqlGrammarTests(SqlCase tables) : IClassFixture<SqlCase>
{
    private const string Derived =
        "SELECT count(*) FROM patients p LEFT JOIN (SELECT person_id, count(*) AS n FROM visits GROUP BY person_id";

    private static readonly Dictionary<string, string[]> Rules = new()
    {
        ["query"] =
        [
            "WITH t AS (SELECT person_id, count(*) AS n FROM visits GROUP BY person_id) SELECT p.sex, sum(t.n) "
                + "AS s FROM patients p JOIN t USING (person_id) GROUP BY ALL ORDER BY ALL;",
            "SELECT sex, count(*) FROM patients WHERE smoker GROUP BY 1 HAVING count(*) >= 2 ORDER BY 2 DESC "
                + "NULLS FIRST, sex ASC NULLS LAST -- all",
        ],
        ["item"] = ["SELECT sex AS s, count(*) n, 1 \"of one\" FROM patients GROUP BY s"],
        ["source"] =
        [
            "SELECT count(*) FROM patients AS p",
            $"{Derived} HAVING n > 1 AND sum(days) > 2) t ON t.person_id = p.person_id",
        ],
        ["join"] =
        [
            "SELECT count(*) FROM visits v INNER JOIN patients p ON v.person_id = p.person_id AND v.days > 1",
            "SELECT count(*) FROM visits v LEFT OUTER JOIN patients p USING (person_id)",
        ],
        ["cond"] =
        [
            "SELECT count(*) FROM visits WHERE days <> 1 AND days != 2 AND NOT days == 5 OR days NOT IN (1, "
                + "NULL) AND code IN (SELECT code FROM 'diabetes.csv')",
            "SELECT count(*) FROM visits WHERE days NOT BETWEEN 1 AND 2 OR code NOT LIKE 'E!_%' ESCAPE '!' OR "
                + "code ILIKE 'e%' OR (days > 1) IS NOT TRUE",
            "SELECT count(*) FROM visits WHERE days IS NOT NULL AND (days > 1) IS FALSE AND days IS NOT DISTINCT FROM 1",
            "SELECT count(*) FROM patients p WHERE p.person_id IN (SELECT person_id FROM consents) AND NOT "
                + "EXISTS (SELECT 1 FROM visits w WHERE w.person_id = p.person_id AND w.days > 1)",
        ],
        ["value"] =
        [
            "SELECT count(*) FROM patients p WHERE (SELECT sum(days) FROM visits w WHERE w.person_id = "
                + "p.person_id AND w.code = 'I10') > 2",
            "SELECT CASE sex WHEN 'F' THEN 1 ELSE 2 END AS g, count(*) FROM patients GROUP BY g",
            "SELECT count(*) FROM visits WHERE CAST(days AS DOUBLE) > 1.5 AND days::VARCHAR = '2' AND "
                + "EXTRACT(year FROM visit_date) = 2020",
            "SELECT count(*) FROM visits WHERE visit_date + INTERVAL '1 year' > DATE '2020-05-01' AND "
                + "visit_date - INTERVAL 30 DAY < DATE '2022-01-01'",
        ],
        ["aggregate"] =
        [
            "SELECT count(*), count(days) AS a, sum(days) AS b, avg(cost) AS c, bool_or(days > 1) AS d, "
                + "stddev(days) AS e, var_samp(days) FILTER (WHERE code = 'I10') AS f, count_if(days > 1) AS g FROM visits",
            "SELECT count(DISTINCT v.person_id) AS n FROM visits v JOIN patients p USING (person_id)",
        ],
    };

    [Fact]
    public void Its_rules_are_those_of_the_parser()
    {
        Assert.Equal(Rules.Keys, Rule().Matches(Grammar()).Select(m => m.Groups[1].Value));
        foreach (string sql in Rules.Values.SelectMany(texts => texts))
        {
            tables.AssertSame(sql, SqlCase.Texts(tables.Evaluate(tables.Compile(sql))));
        }
    }

    [Fact]
    public void It_names_every_function()
    {
        HashSet<string> named = [.. Word().Matches(Grammar()).Select(m => m.Value)];
        Assert.DoesNotContain(
            SqlFunctions
                .Names.Concat(["coalesce", "ifnull", "nullif", "if", "greatest", "least"])
                .Concat(["count", "sum", "avg", "mean", "count_if", "countif", "bool_or", "var_samp", "variance", "var_pop"])
                .Concat(["stddev", "stddev_samp", "stddev_pop"]),
            name => !named.Contains(name)
        );
    }

    private static string Grammar()
    {
        string text = File.ReadAllText(Path.Combine(SqlGuideTests.Root(), "docs", "sql.md"));
        int start = text.IndexOf("## Grammar", StringComparison.Ordinal);
        return text[start..text.IndexOf("## How it is answered", StringComparison.Ordinal)];
    }

    [GeneratedRegex("^    (\\w+) +:=", RegexOptions.Multiline)]
    private static partial Regex Rule();

    [GeneratedRegex("[a-z_]+")]
    private static partial Regex Word();

    [Theory]
    [InlineData("sex IS NULL")]
    [InlineData("sex IS NOT NULL")]
    [InlineData("sex NOT IN ('F', 'X')")]
    [InlineData("sex LIKE 'E11%'")]
    [InlineData("sex NOT ILIKE 'e11%'")]
    [InlineData("sex LIKE 'E!%' ESCAPE '!'")]
    [InlineData("bmi NOT BETWEEN 1 AND 25")]
    [InlineData("(bmi > 25) IS NOT TRUE")]
    [InlineData("sex IS NOT DISTINCT FROM 'F'")]
    [InlineData("NOT (bmi < 25)")]
    [InlineData("sex <> 'F'")]
    [InlineData("smoker = true")]
    [InlineData("smoker IS NOT FALSE")]
    [InlineData("ifnull(sex, 'none')")]
    [InlineData("CAST(bmi > 25 AS VARCHAR)")]
    [InlineData("birth > DATE '2020-05-01'")]
    public void Columns_without_a_name_are_called_as_in_DuckDB(string value)
    {
        string sql = $"SELECT {value}, count(*) FILTER (WHERE sex IS NOT NULL) FROM patients GROUP BY 1";
        tables.AssertSame(sql, SqlCase.Texts(tables.Evaluate(tables.Compile(sql))));
    }
}
