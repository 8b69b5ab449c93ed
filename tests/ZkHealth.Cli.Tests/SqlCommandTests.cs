using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using DuckDB.NET.Data;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>From CSV files to answers that readers verify: `commit`, `publish`, `prove sql`, `verify`, `ledger release`, and all
/// at once in `try`. The answers are those of DuckDB to the same texts over the same files.</summary>
public sealed class SqlCommandTests : TemporaryFolder
{
    private const string Patients = """
        { "name": "patients", "columns": [
          { "name": "person_id", "kind": "identifier" },
          { "name": "sex", "kind": "category", "values": [{ "code": "F" }, { "code": "M" }] },
          { "name": "smoker", "kind": "yes-no" } ] }
        """;

    private const string Visits = """
        { "name": "visits", "columns": [
          { "name": "person_id", "kind": "key", "of": "patients", "atMost": 8 },
          { "name": "code", "kind": "category", "values": [{ "code": "E11.0" }, { "code": "E11.9" }, { "code": "I10" }, { "code": "R99" }] } ] }
        """;

    private const string Sql =
        "SELECT p.sex, count(*) AS patients, count(*) FILTER (WHERE t.n >= 2) AS cases FROM patients p LEFT JOIN (SELECT person_id, "
        + "count(*) AS n FROM visits WHERE code LIKE 'E11%' GROUP BY person_id) t ON t.person_id = p.person_id GROUP BY p.sex ORDER BY p.sex";

    public SqlCommandTests()
    {
        File.WriteAllLines(
            At("patients.csv"),
            [
                "person_id,sex,smoker",
                .. Enumerable
                    .Range(0, 90)
                    .Select(i => $"P{i},{(i % 9 == 0 ? "" : i % 2 == 0 ? "F" : "M")},{(i % 3 == 0 ? "yes" : "no")}"),
            ]
        );
        string[] codes = ["E11.0", "E11.9", "I10", "", "E11.0", "R99", "I10"];
        File.WriteAllLines(
            At("visits.csv"),
            [
                "person_id,code",
                .. Enumerable.Range(0, 240).Select(i => $"P{i * i % 67 + (i % 4)},{(i % 60 == 0 ? "R99" : codes[i % 5])}"),
            ]
        );
        File.WriteAllText(At("list.csv"), "code\nE11.0\nE11.9\n");
    }

    private void Publish()
    {
        File.WriteAllText(At("patients.schema.json"), Patients);
        File.WriteAllText(At("visits.schema.json"), Visits.Replace("\"atMost\": 8", "\"atMost\": 20", StringComparison.Ordinal));
        Run.Json("keygen", "--out", At("key"));
        Run.Json("ledger", "init", At("ledger.db"), "--origin", "test");
        Run.Json("commit", At("visits.csv"), At("patients.csv"), "--key", At("key"));
        foreach (string name in (string[])["patients", "visits"])
        {
            Run.Json("publish", At(name + ".zkt"), "--ledger", At("ledger.db"), "--key", At("key"), "--data-set", name);
        }
    }

    private string[] Prove(string sql, string target, params string[] more) =>
        [
            "prove",
            "sql",
            sql,
            "--table",
            At("visits.zkt"),
            "--table",
            At("patients.zkt"),
            "--purpose",
            "p",
            "--requester",
            "r",
            "--ledger",
            At("ledger.db"),
            "--out",
            At(target),
            .. more,
        ];

    /// <summary>The answer of DuckDB as JSON.</summary>
    private JsonArray Duck(string sql)
    {
        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();
        using DuckDBCommand command = duck.CreateCommand();
        foreach (string name in (string[])["patients", "visits"])
        {
            command.CommandText = $"CREATE TABLE {name} AS SELECT * FROM read_csv('{At(name + ".csv")}')";
            command.ExecuteNonQuery();
        }

        command.CommandText = sql.Replace("'list.csv'", $"'{At("list.csv")}'", StringComparison.Ordinal);
        using DuckDBDataReader reader = command.ExecuteReader();
        var rows = new JsonArray();
        while (reader.Read())
        {
            rows.Add(
                new JsonArray([
                    .. Enumerable
                        .Range(0, reader.FieldCount)
                        .Select(j =>
                            reader.IsDBNull(j) ? null
                            : reader.GetValue(j) is string text ? JsonValue.Create(text)
                            : (JsonNode)JsonValue.Create(Convert.ToInt64(reader.GetValue(j), CultureInfo.InvariantCulture))
                        ),
                ])
            );
        }

        return rows;
    }

