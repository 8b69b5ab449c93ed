using Xunit;
using ZkHealth.Proofs;
using ZkHealth.Statistics;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>Every answer is that of DuckDB to the same text over the same files, names of columns and order of rows included; all
/// of it is proven and verified.</summary>
public sealed class SqlAnswerTests(SqlCase tables) : IClassFixture<SqlCase>
{
    [Theory]
    [InlineData("SELECT count(*) FROM patients")]
    [InlineData("SELECT count(*) AS n FROM patients WHERE sex IS NULL")]
    [InlineData("SELECT sex, count(*) FROM patients GROUP BY sex ORDER BY sex")]
    [InlineData(
        "SELECT sex, count(*) AS n, avg(bmi) AS bmi, sum(bmi), count(bmi) FROM patients GROUP BY sex ORDER BY n DESC, sex"
    )]
    [InlineData(
        "SELECT sex, count(*) FILTER (WHERE smoker) AS smokers, 100.0 * count(*) FILTER (WHERE smoker) / count(*) AS "
            + "percent FROM patients GROUP BY sex ORDER BY 1"
    )]
    [InlineData(
        "SELECT CASE WHEN date_diff('year', birth, DATE '2026-01-01') >= 65 THEN 'old' WHEN birth IS NULL THEN 'unknown' "
            + "ELSE 'young' END AS band, count(*) FROM patients GROUP BY band ORDER BY band"
    )]
    [InlineData("SELECT count(*) FROM patients WHERE bmi BETWEEN 25 AND 30 AND NOT (sex = 'F' OR smoker IS NULL)")]
    [InlineData(
        "SELECT code, count(*), avg(days) AS stay FROM visits WHERE code LIKE 'E11%' OR code IN ('I10') GROUP BY code "
            + "ORDER BY count(*) DESC, code"
    )]
    [InlineData("SELECT year(visit_date) AS y, quarter(visit_date) AS q, count(*) FROM visits GROUP BY ALL ORDER BY y, q")]
    [InlineData("SELECT count(*) FROM visits WHERE code IN (SELECT code FROM 'diabetes.csv')")]
    [InlineData("SELECT code, count(*) AS n FROM visits GROUP BY code HAVING count(*) >= 110 ORDER BY n")]
    [InlineData("SELECT stddev(bmi), var_pop(bmi), round(avg(bmi), 1) FROM patients WHERE sex <> 'M'")]
    [InlineData("SELECT sum(CASE WHEN smoker THEN 1 ELSE 0 END) * 1.0 / count(*) AS rate FROM patients")]
    [InlineData(
        "SELECT p.sex, count(*) FROM visits v JOIN patients p ON v.person_id = p.person_id GROUP BY p.sex ORDER BY p.sex"
    )]
    [InlineData(
        "SELECT p.sex, count(*), count(DISTINCT v.person_id) FROM visits v JOIN patients p ON v.person_id = p.person_id "
            + "WHERE v.code LIKE 'E11%' GROUP BY p.sex ORDER BY p.sex"
    )]
    [InlineData(
        "SELECT sex, count(*) FROM patients p WHERE EXISTS (SELECT 1 FROM visits v WHERE v.person_id = p.person_id AND "
            + "v.code LIKE 'E11%') GROUP BY sex ORDER BY sex"
    )]
    [InlineData(
        "SELECT sex, count(*) FROM patients p WHERE NOT EXISTS (SELECT 1 FROM visits v WHERE v.person_id = p.person_id "
            + "AND v.days >= 2) GROUP BY sex ORDER BY sex"
    )]
    [InlineData(
        "SELECT p.sex, count(*) AS n, avg(t.n) AS per FROM patients p LEFT JOIN (SELECT person_id, count(*) AS n FROM "
            + "visits WHERE code = 'I10' GROUP BY person_id) t ON t.person_id = p.person_id GROUP BY p.sex ORDER BY p.sex"
    )]
    [InlineData(
        "SELECT coalesce(t.n, 0) AS n, count(*) FROM patients p LEFT JOIN (SELECT person_id, count(*) AS n FROM visits "
            + "GROUP BY person_id) t ON t.person_id = p.person_id GROUP BY 1 ORDER BY 1"
    )]
    [InlineData(
        "SELECT count(*) FROM patients p JOIN (SELECT person_id, sum(days) AS days FROM visits GROUP BY person_id HAVING "
            + "count(*) >= 3) t ON t.person_id = p.person_id WHERE t.days >= 5"
    )]
    [InlineData(
        "SELECT count(*) FROM patients p WHERE (SELECT count(*) FROM visits v WHERE v.person_id = p.person_id AND v.code "
            + "= 'J45') >= 2"
    )]
    [InlineData(
        "SELECT count(*) FROM patients p WHERE p.person_id IN (SELECT person_id FROM consents WHERE research = 'yes') AND "
            + "p.sex = 'F'"
    )]
    [InlineData(
        "SELECT p.sex, c.research, count(*) FROM consents c JOIN patients p ON c.person_id = p.person_id GROUP BY p.sex, "
            + "c.research ORDER BY 1, 2"
    )]
    [InlineData(
        "SELECT v.code, count(*) FROM visits v LEFT JOIN patients p ON v.person_id = p.person_id WHERE p.sex IS NULL "
            + "GROUP BY v.code ORDER BY v.code"
    )]
    [InlineData(
        "SELECT v.code, count(*) FROM visits v JOIN patients p USING (person_id) WHERE EXISTS (SELECT 1 FROM consents c "
            + "WHERE c.person_id = p.person_id AND c.research = 'yes') GROUP BY v.code ORDER BY v.code"
    )]
    [InlineData(
        "WITH t AS (SELECT person_id, count(*) FILTER (WHERE code LIKE 'E11%') AS e FROM visits GROUP BY person_id) "
            + "SELECT p.sex, count(*) FILTER (WHERE t.e >= 2) AS cases, count(*) AS all_of FROM patients p LEFT JOIN t ON t.person_id = p.person_id GROUP BY p.sex ORDER BY p.sex"
    )]
    [InlineData(
        "SELECT code, count(DISTINCT v.person_id) AS persons FROM visits v JOIN patients p ON v.person_id = p.person_id GROUP BY code ORDER BY code"
    )]
    [InlineData(
        "SELECT p.sex, year(v.visit_date) AS y, count(*) AS visits, count(DISTINCT v.person_id) AS persons FROM visits v JOIN "
            + "patients p ON v.person_id = p.person_id WHERE v.code LIKE 'E11%' GROUP BY p.sex, y ORDER BY y, p.sex"
    )]
    [InlineData(
        "SELECT sum(bmi) AS b, avg(bmi) AS m, count(*) FILTER (WHERE year(birth) < 1960) AS old, count(birth) AS known FROM patients"
    )]
    [InlineData(
        "SELECT code, sum(days) AS days, sum(cost) AS cost, count(*) FILTER (WHERE visit_date >= DATE '2021-03-01') AS late FROM visits GROUP BY code ORDER BY code"
    )]
    [InlineData(
        "SELECT date_sub('year', birth, DATE '2026-06-30') // 10 * 10 AS decade, count(*) FROM patients WHERE birth IS NOT NULL "
            + "GROUP BY decade ORDER BY decade"
    )]
    // of dates and texts: weeks that do not begin on Monday, places counted from the end, characters of two code units, tabs
    [InlineData(
        "SELECT date_diff('week', DATE '2026-01-04', visit_date) AS w, count(*) FROM visits WHERE visit_date IS NOT NULL GROUP BY w ORDER BY w"
    )]
    [InlineData(
        "SELECT substr(code, -2, 2) AS a, substr(code, 3, -2) AS b, left(code, -1) AS c, right(code, -1) AS d, substr(code, 0, 2) AS e, "
            + "count(*) FROM visits WHERE code IS NOT NULL GROUP BY a, b, c, d, e ORDER BY d"
    )]
    [InlineData(
        "SELECT substr('👍🏽x', 2, 1) AS a, left('👍🏽x', 1) AS b, right('x👍', 1) AS c, length('👍x') AS d, trim('\t x ') AS e, substr('abc', 9, -8) AS f, "
            + "count(*) FROM patients"
    )]
    [InlineData(
        "SELECT v.code, count(DISTINCT v.person_id) AS n FROM visits v JOIN patients p USING (person_id) GROUP BY v.code ORDER BY v.code"
    )]
    // names of columns without AS: a column's own, an expression as it is written; ORDER BY ALL, comments, a semicolon
    [InlineData("SELECT SEX, avg(BMI) FROM Patients GROUP BY SEX ORDER BY ALL DESC NULLS FIRST; -- by sex")]
    [InlineData(
        "SELECT CASE WHEN sex = 'F' THEN 'O''Brien' WHEN smoker THEN 's' ELSE '' END, count(*) FROM patients GROUP BY ALL ORDER BY ALL"
    )]
    // conditions that no row meets leave no group, and were refused; a single group of all rows counts 0
    [InlineData("SELECT code, count(*), sum(cost) AS c FROM visits WHERE code = 'E12' GROUP BY code")]
    [InlineData("SELECT code, count(*) FROM visits WHERE code = 'I10' AND code = 'J45' GROUP BY code ORDER BY code")]
    [InlineData(
        "SELECT p.sex, count(DISTINCT v.person_id) AS n FROM visits v JOIN patients p ON v.person_id = p.person_id WHERE v.code = 'E12' GROUP BY p.sex"
    )]
    [InlineData("SELECT count(*), avg(bmi) FROM patients WHERE bmi BETWEEN 30 AND 20")]
    [InlineData("SELECT count(*) FROM visits WHERE code LIKE 'E11!.%' ESCAPE '!' AND NOT code LIKE '%!%%' ESCAPE '!'")]
    public void An_answer_is_that_of_DuckDB(string sql)
    {
        string[] mine = tables.Ask(sql),
            theirs = tables.Duck(sql);
        Assert.Equal(theirs, mine);
    }

