using System.Globalization;
using DuckDB.NET.Data;
using ZkHealth.Data.Tests.Sql;
using ZkHealth.Statistics;

namespace ZkHealth.Data.Tests;

/// <summary>Simple queries about the files of a random folder, answered here and by DuckDB, which reads the same files.</summary>
internal sealed class CsvFolderQueries : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("zkhealth-csv").FullName;
    private readonly DuckDBConnection _duck = new("DataSource=:memory:");
    private readonly CsvFolder _folder;
    private readonly Dictionary<string, (string Name, string Type)[]> _columns = [];
    private readonly Random _random;

    public CsvFolderQueries(int seed)
    {
        _folder = new CsvFolder(_path, seed);
        _random = new Random(seed);
        _duck.Open();
        foreach (string name in _folder.Tables)
        {
            string from =
                $"read_csv('{Path.Combine(_path, name + ".csv")}', header = true, delim = '{_folder.Delimiters[name]}', quote = '\"', escape = '\"', sample_size = -1)";
            try
            {
                SqlCase.Duck(_duck, $"CREATE TABLE {name} AS SELECT * FROM {from}");
            }
            catch (DuckDBException)
            {
                // what DuckDB does not read is no one's to compare
                continue;
            }

            _columns[name] =
            [
                .. SqlCase
                    .Duck(_duck, $"SELECT column_name || '\t' || column_type AS c FROM (DESCRIBE {name})")
                    .Skip(1)
                    .Select(c => (c.Split('\t')[0], c.Split('\t')[1])),
            ];
        }
    }

    /// <summary>The queries about columns as DuckDB reads them.</summary>
    public IEnumerable<string> Queries()
    {
        foreach ((string table, (string Name, string Type)[] columns) in _columns)
        {
            yield return $"SELECT count(*) AS n FROM {table}";
            foreach ((string name, string type) in columns)
            {
                string c = Quoted(name);
                yield return $"SELECT {c} AS g, count(*) AS n FROM {table} GROUP BY g";
                yield return $"SELECT count({c}) AS n, count(*) FILTER (WHERE {c} IS NULL) AS m FROM {table}";
                foreach (string condition in Conditions(table, c, type))
                {
                    yield return $"SELECT count(*) AS n FROM {table} WHERE {condition}";
                }

                foreach (string item in Items(c, type))
                {
                    yield return $"SELECT {item} FROM {table}";
                }

                foreach (string condition in Conditions(table, c, type))
                {
                    yield return $"SELECT {condition}, count(*) FROM {table} GROUP BY 1";
                    yield return $"SELECT count(*) FILTER (WHERE {condition}) FROM {table}";
                }

                (string other, string otherType) = columns[_random.Next(columns.Length)];
                yield return $"SELECT {c} AS g, {Quoted(other)} AS h, count(*) AS n FROM {table} GROUP BY ALL";
                foreach (string item in Items(Quoted(other), otherType))
                {
                    yield return $"SELECT {c} AS g, {item} FROM {table} GROUP BY g";
                    yield return $"SELECT {c} IS NULL, {item} FROM {table} WHERE {Quoted(other)} IS NOT NULL GROUP BY 1";
                }
            }
        }

        foreach ((string events, string key) in _folder.Keys.Where(k => _columns.ContainsKey(k.Key)))
        {
            foreach (
                (string entities, string identifier) in _folder.Keys.Where(k => k.Key != events && _columns.ContainsKey(k.Key))
            )
            {
                string on = $"FROM {events} JOIN {entities} ON {events}.{key} = {entities}.{identifier}";
                yield return $"SELECT count(*) {on}";
                foreach ((string name, string type) in _columns[entities].Where(c => c.Name != identifier).Take(3))
                {
                    foreach (string item in Items($"{entities}.{Quoted(name)}", type).Take(2))
                    {
                        yield return $"SELECT {item}, count(*) {on}";
                    }
                }

                foreach ((string name, string type) in _columns[events].Where(c => c.Name != key).Take(3))
                {
                    foreach (string item in Items($"t.{Quoted(name)}", type).Take(2))
                    {
                        yield return $"SELECT {identifier} IS NULL, {item.Replace("t.", events + ".", StringComparison.Ordinal)} {on} GROUP BY 1";
                        yield return $"SELECT {item} FROM {events} t WHERE t.{key} IS NOT NULL";
                    }
                }

                yield return $"SELECT count(DISTINCT {events}.{key}) AS n {on}";
                yield return $"SELECT count(*) AS n FROM {events} LEFT JOIN {entities} ON {events}.{key} = {entities}.{identifier}";
                yield return $"SELECT count(*) AS n FROM {entities} WHERE EXISTS (SELECT 1 FROM {events} WHERE {events}.{key} = {entities}.{identifier})";
                foreach ((string name, _) in _columns[entities].Where(c => c.Name != identifier).Take(2))
                {
                    yield return $"SELECT {entities}.{Quoted(name)} AS g, count(*) AS n {on} GROUP BY g";
                }
            }
        }
    }

    private static string Quoted(string name) =>
        name.Length > 0 && name.All(char.IsAsciiLetterOrDigit) && name is not ("sum" or "day") ? name : $"\"{name}\"";

    private IEnumerable<string> Conditions(string table, string c, string type)
    {
        string[] values = [.. Texts(table, c).Take(40)];
        string Value() =>
            $"'{(values.Length == 0 ? "x" : values[_random.Next(values.Length)]).Replace("'", "''", StringComparison.Ordinal)}'";
        switch (type)
        {
            case "BIGINT" or "DOUBLE" or "INTEGER":
                string number = Value().Trim('\'');
                number = double.TryParse(number, CultureInfo.InvariantCulture, out double v) && double.IsFinite(v) ? number : "1";
                return
                [
                    $"{c} = {number}",
                    $"{c} < {number}",
                    $"{c} >= {number} AND {c} <> 0",
                    $"{c} BETWEEN 0 AND {number}",
                    $"{c} IN (1, {number})",
                ];
            case "BOOLEAN":
                return [c, $"NOT {c}", $"{c} = true", $"{c} IS NOT TRUE"];
            case "DATE":
                return [$"{c} >= DATE {Value()}", $"{c} = {Value()}", $"year({c}) > 1990", $"{c} < DATE '1970-06-01'"];
            case "VARCHAR":
                return
                [
                    $"{c} = {Value()}",
                    $"{c} <> {Value()}",
                    $"{c} LIKE '%1%'",
                    $"{c} IN ({Value()}, {Value()})",
                    $"{c} < {Value()}",
                    $"length({c}) = 2",
                    $"lower({c}) = lower({Value()})",
                ];
            case "TIME":
                return [$"{c} = {Value()}"];
            default:
                return [$"{c}::DATE >= DATE '1970-06-01'", $"year({c}) = 1960", $"{c} > DATE '1961-01-01'"];
        }
    }

    private static string[] Items(string c, string type) =>
        type switch
        {
            "BIGINT" or "DOUBLE" or "INTEGER" =>
            [
                $"sum({c})",
                $"avg({c})",
                $"sum({c} * 2 + 1)",
                $"sum({c}) FILTER (WHERE {c} > 0)",
            ],
            "BOOLEAN" => [$"bool_or({c})", $"count_if({c})"],
            "DATE" => [$"sum(year({c}))"],
            _ => [],
        };

    private IEnumerable<string> Texts(string table, string c) =>
        SqlCase.Duck(_duck, $"SELECT DISTINCT CAST({c} AS VARCHAR) AS v FROM {table} WHERE {c} IS NOT NULL ORDER BY v").Skip(1);

    /// <summary>The answer of DuckDB; null where it refuses.</summary>
    public string? Duck(string sql)
    {
        try
        {
            using DuckDBCommand command = _duck.CreateCommand();
            command.CommandText = sql;
            using DuckDBDataReader reader = command.ExecuteReader();
            var rows = new List<string>();
            while (reader.Read())
            {
                rows.Add(
                    string.Join(
                        "|",
                        Enumerable.Range(0, reader.FieldCount).Select(j => Text(reader.IsDBNull(j) ? null : reader.GetValue(j)))
                    )
                );
            }

            rows.Insert(0, "");
            return string.Join(", ", Enumerable.Range(0, reader.FieldCount).Select(j => Bare(reader.GetName(j))))
                + string.Join("; ", rows.Order(StringComparer.Ordinal));
        }
        catch (Exception e) when (e is DuckDBException or InvalidOperationException)
        {
            // an infinite date has no value of .NET
            return null;
        }
    }

    /// <summary>The answer of the files as tables of a trial, and what is noted of them; the error where it is refused.</summary>
    public (string? Answer, string? Refused, IReadOnlyList<string> Notes) Ask(string sql)
    {
        Exception? first = null;
        IReadOnlyList<string> notes = [];
        for (int arrangement = 0, all = 1; arrangement < all; arrangement++)
        {
            try
            {
                var files = new TrialTables(
                    _path,
                    SqlQuestion.TablesIn(sql),
                    [],
                    SqlQuestion.CountedIn(sql),
                    arrangement: arrangement,
                    joins: SqlQuestion.JoinsIn(sql)
                );
                all = files.Arrangements;
                notes = first is null ? files.Notes : notes;
                return (Answer(sql, files), null, files.Notes);
            }
            catch (Exception e) when (e is SqlException or ArgumentException or ImportException)
            {
                first ??= e;
            }
        }

        return (null, first!.GetType().Name + ": " + first.Message, notes);
    }

    private static string Answer(string sql, TrialTables files)
    {
        IReadOnlyDictionary<string, TableOpeningFile> tables = files.Commit(new byte[32]);
        try
        {
            SqlTable[] named =
            [
                .. tables.Select(t => new SqlTable(t.Key, t.Value.Committed.Commitment, t.Key)
                {
                    Identifier = files.Identifiers.GetValueOrDefault(t.Key),
                }),
            ];
            var question = SqlQuestion.Compile(sql, named, new SqlOptions());
            SqlTimes.Refuse(sql, files.HasTimes);
            SqlAnswer answer = SqlCase.Evaluate(question, tables.ToDictionary(t => t.Key, t => t.Value.Committed));
            return string.Join(", ", answer.Columns.Select(Bare))
                + string.Join(
                    "; ",
                    ((string[])[""])
                        .Concat(answer.Rows.Select(r => string.Join("|", r.Select(Text))))
                        .Concat(answer.Withheld)
                        .Order(StringComparer.Ordinal)
                );
        }
        finally
        {
            foreach (TableOpeningFile table in tables.Values)
            {
                table.Dispose();
            }
        }
    }

    private static string Bare(string heading) => heading.Replace("\"", "", StringComparison.Ordinal);

    private static string Text(object? value) =>
        value switch
        {
            DateTime time when time.TimeOfDay != TimeSpan.Zero => time.ToString(
                "yyyy-MM-dd HH:mm:ss",
                CultureInfo.InvariantCulture
            ),
            null or string or bool or DateOnly or DateTime => SqlCase.Text(value),
            TimeOnly time => time.ToString(time.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture),
            TimeSpan or DateTimeOffset => Convert.ToString(value, CultureInfo.InvariantCulture)!,
            // sums of doubles are rounded in another order there
            double or decimal => Convert
                .ToDouble(value, CultureInfo.InvariantCulture)
                .ToString("G10", CultureInfo.InvariantCulture),
            _ => SqlCase.Text(value),
        };

    public void Dispose()
    {
        _duck.Dispose();
        Directory.Delete(_path, true);
    }
}