    /// <summary>A table that was published as the README said could never be asked in SQL: "publish it with --data-set", and that
    /// was refused, without the next step.</summary>
    [Fact]
    public void A_table_without_the_name_of_a_data_set_is_told_the_way_out()
    {
        File.WriteAllText(At("patients.schema.json"), Patients);
        Run.Json("keygen", "--out", At("key"));
        Run.Json("ledger", "init", At("ledger.db"), "--origin", "test");
        Run.Json("commit", At("patients.csv"), "--key", At("key"));
        string[] publish = ["publish", At("patients.zkt"), "--ledger", At("ledger.db"), "--key", At("key")];
        Assert.Contains("note:    no data set is named", Run.Command(publish).Output, StringComparison.Ordinal);
        string[] prove =
        [
            .. (string[])["prove", "sql", "SELECT sex, count(*) FROM patients GROUP BY sex", "--table", At("patients.zkt")],
            .. (string[])["--purpose", "p", "--requester", "r", "--ledger", At("ledger.db"), "--out", At("a.zkp")],
        ];
        Run.Usage("commit the data again (zkhealth commit --force), and publish that table with --data-set NAME", prove);
        (int code, JsonObject refused) = Run.JsonAndCode([.. publish, "--data-set", "patients"]);
        Assert.Equal(1, code);
        Assert.Contains("commit the data again", (string)refused["reason"]!, StringComparison.Ordinal);

        Run.Json("commit", At("patients.csv"), "--key", At("key"), "--force");
        Assert.DoesNotContain(
            "no data set",
            Run.Command([.. publish, "--data-set", "patients"]).Output,
            StringComparison.Ordinal
        );
        Run.Json(prove);
    }

    [Fact]
    public void Rows_of_people_are_refused_in_words()
    {
        Publish();
        Run.Usage("SELECT * would show rows of people", Prove("SELECT * FROM visits", "a.zkp"));
        Run.Usage("this shows rows of people", Prove("SELECT sex FROM patients", "a.zkp"));
    }

    [Fact]
    public void A_query_is_proven_verified_and_released()
    {
        Publish();
        JsonObject plan = Run.Json(Prove(Sql, "none.zkp", "--explain", "--min-count", "2"));
        Assert.True((double)plan["cost"]!["seconds"]! > 0);
        Assert.Equal(["sex", "patients", "cases"], plan["shown"]!["columns"]!.AsArray().Select(c => (string)c!));
        Assert.Equal(["visits", "patients"], plan["shown"]!["tables"]!.AsArray().Select(c => (string)c!));
        Assert.Contains("total of visits", Run.Command(Prove(Sql, "none.zkp", "--explain")).Output, StringComparison.Ordinal);
        Assert.False(File.Exists(At("none.zkp")));

        JsonObject proven = Run.Json(Prove(Sql, "cases.zkp", "--min-count", "2"));
        JsonArray expected = Duck(Sql);
        Assert.Equal(expected.ToJsonString(), proven["rows"]!.ToJsonString());
        JsonObject read = Run.Json("verify", At("cases.zkp"), "--ledger", At("ledger.db"));
        Assert.Equal((Sql, expected.ToJsonString()), ((string)read["sql"]!, read["rows"]!.ToJsonString()));
        Assert.Equal((string)plan["planDigest"]!, (string)read["planDigest"]!);
        string shown = Run.Command("verify", At("cases.zkp")).Output;
        Assert.Contains(Sql, shown, StringComparison.Ordinal);
        Assert.Contains("step 1: in 'visits', 'code in classes' follows from 'code'", shown, StringComparison.Ordinal);
        (_, string csv, _) = Run.Streams("verify", At("cases.zkp"), "--csv");
        Assert.Equal(
            ["sex,patients,cases", .. expected.Select(row => string.Join(',', row!.AsArray().Select(x => x?.ToString() ?? "")))],
            csv.TrimEnd().Split('\n')
        );

        // one entry for the data set of each table
        JsonObject released = Run.Json("ledger", "release", At("cases.zkp"), "--ledger", At("ledger.db"), "--key", At("key"));
        Assert.Equal(2, released["entries"]!.AsArray().Count);
        string entry = Run.Command("ledger", "show", At("ledger.db")).Output;
        Assert.Contains($"digest of the plan {plan["planDigest"]}", entry, StringComparison.Ordinal);
        JsonObject recorded = Run.Json("verify", At("cases.zkp"), "--ledger", At("ledger.db"));
        Assert.NotNull(recorded["release"]);
        Assert.Empty(recorded["remarks"]!.AsArray());
        Assert.All(Run.Json("ledger", "budget", At("ledger.db"))["budgets"]!.AsArray(), b => Assert.Equal(1, (int)b!["exact"]!));

        // the text is bound, to the letter
        byte[] file = File.ReadAllBytes(At("cases.zkp"));
        int at = file.AsSpan().IndexOf(Encoding.UTF8.GetBytes("ORDER BY p.sex"));
        file[at + "ORDER BY p.".Length] = (byte)'S';
        File.WriteAllBytes(At("changed.zkp"), file);
        Run.Rejected("", "verify", At("changed.zkp"));
    }

