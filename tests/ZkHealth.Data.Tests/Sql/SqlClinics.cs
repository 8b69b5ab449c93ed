using System.Globalization;

namespace ZkHealth.Data.Tests.Sql;

/// <summary>Five CSV files with keys of several kinds: patients and their visits both name practices, measurements name visits,
/// and consents name patients, each once; values and whom a row names are missing here and there.</summary>
public sealed class SqlClinics()
    : SqlCase(
        Write,
        "patients.practice_id=practices.practice_id",
        "visits.person_id=patients.person_id",
        "visits.practice_id=practices.practice_id",
        "labs.visit_id=visits.visit_id",
        "consents.person_id=patients.person_id"
    )
{
    private static void Write(string folder)
    {
        var random = new Random(11);
        string Some(double part, string text) => random.NextDouble() < part ? text : "";
        string Pick(params string[] texts) => texts[random.Next(texts.Length)];
        string Number(decimal x) => x.ToString(CultureInfo.InvariantCulture);
        string Day(int days) =>
            new DateOnly(2019, 12, 25).AddDays(random.Next(days)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Lines(folder, "practices", "practice_id,region,size", 7, i => $"R{i},{Pick("N", "S", "")},{Some(0.8, $"{i % 4}")}");
        Lines(
            folder,
            "patients",
            "person_id,practice_id,sex,age",
            40,
            i => $"P{i:D2},{Some(0.8, $"R{random.Next(6)}")},{Pick("F", "M", "F", "M", "")},{Some(0.9, $"{30 + random.Next(6)}")}"
        );
        Lines(
            folder,
            "visits",
            "visit_id,person_id,practice_id,code,days,day",
            110,
            i =>
                $"V{i:D3},{Some(0.9, $"P{random.Next(30):D2}")},{Some(0.8, $"R{random.Next(7)}")},{Pick("a", "b", "c", "")},"
                + $"{Some(0.9, $"{random.Next(4)}")},{Some(0.9, Day(20))}"
        );
        Lines(
            folder,
            "labs",
            "lab_id,visit_id,kind,level",
            120,
            i => $"{i},{Some(0.9, $"V{random.Next(80):D3}")},{Pick("x", "y", "")},{Some(0.9, Number(random.Next(6) / 2m))}"
        );
        Lines(
            folder,
            "consents",
            "person_id,research,since",
            25,
            i => $"P{i * 7 % 40:D2},{Pick("full", "part", "")},{Some(0.9, Day(10))}"
        );
    }
}
