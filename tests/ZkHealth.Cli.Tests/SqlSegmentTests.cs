using System.Globalization;
using System.Text.Json.Nodes;
using DuckDB.NET.Data;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>Related tables that grow by `append`, cut by person: a query and a cohort are answered over all segments, as they are
/// over the rows in one file; the cubes of segments add up, and their keys stay inside.</summary>
public sealed class SqlSegmentTests : TemporaryFolder
{
    private const string Patients = """
        { "name": "patients", "columns": [
          { "name": "person_id", "kind": "identifier" },
          { "name": "sex", "kind": "category", "values": [{ "code": "F" }, { "code": "M" }, { "code": "X" }] } ] }
        """;

    private const string Visits = """
        { "name": "visits", "columns": [
          { "name": "person_id", "kind": "key", "of": "patients", "atMost": 12 },
          { "name": "code", "kind": "category", "values": [{ "code": "E11.0" }, { "code": "E11.9" }, { "code": "I10" }] },
          { "name": "days", "kind": "number", "min": 0, "max": 9 } ] }
        """;

    private const string Sql =
        "SELECT p.sex, count(*) AS patients, count(*) FILTER (WHERE t.n >= 2) AS cases, sum(t.days) AS days FROM patients p LEFT JOIN "
        + "(SELECT person_id, count(*) AS n, sum(days) AS days FROM visits WHERE code LIKE 'E11%' GROUP BY person_id) t "
        + "ON t.person_id = p.person_id GROUP BY p.sex ORDER BY p.sex";

    private readonly string[] _ledger;

    private readonly List<string> _months = [];

    public SqlSegmentTests()
    {
        _ledger = ["--ledger", At("ledger"), "--key", At("key")];
        Run.Json("keygen", "--out", At("key"));
        Run.Json("ledger", "init", At("ledger"), "--origin", "ledger.test/segments");
    }

    private string Path(string month, string file) => System.IO.Path.Combine(At(month), file);

    /// <summary>Commits a month's patients with their visits, other people than in any month before, and appends both.</summary>
    private void Append(string month, int people)
    {
        int first = 1000 * _months.Count;
        _months.Add(month);
        Directory.CreateDirectory(At(month));
        File.WriteAllText(Path(month, "patients.schema.json"), Patients);
        File.WriteAllText(Path(month, "visits.schema.json"), Visits);
        File.WriteAllLines(
            Path(month, "patients.csv"),
            [
                "person_id,sex",
                .. Enumerable
                    .Range(0, people)
                    .Select(i => $"P{first + i},{(i % 10 == 0 ? "X" : i % 3 == 0 ? "M" : "F")}"),
            ]
        );
        string[] codes = ["E11.0", "I10", "E11.9", ""];
        File.WriteAllLines(
            Path(month, "visits.csv"),
            [
                "person_id,code,days",
                .. Enumerable
                    .Range(0, 3 * people)
                    .Select(i =>
                        $"P{first + (((7 * i) + (i / 5)) % people)},{codes[(i + first) % 4]},{(i % 7 == 0 ? "" : $"{i % 10}")}"
                    ),
            ]
        );
        Run.Json("commit", Path(month, "visits.csv"), Path(month, "patients.csv"), "--key", At("key"));
        foreach (string table in (string[])["patients", "visits"])
        {
            Run.Json([
                "append",
                At(table + ".zks"),
                Path(month, table + ".zkt"),
                "--data-set",
                table,
                "--cut-by-person",
                .. _ledger,
            ]);
        }
    }

    private string[] Prove(string target, string least = "2", params string[] more) => Ask(Sql, target, least, more);

    private string[] Ask(string sql, string target, string least, params string[] more) =>
        [
            "prove",
            "sql",
            sql,
            "--table",
            At("visits.zks"),
            "--table",
            At("patients.zks"),
            "--purpose",
            "p",
            "--requester",
            "r",
            "--ledger",
            At("ledger"),
            "--key",
            At("key"),
            "--out",
            At(target),
            "--min-count",
            least,
            .. more,
        ];

