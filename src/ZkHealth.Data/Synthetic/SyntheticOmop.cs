using System.Globalization;
using System.Reflection;

namespace ZkHealth.Data;

/// <summary>
/// People that do not exist in the form of the OMOP Common Data Model, version 5.4: person, observation_period, visit_occurrence,
/// condition_occurrence and measurement with all their columns, and the cohort of first diabetes, for demonstrations and tests.
/// The same seed gives the same files on every machine.
/// </summary>
/// <remarks>
/// Observed from 2020 to 2025, some from later on or not to the end. Six long-term conditions with rates that grow with age,
/// recorded one to five times from their onset; visits by a geometric law, four a person; blood pressure, body mass index and,
/// with diabetes, HbA1c. Concept numbers are those of the vocabularies that OMOP uses.
/// </remarks>
internal sealed class SyntheticOmop(ulong seed)
{
    private const int Conditions = 6;
    private static readonly DateOnly First = new(2020, 1, 1),
        Last = new(2025, 12, 31);

    /// <summary>Concept, ICD-10 code and the share of people at 20, 50 and 80 years.</summary>
    private static readonly (int Concept, string Code, double[] Shares)[] Illnesses =
    [
        (201826, "E11.9", [0.01, 0.08, 0.19]),
        (320128, "I10", [0.03, 0.25, 0.55]),
        (317009, "J45.909", [0.09, 0.07, 0.06]),
        (255573, "J44.9", [0.001, 0.04, 0.11]),
        (4329847, "I21.9", [0.0005, 0.01, 0.05]),
        (440383, "F32.A", [0.08, 0.10, 0.08]),
    ];

    private static readonly string[] Headers =
    [
        "person:person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth,birth_datetime,race_concept_id,ethnicity_concept_id,"
            + "location_id,provider_id,care_site_id,person_source_value,gender_source_value,gender_source_concept_id,race_source_value,"
            + "race_source_concept_id,ethnicity_source_value,ethnicity_source_concept_id",
        "observation_period:observation_period_id,person_id,observation_period_start_date,observation_period_end_date,period_type_concept_id",
        "visit_occurrence:visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_start_datetime,visit_end_date,"
            + "visit_end_datetime,visit_type_concept_id,provider_id,care_site_id,visit_source_value,visit_source_concept_id,"
            + "admitted_from_concept_id,admitted_from_source_value,discharged_to_concept_id,discharged_to_source_value,"
            + "preceding_visit_occurrence_id",
        "condition_occurrence:condition_occurrence_id,person_id,condition_concept_id,condition_start_date,condition_start_datetime,"
            + "condition_end_date,condition_end_datetime,condition_type_concept_id,condition_status_concept_id,stop_reason,provider_id,"
            + "visit_occurrence_id,visit_detail_id,condition_source_value,condition_source_concept_id,condition_status_source_value",
        "measurement:measurement_id,person_id,measurement_concept_id,measurement_date,measurement_datetime,measurement_time,"
            + "measurement_type_concept_id,operator_concept_id,value_as_number,value_as_concept_id,unit_concept_id,range_low,range_high,"
            + "provider_id,visit_occurrence_id,visit_detail_id,measurement_source_value,measurement_source_concept_id,unit_source_value,"
            + "unit_source_concept_id,value_source_value,measurement_event_id,meas_event_field_concept_id",
        "cohort:cohort_definition_id,subject_id,cohort_start_date,cohort_end_date",
    ];

    private readonly SyntheticRandom _random = new(seed);
    private readonly long[] _numbers = new long[Headers.Length];

    /// <summary>The names of the tables, each a file NAME.csv.</summary>
    public static IReadOnlyList<string> Tables => [.. Headers.Select(h => h[..h.IndexOf(':', StringComparison.Ordinal)])];

