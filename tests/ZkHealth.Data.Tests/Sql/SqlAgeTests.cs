using System.Globalization;
using DuckDB.NET.Data;
using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>Ages at an event and the order of two dates, where both have so many values that not all pairs of them can be told
/// apart: they were refused. Answers are DuckDB's.</summary>
public sealed class SqlAgeTests : IDisposable
{
    // ends of February and of years, in leap and in common years
    private static readonly DateOnly[] Births =
    [
        new(1948, 2, 28),
        new(1948, 2, 29),
        new(1948, 3, 1),
        new(1947, 2, 28),
        new(1947, 3, 1),
        new(1940, 12, 31),
        new(1941, 1, 1),
        new(2000, 2, 29),
        new(2012, 2, 29),
    ];

    private static readonly DateOnly[] Days =
    [
        new(2012, 2, 28),
        new(2012, 2, 29),
        new(2012, 3, 1),
        new(2011, 2, 28),
        new(2011, 3, 1),
        new(2008, 12, 31),
        new(2009, 1, 1),
        new(2018, 2, 28),
        new(2018, 6, 14),
    ];

    private static readonly WideColumn Birth = WideColumn.Split(new DateColumn("birth", new(1940, 1, 1), new(2012, 12, 31)))!,
        Day = WideColumn.Split(new DateColumn("day", new(2006, 1, 1), new(2018, 12, 31)))!,
        Gone = WideColumn.Split(new DateColumn("gone", new(2006, 1, 1), new(2018, 12, 31)))!;

    private readonly Dictionary<string, TableOpening> _tables = [];
    private readonly TableSecret _secret = TableSecret.Create();
    private readonly DuckDBConnection _duck = new("DataSource=:memory:");

    public SqlAgeTests()
    {
        (uint High, uint Low)[] births = [.. Births.Select(d => Digits(Birth, d)), (0, 0)];
        (uint Key, DateOnly? Day, DateOnly? Gone)[] visits =
        [
            .. from b in Enumerable.Range(1, Births.Length)
            from d in Enumerable.Range(0, Days.Length)
            select ((uint)b, (DateOnly?)Days[d], (DateOnly?)Days[(b + d) % Days.Length]),
            (0, Days[0], null),
            (10, Days[1], Days[1]),
            (3, null, Days[2]),
        ];
        (uint High, uint Low)[] days = [.. visits.Select(v => Digits(Day, v.Day))],
            gone = [.. visits.Select(v => Digits(Gone, v.Gone))];
        uint[] coded = [.. births.Select((_, i) => (uint)(i % 4) + 1)];
        Commit(
            "people",
            [Birth.High, Birth.Low, new NumberColumn("year of birth", 1900, 1903)],
            [.. births.Select(d => d.High)],
            [.. births.Select(d => d.Low)],
            coded
        );
        var key = new KeyColumn("pid", Convert.ToHexStringLower(_tables["people"].Commitment.Root.Span), 16);
        Commit(
            "visits",
            [key, Day.High, Day.Low, Gone.High, Gone.Low],
            [.. visits.Select(v => v.Key)],
            [.. days.Select(d => d.High)],
            [.. days.Select(d => d.Low)],
            [.. gone.Select(d => d.High)],
            [.. gone.Select(d => d.Low)]
        );
        _duck.Open();
        Create(
            "people(pid, birth, \"year of birth\")",
            births.Select((_, i) => $"{i + 1}, {Text(i < Births.Length ? Births[i] : null)}, {1900 + (i % 4)}::BIGINT")
        );
        Create(
            "visits(pid, day, gone)",
            visits.Select(v => $"{(v.Key == 0 ? "NULL" : $"{v.Key}")}, {Text(v.Day)}, {Text(v.Gone)}")
        );
    }

