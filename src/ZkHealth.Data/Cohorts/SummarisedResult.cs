using System.Globalization;
using System.Text;
using ZkHealth.Statistics;

namespace ZkHealth.Data;

/// <summary>
/// Results of cohort studies as the CSV form summarised_result of the R package omopgenerics, with the names that
/// IncidencePrevalence gives them, so that R users plot and tabulate them with what they have.
/// </summary>
internal sealed class SummarisedResult(string cdm, string denominator, string outcome)
{
    private const string And = " &&& ";
    private const double DaysOfYear = 365.25;

    private static readonly string[] Columns =
    [
        "result_id",
        "cdm_name",
        "group_name",
        "group_level",
        "strata_name",
        "strata_level",
        "variable_name",
        "variable_level",
        "estimate_name",
        "estimate_type",
        "estimate_value",
        "additional_name",
        "additional_level",
    ];

    private readonly List<string[]> _rows = [];
    private readonly string _cdm = Single(cdm),
        _denominator = Single(denominator),
        _outcome = Single(outcome);

    /// <summary>Adds the estimates of an incidence in a stratum.</summary>
    public void AddIncidence(CohortStrata by, int level, CohortNumbers n, DateOnly from, DateOnly to)
    {
        double years = n.Days / DaysOfYear;
        (double low, double high) = ExactInference.Poisson(n.Outcomes);
        void Add(string variable, string estimate, string type, string value) =>
            Row("incidence", 1, by, level, variable, estimate, type, value, from, to, "years");
        Add("Denominator", "denominator_count", "integer", Whole(n.Persons));
        Add("Denominator", "person_days", "integer", Whole(n.Days));
        Add("Denominator", "person_years", "numeric", Real(years));
        Add("Outcome", "outcome_count", "integer", Whole(n.Outcomes));
        Add("Outcome", "incidence_100000_pys", "numeric", Per(n.Outcomes, years));
        Add("Outcome", "incidence_100000_pys_95CI_lower", "numeric", Per(low, years));
        Add("Outcome", "incidence_100000_pys_95CI_upper", "numeric", Per(high, years));
    }

    /// <summary>Adds the estimates of a prevalence in a stratum.</summary>
    public void AddPrevalence(CohortStrata by, int level, CohortNumbers n, DateOnly from, DateOnly to)
    {
        void Add(string variable, string estimate, string type, string value) =>
            Row("prevalence", 1, by, level, variable, estimate, type, value, from, to, from == to ? "days" : "years");
        Add("Denominator", "denominator_count", "integer", Whole(n.Persons));
        Add("Outcome", "outcome_count", "integer", Whole(n.Outcomes));
        ConfidenceInterval? exact = n.Persons == 0 ? null : ExactInference.Proportion(n.Outcomes, n.Persons);
        Add("Outcome", "prevalence", "numeric", exact is null ? "NA" : Real((double)n.Outcomes / n.Persons));
        Add("Outcome", "prevalence_95CI_lower", "numeric", exact is null ? "NA" : Real(exact.Low));
        Add("Outcome", "prevalence_95CI_upper", "numeric", exact is null ? "NA" : Real(exact.High));
    }

    /// <summary>The file, with a header line and LF; names and levels as <see cref="CsvText.Label"/> writes them.</summary>
    public string ToCsv()
    {
        var text = new StringBuilder(string.Join(',', Columns) + "\n");
        foreach (string[] row in _rows)
        {
            text.AppendJoin(',', row.Select(CsvText.Label)).Append('\n');
        }

        return text.ToString();
    }

    private void Row(
        string kind,
        int id,
        CohortStrata by,
        int level,
        string variable,
        string estimate,
        string type,
        string value,
        DateOnly from,
        DateOnly to,
        string unit
    ) =>
        _rows.Add([
            Whole(id),
            _cdm,
            "denominator_cohort_name" + And + "outcome_cohort_name",
            _denominator + And + _outcome,
            Single(by.Name),
            Single(by.Levels[level]),
            variable,
            variable == "Outcome" ? _outcome : _denominator,
            estimate,
            type,
            value,
            $"{kind}_start_date{And}{kind}_end_date{And}analysis_interval",
            $"{Day(from)}{And}{Day(to)}{And}{unit}",
        ]);

    /// <summary>A name or a level that is one: the form joins several by a separator, which none of them may hold.</summary>
    private static string Single(string name) =>
        !name.Contains(And.Trim(), StringComparison.Ordinal)
            ? name
            : throw new ArgumentException(
                $"'{name}' holds '{And.Trim()}', which separates names in summarised_result: rename it"
            );

    private static string Per(double events, double years) => years == 0 ? "NA" : Real(100_000 * events / years);

    private static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Real(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
