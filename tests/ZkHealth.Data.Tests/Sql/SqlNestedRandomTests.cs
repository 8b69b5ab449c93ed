using System.Globalization;
using Xunit;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>
/// Random queries over tables with keys of several kinds: joins in any order, by ON and USING, of tables and of queries grouped
/// by a key, in FROM and in WITH; EXISTS, IN and queries as values within queries, names with and without their table, and
/// names
/// that
/// stand inside and outside. Evaluated row by row without proofs: where a query is accepted, its answer is DuckDB's. The seeds
/// are fixed.
/// </summary>
public sealed class SqlNestedRandomTests(SqlClinics tables) : IClassFixture<SqlClinics>
{
    private const int Queries = 24;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_is_accepted_is_answered_as_DuckDB_answers_it(int seed)
    {
        Assert.InRange(tables.AssertSame(new NestedQueries(seed).Query, Queries), Queries / 3, Queries);
    }

    /// <summary>Texts of queries.</summary>
    internal sealed class NestedQueries(int seed)
    {
        private static readonly Dictionary<string, (string Key, string Of)[]> Keys = new()
        {
            ["practices"] = [],
            ["patients"] = [("practice_id", "practices")],
            ["visits"] = [("person_id", "patients"), ("practice_id", "practices")],
            ["labs"] = [("visit_id", "visits")],
            ["consents"] = [("person_id", "patients")],
        };

        private static readonly Dictionary<string, (string Identifier, string[] Numbers, string[] Texts)> Columns = new()
        {
            ["practices"] = ("practice_id", ["size"], ["region"]),
            ["patients"] = ("person_id", ["age"], ["sex"]),
            ["visits"] = ("visit_id", ["days", "day(day)"], ["code"]),
            ["labs"] = ("lab_id", ["level"], ["kind"]),
            ["consents"] = ("", ["day(since)"], ["research"]),
        };

        private readonly Random _random = new(seed);
        private readonly List<string> _with = [];
        private int _aliases;

        /// <summary>A source of FROM: its name, the table that it is, and what it has.</summary>
        private sealed record From(string Alias, string? Table, string? Key, string Entities, string[] Numbers, string[] Texts);

        private string Pick(params string[] texts) => texts[_random.Next(texts.Length)];

        private bool Once(int of) => _random.Next(of) == 0;

        private string Whole(int from, int to) => _random.Next(from, to).ToString(CultureInfo.InvariantCulture);

        public string Query()
        {
            _with.Clear();
            _aliases = 0;
            (string from, List<From> scope) = Sources(2, true);
            string where = Once(4) ? "" : $" WHERE {Truth(scope, 2)}";
            string groups = Pick("", "g", "g", "g, h");
            string items = string.Join(
                ", ",
                [
                    .. groups.Contains('g') ? [$"{Group(scope)} AS g"] : (string[])[],
                    .. groups.Contains('h') ? [$"{Group(scope)} AS h"] : (string[])[],
                    "count(*) AS n",
                    $"{Aggregate(scope)} AS a",
                    .. Once(2) ? [$"{Aggregate(scope)} AS b"] : (string[])[],
                ]
            );
            string sql =
                $"SELECT {items} FROM {from}{where}{(groups.Length > 0 ? $" GROUP BY {groups}" : "")}"
                + (groups.Length > 0 && Once(6) ? $" HAVING count(*) > {Whole(0, 4)}" : "");
            return _with.Count > 0 ? $"WITH {string.Join(", ", _with)} {sql}" : sql;
        }

        /// <summary>FROM and its joins.</summary>
        private (string Text, List<From> Scope) Sources(int joins, bool outermost)
        {
            string table = Pick([.. Keys.Keys, "visits", "visits", "patients"]);
            (string text, From first) = Once(8) && outermost ? Derived(Pick("patients", "practices", "visits")) : Base(table);
            List<From> scope = [first];
            for (int i = _random.Next(joins + 1); i > 0; i--)
            {
                From known = scope[_random.Next(scope.Count)];
                (string Key, string Of)[] keys = known.Table is null ? [] : Keys[known.Table];
                string by,
                    mine;
                From added;
                string source;
                if (keys.Length > 0 && !Once(3))
                {
                    (string key, string of) = keys[_random.Next(keys.Length)];
                    (source, added) = Once(3) ? Derived(of) : Base(of);
                    (by, mine) = ($"{known.Alias}.{key}", added.Key!);
                    text += $" {Pick("", "LEFT ", "INNER ")}JOIN {source} {On(by, added.Alias, mine, key)}";
                }
                else if (known.Key is not null)
                {
                    string[] events = [.. Keys.Where(k => k.Value.Any(x => x.Of == known.Entities)).Select(k => k.Key)];
                    if (events.Length == 0)
                    {
                        continue;
                    }

                    string of = Pick(events);
                    string key = Keys[of].First(k => k.Of == known.Entities).Key;
                    (source, added) = !Once(3) ? Derived(known.Entities) : Base(of);
                    (by, mine) = ($"{known.Alias}.{known.Key}", added.Table is null ? added.Key! : key);
                    text += $" {Pick("", "LEFT ", "INNER ")}JOIN {source} {On(by, added.Alias, mine, known.Key)}";
                }
                else
                {
                    continue;
                }

                scope.Add(added);
            }

            return (text, scope);
        }

