using System.Text;
using Xunit;
using ZkHealth.Statistics;

namespace ZkHealth.Data.Tests;

/// <summary>Answers about drafted files that were others than those of DuckDB, or none.</summary>
public sealed partial class TrialTablesTests
{
    /// <summary>A time of day was dropped without a word: seen > DATE '2024-03-01' found one row of two. What the day alone
    /// decides is answered, the rest refused.</summary>
    [Theory]
    [InlineData("count(*) FROM t WHERE seen::DATE > DATE '2024-03-01'", true)]
    [InlineData("count(*) FROM t WHERE seen >= DATE '2024-03-01' AND DATE '2024-03-02' > seen", true)]
    [InlineData("year(seen) AS y, count(seen) FROM t WHERE seen IS NOT NULL GROUP BY y ORDER BY y", true)]
    [InlineData("count(*) FROM t WHERE day > DATE '2024-03-01'", true)]
    [InlineData("count(*) FROM t WHERE seen > DATE '2024-03-01'", false)]
    [InlineData("count(*) FROM t WHERE seen BETWEEN '2024-02-01' AND '2024-03-01'", false)]
    [InlineData("count(*) FROM t WHERE seen >= day", false)]
    [InlineData("seen, count(*) FROM t GROUP BY seen", false)]
    [InlineData(
        "count(*) FROM (SELECT id, count(*) AS n FROM t WHERE seen = DATE '2024-03-01' GROUP BY id) u JOIN p ON p.id = u.id",
        false
    )]
    public void What_needs_a_time_of_day_that_is_left_out_is_refused(string sql, bool isAnswered)
    {
        Write(
            "t.csv",
            [.. "id,seen,day\n1,2024-03-01 00:00:00,2024-03-01 00:00:00\n1,2024-03-01 09:30:00,2024-03-02 00:00:00\n"u8]
        );
        Write("p.csv", [.. "id\n1\n2\n"u8]);
        var files = new TrialTables(_folder, new HashSet<string> { "t" }, []);
        Exception? refused = Record.Exception(() => SqlTimes.Refuse("SELECT " + sql, files.HasTimes));
        Assert.Equal(isAnswered, refused is null);
        Assert.True(
            isAnswered
                || refused is SqlException { Message: string m }
                    && m.Contains("'seen' has times of day", StringComparison.Ordinal)
        );
    }

    /// <summary>White space around texts was taken away, and a count of 'f' was another than in DuckDB; around numbers it says
    /// nothing there either.</summary>
    [Fact]
    public void White_space_around_texts_is_kept_and_said()
    {
        Write("p.csv", [.. "id,sex,age,note\na ,f, 1,x\nb,f ,2 , \nc, f,3,x\nd,m,4,x\n"u8]);
        Write("v.csv", [.. "pid\na \nb\nd \n"u8]);
        (string rows, string[] notes) = Ask("SELECT count(*) FROM v JOIN p ON v.pid = p.id WHERE sex = 'f' AND age = 1");
        Assert.Equal("1", rows);
        const string End = ", which is part of the text, as in DuckDB";
        Assert.Equal(
            [
                "p.id has white space at an end of 1 value" + End,
                "p.sex has white space at an end of 2 values" + End,
                "p.note has ' ' in one row, a text as in DuckDB: where that is no value, nullif(note, ' ') is NULL",
                "v.pid has white space at an end of 2 values" + End,
                "v.pid: 1 rows name nobody, as their identifier is that of no row there",
            ],
            notes
        );
    }

    /// <summary>Identifiers that are numbers were compared as texts: those of a program that writes whole numbers as 1.0 where
    /// some are missing named nobody.</summary>
    [Fact]
    public void Identifiers_that_are_numbers_are_compared_as_numbers()
    {
        Write("p.csv", [.. "id\n1\n2\n3\n"u8]);
        Write("v.csv", [.. "pid,code\n1.0,a\n,a\n3.0,b\n1.0,b\n"u8]);
        Assert.Equal("3, 2", Ask("SELECT count(*), count(DISTINCT v.pid) FROM v JOIN p ON v.pid = p.id").Rows);
        Assert.Equal("1", Ask("SELECT count(*) FROM p WHERE NOT EXISTS (SELECT 1 FROM v WHERE v.pid = p.id)").Rows);
    }

