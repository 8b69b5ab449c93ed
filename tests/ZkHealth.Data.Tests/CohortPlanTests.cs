using System.Globalization;
using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Data.Tests;

/// <summary>Incidence and prevalence of made-up cohorts, held to an evaluator that walks over the days of each person.</summary>
public sealed class CohortPlanTests
{
    private const int People = 150;
    private static readonly DateOnly First = new(2023, 11, 1);
    private static readonly byte[] Owner = [.. Enumerable.Repeat((byte)1, 32)];

    private readonly int?[] _start = new int?[People],
        _end = new int?[People],
        _outcome = new int?[People];
    private readonly uint[] _sex = new uint[People],
        _born = new uint[People];

    private TableOpening Commit(TableSchema schema, params uint[][] codes)
    {
        using var secret = TableSecret.Create();
        return TableOpening.Commit(new CodedTable(schema, codes), Owner, secret);
    }

    /// <summary>Days around January 2024, before, in and after it; some persons are not observed, some without outcome.</summary>
    private Dictionary<string, TableOpening> Make(int seed)
    {
        var random = new Random(seed);
        for (int p = 0; p < People; p++)
        {
            (_sex[p], _born[p]) = ((uint)random.Next(3), (uint)random.Next(100));
            (_start[p], _end[p], _outcome[p]) = (null, null, null);
            if (random.Next(10) > 0)
            {
                _start[p] = random.Next(140);
                _end[p] = random.Next(_start[p]!.Value, 150);
            }

            _outcome[p] = random.Next(3) > 0 ? random.Next(150) : null;
        }

        TableOpening persons = Commit(
            new TableSchema(
                "person",
                [
                    new CategoryColumn("sex", [new Category("f", "female"), new Category("m", "male")]),
                    new NumberColumn("born", 1920, 2018),
                ]
            ),
            _sex,
            _born
        );
        string root = Convert.ToHexStringLower(persons.Commitment.Root.Span);
        DateColumn Days(string name) => new(name, First, First.AddDays(149));
        int[] observed = [.. Enumerable.Range(0, People).Where(p => _start[p] is not null)],
            ill = [.. Enumerable.Range(0, People).Where(p => _outcome[p] is not null)];
        return new Dictionary<string, TableOpening>
        {
            [CohortPlan.Persons] = persons,
            [CohortPlan.Observation] = Commit(
                new TableSchema("observation", [new KeyColumn("person", root), Days("from"), Days("to")]),
                [.. observed.Select(p => (uint)p + 1)],
                [.. observed.Select(p => (uint)_start[p]! + 1)],
                [.. observed.Select(p => (uint)_end[p]! + 1)]
            ),
            [CohortPlan.Outcome] = Commit(
                new TableSchema("outcome", [new KeyColumn("person", root), Days("on")]),
                [.. ill.Select(p => (uint)p + 1)],
                [.. ill.Select(p => (uint)_outcome[p]! + 1)]
            ),
        };
    }

    /// <summary>Walks over the days.</summary>
    private CohortNumbers Expected(Func<int, bool> isIn, DateOnly from, DateOnly to, bool isIncidence, bool washout)
    {
        (long persons, long outcomes, long days) = (0, 0, 0);
        for (int p = 0; p < People; p++)
        {
            int[] observed =
            [
                .. Enumerable
                    .Range(0, 150)
                    .Where(d => d >= _start[p] && d <= _end[p] && First.AddDays(d) >= from && First.AddDays(d) <= to),
            ];
            if (observed.Length == 0 || !isIn(p))
            {
                continue;
            }

            if (!isIncidence)
            {
                persons++;
                outcomes += _outcome[p] <= observed[^1] ? 1 : 0;
                continue;
            }

            bool before = _outcome[p] < observed[0];
            if (before && washout)
            {
                continue;
            }

            persons++;
            foreach (int day in observed)
            {
                days++;
                if (day == _outcome[p])
                {
                    outcomes++;
                    break;
                }
            }
        }

        return new CohortNumbers(persons, outcomes, days);
    }

