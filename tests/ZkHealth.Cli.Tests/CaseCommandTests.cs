using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>Cases after public reports (../shared/cases) as a person types them, from the file to the proven number, with the
/// right values of their README.</summary>
public sealed class CaseCommandTests : TemporaryFolder
{
    public CaseCommandTests() => Run.Json("keygen", "--out", At("key"));

    private static string Case(string start, string file)
    {
        string cases = Path.Combine(Run.Root, "..", "shared", "cases");
        Skip.IfNot(Directory.Exists(cases), "../shared/cases is not here");
        return Path.Combine(Directory.GetDirectories(cases, start + "-*").Single(), file);
    }

    /// <summary>A schema of a case with something changed.</summary>
    private string Schema(string start, string old, string by, string file = "schema.json")
    {
        string json = File.ReadAllText(Case(start, file));
        Assert.Contains(old, json, StringComparison.Ordinal);
        File.WriteAllText(At("s.json"), json.Replace(old, by, StringComparison.Ordinal));
        return At("s.json");
    }

    private string[] Committed(string csv, string schema, params string[] more) =>
        ["commit", csv, "--schema", schema, "--key", At("key"), "--out", At("t.zkt"), "--force", .. more];

    private string[] Asked(params string[] question) =>
        [
            "prove",
            question[0],
            At("t.zkt"),
            .. question[1..],
            "--purpose",
            "p",
            "--requester",
            "r",
            "--origin",
            "o",
            "--out",
            At("p.zkp"),
            "--force",
        ];

    private string Answer(params string[] question)
    {
        (int code, string output) = Run.Command(Asked(question));
        return code == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', question)}: {output}");
    }

    [SkippableFact]
    public void Case_02_a_missing_code_with_a_fraction_is_no_number()
    {
        (int code, string output) = Run.Command(Committed(Case("02", "in.csv"), Case("02", "schema.json")));
        Assert.True(code == 0 && output.Contains("drinks: 40 values, 20 missing", StringComparison.Ordinal), output);
        string answer = Answer("mean", "--column", "drinks");
        Assert.Contains("rows: 40", answer, StringComparison.Ordinal);
        Assert.Contains("mean: 1.5 ", answer, StringComparison.Ordinal);
    }

