using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>Whoever reads a stranger's file parses the query in it. A chain of comparisons or casts of 60 KB filled the stack,
/// which ends the process; BETWEEN of BETWEEN doubled with each step.</summary>
public sealed class SqlDepthTests(SqlCase tables) : IClassFixture<SqlCase>
{
    private static string Repeated(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    public static TheoryData<string> Conditions =>
        new()
        {
            "smoker" + Repeated("=smoker", 8000),
            "smoker" + Repeated("::bool", 10_000),
            "smoker" + Repeated(" is null", 7000),
            "bmi" + Repeated(" not between 1 and 2", 3000),
            "bmi" + Repeated(" between 0 and 1", 40),
            Repeated("(", 40) + "bmi" + Repeated(" between 0 and 1)", 40),
            Repeated("(", 40) + "bmi" + Repeated(Repeated("+1", 250) + ")", 40) + " > 1",
            Repeated("nullif(", 40) + "bmi" + Repeated(", 1)", 40) + " > 1",
            Repeated("CASE ", 20) + "bmi" + Repeated(Repeated(" WHEN 1 THEN 1", 20) + " END", 20) + " = 1",
            Repeated("(SELECT count(*) FROM visits WHERE ", 30) + "true" + Repeated(") BETWEEN 1 AND 2", 30),
        };

    [Theory]
    [MemberData(nameof(Conditions))]
    public void Chains_and_nests_are_refused_with_their_place(string condition)
    {
        string sql = $"SELECT count(*) FROM patients WHERE {condition}";
        Assert.InRange(Assert.Throws<SqlException>(() => SqlQuestion.TablesIn(sql)).Position, 1, sql.Length);
        Assert.Throws<SqlException>(() => SqlQuestion.CountedIn(sql));
        Assert.Throws<SqlException>(() => tables.Compile(sql));
    }

    [Fact]
    public void What_people_write_is_not_refused()
    {
        tables.Compile($"SELECT count(*) FROM patients WHERE bmi{Repeated("+1", 200)} > 30 AND (smoker = true) = true");
        tables.Compile(
            $"SELECT count(*) FROM patients WHERE {string.Join(" OR ", Enumerable.Range(18, 1000).Select(i => $"bmi = {i}"))}"
        );
        tables.Compile($"SELECT count(*) FROM patients WHERE bmi IN ({string.Join(", ", Enumerable.Range(0, 8000))})");
    }
}
