using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace ZkHealth.Cli.Tests;

/// <summary>Queries that are refused: by the owner's rules for columns, by the guard, for what they ask.</summary>
public sealed partial class SqlCommandTests
{
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

    /// <summary>What `try` did to the files was told on the error stream alone, and why a column is not there nowhere in JSON; a
    /// count of 0 was no row.</summary>
    [Fact]
    public void A_trial_says_what_it_did_to_the_files()
    {
        File.WriteAllText(At("t.csv"), "code,at\nN/A,10:30\nx,10:30:00\n");
        JsonObject answer = Run.Json("try", At(""), "SELECT count(*) FROM t WHERE code = 'y'", "--min-count", "1");
        Assert.Equal(("[[0]]", "[]"), (answer["rows"]!.ToJsonString(), answer["withheld"]!.ToJsonString()));
        Assert.StartsWith(
            "t.code has 'N/A' in one row, a text as in DuckDB",
            (string)answer["notes"]![0]!,
            StringComparison.Ordinal
        );
        Run.Usage("t.at is left out: ", "try", At(""), "SELECT count(*) FROM t WHERE at = '10:30'");
        Run.Usage(
            "'zkhealth try' alone takes them by --key",
            "commit",
            At("t.csv"),
            "--key",
            "visits.person_id=patients.person_id"
        );
    }
}
