using ZkHealth.Statistics;

namespace ZkHealth.Data;

/// <summary>
/// Prevalence and incidence in an interval of days as a plan, after the R package IncidencePrevalence (Burn et al. 2024): days of
/// observation and outcome are clamped to the interval in their own tables, brought to the persons by totals, and compared there.
/// One row a person is proven by totals in domain 2.
/// </summary>
/// <remarks>
/// With n days in the interval, the first day of observation is S in 1..n (n + 1 after the interval), the last E (0 before it),
/// the outcome V = n + 1 − its day (0 after the interval or for none, n + 1 before it). The outcome lies before the observation
/// where V &gt; n + 1 − S, and not after it where V ≥ n + 1 − E. Both are compared digit by digit to base 20: a relation of all
/// pairs would have 135,000 tuples.
/// </remarks>
internal sealed class CohortPlan
{
    public const string Persons = "person",
        Observation = "observation",
        Outcome = "outcome";

    private const int Base = 20,
        High = 19, // quotients of 0..366 + 1
        None = High + 1,
        MaxDays = 366;
    private const uint Before = 2,
        Free = 3,
        Case = 4;
    private static readonly string[] States = ["not observed", "outcome before", "no outcome", "outcome"];

    private readonly PlanBuilder _plan = new();
    private readonly IReadOnlyList<CohortStrata> _strata;
    private readonly bool _isIncidence;
    private readonly bool _washout;
    private readonly int _days;

    private CohortPlan(
        CohortTables tables,
        DateOnly from,
        DateOnly to,
        IReadOnlyList<CohortStrata> strata,
        bool isIncidence,
        bool washout
    )
    {
        _days = to.DayNumber - from.DayNumber + 1;
        if (_days is < 1 or > MaxDays)
        {
            throw new ArgumentException($"expected an interval of 1 to {MaxDays} days, got {_days}", nameof(to));
        }

        (_strata, _isIncidence, _washout) = (strata, isIncidence, washout);
        Clamp(tables, from, to);
        Compare();
        foreach (CohortStrata by in strata)
        {
            Ask(by);
        }
    }

    /// <summary>A plan of the prevalence in an interval (of one day: point prevalence): of those observed in it, who have the
    /// outcome by their last day in it.</summary>
    public static Plan Prevalence(CohortTables tables, DateOnly from, DateOnly to, IReadOnlyList<CohortStrata> strata) =>
        new CohortPlan(tables, from, to, strata, false, true)._plan.Build();

    /// <summary>A plan of the incidence in an interval: first outcomes, and days until they come or observation ends.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day, at most 366 in all.</param>
    /// <param name="strata">How persons are divided, one after the other.</param>
    /// <param name="washout">Whether who had the outcome before is not at risk (a washout of all history); else he is, though not
    /// for another outcome.</param>
    public static Plan Incidence(
        CohortTables tables,
        DateOnly from,
        DateOnly to,
        IReadOnlyList<CohortStrata> strata,
        bool washout
    ) => new CohortPlan(tables, from, to, strata, true, washout)._plan.Build();

    private void Clamp(CohortTables tables, DateOnly from, DateOnly to)
    {
        uint n = (uint)_days;
        _plan.AddTable(Persons, tables.Persons.Table, tables.Persons.DataSet);
        _plan.AddTable(Observation, tables.Observation.Table, tables.Observation.DataSet);
        _plan.AddTable(Outcome, tables.Outcome.Table, tables.Outcome.DataSet);
        string key = tables.Observation.KeyOf(tables.Persons),
            outcomeKey = tables.Outcome.KeyOf(tables.Persons);
        uint Day(DateOnly day) => (uint)(day.DayNumber - from.DayNumber + 1);
        void Map(string role, CohortTable table, string column, string target, Func<DateOnly, uint> map)
        {
            (IReadOnlyList<string> columns, Func<IReadOnlyList<uint>, DateOnly?> dayOf) = table.Days(column);
            _plan.MapToNumber(role, target, n + 1, columns, codes => dayOf(codes) is DateOnly day ? map(day) : 0);
        }

        Map(
            Observation,
            tables.Observation,
            tables.Start,
            "start",
            d =>
                d > to ? n + 1
                : d < from ? 1
                : Day(d)
        );
        Map(
            Observation,
            tables.Observation,
            tables.End,
            "end",
            d =>
                d > to ? n
                : d < from ? 0
                : Day(d)
        );
        Map(
            Outcome,
            tables.Outcome,
            tables.Date,
            "to go",
            d =>
                d > to ? 0
                : d < from ? n + 1
                : n + 1 - Day(d)
        );
        _plan.Total(Persons, "start", n + 1, Observation, key, "start");
        _plan.Total(Persons, "end", n + 1, Observation, key, "end");
        _plan.Total(Persons, "to go", n + 1, Outcome, outcomeKey, "to go");
        _plan.Total(Persons, "observations", 1, Observation, key);
        _plan.Total(Persons, "outcomes", 1, Outcome, outcomeKey);
    }