    /// <summary>What DuckDB takes for numbers or dates and the draft did not was a column of texts without a word, and what the
    /// draft took for numbers a column of texts there.</summary>
    [Theory]
    [InlineData("1/2/2020,3/4/2020", "its days could be day-first or month-first, such as '1/2/2020'")]
    [InlineData("31.12.99,1.5.01", "its days are not of the years 1850 to 2100")]
    [InlineData("1720-05-01,2020-05-01", "its days are not of the years 1850 to 2100")]
    [InlineData("2020-05-01,2020-05-01 10:30", "days with and without a time of day")]
    [InlineData("2020-05-01T00:30:00+02:00,2020-05-01T00:30:00+02:00", "times of another zone than UTC")]
    [InlineData("1,0.12345678901", "such as '0.12345678901'")]
    [InlineData("743,inf", "such as 'inf'")]
    [InlineData("1,12345678901234567890", "such as '12345678901234567890'")]
    [InlineData("-01,2", "such as '-01'")]
    [InlineData("+2,2", null)]
    [InlineData("02,2", null)]
    public void What_DuckDB_takes_for_other_than_texts_is_left_out_where_it_is_not_read(string values, string? expected)
    {
        string[] both = values.Split(',');
        Write("t.csv", Encoding.UTF8.GetBytes($"n,c\n1,{both[0]}\n2,{both[1]}\n"));
        var files = new TrialTables(_folder, new HashSet<string> { "t" }, []);
        using TableOpeningFile table = files.Commit(new byte[32])["t"];
        Assert.Equal(expected is null, table.Coded.Schema.IndexOf("c") > 0);
        Assert.Equal(expected is null ? 0 : 1, files.Notes.Count(n => n.Contains(expected!, StringComparison.Ordinal)));
        Assert.True(expected is not null || Ask($"SELECT count(*) FROM t WHERE c = '{both[0]}'").Rows == "1");
    }

    /// <summary>Truth values in several spellings were texts that differ, where DuckDB has one value; clock times in two forms
    /// are refused, and in one they are texts.</summary>
    [Fact]
    public void Values_that_are_written_in_several_ways_are_one_or_refused()
    {
        Write("t.csv", [.. "smoker,b,at,from\nYes,True,10:30,10:30\nyes,true,10:30:00,11:00\nno,FALSE,09:00,10:30\n"u8]);
        (string rows, string[] notes) = Ask("SELECT smoker, count(*) FROM t GROUP BY smoker ORDER BY smoker");
        Assert.Equal("False, 1; True, 2", rows);
        Assert.Equal(
            [
                "t.at is left out: it has clock times in several forms, such as 10:30 and 10:30:00, or white space around them: write all in one form",
                "t.from is a column of texts, those of clock times: compare it with texts such as '10:30'",
            ],
            notes
        );
        Assert.Equal("2", Ask("SELECT count(*) FROM t WHERE smoker = 'yes' AND b").Rows);
    }

    /// <summary>Of no rows fewer than one were withheld: SQL shows their count where nothing is grouped, and has no such
    /// group.</summary>
    [Fact]
    public void A_group_of_no_rows_is_shown_or_none()
    {
        Write("t.csv", [.. "code,n\na,1\nb,2\n"u8]);
        Assert.Equal("0, NULL", Ask("SELECT count(*), sum(n) FROM t WHERE code = 'a' AND n = 2", 1).Rows);
        Assert.Equal("a, 1", Ask("SELECT code, count(*) FROM t WHERE n = 1 GROUP BY code", 1).Rows);
        Assert.Equal("", Ask("SELECT count(*) FROM t WHERE code = 'a' AND n = 2 HAVING count(*) >= 1", 1).Rows);
        Assert.Equal("all rows", Ask("SELECT count(*) FROM t WHERE code = 'a'", 2).Rows);
    }

    /// <summary>Keys went by names alone, and by them where none has a value of the other: a join of columns of two names was
    /// refused, as was one of an identifier called id in each file, and any question beside schemas that name the key.</summary>
    [Fact]
    public void Keys_follow_the_conditions_of_joins()
    {
        Write("patients.csv", [.. "id,sex\np1,f\np2,m\np3,f\n"u8]);
        Write("visits.csv", [.. "id,patient,code\nv1,p1,a\nv2,p2,b\nv3,p1,a\n"u8]);
        Write("notes.csv", [.. "id,visit\nn1,v1\nn2,v1\nn3,v2\n"u8]);
        Assert.Equal("2", Ask("SELECT count(*) FROM visits v JOIN patients p ON v.patient = p.id WHERE sex = 'f'").Rows);
        Assert.Equal(
            "2",
            Ask(
                "SELECT count(*) FROM notes n JOIN visits v ON v.ID = n.visit JOIN patients p ON p.id = v.patient WHERE sex = 'f'"
            ).Rows
        );
        Assert.Equal(
            "1",
            Ask(
                "SELECT count(*) FROM patients p WHERE EXISTS (SELECT 1 FROM visits v WHERE v.patient = p.id AND code = 'a')"
            ).Rows
        );
        Assert.Equal("1", Ask("SELECT count(*) FROM patients p WHERE id IN (SELECT patient FROM visits WHERE code = 'b')").Rows);
        Assert.Equal(
            "1",
            Ask(
                "SELECT count(*) FROM patients p JOIN (SELECT patient AS who, count(*) AS n FROM visits GROUP BY patient) t ON t.who = p.id WHERE n = 2"
            ).Rows
        );
        Write(
            "visits.schema.json",
            [.. "{\"name\":\"visits\",\"columns\":[{\"name\":\"patient\",\"kind\":\"key\",\"of\":\"patients\"}]}"u8]
        );
        Write(
            "patients.schema.json",
            [.. "{\"name\":\"patients\",\"columns\":[{\"name\":\"id\",\"kind\":\"identifier\"},"u8],
            [.. "{\"name\":\"sex\",\"kind\":\"category\",\"values\":[{\"code\":\"f\"},{\"code\":\"m\"}]}]}"u8]
        );
        Assert.Equal("3", Ask("SELECT count(*) FROM visits").Rows);
        Assert.Equal("2", Ask("SELECT count(*) FROM visits v JOIN patients p ON v.patient = p.id WHERE sex = 'f'").Rows);
    }