    [Theory]
    [InlineData("incidence", true, 31)]
    [InlineData("incidence", false, 31)]
    [InlineData("prevalence", true, 31)]
    [InlineData("prevalence", true, 1)]
    public void Numbers_are_those_of_walking_over_the_days(string measure, bool washout, int length)
    {
        Dictionary<string, TableOpening> tables = Make(length + measure.Length);
        var cohort = new CohortTables(
            new CohortTable(tables[CohortPlan.Persons].Commitment, "p"),
            new CohortTable(tables[CohortPlan.Observation].Commitment, "o"),
            "from",
            "to",
            new CohortTable(tables[CohortPlan.Outcome].Commitment, "c"),
            "on"
        );
        bool isIncidence = measure == "incidence";
        DateOnly from = new(2024, 1, 1),
            to = from.AddDays(length - 1);
        TableSchema schema = cohort.Persons.Schema;
        CohortStrata[] strata =
        [
            CohortStrata.Overall,
            CohortStrata.ByCategory(schema, "sex", "sex"),
            CohortStrata.ByAge(schema, "born", 2024, [0, 18, 65]),
        ];
        Plan plan = isIncidence
            ? CohortPlan.Incidence(cohort, from, to, strata, washout)
            : CohortPlan.Prevalence(cohort, from, to, strata);
        var proof = PlanProof.Prove(plan, tables, new StatisticContext("p", "r", "o"), new DisclosureGuard(0));
        VerificationReport report = proof.Verify(
            new VerificationContext { Limits = Proofs.VerificationLimits.ForCells(TableAxes.MaxCells) }
        );
        Assert.True(report.IsAccepted, report.ToString());

        IReadOnlyList<IReadOnlyList<CohortNumbers>> numbers = CohortNumbers.Read(proof.Numbers, strata, isIncidence);
        Assert.Equal(Expected(_ => true, from, to, isIncidence, washout), numbers[0][0]);
        Assert.True(numbers[0][0].Outcomes > 5);
        for (int sex = 0; sex < 2; sex++)
        {
            Assert.Equal(Expected(p => _sex[p] == sex + 1, from, to, isIncidence, washout), numbers[1][sex]);
        }

        int Age(int p) => 2024 - (1919 + (int)_born[p]);
        (int Low, int High)[] bands = [(0, 17), (18, 64), (65, 200)];
        for (int band = 0; band < bands.Length; band++)
        {
            bool IsIn(int p) => _born[p] > 0 && Age(p) >= bands[band].Low && Age(p) <= bands[band].High;
            Assert.Equal(Expected(IsIn, from, to, isIncidence, washout), numbers[2][band]);
        }
    }

    /// <summary>Two rows of a person would make days of their own: the total in domain 2 has no proof.</summary>
    [Fact]
    public void Two_rows_of_a_person_are_no_cohort()
    {
        Dictionary<string, TableOpening> tables = Make(1);
        string root = Convert.ToHexStringLower(tables[CohortPlan.Persons].Commitment.Root.Span);
        tables[CohortPlan.Outcome] = Commit(
            new TableSchema("outcome", [new KeyColumn("person", root), new DateColumn("on", First, First.AddDays(149))]),
            [1, 1],
            [70, 71]
        );
        var cohort = new CohortTables(
            new CohortTable(tables[CohortPlan.Persons].Commitment, "p"),
            new CohortTable(tables[CohortPlan.Observation].Commitment, "o"),
            "from",
            "to",
            new CohortTable(tables[CohortPlan.Outcome].Commitment, "c"),
            "on"
        );
        Plan plan = CohortPlan.Incidence(cohort, new(2024, 1, 1), new(2024, 1, 31), [CohortStrata.Overall], true);
        Assert.Throws<ArgumentException>(() =>
            PlanProof.Prove(plan, tables, new StatisticContext("p", "r", "o"), new DisclosureGuard(0))
        );
        Assert.Throws<ArgumentException>(() => cohort.Outcome.Days("to"));
        Assert.Throws<ArgumentException>(() => cohort.Persons.KeyOf(cohort.Outcome));
        Assert.Throws<ArgumentException>(() =>
            CohortPlan.Incidence(cohort, new(2024, 1, 1), new(2025, 1, 1), [CohortStrata.Overall], true)
        );
    }

    /// <summary>
    /// Observation that ends before it begins was proven with negative days, a second row of a person ended in "a code lies
    /// outside its domain", and rows without a day vanished without a word.
    /// </summary>
    [Fact]
    public void Rows_that_make_no_cohort_are_refused_and_others_are_said()
    {
        Dictionary<string, TableOpening> tables = Make(2);
        string root = Convert.ToHexStringLower(tables[CohortPlan.Persons].Commitment.Root.Span);
        IReadOnlyList<string> Check(uint[] keys, uint[] from, uint[] to)
        {
            DateColumn Days(string name) => new(name, First, First.AddDays(149));
            tables[CohortPlan.Observation] = Commit(
                new TableSchema("observation", [new KeyColumn("person", root), Days("from"), Days("to")]),
                keys,
                from,
                to
            );
            var cohort = new CohortTables(
                new CohortTable(tables[CohortPlan.Persons].Commitment, "p"),
                new CohortTable(tables[CohortPlan.Observation].Commitment, "o"),
                "from",
                "to",
                new CohortTable(tables[CohortPlan.Outcome].Commitment, "c"),
                "on"
            );
            return CohortRows.Check(cohort, [tables]);
        }

        string Refused(uint[] keys, uint[] from, uint[] to) =>
            Assert.Throws<ArgumentException>(() => Check(keys, from, to)).Message;
        Assert.Contains(
            "2 persons have more than one row in 'observation'",
            Refused([3, 3, 4, 4, 5], [1, 2, 1, 1, 1], [9, 9, 9, 9, 9])
        );
        Assert.Contains("'observation' ends before it begins in 1 row:", Refused([3, 4], [7, 9], [7, 8]));
        Assert.Equal(
            [
                "'observation' has no day in 2 rows: whom such a row names is not observed",
                "'observation' names nobody in 3 rows, which do not count",
            ],
            Check([1, 0, 0, 0, 2], [0, 1, 1, 1, 5], [4, 1, 1, 1, 0])
        );
    }

