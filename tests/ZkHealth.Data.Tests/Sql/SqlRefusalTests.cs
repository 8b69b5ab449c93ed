using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>Queries whose answer would need what is not known, or be another one than people mean: each is refused in words that
/// say what to write.</summary>
public sealed class SqlRefusalTests(SqlCase tables) : IClassFixture<SqlCase>
{
    [Theory]
    [InlineData("SELECT sum(days) * 1_000 FROM visits", "'1_000' is no number")]
    [InlineData("SELECT count(*) * 0x1F FROM visits", "'0x1F' is no number")]
    [InlineData("SELECT count(*) FROM patients WHERE bmi < 1e400", "too large")]
    [InlineData("SELECT count(*) FROM patients /* open", "unexpected `/`")]
    [InlineData("SELECT count(*)::FLOAT / 7 FROM patients", "DOUBLE keeps all")]
    [InlineData("SELECT count(*) FROM visits WHERE days::TINYINT = 1", "CAST to tinyint is not supported")]
    [InlineData("SELECT count(*) FROM visits WHERE TRY_CAST(code AS INTEGER) = 1", "TRY_CAST is not supported")]
    [InlineData("SELECT count(*) FROM visits WHERE days + 3000000000 > 3000000000::INTEGER", "too large for INTEGER")]
    [InlineData("SELECT count(*) FROM visits WHERE days = '1.5'", "write it without quotes")]
    [InlineData("SELECT count(*) FROM visits WHERE true = days > 1", "put one into parentheses")]
    [InlineData("SELECT (-7)::DOUBLE // 2 AS a, count(*) FROM visits", "// takes whole numbers")]
    [InlineData(
        "SELECT CAST(CASE WHEN smoker THEN 1 ELSE 1.5 END AS VARCHAR) AS g, count(*) FROM patients GROUP BY g",
        "CAST each"
    )]
    [InlineData(
        "SELECT count(*) FROM visits WHERE visit_date + INTERVAL 1 DAY - 3 < DATE '2021-01-01'",
        "a time is moved by an interval"
    )]
    // DuckDB itself has two answers: of a column of ASCII it begins at the end that is nearer
    [InlineData("SELECT count(*) FROM patients WHERE substr(sex, 3, -1) = 'M'", "beyond an end of the text 'F'")]
    [InlineData("SELECT count(*) FROM patients WHERE substr(sex, -3, 2) = 'M'", "beyond an end of the text 'F'")]
    [InlineData("SELECT bool_or(days) FROM visits", "bool_or takes conditions")]
    // the type of what is written is not known: numbers, dates beside times, sums, also where GROUP BY has them
    [InlineData(
        "SELECT CAST(CASE WHEN sex = 'F' THEN 0.0 ELSE 1 END AS VARCHAR) AS g, count(*) FROM patients GROUP BY g",
        "CAST each"
    )]
    [InlineData(
        "SELECT CASE WHEN sex = 'F' THEN 1 ELSE 1.5 END AS g, CAST(CASE WHEN sex = 'F' THEN 1 ELSE 1.5 END AS "
            + "VARCHAR) AS h, count(*) FROM patients GROUP BY 1",
        "CAST each"
    )]
    [InlineData(
        "SELECT CAST(CASE WHEN code = 'I10' THEN visit_date ELSE date_trunc('month', visit_date) END AS "
            + "VARCHAR) AS g, count(*) FROM visits GROUP BY g",
        "CAST each"
    )]
    [InlineData(
        "SELECT coalesce(visit_date + INTERVAL 1 DAY, visit_date) || '' AS g, count(*) FROM visits GROUP BY g",
        "CAST each"
    )]
    [InlineData(
        "SELECT count(*) FROM visits WHERE greatest(date_trunc('month', visit_date), DATE '2020-03-05') || '' = '2020-03-05'",
        "CAST each"
    )]
    [InlineData(
        "SELECT CAST(sum(CASE WHEN sex = 'F' THEN 1.50 ELSE 0.50 END) AS VARCHAR) AS s FROM patients",
        "show a sum as a number"
    )]
    [InlineData("SELECT sum(2.00) || '' AS s FROM patients", "show a sum as a number")]
    [InlineData("SELECT sum(cost) || '' AS s FROM visits", "show a sum as a number")]
    [InlineData(
        "SELECT t.s || '' AS g, count(*) FROM patients p JOIN (SELECT person_id, sum(days * 1.00) AS s FROM "
            + "visits GROUP BY person_id) t "
            + "ON t.person_id = p.person_id GROUP BY g",
        "show a sum as a number"
    )]
    [InlineData("SELECT CASE WHEN TRUE THEN 1 ELSE 1.5 END // 2 AS g, count(*) FROM visits GROUP BY g", "// takes whole numbers")]
    [InlineData(
        "SELECT coalesce(days, 0.5) // 2 AS g, count(*) FROM visits WHERE days >= 0 GROUP BY g",
        "// takes whole numbers"
    )]
    // DuckDB takes it, and counts 0
    [InlineData("SELECT count(*) FILTER (days > 1) FROM visits", "expected WHERE")]
    // what people write first
    [InlineData("SELECT count(*) FROM patients WHERE sex = \"F\"", "a text stands in single quotes, 'F'")]
    [InlineData("SELECT count(*) FROM patients WHERE birth < '1950'", "a date such as DATE '2026-05-01'")]
    [InlineData(
        "SELECT count(*) FROM visits v JOIN patients p USING (person_id) WHERE (v.visit_date - p.birth) / 365.25 > 65",
        "date_sub('year', a, b)"
    )]
    // DuckDB refuses these
    [InlineData("SELECT avg(smoker) FROM patients", "count(*) FILTER")]
    [InlineData("SELECT stddev(smoker) FROM patients", "CAST(… AS INTEGER)")]
    [InlineData(
        "SELECT count(*) FROM patients p WHERE (SELECT avg(days > 1) FROM visits v WHERE v.person_id = p.person_id) > 0.5",
        "CAST(… AS INTEGER)"
    )]
    [InlineData(
        "SELECT count(DISTINCT v.person_id), avg(v.days > 1) FROM visits v JOIN patients p ON p.person_id = v.person_id",
        "CAST(… AS INTEGER)"
    )]
    [InlineData("SELECT count(*) FROM visits WHERE code LIKE '%!' ESCAPE '!'", "the pattern ends with")]
    [InlineData("SELECT sex, count(*) FROM patients GROUP BY sex ORDER BY -1", "a place from 1 to 2")]
    [InlineData("SELECT sex, count(*) FROM patients GROUP BY sex ORDER BY 1.0", "a place from 1 to 2")]
    [InlineData("SELECT sex, count(*) FROM patients GROUP BY sex ORDER BY 'sex'", "a place from 1 to 2")]
    // which one DuckDB takes is not what a reader expects: of two names the last, of a name and a column the column
    [InlineData("SELECT sex AS a, count(*) AS a FROM patients GROUP BY sex ORDER BY a", "the name of 2 columns")]
    [InlineData("SELECT code, count(*) AS days FROM visits GROUP BY code, days HAVING days >= 3", "HAVING takes count(*) >= k")]
    [InlineData("SELECT CAST(0 / 0 AS VARCHAR) AS a, count(*) FROM patients", "has no text")]
    [InlineData("SELECT days / (days - 1) AS g, count(*) FROM visits GROUP BY g", "divide by nullif")]
    [InlineData("SELECT cost % 0 AS g, count(*) FROM visits GROUP BY g", "divide by nullif")]
    // of times DuckDB gives an INTERVAL
    [InlineData("SELECT date_trunc('month', visit_date) - visit_date AS g, count(*) FROM visits GROUP BY g", "CAST both to DATE")]
    [InlineData("SELECT count(*) FROM visits WHERE visit_date - (visit_date - INTERVAL 1 DAY) > 3", "CAST both to DATE")]
    // the advice was refused again
    [InlineData("SELECT sum(round(cost / 3, 2)) FROM visits", "sum(CAST(100 * cost / days AS INTEGER)) / 100")]
    [InlineData(
        "SELECT count(*) FROM patients p WHERE (SELECT sum(round(cost / 3, 2)) FROM visits v WHERE v.person_id "
            + "= p.person_id) > 3",
        "sum(CAST(100 * cost / days AS INTEGER)) / 100"
    )]
    // IN is NULL where the query gives a NULL: under NOT, or as a value, that is not false
    [InlineData(
        "SELECT count(*) FROM patients p WHERE NOT (p.sex = 'F' AND p.person_id IN (SELECT person_id FROM visits))",
        "write NOT EXISTS"
    )]
    [InlineData(
        "SELECT count(*) FROM patients p WHERE (p.person_id IN (SELECT person_id FROM visits)) = false",
        "write NOT EXISTS"
    )]
    [InlineData("SELECT p.person_id IN (SELECT person_id FROM visits) AS g, count(*) FROM patients p GROUP BY g", "or EXISTS")]
    [InlineData("SELECT count(p.person_id IN (SELECT person_id FROM visits)) AS g FROM patients p", "or EXISTS")]
    [InlineData("SELECT count(*) FROM visits WHERE code NOT IN (SELECT code FROM 'none.csv')", "has no values")]
    [InlineData("SELECT count(*) FROM visits WHERE visit_date IN (SELECT day FROM 'slashes.csv')", "'2026/05/01'")]
    [InlineData("SELECT count(*) FROM visits WHERE days IN (SELECT first FROM 'zeros.csv')", "'02'")]
    [InlineData("SELECT count(*) FROM visits WHERE days IN (SELECT plus FROM 'zeros.csv')", "'+2'")]
    [InlineData("SELECT count(*) FROM patients WHERE smoker IN (SELECT other FROM 'truths.csv')", "'Y'")]
    public void Other_answers_are_refused(string sql, string expected)
    {
        SqlException refusal = Assert.Throws<SqlException>(() => tables.Compile(sql));
        Assert.Contains(expected, refusal.Message, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What was wrong with a list was said without the place in the query that names it.</summary>
    [Theory]
    [InlineData("kode", "numbers.csv", "numbers.csv")]
    [InlineData("days", "no.csv", "no.csv")]
    public void Lists_at_fault_are_refused_at_their_place(string column, string file, string expected)
    {
        string query = "SELECT count(*) FROM visits WHERE ",
            list = $"days IN (SELECT {column} FROM '{file}')";
        SqlException refusal = Assert.Throws<SqlException>(() => tables.Compile(query + list));
        Assert.InRange(refusal.Position, query.Length, query.Length + list.Length);
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);

        // there is no schema of a list in which another name could be written
        Assert.DoesNotContain("schema", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>A join on a column that no file had was taken for one on the identifier, which is not committed.</summary>
    [Theory]
    [InlineData("SELECT count(*) FROM visits v JOIN patients p ON v.person_id = p.personid", "expected a join on a key")]
    [InlineData("SELECT count(DISTINCT persn_id) FROM visits v JOIN patients p USING (person_id)", "those whom a key names")]
    [InlineData(
        "SELECT count(*) FROM patients p WHERE EXISTS (SELECT 1 FROM visits v WHERE v.person_id = p.id)",
        "those of the row outside by a key"
    )]
    public void Misspelt_identifiers_are_refused_where_their_name_is_known(string sql, string expected)
    {
        Assert.Contains(expected, Assert.Throws<SqlException>(() => tables.Compile(sql)).Message, StringComparison.Ordinal);

        // who has the commitments alone is told what the name was taken for
        var question = SqlQuestion.Compile(
            "SELECT count(*) FROM visits v JOIN patients p ON v.person_id = p.id",
            [.. tables.Tables.Select(t => new SqlTable(t.Name, t.Commitment, t.DataSet))]
        );
        Assert.Contains(
            "'id' is taken for what identifies the rows of 'patients'",
            Assert.Single(question.Remarks),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_fault_in_a_text_of_several_lines_is_found_by_its_line()
    {
        SqlException fault = Assert.Throws<SqlException>(() =>
            tables.Compile("SELECT count(*)\r\nFROM patients\r\nWHERE nothing = 1\r\n")
        );
        Assert.StartsWith("SQL, line 3, character 7: there is no column 'nothing'", fault.Message, StringComparison.Ordinal);
        Assert.Equal(39, fault.Position);
    }
}