    /// <summary>The files of a set of ready schemas: omop or synthea.</summary>
    public static IReadOnlyDictionary<string, string> Schemas(string set)
    {
        Assembly assembly = typeof(SyntheticOmop).Assembly;
        string prefix = $"schemas/{set}/";
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)))
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(name)!);
            files[name[prefix.Length..]] = text.ReadToEnd();
        }

        return files;
    }

    /// <summary>Writes the tables.</summary>
    /// <param name="outputs">Where to, one for each of <see cref="Tables"/>.</param>
    /// <param name="persons">The number of people, at least 1.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public void Write(IReadOnlyList<TextWriter> outputs, long persons, CancellationToken cancellationToken = default)
    {
        for (int t = 0; t < Headers.Length; t++)
        {
            outputs[t].Write(Headers[t][(Headers[t].IndexOf(':', StringComparison.Ordinal) + 1)..] + "\n");
        }

        for (long person = 1; person <= persons; person++)
        {
            if (person % 4096 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            Person(outputs, person);
        }
    }

    private void Person(IReadOnlyList<TextWriter> outputs, long person)
    {
        int age = _random.Age();
        bool man = _random.Chance(0.49);
        DateOnly birth = new(Last.Year - age, 1 + _random.Below(12), 1 + _random.Below(28));
        string sex = man ? "8507,M" : "8532,F";
        Row(
            outputs[0],
            $"{person},{sex[..4]},{birth.Year},{birth.Month},{birth.Day},{Day(birth)} 00:00:00,0,0,,,,P{person},{sex[5..]},0,,0,,0"
        );
        DateOnly from = _random.Chance(0.3) ? First.AddDays(_random.Below(3 * 365)) : First,
            to = _random.Chance(0.2) ? Last.AddDays(-_random.Below(2 * 365)) : Last;
        from = birth > from ? birth : from;
        to = to < from ? from : to;
        Row(outputs[1], $"{++_numbers[1]},{person},{Day(from)},{Day(to)},32817");
        Visits(outputs[2], person, from, to);
        bool diabetes = Ill(outputs[3], outputs[5], person, age, from, to);
        Measurements(outputs[4], person, age, diabetes, from, to);
    }

    private void Visits(TextWriter output, long person, DateOnly from, DateOnly to)
    {
        for (int n = 0; n < 40 && _random.Chance(0.8); n++)
        {
            DateOnly start = Between(from, to);
            double kind = _random.Uniform();
            int concept =
                kind < 0.8 ? 9202
                : kind < 0.92 ? 9203
                : 9201;
            DateOnly end = concept == 9201 ? Earlier(start.AddDays(1 + _random.Below(14)), to) : start;
            Row(
                output,
                $"{++_numbers[2]},{person},{concept},{Day(start)},,{Day(end)},,32817,,,{(concept == 9201 ? "inpatient" : concept == 9202 ? "outpatient" : "emergency")},0,0,,0,,"
            );
        }
    }

    /// <summary>Long-term conditions; says whether diabetes is among them.</summary>
    private bool Ill(TextWriter output, TextWriter cohort, long person, int age, DateOnly from, DateOnly to)
    {
        bool diabetes = false;
        for (int i = 0; i < Conditions; i++)
        {
            (int concept, string code, double[] shares) = Illnesses[i];
            double at = Math.Clamp((age - 20) / 30.0, 0, 2);
            double share = at < 1 ? shares[0] + at * (shares[1] - shares[0]) : shares[1] + (at - 1) * (shares[2] - shares[1]);
            if (!_random.Chance(share))
            {
                continue;
            }

            diabetes |= i == 0;
            DateOnly onset = Between(from, to);
            if (i == 0)
            {
                Row(cohort, $"1,{person},{Day(onset)},{Day(to)}");
            }

            int records = 1 + _random.Below(5);
            for (int k = 0; k < records; k++)
            {
                DateOnly day = k == 0 ? onset : Between(onset, to);
                Row(output, $"{++_numbers[3]},{person},{concept},{Day(day)},,,,32817,0,,,,,{code},0,");
            }
        }

        return diabetes;
    }

    private void Measurements(TextWriter output, long person, int age, bool diabetes, DateOnly from, DateOnly to)
    {
        void Measured(int concept, int unit, string loinc, string name, double value)
        {
            string number = value.ToString("F1", CultureInfo.InvariantCulture);
            Row(
                output,
                $"{++_numbers[4]},{person},{concept},{Day(Between(from, to))},,,32817,0,{number},0,{unit},,,,,,{loinc},0,{name},0,{number},,"
            );
        }

        if (_random.Chance(0.6))
        {
            Measured(3004249, 8876, "8480-6", "mmHg", Math.Clamp(112 + 0.45 * age + 14 * _random.Normal(), 70, 230));
        }

        if (_random.Chance(0.4))
        {
            Measured(3038553, 9531, "39156-5", "kg/m2", Math.Clamp(26 + 4.5 * _random.Normal(), 14, 60));
        }

        for (int n = diabetes ? _random.Below(5) : 0; n > 0; n--)
        {
            Measured(3004410, 8554, "4548-4", "%", Math.Clamp(7.3 + 1.1 * _random.Normal(), 4, 15));
        }
    }

    private DateOnly Between(DateOnly from, DateOnly to) => from.AddDays(_random.Below(to.DayNumber - from.DayNumber + 1));

    private static DateOnly Earlier(DateOnly a, DateOnly b) => a < b ? a : b;

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void Row(TextWriter output, FormattableString row) =>
        output.Write(row.ToString(CultureInfo.InvariantCulture) + "\n");
}