    /// <summary>Ages in another order gave groups that were not those of their names ("65 to 17" counted children).</summary>
    [Theory]
    [InlineData(65, 18)]
    [InlineData(18, 18)]
    public void Age_groups_ascend(int first, int second)
    {
        TableSchema schema = new CohortTable(Make(3)[CohortPlan.Persons].Commitment, "p").Schema;
        Assert.Throws<ArgumentException>(() => CohortStrata.ByAge(schema, "born", 2024, [first, second]));
    }

    /// <summary>The exact intervals of 5 events and of 5 in 40, computed in Python by bisection of the binomial and Poisson
    /// sums.</summary>
    [Fact]
    public void Results_have_the_form_that_R_reads()
    {
        var result = new SummarisedResult("north", "adults", "diabetes, first");
        DateOnly from = new(2024, 1, 1),
            to = new(2024, 12, 31);
        result.AddIncidence(CohortStrata.Overall, 0, new CohortNumbers(40, 5, 14610), from, to);
        result.AddPrevalence(CohortStrata.Overall, 0, new CohortNumbers(40, 5, 0), from, to);
        string[] lines = result.ToCsv().TrimEnd().Split('\n');
        Assert.Equal(1 + 7 + 5, lines.Length);
        Assert.Equal(
            "result_id,cdm_name,group_name,group_level,strata_name,strata_level,variable_name,variable_level,"
                + "estimate_name,estimate_type,estimate_value,additional_name,additional_level",
            lines[0]
        );
        Assert.Equal(
            "1,north,denominator_cohort_name &&& outcome_cohort_name,\"adults &&& diabetes, first\",overall,overall,Outcome,"
                + "\"diabetes, first\",incidence_100000_pys,numeric,12500,"
                + "incidence_start_date &&& incidence_end_date &&& analysis_interval,2024-01-01 &&& 2024-12-31 &&& years",
            lines[5]
        );
        double Value(string estimate) =>
            double.Parse(
                lines.Single(l => l.Contains($",{estimate},", StringComparison.Ordinal)).Split(",numeric,")[1].Split(',')[0],
                CultureInfo.InvariantCulture
            );
        Assert.Equal(100_000 * 1.623486 / 40, Value("incidence_100000_pys_95CI_lower"), 0.1);
        Assert.Equal(100_000 * 11.66833 / 40, Value("incidence_100000_pys_95CI_upper"), 0.1);
        Assert.Equal(0.125, Value("prevalence"), 12);
        Assert.Equal(0.0418596, Value("prevalence_95CI_lower"), 5);
        Assert.Equal(0.2680329, Value("prevalence_95CI_upper"), 5);
    }

    /// <summary>A name or a level that begins as a formula was one where the file is opened in a spreadsheet.</summary>
    [Fact]
    public void No_name_of_results_is_a_formula()
    {
        var result = new SummarisedResult("=cmd|' /C calc'!A0", "+adults", "@outcome");
        result.AddPrevalence(
            CohortStrata.Overall,
            0,
            new CohortNumbers(40, 5, 0),
            new DateOnly(2024, 1, 1),
            new DateOnly(2024, 12, 31)
        );
        Assert.All(
            result.ToCsv().TrimEnd().Split('\n')[1..],
            l => Assert.StartsWith("1,'=cmd|' /C calc'!A0,denominator_cohort_name &&& outcome_cohort_name,'+adults &&& ", l)
        );
        Assert.Equal(4, result.ToCsv().Split(",'@outcome,").Length - 1);
    }

    /// <summary>A reader in R splits names at the separator: a cohort so called would be two.</summary>
    [Fact]
    public void A_name_of_results_holds_no_separator()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new SummarisedResult("north", "old &&& ill", "any"));
        Assert.Contains("which separates names", refused.Message, StringComparison.Ordinal);
    }
}
