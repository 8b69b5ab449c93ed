using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth prove cohort`: incidence and prevalence of cohorts by calendar year, as the R package IncidencePrevalence
/// defines them.</summary>
internal static class ProveCohortCommand
{
    private const string IncidenceName = "incidence",
        Period = "period-prevalence",
        Point = "point-prevalence";

    public static Command Create()
    {
        var measure = new Argument<string>("MEASURE")
        {
            Description =
                "incidence (first outcomes per 100,000 person-years), period-prevalence (in a year) or point-prevalence (on 1 January).",
        };
        measure.AcceptOnlyFromAmong(IncidenceName, Period, Point);
        Option<string> Table(string name, string what) => new(name) { Description = what, Required = true };
        Option<string> Column(string name, string what, string otherwise) =>
            new(name) { Description = what, DefaultValueFactory = _ => otherwise };
        Option<string> persons = Table("--persons", "The committed table of persons (.zkt), or its segments (.zks)."),
            observation = Table("--observation", "From when to when each person is observed, one row a person (.zkt or .zks)."),
            outcome = Table("--outcome", "The first outcome of each person who has one (.zkt or .zks)."),
            start = Column("--start", "The column of first days of observation.", "observation_period_start_date"),
            end = Column("--end", "The column of last days of observation.", "observation_period_end_date"),
            date = Column("--date", "The column of days of the outcome.", "cohort_start_date"),
            cdm = Column("--cdm-name", "The name of the data source in the CSV.", "hospital"),
            name = Column("--outcome-name", "The name of the outcome in the CSV.", "outcome");
        var years = new Option<int[]>("--year") { Description = "A calendar year; again for each further one.", Required = true };
        var sex = new Option<string?>("--sex") { Description = "A column of persons: also by its values." };
        var born = new Option<string?>("--birth-year") { Description = "The column of years of birth: also by age groups." };
        var ages = new Option<string>("--ages")
        {
            Description = "The least age of each group, with commas between them.",
            DefaultValueFactory = _ => "0,18,65",
        };
        var washout = new Option<bool>("--no-washout")
        {
            Description =
                "Persons with the outcome before the interval stay at risk; left out otherwise (a washout of all history).",
        };
        var csv = new Option<string?>("--csv")
        {
            Description = "Write the results in the form summarised_result, for R; the proof file with .csv if left out.",
        };
        var shared = new ProveOptions();
        var command = new Command("cohort", "Prove incidence or prevalence by calendar year, age group and sex.") { measure };
        foreach (
            Option option in (Option[])
                [persons, observation, outcome, start, end, date, years, sex, born, ages, washout, csv, cdm, name, .. shared.All]
        )
        {
            command.Add(option);
        }

        return command.Action(
            (parsed, report, token) =>
            {
                ProofOutput output = shared.Output(parsed, parsed.GetValue(persons)!);
                StatisticContext context = shared.Context(parsed);
                using OwnedVersion person = OwnedVersion.Read([parsed.GetValue(persons)!]),
                    observed = OwnedVersion.Read([parsed.GetValue(observation)!]),
                    outcomes = OwnedVersion.Read([parsed.GetValue(outcome)!]);
                string? ledger = parsed.GetValue<string?>("--ledger");
                NamedTable[] named =
                [
                    new(CohortPlan.Persons, parsed.GetValue(persons)!) { Owned = person },
                    new(CohortPlan.Observation, parsed.GetValue(observation)!) { Owned = observed },
                    new(CohortPlan.Outcome, parsed.GetValue(outcome)!) { Owned = outcomes },
                ];
                shared.Ledger(parsed).CheckNewest(named);
                try
                {
                    var study = new Study(
                        parsed.GetValue(measure)!,
                        new CohortTables(
                            Of(person, ledger, CohortPlan.Persons),
                            Of(observed, ledger, CohortPlan.Observation),
                            parsed.GetValue(start)!,
                            parsed.GetValue(end)!,
                            Of(outcomes, ledger, CohortPlan.Outcome),
                            parsed.GetValue(date)!
                        ),
                        OwnedVersion.Segments(
                            new Dictionary<string, OwnedVersion>
                            {
                                [CohortPlan.Persons] = person,
                                [CohortPlan.Observation] = observed,
                                [CohortPlan.Outcome] = outcomes,
                            }
                        ),
                        parsed.GetValue(sex),
                        parsed.GetValue(born),
                        [.. parsed.GetValue(ages)!.Split(',').Select(Age)],
                        !parsed.GetValue(washout),
                        shared.Guard(parsed, named, named, output, report)
                    );
                    foreach (string note in CohortRows.Check(study.Tables, study.Openings))
                    {
                        report.Notice(note);
                    }

                    var results = new SummarisedResult(
                        parsed.GetValue(cdm)!,
                        study.Tables.Persons.Schema.Name,
                        parsed.GetValue(name)!
                    );
                    int[] asked = [.. parsed.GetValue(years)!.Distinct().Order()];
                    if (asked.Length > 1 && shared.MinCount(parsed) > 1 && !output.Folders.Any(f => f.TakesNotes))
                    {
                        report.Line(
                            "warning: no key of the owner lies beside the tables or the ledger, so nobody notes that these years were looked at together: "
                                + "`ledger release` takes one of them, and asks to prove the others again; name the key with --key"
                        );
                    }

                    var rows = new JsonArray();
                    var files = new JsonArray();
                    foreach (int year in asked)
                    {
                        token.ThrowIfCancellationRequested();
                        byte[] file = study.Prove(
                            year,
                            context,
                            plan => shared.Ledger(parsed).CheckRules(named, plan),
                            results,
                            rows,
                            report
                        );
                        string path = Path.ChangeExtension(output.Path, $"{year}.zkp");
                        output.WriteTo(path, file, report);
                        files.Add((JsonNode)path);
                        report.Line($"proof: {path}, {file.Length} bytes");
                    }

                    string target = parsed.GetValue(csv) ?? Path.ChangeExtension(output.Path, ".csv");
                    AtomicFile.Write(target, Encoding.UTF8.GetBytes(results.ToCsv()), overwrite: output.Force);
                    report.Add("proofs", files);
                    report.Add("results", rows);
                    report.Add("csv", target, $"results: {target} (summarised_result)");
                }
                catch (ArgumentException e)
                {
                    throw new UsageException(UsageException.Problem(e));
                }

                return ExitCode.Accepted;
            }
        );
    }

    private static int Age(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int age) && age < 150
            ? age
            : throw new UsageException($"--ages: expected whole numbers below 150 with commas between them, got '{text}'");

    /// <summary>The table with the name of its data set, which the ledger knows.</summary>
    private static CohortTable Of(OwnedVersion table, string? ledger, string role)
    {
        TableCommitment commitment = table.Version.Segments[0];
        if (ledger is null)
        {
            return new CohortTable(commitment, role);
        }

        using SqliteLedger log = Inputs.Ledger(ledger);
        return
            PublishedTables.Find(log, table.Version) is LedgerReceipt receipt
            && TableEntry.TryRead(receipt.Entry.Body, out TablePublication? said)
            && said.DataSet.Length > 0
            ? new CohortTable(commitment, said.DataSet)
            : throw new UsageException(
                $"the table of the {role} is not on this ledger under the name of a data set: publish it first"
            );
    }

    /// <summary>The question that is asked of each year.</summary>
    private sealed record Study(
        string Measure,
        CohortTables Tables,
        IReadOnlyList<IReadOnlyDictionary<string, TableOpening>> Openings,
        string? Sex,
        string? Born,
        IReadOnlyList<int> Ages,
        bool Washout,
        DisclosureGuard Guard
    )
    {
        private readonly List<EarlierRelease> _earlier = [.. Guard.Earlier];

        public byte[] Prove(
            int year,
            StatisticContext context,
            Action<Plan> check,
            SummarisedResult results,
            JsonArray rows,
            Report report
        )
        {
            if (year is < 1 or > 9999)
            {
                throw new UsageException($"--year: expected 1 to 9999, got {year}");
            }

            bool isIncidence = Measure == IncidenceName;
            DateOnly from = new(year, 1, 1),
                to = Measure == Point ? from : new DateOnly(year, 12, 31);
            TableSchema schema = Tables.Persons.Schema;
            var strata = new List<CohortStrata> { CohortStrata.Overall };
            if (Sex is not null)
            {
                strata.Add(CohortStrata.ByCategory(schema, "sex", Sex));
            }

            if (Born is not null)
            {
                strata.Add(CohortStrata.ByAge(schema, Born, year, Ages));
            }

            Plan plan = isIncidence
                ? CohortPlan.Incidence(Tables, from, to, strata, Washout)
                : CohortPlan.Prevalence(Tables, from, to, strata);
            check(plan);

            DisclosureGuard guard = Guard.WithEarlier(_earlier);
            PlanProof proof = PlanProof.Prove(plan, null, Openings, context, guard, Environment.ProcessorCount);
            _earlier.Add(EarlierRelease.Of($"the year {year}", proof));
            IReadOnlyList<IReadOnlyList<CohortNumbers>> numbers = CohortNumbers.Read(proof.Numbers, strata, isIncidence);
            foreach ((CohortStrata by, int level, CohortNumbers n) in Each(strata, numbers))
            {
                if (isIncidence)
                {
                    results.AddIncidence(by, level, n, from, to);
                }
                else
                {
                    results.AddPrevalence(by, level, n, from, to);
                }

                string days = isIncidence ? $", {n.Days} days at risk" : "";
                report.Line($"{year}, {by.Name} {by.Levels[level]}: {n.Outcomes} of {n.Persons} persons{days}");
                rows.Add(
                    (JsonNode)
                        new JsonObject
                        {
                            ["year"] = year,
                            ["strata"] = by.Name,
                            ["level"] = by.Levels[level],
                            ["persons"] = n.Persons,
                            ["outcomes"] = n.Outcomes,
                            ["days"] = isIncidence ? n.Days : null,
                        }
                );
            }

            return proof.Encode();
        }

        private static IEnumerable<(CohortStrata By, int Level, CohortNumbers Numbers)> Each(
            IReadOnlyList<CohortStrata> strata,
            IReadOnlyList<IReadOnlyList<CohortNumbers>> numbers
        ) => strata.SelectMany((by, i) => by.Levels.Select((_, level) => (by, level, numbers[i][level])));
    }
}