    /// <summary>Patients of whom one stands twice were no key without a word, and the error named other columns.</summary>
    [Fact]
    public void A_joined_column_without_single_rows_is_named()
    {
        Write("patients.csv", [.. "pid,sex\n1,f\n2,m\n2,m\n"u8]);
        Write("visits.csv", [.. "pid\n1\n2\n2\n"u8]);
        const string Sql = "SELECT count(*) FROM visits v JOIN patients p ON v.pid = p.pid";
        var files = new TrialTables(_folder, SqlQuestion.TablesIn(Sql), [], joins: SqlQuestion.JoinsIn(Sql));
        Assert.Contains("patients.pid names no single rows: '2' stands in 2 rows", files.Notes);
    }

    /// <summary>Codes that are numbers far apart, and amounts of money over 10,485 in cents, were left out.</summary>
    [Fact]
    public void Numbers_far_apart_are_a_list_where_few_differ()
    {
        Write("t.csv", [.. "concept,cost,sex\n0,10.05,8532\n201826,25000.10,0\n4329847,0.99,8507\n201826,25000.1,8532\n"u8]);
        (string rows, string[] notes) = Ask("SELECT concept, count(*) FROM t GROUP BY concept ORDER BY concept");
        Assert.Equal(("0, 1; 201826, 2; 4329847, 1", 0), (rows, notes.Length));
        Assert.Equal("2", Ask("SELECT count(*) FROM t WHERE concept = 201826 AND cost > 1000").Rows);
        Assert.Equal("3", Ask("SELECT count(*) FROM t WHERE concept IN (0, 201826)").Rows);
        Assert.Equal("0, 1; 8507, 1; 8532, 2", Ask("SELECT sex, count(*) FROM t GROUP BY sex ORDER BY sex").Rows);
        Assert.Equal("50011.24, 4733499", Ask("SELECT sum(cost), sum(concept) FROM t").Rows);
    }

    /// <summary>Of a column that its schema keeps by month the refusal named a text that neither the query nor the file
    /// had.</summary>
    [Fact]
    public void A_day_is_not_asked_of_a_column_of_months()
    {
        Write("t.csv", [.. "d\n2020-03-15\n2021-01-01\n"u8]);
        Write(
            "t.schema.json",
            [.. "{\"name\":\"t\",\"columns\":[{\"name\":\"d\",\"kind\":\"date\",\"unit\":\"month\","u8],
            [.. "\"first\":\"2020-01-01\",\"last\":\"2021-12-31\"}]}"u8]
        );
        SqlException refused = Assert.Throws<SqlException>(() => Ask("SELECT count(*) FROM t WHERE d >= DATE '2020-03-15'"));
        Assert.Contains("is a month and no day", refused.Message, StringComparison.Ordinal);
        Assert.Equal("1", Ask("SELECT count(*) FROM t WHERE left(d, 4) = '2020'").Rows);
        Assert.Equal(
            "2020, 3, 1; 2021, 1, 1",
            Ask("SELECT year(d) AS y, extract(month FROM d) AS m, count(*) FROM t GROUP BY ALL ORDER BY y").Rows
        );
        refused = Assert.Throws<SqlException>(() => Ask("SELECT count(*) FROM t WHERE day(d) = 1"));
        Assert.Contains("day takes a date, and d is a text", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>What identifies the rows of a table is not committed: a name without its table was one of another table to a
    /// verifier, so that a query was proven and its file rejected.</summary>
    [Theory]
    [InlineData("pid", null)]
    [InlineData("p.pid", "1")]
    public void A_query_that_a_verifier_reads_otherwise_is_refused(string name, string? expected)
    {
        Write("patients.csv", [.. "pid,sex\np1,f\np2,m\np3,f\n"u8]);
        Write("visits.csv", [.. "vid,patient,code\nv1,p1,a\nv2,p2,b\nv3,p1,a\n"u8]);
        Write("notes.csv", [.. "visit,kind\nv1,x\nv1,y\nv2,x\n"u8]);
        string sql =
            $"SELECT count(*) FROM patients p WHERE EXISTS (SELECT 1 FROM visits v WHERE v.patient = {name} AND code = 'a' "
            + "AND EXISTS (SELECT 1 FROM notes n WHERE n.visit = v.vid))";
        if (expected is null)
        {
            SqlException refused = Assert.Throws<SqlException>(() => Ask(sql));
            Assert.Contains("write every column with its table", refused.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(expected, Ask(sql).Rows);
        }
    }
}
