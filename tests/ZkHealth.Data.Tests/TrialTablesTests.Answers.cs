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

    /// <summary>White space around texts was taken away without a word, and a count of 'f' was another than in DuckDB; around
    /// numbers it says nothing there either.</summary>
    [Fact]
    public void White_space_that_is_left_out_is_said()
    {
        Write("p.csv", [.. "id,sex,age,note\na ,f, 1,x\nb,f ,2 , \nc, f,3,x\nd,m,4,x\n"u8]);
        Write("v.csv", [.. "pid\na\nd \n"u8]);
        (string rows, string[] notes) = Ask("SELECT count(*) FROM v JOIN p ON v.pid = p.id WHERE sex = 'f'");
        Assert.Equal("1", rows);
        const string End = ": it is left out, and is part of a text in DuckDB";
        Assert.Equal(
            [
                "p.id has white space at an end of 1 value" + End,
                "p.sex has white space at an end of 2 values" + End,
                "p.note has white space at an end of 1 value" + End,
                "v.pid has white space at an end of 1 value" + End,
            ],
            notes
        );
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
                "t.at is left out: it has clock times in several forms, such as 10:30 and 10:30:00: write all in one form",
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
    }
}