    [Theory]
    [InlineData(
        "SELECT date_sub('year', p.birth, v.day) AS a, count(*) FROM visits v JOIN people p ON v.pid = p.pid GROUP BY a ORDER BY a"
    )]
    [InlineData(
        "SELECT date_sub('year', v.day, p.birth) AS a, count(*) FROM visits v LEFT JOIN people p ON v.pid = p.pid GROUP BY a ORDER BY a"
    )]
    [InlineData(
        "SELECT year(age(v.day, p.birth)) AS a, count(*) FROM visits v LEFT JOIN people p ON v.pid = p.pid GROUP BY a ORDER BY a"
    )]
    [InlineData(
        "SELECT date_part('year', age(v.day, v.gone)) AS a, date_sub('year', v.gone, v.day) AS b, count(*) FROM visits v GROUP BY a, b ORDER BY a, b"
    )]
    [InlineData(
        "SELECT date_diff('year', p.birth, v.day) // 10 AS a, v.gone > v.day AS b, v.gone = v.day AS c, count(*) FROM visits v JOIN people p "
            + "ON v.pid = p.pid GROUP BY a, b, c ORDER BY a, b, c"
    )]
    [InlineData(
        "SELECT count(DISTINCT v.pid) AS k, count(*) AS n FROM visits v JOIN people p ON v.pid = p.pid WHERE date_sub('year', p.birth, v.day) BETWEEN 11 AND 63"
    )]
    [InlineData("SELECT count(*) FROM visits v JOIN people p ON v.pid = p.pid WHERE v.day <= p.birth")]
    // each EXISTS took the column of the other, and read its codes by an order of its own
    [InlineData(
        "SELECT count(*) FILTER (WHERE EXISTS (SELECT 1 FROM visits v JOIN people q ON q.pid = v.pid WHERE v.pid = p.pid AND date_diff('year', "
            + "q.birth, v.day) > 62)) AS a, count(*) FILTER (WHERE EXISTS (SELECT 1 FROM visits v JOIN people q ON q.pid = v.pid WHERE v.pid = "
            + "p.pid AND date_diff('year', v.day, v.gone) > 0 AND date_diff('year', q.birth, v.day) > 62)) AS b FROM people p"
    )]
    [InlineData(
        "SELECT count(*) FILTER (WHERE EXISTS (SELECT 1 FROM visits v JOIN people q ON q.pid = v.pid WHERE v.pid = p.pid AND date_diff('year', "
            + "v.day, v.gone) > 0 AND date_diff('year', q.birth, v.day) > 62)) AS a, count(*) FILTER (WHERE EXISTS (SELECT 1 FROM visits v JOIN "
            + "people q ON q.pid = v.pid WHERE v.pid = p.pid AND date_diff('year', q.birth, v.day) > 62)) AS b FROM people p"
    )]
    // the column that is derived from a date has the name of this one, which was taken for it
    [InlineData(
        "SELECT date_sub('year', p.birth, v.day) AS a, count(*) FROM visits v JOIN people p ON v.pid = p.pid WHERE p.\"year of birth\" > 1901 "
            + "GROUP BY a ORDER BY a"
    )]
    [InlineData(
        "SELECT date_sub('year', p.birth, v.day) AS a, p.\"year of birth\" AS y, count(*) FROM visits v JOIN people p ON v.pid = p.pid "
            + "GROUP BY a, y ORDER BY a, y"
    )]
    public void Pairs_of_dates_are_not_told_apart(string sql) =>
        Assert.Equal(SqlCase.Duck(_duck, sql), SqlCase.Texts(SqlCase.Evaluate(Compile(sql), _tables)));

    [Fact]
    public void An_age_is_proven_within_the_limits_of_whoever_verifies()
    {
        const string Sql =
            "SELECT count(*) FROM people p WHERE EXISTS (SELECT 1 FROM visits v JOIN people q ON q.pid = v.pid WHERE v.pid = p.pid AND "
            + "date_sub('year', q.birth, v.day) >= 64)";
        PlanProof proof = Compile(Sql).Prove(_tables, new StatisticContext("p", "r", "o"), new DisclosureGuard(0));
        VerificationReport report = ProofFile.Decode(proof.Encode()).Verify();
        Assert.True(report.IsAccepted, report.Reason);
        Assert.Equal(SqlCase.Duck(_duck, Sql), SqlCase.Texts(proof.Answer!));
    }

    /// <summary>The years that follow from years and places in the year are those of the dates, for all ends of months.</summary>
    [Fact]
    public void Years_follow_from_years_and_places_in_the_year()
    {
        DateOnly[] days =
        [
            .. from year in (int[])[1999, 2000, 2001, 2003, 2004, 1900]
            from month in Enumerable.Range(1, 12)
            from day in (int[])[1, 27, 28, DateTime.DaysInMonth(year, month)]
            select new DateOnly(year, month, day),
        ];
        foreach (DateOnly from in days)
        {
            foreach (DateOnly to in days)
            {
                int high = SqlDates.CompareHigh(SqlDates.HighOf(from), SqlDates.HighOf(to));
                int Order(bool isStrict) => SqlDates.CompareLow(high, SqlDates.LowOf(from), SqlDates.LowOf(to), isStrict);
                int Years(bool isStrict) => SqlDates.WholeYears(to.Year - from.Year, Order(isStrict));
                Assert.Equal(SqlDates.Whole("year", from, to).Exact, Years(false));
                Assert.Equal(SqlDates.Part("year", SqlDates.Age(to, from)).Exact, Years(true));
                Assert.True(from.Year != to.Year || Math.Sign(from.CompareTo(to)) == Order(false));
            }
        }
    }

    private static (uint High, uint Low) Digits(WideColumn column, DateOnly? day) =>
        column.Digits(day is DateOnly known ? ((DateColumn)column.Whole).CodeOf(known) : 0);

    private static string Text(DateOnly? day) =>
        day is DateOnly known ? $"DATE '{known.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}'" : "NULL::DATE";

    public void Dispose()
    {
        _duck.Dispose();
        foreach (TableOpening table in _tables.Values)
        {
            table.Dispose();
        }

        _secret.Dispose();
    }

    private SqlQuestion Compile(string sql) =>
        SqlQuestion.Compile(sql, [.. _tables.Select(t => new SqlTable(t.Key, t.Value.Commitment, t.Key))]);

    private void Commit(string name, ColumnSchema[] columns, params uint[][] codes) =>
        _tables[name] = TableOpening.Commit(new CodedTable(new TableSchema(name, columns), codes), new byte[32], _secret);

    private void Create(string table, IEnumerable<string> rows)
    {
        using DuckDBCommand command = _duck.CreateCommand();
        string name = table[..table.IndexOf('(', StringComparison.Ordinal)];
        command.CommandText =
            $"CREATE TABLE {name} AS SELECT * FROM (VALUES {string.Join(", ", rows.Select(r => $"({r})"))}) AS {table}";
        command.ExecuteNonQuery();
    }
}
