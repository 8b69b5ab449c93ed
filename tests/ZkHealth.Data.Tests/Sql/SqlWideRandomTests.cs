using System.Globalization;
using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>
/// Random queries over wide dates and numbers, their order and ages, with values missing everywhere, in conditions, groups,
/// bands, aggregates and events of persons, evaluated row by row without proofs: where a query is accepted, its answer is
/// DuckDB's. The seeds are fixed.
/// </summary>
public sealed class SqlWideRandomTests(SqlStays tables) : IClassFixture<SqlStays>
{
    private const int Queries = 6;

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(11)]
    public void What_is_accepted_is_answered_as_DuckDB_answers_it(int seed)
    {
        var random = new WideQueries(seed);
        var refused = new List<string>();
        for (int i = 0; i < Queries; i++)
        {
            string sql = random.Query();
            string[] mine;
            try
            {
                mine = SqlCase.Texts(tables.Evaluate(tables.Compile(sql)));
            }
            catch (SqlException e)
            {
                refused.Add($"{sql}: {e.Message}");
                continue;
            }

            tables.AssertSame(sql, mine);
        }

        Assert.True(refused.Count < Queries / 2, string.Join("\n", refused));
    }

    /// <summary>Texts of queries.</summary>
    internal sealed class WideQueries(int seed)
    {
        private const string Joined = "stays s JOIN people q ON q.person_id = s.person_id";

        private readonly Random _random = new(seed);

        // the tables that an expression may name
        private string _of = "sp";

        private string Pick(params string[] texts) => texts[_random.Next(texts.Length)];

        private string Whole(int from, int to) => _random.Next(from, to).ToString(CultureInfo.InvariantCulture);

        public string Query()
        {
            string by = Pick("USING (person_id)", "ON p.person_id = s.person_id");
            switch (_random.Next(6))
            {
                case 0:
                    return $"SELECT {Group()} AS g, count(*) AS n, {Aggregate()} AS a FROM stays s "
                        + $"{Pick("", "LEFT ")}JOIN people p {by} WHERE {Truth(0)} GROUP BY g";
                case 1:
                    return $"SELECT count(*) AS n, {Aggregate()} AS a, {Aggregate()} AS b FROM stays s "
                        + $"{Pick("", "LEFT ")}JOIN people p {by} WHERE {Truth(0)}";
                case 2:
                    return Of(
                        "s",
                        () => $"SELECT {Group()} AS g, count(*) AS n, {Aggregate()} AS a FROM stays s WHERE {Truth(1)} GROUP BY g"
                    );
                case 3:
                    return Of(
                        "p",
                        () =>
                            $"SELECT {Group()} AS g, count(*) AS n, count(*) FILTER (WHERE {Events()}) AS a FROM people p "
                            + $"WHERE {Pick(Events(), Truth(1), $"{Events()} {Pick("AND", "OR")} {Truth(0)}")} GROUP BY g"
                    );
                case 4:
                    string amount = Pick("1", "date_diff('year', DATE '1990-06-01', s.admitted)", "abs(s.units) // 1024"),
                        total =
                            $"SELECT s.person_id, count(*) AS n, sum({amount}) AS t FROM {Pick("stays s", Joined)} WHERE "
                            + $"{Of("s", () => Truth(0))} GROUP BY s.person_id{Pick("", " HAVING count(*) > 1")}";
                    return Of(
                        "p",
                        () =>
                            $"SELECT {Pick("t.n", "t.n > 2", Group())} AS g, count(*) AS n, sum(t.t) AS s FROM people p "
                            + $"{Pick("", "LEFT ")}JOIN ({total}) t ON t.person_id = p.person_id WHERE {Truth(0)} GROUP BY g"
                    );
                default:
                    return $"SELECT {Of("p", Group)} AS g, count(DISTINCT s.person_id) AS k, count(*) AS n "
                        + $"FROM stays s JOIN people p ON s.person_id = p.person_id WHERE {Truth(0)} GROUP BY g";
            }
        }

        private string Of(string tables, Func<string> make)
        {
            string before = _of;
            _of = tables;
            string text = make();
            _of = before;
            return text;
        }

        /// <summary>A condition on events of a person, one or several of them.</summary>
        private string Events()
        {
            string both = Of("sp", () => Pick(Truth(1), $"{Truth(0)} AND {Truth(0)}"))
                .Replace("p.", "q.", StringComparison.Ordinal);
            return Pick(
                $"{Pick("", "NOT ")}EXISTS (SELECT 1 FROM stays s WHERE s.person_id = p.person_id AND {Of("s", () => Truth(1))})",
                $"{Pick("", "NOT ")}EXISTS (SELECT 1 FROM {Joined} WHERE s.person_id = p.person_id AND {both})",
                $"(SELECT count(*) FROM {Joined} WHERE s.person_id = p.person_id AND {both}) {Compare()} {Whole(0, 3)}",
                $"p.person_id IN (SELECT person_id FROM stays s WHERE {Of("s", () => Truth(0))})"
            );
        }

        private string Compare() => Pick("=", "<>", "<", "<=", ">", ">=");

        private string Day() =>
            Pick(
                _of == "p" ? ["p.birth", "p.died"]
                : _of == "s" ? ["s.admitted", "s.discharged"]
                : ["s.admitted", "s.discharged", "p.birth", "p.died"]
            );

        private string Wide() =>
            Pick(
                _of == "p" ? ["p.income", "p.score"]
                : _of == "s" ? ["s.charge", "s.units"]
                : ["s.charge", "s.units", "p.income", "p.score"]
            );

        private string Small() =>
            Pick(
                _of == "p" ? ["p.sex"]
                : _of == "s" ? ["s.kind"]
                : ["s.kind", "p.sex"]
            );

        private string Fixed() =>
            Pick(
                $"DATE '{Whole(1996, 2024)}-{Pick("02-28", "03-01", "12-31", "01-01", "06-15")}'",
                $"DATE '{Pick("2000", "2004", "2020")}-02-29'",
                $"DATE '{Whole(1945, 2009)}-0{Whole(1, 10)}-1{Whole(0, 10)}'",
                $"(DATE '2004-02-29' {Pick("+", "-")} {Whole(0, 3000)})",
                $"CAST(DATE '2012-01-31' {Pick("+", "-")} INTERVAL {Whole(1, 40)} {Pick("MONTH", "YEAR", "DAY")} AS DATE)",
                $"'{Whole(1999, 2020)}-07-01'"
            );

        private string Amount() =>
            Pick(
                $"{1024 * _random.Next(-2, 5) + _random.Next(-2, 3)}",
                $"{Whole(0, 62)}.{Pick("24", "25", "5", "01", "480")}",
                $"{Whole(-2, 3)}.5e{Whole(0, 4)}",
                Whole(-5000, 5000),
                "1e9",
                "-1e9"
            );

        /// <summary>Whole years, or boundaries of years, of two dates or of one and a fixed day.</summary>
        private string Years()
        {
            (string from, string to) = _random.Next(4) switch
            {
                0 => (Day(), Fixed()),
                1 => (Fixed(), Day()),
                _ => (Day(), Day()),
            };
            return Pick(
                $"date_sub('year', {Date(from)}, {Date(to)})",
                $"date_diff('year', {Date(from)}, {Date(to)})",
                $"year(age({Date(to)}, {Date(from)}))",
                $"date_part('year', age({Date(to)}, {Date(from)}))"
            );
        }

        /// <summary>The days between two dates.</summary>
        private string Days() =>
            Pick($"({Day()} - {Day()})", $"date_diff('day', {Day()}, {Day()})", $"date_sub('day', {Day()}, {Day()})")
            + Pick("", "", $" {Pick("+", "-")} {Whole(0, 40)}");

        private string Moved() =>
            Day()
            + Pick("", $" {Pick("+", "-")} {Pick($"INTERVAL {Whole(1, 14)} {Pick("DAY", "MONTH", "YEAR")}", Whole(0, 400))}");

        private static string Date(string text) => text[0] == '\'' ? $"DATE {text}" : text;

        private string Group() =>
            _random.Next(10) switch
            {
                0 => $"{Pick(Years(), Days())} // {Whole(5, 40)}",
                1 => $"CASE WHEN {Years()} < {Whole(0, 30)} THEN 'young' WHEN {Years()} >= {Whole(20, 70)} THEN 'old' "
                    + $"{Pick("", "ELSE 'mid' ")}END",
                2 => $"{Day()} {Compare()} {Day()}",
                3 => $"year({Day()})",
                4 => $"CASE WHEN {Wide()} {Compare()} {Amount()} THEN 1 WHEN {Truth(0)} THEN 2 END",
                5 => $"{Wide()} IS NULL",
                6 => $"({Truth(0)}) IS {Pick("TRUE", "NULL", "NOT FALSE")}",
                7 => $"CASE WHEN {Day()} < {Day()} THEN 'before' WHEN {Day()} = {Day()} THEN 'at' "
                    + $"WHEN {Day()} IS NULL THEN 'none' END",
                _ => Small(),
            };

        private string Aggregate() =>
            _random.Next(9) switch
            {
                0 => $"sum({Wide()})",
                1 => $"avg({Wide()})",
                2 => $"count({Pick(Wide(), Day())})",
                3 => $"sum({Wide()}) FILTER (WHERE {Truth(0)})",
                4 => $"sum(CASE WHEN {Truth(0)} THEN {Pick("1", "0.5", Years())} END)",
                5 => $"{Pick("sum", "avg", "count")}({Pick(Years(), Years(), Days())}){Pick("", $" FILTER (WHERE {Truth(0)})")}",
                6 => $"count(*) FILTER (WHERE {Truth(1)})",
                7 => $"bool_or({Truth(0)})",
                _ => $"avg({Wide()}) FILTER (WHERE {Truth(0)})",
            };

        private string Truth(int depth) =>
            depth == 0
                ? Atom()
                : _random.Next(9) switch
                {
                    0 => $"({Truth(depth - 1)} AND {Truth(depth - 1)})",
                    1 => $"({Truth(depth - 1)} OR {Truth(depth - 1)})",
                    2 => $"NOT ({Truth(depth - 1)})",
                    3 => $"({Truth(depth - 1)}) IS {Pick("NOT ", "")}{Pick("NULL", "TRUE", "FALSE")}",
                    4 => $"coalesce({Truth(depth - 1)}, {Pick("TRUE", "FALSE")})",
                    _ => Atom(),
                };

        private string Atom() =>
            _random.Next(20) switch
            {
                0 => $"{Day()} {Compare()} {Fixed()}",
                1 => $"{Fixed()} {Compare()} {Day()}",
                2 => $"{Day()} {Pick("", "NOT ")}BETWEEN {Fixed()} AND {Fixed()}",
                3 => $"{Day()} {Pick("", "NOT ")}IN ({Fixed()}, {Fixed()}, {Pick("NULL", Fixed())})",
                4 => $"{Day()} {Pick("", "NOT ")}IN (SELECT {Pick("day", "blank")} FROM 'days.csv')",
                5 => $"{Pick(Day(), Wide())} IS {Pick("", "NOT ")}NULL",
                6 => $"{Day()} {Compare()} {Day()}",
                7 => $"{Moved()} {Compare()} {Moved()}",
                8 => $"{Days()} {Compare()} {Whole(-3, 3)}{Pick("", "00")}",
                9 or 10 => $"{Years()} {Compare()} {Whole(-3, 60)}",
                11 => $"{Years()} {Pick("", "NOT ")}IN ({Whole(0, 20)}, {Whole(20, 60)}, {Pick("NULL", "5")})",
                12 => $"{Wide()} {Compare()} {Amount()}",
                13 => $"{Amount()} {Compare()} {Wide()}",
                14 => $"{Wide()} {Pick("", "NOT ")}BETWEEN {Amount()} AND {Amount()}",
                15 => $"{Wide()} {Pick("", "NOT ")}IN ({Amount()}, {Amount()}, {Pick("NULL", Amount())})",
                16 => $"{Wide()} {Pick("", "NOT ")}IN (SELECT {Pick("charge", "units", "blank")} FROM 'amounts.csv')",
                17 => Pick(
                    $"{Day()} + {Whole(1, 400)}",
                    $"{Day()} - INTERVAL {Whole(1, 20)} {Pick("MONTH", "YEAR")}",
                    $"greatest({Day()}, DATE '2004-02-29')"
                ) + $" {Compare()} {Date(Fixed())}",
                18 when Wide() is string wide && Wide() is string other && wide[0] == other[0] => $"{wide} {Compare()} {other}",
                18 => $"{Pick("year", "month", "quarter", "isodow", "dayofyear")}({Day()}) {Compare()} {Whole(1, 2010)}",
                _ => Pick($"{Wide()} * 2", $"-{Wide()}", $"abs({Wide()})", $"coalesce({Wide()}, 0)", $"{Wide()} - 1")
                    + $" {Compare()} {Amount()}",
            };
    }
}
