using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using DuckDB.NET.Data;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>From CSV files to answers that readers verify: `commit`, `publish`, `prove sql`, `verify`, `ledger release`, and all
/// at once in `try`. The answers are those of DuckDB to the same texts over the same files.</summary>
public sealed partial class SqlCommandTests : TemporaryFolder
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

    /// <summary>A later arrangement of keys goes round in a circle: the error of the first one was lost.</summary>
    [Fact]
    public void A_refusal_is_told_although_another_arrangement_of_keys_is_none()
    {
        File.WriteAllText(At("stays.csv"), "person_id,room\n1,A\n2,B\n3,C\n");
        File.WriteAllText(At("bills.csv"), "person_id,room\n1,A\n2,A\n");
        Run.Usage("MAX shows", "try", At(""), "SELECT max(s.room) FROM stays s JOIN bills b USING (person_id)");
    }
}
