using System.Globalization;
using System.Text;
using DuckDB.NET.Data;
using Xunit;

namespace ZkHealth.Data.Tests;

/// <summary>Columns that the importer makes of dates are those of DuckDB over the same rows: days since the previous stay of a
/// person, and ages at a day.</summary>
public sealed class PreviousStayTests : IDisposable
{
    private const string Days =
        """{ "name": "stays", "columns": [ { "name": "person_id", "kind": "person", "missing": [""] }, { "name": "since", "kind": "integer", "min": 0, "max": 60, "topCode": "60+", "from": { "daysSincePrevious": ["admitted", "discharged"], "of": "person_id" } } ] }""";

    private readonly string _folder = Directory.CreateTempSubdirectory("zkhealth-stays").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private static ImportResult Import(string schema, string csv) =>
        CsvImporter.Import(
            new MemoryStream(Encoding.UTF8.GetBytes(csv)),
            "stays.csv",
            ImportSchema.Parse(Encoding.UTF8.GetBytes(schema))
        );

    /// <summary>The values of a query, in its order; null is −1.</summary>
    private int[] Duck(string csv, string sql)
    {
        File.WriteAllText(Path.Combine(_folder, "rows.csv"), csv);
        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();
        using DuckDBCommand command = duck.CreateCommand();
        command.CommandText =
            $"CREATE TABLE rows AS SELECT *, row_number() OVER () AS n FROM read_csv('{Path.Combine(_folder, "rows.csv")}')";
        command.ExecuteNonQuery();
        command.CommandText = sql;
        using DuckDBDataReader reader = command.ExecuteReader();
        var values = new List<int>();
        while (reader.Read())
        {
            values.Add(reader.IsDBNull(0) ? -1 : Convert.ToInt32(reader.GetValue(0), CultureInfo.InvariantCulture));
        }

        return [.. values];
    }

    private static int[] Values(ImportResult result) =>
        [.. result.Table.Codes(1).ToArray().Select(code => code == 0 ? -1 : (int)code - 1)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Days_since_the_previous_stay_are_those_of_DuckDB(int seed)
    {
        // short and long stays that begin on one day, overlap, lack a date or a person, in no order
        var random = new Random(seed);
        string Day(int day) => new DateOnly(2024, 1, 1).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var csv = new StringBuilder("person_id,admitted,discharged\n");
        for (int i = 0; i < 300; i++)
        {
            int from = random.Next(200);
            string to = random.Next(20) == 0 ? "" : Day(from + Math.Max(0, random.Next(-3, 12)));
            string person = random.Next(15) == 0 ? "" : $"P{random.Next(25)}";
            csv.Append(CultureInfo.InvariantCulture, $"{person},{Day(from)},{to}\n");
        }

        int[] expected = Duck(
            csv.ToString(),
            """
            WITH since AS (
              SELECT a.n, CASE WHEN a.discharged IS NOT NULL THEN date_diff('day', (
                SELECT max(b.discharged) FROM rows b WHERE b.person_id = a.person_id AND b.discharged <= a.admitted
                  AND (b.admitted < a.admitted OR (b.admitted = a.admitted
                    AND (b.discharged < a.discharged OR (b.discharged = a.discharged AND b.n < a.n))))
              ), a.admitted) END AS days FROM rows a)
            SELECT CASE WHEN days > 60 THEN 60 ELSE days END FROM since ORDER BY n
            """
        );

        // rows without a person are one person together for the guard; here they are nobody
        string keyed = csv.ToString();
        int[] mine = Values(Import(Days, keyed));
        string[] lines = keyed.Split('\n');
        Assert.Equal(
            expected.Where((_, i) => !lines[i + 1].StartsWith(',')),
            mine.Where((_, i) => !lines[i + 1].StartsWith(','))
        );
        Assert.Contains(expected, days => days is >= 0 and <= 30);
        Assert.Contains(60, expected);
    }

    [Fact]
    public void Mistakes_say_what_to_do()
    {
        const string Csv = "person_id,admitted,discharged\nA,2024-01-01,2024-01-02\nA,2024-12-01,2024-12-03\n";
        ImportException beyond = Assert.Throws<ImportException>(() =>
            Import(Days.Replace(", \"topCode\": \"60+\"", "", StringComparison.Ordinal), Csv)
        );
        Assert.Contains("1 rows have more days since the previous stay", beyond.Message, StringComparison.Ordinal);
        ImportException reversed = Assert.Throws<ImportException>(() =>
            Import(Days, Csv.Replace("2024-12-03", "2024-11-03", StringComparison.Ordinal))
        );
        Assert.Contains("the second not before the first", reversed.Message, StringComparison.Ordinal);
        void Refused(string expected, string schema) =>
            Assert.Contains(
                expected,
                Assert.Throws<FormatException>(() => ImportSchema.Parse(Encoding.UTF8.GetBytes(schema))).Message,
                StringComparison.Ordinal
            );
        Refused(
            "\"of\" is the name of a column of the kind person or key",
            Days.Replace("\"of\": \"person_id\"", "\"of\": \"since\"", StringComparison.Ordinal)
        );
        Refused("names two columns of dates", Days.Replace(", \"of\": \"person_id\"", "", StringComparison.Ordinal));
        Refused(
            "at most 4,096 values",
            Days.Replace("\"max\": 60, \"topCode\": \"60+\"", "\"max\": 5000", StringComparison.Ordinal)
        );

        // a schema serves any number of sources
        ImportSchema twice = ImportSchema.Parse(Encoding.UTF8.GetBytes(Days));
        for (int i = 0; i < 2; i++)
        {
            ImportResult result = CsvImporter.Import(new MemoryStream(Encoding.UTF8.GetBytes(Csv)), "stays.csv", twice);
            Assert.Equal([-1, 60], Values(result));
        }
    }

    /// <summary>Whole years at a day, births on the day before and after among them. Who is born on 29 February is a year older
    /// on 1 March for the importer, on 28 February in DuckDB: docs/sql.md says so.</summary>
    [Fact]
    public void Ages_at_a_day_are_those_of_DuckDB()
    {
        var csv = new StringBuilder("birth\n1960-02-29\n2000-02-29\n2025-12-31\n1926-01-01\n1926-01-02\n");
        var random = new Random(4);
        for (int i = 0; i < 300; i++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{new DateOnly(1926, 1, 1).AddDays(random.Next(36500)):yyyy-MM-dd}\n");
        }

        foreach (string day in (string[])["2025-12-31", "2026-02-28", "2026-03-01", "2028-02-29"])
        {
            int[] mine = Values(
                Import(
                    $$"""{ "name": "people", "columns": [ { "name": "birth", "kind": "integer", "min": 0, "max": 110, "ageAt": "{{day}}" } ] }""",
                    csv.ToString()
                )
            );
            string leap = day == "2026-02-28" ? "CASE WHEN month(birth) = 2 AND day(birth) = 29 THEN 1 ELSE 0 END" : "0";
            Assert.Equal(
                Duck(csv.ToString(), $"SELECT date_sub('year', birth, DATE '{day}') - {leap} FROM rows ORDER BY n"),
                mine
            );
        }
    }
}
