using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>Two columns of numbers compared of which there are too many pairs to tell them all apart: they were refused. Answers
/// are
/// DuckDB's.</summary>
public sealed class SqlOrderTests(SqlStays tables) : IClassFixture<SqlStays>
{
    private const string Joined = "stays s JOIN people p ON p.person_id = s.person_id";

    [Theory]
    [InlineData("SELECT kind, count(*) AS n FROM stays WHERE 1 = 1 AND units >= units AND kind <> 'a' GROUP BY kind")]
    [InlineData("SELECT p.sex, count(*) AS n FROM " + Joined + " WHERE s.charge > p.score GROUP BY p.sex")]
    [InlineData("SELECT count(*) FILTER (WHERE s.units <= p.income) AS n, count(*) AS k FROM " + Joined)]
    [InlineData(
        "SELECT count(*) AS n FROM stays s LEFT JOIN people p ON p.person_id = s.person_id WHERE NOT (p.income <> s.units)"
    )]
    [InlineData(
        "SELECT count(*) AS n FROM people p WHERE EXISTS (SELECT 1 FROM stays s WHERE s.person_id = p.person_id AND s.charge >= p.score)"
    )]
    public void The_order_of_two_numbers_is_that_of_DuckDB(string sql) =>
        tables.AssertSame(sql, SqlCase.Texts(tables.Evaluate(tables.Compile(sql))));

    [Fact]
    public void The_order_of_two_numbers_is_proven()
    {
        const string Sql = "SELECT count(*) AS n FROM " + Joined + " WHERE s.units > p.income";
        tables.AssertSame(Sql, tables.Ask(Sql));
    }

    [Fact]
    public void Other_pairs_of_numbers_are_refused_with_what_can_be_asked()
    {
        var refused = Assert.Throws<SqlException>(() => tables.Compile("SELECT sum(units - charge) FROM stays"));
        Assert.Contains("ask of two columns of numbers which is larger, a > b", refused.Message);
    }
}