    /// <summary>
    /// An owner's rules for columns hold for queries: one that uses a column by a total of another table is refused before
    /// anything is proven, naming column and rule, and a file that was made before the rule is rejected. Any rule refused every
    /// query before.
    /// </summary>
    [Fact]
    public void Rules_for_columns_hold_through_joins_totals_and_groups()
    {
        Publish();
        void Rules(string dataSet, params string[] rules) =>
            Run.Json(["ledger", "columns", "--data-set", dataSet, .. rules, "--ledger", At("ledger.db"), "--key", At("key")]);
        Run.Json(Prove(Sql, "before.zkp", "--min-count", "2"));

        // a rule that the query keeps
        Rules("visits", "--rule", "code=aggregates");
        Run.Json("verify", At("before.zkp"), "--ledger", At("ledger.db"));

        // 'code' is used by a total and a condition on it alone
        Rules("visits", "--rule", "code=never");
        const string Never = "the owner lets nobody use the column 'code'";
        Refused(Never, Prove(Sql, "never.zkp", "--min-count", "2"));
        Assert.False(File.Exists(At("never.zkp")));
        Run.Rejected(Never, "verify", At("before.zkp"), "--ledger", At("ledger.db"));
        Run.Json(Prove("SELECT sex, count(*) AS n FROM patients GROUP BY sex", "other.zkp", "--min-count", "2"));

        // groups that are too small for the rule are withheld; a count within a group cannot be
        Rules("visits", "--rule", "code=groups:1");
        long[] cases = [.. Duck(Sql).Select(r => (long)r![2]!)];
        long smallest = cases.Where(c => c > 0).Min();
        Rules("visits", "--rule", $"code=groups:{smallest + 1}");
        Refused($"in groups of at least {smallest + 1}, and one has {smallest}", Prove(Sql, "small.zkp", "--min-count", "2"));
        Run.Rejected($"in groups of at least {smallest + 1}", "verify", At("before.zkp"), "--ledger", At("ledger.db"));

        Rules("visits");
        Rules("patients", "--rule", "smoker=groups:40");
        JsonObject withheld = Run.Json(
            Prove("SELECT smoker, count(*) AS n FROM patients GROUP BY smoker", "withheld.zkp", "--min-count", "2")
        );
        Assert.All(withheld["rows"]!.AsArray(), r => Assert.True((long)r![1]! >= 40));
        Assert.Single(withheld["rows"]!.AsArray());
        Run.Json("verify", At("withheld.zkp"), "--ledger", At("ledger.db"));
    }