        private string On(string by, string alias, string mine, string name) =>
            mine == name && Once(3) ? $"USING ({name})"
            : Once(2) ? $"ON {by} = {alias}.{mine}"
            : $"ON {alias}.{mine} = {by}";

        private string Alias(string table) =>
            _random.Next(6) switch
            {
                0 when Once(2) => table,
                1 when Once(2) => Pick("p", "v", "t", "w"),
                _ => $"{table[0]}{++_aliases}",
            };

        private (string Text, From From) Base(string table)
        {
            string alias = Alias(table);
            (string identifier, string[] numbers, string[] texts) = Columns[table];
            return (
                alias == table ? table : $"{table} {Pick("", "AS ")}{alias}",
                new From(alias, table, identifier.Length > 0 ? identifier : null, table, numbers, texts)
            );
        }

        /// <summary>A query of events grouped by their key to entities.</summary>
        private (string Text, From From) Derived(string entities)
        {
            string[] all = [.. Keys.Where(k => k.Value.Any(x => x.Of == entities)).Select(k => k.Key)];
            string events = Pick(all);
            string key = Keys[events].First(k => k.Of == entities).Key;
            (string from, List<From> scope) = (null!, null!);
            (string text, From own) = Base(events);
            (from, scope) = (text, [own]);
            if (Once(3) && Keys[events].Length > 0)
            {
                (string other, string of) = Keys[events][_random.Next(Keys[events].Length)];
                (string source, From added) = Base(of);
                from += $" {Pick("", "LEFT ")}JOIN {source} ON {added.Alias}.{added.Key} = {own.Alias}.{other}";
                scope.Add(added);
            }

            string by = scope.Count > 1 || Once(2) ? $"{own.Alias}.{key}" : key;
            string named = Once(3) ? "who" : key;
            string where = Once(2) ? $" WHERE {Truth(scope, 1)}" : "";
            string query =
                $"SELECT {by}{(named == key ? "" : " AS who")}, {Pick("count(*)", $"count({Pick(own.Texts)})", $"count(*) FILTER (WHERE {Truth(scope, 1)})")} AS n, "
                + $"{Pick("sum", "avg", "count")}({Pick(own.Numbers)}) AS s, bool_or({Truth(scope, 0)}) AS o FROM {from}{where} "
                + $"GROUP BY {Pick(by, by, named == key ? by : "who", "1")}{Pick("", "", " HAVING count(*) > 1", " HAVING n > 1", " HAVING sum(1) >= 2")}";
            string alias = Pick("t", $"t{++_aliases}", "v");
            var made = new From(alias, null, named, entities, ["n", "s"], []);
            if (Once(4))
            {
                string name = Pick($"q{++_aliases}", $"q{++_aliases}", alias);
                _with.Add($"{name} AS ({query})");
                return (name == alias ? name : $"{name} {alias}", made);
            }

            return ($"({query}) {Pick("", "AS ")}{alias}", made);
        }

        private string Named(From from, string column)
        {
            int open = column.IndexOf('(', StringComparison.Ordinal);
            string inner = open < 0 ? column : column[(open + 1)..^1],
                name = Once(3) ? inner : $"{from.Alias}.{inner}";
            return open < 0 ? name : $"{column[..open]}({name})";
        }

        private string Number(List<From> scope)
        {
            From[] with = [.. scope.Where(s => s.Numbers.Length > 0)];
            From from = with[_random.Next(with.Length)];
            string column = Named(from, Pick(from.Numbers));
            return Pick(column, column, column, $"coalesce({column}, 0)", $"{column} + 1", $"nullif({column}, 2)");
        }

        private string? Text(List<From> scope)
        {
            From[] with = [.. scope.Where(s => s.Texts.Length > 0)];
            if (with.Length == 0)
            {
                return null;
            }

            From from = with[_random.Next(with.Length)];
            return Named(from, Pick(from.Texts));
        }

        private string Group(List<From> scope) =>
            _random.Next(5) switch
            {
                0 => Truth(scope, 1),
                1 => Number(scope),
                2 => $"CASE WHEN {Truth(scope, 1)} THEN 'a' WHEN {Truth(scope, 0)} THEN 'b' END",
                _ => Text(scope) ?? Number(scope),
            };

