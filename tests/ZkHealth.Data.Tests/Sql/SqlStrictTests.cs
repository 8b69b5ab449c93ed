using DuckDB.NET.Data;
using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>Texts that were answered and that DuckDB takes for an error: each is refused, saying what to write.</summary>
public sealed class SqlStrictTests(SqlCase tables) : IClassFixture<SqlCase>
{
    [Theory]
    // truth values are no numbers
    [InlineData("smoker + 1 = 2", "smoker is a truth value: CAST(smoker AS INTEGER)")]
    [InlineData("-smoker = -1", "- takes numbers, and smoker is a truth value")]
    [InlineData("abs(smoker) = 1", "abs takes numbers")]
    [InlineData("(bmi > 20) // 2 = 0", "// takes numbers")]
    [InlineData("smoker < bmi", "a truth value cannot be compared with the number")]
    // texts are no dates where a function takes either
    [InlineData("year('2020-01-01') = 2020", "year takes a date")]
    [InlineData("date_part('year', '2020-01-01') = 2020", "date_part takes a date")]
    [InlineData("date_diff('day', '2020-01-01', '2020-01-02') = 1", "date_diff takes a date")]
    [InlineData("birth - '2020-01-01' > 1", "- takes a date")]
    [InlineData("strftime('2020-01-01', '%Y') = '2020'", "strftime takes a date")]
    // whole numbers of 64 bits, and others, move no date
    [InlineData("birth + length(sex) > DATE '2000-01-01'", "length(sex) is a BIGINT or no whole number")]
    [InlineData("birth - year(birth) > DATE '1000-01-01'", "CAST(year(birth) AS INTEGER)")]
    [InlineData("birth + 1.0 > DATE '2000-01-01'", "+ takes an INTEGER here")]
    [InlineData("CASE WHEN smoker THEN length(sex) ELSE 1 END + birth > DATE '2000-01-01'", "+ takes an INTEGER here")]
    [InlineData("round(bmi, length(sex)) = 20", "round takes an INTEGER here")]
    [InlineData("smoker LIKE 't%'", "like takes texts, and smoker is none")]
    [InlineData("length(birth) = 10", "length takes texts, and birth is none")]
    [InlineData("strftime(birth, sex) = 'F'", "strftime takes a fixed format")]
    [InlineData("left(sex, 1.0) = 'F'", "left takes whole numbers")]
    // a list of numbers, truth values or dates is compared with no text
    [InlineData("sex IN (SELECT days FROM 'numbers.csv')", "has numbers alone, and 'F' is none")]
    [InlineData("sex IN (SELECT days FROM 'blank.csv')", "has numbers alone")]
    [InlineData("sex IN (SELECT python FROM 'truths.csv')", "has truth values alone")]
    [InlineData("sex IN (SELECT day FROM 'slashes.csv')", "has dates or times alone")]
    public void What_DuckDB_has_no_answer_to_is_refused(string condition, string expected) =>
        Refused($"SELECT count(*) FROM patients WHERE {condition}", expected);

    private const string Joined = "visits v JOIN patients p ON v.person_id = p.person_id";

    [Theory]
    // a name of several tables
    [InlineData("SELECT count(DISTINCT person_id) FROM " + Joined, "'person_id' is a column of several tables")]
    [InlineData(
        "SELECT count(*) FROM "
            + Joined
            + " LEFT JOIN (SELECT person_id, count(*) AS n FROM visits GROUP BY person_id) t USING (person_id)",
        "'person_id' is a column of several tables"
    )]
    [InlineData("SELECT count(*) FROM patients p JOIN visits v ON v.person_id = person_id", "is a column of several tables")]
    [InlineData(
        "SELECT count(*) FROM " + Joined + " WHERE person_id IN (SELECT person_id FROM consents)",
        "'person_id' is a column of several tables"
    )]
    // columns of a derived table that it has not, or that are no group
    [InlineData(
        "SELECT count(*) FROM patients p JOIN (SELECT count(*) AS n FROM visits GROUP BY person_id) t ON t.person_id = p.person_id",
        "is joined by its key, which it selects"
    )]
    [InlineData(
        "SELECT count(*) FROM patients q JOIN (SELECT p.person_id, count(*) AS n FROM "
            + Joined
            + " GROUP BY v.person_id) t ON t.person_id = q.person_id",
        "is joined by its key, which it selects"
    )]
    public void What_names_no_single_column_is_refused(string sql, string expected) => Refused(sql, expected);

    [Theory]
    // USING makes one column of both
    [InlineData("SELECT count(DISTINCT person_id) AS n FROM visits v JOIN patients p USING (person_id)")]
    [InlineData(
        "SELECT count(*) AS n, sum(t.n) AS s FROM visits v JOIN patients p USING (person_id) "
            + "LEFT JOIN (SELECT person_id AS person_id, count(*) AS n FROM visits GROUP BY 1) t USING (person_id)"
    )]
    [InlineData("SELECT count(*) AS n FROM visits WHERE visit_date + CAST(days AS INTEGER) > DATE '2021-01-01'")]
    [InlineData(
        "SELECT count(*) AS n FROM visits WHERE visit_date - CASE WHEN code = 'I10' THEN 1 ELSE 2 * 3 END > DATE '2021-01-01'"
    )]
    [InlineData("SELECT count(*) AS n FROM patients WHERE smoker = 1 AND CAST(smoker AS INTEGER) + 1 = 2")]
    public void What_DuckDB_answers_is_answered(string sql) =>
        tables.AssertSame(sql, SqlCase.Texts(tables.Evaluate(tables.Compile(sql))));

    /// <summary>DuckDB keeps white space in texts and takes it from numbers; both would be answered alike here.</summary>
    [Theory]
    [InlineData("code")]
    [InlineData("days")]
    public void White_space_around_values_of_a_list_is_refused(string column)
    {
        var refused = Assert.Throws<SqlException>(() =>
            tables.Compile($"SELECT count(*) FROM visits WHERE {column} IN (SELECT {column} FROM 'padded.csv')")
        );
        Assert.Contains("has white space at an end", refused.Message);
    }

    private void Refused(string sql, string expected)
    {
        var refused = Assert.Throws<SqlException>(() => tables.Compile(sql));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.ThrowsAny<DuckDBException>(() => tables.Duck(sql));
    }
}