    /// <summary>The prover of a statistic, a row and a rate looks at the owner's rules before it works.</summary>
    [Fact]
    public void Rules_for_columns_refuse_before_anything_is_proven()
    {
        Publish();
        void Rules(params string[] rules) =>
            Run.Json(["ledger", "columns", "--data-set", "patients", .. rules, "--ledger", At("ledger.db"), "--key", At("key")]);
        string[] Asked(string[] what) =>
            [
                "prove",
                what[0],
                At("patients.zkt"),
                .. what[1..],
                "--purpose",
                "p",
                "--requester",
                "r",
                "--ledger",
                At("ledger.db"),
                "--out",
                At("x.zkp"),
            ];
        string[] row = Asked(["row", "--row", "3", "--columns", "smoker"]),
            count = Asked(["count", "--where", "smoker = yes"]),
            rate = Asked(["prevalence", "--numerator", "smoker = yes"]);
        Rules("--rule", "smoker=aggregates");
        Refused("the owner lets the column 'smoker' be used in aggregates only, and this opens a row", row);
        Rules("--rule", "smoker=groups:31");
        Refused("the owner lets the column 'smoker' be used in groups of at least 31, and one has 30", count);
        Refused("in groups of at least 31, and one has 30", rate);
        Rules("--rule", "smoker=never");
        Refused("the owner lets nobody use the column 'smoker'", count);
        Assert.False(File.Exists(At("x.zkp")));
        Rules("--rule", "smoker=groups:30");
        Run.Json(count);
    }

    private static void Refused(string reason, string[] arguments)
    {
        (int code, string output) = Run.Command(arguments);
        Assert.Equal(1, code);
        Assert.Contains("not released: ", output, StringComparison.Ordinal);
        Assert.Contains(reason, output, StringComparison.Ordinal);
    }

