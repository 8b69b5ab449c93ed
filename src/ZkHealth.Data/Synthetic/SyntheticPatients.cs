using System.Globalization;
using System.Text;

namespace ZkHealth.Data;

/// <summary>
/// Patients that do not exist, with rates as a Western European population has them, for demonstrations and tests. The same
/// seed gives the same file on every machine.
/// </summary>
/// <remarks>
/// Age in years after a pyramid of five-year bands; 51 % women; five regions of unequal size. Diabetes: 0.3 % below 20, 1 % below
/// 40,
/// 4 % below 50, 8 % below 60, 15 % below 70, 20 % below 80, 18 % above, a quarter more for men. HbA1c in mmol/mol: 36 ± 3.5
/// without diabetes, 56 ± 11 with it. Systolic blood pressure in mmHg: 112 + 0.45·age ± 14, 6 more with diabetes. Smokers from
/// 15: 22 % of women, 27 % of men below 65, half of that above. No value: diabetes 1 %, HbA1c 40 % without and 6 % with diabetes,
/// blood pressure
/// 5 %, smoking 8 %.
/// </remarks>
public sealed class SyntheticPatients
{
    private static readonly (string Name, int Weight)[] Regions =
    [
        ("north", 30),
        ("east", 20),
        ("south", 25),
        ("west", 15),
        ("islands", 10),
    ];
    private readonly SyntheticRandom _random;

    /// <summary>The generator of a seed.</summary>
    public SyntheticPatients(ulong seed) => _random = new SyntheticRandom(seed);

    /// <summary>The header of the CSV.</summary>
    public static string Header => "patient,age,sex,region,diabetes,hba1c,systolic,smoker";

    /// <summary>The schema file of the CSV: the patient number is left out, age is taken in bands of five years.</summary>
    public static string SchemaJson { get; } = MakeSchema();

    /// <summary>Writes the CSV: the header and rows, with LF.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="rows">The number of patients, at least 1.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public void WriteCsv(TextWriter output, long rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        output.Write(Header + "\n");
        var line = new StringBuilder();
        for (long i = 1; i <= rows; i++)
        {
            if (i % 65536 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            line.Clear();
            Append(line, i);
            output.Write(line);
        }
    }

    private void Append(StringBuilder line, long number)
    {
        int age = _random.Age();
        bool man = _random.Chance(0.49);
        string region = Regions[_random.Weighted(Regions.Select(r => r.Weight), 100)].Name;
        double rate = age switch
        {
            < 20 => 0.003,
            < 40 => 0.01,
            < 50 => 0.04,
            < 60 => 0.08,
            < 70 => 0.15,
            < 80 => 0.20,
            _ => 0.18,
        };
        // a quarter more for men, the mean of both sexes as documented: 0.51·w + 0.49·1.25·w = rate
        bool diabetes = _random.Chance(rate / (0.51 + 0.49 * 1.25) * (man ? 1.25 : 1));
        int hba1c = Math.Clamp((int)Math.Round(diabetes ? 56 + 11 * _random.Normal() : 36 + 3.5 * _random.Normal()), 15, 150);
        int systolic = Math.Clamp((int)Math.Round(112 + 0.45 * age + 14 * _random.Normal() + (diabetes ? 6 : 0)), 70, 230);
        bool smoker = age >= 15 && _random.Chance((man ? 0.27 : 0.22) * (age < 65 ? 1 : 0.5));
        bool knownDiabetes = !_random.Chance(0.01),
            knownHba1c = !_random.Chance(diabetes ? 0.06 : 0.40),
            knownSystolic = !_random.Chance(0.05),
            knownSmoker = !_random.Chance(0.08);
        line.Append(CultureInfo.InvariantCulture, $"{number},{age},{(man ? 'm' : 'f')},{region},")
            .Append(
                knownDiabetes
                    ? diabetes
                        ? "yes"
                        : "no"
                    : ""
            )
            .Append(',')
            .Append(CultureInfo.InvariantCulture, $"{(knownHba1c ? hba1c : null)},{(knownSystolic ? systolic : null)},")
            .Append(
                knownSmoker
                    ? smoker
                        ? "yes"
                        : "no"
                    : ""
            )
            .Append('\n');
    }

    private static string MakeSchema()
    {
        var bands = new StringBuilder();
        for (int from = 0; from < 80; from += 5)
        {
            bands.Append(
                CultureInfo.InvariantCulture,
                $"        {{ \"label\": \"{from}-{from + 4}\", \"from\": {from}, \"to\": {from + 4} }},\n"
            );
        }

        return $$"""
            {
              "name": "synthetic patients",
              "missing": [""],
              "columns": [
                { "name": "diabetes", "kind": "yes-no" },
                { "name": "age", "kind": "bands", "bands": [
            {{bands}}        { "label": "80+", "from": 80 }
                ] },
                { "name": "sex", "kind": "category", "values": [
                  { "code": "f", "label": "female" },
                  { "code": "m", "label": "male" }
                ] },
                { "name": "region", "kind": "category", "values": [
            {{string.Join(",\n", Regions.Select(r => $"      {{ \"code\": \"{r.Name}\" }}"))}}
                ] },
                { "name": "hba1c", "kind": "integer", "min": 15, "max": 150, "unit": "mmol/mol" },
                { "name": "systolic", "kind": "integer", "min": 70, "max": 230, "unit": "mmHg" },
                { "name": "smoker", "kind": "yes-no" }
              ]
            }

            """;
    }
}
