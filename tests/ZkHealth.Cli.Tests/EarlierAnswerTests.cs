using System.Globalization;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>
/// Answers to queries that were released before count for the guard of statistics of one table too, which formerly printed a
/// warning and went on: 23 women, 20 of whom have the diagnosis A, are shown by no two commands.
/// </summary>
public sealed class EarlierAnswerTests : TemporaryFolder
{
    private const string Patients = """
        { "name": "patients", "columns": [
          { "name": "person_id", "kind": "identifier" },
          { "name": "sex", "kind": "category", "values": [{ "code": "F" }, { "code": "M" }] },
          { "name": "ill", "kind": "yes-no" } ] }
        """;

    private const string Visits = """
        { "name": "visits", "columns": [
          { "name": "person_id", "kind": "key", "of": "patients", "atMost": 2 },
          { "name": "code", "kind": "category", "values": [{ "code": "A" }, { "code": "B" }] } ] }
        """;

    private const string WithDiagnosis =
        "SELECT count(*) FROM patients p WHERE EXISTS (SELECT 1 FROM visits v WHERE v.person_id = p.person_id AND v.code = 'A')";

    public EarlierAnswerTests()
    {
        static bool IsWoman(int i) => i < 23;
        static bool IsIll(int i) => i < 20;
        int[] persons = [.. Enumerable.Range(0, 40)];
        string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        File.WriteAllLines(
            At("patients.csv"),
            ["person_id,sex,ill", .. persons.Select(i => Line($"P{i},{(IsWoman(i) ? "F" : "M")},{(IsIll(i) ? "yes" : "no")}"))]
        );
        File.WriteAllLines(At("visits.csv"), ["person_id,code", .. persons.Select(i => Line($"P{i},{(IsIll(i) ? "A" : "B")}"))]);
        File.WriteAllText(At("patients.schema.json"), Patients);
        File.WriteAllText(At("visits.schema.json"), Visits);
        Run.Json("keygen", "--out", At("key"));
        Run.Json("ledger", "init", At("ledger.db"), "--origin", "test");
        Run.Json("commit", At("visits.csv"), At("patients.csv"), "--key", At("key"));
        foreach (string name in (string[])["patients", "visits"])
        {
            Run.Json("publish", At(name + ".zkt"), "--ledger", At("ledger.db"), "--key", At("key"), "--data-set", name);
        }
    }

    private string[] Prove(string[] what, string target) =>
        ["prove", .. what, "--purpose", "p", "--requester", "r", "--ledger", At("ledger.db"), "--out", At(target)];

    private string[] Sql(string sql, string target, params string[] tables) =>
        Prove(["sql", sql, .. tables.SelectMany(t => (string[])["--table", At(t + ".zkt")])], target);

    private string[] Women(string target) => Prove(["count", At("patients.zkt"), "--where", "sex = F"], target);

    private void Release(string file) => Run.Json("ledger", "release", At(file), "--ledger", At("ledger.db"), "--key", At("key"));

    private static void AssertRefused((int Code, string Output) run)
    {
        Assert.Equal(1, run.Code);
        Assert.Contains("a count of 1 to 9", run.Output, StringComparison.Ordinal);
        Assert.Contains("released before", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_statistic_is_held_against_an_answer_about_its_table()
    {
        Run.Json(Sql("SELECT sex, count(*) FROM patients GROUP BY sex", "sex.zkp", "patients"));
        string[] healthy = Prove(["count", At("patients.zkt"), "--where", "sex = F and ill = yes"], "ill.zkp");
        Assert.Equal(0, Run.Command(healthy).Code);
        Release("sex.zkp");
        AssertRefused(Run.Command([.. healthy, "--force"]));
        AssertRefused(
            Run.Command(
                Prove(["prevalence", At("patients.zkt"), "--numerator", "ill = yes", "--denominator", "sex = F"], "x.zkp")
            )
        );
        Assert.Equal(1, (int)Run.Json(Women("women.zkp"))["earlierReleases"]!);
    }

    [Fact]
    public void An_answer_of_two_tables_is_evaluated_over_the_other_one_or_named()
    {
        Run.Json(Sql(WithDiagnosis, "a.zkp", "patients", "visits"));
        Release("a.zkp");
        Run.Usage("give them with --with-table", Women("women.zkp"));
        AssertRefused(Run.Command([.. Women("women.zkp"), "--with-table", At("visits.zkt")]));
        (int code, string output) = Run.Command([.. Women("women.zkp"), "--without-earlier"]);
        Assert.Equal(0, code);
        Assert.Contains("the guard does not look at it", output, StringComparison.Ordinal);

        // nor does the note of the proof say that it did (finding 6 of the reviewer of notes)
        Run.Usage(
            "what was released since it was proven",
            ["ledger", "release", At("women.zkp"), "--ledger", At("ledger.db"), "--key", At("key")]
        );
    }

    /// <summary>Of the tables that are given, those that the query does not need were put aside, though the message asked for
    /// them.</summary>
    [Fact]
    public void A_query_is_held_against_an_answer_of_more_tables()
    {
        Run.Json(Sql(WithDiagnosis, "a.zkp", "patients", "visits"));
        Release("a.zkp");
        const string Women = "SELECT count(*) FROM patients WHERE sex = 'F'";
        Run.Usage("give them with --table", Sql(Women, "b.zkp", "patients"));
        AssertRefused(Run.Command(Sql(Women, "b.zkp", "patients", "visits")));
    }
}
