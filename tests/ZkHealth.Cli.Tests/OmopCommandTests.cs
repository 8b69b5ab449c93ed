using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>The forms in which many hospitals have their data: OMOP's Common Data Model and Synthea's CSV, from the ready schemas
/// to a proven answer, which is held to one counted from the CSV here.</summary>
public sealed class OmopCommandTests : TemporaryFolder
{
    private static readonly string[] Tables =
    [
        "person",
        "observation_period",
        "visit_occurrence",
        "condition_occurrence",
        "measurement",
        "cohort",
    ];

    private string[][] Rows(string table) => [.. File.ReadLines(At("omop", table + ".csv")).Skip(1).Select(l => l.Split(','))];

    private string At(string folder, string file) => Path.Combine(At(folder), file);

    [Fact]
    public void Related_tables_of_a_common_data_model_are_committed_and_asked()
    {
        JsonObject made = Run.Json("synth", "--omop", At("omop"), "--rows", "300", "--seed", "7");
        Assert.Equal(6 + 7, made["files"]!.AsArray().Count);
        Assert.Equal(2, Run.Command("synth", "--omop", At("omop"), "--rows", "300").Code);
        Run.Json("synth", "--omop", At("again"), "--rows", "300", "--seed", "7");
        foreach (string table in Tables)
        {
            Assert.Equal(File.ReadAllText(At("omop", table + ".csv")), File.ReadAllText(At("again", table + ".csv")));
            string[] lines = File.ReadAllLines(At("omop", table + ".csv"));
            Assert.All(lines, l => Assert.Equal(lines[0].Split(',').Length, l.Split(',').Length));
        }

        Run.Json("keygen", "--out", At("key"));
        JsonObject committed = Run.Json(["commit", .. Tables.Select(t => At("omop", t + ".csv")), "--key", At("key")]);
        JsonArray tables = committed["tables"]!.AsArray();
        Assert.Equal(At("omop", "person.zkt"), (string)tables[0]!["table"]!);
        Assert.Equal(Tables.Length, tables.Count);
        Assert.All(tables, t => Assert.Equal(0, t!["columns"]!.AsArray().Sum(c => (int)c!["unknown"]! + (int)c["nobody"]!)));

        // the persons with diabetes by sex, as the CSV have them
        var ill = Rows("condition_occurrence").Where(r => r[2] == "201826").Select(r => r[1]).ToHashSet();
        var expected = Rows("person").Where(r => ill.Contains(r[0])).GroupBy(r => r[1]).ToDictionary(g => g.Key, g => g.Count());
        JsonObject answer = Run.Json(
            "try",
            At("omop"),
            "SELECT p.gender_concept_id, count(*) FROM person p WHERE EXISTS (SELECT 1 FROM condition_occurrence c "
                + "WHERE c.person_id = p.person_id AND c.condition_concept_id = '201826') GROUP BY p.gender_concept_id ORDER BY 1",
            "--key",
            "condition_occurrence.person_id=person.person_id"
        );
        Assert.Equal(
            expected.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Key} {e.Value}"),
            answer["rows"]!.AsArray().Select(r => string.Create(CultureInfo.InvariantCulture, $"{(string)r![0]!} {(int)r[1]!}"))
        );
    }

    /// <summary>Two years of one command, without a key named: nobody noted that the guard had looked at both together, and the
    /// second could not be released. The owner's key is found beside the ledger; where none is, the command says so.</summary>
    [Fact]
    public void Years_of_one_command_are_released_though_no_key_was_named()
    {
        Run.Json("synth", "--omop", At("omop"), "--rows", "300");
        Run.Json("keygen", "--out", At("key"));
        Run.Json("keygen", "--out", At("omop", "other"));
        Run.Json("ledger", "init", At("ledger"), "--origin", "ledger.test/omop");
        string[] tables = ["person", "observation_period", "cohort"];
        Run.Json(["commit", .. tables.Select(t => At("omop", t + ".csv")), "--key", At("key")]);
        foreach (string table in tables)
        {
            Run.Json("publish", At("omop", table + ".zkt"), "--data-set", table, "--ledger", At("ledger"), "--key", At("key"));
        }

        string[] Prove(params string[] more) =>
            [
                "prove",
                "cohort",
                "point-prevalence",
                "--persons",
                At("omop", "person.zkt"),
                "--observation",
                At("omop", "observation_period.zkt"),
                "--outcome",
                At("omop", "cohort.zkt"),
                "--purpose",
                "p",
                "--requester",
                "r",
                "--year",
                "2022",
                "--year",
                "2023",
                "--min-count",
                "2",
                "--out",
                At("point"),
                .. more,
            ];
        Assert.Contains("name the key with --key", Run.Command(Prove("--origin", "o")).Output, StringComparison.Ordinal);
        (int code, string output) = Run.Command(Prove("--ledger", At("ledger"), "--force"));
        Assert.True(code == 0, output);
        Assert.DoesNotContain("warning", output, StringComparison.Ordinal);
        foreach (int year in (int[])[2023, 2022])
        {
            Run.Json("ledger", "release", At($"point.{year}.zkp"), "--ledger", At("ledger"), "--key", At("key"));
        }
    }

    /// <summary>Incidence by year, sex and age group from cohorts of the model, held to one counted from the CSV here; its file
    /// is verified against the ledger, and is refused once a newer version of a cohort is there.</summary>
    [Fact]
    public void Incidence_and_prevalence_of_cohorts_are_proven_by_year()
    {
        Run.Json("synth", "--omop", At("omop"), "--rows", "400");
        Run.Json("keygen", "--out", At("key"));
        Run.Json("ledger", "init", At("ledger"), "--origin", "ledger.test/omop");
        string[] tables = ["person", "observation_period", "cohort"];
        Run.Json(["commit", .. tables.Select(t => At("omop", t + ".csv")), "--key", At("key")]);
        void Publish(string table) =>
            Run.Json("publish", At("omop", table + ".zkt"), "--data-set", table, "--ledger", At("ledger"), "--key", At("key"));
        Array.ForEach(tables, Publish);
        string[] Prove(string measure, params string[] more) =>
            [
                "prove",
                "cohort",
                measure,
                "--persons",
                At("omop", "person.zkt"),
                "--observation",
                At("omop", "observation_period.zkt"),
                "--outcome",
                At("omop", "cohort.zkt"),
                "--ledger",
                At("ledger"),
                "--purpose",
                "p",
                "--requester",
                "r",
                "--out",
                At(measure),
                .. more.Contains("--min-count") ? more : [.. more, "--min-count", "0"],
            ];
        JsonObject proven = Run.Json(
            Prove("incidence", "--year", "2021", "--year", "2022", "--sex", "gender_concept_id", "--birth-year", "year_of_birth")
        );
        var outcome = Rows("cohort").ToDictionary(r => r[1], r => DateOnly.Parse(r[2], CultureInfo.InvariantCulture));
        DateOnly Day(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);
        foreach (int year in (int[])[2021, 2022])
        {
            (int persons, int outcomes, int days) = (0, 0, 0);
            foreach (string[] r in Rows("observation_period"))
            {
                DateOnly from = Day(r[2]) > new DateOnly(year, 1, 1) ? Day(r[2]) : new DateOnly(year, 1, 1),
                    to = Day(r[3]) < new DateOnly(year, 12, 31) ? Day(r[3]) : new DateOnly(year, 12, 31);
                DateOnly? ill = outcome.TryGetValue(r[1], out DateOnly found) ? found : null;
                if (from > to || ill < from)
                {
                    continue;
                }

                persons++;
                outcomes += ill <= to ? 1 : 0;
                days += (ill <= to ? ill.Value : to).DayNumber - from.DayNumber + 1;
            }

            JsonNode overall = proven["results"]!
                .AsArray()
                .First(n => (int)n!["year"]! == year && (string)n["strata"]! == "overall")!;
            Assert.Equal((persons, outcomes, days), ((int)overall["persons"]!, (int)overall["outcomes"]!, (int)overall["days"]!));
            JsonObject verified = Run.Json(
                "verify",
                At($"incidence.{year}.zkp"),
                "--ledger",
                At("ledger"),
                "--max-cells",
                "1048576"
            );
            Assert.True((bool)verified["ledgerChecked"]!);
        }

        Assert.Equal(2 * (1 + 3 + 3), proven["results"]!.AsArray().Count);
        Assert.Equal(1 + 7 * 2 * (1 + 3 + 3), File.ReadAllLines((string)proven["csv"]!).Length);

        // a release is recorded for the data set of every table
        Run.Json("ledger", "release", At("incidence.2021.zkp"), "--ledger", At("ledger"), "--key", At("key"));
        JsonArray budgets = Run.Json("ledger", "budget", At("ledger"))["budgets"]!.AsArray();
        Assert.Equal([1, 1, 1], budgets.Select(b => (int)b!["exact"]!));

        JsonObject point = Run.Json(Prove("point-prevalence", "--year", "2023"));
        Assert.Equal(
            Rows("observation_period").Count(r => Day(r[2]) <= new DateOnly(2023, 1, 1) && Day(r[3]) >= new DateOnly(2023, 1, 1)),
            (int)point["results"]![0]!["persons"]!
        );
        // a plan without a query has numbers alone; no page was made of them
        string[] view = ["view", At("incidence.2022.zkp"), "--ledger", At("ledger"), "--max-cells", "1048576"];
        Assert.True((bool)Run.Json([.. view, "--out", At("page.html")])["accepted"]!);
        string[] guarded = Prove("period-prevalence", "--year", "2023", "--min-count", "1000000");
        // the key lies beside the ledger
        (int code, string output) = Run.Command(guarded);
        Assert.Equal(1, code);
        Assert.Contains("not released", output, StringComparison.Ordinal);

        // what was released before is asked for, as of every statistic
        File.Move(At("key.pub"), At("key.elsewhere"));
        Run.Usage("the ledger records releases of this table", guarded);

        // another cohort under the name of the data set: what was proven of the first is refused
        Run.Json(["commit", .. tables.Select(t => At("omop", t + ".csv")), "--key", At("key"), "--force"]);
        Publish("cohort");
        (code, JsonObject refused) = Run.JsonAndCode(
            "verify",
            At("incidence.2022.zkp"),
            "--ledger",
            At("ledger"),
            "--max-cells",
            "1048576"
        );
        Assert.Equal((1, "ruleBroken"), (code, (string)refused["reasonCode"]!));
    }

    [Fact]
    public void Files_of_synthea_are_committed_with_the_ready_schemas()
    {
        Directory.CreateDirectory(At("synthea"));
        void Csv(string name, params string[] lines) => File.WriteAllLines(At("synthea", name + ".csv"), lines);
        Csv(
            "patients",
            "Id,BIRTHDATE,DEATHDATE,SSN,DRIVERS,PASSPORT,PREFIX,FIRST,LAST,SUFFIX,MAIDEN,MARITAL,RACE,ETHNICITY,GENDER,BIRTHPLACE,ADDRESS,CITY,"
                + "STATE,COUNTY,FIPS,ZIP,LAT,LON,HEALTHCARE_EXPENSES,HEALTHCARE_COVERAGE,INCOME",
            "a-1,1950-03-02,,999-1,S1,,Mr.,Al,Bo,,,M,white,nonhispanic,M,Boston,1 A St,Boston,Massachusetts,Suffolk,25025,02108,42.3,-71.1,10.0,5.0,1",
            "b-2,1988-11-30,2024-01-05,999-2,S2,,Ms.,Cy,Do,,,S,black,nonhispanic,F,Boston,2 A St,Boston,Massachusetts,Suffolk,25025,02108,42.3,-71.1,10.0,5.0,2"
        );
        Csv(
            "encounters",
            "Id,START,STOP,PATIENT,ORGANIZATION,PROVIDER,PAYER,ENCOUNTERCLASS,CODE,DESCRIPTION,BASE_ENCOUNTER_COST,TOTAL_CLAIM_COST,PAYER_COVERAGE,"
                + "REASONCODE,REASONDESCRIPTION",
            "e-1,2023-05-01T08:00:00Z,2023-05-01T08:15:00Z,a-1,o,p,y,ambulatory,185345009,Encounter,77.5,77.5,0.0,,",
            "e-2,2023-06-01T08:00:00Z,2023-06-04T10:00:00Z,b-2,o,p,y,inpatient,183452005,Admission,146.2,146.2,0.0,,"
        );
        Csv(
            "conditions",
            "START,STOP,PATIENT,ENCOUNTER,SYSTEM,CODE,DESCRIPTION",
            "2023-05-01,,a-1,e-1,http://snomed.info/sct,44054006,Diabetes mellitus type 2 (disorder)",
            "2023-06-01,2023-06-20,b-2,e-2,http://snomed.info/sct,10509002,Acute bronchitis (disorder)"
        );
        Assert.Equal(4, Run.Json("schema", "ready", "synthea", "--out", At("synthea"))["files"]!.AsArray().Count);
        Assert.Equal(2, Run.Command("schema", "ready", "synthea", "--out", At("synthea")).Code);
        Run.Json("keygen", "--out", At("key"));
        JsonArray tables = Run.Json([
            "commit",
            At("synthea", "patients.csv"),
            At("synthea", "encounters.csv"),
            At("synthea", "conditions.csv"),
            "--key",
            At("key"),
        ])["tables"]!.AsArray();
        Assert.Equal([2, 2, 2], tables.Select(t => (int)t!["rows"]!));
        JsonObject answer = Run.Json(
            "try",
            At("synthea"),
            "SELECT p.GENDER, sum(e.days) FROM encounters e JOIN patients p ON e.PATIENT = p.Id GROUP BY p.GENDER ORDER BY 1",
            "--key",
            "encounters.PATIENT=patients.Id"
        );
        Assert.Equal("""[["F",3],["M",0]]""", answer["rows"]!.ToJsonString());
    }
}