    /// <summary>Describes what is refused says where it stands and what to do instead.</summary>
    [Theory]
    [InlineData("SELECT sex, count(*) FROM patients GROUP BY sex LIMIT 3", "LIMIT would show rows of people: ask for groups")]
    [InlineData("SELECT max(bmi) FROM patients", "ask for counts beyond limits")]
    [InlineData("SELECT sex FROM patients", "ask for groups, SELECT sex, count(*)")]
    [InlineData("SELECT sex, row_number() OVER () FROM patients", "use GROUP BY")]
    [InlineData("SELECT count(*) FROM visits v JOIN consents c ON v.person_id = c.person_id", "ask EXISTS")]
    [InlineData(
        "SELECT visit_date, count(DISTINCT v.person_id) FROM visits v JOIN patients p USING (person_id) GROUP BY visit_date",
        "at most 7 groups of a column of the events"
    )]
    [InlineData("SELECT bmi // 2 AS b, count(*) FROM patients GROUP BY b", "// takes whole numbers")]
    [InlineData(
        "SELECT count(*), count(DISTINCT person_id) FROM visits",
        "leaves out rows that name nobody: write FROM visits JOIN patients ON visits.person_id = patients.person_id"
    )]
    [InlineData(
        "SELECT p.sex, sum(v.days), count(DISTINCT v.person_id) FROM visits v LEFT JOIN patients p ON v.person_id = p.person_id GROUP BY p.sex",
        "an inner join, or ask for them in a query of their own"
    )]
    [InlineData(
        "SELECT code, count(DISTINCT person_id) FROM visits GROUP BY code HAVING count(*) >= 20",
        "leaves out rows that name nobody"
    )]
    [InlineData("SELECT count(*) FROM patients WHERE age > 3", "there is no column 'age'")]
    [InlineData("SELECT count(*) FROM people", "there is no table 'people'; there are")]
    [InlineData("SELECT count(*) FROM patients WHERE sex = ", "unexpected the end of the text, expected")]
    [InlineData("SELECT count(*) FROM patients p WHERE p.person_id NOT IN (SELECT person_id FROM visits)", "write NOT EXISTS")]
    [InlineData(
        "SELECT count(*) FROM visits v, patients p WHERE v.person_id = p.person_id",
        "tables are joined by JOIN patients p"
    )]
    [InlineData("SELECT count(*) FROM visits WHERE code ~ 'E1[01]'", "regular expressions are not supported: use LIKE")]
    [InlineData("SELECT count(*) FROM visits WHERE code = 'I10", "a text that begins here has no end")]
    [InlineData("SELECT count(*) FROM visits WHERE \"code = 'I10'", "a name in double quotes that begins here has no end")]
    [InlineData("SELECT sex, count(*) FROM patients GROUP BY sex FETCH FIRST 3 ROWS ONLY", "FETCH would show rows of people")]
    [InlineData("SELECT sex, count(*) FROM patients GROUP BY ROLLUP (sex)", "ask one question for each grouping")]
    [InlineData("SELECT sex, count(*) FROM patients GROUP BY GROUPING SETS ((sex), ())", "ask one question for each grouping")]
    [InlineData("SELECT corr(bmi, bmi) FROM patients", "GROUP BY bands of one column")]
    [InlineData("SELECT levenshtein(sex, 'F') FROM patients", "levenshtein is not supported; functions are")]
    [InlineData("SELECT count(*) FROM visits WHERE visit_date > current_date", "write the day that is meant, DATE '2026-05-01'")]
    [InlineData("SELECT count(*) FROM visits WHERE visit_date > today()", "write the day that is meant, DATE '2026-05-01'")]
    [InlineData("SELECT sex, count(*) / (SELECT count(*) FROM patients) FROM patients GROUP BY sex", "ask it on its own")]
    [InlineData("SELECT 1", "unexpected the end of the text")]
    [InlineData("SELECT sex + 1, count(*) FROM patients GROUP BY sex", "character 12: + takes numbers, and sex is a text")]
    [InlineData("SELECT count(*) FROM patients WHERE -sex > round(bmi)", "character 37: - takes numbers, and sex is a text")]
    [InlineData(
        "SELECT c.research, count(*) FROM patients p LEFT JOIN consents c ON c.person_id = p.person_id GROUP BY c.research",
        "let its rows be named: --key patients.person_id=consents.person_id"
    )]
    public void What_is_refused_says_what_to_do(string sql, string expected)
    {
        SqlException refusal = Assert.Throws<SqlException>(() => tables.Compile(sql));
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Of such a file verification threw. What cannot be computed shows when the numbers are known: a month of as many
    /// rows, a date after the year 9999, a power that no decimal holds.</summary>
    [Theory]
    [InlineData("SELECT make_date(2026, count(*), 1) FROM patients")]
    [InlineData("SELECT DATE '9999-12-31' + CAST(count(*) AS INTEGER) FROM patients")]
    [InlineData("SELECT date_trunc(sex, DATE '2026-01-01'), count(*) FROM patients GROUP BY sex")]
    [InlineData("SELECT round(count(*), -40) FROM patients")]
    [InlineData("SELECT sex, count(*) FROM patients GROUP BY sex ORDER BY CAST(sex AS INTEGER)")]
    public void An_answer_that_cannot_be_computed_is_rejected(string sql)
    {
        PlanProof proof = tables.ProofOf(tables.Compile(sql));
        VerificationReport report = ProofFile.Decode(proof.Encode()).Verify();
        Assert.Equal((false, VerdictReason.StatementInvalid), (report.IsAccepted, report.Code));
        Assert.StartsWith("the answer cannot be computed: ", report.Reason, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => proof.Answer);
    }

    /// <summary>A reader makes the plan anew: of another query, or of the same over another code, it is another plan.</summary>
    [Fact]
    public void Another_text_has_another_plan()
    {
        const string Sql = "SELECT count(*) FROM visits WHERE code = 'I10'";
        byte[] digest = tables.Compile(Sql).Plan.Digest();
        Assert.Equal(digest, tables.Compile(Sql).Plan.Digest());
        Assert.NotEqual(digest, tables.Compile(Sql.Replace("I10", "J45", StringComparison.Ordinal)).Plan.Digest());
    }

    [Fact]
    public void Small_groups_are_withheld()
    {
        SqlAnswer answer = tables.Prove(tables.Compile("SELECT code, count(*) AS n FROM visits GROUP BY code", minCount: 60));
        Assert.All(answer.Rows, row => Assert.True((decimal)row[1]! >= 60));
        Assert.NotEmpty(answer.Withheld);
    }

    /// <summary>A reader has the file alone: it holds the query, of which the plan is made anew. No byte of it can be another:
    /// those that change the plan are found by the plan, all others by the proof, which is bound to the text.</summary>
    [Fact]
    public void A_file_holds_its_query_to_the_letter()
    {
        const string Sql = "SELECT code, count(*) AS n FROM visits WHERE code IN (SELECT code FROM 'diabetes.csv') GROUP BY code";
        PlanProof proof = tables.ProofOf(tables.Compile(Sql));
        byte[] file = proof.Encode();
        Assert.True(ProofFile.TryDecode(file, out PlanProof? read, out string? reason), reason);
        Assert.Equal(Sql, read.Sql);
        Assert.True(read.Verify().IsAccepted, read.Verify().Reason);
        Assert.Equal(["code", "n"], read.Answer!.Columns);
        int at = file.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(Sql));
        for (int i = 0; i < Sql.Length; i += 7)
        {
            byte[] changed = [.. file];
            changed[at + i] ^= 1;
            VerificationReport rejected = ProofFile.Decode(changed).Verify();
            Assert.False(rejected.IsAccepted, $"byte {i}");
        }

        // of the list too
        byte[] other = [.. file];
        other[file.AsSpan().IndexOf("E11.9"u8) + 4] = (byte)'8';
        Assert.False(ProofFile.Decode(other).Verify().IsAccepted);
    }

    /// <summary>A plan that was proven for another query is refused, though all its proofs hold: a prover who says another query
    /// is found by making the plan anew.</summary>
    [Fact]
    public void A_plan_of_another_query_is_refused()
    {
        SqlQuestion asked = tables.Compile("SELECT count(*) FROM visits WHERE code = 'I10'");
        SqlQuestion said = tables.Compile("SELECT count(*) FROM visits WHERE code = 'J45'");
        VerificationReport report = tables.ProofOf(asked, said.Statement).Verify();
        Assert.Equal((VerdictReason.OtherPlan, "the plan is not that of the SQL in the file"), (report.Code, report.Reason));
    }
}
