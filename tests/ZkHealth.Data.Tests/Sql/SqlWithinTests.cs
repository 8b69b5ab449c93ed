using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>Queries within queries that had an answer which verified and was not DuckDB's, by their names or by rows that were
/// there though nothing was counted, and those like them that are answered.</summary>
public sealed class SqlWithinTests(SqlCase tables) : IClassFixture<SqlCase>
{
    private const string Hypertension =
        "WITH consents AS (SELECT person_id, count(*) AS n FROM visits WHERE code = 'I10' GROUP BY person_id)";

    [Theory]
    // an aggregate gives a row of nothing as well: EXISTS is true of everybody
    [InlineData("EXISTS (SELECT count(*) FROM visits v WHERE v.person_id = p.person_id)", "even where it counts none")]
    [InlineData("EXISTS (SELECT 1 + sum(days) FROM visits v WHERE v.person_id = p.person_id)", "even where it counts none")]
    [InlineData(
        "NOT EXISTS (SELECT 1 FROM visits v WHERE v.person_id = p.person_id ORDER BY count(*))",
        "even where it counts none"
    )]
    // a value without an aggregate is NULL where there is no row
    [InlineData("(SELECT 1 FROM consents c WHERE c.person_id = p.person_id) = 1", "is one total of events")]
    public void What_has_a_row_of_nothing_is_refused(string condition, string expected) =>
        Refused($"SELECT count(*) FROM patients p WHERE {condition}", expected);

    [Theory]
    // a table was taken that has the name of a query
    [InlineData("SELECT count(*) FROM patients p WHERE EXISTS (SELECT 1 FROM consents c WHERE c.person_id = p.person_id)")]
    [InlineData("SELECT count(*) FROM patients p WHERE p.person_id IN (SELECT person_id FROM Consents)")]
    [InlineData("SELECT count(*) FROM patients p WHERE (SELECT count(*) FROM consents c WHERE c.person_id = p.person_id) = 1")]
    [InlineData(
        "SELECT count(*) FROM patients p JOIN (SELECT person_id, count(*) FROM consents GROUP BY person_id) t USING (person_id)"
    )]
    public void A_name_of_WITH_is_no_table(string query)
    {
        Refused($"{Hypertension} {query}", "write the query in the place of its name");
        tables.AssertSame(query, SqlCase.Texts(tables.Evaluate(tables.Compile(query))));
    }

    [Theory]
    [InlineData(
        Hypertension
            + ", t AS (SELECT person_id, count(*) AS k FROM consents GROUP BY person_id) SELECT count(*) FROM patients JOIN t "
            + "USING (person_id)",
        "write the query in the place of its name"
    )]
    // the last one was taken in the place of the first
    [InlineData(
        "SELECT sum(t.n) FROM patients JOIN (SELECT person_id, count(*) AS n, sum(days) AS N FROM visits GROUP BY person_id) t "
            + "USING (person_id)",
        "two columns of a derived table are called 'n'"
    )]
    // a group of rows that name nobody is a group, of 0 persons
    [InlineData(
        "SELECT coalesce(p.sex, CAST(p.bmi AS VARCHAR), CAST(p.birth AS VARCHAR)) IS NULL AS g, count(DISTINCT v.person_id) FROM "
            + "visits v LEFT JOIN patients p USING (person_id) GROUP BY g",
        "count(DISTINCT …) in groups"
    )]
    [InlineData("SELECT code, count(DISTINCT person_id) FROM visits GROUP BY code", "count(DISTINCT …) in groups")]
    // the key of a LEFT JOIN is NULL where it finds no row
    [InlineData(
        "SELECT count(*) FROM patients p LEFT JOIN (SELECT person_id, count(*) AS n FROM visits WHERE code = 'I10' GROUP BY person_id) t "
            + "ON t.person_id = p.person_id WHERE EXISTS (SELECT 1 FROM visits w WHERE w.person_id = t.person_id)",
        "is NULL where the LEFT JOIN finds no row"
    )]
    // persons were counted again in the place of what another key names
    [InlineData(
        "SELECT count(DISTINCT v.person_id) AS a, count(DISTINCT p.person_id) AS b, count(DISTINCT v.code) AS c FROM visits v "
            + "JOIN patients p ON p.person_id = v.person_id",
        "of another key than the first one"
    )]
    public void What_DuckDB_takes_for_another_is_refused(string sql, string expected) => Refused(sql, expected);