    /// <summary>The state of a person: not observed in the interval; outcome before observation in it, none, or in it.</summary>
    private void Compare()
    {
        uint n = (uint)_days;
        string[] quotients = [.. Enumerable.Range(0, High).Select(i => $"{Base * i}…"), "none"],
            remainders = [.. Enumerable.Range(0, Base).Select(i => $"{i}")];
        void Digits(string number, string name, Func<uint, uint?> value)
        {
            string[] sources = [PlanBuilder.RowColumn, number];
            _plan.MapToCategories(
                Persons,
                name + " / 20",
                quotients,
                sources,
                c =>
                    c[0] == 0 ? 0
                    : value(c[1]) is uint v ? v / Base + 1
                    : None
            );
            _plan.MapToCategories(
                Persons,
                name + " % 20",
                remainders,
                sources,
                c => c[0] == 0 ? 0 : (value(c[1]) ?? 0) % Base + 1
            );
        }

        // a start after the interval, or none, and an end before it are no days of observation
        Digits("to go", "outcome", v => v);
        Digits("start", "before", s => s == 0 || s > n ? null : n + 1 - s);
        Digits("end", "until", e => e == 0 || e > n ? null : n + 1 - e);
        void Quotients(string other, string target) =>
            _plan.MapToCategories(
                Persons,
                target,
                ["smaller", "equal", "larger", "none"],
                ["outcome / 20", other + " / 20"],
                c =>
                    c switch
                    {
                        [0, _] or [_, 0] => 0,
                        [_, None] => 4,
                        _ => (uint)(2 + c[0].CompareTo(c[1])),
                    }
            );
        Quotients("before", "outcome to start");
        Quotients("until", "outcome to end");
        _plan.MapToCategories(
            Persons,
            "is before",
            ["no", "yes", "not observed"],
            ["outcome to start", "outcome % 20", "before % 20"],
            c =>
                c switch
                {
                    _ when c.Contains(0u) => 0,
                    [4, ..] => 3,
                    [3, ..] => 2,
                    [2, ..] when c[1] > c[2] => 2,
                    _ => 1,
                }
        );
        _plan.MapToCategories(
            Persons,
            "state",
            States,
            ["is before", "outcome to end", "outcome % 20", "until % 20"],
            c =>
                c switch
                {
                    _ when c.Contains(0u) => 0,
                    [3, ..] or [_, 4, ..] => 1,
                    [2, ..] => Before,
                    [_, 3, ..] => Case,
                    [_, 2, ..] when c[2] >= c[3] => Case,
                    _ => Free,
                }
        );
    }

    private bool IsAtRisk(uint state) => state is Free or Case || (state == Before && !_washout);

    private void Ask(CohortStrata by)
    {
        long n = _days;
        // years of birth make a cube too large, and a table has at most 16 derived columns
        bool isWide = by.Column.Length > 0 && by.IsMapped;
        string[] strata = by.Column.Length == 0 ? [] : [isWide ? by.Name : by.Column];
        if (isWide)
        {
            _plan.MapToCategories(
                Persons,
                by.Name,
                [.. by.Levels, "none of these"],
                [by.Column],
                c =>
                    c[0] == 0 ? 0
                    : by.Level(c[0]) is int level and >= 0 ? (uint)level + 1
                    : (uint)by.Levels.Count + 1
            );
        }

        Func<IReadOnlyList<uint>, long> In(int level, Func<uint, uint, long> weight) =>
            c => strata.Length == 0 || (isWide ? (int)c[1] - 1 : by.Level(c[1])) == level ? weight(c[0], c[^1]) : 0;
        if (!_isIncidence)
        {
            _plan.Ask(
                Persons,
                ["state", .. strata],
                [
                    .. by
                        .Levels.Index()
                        .SelectMany(l =>
                            (Func<IReadOnlyList<uint>, long>[])
                                [
                                    In(l.Index, (s, _) => s is Before or Free or Case ? 1 : 0),
                                    In(l.Index, (s, _) => s is Before or Case ? 1 : 0),
                                    In(l.Index, (_, _) => 0),
                                ]
                        ),
                ]
            );
            return;
        }

        // days: end + 1 − start without an outcome in the observation, its day + 1 − start with one
        _plan.Ask(
            Persons,
            ["state", .. strata, "end"],
            [
                .. by
                    .Levels.Index()
                    .SelectMany(l =>
                        (Func<IReadOnlyList<uint>, long>[])
                            [
                                In(l.Index, (s, _) => IsAtRisk(s) ? 1 : 0),
                                In(l.Index, (s, _) => s == Case ? 1 : 0),
                                In(l.Index, (s, end) => IsAtRisk(s) && s != Case ? end + 1 : 0),
                            ]
                    ),
            ]
        );
        _plan.Ask(
            Persons,
            ["state", .. strata, "to go"],
            [.. by.Levels.Index().Select(l => In(l.Index, (s, left) => s == Case ? n + 2 - left : 0))]
        );
        _plan.Ask(
            Persons,
            ["state", .. strata, "start"],
            [.. by.Levels.Index().Select(l => In(l.Index, (s, start) => IsAtRisk(s) ? start : 0))]
        );
    }
}
