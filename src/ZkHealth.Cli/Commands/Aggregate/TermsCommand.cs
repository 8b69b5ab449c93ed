using System.CommandLine;
using System.Numerics;
using ZkHealth.Aggregation;
using ZkHealth.Cli.Queries;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth aggregate terms KIND` and `show`: what is agreed before a session, as a file that every party reads before
/// it takes part.</summary>
internal static class TermsCommand
{
    private static readonly string[] Linear =
    [
        "count",
        "histogram",
        "table",
        "rate",
        "standardised",
        "mean",
        "quantile",
        "chi-square",
    ];

    public static Command Create()
    {
        var terms = new Command(
            "terms",
            "Write down what a session asks, of whom and under which rules. Everyone who takes part needs the same file."
        );
        foreach (StatisticKind kind in StatisticKinds.All().Where(k => Linear.Contains(k.Name)))
        {
            terms.Add(
                Make(
                    kind.Name,
                    kind.Description.Replace("Prove", "Ask the region for", StringComparison.Ordinal),
                    kind.Options,
                    (parsed, schema) => StatisticKinds.Build(kind, parsed, schema)
                )
            );
        }

        var numerator = new Option<string>("--numerator")
        {
            Description = "What is counted, such as: diabetes = \"yes\"",
            Required = true,
        };
        var denominator = new Option<string?>("--denominator")
        {
            Description = "Among which rows; those where the columns of the numerator are known if left out.",
        };
        Option<string[]> by = AskedRates.By();
        Option<bool> includeUnknown = AskedRates.IncludeUnknown();
        terms.Add(
            Make(
                "prevalence",
                "Ask the region for a rate: numerator and denominator.",
                [numerator, denominator, by, includeUnknown],
                (parsed, schema) =>
                    AskedRates.Rates(
                        parsed.GetValue(numerator)!,
                        parsed.GetValue(denominator),
                        parsed.GetValue(by) ?? [],
                        parsed.GetValue(includeUnknown),
                        schema
                    )
            )
        );
        return terms;
    }

    public static Command CreateShow()
    {
        var file = new Argument<string>("TERMS") { Description = "A file of terms." };
        return new Command("show", "Say in words what terms ask for.") { file }.Action(
            (parsed, report, _) =>
            {
                report.Verifies = true;
                AggregationTerms terms = TermsFile.Read(parsed.GetValue(file)!);
                TermsFile.Describe(terms, report);
                string? fault = terms.Check();
                report.Add("reason", fault, fault is null ? null : $"refused: {fault}");
                return fault is null ? ExitCode.Accepted : ExitCode.Rejected;
            }
        );
    }

    private static Command Make(
        string name,
        string description,
        Option[] own,
        Func<ParseResult, TableSchema, IReadOnlyList<Statistic>> build
    )
    {
        var shared = new TermsOptions();
        var command = new Command(name, description);
        foreach (Option option in (Option[])[.. own, .. shared.All])
        {
            command.Add(option);
        }

        return command.Action(
            (parsed, report, _) =>
            {
                string target = shared.Output(parsed);
                AggregationTerms terms = shared.Terms(parsed, schema => build(parsed, schema));
                if (terms.Check() is string fault)
                {
                    throw new UsageException(fault);
                }

                AtomicFile.Write(target, terms.Encode());
                report.Add("terms", target, $"terms: {target}");
                TermsFile.Describe(terms, report);
                return ExitCode.Accepted;
            }
        );
    }
}

/// <summary>The options of terms.</summary>
internal sealed class TermsOptions
{
    private readonly AgreementOptions _agreement = new();
    private readonly Option<string?> _addTo = new("--add-to")
    {
        Description = "Take everything from this file of terms, and add the statistic to those it asks for.",
    };
    private readonly Option<string?> _output = new("--out")
    {
        Description = "Where the terms go; the file of --add-to if left out.",
    };
    private readonly Option<bool> _force = new("--force") { Description = "Replace an existing file of terms." };
    private readonly Option<string?> _schema = new("--schema")
    {
        Description = "The schema file that all tables share (docs/schema.md).",
    };
    private readonly Option<string?> _purpose = new("--purpose") { Description = "What the numbers are for." };
    private readonly Option<string?> _dataSet = new("--data-set")
    {
        Description = "The name of the data set, the same for every version of it: budgets go by it.",
    };
    private readonly Option<long> _rows = new Option<long>("--max-rows")
    {
        Description = "The most rows of a table.",
        DefaultValueFactory = _ => 1 << 20,
    }.Within(2, 1 << 30);
    private readonly Option<decimal?> _epsilon = new("--epsilon")
    {
        Description = "Noise dealt by the hospitals, for all numbers together: epsilon.",
    };
    private readonly Option<decimal> _delta = new("--delta")
    {
        Description = "Its delta.",
        DefaultValueFactory = _ => 0.000000001m,
    };
    private readonly Option<int> _sensitivity = new Option<int>("--sensitivity")
    {
        Description = "By how much one patient changes all numbers together.",
        DefaultValueFactory = _ => 1,
    }.Within(1, 1 << 20);
    private readonly Option<int?> _suppress = new Option<int?>("--suppress-below")
    {
        Description =
            "Counts from 1 up to but not including this are left out of reports (not hidden from readers of the ledger); 10 if left out and there is no noise; 0 to report all.",
    }.Within(0, 1 << 20);

    public IEnumerable<Option> All =>
        [
            _addTo,
            _output,
            _force,
            .. _agreement.Board,
            _schema,
            _purpose,
            _dataSet,
            .. _agreement.Parties,
            _rows,
            _epsilon,
            _delta,
            _sensitivity,
            _suppress,
        ];

    /// <summary>Says where the terms go: a file that others may have agreed to is replaced only by the terms that it was added
    /// to.</summary>
    public string Output(ParseResult parsed)
    {
        (string? output, string? added) = (parsed.GetValue(_output), parsed.GetValue(_addTo));
        string target = output ?? added ?? throw new UsageException("expected --out");
        return target == added || parsed.GetValue(_force) || !File.Exists(target)
            ? target
            : throw new UsageException($"{target} exists; --out gives another name, --force replaces it");
    }

    public AggregationTerms Terms(ParseResult parsed, Func<TableSchema, IReadOnlyList<Statistic>> build)
    {
        if (parsed.GetValue(_addTo) is string path)
        {
            AggregationTerms before = TermsFile.Read(path);
            return before.Question is StatisticsQuery asked
                ? Suppressing(parsed, WithStatistics(before, [.. asked.Statistics, .. build(before.Schema)]))
                : throw new UsageException($"{path} asks for whole vectors");
        }

        TableSchema schema = Inputs.Schema(Required(parsed, _schema)).Table;
        IReadOnlyList<Statistic> statistics = build(schema);
        PartyId[] committee = _agreement.Committee(parsed);
        return Suppressing(
            parsed,
            _agreement.Complete(
                parsed,
                new AggregationTerms
                {
                    Origin = _agreement.Origin(parsed),
                    Purpose = Required(parsed, _purpose),
                    DataSet = Required(parsed, _dataSet),
                    Schema = schema,
                    Axes = Axes(schema, statistics),
                    Question = new StatisticsQuery(statistics),
                    Rows = (long)BitOperations.RoundUpToPowerOf2((ulong)parsed.GetValue(_rows)),
                    Hospitals = _agreement.Hospitals(parsed),
                    Committee = committee,
                    Threshold = (committee.Length + 1) / 2,
                    Noise = parsed.GetValue(_epsilon) is decimal epsilon
                        ? Noise(epsilon, parsed.GetValue(_delta), parsed.GetValue(_sensitivity))
                        : null,
                }
            )
        );
    }

    private AggregationTerms Suppressing(ParseResult parsed, AggregationTerms terms) =>
        parsed.GetValue(_suppress) is int below ? terms with { SuppressBelow = below } : terms;

    private static AggregationTerms WithStatistics(AggregationTerms terms, IReadOnlyList<Statistic> statistics) =>
        terms with
        {
            Question = new StatisticsQuery(statistics),
            Axes = Axes(terms.Schema, statistics),
        };

    private static TableAxes Axes(TableSchema schema, IReadOnlyList<Statistic> statistics) =>
        AskedColumns.Axes(schema, statistics.SelectMany(s => s.Columns));

    private static NoiseTerms Noise(decimal epsilon, decimal delta, int sensitivity)
    {
        try
        {
            var loss = new PrivacyLoss(epsilon, delta);
            return new NoiseTerms(loss, sensitivity, BinomialNoise.CoinsFor(loss, sensitivity));
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--epsilon, --delta, --sensitivity: {UsageException.Problem(e)}");
        }
    }

    private static string Required(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) ?? throw new UsageException($"expected {option.Name}, or else --add-to with a file of terms");
}