    private const string Visits = "FROM visits v WHERE v.person_id = p.person_id AND";

    /// <summary>A column of the row outside, where it is that of whom the key names.</summary>
    [Theory]
    [InlineData($"EXISTS (SELECT 1 {Visits} v.visit_date > p.birth + INTERVAL 60 YEAR)")]
    [InlineData($"NOT EXISTS (SELECT 1 {Visits} v.days > 1 AND sex = 'F')")]
    [InlineData($"(SELECT count(*) {Visits} v.days < bmi - 20) >= 2")]
    [InlineData("p.person_id IN (SELECT person_id FROM visits v WHERE v.days = 1 OR p.smoker)")]
    public void Queries_within_know_the_columns_of_the_person_outside(string condition)
    {
        string sql = $"SELECT sex, count(*) AS n FROM patients p WHERE {condition} GROUP BY sex";
        tables.AssertSame(sql, SqlCase.Texts(tables.Evaluate(tables.Compile(sql))));
        string of = "SELECT count(*) AS n FROM visits w JOIN patients p ON p.person_id = w.person_id WHERE " + condition;
        tables.AssertSame(of, SqlCase.Texts(tables.Evaluate(tables.Compile(of))));
    }

    [Fact]
    public void Queries_within_know_no_column_of_another_event() =>
        Refused(
            $"SELECT count(*) FROM visits w JOIN patients p ON p.person_id = w.person_id WHERE EXISTS (SELECT 1 {Visits} v.days < w.days)",
            "'days' is a column of 'w' outside of this query"
        );

    [Theory]
    [InlineData(
        "WITH visits AS (SELECT person_id, count(*) AS n FROM visits WHERE code = 'I10' GROUP BY person_id) SELECT sum(n) FROM "
            + "patients p JOIN visits v ON v.person_id = p.person_id"
    )]
    [InlineData(
        "WITH t AS (SELECT person_id, count(*) AS n FROM consents GROUP BY person_id) SELECT count(*) FROM patients p JOIN t ON "
            + "t.person_id = p.person_id WHERE EXISTS (WITH t AS (SELECT person_id, count(*) AS n FROM visits "
            + "GROUP BY person_id) SELECT 1 FROM visits v JOIN t ON v.person_id = t.person_id WHERE v.person_id = p.person_id "
            + "AND t.n > 4)"
    )]
    [InlineData("SELECT count(DISTINCT person_id) FROM visits WHERE code = 'I10'")]
    // groups over columns of events and of a derived table: its columns had the numbers of another scope
    [InlineData(
        "SELECT t.n > 2 AND v.code = 'I10' AS g, count(DISTINCT v.person_id) AS k, count(*) AS n FROM visits v JOIN patients p ON "
            + "p.person_id = v.person_id JOIN (SELECT person_id, count(*) AS n FROM visits GROUP BY person_id) t "
            + "ON t.person_id = p.person_id GROUP BY g"
    )]
    [InlineData(
        "SELECT t.n IS NULL AND p.sex = 'F' AND v.days > 1 AS g, count(DISTINCT v.person_id) AS k, count(*) AS n FROM visits v JOIN "
            + "patients p ON p.person_id = v.person_id LEFT JOIN (SELECT person_id, count(*) AS n FROM visits WHERE code = 'J45' "
            + "GROUP BY person_id) t ON t.person_id = p.person_id WHERE p.smoker IS NOT NULL AND v.days >= 0 GROUP BY g"
    )]
    public void The_nearest_name_is_taken(string sql) =>
        tables.AssertSame(sql, SqlCase.Texts(tables.Evaluate(tables.Compile(sql))));

    private void Refused(string sql, string expected) =>
        Assert.Contains(expected, Assert.Throws<SqlException>(() => tables.Compile(sql)).Message, StringComparison.Ordinal);
}