        private string Aggregate(List<From> scope)
        {
            From[] with = [.. scope.Where(s => s.Table is not null && Keys[s.Table].Length > 0)];
            From? of = with.Length == 0 ? null : with[_random.Next(with.Length)];
            return _random.Next(of is null ? 6 : 7) switch
            {
                0 => $"count({Number(scope)})",
                1 => $"sum({Number(scope)})",
                2 => $"avg({Number(scope)})",
                3 => $"count(*) FILTER (WHERE {Truth(scope, 1)})",
                4 => $"sum(CASE WHEN {Truth(scope, 1)} THEN {Number(scope)} END)",
                5 => $"bool_or({Truth(scope, 0)})",
                _ => $"count(DISTINCT {of!.Alias}.{Pick([.. Keys[of.Table!].Select(k => k.Key)])})"
                    + Pick("", $" FILTER (WHERE {Truth(scope, 0)})"),
            };
        }

        private string Truth(List<From> scope, int depth) =>
            depth == 0
                ? Atom(scope)
                : _random.Next(9) switch
                {
                    0 => $"({Truth(scope, depth - 1)} AND {Truth(scope, depth - 1)})",
                    1 => $"({Truth(scope, depth - 1)} OR {Truth(scope, depth - 1)})",
                    2 => $"NOT ({Truth(scope, depth - 1)})",
                    3 => $"({Truth(scope, depth - 1)}) IS {Pick("NOT ", "")}{Pick("NULL", "TRUE", "FALSE")}",
                    4 or 5 or 6 => Within(scope, depth) ?? Atom(scope),
                    _ => Atom(scope),
                };

        private string Compare() => Pick("=", "<>", "<", "<=", ">", ">=");

        private string Atom(List<From> scope) =>
            _random.Next(7) switch
            {
                0 => $"{Number(scope)} {Pick("", "NOT ")}BETWEEN {Whole(0, 3)} AND {Whole(2, 34)}",
                1 => $"{Number(scope)} IS {Pick("", "NOT ")}NULL",
                2 => $"{Number(scope)} {Pick("", "NOT ")}IN ({Whole(0, 4)}, {Pick("NULL", Whole(1, 35))})",
                3 or 4 when Text(scope) is string text =>
                    $"{text} {Pick("=", "<>", "<", "LIKE", "NOT LIKE")} '{Pick("a", "b", "x", "F", "M", "N", "part", "%")}'",
                5 => $"{Number(scope)} {Compare()} {Number(scope)}",
                _ => $"{Number(scope)} {Compare()} {Pick(Whole(0, 5), Whole(29, 36))}",
            };

        /// <summary>A query within the query, about the row outside; null where no key leads to it.</summary>
        private string? Within(List<From> scope, int depth)
        {
            From outside = scope[_random.Next(scope.Count)];
            if (outside.Key is null && (outside.Table is null || Keys[outside.Table].Length == 0))
            {
                return null;
            }

            (string column, string entities) = (outside.Key!, outside.Entities);
            if (outside.Key is null || (outside.Table is not null && Keys[outside.Table].Length > 0 && Once(2)))
            {
                (column, entities) = Keys[outside.Table!][_random.Next(Keys[outside.Table!].Length)];
            }

            string[] events = [.. Keys.Where(k => k.Value.Any(x => x.Of == entities)).Select(k => k.Key), entities];
            string of = Pick(events);
            string key = of == entities ? Columns[of].Identifier : Keys[of].First(k => k.Of == entities).Key;
            (string from, From own) = Base(of);
            List<From> inner = [own];
            if (Once(3) && Keys[of].Length > 0)
            {
                (string other, string further) = Keys[of][_random.Next(Keys[of].Length)];
                (string source, From added) = Once(3) ? Derived(further) : Base(further);
                from += $" {Pick("", "LEFT ")}JOIN {source} ON {added.Alias}.{added.Key} = {own.Alias}.{other}";
                inner.Add(added);
            }

            string row = Once(6) ? column : $"{outside.Alias}.{column}",
                equal = $"{own.Alias}.{key} = {row}",
                more = Once(3) ? "" : $" AND {Truth(Once(4) ? [.. inner, outside] : inner, depth - 1)}";
            return _random.Next(4) switch
            {
                0 => $"{row} IN (SELECT {own.Alias}.{key} FROM {from}{(more.Length > 0 ? " WHERE" + more[4..] : "")})",
                1 =>
                    $"(SELECT {Pick("count(*)", $"sum({Pick(own.Numbers)})", $"count({Pick(own.Texts)})")} FROM {from} WHERE {equal}{more}) {Compare()} {Whole(0, 4)}",
                _ => $"{Pick("", "NOT ")}EXISTS (SELECT 1 FROM {from} WHERE {equal}{more})",
            };
        }
    }
}
