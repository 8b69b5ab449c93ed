using System.Globalization;
using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>The days between two columns of dates of which there are too many pairs to tell them all apart: lengths of stay, and
/// comparisons of a date with another that is moved, were refused. Answers are DuckDB's.</summary>
public sealed class SqlDaysTests(SqlStays tables) : IClassFixture<SqlStays>
{
    private const string Joined = "stays s JOIN people p ON p.person_id = s.person_id";

    [Theory]
    [InlineData(
        "SELECT kind, avg(date_diff('day', admitted, discharged)) AS los, count(*) FROM stays GROUP BY kind ORDER BY kind"
    )]
    [InlineData(
        "SELECT sum(discharged - admitted) AS a, sum(admitted - discharged) AS b, count(discharged - admitted) AS c FROM stays"
    )]
    [InlineData("SELECT avg(discharged - admitted + 1) AS los FROM stays WHERE kind = 'a' AND discharged >= admitted")]
    [InlineData("SELECT sum(date_sub('day', admitted, discharged)) FILTER (WHERE kind = 'a') AS d FROM stays")]
    [InlineData(
        "SELECT discharged - admitted AS d, count(*) FROM stays WHERE discharged - admitted BETWEEN -2 AND 3 GROUP BY d ORDER BY d"
    )]
    [InlineData("SELECT 1000.0 * count(*) FILTER (WHERE kind = 'b') / sum(discharged - admitted) AS rate FROM stays")]
    [InlineData(
        "SELECT CASE WHEN discharged - admitted < 1 THEN 'day' WHEN discharged - admitted <= 365 THEN 'year' ELSE 'more' END AS g, "
            + "count(*) FROM stays GROUP BY g ORDER BY g"
    )]
    [InlineData("SELECT count(*) FROM stays WHERE discharged > admitted + INTERVAL 1 MONTH")]
    [InlineData("SELECT count(*) FROM stays WHERE discharged - INTERVAL 1 YEAR <= admitted AND kind <> 'b'")]
    [InlineData("SELECT count(*) FROM stays WHERE NOT (admitted + 2 = discharged) OR 1 < admitted - discharged")]
    [InlineData(
        "SELECT p.sex, count(*) FROM " + Joined + " WHERE s.admitted > p.died - INTERVAL 90 DAY GROUP BY p.sex ORDER BY p.sex"
    )]
    [InlineData(
        "SELECT count(*) FROM people p WHERE EXISTS (SELECT 1 FROM stays s WHERE s.person_id = p.person_id "
            + "AND s.discharged - s.admitted >= 2)"
    )]
    public void Days_between_two_dates_are_those_of_DuckDB(string sql) =>
        tables.AssertSame(sql, SqlCase.Texts(tables.Evaluate(tables.Compile(sql))));

    [Fact]
    public void Lengths_of_stay_are_proven()
    {
        const string Sql =
            "SELECT kind, avg(discharged - admitted) AS los FROM stays WHERE discharged - admitted >= 0 GROUP BY kind ORDER BY kind";
        tables.AssertSame(Sql, tables.Ask(Sql));
    }

    /// <summary>Limits about 0, about a month and a year, and between.</summary>
    [Fact]
    public void Any_limit_and_any_move_divide_stays_as_in_DuckDB()
    {
        var random = new Random(3);
        string Pick(params string[] texts) => texts[random.Next(texts.Length)];
        for (int i = 0; i < 12; i++)
        {
            string sign = Pick("<", "<=", "=", "<>", ">=", ">"),
                limit = (random.Next(3) * 365 + random.Next(-3, 4)).ToString(CultureInfo.InvariantCulture),
                moved = Pick("INTERVAL 1 MONTH", "INTERVAL 1 YEAR", "INTERVAL 13 MONTH", "28", "365");
            string condition = Pick(
                $"discharged - admitted {sign} {limit}",
                $"{limit} {sign} date_diff('day', admitted, discharged)",
                $"admitted + {moved} {sign} discharged",
                $"discharged - {moved} {sign} admitted",
                $"admitted {sign} discharged"
            );
            string sql = $"SELECT kind, count(*) FROM stays WHERE {condition} GROUP BY kind ORDER BY kind";
            tables.AssertSame(sql, SqlCase.Texts(tables.Evaluate(tables.Compile(sql))));
        }
    }

    [Fact]
    public void Dates_that_no_calendar_has_are_refused()
    {
        var refused = Assert.Throws<SqlException>(() =>
            tables.Compile("SELECT count(*) FROM stays WHERE admitted + INTERVAL 9000 YEAR > discharged")
        );
        Assert.Contains("after 9999", refused.Message);
    }
}
