using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>Random queries of the supported part, with NULLs everywhere, give what DuckDB gives; their plans are evaluated row by
/// row, and some of them proven. The seeds are fixed.</summary>
public sealed class SqlPropertyTests(SqlCase tables) : IClassFixture<SqlCase>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_queries_are_answered_as_DuckDB_answers_them(int seed)
    {
        var random = new Random(seed);
        int answered = 0;
        for (int i = 0; i < 6; i++)
        {
            string sql = Query(random);
            SqlQuestion question;
            try
            {
                question = tables.Compile(sql);
            }
            catch (SqlException e)
            {
                // the query tells too many values apart
                Assert.Matches("more than 2\\^20|are too many", e.Message);
                continue;
            }

            string[] evaluated = SqlCase.Texts(tables.Evaluate(question));
            tables.AssertSame(sql, evaluated);
            if (answered++ == 0)
            {
                // proof and plain evaluation are one
                Assert.Equal(evaluated, SqlCase.Texts(tables.Prove(question)));
            }
        }

        Assert.InRange(answered, 3, 6);
    }

    private static string Pick(Random random, params string[] texts) => texts[random.Next(texts.Length)];

    private static string OfPatient(Random random) =>
        Pick(
            random,
            "p.sex = 'F'",
            "p.sex <> 'M'",
            "p.sex IN ('F', 'X')",
            "p.sex IS NULL",
            "p.smoker",
            "p.smoker IS NOT NULL",
            $"p.bmi > {20 + random.Next(15)}.5",
            $"p.bmi BETWEEN 21 AND {22 + random.Next(12)}",
            $"year(p.birth) < {1940 + random.Next(60)}",
            $"date_sub('year', p.birth, DATE '2026-01-01') >= {30 + random.Next(50)}",
            $"EXISTS (SELECT 1 FROM visits w WHERE w.person_id = p.person_id AND {OfVisit(random, "w")})",
            $"NOT EXISTS (SELECT 1 FROM visits w WHERE w.person_id = p.person_id AND {OfVisit(random, "w")})",
            "EXISTS (SELECT 1 FROM consents c WHERE c.person_id = p.person_id AND c.research = 'yes')"
        );

    private static string OfVisit(Random random, string v) =>
        Pick(
            random,
            $"{v}.code LIKE 'E11%'",
            $"{v}.code = 'I10'",
            $"{v}.code IN (SELECT code FROM 'diabetes.csv')",
            $"{v}.code IS NOT NULL",
            $"{v}.days >= {random.Next(3)}",
            $"{v}.days IS NULL",
            $"{v}.cost < {random.Next(100)}",
            $"year({v}.visit_date) = {2020 + random.Next(3)}",
            $"{v}.visit_date >= DATE '2021-0{1 + random.Next(9)}-15'"
        );

    private static string Condition(Random random, Func<Random, string> atom) =>
        random.Next(6) switch
        {
            0 => $"({atom(random)} AND {atom(random)})",
            1 => $"({atom(random)} OR {atom(random)})",
            2 => $"NOT ({atom(random)})",
            3 => $"({atom(random)} OR NOT ({atom(random)}))",
            _ => atom(random),
        };

    private static string Query(Random random)
    {
        string Patient(Random r) => Condition(r, OfPatient);
        string Visit(Random r) => Condition(r, x => OfVisit(x, "v"));
        string having = random.Next(3) == 0 ? $" HAVING count(*) >= {1 + random.Next(12)}" : "";
        string sexes = Pick(
            random,
            "p.sex",
            "p.smoker",
            "CASE WHEN p.bmi >= 30 THEN 'high' WHEN p.bmi IS NULL THEN 'none' ELSE 'low' END",
            "p.sex IS NULL"
        );
        switch (random.Next(4))
        {
            case 0:
                return $"SELECT {sexes} AS g, count(*) AS n, count(p.bmi) AS k, avg(p.bmi) AS m, count(*) FILTER (WHERE {Patient(random)}) AS f FROM patients p "
                    + $"WHERE {Patient(random)} GROUP BY g{having}";
            case 1:
                return $"SELECT {sexes} AS g, count(*) AS n, count(DISTINCT v.person_id) AS persons FROM visits v JOIN patients p ON v.person_id = p.person_id "
                    + $"WHERE {Visit(random)} GROUP BY g{having}";
            case 2:
                return $"SELECT v.code AS c, count(*) AS n, sum(v.days) AS s, sum(v.cost) AS t FROM visits v {Pick(random, "", "LEFT ")}JOIN patients p ON v.person_id = p.person_id "
                    + $"WHERE {Visit(random)} AND {Patient(random)} GROUP BY c{having}";
            default:
                string sum = Pick(random, "count(t.n)", "sum(t.s)", "avg(t.n)");
                return $"SELECT CASE WHEN t.n >= 2 THEN 'many' WHEN t.n = 1 THEN 'one' END AS g, count(*) AS n, {sum} AS s FROM patients p "
                    + $"{Pick(random, "", "LEFT ")}JOIN (SELECT person_id, count(*) AS n, sum(days) AS s FROM visits v WHERE {Visit(random)} GROUP BY person_id) t "
                    + $"ON t.person_id = p.person_id WHERE {Patient(random)} GROUP BY g{having}";
        }
    }
}
