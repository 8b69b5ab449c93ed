using Xunit;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>
/// Random expressions of all functions and operators, in WHERE, FILTER, CASE, GROUP BY and within totals of persons, evaluated
/// row by row without proofs: where a query is accepted, its answer is DuckDB's. The seeds are fixed. Written after a hunt that
/// found some twenty queries with a wrong answer that verified (SqlDifferenceTests).
/// </summary>
public sealed class SqlRandomTests(SqlCase tables) : IClassFixture<SqlCase>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_is_accepted_is_answered_as_DuckDB_answers_it(int seed)
    {
        Assert.InRange(tables.AssertSame(new SqlText(seed).Query, 20), 10, 20);
    }

    /// <summary>Texts of queries.</summary>
    private sealed class SqlText(int seed)
    {
        private readonly Random _random = new(seed);
        private string _v = "v";

        private string Pick(params string[] texts) => texts[_random.Next(texts.Length)];

        public string Query()
        {
            string groups = Pick(Truth(2), Text(2), $"{Whole(1)} // {_random.Next(1, 4)}", "p.sex", "v.code", $"year({Day(1)})");
            string filter = Truth(2);
            switch (_random.Next(6))
            {
                case 0:
                    return $"SELECT {groups} AS g, count(*) AS n, count(*) FILTER (WHERE {filter}) AS f FROM visits v "
                        + $"{Pick("", "LEFT ")}JOIN patients p ON p.person_id = v.person_id WHERE {Truth(3)} GROUP BY g";
                case 1:
                    return $"SELECT count(*) AS n, sum({Whole(2)}) AS s, avg(CASE WHEN {filter} THEN v.days END) AS m FROM visits v "
                        + $"JOIN patients p USING (person_id) WHERE {Truth(3)}";
                case 2:
                    return $"SELECT {Pick("p.sex", "p.smoker IS NULL")} AS g, count(*) AS n FROM patients p WHERE {Pick("", "NOT ")}EXISTS (SELECT 1 FROM visits v "
                        + $"WHERE v.person_id = p.person_id AND {OfVisits(2)}) {Pick("AND", "OR")} {OfPatients(2)} GROUP BY g";
                case 3:
                    return $"SELECT {Pick("t.n", "t.n IS NULL", "t.s > 2", "coalesce(t.n, 0) > 1", "t.s / t.n >= 1.5")} AS g, count(*) AS n, sum(t.n) AS m FROM patients p "
                        + $"{Pick("", "LEFT ")}JOIN (SELECT person_id, count(*) AS n, sum(days) AS s FROM visits v WHERE {OfVisits(2)} GROUP BY person_id"
                        + $"{Pick("", " HAVING count(*) > 1", " HAVING sum(days) > 2")}) t ON t.person_id = p.person_id WHERE {OfPatients(2)} GROUP BY g";
                case 4:
                    return $"SELECT {Pick("p.sex", "p.smoker", "p.bmi > 30")} AS g, count(DISTINCT v.person_id) AS k, count(*) AS n FROM visits v "
                        + $"JOIN patients p ON v.person_id = p.person_id WHERE {OfVisits(2)} AND {OfPatients(1)} GROUP BY g";
                default:
                    return $"SELECT {Pick("p.sex", "p.smoker")} AS g, count(*) FILTER (WHERE {Count()} {Comparison()} {Count()}) AS n, count(*) AS k FROM patients p "
                        + $"WHERE {OfPatients(2)} GROUP BY g";
            }
        }

        private string Count() =>
            Pick(
                _random.Next(3).ToString(System.Globalization.CultureInfo.InvariantCulture),
                $"(SELECT {Pick("count(*)", "sum(v.days)", "count(v.days)")} FROM visits v WHERE v.person_id = p.person_id AND {OfVisits(1)})",
                $"(SELECT count(*) FROM visits v JOIN (SELECT person_id, count(*) AS n FROM visits GROUP BY person_id HAVING count(*) > {_random.Next(2, 6)}) t "
                    + "ON t.person_id = v.person_id WHERE v.person_id = p.person_id)"
            );

        private string OfVisits(int depth) => With("visits", () => Truth(depth));

        private string OfPatients(int depth) => With("patients", () => Truth(depth));

        private string With(string tables, Func<string> make)
        {
            string before = _v;
            _v = tables;
            string text = make();
            _v = before;
            return text;
        }

        private string Column(string ofVisits, string ofPatients) =>
            _v == "visits" || (_v == "v" && _random.Next(2) == 0) ? ofVisits : ofPatients;

        private string Comparison() => Pick("=", "<>", "<", "<=", ">", ">=");

        private string Truth(int depth) =>
            depth == 0
                ? Pick(Column("v.days > 1", "p.smoker"), Column("v.code = 'I10'", "p.sex = 'F'"), "TRUE", "NULL")
                : _random.Next(15) switch
                {
                    0 => $"({Truth(depth - 1)} AND {Truth(depth - 1)})",
                    1 => $"({Truth(depth - 1)} OR {Truth(depth - 1)})",
                    2 => $"NOT {Truth(depth - 1)}",
                    3 => $"({Truth(depth - 1)}) IS {Pick("NOT ", "")}{Pick("NULL", "TRUE", "FALSE")}",
                    4 => $"{Text(depth - 1)} {Pick("", "NOT ")}IN ('E11.0', {Pick("'F'", "NULL", "'I10'")}, 'M')",
                    5 => $"{Text(depth - 1)} {Pick("", "NOT ")}{Pick("LIKE", "ILIKE")} "
                        + Pick("'E11%'", "'_'", "'%1%'", "'i%'", "''"),
                    6 => $"{Whole(depth - 1)} {Pick("", "NOT ")}BETWEEN {_random.Next(4)} AND {_random.Next(6)}",
                    7 =>
                        $"{Day(depth - 1)} {Comparison()} DATE '20{_random.Next(10, 23)}-0{_random.Next(1, 10)}-1{_random.Next(10)}'",
                    8 => $"({Truth(depth - 1)}) IS {Pick("NOT ", "")}DISTINCT FROM ({Truth(depth - 1)})",
                    9 => $"CASE WHEN {Truth(depth - 1)} THEN {Truth(depth - 1)} {Pick("", "ELSE FALSE ", "ELSE TRUE ")}END",
                    10 => $"{Whole(depth - 1)} {Pick("", "NOT ")}IN (0, {_random.Next(3)}, {Pick("NULL", "5", "2.0", "1.5")})",
                    11 => $"coalesce({Truth(depth - 1)}, {Pick("TRUE", "FALSE", "NULL")})",
                    12 => Column(
                        "v.code IN (SELECT code FROM 'diabetes.csv')",
                        $"p.bmi {Comparison()} {20 + _random.Next(15)}.{_random.Next(10)}"
                    ),
                    13 => $"{Whole(depth - 1)} / {Whole(depth - 1)} {Comparison()} {Pick("1", "0.5", "2.25")}",
                    _ => $"{Whole(depth - 1)} {Comparison()} {Whole(depth - 1)}",
                };

        private string Whole(int depth) =>
            depth == 0
                ? Pick(
                    Column("v.days", "year(p.birth)"),
                    _random.Next(-3, 7).ToString(System.Globalization.CultureInfo.InvariantCulture)
                )
                : _random.Next(12) switch
                {
                    0 => $"({Whole(depth - 1)} {Pick("+", "-", "*")} {Whole(depth - 1)})",
                    1 => $"({Whole(depth - 1)} {Pick("//", "%")} {_random.Next(-3, 4)})",
                    2 => $"coalesce({Whole(depth - 1)}, {_random.Next(3)})",
                    3 => $"nullif({Whole(depth - 1)}, {_random.Next(3)})",
                    4 => $"{Pick("greatest", "least")}({Whole(depth - 1)}, {Whole(depth - 1)})",
                    5 => $"CASE WHEN {Truth(depth - 1)} THEN {Whole(depth - 1)} ELSE {Whole(depth - 1)} END",
                    6 => $"length({Text(depth - 1)})",
                    7 => $"{Pick("year", "month", "quarter", "dayofweek", "isodow")}({Day(depth - 1)})",
                    8 => $"date_{Pick("sub", "diff")}('{Pick("year", "month")}', {Day(depth - 1)}, DATE '2020-02-29')",
                    9 => $"CAST({Pick("floor", "ceil", "round")}({Whole(depth - 1)} / {Pick("2", "4", "3")}) AS INTEGER)",
                    10 => $"CAST({Truth(depth - 1)} AS INTEGER)",
                    _ => $"abs({Whole(depth - 1)} - 2)",
                };

        private string Text(int depth) =>
            depth == 0
                ? Column("v.code", "p.sex")
                : _random.Next(8) switch
                {
                    0 => $"{Pick("lower", "upper")}({Text(depth - 1)})",
                    1 => $"substr({Text(depth - 1)}, {_random.Next(-3, 4)}, {_random.Next(-1, 4)})",
                    2 => $"{Pick("left", "right")}({Text(depth - 1)}, {_random.Next(-2, 4)})",
                    3 => $"({Text(depth - 1)} || {Pick("'x'", "''", "NULL", "'-'")})",
                    4 => $"coalesce({Text(depth - 1)}, 'none')",
                    5 => $"nullif({Text(depth - 1)}, 'F')",
                    6 => $"CAST({Whole(depth - 1)} AS VARCHAR)",
                    _ => $"CASE WHEN {Truth(depth - 1)} THEN {Text(depth - 1)} ELSE {Pick("NULL", "'other'")} END",
                };

        private string Day(int depth) =>
            depth == 0
                ? Column("v.visit_date", "p.birth")
                : _random.Next(5) switch
                {
                    0 => $"({Day(depth - 1)} {Pick("+", "-")} {_random.Next(400)})",
                    1 =>
                        $"CAST({Day(depth - 1)} {Pick("+", "-")} INTERVAL {_random.Next(1, 30)} {Pick("DAY", "MONTH", "YEAR")} AS DATE)",
                    // DuckDB takes date_trunc('year', NULL) <> DATE '2020-02-01' for true: it is made a date first
                    2 => $"CAST(date_trunc('{Pick("month", "year", "quarter", "week")}', {Day(depth - 1)}) AS DATE)",
                    3 => $"{Pick("greatest", "least")}({Day(depth - 1)}, DATE '2020-02-29')",
                    _ => $"coalesce({Day(depth - 1)}, DATE '2000-02-29')",
                };
    }
}