    /// <summary>What was released counts for the next query, over whatever columns each derived.</summary>
    [Fact]
    public void The_guard_looks_at_queries_that_were_released()
    {
        Publish();
        const string All = "SELECT count(*) FROM patients p WHERE smoker";
        Run.Json(Prove(All, "all.zkp"));
        Run.Json("ledger", "release", At("all.zkp"), "--ledger", At("ledger.db"), "--key", At("key"));

        // all but the few who never came
        string seen = All + " AND EXISTS (SELECT 1 FROM visits v WHERE v.person_id = p.person_id)";
        long never = (long)Duck(All)[0]![0]! - (long)Duck(seen)[0]![0]!;
        Assert.InRange(never, 1, 9);
        (int code, string output) = Run.Command(Prove(seen, "seen.zkp"));
        Assert.Equal(1, code);
        Assert.Contains("released before", output, StringComparison.Ordinal);
        Run.Json(Prove(seen, "seen.zkp", "--min-count", never.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void A_query_that_cannot_be_answered_says_where_and_what_to_do()
    {
        Publish();
        (int code, string output) = Run.Command(Prove("SELECT max(sex) FROM patients", "x.zkp"));
        Assert.Equal(2, code);
        Assert.Contains("SQL, character 8: MAX shows the value of one person: ask for counts", output, StringComparison.Ordinal);
        (code, output) = Run.Command(Prove("SELECT sex, count(*) FROM people GROUP BY sex", "x.zkp"));
        Assert.Equal(2, code);
        Assert.Contains("there is no table 'people'", output, StringComparison.Ordinal);

        // known when the numbers are: a file was written that no verifier accepts
        (code, output) = Run.Command(Prove("SELECT make_date(2026, count(*), 1) FROM patients", "x.zkp"));
        Assert.Equal(2, code);
        Assert.Contains("cannot be computed: SQL, character 8: there is no such date", output, StringComparison.Ordinal);
        Assert.False(File.Exists(At("x.zkp")));
    }

    /// <summary>Tables have the names of their files, or those that are given; two of one name are told apart by their
    /// files.</summary>
    [Fact]
    public void A_table_is_called_as_its_file_or_by_a_name_that_is_given()
    {
        Publish();
        string[] Asked(string sql, params string[] tables) =>
            [
                "prove",
                "sql",
                sql,
                .. tables.SelectMany(t => (string[])["--table", t]),
                "--purpose",
                "p",
                "--requester",
                "r",
                "--ledger",
                At("ledger.db"),
                "--out",
                At("named.zkp"),
                "--force",
            ];
        const string BySex = "SELECT sex, count(*) AS n FROM people GROUP BY sex ORDER BY sex";
        JsonObject proven = Run.Json(Asked(BySex, $"people={At("patients.zkt")}"));
        Assert.Equal(
            Duck(BySex.Replace("people", "patients", StringComparison.Ordinal)).ToJsonString(),
            proven["rows"]!.ToJsonString()
        );
        Assert.Equal(
            "patients",
            (string)Run.Json("verify", At("named.zkp"), "--ledger", At("ledger.db"))["tables"]![0]!["dataSet"]!
        );

        Directory.CreateDirectory(At("other"));
        string other = Path.Combine(At("other"), "PATIENTS.zkt");
        File.Copy(At("patients.zkt"), other);
        (int code, string output) = Run.Command(Asked(BySex, At("patients.zkt"), other));
        Assert.Equal(2, code);
        Assert.Contains(
            $"{At("patients.zkt")} and {other} are both called 'patients': give one another name, --table NAME=FILE",
            output,
            StringComparison.Ordinal
        );

        // one table by two names is one table still
        const string Pairs = "SELECT count(*) FROM a JOIN b ON a.person_id = b.person_id";
        (code, output) = Run.Command(Asked(Pairs, $"a={At("patients.zkt")}", $"b={At("patients.zkt")}"));
        Assert.Equal(2, code);
        Assert.Contains("'a' and 'b' are one table: give it once", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Sql)]
    [InlineData(
        "SELECT code, count(*) AS n FROM visits WHERE code IN (SELECT code FROM 'list.csv') GROUP BY code ORDER BY n DESC, code"
    )]
    public void A_trial_needs_files_and_a_query_alone(string sql)
    {
        string[] words = ["try", At(""), sql, "--key", "visits.person_id=patients.person_id"];
        JsonObject answer = Run.Json(words);
        Assert.True((bool)answer["accepted"]!);
        Assert.Equal(Duck(sql).ToJsonString(), answer["rows"]!.ToJsonString());
        JsonObject less = Run.Json([.. words, "--min-count", "60"]);
        Assert.True(less["rows"]!.AsArray().Count < answer["rows"]!.AsArray().Count || answer["rows"]!.AsArray().Count == 0);
        Assert.NotEmpty(less["withheld"]!.AsArray());
    }

    /// <summary>Without --key, a list became a table whose rows the codes named, and "expected one or more columns" was the
    /// answer; and of a file that the query does not name no persons could be counted.</summary>
    [Theory]
    [InlineData("SELECT count(*) FROM visits WHERE code IN (SELECT code FROM 'list.csv')")]
    [InlineData("SELECT count(DISTINCT person_id) FROM visits WHERE code = 'I10'")]
    public void A_trial_finds_lists_and_persons_by_itself(string sql)
    {
        JsonObject answer = Run.Json("try", At(""), sql);
        Assert.Equal(Duck(sql).ToJsonString(), answer["rows"]!.ToJsonString());
        Assert.Empty(answer["notes"]!.AsArray());
    }

    /// <summary>A label that no row can have is told beside the answer, by those who prove and to those who verify.</summary>
    [Fact]
    public void A_label_that_is_misspelt_is_told()
    {
        const string Misspelt = "SELECT count(*) AS n FROM patients WHERE sex = 'W'",
            Note = "SQL, character 46: 'W' is no value of 'sex', perhaps 'F', which has 'F', 'M'";
        JsonObject answer = Run.Json("try", At(""), Misspelt);
        Assert.Equal(("[[0]]", Note), (answer["rows"]!.ToJsonString(), (string)answer["notes"]![0]!));
        Publish();
        Assert.Equal(Note, (string)Run.Json(Prove(Misspelt, "x.zkp", "--explain"))["notes"]![0]!);
        Assert.Equal(Note, (string)Run.Json(Prove(Misspelt, "x.zkp", "--min-count", "0"))["notes"]![0]!);
        Assert.Contains(
            "note: " + Note,
            Run.Command("verify", At("x.zkp"), "--ledger", At("ledger.db")).Output,
            StringComparison.Ordinal
        );
        (int code, string output) = Run.Command("try", At(""), "SELECT count(*) FROM people");
        Assert.Equal(2, code);
        Assert.Contains(
            "holds no CSV file of 'people', which the query names; it has 'list', 'patients', 'visits'",
            output,
            StringComparison.Ordinal
        );
    }
}