    /// <summary>The answer of DuckDB over the rows of all months.</summary>
    private string Duck(string sql = Sql)
    {
        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();
        using DuckDBCommand command = duck.CreateCommand();
        foreach (string table in (string[])["patients", "visits"])
        {
            string files = string.Join(", ", _months.Select(m => $"'{Path(m, table + ".csv")}'"));
            command.CommandText = $"CREATE TABLE {table} AS SELECT * FROM read_csv([{files}])";
            command.ExecuteNonQuery();
        }

        command.CommandText = sql;
        using DuckDBDataReader reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(
                string.Join(
                    ',',
                    Enumerable
                        .Range(0, reader.FieldCount)
                        .Select(j => Convert.ToString(reader.GetValue(j), CultureInfo.InvariantCulture))
                )
            );
        }

        return string.Join('\n', rows);
    }

    private static string Rows(JsonObject json) =>
        string.Join('\n', json["rows"]!.AsArray().Select(row => string.Join(',', row!.AsArray().Select(x => $"{x}"))));

    [Fact]
    public void A_query_is_answered_over_all_months()
    {
        Append("april", 40);
        Append("may", 31);
        Append("june", 57);
        JsonObject plan = Run.Json(Prove("none", "2", "--explain"));
        JsonObject proven = Run.Json(Prove("all.zkp"));
        Assert.Equal(Duck(), Rows(proven));
        JsonObject read = Run.Json("verify", At("all.zkp"), "--ledger", At("ledger"));
        Assert.Equal(Rows(proven), Rows(read));
        Assert.Equal((string)plan["planDigest"]!, (string)read["planDigest"]!);
        Assert.Equal([(128, 3), (384, 3)], read["tables"]!.AsArray().Select(t => ((int)t!["rows"]!, (int)t["segments"]!)));

        // one release of each data set, whatever its segments; the guard of the next query evaluates it anew
        Assert.Equal(2, Run.Json(["ledger", "release", At("all.zkp"), .. _ledger])["entries"]!.AsArray().Count);
        Assert.Empty(Run.Json("verify", At("all.zkp"), "--ledger", At("ledger"))["remarks"]!.AsArray());
        Assert.Equal(1, (int)Run.Json(Prove("again.zkp"))["earlierReleases"]!);

        // a month more: what was proven before is about an old version
        Append("july", 30);
        Run.Rejected("rule 1", "verify", At("all.zkp"), "--ledger", At("ledger"));
        Assert.Equal(Duck(), Rows(Run.Json(Prove("new.zkp", "2", "--without-earlier"))));
        Assert.Equal(0, Run.Command("verify", At("new.zkp"), "--ledger", At("ledger")).Code);
    }

    /// <summary>A group is small by its rows in all months: the fourteen patients X are at most six in each, and shown where
    /// fourteen are enough; where they are not, they are withheld, and said to be fewer in all of them.</summary>
    [Theory]
    [InlineData(14, 3)]
    [InlineData(15, 2)]
    [InlineData(200, 0)]
    public void Groups_of_few_rows_in_all_months_are_withheld(int least, int shown)
    {
        Append("april", 40);
        Append("may", 31);
        Append("june", 57);
        string sql =
            $"SELECT p.sex, count(*) AS n, count(*) FILTER (WHERE t.n >= 2) AS cases FROM patients p LEFT JOIN (SELECT person_id, count(*) AS n "
            + $"FROM visits GROUP BY person_id) t ON t.person_id = p.person_id GROUP BY p.sex HAVING count(*) >= {least} ORDER BY p.sex";
        JsonObject proven = Run.Json(Ask(sql, "few.zkp", "0"));
        Assert.Equal(Duck(sql), Rows(proven));
        JsonObject read = Run.Json("verify", At("few.zkp"), "--ledger", At("ledger"));
        Assert.Equal((shown, Rows(proven)), (read["rows"]!.AsArray().Count, Rows(read)));
        string[] withheld = [.. read["withheld"]!.AsArray().Select(g => (string)g!)];
        Assert.Equal(shown < 3, withheld.Contains("the group X"));
        Assert.Contains("the group NULL", withheld);
    }

    [Fact]
    public void Segments_that_do_not_belong_together_are_refused()
    {
        Append("april", 40);
        Run.Json(Prove("part.zkp", "1"));
        Append("may", 31);
        string list = File.ReadAllText(At("visits.zks"));

        // a month left out of both tables is an old version
        foreach (string table in (string[])["patients", "visits"])
        {
            File.WriteAllText(At(table + ".zks"), $$"""{ "dataSet": "{{table}}", "segments": ["april/{{table}}.zkt"] }""");
        }

        Run.Usage("is not the newest version of the data set 'visits'", Prove("x.zkp", "1"));
        Run.Rejected("is a newer version", "verify", At("part.zkp"), "--ledger", At("ledger"));

        void Refused(string expected)
        {
            (int code, string output) = Run.Command(Prove("x.zkp"));
            Assert.True(code == 2 && output.Contains(expected, StringComparison.Ordinal), output);
        }

        File.WriteAllText(At("visits.zks"), list);
        Refused("'visits' has 2 segment(s) and 'patients' 1: related tables are cut by person");
        File.WriteAllText(
            At("patients.zks"),
            """{ "dataSet": "patients", "segments": ["april/patients.zkt", "may/patients.zkt"] }"""
        );
        Append("june", 30);
        File.WriteAllText(
            At("visits.zks"),
            """{ "dataSet": "visits", "segments": ["april/visits.zkt", "june/visits.zkt", "may/visits.zkt"] }"""
        );
        Refused("segment 2: rule 9: a key counts rows of the table that its schema names; are related tables cut the same way");
    }

    /// <summary>Incidence over persons in two segments is that over all of them in one.</summary>
    [Fact]
    public void Cohorts_are_counted_over_all_segments()
    {
        string[] tables = ["person", "observation_period", "cohort"];
        Run.Json("synth", "--omop", At("all"), "--rows", "150");
        foreach (string table in tables)
        {
            string[] lines = File.ReadAllLines(Path("all", table + ".csv"));
            int person = table == "person" ? 0 : 1;
            foreach ((int part, string folder) in new[] { "even", "odd" }.Index())
            {
                Directory.CreateDirectory(At(folder));
                File.Copy(Path("all", table + ".schema.json"), Path(folder, table + ".schema.json"));
                File.WriteAllLines(
                    Path(folder, table + ".csv"),
                    [
                        lines[0],
                        .. lines.Skip(1).Where(l => int.Parse(l.Split(',')[person], CultureInfo.InvariantCulture) % 2 == part),
                    ]
                );
            }
        }

        foreach (string folder in (string[])["all", "even", "odd"])
        {
            Run.Json(["commit", .. tables.Select(t => Path(folder, t + ".csv")), "--key", At("key")]);
        }

        foreach (string table in tables)
        {
            Run.Json(["append", At(table + ".zks"), Path("even", table + ".zkt"), "--data-set", table, .. _ledger]);
            Run.Json(["append", At(table + ".zks"), Path("odd", table + ".zkt"), "--cut-by-person", .. _ledger]);
        }

        JsonObject Incidence(string target, Func<string, string> file) =>
            Run.Json([
                "prove",
                "cohort",
                "incidence",
                "--persons",
                file("person"),
                "--observation",
                file("observation_period"),
                "--outcome",
                file("cohort"),
                "--year",
                "2021",
                "--sex",
                "gender_concept_id",
                "--purpose",
                "p",
                "--requester",
                "r",
                "--out",
                At(target),
                "--min-count",
                "0",
                .. (string[])(target == "all" ? ["--origin", "o"] : ["--ledger", At("ledger")]),
            ]);
        JsonObject parts = Incidence("parts", table => At(table + ".zks"));
        Assert.Equal(
            Incidence("all", table => Path("all", table + ".zkt"))["results"]!.ToJsonString(),
            parts["results"]!.ToJsonString()
        );
        JsonObject verified = Run.Json("verify", At("parts.2021.zkp"), "--ledger", At("ledger"), "--max-cells", "1048576");
        Assert.All(verified["tables"]!.AsArray(), t => Assert.Equal(2, (int)t!["segments"]!));
    }
}