    /// <summary>1.234 became 1, with exit code 0 and not a word.</summary>
    [SkippableFact]
    public void Case_03_german_thousands_are_warned_of_or_read()
    {
        string[] commit = Committed(Case("03", "in.csv"), Case("03", "schema.json"), "--delimiter", ";");
        const string Warning =
            "column 'platelets': the sign '.' stands before three digits in 20 numbers, such as '1.234', and nowhere else; if it stands between thousands, add";
        (_, string output) = Run.Command(commit);
        Assert.Contains("platelets: 40 values, 0 missing, 20 rounded", output, StringComparison.Ordinal);
        Assert.Contains("warning: " + Warning, output, StringComparison.Ordinal);
        Assert.StartsWith(Warning, (string)Run.Json(commit)["warnings"]![0]!, StringComparison.Ordinal);
        JsonObject check = Run.Json("check", Case("03", "in.csv"), "--schema", Case("03", "schema.json"));
        Assert.Equal((20, 1), ((int)check["columns"]![0]!["rounded"]!, check["hints"]!.AsArray().Count));

        commit = Committed(
            Case("03", "in.csv"),
            Schema("03", "\"round\": \"nearest\"", "\"thousands\": \".\", \"decimal\": \",\"")
        );
        Assert.Empty(Run.Json(commit)["warnings"]!.AsArray());
        Assert.Contains("mean: 742 ", Answer("mean", "--column", "platelets"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Case_04_a_decimal_comma_leads_to_the_member_that_takes_it()
    {
        Run.Usage(
            "got '6,5'; if ',' is the decimal sign, add \"decimal\": \",\"",
            Committed(Case("04", "in.csv"), Case("04", "schema.json"))
        );
        Assert.Equal(
            20,
            (int)Run.Json(Committed(Case("04", "in.csv"), Schema("04", "\"min\"", "\"decimal\": \",\", \"min\"")))["rows"]!
        );
    }

    [SkippableFact]
    public void Case_05_gb18030_is_read_when_asked_for()
    {
        Run.Usage("as GB18030 (--encoding gb18030)", Committed(Case("05", "in.csv"), Case("05", "schema.json")));
        (_, string output) = Run.Command(
            Committed(Case("05", "all-female.csv"), Case("05", "female.schema.json"), "--unknown", "missing")
        );
        Assert.Contains("warning: line 2, column 'sex', got 'Ů'; read as GB18030 it is '女'", output, StringComparison.Ordinal);
        Run.Json(Committed(Case("05", "in.csv"), Case("05", "schema.json"), "--encoding", "gb18030"));
        Assert.Contains("count: 15", Answer("count", "--where", "性别 = \"女\""), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Case_07_top_codes_are_counted_and_have_no_mean()
    {
        Run.Usage(
            "got '90+'; a \"topCode\" such as \"90+\" with \"max\": 90 takes such texts",
            Committed(Case("07", "in.csv"), Case("07", "schema.json"))
        );
        Run.Json(Committed(Case("07", "in.csv"), Schema("07", "\"max\": 120", "\"max\": 90, \"topCode\": \"90+\"")));
        Assert.Contains("count: 24", Answer("count", "--where", "age >= 90"), StringComparison.Ordinal);
        Run.Usage("not known from 90+ on", Asked("mean", "--column", "age"));
        Run.Json(Committed(Case("07", "in.csv"), Case("07", "bands.schema.json")));
        Assert.Contains("count: 24", Answer("count", "--where", "age = \"90+\""), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Case_08_codes_are_told_apart_and_found_by_their_beginning()
    {
        Run.Json(Committed(Case("08", "in.csv"), Case("08", "schema.json")));
        foreach (
            (string where, int count) in ((string, int)[])
                [("icd = 042", 15), ("icd = 0042", 12), ("icd = 42", 11), ("icd = E11.9", 20), ("icd like \"E11%\"", 20)]
        )
        {
            Assert.Contains($"count: {count}", Answer("count", "--where", where), StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public void Case_09_a_date_leads_to_the_kind_that_takes_it() =>
        Run.Usage(
            "got '1940-01-10'; this is a date: take the kind date, or \"ageAt\" for an age",
            Committed(Case("09", "in.csv"), Case("09", "schema.json"))
        );

    [SkippableFact]
    public void Case_15_and_25_bands_cut_numbers_off()
    {
        Run.Json(Committed(Case("15", "in.csv"), Case("15", "schema.json")));
        Assert.Contains("count: 24", Answer("count", "--where", "bmi = normal"), StringComparison.Ordinal);
        Run.Json(Committed(Case("25", "bands.csv"), Case("25", "bands.schema.json")));
        Assert.Contains("count: 12", Answer("count", "--where", "v = \"0-64\""), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("10", "Patient.ndjson", "schema.json", "this looks like JSON, not CSV")]
    [InlineData("16", "in.csv", "schema.json", "in.csv, line 5: ")]
    [InlineData("16", "note-last.csv", "schema.json", "note-last.csv, line 5: ")]
    [InlineData("16", "open-quote-twice.csv", "schema.json", "open-quote-twice.csv, line 7: ")]
    [InlineData(
        "24",
        "newline.csv",
        "schema.json",
        "the schema's member \"source\" gives the name that the file has for a column"
    )]
    [InlineData("26", "in.csv", "overlap.schema.json", "the bands '0-18' and '18-64' overlap")]
    [InlineData("26", "in.csv", "gap.schema.json", "got '18'")]
    public void Cases_that_are_refused(string start, string csv, string schema, string message)
    {
        Run.Usage(message, Committed(Case(start, csv), Case(start, schema)));
        Assert.False(File.Exists(At("t.zkt")));
    }

    [SkippableFact]
    public void Case_22_eight_people_are_refused_however_many_rows_they_have()
    {
        Run.Json(Committed(Case("22", "in.csv"), Schema("22", "[{", "[{\"name\": \"patient\", \"kind\": \"person\"}, {")));
        (int code, string output) = Run.Command(Asked("count", "--where", "dx = yes"));
        Assert.True(code == 1 && output.Contains("a count of 1 to 9 people follows", StringComparison.Ordinal), output);
    }
}
